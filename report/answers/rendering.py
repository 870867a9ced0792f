"""Render an answer: template and evidence become prose, figures and tables, plus any findings."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from report.answers import markdown, sentences, template
from report.answers.files import AnswerTemplate
from report.answers.formulas import Formulas
from report.answers.ledger import Block, Entry, Judgement, Ledger
from report.answers.normal_form import visible
from report.answers.recorder import Recorder
from report.answers.wording import Finding, claims, typed_numbers, without
from report.errors import ReportError
from report.evidence.reading import Value
from report.evidence.values import TOKEN_END, TOKEN_START
from report.evidence.verdicts import Verdict
from report.study import Question

_BLOCK = re.compile(r"<!--block ([0-9a-f]+)-->")


@dataclass(frozen=True)
class Answer:
    """A rendered answer.

    Args:
        question: the question.
        pieces: prose as HTML, figures and tables, in order.
        paragraphs: the prose as plain text.
        sentences: the same text, split.
        allowed: numbers and claims that were allowed, with the reasons.
        template: the template it was rendered from.
    """

    question: Question
    pieces: tuple[str | Block, ...]
    paragraphs: tuple[str, ...]
    sentences: tuple[str, ...]
    allowed: Mapping[str, str]
    template: AnswerTemplate


def render(
    question: Question,
    evidence: Mapping[str, Value],
    words: AnswerTemplate,
    ledger: Ledger,
    formulas: Formulas,
) -> tuple[Answer | None, list[Finding]]:
    """Render an answer and record what it prints in the ledger.

    Args:
        question: the question.
        evidence: the values it may use.
        words: its template.
        ledger: receives what it prints.
        formulas: receives the formulas it draws.

    Returns:
        The answer, or None if it cannot be rendered, and the findings.
    """
    file, source = words.file, words.source
    recorder = Recorder(question.label, question.key, ledger, formulas)
    made = template.environment(recorder.printable)
    made.filters["num"] = recorder.num
    vocabulary = {
        **evidence,
        "verdict": recorder.verdict,
        "figure": recorder.figure,
        "table": recorder.table,
    }
    tree, unreadable = template.parse(made, source, file)
    if tree is None:
        return None, unreadable
    typed = template.typed_by_hand(tree, source, file)
    unknown = template.unknown_names(tree, source, file, vocabulary)
    if unknown:
        return None, [*unknown, *typed]
    calls = (recorder.require, recorder.allow, recorder.enter, recorder.leave)
    statements = dict(zip(template.STATEMENTS, calls, strict=True))
    try:
        text = _run(made, tree, {**vocabulary, **statements}, file)
        prose = markdown.read(text, formulas.html)
        answer = _assemble(question, prose, recorder, words)
    except (
        TemplateError,
        ArithmeticError,
        LookupError,
        RecursionError,
        SyntaxError,
        TypeError,
        ValueError,
        ReportError,
    ) as error:
        return None, [*typed, Finding(_failed_at(error, file, source), str(error))]
    judgements = recorder.judgements()
    ledger.judgements += judgements
    ledger.entries += _printed(prose, recorder, judgements)
    ledger.texts += recorder.texts
    ledger.blocks += recorder.blocks
    return answer, [
        *typed,
        *_unkept(prose, recorder, file, source),
        *([] if typed else _overlooked(answer, prose, recorder, file)),
        *_unproven(prose, recorder, file, source),
        *_length(answer),
    ]


def _run(
    made: ImmutableSandboxedEnvironment,
    tree: nodes.Template,
    names: Mapping[str, object],
    file: str,
) -> str:
    verdicts = [name for name, value in names.items() if isinstance(value, Verdict)]
    template.mark_branches(tree, verdicts)
    return Template.from_code(made, made.compile(tree, file, file), {}).render(names)


def _failed_at(error: Exception, file: str, source: str) -> str:
    """Locate an error by line and column of the template."""
    line = 0
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    received = re.search(r"Received: (\w+)", str(error))
    lines = source.splitlines()
    if received and 0 < line <= len(lines):
        at = re.search(rf"(?<!\w){re.escape(received[1])}(?!\w)", lines[line - 1])
        if at:
            return f"{file}:{line}:{at.start() + 1}"
    return f"{file}:{line}" if line else file


def _assemble(
    question: Question, prose: markdown.Prose, recorder: Recorder, words: AnswerTemplate
) -> Answer:
    pieces: list[str | Block] = []
    for at, piece in enumerate(_BLOCK.split(recorder.expand(prose.html))):
        if at % 2:
            pieces.append(recorder.blocks[int(piece, 16)])
        elif piece.strip():
            pieces.append(piece.strip())
    plain = (recorder.plain(paragraph).strip() for paragraph in prose.paragraphs)
    paragraphs = tuple(text for text in plain if text)
    read = tuple(text for _, text in _marked_sentences(prose.paragraphs, recorder) if text)
    return Answer(question, tuple(pieces), paragraphs, read, recorder.allowed, words)


def _marked_sentences(texts: Iterable[str], recorder: Recorder) -> Iterator[tuple[str, str]]:
    """Yield each sentence twice: with its marks, and as plain text."""

    def kept(kind: str, payload: str) -> str:
        whole = f"{TOKEN_START}{kind}{payload}{TOKEN_END}"
        return whole if kind in "ocm" else recorder.plain(whole)

    for sentence in sentences.of(markdown.expand(text, kept) for text in texts):
        yield sentence, " ".join(recorder.plain(sentence).split())


def _unkept(prose: markdown.Prose, recorder: Recorder, file: str, source: str) -> Iterator[Finding]:
    """Find the `require` statements that are no longer true."""
    beside = {}
    for marked, sentence in _marked_sentences(prose.paragraphs, recorder):
        for kind, payload in re.findall(markdown.TOKEN, marked):
            if kind == template.MARK and payload:
                beside[int(payload, 16)] = sentence
    lines = source.splitlines()
    for at, required in enumerate(recorder.required):
        if not required.holds:
            values = ", ".join(f"{name} = {value}" for name, value in required.values.items())
            yield Finding(
                f"{file}:{required.line}",
                f"The evidence no longer supports {beside.get(at, 'the sentence')!r}:"
                f" {lines[required.line - 1].strip()} with {values or 'no evidence'}",
            )


def _printed(
    prose: markdown.Prose, recorder: Recorder, judgements: Sequence[Judgement]
) -> list[Entry]:
    """Keep the entries that a reader sees, or that a verdict rests on.

    A template may format a number and print it in one branch only.
    """
    texts = (prose.html, *(caption.words for caption in recorder.captions))
    tokens = [token for text in texts for token in re.findall(markdown.TOKEN, text)]
    seen = {int(payload, 16) for kind, payload in tokens if kind == "n"}
    judged = {entry.id for judgement in judgements for entry in judgement.entries}
    return [
        entry
        for at, entry in enumerate(recorder.entries)
        if at in seen or entry.place != entry.id or entry.id in judged
    ]


def _overlooked(
    answer: Answer, prose: markdown.Prose, recorder: Recorder, file: str
) -> Iterator[Finding]:
    """Find numbers in the rendered text that are not visible in the template."""
    captions = (caption.words for caption in recorder.captions)
    for words in (*prose.paragraphs, *captions, *recorder.others):
        own = visible(markdown.expand(words, lambda _kind, _payload: sentences.FORMULA))
        for _, number in typed_numbers(own, recorder.allowed):
            yield Finding(file, f"Expected numbers from evidence only. Received: {number!r}")
    # A number that touches letters would not be told from them by `verify`.
    texts = [entry.printed.text for entry in recorder.entries]
    texts += [str(said["text"]) for said in recorder.texts]
    texts += [block.label for block in recorder.blocks]
    for sentence in answer.sentences:
        rest = without(visible(sentence), map(visible, (*texts, *recorder.allowed)))
        for _, number in typed_numbers(rest, recorder.allowed):
            yield Finding(
                file,
                "Expected evidence apart from letters and digits. "
                f"Received: {number!r} in {sentence!r}",
            )


def _unproven(
    prose: markdown.Prose, recorder: Recorder, file: str, source: str
) -> Iterator[Finding]:
    """Find claims in sentences without a verdict or a `require`."""
    unproven = list(_claiming(prose.paragraphs, recorder))
    for caption in recorder.captions:
        if not caption.proven:
            unproven += _claiming([caption.words], recorder)
    for word, sentence in unproven:
        line = next((at for at, text in enumerate(source.splitlines(), 1) if word in text), None)
        yield Finding(
            f"{file}:{line}" if line else file,
            f"Expected a verdict or a require in the sentence that claims {word!r}."
            f" Received: {sentence!r}",
        )


def _claiming(texts: Iterable[str], recorder: Recorder) -> Iterator[tuple[str, str]]:
    """Find sentences that claim something without proof, with the word that makes the claim."""
    depth = 0
    for marked, sentence in _marked_sentences(texts, recorder):
        leading, within, trailing = _marks(marked)
        depth += _deeper(leading)
        proven = depth > 0 or template.OPEN in within
        proven = proven or template.MARK in (*leading, *within, *trailing)
        depth += _deeper(within) + _deeper(trailing)
        for _, word in () if proven else claims(visible(sentence), recorder.allowed):
            yield word, sentence


def _marks(marked: str) -> tuple[list[str], list[str], list[str]]:
    """Sort a sentence's marks: before the first word, within the sentence, after the full stop."""
    pieces = sentences.MARK.split(marked)
    kinds = [found[1] for found in re.finditer(markdown.TOKEN, marked)]
    first = next((at for at, piece in enumerate(pieces) if piece.strip()), len(kinds))
    last = max((at for at, piece in enumerate(pieces) if piece.strip()), default=len(kinds))
    return kinds[:first], kinds[first:last], kinds[last:]


def _deeper(kinds: list[str]) -> int:
    return kinds.count(template.OPEN) - kinds.count(template.CLOSE)


def _length(answer: Answer) -> Iterator[Finding]:
    count, question = len(answer.sentences), answer.question
    least, most = question.sentences or (1, count)
    if not least <= count <= most:
        yield Finding(
            answer.template.file,
            f"Expected {question.limits or 'a sentence'} in the answer to Question"
            f" {question.label}. Received: {count}",
        )
