"""Write and read a run's artifacts, and check that all of them are still there.

A finished stage's run has a manifest, which lists its other artifacts with size and SHA-256, and a
tag with the manifest's own hash. This tells a run whose artifacts were deleted, truncated or left
behind when a store was copied from one that never had any.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from contract import names
from contract.entities import Run
from contract.names import DataSource, Kind, Tag
from lib.data.files.locations import there
from lib.tracking.store import ours
from lib.tracking.store.client import AnswerError
from lib.tracking.store.location import StoreError

if TYPE_CHECKING:
    from lib.tracking.store.client import Client

DRAWN = PurePosixPath(names.figure_path("any")).parent
Held = dict[str, tuple[int, str]]  # size and SHA-256 by path


def folder(client: "Client", run: Run) -> Path | None:
    """Find the folder of a run's artifacts; None if they are on a server.

    For an SQLite file they are where `contract.names` says, even if the store still has the
    address from before the file was moved.
    """
    if client.location.folder is None:
        return None
    path = names.artifact_folder(client.study_of(run), str(run.info.run_id))
    beside = client.location.folder / path
    return beside if there(beside, Path.is_dir) else ours.folder(run.info.artifact_uri or "")


def write(client: "Client", run: Run, contents: Mapping[str, bytes], scratch: Path) -> Held:
    """Write artifacts into a run.

    Args:
        client: the open store.
        run: the run.
        contents: contents of the artifacts, by path.
        scratch: temporary folder for the files sent to a server.

    Returns:
        Size and SHA-256 of each artifact, by path.
    """
    if client.location.folder is not None and client.location.database is not None:
        path = names.artifact_folder(client.study_of(run), str(run.info.run_id))
        place = client.location.folder / path
        if contents and place.as_uri() != run.info.artifact_uri:
            ours.place_beside(client.location.database, str(run.info.run_id), place)
    else:
        place = scratch
    for name, content in contents.items():
        write_whole(place / name, content)
    if place is scratch and contents:
        client.log_artifacts(run.info.run_id, str(scratch))
    return {name: size_and_sha256(each) for name, each in contents.items()}


def read(client: "Client", run: Run, path: str) -> bytes:
    """Read an artifact.

    Raises:
        StoreError: it is missing or cannot be read.
    """
    place = folder(client, run)
    if place is not None:
        try:
            return (place / path).read_bytes()
        except OSError as error:
            raise StoreError(
                f"Expected the artifact {path} of run {run.info.run_id}. "
                f"Received: {error.strerror} ({place / path})"
            ) from error
    with tempfile.TemporaryDirectory(prefix="vouch-") as copied:
        return Path(client.download_artifacts(run.info.run_id, path, copied)).read_bytes()


def listed(client: "Client", run: Run, below: str) -> list[str]:
    """List the names of a run's files in a folder."""
    place = folder(client, run)
    if place is None:
        return [PurePosixPath(item.path).name for item in _entries(client, run, below)]
    inside = place / below
    return sorted(file.name for file in inside.iterdir()) if inside.is_dir() else []


def model_folder(client: "Client", study: str, model_id: str) -> Path | None:
    """Find the folder of a logged model's files; None if they are on a server."""
    if client.location.folder is None:
        return None
    return client.location.folder / names.model_folder(study, model_id)


def manifest(
    held: Held, curves: Sequence[str], models: Mapping[str, Held] | None = None
) -> tuple[bytes, str]:
    """Return the manifest of a run as JSON, and its hash.

    Args:
        held: size and SHA-256 of its artifacts, by path.
        curves: names of its metrics that are curves.
        models: size and SHA-256 of its logged models' files, by model id and path.
    """
    whole: dict[str, Any] = {"artifacts": held, "curves": list(curves)}
    if models:
        whole["models"] = models
    text = json.dumps(whole, indent=1, sort_keys=True).encode()
    return text, _sha256(text)


