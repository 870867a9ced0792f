"""The language of answers: Jinja in a sandbox, with `require` and `allow`, checked before it runs.

A template is parsed once. Its tree shows the numbers typed by hand, the names missing from the
evidence, and the branches that depend on a verdict; those branches and all `require` statements
leave marks in the rendered text, which link a claim to its proof.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from contract.spelling import nearest
from report.answers.wording import Finding, typed_numbers
from report.evidence.values import TOKEN_END, TOKEN_START, token
from report.evidence.verdicts import Verdict

OPEN, CLOSE, MARK = "o", "c", "m"  # kinds of tokens: a branch on a verdict, a proof in place
FILTERS = ("first", "last", "join", "length", "list", "reverse", "sort", "unique")
_REQUIRE, _ALLOW, _ENTER, _LEAVE = STATEMENTS = "_require", "_allow", "_enter", "_leave"


# Attributes of evidence that a template may use; all others stay hidden, raw text in particular.
ATTRIBUTES: Mapping[type, frozenset[str]] = {
    Verdict: frozenset({"effect", "p_value"}),
    LoopContext: frozenset({"first", "last"}),
    dict: frozenset({"items", "keys", "values"}),
}


class NamedUndefined(StrictUndefined):
    """An attribute that does not exist or that a template may not use."""

    @property
    def _undefined_message(self) -> str:
        owner, name = self._undefined_obj, str(self._undefined_name)
        known = ATTRIBUTES.get(type(owner), frozenset())
        return (
            f"Expected an attribute that {type(owner).__name__} has for answers."
            f" Received: {name} ({nearest(name, known)})"
        )


class Statements(Extension):
    """`{% require CONDITION %}` and `{% allow "TEXT", "TEXT" because "REASON" %}`."""

    tags = {"require", "allow"}  # noqa: RUF012  # Jinja reads it from the class

    def parse(self, parser: Parser) -> nodes.Node:
        """Parse one of the two statements."""
        statement = next(parser.stream)
        if statement.value == "allow":
            return self._allow(parser, statement.lineno)
        condition = parser.parse_expression()
        names = {
            _dotted(node): node
            for node in _nodes(condition, (nodes.Name, nodes.Getattr))
            if _dotted(node)
        }
        longest = {
            name: node
            for name, node in names.items()
            if not any(other.startswith(f"{name}.") for other in names)
        }
        values = nodes.Dict([nodes.Pair(nodes.Const(name), node) for name, node in longest.items()])
        call = nodes.Call(
            nodes.Name(_REQUIRE, "load"),
            [condition, nodes.Const(statement.lineno), values],
            [],
            None,
            None,
        )
        return nodes.Output([call], lineno=statement.lineno)

    def _allow(self, parser: Parser, line: int) -> nodes.Node:
        texts = [parser.stream.expect("string").value]
        while parser.stream.skip_if("comma"):
            texts.append(parser.stream.expect("string").value)
        if parser.stream.current.type != "name" or parser.stream.current.value != "because":
            parser.fail('Expected {% allow "TEXT" because "REASON" %}: the reason is missing', line)
        next(parser.stream)
        reason = parser.stream.expect("string").value
        if not reason.strip():
            parser.fail("Expected a reason. Received: an empty one", line)
        call = nodes.Call(
            nodes.Name(_ALLOW, "load"),
            [*map(nodes.Const, texts), nodes.Const(reason)],
            [],
            None,
            None,
        )
        return nodes.ExprStmt(call, lineno=line)


def environment(finalize: Callable[[Any], Any]) -> ImmutableSandboxedEnvironment:
    """Make an environment in which a template can reach only what it is given."""
    made = _Sandbox(
        undefined=NamedUndefined,
        extensions=[Statements],
        finalize=finalize,
        autoescape=False,  # it renders Markdown; HTML is generated and escaped later
        keep_trailing_newline=True,
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%", "/", "//", "-"})

    def is_safe_attribute(self, obj: Any, attr: str, _value: Any) -> bool:
        """Allow the attributes in `ATTRIBUTES`."""
        return attr in ATTRIBUTES.get(type(obj), frozenset())

    def unsafe_undefined(self, obj: Any, attribute: str) -> NamedUndefined:
        """Treat a forbidden attribute like one that does not exist."""
        return NamedUndefined(obj=obj, name=attribute)

    def call_binop(self, _context: Any, operator: str, _left: Any, _right: Any) -> Any:
        """Refuse arithmetic, which would create numbers that are not in the ledger."""
        raise TypeError(
            f"Expected no arithmetic in an answer; declare the quantity in the study's evidence."
            f" Received: {operator}"
        )


def _nodes(root: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> Iterator[nodes.Node]:
    if isinstance(root, kinds):
        yield root
    for child in root.iter_child_nodes():
        yield from _nodes(child, kinds)


def _dotted(node: nodes.Node) -> str:
    """Write a name with its attributes as in the template; empty for other expressions."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr):
        owner = _dotted(node.node)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def parse(
    made: ImmutableSandboxedEnvironment, source: str, file: str
) -> tuple[nodes.Template | None, list[Finding]]:
    """Parse a template; return None and a finding if it is invalid."""
    for number, line in enumerate(source.splitlines(), 1):
        if TOKEN_START in line or TOKEN_END in line:
            return None, [Finding(f"{file}:{number}", "Expected no private-use characters")]
    try:
        tree = made.parse(source, file, file)
        written = [str(getattr(const, "value", "")) for const in _nodes(tree, (nodes.Const,))]
    except TemplateSyntaxError as error:
        return None, [Finding(f"{file}:{error.lineno}", str(error.message))]
    except RecursionError:
        return None, [Finding(file, "Expected expressions that Jinja can read. Received: too deep")]
    except ValueError as error:  # an integer of thousands of digits
        return None, [Finding(file, f"Expected numbers that Jinja can read. Received: {error}")]
    others = [
        Finding(
            _place(source.splitlines(), file, node.lineno, type(node).__name__.lower()),
            "Expected an answer that reads no other file."
            f" Received: {source.splitlines()[node.lineno - 1].strip()}",
        )
        for node in _nodes(tree, (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends))
    ]
    if any(TOKEN_START in text or TOKEN_END in text for text in written):  # as an escape
        others.append(Finding(file, "Expected no private-use characters"))
    return (None if others else tree), others


