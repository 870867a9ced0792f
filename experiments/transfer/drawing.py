"""The figures of the experiments on photographs, each drawn from a stage's results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lib import metrics
from lib.figures import comparison, curves, graph, images, tuning
from lib.figures.lines import lines
from lib.tracking import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure | bytes"]


def photographs(results: Results) -> Figures:
    """Draw samples of each class."""
    names = [str(name).replace("_", " ") for name in results.tables["class_counts"]["class"]]
    return {"samples": images.image_grid(results.arrays["samples"], row_labels=names)}


def networks(results: Results) -> Figures:
    """Draw all networks side by side, and include Keras' plot of each."""
    names = str(results.params["names"]).split(",")
    drawn = {name: results.tables[f"{name}_layers"] for name in names}
    plots = {f"keras_{name}": results.files[f"{name}.svg"] for name in names}
    return {"networks": graph.graphs(drawn), **plots}


def learning_rates(results: Results) -> Figures:
    """Draw the accuracy of every network with every learning rate."""
    return {
        "trials": tuning.search_results(
            results.tables["trials"],
            x="learning_rate",
            y="network",
            objective="best_val_accuracy",
            labels={"learning_rate": "learning rate"},
            digits=3,
        )
    }


def callbacks(results: Results) -> Figures:
    """Draw the best network's accuracies, and what each callback reports for every training."""
    kept = results.tables["trainings"]
    epochs = results.tables["epochs"]
    test = metrics.paired_t_test(
        kept["watched_test_accuracy"].to_numpy(), kept["test_accuracy"].to_numpy()
    )
    return {
        "curves": curves.learning_curves(
            {f"{part}_accuracy": epochs[f"{part}_accuracy"].tolist() for part in ("train", "val")},
            metrics={"accuracy": "accuracy"},
        ),
        "pairs": comparison.paired_arms(
            kept["test_accuracy"].tolist(),
            kept["watched_test_accuracy"].tolist(),
            names=("kept by validation", "kept by test"),
            metric="test accuracy",
            mean_difference=test.difference,
            interval=(test.interval.low, test.interval.high),
        ),
    }


def heads(results: Results) -> Figures:
    """Draw the validation accuracy of each network's best head by number of hidden layers."""
    table = results.tables["heads"]
    layers = sorted(table["layers"].unique().tolist())
    series = {
        str(network): rows.sort_values("layers")["best_val_accuracy"].tolist()
        for network, rows in table.groupby("network")
    }
    return {
        "heads": lines(
            layers, series, x_label="hidden layers of the head", y_label="validation accuracy"
        )
    }


def amounts(results: Results) -> Figures:
    """Draw the test accuracy of each method against the number of training photographs."""
    table = results.tables["amounts"]
    series = {
        str(method): rows.sort_values("train_samples")["test_accuracy"].tolist()
        for method, rows in table.groupby("method")
    }
    return {
        "amounts": lines(
            sorted(table["train_samples"].unique().tolist()),
            series,
            x_label="training photographs, of all classes together",
            y_label="test accuracy",
            logarithmic=True,
        )
    }
