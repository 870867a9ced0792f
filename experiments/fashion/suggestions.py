"""The rules that suggest causes of misclassifications, all in this file.

They only suggest: a person decides whether two images are similar, and that judgement wins. No
threshold was fitted; all are round numbers. A rank is the share of reference values below a value.
The references are the distances within each class of the training set and the reconstruction errors
of the test set, so the thresholds mean the same for any autoencoder.

First, whether the sample can be classified at all:

- **noise**: at least `SIGNS` of three signs that nobody could classify it. The autoencoder
  reconstructs it worse than a share `BLURRED` of the test images; no label occurs among its ten
  neighbours more than `SCATTERED` times; the classifier's two highest scores differ by less than
  `TORN`.
- **mislabelling**: cleanlab lists the label as an issue, given the scores of the classifier, which
  was not trained on the test set; the classifier scores the predicted label at least `SURE` higher
  than the given one; of the ten neighbours at most `STRANGERS` have the given label and at least
  `FRIENDS` the predicted one.

Otherwise, what the sample resembles. It resembles its local example if the distance is at most the
quantile `ORDINARY` of the class's own distances, from each image to the nearest of its class; the
same holds for the local counterexample and its class. If it resembles the farther of the two, it
also resembles the nearer one. If it resembles both but one is more than `NEARER` times closer, only
that one counts.

- **underrepresentation**: it resembles neither, or only its local counterexample while its local
  example is farther than the quantile `FAR` of its class's own distances.
- **overfitting**: it resembles its local counterexample but not its local example.
- **underfitting**: it resembles its local example but not its local counterexample.
- **overlapping labels**: it resembles both.

So every sample gets a suggestion. Sources: the six causes are from the specification (section 4.2);
confident learning, as implemented by cleanlab, is from Northcutt, Jiang and Chuang (2021).
"""

from dataclasses import dataclass

from contract.causes import Cause

ORDINARY = 0.75  # quantile of a class's own distances: the upper quartile
FAR = 0.9
NEARER = 1.2
SIGNS = 2  # of three
BLURRED = 0.95
SCATTERED = 4  # of ten neighbours
TORN = 0.2  # difference of scores, which sum to 1
SURE = 0.5
STRANGERS, FRIENDS = 1, 6  # of ten neighbours


@dataclass(frozen=True)
class Measured:
    """Measurements of one misclassified sample.

    Args:
        true: name of its label.
        predicted: name of the label that the classifier gave.
        other: name of its local counterexample's label.
        example_distance: distance to its local example.
        example_rank: share of its class's own distances that are smaller, in [0, 1].
        counterexample_distance: distance to its local counterexample.
        counterexample_rank: likewise, for the counterexample's class.
        neighbors: number of nearest neighbours.
        neighbors_true: number of neighbours with its label.
        neighbors_predicted: number of neighbours with the predicted label.
        neighbors_commonest: number of neighbours with their most common label.
        error_rank: share of the test images with a smaller reconstruction error.
        margin: the classifier's highest score minus its second highest.
        preference: the score of the predicted label minus that of the true one.
        label_quality: the classifier's score for the given label, by which cleanlab ranks labels.
        label_issue: whether cleanlab lists the label as an issue.
    """

    true: str
    predicted: str
    other: str
    example_distance: float
    example_rank: float
    counterexample_distance: float
    counterexample_rank: float
    neighbors: int
    neighbors_true: int
    neighbors_predicted: int
    neighbors_commonest: int
    error_rank: float
    margin: float
    preference: float
    label_quality: float
    label_issue: bool


@dataclass(frozen=True)
class Suggestion:
    """A suggested cause.

    Args:
        cause: the suggested cause.
        reason: a sentence with the measured values.
    """

    cause: Cause
    reason: str


def suggest(sample: Measured) -> tuple[Suggestion, ...]:
    """Suggest one or more causes, in the order of `Cause`."""
    unfit = (*_noise(sample), *_mislabelling(sample))
    return unfit or _by_resemblance(sample)


