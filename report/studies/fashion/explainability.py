"""The evidence for Question 9: why the classifier errs, from its mistakes and their neighbours."""

from report.evidence.declarations import Declared, Evidence
from report.evidence.stages import Stage, difference, lower_end, share, threshold
from report.studies.fashion.classification import GAP_THAT_MATTERS

DATA_THAT_LIMITS = (
    0.1  # smallest share of mistakes due to noise and doubtful labels (lower end of its interval)
)
ERROR_THAT_UNDERFITS = 0.05  # smallest share of training images misclassified after training

errors, stands = Stage("explainability.mistakes"), Stage("explainability.causes")


def _of_cause(cause: str, meaning: str) -> Declared:
    """Share of the mistakes that have a cause."""
    return share(stands.cell("shares", "share", where="cause", equals=cause), "mistakes", meaning)


class Causes(Evidence):
    """Why the final classifier errs (Question 9)."""

    train_accuracy = errors.share("train_accuracy", "train_samples", "final training accuracy")
    test_accuracy = errors.share("test_accuracy", "test_samples", "test accuracy")
    gap = difference("train_accuracy", "test_accuracy", "training minus test accuracy")
    fit = threshold(
        "gap",
        at_least=GAP_THAT_MATTERS,
        outcomes=("overfits", "generalises"),
        meaning="whether the final network overfits",
    )
    train_error = errors.share(
        "train_error", "train_samples", "share of the training images that it misclassifies"
    )
    capacity = threshold(
        "train_error",
        at_least=ERROR_THAT_UNDERFITS,
        outcomes=("underfits", "fits"),
        meaning="whether it underfits",
    )
    test_errors = errors.count("test_errors", "misclassified test images")
    asked = errors.setting("count", "misclassified images to examine")
    mistakes = stands.count("samples", "misclassified images examined")
    judged = stands.count("judged", "of those, judged by a person")
    as_suggested = stands.count("judged_as_suggested", "of those, judged as the rules suggest")
    doubtful = stands.share("doubtful_data_share", "samples", "mistakes: noise or mislabelled")
    quality = threshold(
        lower_end("doubtful", "lower end of the share of noise and mislabelling"),
        at_least=DATA_THAT_LIMITS,
        outcomes=("limits", "is not shown to limit"),
        meaning="whether the quality of the data limits the network",
    )
    underrepresentation = _of_cause("underrepresentation", "mistakes: underrepresented")
    overfitting = _of_cause("overfitting", "mistakes that resemble the counterexample alone")
    underfitting = _of_cause("underfitting", "mistakes that resemble the local example alone")
    overlap = _of_cause("overlapping labels", "mistakes that resemble both")
    shares = stands.table("shares", "each cause with the mistakes that have it")
    distribution = stands.figure("distribution", "how many mistakes have each cause")
    all_causes = stands.table("causes", "each mistake with its causes")
    cases = stands.rows(
        "cases",
        "mistakes that show different causes; each has `figure`, `cause`, `by` (judged or "
        "suggested), `true`, `predicted`, `other` (the counterexample’s label), "
        "`example_distance` and `counterexample_distance`",
        texts=("cause", "by", "true", "predicted", "other"),
        numbers=("example_distance", "counterexample_distance"),
        figure="figure",
    )
