"""The store's address, `MLFLOW_TRACKING_URI`, and how both sides of the store interpret it.

An address is either a tracking server's (`http://…`, `https://…`) or names an SQLite file the way
SQLAlchemy does: `sqlite:///relative/mlflow.db`, `sqlite:////absolute/mlflow.db`, both with
optional percent-encoded characters and a query (`?timeout=60`).
"""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote

from contract.definitions import ROOT

VARIABLE = "MLFLOW_TRACKING_URI"
SERVERS = ("http", "https")
FILES = ("sqlite", "sqlite+pysqlite")
_START = "sqlite:///"


class AddressError(ValueError):
    """An address of neither a tracking server nor an SQLite file."""


def named(root: Path = ROOT) -> str:
    """Return the store's address: `MLFLOW_TRACKING_URI`, or the project's own database."""
    return os.environ.get(VARIABLE) or sqlite(root / "mlruns" / "mlflow.db")


def database(uri: str) -> Path | None:
    """Find the SQLite file that an address names; None for a server's address.

    A relative path starts at the current folder.

    >>> database("sqlite:////data/my%20runs/mlflow.db?timeout=60")
    PosixPath('/data/my runs/mlflow.db')
    >>> database("http://127.0.0.1:5000") is None
    True

    Raises:
        AddressError: it is neither.
    """
    scheme, _, rest = uri.partition("://")
    if scheme.lower() in SERVERS:
        if not rest.strip("/"):
            raise AddressError(f"Expected a server's name in {VARIABLE}. Received: {uri}")
        return None
    if scheme not in FILES or not rest.startswith("/"):
        raise AddressError(
            f"Expected {VARIABLE} to begin with sqlite:///, http:// or https://. Received: {uri}"
        )
    text = unquote(rest.removeprefix("/").partition("?")[0])
    if text in {"", ":memory:"} or text.startswith("file:") or "\0" in text:
        raise AddressError(
            f"Expected the path of a database file after sqlite:/// in {VARIABLE}. Received: {uri}"
        )
    return Path(text).absolute()


def query(uri: str) -> dict[str, str]:
    """Read the parameters of an address; if one is repeated, the last value counts.

    >>> query("sqlite:///mlflow.db?timeout=60")
    {'timeout': '60'}
    """
    found = parse_qs(uri.partition("?")[2], keep_blank_values=True)
    return {key: values[-1] for key, values in found.items()}


def sqlite(path: Path, parameters: str = "") -> str:
    """Write the address of an SQLite file, so that SQLAlchemy and `database` find that file.

    Args:
        path: the file; a relative path starts at the current folder.
        parameters: query after the question mark, if any.

    >>> sqlite(Path("/data/100%/mlflow.db"), "timeout=60")
    'sqlite:////data/100%25/mlflow.db?timeout=60'
    """
    text = str(path.absolute()).replace("%", "%25").replace("?", "%3F")
    return f"{_START}{text}" + (f"?{parameters}" if parameters else "")


def absolute(uri: str) -> str:
    """Make an address independent of the current folder, keeping its parameters.

    >>> absolute("sqlite:////data/my%20runs/mlflow.db?timeout=60")
    'sqlite:////data/my runs/mlflow.db?timeout=60'
    >>> absolute("http://127.0.0.1:5000")
    'http://127.0.0.1:5000'

    Raises:
        AddressError: it is neither a server's nor an SQLite file's.
    """
    path = database(uri)
    return uri if path is None else sqlite(path, uri.partition("?")[2])
