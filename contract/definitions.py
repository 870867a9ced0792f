"""Hash a module's top-level definitions by their syntax trees, so that comments change nothing."""

import ast
import functools
import hashlib
import threading
from pathlib import Path

# CPython 3.11 has one counter for all threads of the depth of the trees that they build, so two
# threads that parse at the same time fail ("AST constructor recursion depth mismatch").
PARSING = threading.Lock()
ROOT = Path(__file__).resolve().parent.parent


def module_path(module: str, root: Path = ROOT) -> Path | None:
    """Find the file of one of the project's modules; None for any other module.

    >>> module_path("contract.definitions").name
    'definitions.py'
    >>> module_path("json") is None
    True
    """
    base = root.joinpath(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def parsed(source: str, filename: str = "<unknown>") -> ast.Module:
    """Parse Python source, one thread at a time, see `PARSING`."""
    with PARSING:
        return ast.parse(source, filename)


@functools.cache
def _parsed(path: Path, _changed_ns: int, _size: int) -> ast.Module:
    return parsed(path.read_text(encoding="utf-8"), str(path))


def syntax_tree(path: Path) -> ast.Module:
    """Parse a file, once for each version of it."""
    stat = path.stat()
    return _parsed(path, stat.st_mtime_ns, stat.st_size)


def bound_names(statement: ast.stmt) -> set[str]:
    """List the names that a top-level statement binds, including imports.

    >>> sorted(bound_names(ast.parse("A, b = 1, 2").body[0]))
    ['A', 'b']
    """
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def definition(tree: ast.Module, name: str) -> list[ast.stmt]:
    """Collect the top-level statements that bind `name`, in order; empty if there are none."""
    return _definitions(tree).get(name, [])


@functools.cache  # a stage's fingerprint needs hundreds of names
def _definitions(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    found: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for name in bound_names(statement):
            found.setdefault(name, []).append(statement)
    return found


def _without_docstrings(node: ast.AST) -> ast.AST:
    copied = parsed(ast.unparse(node))
    for inner in ast.walk(copied):
        if (
            isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and ast.get_docstring(inner, clean=False) is not None
        ):
            inner.body = inner.body[1:] or [ast.Pass()]
    return copied


def definition_sha256(module: str, name: str, root: Path = ROOT) -> str | None:
    """Hash a definition; None if the module or the name no longer exists.

    Args:
        module: dotted name of one of the project's modules.
        name: a top-level function, class or variable of the module.
        root: the project's folder.
    """
    path = module_path(module, root)
    if path is None:
        return None
    return tree_sha256(syntax_tree(path), name)


@functools.cache
def tree_sha256(tree: ast.Module, name: str) -> str | None:
    """Hash a definition of a parsed module; None if it has none of that name."""
    statements = definition(tree, name)
    if not statements:
        return None
    text = "\n".join(ast.dump(_without_docstrings(statement)) for statement in statements)
    return hashlib.sha256(text.encode()).hexdigest()
