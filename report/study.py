"""A study's declaration for the report: sections, questions, and the evidence for each.

All of it is data and can be listed without a store. The part that answers depend on is attached to
the PDF as JSON, and `verify` reads it back from there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from report.delivery import Delivery, Judged, Statement
from report.evidence.declarations import Declared, Evidence, check
from report.evidence.values import Json
from report.store.staleness import Outside

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9. ()/-]*")


@dataclass(frozen=True)
class Question:
    """One question of a study.

    Args:
        label: its label in the specification: "4", "1.5.8a", "3 f".
        heading: the question in our own words.
        evidence: the quantities its answer may use; empty for a question that needs no runs.
        sentences: fewest and most sentences allowed; None if the specification sets no limits.

    Raises:
        ValueError: the label, the limits or the evidence is invalid.
    """

    label: str
    heading: str
    evidence: type[Evidence] | Mapping[str, Declared] = field(default_factory=dict)
    sentences: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if not _LABEL.fullmatch(self.label):
            raise ValueError(f"Expected a label, such as '1.5.8a'. Received: {self.label!r}")
        least, most = self.sentences or (1, 1)
        if not 1 <= least <= most:
            raise ValueError(f"Expected sentence limits of {self.label}. Received: {least}, {most}")
        check(self.declared)

    @property
    def declared(self) -> Mapping[str, Declared]:
        """Its quantities, by name."""
        return self.evidence if isinstance(self.evidence, Mapping) else self.evidence.declared

    @property
    def key(self) -> str:
        """Its label as used in file names and anchors.

        >>> Question("3 f", "Why").key, Question("1.5.8a", "How").key
        ('q3f', 'q1.5.8a')
        """
        return "q" + re.sub(r"[^A-Za-z0-9.-]", "", self.label)

    @property
    def limits(self) -> str:
        """The allowed number of sentences in words; empty if there are no limits."""
        return "{} to {} sentences".format(*self.sentences) if self.sentences else ""

    def as_json(self) -> Json:
        """Convert it to JSON."""
        return {
            "label": self.label,
            "heading": self.heading,
            "sentences": list(self.sentences) if self.sentences else None,
            "evidence": {name: item.as_json() for name, item in self.declared.items()},
        }

    @classmethod
    def from_json(cls, said: Json) -> "Question":
        """Read what `as_json` wrote."""
        limits = said["sentences"]
        return cls(
            label=said["label"],
            heading=said["heading"],
            evidence={name: Declared.from_json(it) for name, it in said["evidence"].items()},
            sentences=None if limits is None else (int(limits[0]), int(limits[1])),
        )


@dataclass(frozen=True)
class Section:
    """Questions under one heading; with an empty heading they are not grouped."""

    heading: str
    questions: tuple[Question, ...]


def ungrouped(*questions: Question) -> tuple[Section, ...]:
    """Make the sections of a study whose questions are not grouped."""
    return (Section("", questions),)


@dataclass(frozen=True)
class Study:
    """A study as its report sees it.

    Args:
        name: the study.
        title: title of the report.
        sections: its questions.
        statements: sections that close the report; no answer depends on these or the next fields.
        judged: the runs whose misclassified samples a person judges; None if there are none.
        delivery: what is handed in; None for a study that is not handed in.

    Raises:
        ValueError: two questions have labels that give the same file name.
    """

    name: str
    title: str
    sections: tuple[Section, ...]
    statements: tuple[Statement, ...] = field(default=(), compare=False)
    judged: Judged | None = field(default=None, compare=False)
    delivery: Delivery | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        keys = [question.key.lower() for question in self.questions]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"Expected labels that differ. Received: {', '.join(twice)} twice")

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the specification's order."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def outside(self) -> Mapping[str, Outside]:
        """For each run name, how to compare the files that its stage read with the current ones."""
        return {self.judged.causes: self.judged.changed} if self.judged else {}

    def as_json(self) -> Json:
        """Convert it to JSON, as attached to the PDF."""
        return {
            "study": self.name,
            "title": self.title,
            "sections": [
                {
                    "heading": section.heading,
                    "questions": [question.as_json() for question in section.questions],
                }
                for section in self.sections
            ],
        }

    @classmethod
    def from_json(cls, said: Json) -> "Study":
        """Read what `as_json` wrote.

        Raises:
            ValueError: the JSON has another form.
        """
        try:
            sections = tuple(
                Section(
                    section["heading"],
                    tuple(Question.from_json(question) for question in section["questions"]),
                )
                for section in said["sections"]
            )
            return cls(said["study"], said["title"], sections)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(f"Expected a study's declarations. Received: {error!r}") from error
