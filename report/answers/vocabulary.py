"""List what an answer may use: the language's five words and the evidence of its question."""

from collections.abc import Iterator

from report.answers.printing import printed
from report.errors import ReportError
from report.evidence.exhibits import Figure, Table
from report.evidence.reading import Reader, Value
from report.evidence.values import Number, Text
from report.evidence.verdicts import Verdict
from report.store.runs import Runs
from report.study import Question, Study

LANGUAGE = r"""
An answer is Markdown with Jinja. If answers/STUDY/q1.md.j2 exists, it replaces
templates/STUDY/q1.md.j2. It may use its question's evidence, listed below, and these words:

  {{ accuracy | num }}          a number, rounded to its known digits; also num(percent=true),
                                num(points=true) for a difference of percentages,
                                num(words=true), num(signed=true), num(digits=2),
                                num(interval=true), num(spread=true)
  {{ note }}                    a text, as logged by the run
  {% if verdict(help) == "helped" %} … {% elif … %} … {% else %} … {% endif %}
                                a branch on a verdict. A sentence that claims something ("best",
                                "improved", "overfits") must rest on a verdict or a require
  {{ help.effect | num }}       the size of a verdict's effect
  {{ help.p_value | num }}      the p-value of a verdict by a test
  {% require a > b %}           fails the build if the condition is no longer true
  {% allow "3 x 3" because "it is the kernel's name" %}
                                allows a typed number or a word that makes a claim
  {% call figure(curves, alt="what the picture shows") %} caption {% endcall %}
  {% call table(trials, columns={"loss": "loss"}, percent=["share"]) %} caption {% endcall %}
  {{ curves }}                  "Figure 1": a reference to a figure or table shown
  $\hat{y} = \sigma(z)$         a formula
"""


def lines(study: Study, runs: Runs) -> Iterator[str]:
    """Write a study's vocabulary.

    Args:
        study: the study.
        runs: the runs to read current values from.
    """
    yield LANGUAGE.replace("STUDY", study.name)
    for question in study.questions:
        limits = f" ({question.limits})" if question.limits else ""
        yield f"Question {question.label}: {question.heading}{limits}"
        yield from _evidence(question, runs)
        yield ""


def _evidence(question: Question, runs: Runs) -> Iterator[str]:
    values: dict[str, Value] = {}
    try:
        values = Reader(question.declared, runs).all()
    except (ReportError, ValueError) as error:
        yield f"  no values: {str(error).splitlines()[0]}"
    width = max((len(name) for name in question.declared), default=0)
    for name, declared in question.declared.items():
        value = f" = {_present(values[name])}" if name in values else ""
        yield f"  {name:<{width}}  {declared.meaning}{value}"
    if not question.declared:
        yield "  no evidence: its answer needs no runs"


def _present(value: object) -> str:
    if isinstance(value, Number):
        return printed(value).text
    if isinstance(value, Text):
        return repr(value.value)
    if isinstance(value, Verdict):
        return f"{str(value.outcome)!r} of {', '.join(map(repr, value.outcomes))}"
    if isinstance(value, Table):
        return f"{len(value)} rows of {', '.join(value.columns)}"
    if isinstance(value, Figure):
        return f"{value.width_mm:.0f} mm x {value.height_mm:.0f} mm"
    return repr(value)
