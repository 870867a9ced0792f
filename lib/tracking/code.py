"""Find the code that a function uses: every definition it can reach, and the libraries it imports.

The closure is read from the syntax trees, without importing anything: from a definition to the
names it mentions, through imports and modules' attributes, to the definitions they are bound to.
A class is included as a whole, and so is a module that is passed around as a value. Left out is
machinery that influences nothing that is stored: tracking, progress, caches, and the processes that
trials run in.

A walk through all stages of a study takes a second, so its result is kept in the cache folder until
the content of a file that it depends on changes.
"""

import ast
import functools
import hashlib
import importlib.metadata
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract.definitions import (
    ROOT,
    bound_names,
    definition,
    module_path,
    syntax_tree,
    tree_sha256,
)
from lib.data.files.locations import cache_folder
from lib.kept import SETTLED, Kept

KEPT = "code.json"
MACHINERY = (
    "lib.kept",
    "lib.progress",
    "lib.tracking",
    "lib.tuning.agreement",
    "lib.tuning.cluster",
    "lib.tuning.processes",
    "lib.tuning.workers",
)
BACKEND_OF = {"keras": "tensorflow"}  # does the computing, though no import names it


@dataclass(frozen=True)
class Code:
    """The code a function uses.

    Args:
        definitions: hash of each definition, under `module:name`.
        libraries: version of each distribution that the definitions import.
    """

    definitions: dict[str, str]
    libraries: dict[str, str]


def code_of(*functions: Callable[..., Any], root: Path = ROOT) -> Code:
    """Collect the definitions and libraries that functions use, the functions included."""
    named = [(function.__module__, function.__qualname__) for function in functions]
    known, name = _known(), "\n".join([str(root), *map(":".join, named)])
    match known.found.get(name):
        case [str(content), dict(hashes), list(packages)] if content == _content(
            root, hashes, packages
        ):
            return Code(hashes, versions(set(packages)))
    hashes, packages = _walked(named, root)
    now = _content(root, hashes, packages)
    if now is not None:
        known.keep(name, [now, hashes, packages])
    return Code(hashes, versions(set(packages)))


def _walked(named: list[tuple[str, str]], root: Path) -> tuple[dict[str, str], list[str]]:
    """Return the hashes of all definitions reached from some, and the packages they import."""
    walk = _Walk(root)
    for module, name in named:
        walk.reach(module, name)
    hashes = {}
    for module, name in sorted(walk.definitions):
        tree = walk.tree(module)
        sha256 = None if tree is None else tree_sha256(tree, name)
        if sha256 is not None:
            hashes[f"{module}:{name}"] = sha256
    return hashes, sorted(walk.packages)


def _content(root: Path, hashes: dict[str, str], packages: list[str]) -> str | None:
    """Hash all that a walk depends on: Python, and each module of the packages that it reached.

    Return None if a module was changed just now, or if one has the name of a library.
    """
    reached = {definition.partition(".")[0].partition(":")[0] for definition in hashes}
    files = tuple(module for top in sorted(reached) for module in _modules(root / top))
    newest = max((changed for _, changed, _ in files), default=0)
    if time.time() - newest / 1e9 < SETTLED or any(
        module_path(str(name), root) for name in packages
    ):
        return None
    return _content_of(files)


