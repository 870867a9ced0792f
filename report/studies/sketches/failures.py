"""The evidence on how the best network fails (1.8.4a to 1.8.11)."""

from typing import Any

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, threshold
from report.studies.sketches.networks import accuracy_in

HARDER = 0.1  # difference in another network's accuracy from which we call images harder
EFFECT: dict[str, Any] = {
    "outcomes": ("raises", "lowers", "does not measurably change"),
    "smallest": 0.005,
}
GAIN: dict[str, Any] = {
    "outcomes": ("helps", "hurts", "makes no measurable difference"),
    "smallest": 0.005,
}
examples, robust = Stage("failures.examples"), Stage("failures.robustness")
mistaken, cured = Stage("failures.mistakes"), Stage("flips.cure")


def _changed(change: str, what: str) -> Any:
    return accuracy_in(robust, "changes", "val_accuracy", "change", change, what)


class Mistakes(Evidence):
    """What the best network gets wrong (1.8.4a, 1.8.4b)."""

    wrong_samples = mistaken.count("wrong_samples", "misclassified validation images")
    val_samples = mistaken.count("val_samples", "validation images")
    confused = mistaken.text("confused", "class of the most common mistake")
    confused_with = mistaken.text("confused_with", "the class it is mistaken for")
    ink_of_right = mistaken.metric("ink_of_right", "share of ink in correctly classified images")
    ink_of_wrong = mistaken.metric("ink_of_wrong", "share of ink in misclassified images")
    sure_of_right = mistaken.metric(
        "confidence_of_right", "mean probability, correctly classified images"
    )
    sure_of_wrong = mistaken.metric("confidence_of_wrong", "mean probability, misclassified images")
    dense_of_right = mistaken.share(
        "dense_accuracy_of_right",
        "right_samples",
        "dense network’s accuracy on correctly classified images",
    )
    dense_of_wrong = mistaken.share(
        "dense_accuracy_of_wrong",
        "wrong_samples",
        "dense network’s accuracy on misclassified images",
    )
    distance = difference("dense_of_right", "dense_of_wrong", "difference of these accuracies")
    harder = threshold(
        "distance",
        at_least=HARDER,
        outcomes=("harder", "not much harder"),
        meaning="whether the dense network finds the same images harder",
    )
    by_class = mistaken.table(
        "classes",
        "accuracy of each class and its most common mistake",
        known_to={"val_accuracy": _changed("unchanged", "validation accuracy")},
    )
    right = examples.figure("right", "correctly classified sketches")
    wrong = examples.figure("wrong", "misclassified sketches")


class Noise(Evidence):
    """Noise on correctly classified sketches, and on all (1.8.6, 1.8.7)."""

    shown = examples.count("shown", "sketches classified correctly that noise is added to")
    noisy_right = examples.count("noisy_right", "of these, still classified correctly with noise")
    all_of_them = threshold(
        "noisy_right",
        at_least=examples.count("shown"),
        outcomes=("all", "not all"),
        meaning="whether all of them are still classified correctly",
    )
    noisy = examples.figure("noisy", "the same sketches with noise")
    unchanged = _changed("unchanged", "validation accuracy without noise")
    tenth = _changed("noise, 10 % of the range", "validation accuracy with this noise")
    most = _changed("noise, 50 % of the range", "validation accuracy with the most noise tried")
    most_noise = robust.cell("noise", "level", "the most noise, as a share of the range", row=-1)
    effect = robust.compare(
        "y_pred_noisy",
        "y_pred_unchanged",
        meaning="noise of a tenth of the range against none",
        **EFFECT,
    )
    levels = robust.figure("noise", "validation accuracy over the level of the noise")


class Flips(Evidence):
    """Flips of correctly classified sketches, and of all (1.8.10)."""

    shown = examples.count("shown", "sketches classified correctly that are flipped")
    vertical_right = examples.count("vertical_right", "of these, right when flipped vertically")
    horizontal_right = examples.count(
        "horizontal_right", "of these, right when flipped horizontally"
    )
    all_of_them = threshold(
        "vertical_right",
        at_least=examples.count("shown"),
        outcomes=("all", "not all"),
        meaning="whether all of them are still classified correctly, flipped vertically",
    )
    unchanged = _changed("unchanged", "validation accuracy, not flipped")
    vertical_share = _changed("vertical flip", "validation accuracy, flipped vertically")
    horizontal_share = _changed("horizontal flip", "validation accuracy, flipped horizontally")
    vertical_effect = robust.compare(
        "y_pred_vertical", "y_pred_unchanged", meaning="vertical flips against none", **EFFECT
    )
    horizontal_effect = robust.compare(
        "y_pred_horizontal", "y_pred_unchanged", meaning="horizontal flips against none", **EFFECT
    )
    by_class = robust.table(
        "by_class",
        "accuracy of each class, as drawn and changed",
        known_to=dict.fromkeys(("unchanged", "noisy", "vertical", "horizontal"), "unchanged"),
    )
    vertical = examples.figure("vertical", "the same sketches, flipped vertically")
    horizontal = examples.figure("horizontal", "the same sketches, flipped horizontally")


class FlipTraining(Evidence):
    """Training with flips: what it gains and what it costs (1.8.11)."""

    seed_count = cured.count("seeds", "seeds that both were trained from")
    plain_without = cured.share(
        "plain_without_val_accuracy", "val_samples", "accuracy as drawn, trained without flips"
    )
    plain_with = cured.share(
        "plain_with_val_accuracy", "val_samples", "accuracy as drawn, trained with flips"
    )
    vertical_without = cured.share(
        "vertical_without_val_accuracy",
        "val_samples",
        "accuracy flipped vertically, trained without flips",
    )
    vertical_with = cured.share(
        "vertical_with_val_accuracy",
        "val_samples",
        "accuracy flipped vertically, trained with flips",
    )
    horizontal_without = cured.share(
        "horizontal_without_val_accuracy",
        "val_samples",
        "accuracy flipped horizontally, trained without flips",
    )
    horizontal_with = cured.share(
        "horizontal_with_val_accuracy",
        "val_samples",
        "accuracy flipped horizontally, trained with flips",
    )
    cost = cured.compare(
        "y_pred_plain_with",
        "y_pred_plain_without",
        meaning="training with flips against without, sketches as drawn",
        **GAIN,
    )
    vertical_gain = cured.compare(
        "y_pred_vertical_with",
        "y_pred_vertical_without",
        meaning="training with flips against without, flipped vertically",
        **GAIN,
    )
    horizontal_gain = cured.compare(
        "y_pred_horizontal_with",
        "y_pred_horizontal_without",
        meaning="training with flips against without, flipped horizontally",
        **GAIN,
    )
    trainings = cured.table(
        "trainings",
        "each seed, trained without flips and with them",
        known_to={
            f"{name}_val_accuracy": "plain_without" for name in ("plain", "vertical", "horizontal")
        },
    )
