"""List the studies and experiments without importing them."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from contract.spelling import nearest
from lib.tracking import Study

HERE = Path(__file__).resolve().parent


class UnknownNameError(LookupError):
    """The requested study or experiment does not exist."""


@dataclass(frozen=True)
class Entry:
    """A study or an experiment.

    Args:
        name: `fashion` or `fashion.classification`.
        summary: first line of its docstring.
    """

    name: str
    summary: str

    def run(self) -> Callable[[Study], None]:
        """Import the module and return its `run`."""
        function: Callable[[Study], None] = importlib.import_module(f"experiments.{self.name}").run
        return function


def studies() -> list[Entry]:
    """List the studies by name."""
    return [
        Entry(found.name, _summary(HERE / found.name / "__init__.py"))
        for found in pkgutil.iter_modules([str(HERE)])
        if found.ispkg
    ]


def experiments(study: str) -> list[Entry]:
    """List a study's experiments by name, without folders such as its hand-in."""
    return [
        Entry(f"{study}.{found.name}", _summary(HERE / study / f"{found.name}.py"))
        for found in pkgutil.iter_modules([str(HERE / study)])
        if not found.ispkg and _has_run(HERE / study / f"{found.name}.py")
    ]


def find(name: str) -> Entry:
    """Find a study or an experiment by name.

    Raises:
        UnknownNameError: there is no such name; the message suggests similar ones.
    """
    known = {entry.name: entry for entry in studies()}
    study = name.partition(".")[0]
    if study in known:
        known |= {entry.name: entry for entry in experiments(study)}
    if name not in known:
        raise UnknownNameError(unknown("a study or experiment", name, known))
    return known[name]


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is unknown, and suggest similar ones.

    >>> unknown("a study", "fashin", ["fashion", "scratch"])
    "Expected a study. Received: 'fashin' (did you mean 'fashion'?)"
    """
    return f"Expected {what}. Received: {name!r} ({nearest(name, known)})"


def _summary(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]


def _has_run(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body)
