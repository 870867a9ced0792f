"""Query a tracking server; report in one sentence if it is unreachable, slow or something else."""

import socket
import threading
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from report.errors import ReportError

CONNECT_SECONDS = 4.0
ANSWER_SECONDS = 6.0  # for an experiment, a run or a metric
FILE_SECONDS = 60.0  # for an artifact
Result = TypeVar("Result")

# Errors caused by an answer that is not a tracking server's: from `requests` (OSError), from JSON
# (ValueError), and from missing fields or fields of another type.
WRONG_ANSWERS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


def require_reachable(uri: str) -> None:
    """Check that a server accepts connections, before spending seconds on importing MLflow.

    Raises:
        ReportError: nothing listens there.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
        host = parts.hostname or ""
        if parts.scheme.lower() in getproxies() and not proxy_bypass(host):
            return  # the proxy makes the connection
        socket.create_connection((host, port), CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:  # ValueError: an invalid port or name
        raise unanswered(uri, str(error)) from error


def ask(
    uri: str,
    question: Callable[[], Result],
    errors: tuple[type[Exception], ...],
    seconds: float,
) -> Result:
    """Query a server in a thread that is abandoned after a time limit.

    Args:
        uri: address of the server.
        question: the call to MLflow's client.
        errors: what MLflow's client raises, besides `WRONG_ANSWERS`.
        seconds: time limit, which also applies to a server that sends a byte now and then.

    Raises:
        ReportError: there was no answer in time, or it was not a tracking server's.
    """
    answers: list[Result] = []
    failures: list[Exception] = []
    expected = (*errors, *WRONG_ANSWERS)

    def put() -> None:
        try:
            answers.append(question())
        except expected as error:
            failures.append(error)

    thread = threading.Thread(target=put, daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise unanswered(uri, str(failures[0])) from failures[0]
    if not answers:
        raise unanswered(uri, f"no answer within {seconds:.0f} s")
    return answers[0]


def unanswered(uri: str, reason: str) -> ReportError:
    """Describe in one sentence that a server did not answer like a tracking server."""
    first = reason.partition("Response body:")[0].partition("\n")[0].strip(" .") or "nothing"
    address = without_password(uri)
    return ReportError(
        f"Expected a tracking server that answers at {address}. Received: {first:.300}"
    )


def without_password(uri: str) -> str:
    """Remove the user name and password, if any, from an address.

    >>> without_password("http://me:secret@host:5000/mlflow")
    'http://host:5000/mlflow'
    """
    start, mark, rest = uri.partition("://")
    host, slash, path = rest.partition("/")
    return f"{start}{mark}{host.rpartition('@')[2]}{slash}{path}"