def damage(client: "Client", run: Run, *, figures: bool = True) -> str:
    """Describe why a finished run cannot be read back; empty if it is complete.

    Args:
        client: the open store.
        run: the run.
        figures: whether its figures must be complete, too.
    """
    tags = run.data.tags
    for name, value in run.data.metrics.items():
        if not abs(value) < sys.float_info.max:  # SQLite stores infinity as the greatest float
            return f"its metric {name[:80]} is {value}"
    if tags.get(Tag.DATA_SOURCE) not in list(DataSource):
        return f"its tag {Tag.DATA_SOURCE} is {tags.get(Tag.DATA_SOURCE, '')[:40]!r}"
    if Tag.ARTIFACTS in tags:
        return _against_manifest(client, run, figures=figures)
    # Written before there were manifests; or a trial, which may have no artifacts.
    whole = tags.get(Tag.KIND) == Kind.TRIAL or names.FINGERPRINT_FILE in listed(client, run, "")
    return "" if whole else f"its artifact {names.FINGERPRINT_FILE} is missing"


def _against_manifest(client: "Client", run: Run, *, figures: bool) -> str:
    """Compare a run's artifacts with its manifest, see `damage`."""
    whole = _manifest(client, run)
    if whole is None:
        return f"its artifact {names.MANIFEST_FILE} is missing or was changed"
    if ",".join(whole["curves"]) != run.data.tags.get(Tag.CURVES, ""):
        return f"its tag {Tag.CURVES} was changed"
    sizes: dict[str, dict[str, int]] = {}
    for path, (size, sha256) in whole["artifacts"].items():
        if not figures and PurePosixPath(path).parent == DRAWN:
            continue
        found = _found(client, run, path, sizes)
        if found is None:
            return f"its artifact {path} is missing"
        if found not in ((size, sha256), (size, "")):
            return f"its artifact {path} was changed or cut short"
    return _damaged_model(client, run, whole.get("models", {}))


def _damaged_model(client: "Client", run: Run, models: Mapping[str, Held]) -> str:
    """Compare a run's logged models with its manifest; on a server, only check that they exist."""
    for model_id, files in models.items():
        place = model_folder(client, client.study_of(run), model_id)
        if place is None:
            try:
                client.get_logged_model(model_id)
            except AnswerError:
                return f"its model {model_id} is missing"
            continue
        for path, (size, sha256) in files.items():
            found = _measured(place / path)
            if found is None:
                return f"{path} of its model {model_id} is missing"
            if found != (size, sha256):
                return f"{path} of its model {model_id} was changed or cut short"
    return ""


def _manifest(client: "Client", run: Run) -> dict[str, Any] | None:
    """Read a run's manifest; None if it is missing or does not match the hash in the run's tag."""
    if names.MANIFEST_FILE not in listed(client, run, ""):
        return None
    text = read(client, run, names.MANIFEST_FILE)
    if _sha256(text) != run.data.tags[Tag.ARTIFACTS]:
        return None
    whole: dict[str, Any] = json.loads(text)
    return whole


def _found(
    client: "Client", run: Run, path: str, sizes: dict[str, dict[str, int]]
) -> tuple[int, str] | None:
    """Return an artifact's size and hash, on a server only its size; None if it is missing."""
    place = folder(client, run)
    if place is not None:
        return _measured(place / path)
    parent, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
    if parent not in sizes:
        entries = _entries(client, run, "" if parent == "." else parent)
        sizes[parent] = {PurePosixPath(item.path).name: int(item.file_size) for item in entries}
    return (sizes[parent][name], "") if name in sizes[parent] else None


def _measured(path: Path) -> tuple[int, str] | None:
    try:
        return size_and_sha256(path.read_bytes())
    except OSError:
        return None


def _entries(client: "Client", run: Run, below: str) -> list[Any]:
    found = client.list_artifacts(run.info.run_id, below)
    return [entry for entry in found if not entry.is_dir]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely or not at all: a truncated file would only waste space."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_bytes(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        error.filename = error.filename or str(path)
        raise


def size_and_sha256(content: bytes) -> tuple[int, str]:
    """Return what the manifest records of a file."""
    return len(content), _sha256(content)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
