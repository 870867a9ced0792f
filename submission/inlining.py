"""Write a program and the modules that it imports from a folder beside it into one file.

What is handed in without folders must still run: each `from package.module import name` of the
program is replaced by the definitions of that module, and of those that it imports in turn.
"""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from report.errors import ReportError


@dataclass
class _File:
    """A file being written.

    Args:
        folder: folder of the program.
        package: name of the folder beside it whose modules are written into it.
        apart: modules of the package that are handed in beside the program as they are.
    """

    folder: Path
    package: str
    apart: Collection[str]
    imports: list[str] = field(default_factory=list)
    for_types: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    bound: dict[str, tuple[str, str]] = field(default_factory=dict)  # statement and its file

    def add(self, path: Path) -> ast.Module:
        """Add a module's imports, the modules that it needs, and then its definitions."""
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        for needed in _imported(tree, self.package):
            if needed not in self.taken and needed not in self.apart:
                self.taken.add(needed)
                self.add(self.folder / self.package / f"{needed}.py")
        for statement in tree.body:
            self._take(statement, source, path)
        return tree

    def _take(self, statement: ast.stmt, source: str, path: Path) -> None:
        if _is_docstring(statement) or _is_main(statement):
            return
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self.imports += self._outside(statement)
        elif isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            for each in statement.body:
                self.for_types += self._outside(each)
        else:
            text = _without_imports(statement, source, self.package)
            if self._is_new(statement, text, path):
                self.sections.append(text)

    def _outside(self, statement: ast.stmt) -> list[str]:
        """Keep an import of a library; remove the package from one of a module that stays apart."""
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            raise ReportError(f"Expected an import. Received: {ast.unparse(statement)}")
        module = _module_of(statement, self.package)
        if module is None:
            return [ast.unparse(statement)]
        if module not in self.apart:
            return []
        names = ast.unparse(statement).partition(" import ")[2]
        return [f"from {module} import {names}"]

    def _is_new(self, statement: ast.stmt, text: str, path: Path) -> bool:
        """Tell whether a statement binds new names; binding one again differently is an error."""
        new = True
        for name in _bound(statement):
            before = self.bound.setdefault(name, (text, path.name))
            if before[0] != text:
                raise ReportError(
                    f"Expected names that differ in files that become one. Received: {name}, "
                    f"defined in {before[1]} and otherwise in {path.name}"
                )
            new = new and before == (text, path.name)
        return new


def inlined(program: Path, package: str, apart: Collection[str]) -> bytes:
    """Write a program as one file.

    Args:
        program: its path.
        package: folder beside it that it imports modules from.
        apart: modules of the package that are handed in beside it as they are.

    Raises:
        ReportError: two of the files define the same name differently.
    """
    file = _File(program.parent, package, apart)
    tree = file.add(program)
    last = [ast.unparse(statement) for statement in tree.body if _is_main(statement)]
    parts = [f'"""{ast.get_docstring(tree)}\n"""', "\n".join(_merged(file.imports))]
    if file.for_types:
        lines = [f"    {line}" for line in _merged(file.for_types)]
        parts.append("\n".join(["if TYPE_CHECKING:", *lines]))
    return "\n\n\n".join([*parts, *file.sections, *last]).encode() + b"\n"


def _merged(imports: Iterable[str]) -> list[str]:
    """Sort imports, one line per module.

    >>> _merged(["from typing import Any", "import os", "from typing import Any, Protocol"])
    ['import os', 'from typing import Any, Protocol']
    """
    plain: set[str] = set()
    named: defaultdict[str, set[str]] = defaultdict(set)
    for line in imports:
        start, _, names = line.partition(" import ")
        if names:
            named[start] |= set(names.split(", "))
        else:
            plain.add(line)
    return [
        *sorted(plain),
        *(f"{start} import {', '.join(sorted(named[start]))}" for start in sorted(named)),
    ]


def _module_of(statement: ast.stmt, package: str) -> str | None:
    """Name the module of the package that a statement imports from, if it does."""
    if not isinstance(statement, ast.ImportFrom):
        return None
    name = statement.module or ""
    if statement.level == 1:
        return name
    head, _, rest = name.partition(".")
    return rest if head == package and rest else None


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    """List the modules of the package that a file imports, anywhere in it."""
    for node in ast.walk(tree):
        module = _module_of(node, package) if isinstance(node, ast.stmt) else None
        if module is not None:
            yield module


def _without_imports(statement: ast.stmt, source: str, package: str) -> str:
    """Return a statement's text, decorators included, without its imports from the package."""
    lines = source.split("\n")
    first = min([statement.lineno, *(each.lineno for each in _decorators(statement))])
    dropped = {
        number
        for node in ast.walk(statement)
        if isinstance(node, ast.stmt) and _module_of(node, package) is not None
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    kept = range(first, (statement.end_lineno or first) + 1)
    return "\n".join(lines[number - 1] for number in kept if number not in dropped)


def _decorators(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return statement.decorator_list
    return []


def _bound(statement: ast.stmt) -> Iterator[str]:
    """List the names that a statement of a module binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test)
