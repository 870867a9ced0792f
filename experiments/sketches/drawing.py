"""The study's figures, each drawn from a stage's results and nothing else."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lib.figures import images
from lib.figures.lines import lines
from lib.figures.style import in_style, new_figure
from lib.figures.tuning import search_results
from lib.tracking import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
ROW_MM = 13  # height of one flattened image


def exploration(results: Results) -> Figures:
    """Draw an image of each class, and the first images as vectors."""
    names = list(results.tables["class_counts"]["class"])
    shown = results.arrays["first_of_class"][np.newaxis]
    return {
        "first_of_class": images.image_grid(shown, column_labels=names),
        "flattened": _flattened(results.arrays["flattened"]),
    }


def pairs(results: Results) -> Figures:
    """Draw the best validation accuracy of each batch size and learning rate."""
    return {
        "pairs": search_results(
            results.tables["trials"],
            x="learning_rate",
            y="batch_size",
            objective="best_val_accuracy",
            labels={"learning_rate": "learning rate", "batch_size": "batch size"},
            digits=3,
        )
    }


def training(results: Results) -> Figures:
    """Draw training and validation accuracy over the steps."""
    return {
        "curve": lines(
            list(results.curves["step"]),
            {
                "training": list(results.curves["train_accuracy"]),
                "validation": list(results.curves["val_accuracy"]),
            },
            x_label="optimisation step",
            y_label="accuracy",
        )
    }


def examples(results: Results) -> Figures:
    """Draw the chosen sketches, and changed versions of those classified correctly."""
    names = str(results.params["class_names"]).split(",")
    arrays = results.arrays
    figures = {
        kind: images.predictions(
            arrays[f"images_{kind}"],
            arrays["y_true"][arrays[f"index_{kind}"]].tolist(),
            arrays["y_pred"][arrays[f"index_{kind}"]].tolist(),
            names,
        )
        for kind in ("right", "wrong")
    }
    y_true = arrays["y_true"][arrays["index_right"]].tolist()
    for kind in ("noisy", "vertical", "horizontal"):
        shown = np.rint(np.clip(arrays[f"images_{kind}"], 0, 255)).astype(np.uint8)
        y_pred = arrays[f"y_pred_{kind}"].tolist()
        figures[kind] = images.predictions(shown, y_true, y_pred, names)
    return figures


def robustness(results: Results) -> Figures:
    """Draw the validation accuracy over the level of the noise."""
    table = results.tables["noise"]
    return {
        "noise": lines(
            (100 * table["level"]).tolist(),
            {"accuracy": table["val_accuracy"].tolist()},
            x_label="standard deviation of the noise, % of the range",
            y_label="validation accuracy",
            height_mm=48,
        )
    }


@in_style
def _flattened(vectors: np.ndarray) -> "Figure":
    """Draw each vector as a curve over its pixels.

    Args:
        vectors: (n, pixels) in [0, 255].
    """
    figure = new_figure(height_mm=ROW_MM * len(vectors) + 10)
    panels = figure.subplots(len(vectors), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for number, (axes, vector) in enumerate(zip(panels, vectors, strict=True), start=1):
        axes.plot(vector, linewidth=0.5, color="black")
        axes.set_yticks([0, 255])
        axes.set_ylabel(f"image {number}")
    panels[-1].set_xlabel("pixel, row by row")
    panels[-1].set_xlim(0, vectors.shape[1] - 1)
    return figure