def allowed_texts(tree: nodes.Template) -> dict[str, str]:
    """List the texts that a template's `allow` statements allow, with the reasons."""
    texts: dict[str, str] = {}
    for call in _nodes(tree, (nodes.Call,)):
        if isinstance(call, nodes.Call) and getattr(call.node, "name", "") == _ALLOW:
            *allowed, reason = (arg.value for arg in call.args if isinstance(arg, nodes.Const))
            texts |= dict.fromkeys(allowed, reason)
    return texts


def _place(lines: list[str], file: str, line: int, text: str) -> str:
    """Locate a text at or after a line."""
    pattern = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
    for number in range(line, len(lines) + 1):
        at = pattern.search(lines[number - 1])
        if at:
            return f"{file}:{number}:{at.start() + 1}"
    return f"{file}:{line}"


def unknown_names(
    tree: nodes.Template, source: str, file: str, known: Collection[str]
) -> list[Finding]:
    """Find undefined names.

    Args:
        tree: the parsed template.
        source: the template's text.
        file: the template's name in findings.
        known: the names that the template may use.
    """
    lines, found = source.splitlines(), []
    stored = {node.name for node in _nodes(tree, (nodes.Name,)) if node.ctx != "load"}  # type: ignore[attr-defined]  # they are nodes.Name
    own = {*known, *stored, "loop", "caller", *STATEMENTS}
    for node in _nodes(tree, (nodes.Name, nodes.Filter)):
        if isinstance(node, nodes.Name) and node.name not in own:
            message = f"Expected evidence. Received: {node.name} ({nearest(node.name, known)})"
            found.append(Finding(_place(lines, file, node.lineno, node.name), message))
        if isinstance(node, nodes.Filter) and node.name not in {"num", *FILTERS}:
            message = f"Expected a filter. Received: {node.name} ({nearest(node.name, ['num'])})"
            found.append(Finding(_place(lines, file, node.lineno, node.name), message))
    return found


def typed_by_hand(tree: nodes.Template, source: str, file: str) -> list[Finding]:
    """Find numbers typed into the template.

    Args:
        tree: the parsed template.
        source: the template's text.
        file: the template's name in findings.
    """
    lines, allowed, found = source.splitlines(), allowed_texts(tree), []
    for text, line in _own_words(tree):
        for at, number in typed_numbers(text, allowed):
            place = _place(lines, file, line + text[:at].count("\n"), number)
            message = (
                f"Expected numbers from evidence only. Received: {number!r} typed by hand in"
                f" {_around(text, at)!r}; print evidence with num, or allow it with a reason"
            )
            found.append(Finding(place, message))
    return found


def _around(text: str, at: int) -> str:
    """Return the line of a text that contains an offset."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[start : end if end >= 0 else None].strip()


def _own_words(node: nodes.Node) -> Iterator[tuple[str, int]]:
    """Yield all texts that a template may print, and the number literals it prints."""
    if isinstance(node, nodes.TemplateData):
        yield node.data, node.lineno
    elif isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value, node.lineno
    elif not _unprinted(node):
        for child in node.iter_child_nodes():
            if (
                isinstance(node, nodes.Output | nodes.Concat)
                and isinstance(child, nodes.Const)
                and isinstance(child.value, int | float)
            ):
                yield str(child.value), child.lineno
            # An index only selects what is printed, as do the names of a table's columns.
            picks = (isinstance(node, nodes.Getitem) and child is node.arg) or (
                isinstance(node, nodes.Pair) and child is node.key
            )
            if not picks:
                yield from _own_words(child)


def _unprinted(node: nodes.Node) -> bool:
    """Whether nothing below a node is printed: comparisons, statements, names of columns."""
    if isinstance(node, nodes.Keyword) and node.key == "percent":
        return True
    own_call = isinstance(node, nodes.Call) and getattr(node.node, "name", "") in STATEMENTS
    return own_call or isinstance(node, nodes.Compare)


def mark_branches(tree: nodes.Template, verdicts: Collection[str]) -> None:
    """Make branches and expressions that depend on a verdict leave marks in their output.

    Args:
        tree: changed in place.
        verdicts: names of the verdicts in the evidence.
    """

    def rests(node: nodes.Node) -> bool:
        return any(
            isinstance(name, nodes.Name) and name.name in verdicts
            for name in _nodes(node, (nodes.Name,))
        )

    def call(name: str) -> nodes.Output:
        return nodes.Output([nodes.Call(nodes.Name(name, "load"), [], [], None, None)])

    for branch in list(_nodes(tree, (nodes.If,))):
        if isinstance(branch, nodes.If) and rests(branch.test):
            for body in (branch.body, branch.else_, *(other.body for other in branch.elif_)):
                if body:
                    body.insert(0, call(_ENTER))
                    body.append(call(_LEAVE))
    for output in list(_nodes(tree, (nodes.Output,))):
        if isinstance(output, nodes.Output):
            marked: list[nodes.Expr] = []
            for node in output.nodes:
                marked += [nodes.TemplateData(token(MARK, "")), node] if rests(node) else [node]
            output.nodes = marked
