"""Check that a remote worker has the same code, libraries and environment as this process."""

from collections.abc import Mapping


class OtherCodeError(RuntimeError):
    """A cluster's worker has different code or libraries from this process."""


def compare(kind: str, theirs: Mapping[str, str], ours: Mapping[str, str], *, worker: str) -> None:
    """Compare what the process that sent a job has with what this worker has.

    Args:
        kind: what is compared, such as `library`.
        theirs: versions or hashes by name, of the process that sent the job.
        ours: the worker's.
        worker: its address.

    Raises:
        OtherCodeError: they differ.

    >>> compare("library", {"numpy": "2.0"}, {"numpy": "2.1"}, worker="tcp://10.0.0.2:1")
    Traceback (most recent call last):
    ...
    lib.tuning.agreement.OtherCodeError: Expected library numpy 2.0 on every worker. Received: 2.1
    on tcp://10.0.0.2:1
    """
    for name in sorted(theirs.keys() | ours.keys()):
        if theirs.get(name) != ours.get(name):
            raise OtherCodeError(
                f"Expected {kind} {name} {theirs.get(name)} on every worker. "
                f"Received: {ours.get(name)} on {worker}"
            )