def _noise(sample: Measured) -> tuple[Suggestion, ...]:
    signs = []
    if sample.error_rank > BLURRED:
        signs.append(f"it is reconstructed worse than {_share(sample.error_rank)} of test images")
    if sample.neighbors_commonest <= SCATTERED:
        signs.append(
            f"no label occurs more than {sample.neighbors_commonest} times among its "
            f"{sample.neighbors} neighbours"
        )
    if sample.margin < TORN:
        signs.append(f"the classifier's two highest scores differ by only {sample.margin:.2f}")
    if len(signs) < SIGNS:
        return ()
    return (Suggestion(Cause.NOISE, _sentence(", and ".join(signs))),)


def _mislabelling(sample: Measured) -> tuple[Suggestion, ...]:
    if (
        not sample.label_issue
        or sample.preference < SURE
        or sample.neighbors_true > STRANGERS
        or sample.neighbors_predicted < FRIENDS
    ):
        return ()
    reason = (
        f"cleanlab doubts the label {sample.true}, which the classifier gives a score of "
        f"{sample.label_quality:.2f}; of its {sample.neighbors} neighbours "
        f"{sample.neighbors_predicted} are labelled {sample.predicted} and "
        f"{sample.neighbors_true} {sample.true}"
    )
    return (Suggestion(Cause.MISLABELLING, _sentence(reason)),)


def _by_resemblance(sample: Measured) -> tuple[Suggestion, ...]:
    example, counterexample = resembles(sample)
    of_example = _beside("example", sample.true, sample.example_distance, sample.example_rank)
    of_counterexample = _beside(
        f"counterexample ({sample.other})",
        sample.other,
        sample.counterexample_distance,
        sample.counterexample_rank,
    )
    found = []
    if not example and (sample.example_rank > FAR or not counterexample):
        found.append(Suggestion(Cause.UNDERREPRESENTATION, _sentence(of_example)))
    if counterexample and not example:
        reason = f"{of_counterexample}; its local example is {sample.example_distance:.1f} away"
        found.append(Suggestion(Cause.OVERFITTING, _sentence(reason)))
    if example and not counterexample:
        away = f"{sample.counterexample_distance:.1f} away"
        reason = f"{of_example}; its local counterexample ({sample.other}) is {away}"
        found.append(Suggestion(Cause.UNDERFITTING, _sentence(reason)))
    if example and counterexample:
        reason = f"{of_example}; {of_counterexample}"
        found.append(Suggestion(Cause.OVERLAPPING_LABELS, _sentence(reason)))
    return tuple(found)


def resembles(sample: Measured) -> tuple[bool, bool]:
    """Say whether a sample resembles its local example, and its local counterexample."""
    to_example, to_counterexample = sample.example_distance, sample.counterexample_distance
    example = sample.example_rank <= ORDINARY
    counterexample = sample.counterexample_rank <= ORDINARY
    example = example or (counterexample and to_example <= to_counterexample)
    counterexample = counterexample or (example and to_counterexample <= to_example)
    if example and counterexample:
        example = to_example <= NEARER * to_counterexample
        counterexample = to_counterexample <= NEARER * to_example
    return example, counterexample


def _beside(what: str, label: str, distance: float, rank: float) -> str:
    """Compare a distance with the distances within a class.

    >>> _beside("example", "Coat", 8.31, 0.25)
    'its local example is 8.3 away; 75 % of Coat images are farther from their own nearest'
    """
    share, than = (1 - rank, "farther from") if rank <= ORDINARY else (rank, "nearer to")
    return (
        f"its local {what} is {distance:.1f} away; {_share(share)} of {label} images are {than} "
        "their own nearest"
    )


def _share(share: float) -> str:
    """Format a share in percent; only a share of 1 becomes 100 %.

    >>> _share(0.5), _share(0.9996), _share(1.0)
    ('50 %', '99.9 %', '100 %')
    """
    percent = 100 * share
    return (
        f"{percent:.0f} %" if share == 1 or round(percent) < 100 else f"{min(percent, 99.9):.1f} %"
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
