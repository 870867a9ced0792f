"""Keep judgements in their file, and refuse those that were made upon an older state of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from contract import causes
from contract.causes import Judgement
from contract.names import Profile

Image = NDArray[np.uint8]


class UnknownSampleError(LookupError):
    """A sample that is not on the desk was asked for."""


class OlderStateError(Exception):
    """A judgement was made upon an older state of the sample than the file holds.

    Args:
        held: what the file holds.
    """

    def __init__(self, held: Judgement) -> None:
        super().__init__(f"sample {held.test_index} has been judged since")
        self.held = held


@dataclass(frozen=True)
class Neighbor:
    """A training sample that is near a misclassified one.

    Args:
        image: (height, width) uint8, as published.
        label: name of its class.
        distance: between the codes of the two.
    """

    image: Image
    label: str
    distance: float


@dataclass(frozen=True)
class Suggestion:
    """A cause that the measurements suggest, and why."""

    cause: str
    reason: str


@dataclass(frozen=True)
class Sample:
    """A misclassified test sample with all that there is to judge it by.

    Args:
        test_index: position in the test set.
        image: (height, width) uint8, as published.
        true: name of the class that it is labelled with.
        predicted: name of the class that it was taken for.
        example: the nearest training sample of its own class.
        counterexample: the nearest training sample of another class.
        suggestions: what the measurements say.
    """

    test_index: int
    image: Image
    true: str
    predicted: str
    example: Neighbor
    counterexample: Neighbor
    suggestions: tuple[Suggestion, ...]

    def images(self) -> dict[str, Image]:
        """Name its three pictures."""
        return {
            "sample": self.image,
            "example": self.example.image,
            "counterexample": self.counterexample.image,
        }


def version(judgement: Judgement) -> str:
    """Tell one state of a sample's judgement from another, whoever wrote it.

    >>> version(Judgement(7)) == version(Judgement(7, remark="a sleeve is missing"))
    False
    """
    text = "\n".join((*judgement.causes, "", judgement.remark))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Desk:
    """The misclassified samples of a study's profile, and the file that their judgements are in.

    Args:
        study: its name.
        profile: whose misclassified samples they are.
        samples: in the order in which they are shown.
        file: where the judgements are kept; made with the first of them.

    Raises:
        JudgementError: the file holds something else than judgements of these samples.
    """

    def __init__(self, study: str, profile: Profile, samples: Sequence[Sample], file: Path) -> None:
        self.study = study
        self.profile = profile
        self.samples = {sample.test_index: sample for sample in samples}
        self.file = file
        self.judgements()

    def judgements(self) -> dict[int, Judgement]:
        """Read what is judged by now: one judgement a sample, an empty one where there is none."""
        found = causes.read(self.file, self.profile, self.samples)
        return {index: found.get(index, Judgement(index)) for index in self.samples}

    def judged(self) -> int:
        """Count the samples for which a cause is named."""
        return sum(judgement.judged for judgement in self.judgements().values())

    def keep(self, judgement: Judgement, upon: str) -> Judgement:
        """Put a judgement into the file, under a lock between all programs that do so.

        Args:
            judgement: of one of the samples.
            upon: version of the judgement that it takes the place of.

        Returns:
            What the file holds now.

        Raises:
            UnknownSampleError: the sample is none of those on the desk.
            OlderStateError: the file holds another judgement than the one that it was made upon.
            JudgementError: the file has been spoilt meanwhile; it stays as it is.
        """
        if judgement.test_index not in self.samples:
            raise UnknownSampleError(
                f"Expected one of the misclassified samples. Received: {judgement.test_index}"
            )
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.file.with_name(f".{self.file.name}.lock")):
            held = self.judgements()
            here = held[judgement.test_index]
            if here == judgement:
                return here  # sent twice, as when an answer was lost on its way
            if version(here) != upon:
                raise OlderStateError(here)
            held[judgement.test_index] = judgement
            causes.write(self.file, held.values(), self.profile)
        return judgement
