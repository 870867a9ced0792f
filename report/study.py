"""What a study tells the report: its questions and, for each, the evidence an answer may use."""

from dataclasses import dataclass
from typing import Protocol, Self, get_type_hints

from report.store.runs import Runs

WORDS = frozenset({"num", "verdict", "require", "allow", "figure", "table"})  # of an answer


class Evidence(Protocol):
    """The evidence of one question: a frozen dataclass whose fields are an answer's vocabulary.

    Each field is annotated with its meaning: `epochs: Annotated[Number, "epochs trained for"]`.
    """

    @classmethod
    def read(cls, runs: Runs) -> Self:
        """Read all fields from a study's runs."""


@dataclass(frozen=True)
class Question:
    """One question of a study.

    Args:
        number: the specification's.
        heading: in our own words.
        least: fewest sentences that its answer may have.
        most: most sentences that its answer may have.
        evidence: the dataclass whose fields its answer may use.

    Raises:
        ValueError: a field bears the name of a word that answers are written with.
    """

    number: int
    heading: str
    least: int
    most: int
    evidence: type[Evidence]

    def __post_init__(self) -> None:
        hidden = sorted(WORDS & set(vocabulary(self.evidence)))
        if hidden:
            raise ValueError(
                f"Expected fields of {self.evidence.__name__} other than the words of an answer "
                f"({', '.join(sorted(WORDS))}). Received: {', '.join(hidden)}"
            )


@dataclass(frozen=True)
class Study:
    """A study as its report sees it."""

    name: str
    title: str
    questions: tuple[Question, ...]


def vocabulary(evidence: type[Evidence]) -> dict[str, str]:
    """List a question's evidence: what each field means, by its name."""
    hints = get_type_hints(evidence, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}
