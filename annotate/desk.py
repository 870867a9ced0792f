"""Save judgements to their file, and refuse those that are based on an outdated version of it."""

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
    """The requested sample is not among the desk's samples."""


class OlderStateError(Exception):
    """A judgement is based on an outdated version of the sample's judgement.

    Args:
        held: the judgement in the file.
    """

    def __init__(self, held: Judgement) -> None:
        super().__init__(f"sample {held.test_index} has been judged in the meantime")
        self.held = held


@dataclass(frozen=True)
class Neighbor:
    """A training sample close to a misclassified one.

    Args:
        image: (height, width) uint8, as published.
        label: name of its class.
        distance: distance between the codes of the two.
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
    """A misclassified test sample with everything needed to judge it.

    Args:
        test_index: position in the test set.
        image: (height, width) uint8, as published.
        true: name of its labelled class.
        predicted: name of its predicted class.
        example: the nearest training sample of its own class.
        counterexample: the nearest training sample of another class.
        suggestions: causes suggested by the measurements.
    """

    test_index: int
    image: Image
    true: str
    predicted: str
    example: Neighbor
    counterexample: Neighbor
    suggestions: tuple[Suggestion, ...]

    def images(self) -> dict[str, Image]:
        """Return its three images, by name."""
        return {
            "sample": self.image,
            "example": self.example.image,
            "counterexample": self.counterexample.image,
        }


def version(judgement: Judgement) -> str:
    """Hash a sample's judgement, to detect changes by anyone.

    >>> version(Judgement(7)) == version(Judgement(7, remark="a sleeve is missing"))
    False
    """
    text = "\n".join((*judgement.causes, "", judgement.remark))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Desk:
    """The misclassified samples of a study's profile, and the file of their judgements.

    Args:
        study: its name.
        profile: profile of the runs.
        samples: the misclassified samples, in display order.
        file: file of the judgements; created with the first one.

    Raises:
        JudgementError: the file contains anything but judgements of these samples.
    """

    def __init__(self, study: str, profile: Profile, samples: Sequence[Sample], file: Path) -> None:
        self.study = study
        self.profile = profile
        self.samples = {sample.test_index: sample for sample in samples}
        self.file = file
        self.judgements()

    def judgements(self) -> dict[int, Judgement]:
        """Read the current judgements: one per sample, empty if it is not judged yet."""
        found = causes.read(self.file, self.profile, self.samples)
        return {index: found.get(index, Judgement(index)) for index in self.samples}

    def judged(self) -> int:
        """Count the samples for which a cause is named."""
        return sum(judgement.judged for judgement in self.judgements().values())

    def keep(self, judgement: Judgement, upon: str) -> Judgement:
        """Save a judgement to the file, under a lock shared by all programs that do so.

        Args:
            judgement: judgement of one of the samples.
            upon: version of the judgement that it replaces.

        Returns:
            The judgement now in the file.

        Raises:
            UnknownSampleError: the sample is not one of the desk's.
            OlderStateError: the file contains another judgement than `upon`.
            JudgementError: the file has become invalid; it is not changed.
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
                return here  # sent twice, for example because the response was lost
            if version(here) != upon:
                raise OlderStateError(here)
            held[judgement.test_index] = judgement
            causes.write(self.file, held.values(), self.profile)
        return judgement