@functools.lru_cache(maxsize=4)
def _content_of(files: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path, _, size in files:
        digest.update(f"\n{path} {size}\n".encode())
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def _modules(package: Path) -> Iterator[tuple[str, int, int]]:
    """Yield the path, modification time and size of a module or of all modules below one.

    Yield nothing if it is gone, like a package of an earlier version of the project.
    """
    module = package.with_suffix(".py")
    if module.is_file():
        stat = module.stat()
        yield str(module), stat.st_mtime_ns, stat.st_size
    if not package.is_dir():
        return
    for entry in sorted(os.scandir(package), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _modules(Path(entry.path))
        elif entry.name.endswith(".py"):
            stat = entry.stat()
            yield entry.path, stat.st_mtime_ns, stat.st_size


def _known() -> Kept:
    return _of_folder(cache_folder())


@functools.cache
def _of_folder(folder: Path) -> Kept:
    return Kept(folder / KEPT, lambda name: Path(name.split("\n")[0]).is_dir())


def versions(packages: set[str]) -> dict[str, str]:
    """Look up the versions of the distributions that provide some top-level packages."""
    asked = packages | {BACKEND_OF[name] for name in packages if name in BACKEND_OF}
    found = {}
    for package in sorted(asked - set(sys.stdlib_module_names)):
        for distribution in _distributions().get(package, ()):
            found[distribution.lower()] = _version(distribution)
    return found


@functools.cache
def _version(distribution: str) -> str:
    return importlib.metadata.version(distribution)


@functools.cache
def _distributions() -> dict[str, list[str]]:
    """Map each importable package to the distributions that provide it."""
    places = [Path(place) for place in sys.path if place and Path(place) != ROOT]
    changed = [[str(each), each.stat().st_mtime_ns] for each in places if each.is_dir()]
    known, name = _known(), f"{sys.prefix}\ninstalled"
    match known.found.get(name):
        case [before, dict(distributions)] if before == changed:
            return distributions
    distributions = dict(importlib.metadata.packages_distributions())
    known.keep(name, [changed, distributions])
    return distributions


class _Walk:
    """One walk over the definitions; holds what it has reached.

    Files are assumed not to change during a walk, so each is looked up once.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = functools.cache(functools.partial(module_path, root=root))
        self.tree = functools.cache(self._tree)
        self.definitions: set[tuple[str, str]] = set()
        self.packages: set[str] = set()

    def reach(self, module: str, name: str) -> None:
        """Add a definition and everything that it uses."""
        tree = self.tree(module)
        if tree is None:
            self.packages.add(module.split(".")[0])
            return
        if (module, name) in self.definitions or module.startswith(MACHINERY):
            return
        for statement in definition(tree, name):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self._reach_import(module, statement, name)
                continue
            self.definitions.add((module, name))
            self._reach_used(module, statement)

    def _tree(self, module: str) -> ast.Module | None:
        path = self.path(module)
        return None if path is None else syntax_tree(path)

    def reach_module(self, module: str) -> None:
        """Add every definition of a module."""
        tree = self.tree(module)
        if tree is None:
            self.packages.add(module.split(".")[0])
            return
        for statement in tree.body:
            for name in bound_names(statement):
                self.reach(module, name)

    def _reach_import(
        self, module: str, statement: ast.Import | ast.ImportFrom, name: str, attribute: str = ""
    ) -> None:
        """Follow `name`, bound by an import in `module`, and its attribute if one is used."""
        for target, member in _targets(module, statement, name, self._is_package(module)):
            submodule = f"{target}.{member}" if member else target
            if self.path(submodule) is None:
                if member:
                    self.reach(target, member)
                else:
                    self.packages.add(target.split(".")[0])
            elif attribute:
                self._reach_member(submodule, attribute)
            else:
                self.reach_module(submodule)

    def _reach_member(self, module: str, attribute: str) -> None:
        """Follow `module.attribute`: one of its definitions or submodules."""
        if self.path(f"{module}.{attribute}") is not None:
            self.reach_module(f"{module}.{attribute}")
        else:
            self.reach(module, attribute)

    def _reach_used(self, module: str, statement: ast.stmt) -> None:
        tree = self.tree(module)
        if tree is None:
            raise ValueError(f"Expected a module of the project. Received: {module=}")
        inner = _imports_inside(statement)
        used = {name for name, _ in _uses(statement)}
        for name, found in inner.items():
            if name not in used:
                self._reach_import(module, found, name)
        for name, attribute in _uses(statement):
            imports = [
                found
                for found in ([inner[name]] if name in inner else definition(tree, name))
                if isinstance(found, ast.Import | ast.ImportFrom)
            ]
            for found in imports:
                self._reach_import(module, found, name, attribute)
            if not imports:
                self.reach(module, name)

    def _is_package(self, module: str) -> bool:
        path = self.path(module)
        return path is not None and path.name == "__init__.py"


@functools.cache  # stages share most of what they use
def _imports_inside(statement: ast.stmt) -> dict[str, ast.Import | ast.ImportFrom]:
    """Find the imports within a definition, by the names that they bind."""
    return {
        name: node
        for node in ast.walk(statement)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in bound_names(node)
    }


@functools.cache
def _uses(statement: ast.stmt) -> tuple[tuple[str, str], ...]:
    """List each name that is read, once, with the attribute accessed on it, if any."""
    taken, read, owners = [], [], set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owners.add(id(node.value))
            taken.append((node.value.id, node.attr))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read.append(node)
    names = [(node.id, "") for node in read if id(node) not in owners]
    return tuple(dict.fromkeys([*taken, *names]))


def _targets(
    module: str, statement: ast.Import | ast.ImportFrom, name: str, package: bool
) -> Iterator[tuple[str, str]]:
    """Yield the module, and its member if any, that an import binds to `name`."""
    for alias in statement.names:
        if (alias.asname or alias.name).split(".")[0] != name:
            continue
        if isinstance(statement, ast.Import):
            yield alias.name, ""
        else:
            yield _absolute(module, statement, package), alias.name


def _absolute(module: str, statement: ast.ImportFrom, package: bool) -> str:
    if not statement.level:
        return statement.module or ""
    parts = module.split(".")
    kept = parts[: len(parts) - statement.level + (1 if package else 0)]
    return ".".join([*kept, statement.module] if statement.module else kept)
