"""The study's figures, each drawn from what a stage measured and nothing else."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lib.figures import images
from lib.figures.lines import lines
from lib.tracking import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
K = "number of neighbours k"
NAMES = {"pixels": "pixels", "hog": "HOG", "lbp": "LBP", "specified": "as specified"}


def exploration(results: Results) -> Figures:
    """Draw samples of each class."""
    names = list(results.tables["class_counts"]["class"])
    return {"samples": images.image_grid(results.arrays["samples"], row_labels=names)}


def chosen_k(results: Results) -> Figures:
    """Draw the cross-validated accuracy over k."""
    table = results.tables["neighbors"]
    k = int(results.params["best_k"])
    return {
        "neighbors": lines(
            table["k"].tolist(),
            {"pixels": table["val_accuracy"].tolist()},
            x_label=K,
            y_label="cross-validated accuracy",
            marked=(k, f"chosen: k = {k}"),
        )
    }


def neighbors(results: Results) -> Figures:
    """Draw the held-out accuracy over k."""
    table = results.tables["neighbors"]
    return {
        "neighbors": lines(
            table["k"].tolist(),
            {"held out": table["test_accuracy"].tolist()},
            x_label=K,
            y_label="accuracy",
        )
    }


def chosen_k_of_descriptors(results: Results) -> Figures:
    """Draw the cross-validated accuracy over k for both descriptors."""
    tables = {NAMES[name]: results.tables[name] for name in ("hog", "lbp")}
    return {
        "neighbors": lines(
            next(iter(tables.values()))["k"].tolist(),
            {name: table["val_accuracy"].tolist() for name, table in tables.items()},
            x_label=K,
            y_label="cross-validated accuracy",
        )
    }


def descriptors(results: Results) -> Figures:
    """Draw the held-out accuracy over k for pixels and both descriptors."""
    table = results.tables["neighbors"]
    return {
        "neighbors": lines(
            table["k"].tolist(),
            {NAMES[name]: table[name].tolist() for name in table.columns if name != "k"},
            x_label=K,
            y_label="accuracy",
        )
    }


def specified_network(results: Results) -> Figures:
    """Draw the training accuracy of the specified network."""
    return {"curve": _over_epochs({"training": results.curves["train_accuracy"]})}


def ways_to_begin(results: Results) -> Figures:
    """Draw the training accuracy for each way to begin."""
    ways = results.tables["ways"]["way"]
    found = {
        way: results.curves[f"train_accuracy_{number}"] for number, way in enumerate(ways, start=1)
    }
    return {"curves": _over_epochs(found)}


def losses(results: Results) -> Figures:
    """Draw the training accuracy for both losses."""
    return {
        "curves": _over_epochs(
            {
                "cross-entropy": results.curves["train_accuracy_cross_entropy"],
                "squared error": results.curves["train_accuracy_mse"],
            }
        )
    }


def perceptrons(results: Results) -> Figures:
    """Draw the training accuracy of all final networks."""
    start = "train_accuracy_"
    return {
        "curves": _over_epochs(
            {
                NAMES[name.removeprefix(start)]: curve
                for name, curve in results.curves.items()
                if name.startswith(start)
            }
        )
    }


def _over_epochs(curves: Mapping[str, Sequence[float]]) -> "Figure":
    epochs = len(next(iter(curves.values())))
    return lines(
        list(range(1, epochs + 1)),
        {name: list(curve) for name, curve in curves.items()},
        x_label="epoch",
        y_label="training accuracy",
    )
