"""Figures of faces: reconstructions, samples, paths, and what the divergence costs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lib.figures import architecture as network
from lib.figures import curves, images, lines
from lib.figures.trade import trade_off
from lib.tracking import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
TERMS = {"reconstruction_error": "squared error of an image", "divergence_loss": "divergence, nats"}


def weights(results: Results) -> Figures:
    """Draw the error against the divergence for each weight, and the reconstructions."""
    table = results.tables["weights"]
    rows = [results.arrays["images"], *results.arrays["reconstructions"]]
    return {
        "trade": trade_off(
            table["val_divergence"].tolist(),
            table["val_pixel_error"].tolist(),
            names=[f"{weight:g}" for weight in table["weight"]],
            baseline=results.metrics["pca_val_pixel_error"],
            baseline_name="PCA, as many numbers",
            x_label="divergence, nats an image",
            y_label="mean squared error",
        ),
        "reconstructions": images.image_grid(
            np.stack([*rows, results.arrays["pca_reconstructions"]]),
            row_labels=["image", *(f"weight {weight:g}" for weight in table["weight"]), "PCA"],
        ),
    }


def reconstructions(results: Results) -> Figures:
    """Draw test images, their reconstructions by the VAE and by PCA, and both loss terms."""
    rows = ("images", "reconstructions", "pca_reconstructions")
    return {
        "architecture": network.architecture(results.tables["layers"]),
        "curves": curves.learning_curves(results.curves, metrics=TERMS),
        "reconstructions": images.image_grid(
            np.stack([results.arrays[row] for row in rows]), row_labels=["image", "VAE", "PCA"]
        ),
    }


def large_network(results: Results) -> Figures:
    """Draw the same for the large VAE, and faces from the prior."""
    return {
        **reconstructions(results),
        "prior": images.image_grid(results.arrays["prior"], width="full"),
    }


def paths(results: Results) -> Figures:
    """Draw faces on paths between people and between groups, and the scores on them."""
    table = results.tables["path"]
    shares = [f"α = {share:g}" for share in table["share_of_first"]]
    first, second = results.params["first"], results.params["second"]
    return {
        "faces": images.image_grid(
            np.concatenate([results.arrays["faces"], results.arrays["group_faces"]]),
            row_labels=[
                *(f"pair {at}" for at in range(1, len(results.arrays["faces"]) + 1)),
                "means",
            ],
            column_labels=shares,
        ),
        "scores": lines.lines(
            table["share_of_first"].tolist(),
            {
                "mean of pairs": table["mean_score"].tolist(),
                "group means": table["score_of_groups"].tolist(),
            },
            x_label=f"α, from {second} (0) to {first} (1)",
            y_label=f"score of “{first}”",
        ),
    }
