"""The zip: the code that a study needs, the files its runs wrote, and nothing else."""

import ast
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from contract.definitions import module_path, syntax_tree

PROGRAMS = ("experiments", "report", "annotate", "notebooks", "submission")
AS_THEY_ARE = (
    "LICENSE",
    "handin.toml",
    "locks/course.txt",
    "locks/notebooks.txt",
    "locks/run.txt",
    "pyproject.toml",
    "submission/README.md.j2",
    "templates/base.css",
    "templates/base.html.j2",
)
FOLDERS = ("answers/{study}", "templates/{study}", "annotate/page")
KINDS = {".css", ".csv", ".ipynb", ".j2", ".js", ".py", ".toml", ".txt"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can store
READABLE = 0o100644 << 16  # a regular file, readable by everyone


def files(study: str, root: Path) -> dict[str, bytes]:
    """Collect a study's files, by path relative to the project's folder.

    These are its experiments and notebooks, the programs that run them and report on them, and
    every module that these import; no other study, no data, no weights, no store.

    Args:
        study: its name.
        root: the project's folder.
    """
    found = {path.relative_to(root).as_posix(): path for path in _modules(study, root)}
    notebooks = root / "experiments" / study
    others = [root / name for name in AS_THEY_ARE]
    others += [*notebooks.glob("*.ipynb"), *(root / "notebooks" / study).glob("*.py")]
    for folder in FOLDERS:
        others += (root / folder.format(study=study)).rglob("*")
    for path in others:
        hidden = path.name.startswith(".")
        if path.is_file() and not hidden and (path.suffix in KINDS or path.name == "LICENSE"):
            found[path.relative_to(root).as_posix()] = path
    return {name: found[name].read_bytes() for name in sorted(found)}


def _modules(study: str, root: Path) -> set[Path]:
    """Find the study's modules and programs, and everything they import from the project."""
    wanted = [f"{program}.__main__" for program in PROGRAMS]
    package = root / "experiments" / study
    wanted += [f"experiments.{study}.{path.stem}" for path in package.glob("*.py")]
    scripts = list((root / "notebooks" / study).glob("*.py"))
    wanted += [name for script in scripts for name in _imported(script, ())]
    seen: set[str] = set()
    found: set[Path] = set()
    while wanted:
        module = wanted.pop()
        path = module_path(module, root)
        if module in seen or path is None:
            continue
        seen.add(module)
        found.add(path)
        parts = module.split(".")
        wanted += [".".join(parts[:depth]) for depth in range(1, len(parts))]
        own = parts if path.name == "__init__.py" else parts[:-1]
        wanted += _imported(path, own)
    return found


def _imported(path: Path, package: Iterable[str]) -> Iterator[str]:
    """List the names that a file imports anywhere; each is a module or something in a module."""
    own = list(package)
    for statement in _statements(syntax_tree(path)):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            outer = own[: len(own) - statement.level + 1] if statement.level else []
            module = ".".join([*outer, *([statement.module] if statement.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in statement.names)


def _statements(within: ast.AST) -> Iterator[ast.stmt]:
    """Go through all statements, but not into expressions: most of a tree, without any import."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(within, field, ()):
            if isinstance(inner, ast.stmt):
                yield inner
            yield from _statements(inner)


def zipped(contents: Mapping[str, bytes], folder: str) -> bytes:
    """Pack files into a zip that is byte-identical for the same files.

    Args:
        contents: file contents by path.
        folder: the folder in the zip that contains all of them.
    """
    return archived({f"{folder}/{name}": content for name, content in contents.items()})


def archived(contents: Mapping[str, bytes]) -> bytes:
    """Pack files into a zip under exactly these names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE
            entry.create_system = 3  # Unix, whatever system it is packed on
            archive.writestr(entry, contents[name], compresslevel=9)
    return stream.getvalue()
