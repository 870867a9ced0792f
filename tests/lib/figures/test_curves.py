"""The contents of the panels of learning curves."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from lib.figures.curves import learning_curves

CURVES = {
    "train_loss": [0.9, 0.5, 0.3],
    "val_loss": [0.8, 0.6, 0.7],
    "train_accuracy": [0.5, 0.7, 0.8],
    "val_accuracy": [0.6, 0.7, 0.65],
}
METRICS = {"loss": "cross-entropy", "accuracy": "accuracy"}


def data(axes: Axes) -> dict[str, tuple[list[float], list[float]]]:
    """Epochs and values of each line by its label."""
    lines = {str(line.get_label()): np.asarray(line.get_xydata()) for line in axes.lines}
    return {label: (xy[:, 0].tolist(), xy[:, 1].tolist()) for label, xy in lines.items()}


def test_each_panel_shows_one_metric_of_both_splits_by_epoch() -> None:
    loss, accuracy = learning_curves(CURVES, metrics=METRICS).axes
    assert data(loss) == {
        "training": ([1, 2, 3], CURVES["train_loss"]),
        "validation": ([1, 2, 3], CURVES["val_loss"]),
    }
    assert data(accuracy)["validation"] == ([1, 2, 3], CURVES["val_accuracy"])
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("cross-entropy", "accuracy")
    assert loss.get_xlabel() == "epoch"


def test_curves_are_told_apart_without_their_colours() -> None:
    lines = learning_curves(CURVES, metrics=METRICS).axes[0].lines
    assert len({str(line.get_linestyle()) for line in lines}) == 2
    assert len({str(line.get_marker()) for line in lines}) == 2


def test_curves_are_named_at_their_ends_without_touching() -> None:
    close = {"train_loss": [1.0, 0.5], "val_loss": [0.9, 0.5001]}
    axes = learning_curves(close, metrics={"loss": "loss"}).axes[0]
    named = {note.get_text(): note.xy for note in axes.texts if hasattr(note, "xy")}
    assert set(named) == {"training", "validation"}
    assert {x for x, _ in named.values()} == {2}
    assert named["validation"][1] - named["training"][1] > 0.03


def test_the_best_epoch_is_ringed_on_the_validation_curve() -> None:
    axes = learning_curves(CURVES, metrics=METRICS, best_epoch=2).axes[0]
    assert "best: epoch 2" in {text.get_text() for text in axes.texts}
    rings = [line for line in axes.lines if line.get_markerfacecolor() == "none"]
    assert [np.asarray(ring.get_xydata()).tolist() for ring in rings] == [[[2, 0.6]]]


def test_epochs_go_on_from_those_before() -> None:
    axes = learning_curves(CURVES, metrics=METRICS, initial_epoch=10, best_epoch=12).axes[0]
    assert data(axes)["training"][0] == [11, 12, 13]
    assert all(tick == int(tick) for tick in axes.get_xticks())


def test_a_training_curve_stands_alone_where_nothing_was_validated() -> None:
    axes = learning_curves({"train_loss": [2, 1]}, metrics={"loss": "loss"}).axes[0]
    assert set(data(axes)) == {"training"}


def test_a_metric_without_a_curve_is_named() -> None:
    with pytest.raises(KeyError, match="Expected train_f1 or val_f1"):
        learning_curves(CURVES, metrics={"f1": "F1"})
