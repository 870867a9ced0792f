"""Figures of the study's classifiers and of their layers, drawn from the stages' results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lib.figures import architecture as network
from lib.figures import curves
from lib.figures.embeddings import clouds
from lib.figures.lines import lines
from lib.tracking import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
SMALL = ("LeNet", "own")
CURVES = {"loss": "cross-entropy", "accuracy": "accuracy"}
NETWORKS = {"own_large": "large", "lenet": "lenet", "own_small": "small"}
PLACES = {"convolution": "convolution", "dense": "dense layer", "last": "last layer"}


def large_network(results: Results) -> Figures:
    """Draw the large network's layers and its curves."""
    return {
        "architecture": network.architecture(results.tables["layers"]),
        **{
            name: curves.learning_curves(results.curves, metrics={name: label})
            for name, label in CURVES.items()
        },
    }


def small_networks(results: Results) -> Figures:
    """Draw the layers of both small networks and their mean curves."""
    figures = {
        f"architecture_{name}": network.architecture(results.tables[f"layers_{name}"])
        for name in SMALL
    }
    for metric, label in CURVES.items():
        found = {
            f"{name}, {written}": list(results.curves[f"{part}_{metric}_{name}"])
            for name in SMALL
            for part, written in (("train", "training"), ("test", "test"))
        }
        epochs = len(next(iter(found.values())))
        figures[metric] = lines(list(range(1, epochs + 1)), found, x_label="epoch", y_label=label)
    return figures


def embedded_layers(results: Results) -> Figures:
    """Draw embeddings of each network's layers and of the pixels, in two and three dimensions."""
    labels, names = results.arrays["y_true"], list(results.tables["classes"]["class"])
    flat = {"pca_2": "PCA", "tsne_2": "t-SNE", "tsne_2_again": "t-SNE, another seed and start"}
    solid = {"pca_3": "PCA", "tsne_3": "t-SNE"}
    rows = {name: {f"{name}_{place}": PLACES[place] for place in PLACES} for name in NETWORKS}
    figures = {}
    for name, layers in {**rows, "pixels": {"pixels": "pixels"}}.items():
        for dimensions, kinds in (("plane", flat), ("space", solid)):
            figures[f"{name}_{dimensions}"] = clouds(
                [[results.arrays[f"{kind}_{layer}"] for kind in kinds] for layer in layers],
                labels,
                names,
                row_labels=list(layers.values()),
                column_labels=list(kinds.values()),
                width="full" if dimensions == "plane" else "text",
            )
    return figures
