"""The evidence for Questions 1 and 5: nearest neighbours, on pixels and on descriptors."""

from typing import Any

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, share

# Differences in accuracy below `smallest` do not count.
AGAINST: dict[str, Any] = {
    "outcomes": ("beats", "loses to", "is not measurably different from"),
    "smallest": 0.01,
}
explore, final = Stage("neighbors.explore"), Stage("neighbors.final")
tuning, extract = Stage("description.tuning"), Stage("description.extract")
described, networks = Stage("description.final"), Stage("selection.final")


class Neighbors(Evidence):
    """What neighbours get from pixels (Question 1)."""

    train_samples = final.count("train_samples", "images among which neighbours are searched")
    test_samples = final.count("test_samples", "held-out images")
    features = explore.count("features", "values that make up an image")
    classes = explore.count("classes", "classes")
    most = final.setting("most_neighbors", "the largest number of neighbours tried")
    k = final.setting("k", "number of neighbours chosen by cross-validation")
    accuracy = final.share("test_accuracy", "test_samples", "held-out accuracy with that number")
    first = final.share("first_test_accuracy", "test_samples", "held-out accuracy with one")
    second = share(
        final.cell("neighbors", "test_accuracy", where="k", equals=2),
        "test_samples",
        "held-out accuracy with two neighbours",
    )
    highest = final.share("highest_test_accuracy", "test_samples", "highest accuracy of the curve")
    highest_k = final.count("highest_test_k", "number of neighbours with the highest accuracy")
    lowest = final.share("lowest_test_accuracy", "test_samples", "lowest accuracy of the curve")
    lowest_k = final.count("lowest_test_k", "number of neighbours with the lowest accuracy")
    span = difference("highest", "lowest", "highest minus lowest accuracy of the curve")
    vote = final.setting("vote", "number above one that cross-validation prefers")
    vote_accuracy = final.share("vote_test_accuracy", "test_samples", "accuracy with that vote")
    voting = final.compare(
        "y_pred_vote", "y_pred_single", meaning="that vote against a single neighbour", **AGAINST
    )
    curve = final.figure("neighbors", "held-out accuracy over the number of neighbours")
    samples = explore.figure("samples", "a few images of each class, as published")


class Descriptors(Evidence):
    """What descriptors give instead of pixels (Question 5)."""

    hog_length = extract.count("hog_length", "values in an image’s HOG descriptor")
    lbp_length = extract.count("lbp_length", "values in an image’s LBP descriptor")
    cell = extract.setting("cell", "pixels along a side of HOG’s cells, as chosen")
    block = extract.setting("block", "cells along a side of HOG’s blocks, as chosen")
    gradients = tuning.text("best_gradients", "channel that HOG’s gradients come from, as chosen")
    candidates = tuning.table(
        "candidates",
        "the settings of HOG that were compared",
        known_to={"val_accuracy": tuning.share("best_val_accuracy", "val_samples")},
    )
    candidate_count = tuning.count("candidates", "settings of HOG that were compared")
    pixels = final.share("test_accuracy", "test_samples", "held-out accuracy, neighbours on pixels")
    hog = described.share("test_hog_accuracy", "test_samples", "held-out accuracy, neighbours, HOG")
    lbp = described.share("test_lbp_accuracy", "test_samples", "held-out accuracy, neighbours, LBP")
    hog_k = described.setting("hog_k", "neighbours chosen for HOG")
    lbp_k = described.setting("lbp_k", "neighbours chosen for LBP")
    hog_for_neighbors = described.compare(
        "y_pred_hog", "y_pred_pixels", meaning="neighbours on HOG against pixels", **AGAINST
    )
    lbp_for_neighbors = described.compare(
        "y_pred_lbp", "y_pred_pixels", meaning="neighbours on LBP against pixels", **AGAINST
    )
    mlp_pixels = networks.share(
        "test_pixels_accuracy", "test_samples", "held-out accuracy, tuned perceptron on pixels"
    )
    mlp_hog = networks.share(
        "test_hog_accuracy", "test_samples", "held-out accuracy, tuned perceptron on HOG"
    )
    mlp_lbp = networks.share(
        "test_lbp_accuracy", "test_samples", "held-out accuracy, tuned perceptron on LBP"
    )
    hog_for_perceptron = networks.compare(
        "y_pred_hog", "y_pred_pixels", meaning="perceptron on HOG against pixels", **AGAINST
    )
    lbp_for_perceptron = networks.compare(
        "y_pred_lbp", "y_pred_pixels", meaning="perceptron on LBP against pixels", **AGAINST
    )
    curves = described.figure("neighbors", "held-out accuracy over the number of neighbours")
    training = networks.figure("curves", "training accuracy of all perceptrons")
