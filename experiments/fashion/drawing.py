"""The study's figures, each drawn from the results of a stage."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from experiments.fashion.compression import POSITIONS
from lib.figures import architecture as network
from lib.figures import (
    comparison,
    compression,
    confusion,
    curves,
    distribution,
    images,
    matrix,
    tuning,
)
from lib.tracking import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
CURVES = {"loss": "cross-entropy", "accuracy": "accuracy"}


def exploration(results: Results) -> Figures:
    """Draw the classes' sizes, samples of each, and which classes are alike."""
    names = list(results.tables["class_counts"]["class"])
    counts = results.tables["neighbor_confusion"].drop(columns="class").to_numpy()
    return {
        "class_counts": distribution.class_counts(results.tables["class_counts"]),
        "samples": images.image_grid(results.arrays["samples"], row_labels=names),
        "alike": matrix.class_matrix(
            counts / counts.sum(axis=1, keepdims=True),
            names,
            row_name="class",
            column_name="class of the nearest neighbour",
        ),
    }


def first_network(results: Results) -> Figures:
    """Draw the first network's layers and its learning curves."""
    return {
        "architecture": network.architecture(results.tables["layers"]),
        "curves": curves.learning_curves(
            results.curves, metrics=CURVES, best_epoch=int(results.metrics["best_epoch"])
        ),
    }


def grid(results: Results) -> Figures:
    """Draw the accuracy of every pair of hyperparameters."""
    return {
        "trials": tuning.search_results(
            results.tables["trials"],
            x="learning_rate",
            y="dense_units",
            objective="best_val_accuracy",
            labels={"learning_rate": "learning rate", "dense_units": "hidden units"},
        )
    }


def repetitions(results: Results) -> Figures:
    """Draw each seed's accuracy with and without dropout."""
    table = results.tables["pairs"].sort_values("repetition")
    without = table[table["dropout"] == 0.0]["best_val_accuracy"]
    with_it = table[table["dropout"] != 0.0]["best_val_accuracy"]
    return {
        "pairs": comparison.paired_arms(
            without.tolist(),
            with_it.tolist(),
            names=("without dropout", "with dropout"),
            metric="validation accuracy",
            mean_difference=results.metrics["val_accuracy_difference"],
            interval=(
                results.metrics["val_accuracy_difference_low"],
                results.metrics["val_accuracy_difference_high"],
            ),
        )
    }


def conclusion(results: Results) -> Figures:
    """Draw the confusion matrix of the final network."""
    table = results.tables["confusion"]
    return {
        "confusion": confusion.confusion_matrix(
            table.drop(columns=table.columns[0]).to_numpy(), list(table.iloc[:, 0])
        ),
        "curves": curves.learning_curves(results.curves, metrics=CURVES),
    }


def rebuilt(results: Results) -> Figures:
    """Draw random test samples with their true and predicted labels."""
    table = results.tables["samples"]
    names = sorted({*table["true"], *table["predicted"]})
    return {
        "samples": images.predictions(
            results.arrays["images"],
            [names.index(name) for name in table["true"]],
            [names.index(name) for name in table["predicted"]],
            names,
        )
    }


def first_autoencoder(results: Results) -> Figures:
    """Draw the first autoencoder's layers and its learning curves."""
    return {
        "architecture": network.architecture(results.tables["layers"]),
        "curves": curves.learning_curves(results.curves, metrics={"loss": "mean squared error"}),
    }


def climb(results: Results) -> Figures:
    """Draw the error of every pair of hyperparameters that was tried."""
    return {
        "trials": tuning.search_results(
            results.tables["trials"],
            x="learning_rate",
            y="width",
            objective="val_reconstruction_error",
            rising=False,
            labels={"learning_rate": "learning rate", "width": "filters"},
        )
    }


def sizes(results: Results) -> Figures:
    """Draw the error against the code's size, and some reconstructions at each size."""
    table = results.tables["sizes"]
    degraded = bool(results.metrics["degraded"])
    features = [str(number) for number in table["latent_features"]]
    drawn = np.concatenate(
        [
            results.arrays["images"][None],
            results.arrays["reconstructions"],
            results.arrays["pca_reconstructions"][None],
        ]
    )
    return {
        "errors": compression.errors_by_size(
            table["latent_features"].tolist(),
            {
                "autoencoder": table["val_reconstruction_error"].tolist(),
                "PCA": table["pca_val_reconstruction_error"].tolist(),
            },
            kept=int(results.params["best_latent_features"]) if degraded else None,
            metric="mean squared error",
            sizes_name="features at each of the code’s {} × {} positions".format(*POSITIONS),
        ),
        "reconstructions": images.image_grid(
            drawn.swapaxes(0, 1),
            column_labels=["image", *features, f"PCA {features[-1]}"],
        ),
    }


def reconstructions(results: Results) -> Figures:
    """Draw random test images and their reconstructions by the final autoencoder and by PCA."""
    rows = ("images", "reconstructions", "pca_reconstructions")
    return {
        "reconstructions": images.image_grid(
            np.stack([results.arrays[row] for row in rows]),
            row_labels=["image", "autoencoder", "PCA"],
        ),
        "curves": curves.learning_curves(results.curves, metrics={"loss": "mean squared error"}),
    }
