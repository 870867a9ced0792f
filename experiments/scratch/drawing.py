"""The study's figures, each drawn from the results of a stage."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.scratch.data import WRITTEN
from lib.figures import images
from lib.figures.lines import lines
from lib.tracking import Results

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
NAMES = {**WRITTEN, "specified": "as specified"}


def exploration(results: Results) -> Figures:
    """Draw samples of each class."""
    names = list(results.tables["class_counts"]["class"])
    return {"samples": images.image_grid(results.arrays["samples"], row_labels=names)}


def chosen_k(results: Results) -> Figures:
    """Draw the cross-validated accuracy over k."""
    k = int(results.params["best_k"])
    curves = {"pixels": results.tables["neighbors"]["val_accuracy"]}
    return _over_k(curves, "cross-validated accuracy", marked=(k, f"chosen: k = {k}"))


def neighbors(results: Results) -> Figures:
    """Draw the held-out accuracy over k."""
    return _over_k({"held out": results.tables["neighbors"]["test_accuracy"]}, "accuracy")


def chosen_k_of_descriptors(results: Results) -> Figures:
    """Draw the cross-validated accuracy over k for both descriptors."""
    curves = {NAMES[name]: results.tables[name]["val_accuracy"] for name in ("hog", "lbp")}
    return _over_k(curves, "cross-validated accuracy")


def descriptors(results: Results) -> Figures:
    """Draw the held-out accuracy over k for pixels and both descriptors."""
    table = results.tables["neighbors"]
    return _over_k({NAMES[name]: table[name] for name in WRITTEN}, "accuracy")


def specified_network(results: Results) -> Figures:
    """Draw the training accuracy of the specified network."""
    return {"curve": _over_epochs({"training": results.curves["train_accuracy"]})}


def ways_to_begin(results: Results) -> Figures:
    """Draw the training accuracy for each initialisation."""
    ways = enumerate(results.tables["ways"]["way"], start=1)
    curves = {way: results.curves[f"train_accuracy_{number}"] for number, way in ways}
    return {"curves": _over_epochs(curves)}


def losses(results: Results) -> Figures:
    """Draw the training accuracy for both losses."""
    entropy = results.curves["train_accuracy_cross_entropy"]
    squared = results.curves["train_accuracy_mse"]
    return {"curves": _over_epochs({"cross-entropy": entropy, "squared error": squared})}


def perceptrons(results: Results) -> Figures:
    """Draw the training accuracy of all final networks."""
    curves = {NAMES[name]: results.curves[f"train_accuracy_{name}"] for name in NAMES}
    return {"curves": _over_epochs(curves)}


def _over_k(
    curves: "Mapping[str, pd.Series]", y_label: str, marked: tuple[float, str] | None = None
) -> Figures:
    ks = range(1, len(next(iter(curves.values()))) + 1)
    series = {name: curve.tolist() for name, curve in curves.items()}
    label = "number of neighbours k"
    return {"neighbors": lines(ks, series, x_label=label, y_label=y_label, marked=marked)}


def _over_epochs(curves: Mapping[str, Sequence[float]]) -> "Figure":
    epochs = range(1, len(next(iter(curves.values()))) + 1)
    series = {name: list(curve) for name, curve in curves.items()}
    return lines(epochs, series, x_label="epoch", y_label="training accuracy")
