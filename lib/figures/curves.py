"""Draw learning curves by split."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from contract.page import SERIES
from lib.figures.marks import mark_place, name_ends
from lib.figures.style import DASHES, MARKERS, Width, in_style, new_figure, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SPLITS = ("train", "val", "test")
MOST_MARKERS = 20  # epochs; with more, markers hide the line


@in_style
def learning_curves(
    curves: Mapping[str, Sequence[float]],
    *,
    metrics: Mapping[str, str],
    best_epoch: int | None = None,
    initial_epoch: int = 0,
    height_mm: float = 52,
    width: Width = "text",
) -> "Figure":
    """Draw training, validation and test curves, one panel per metric.

    Args:
        curves: one value per epoch, under `train_`, `val_` or `test_` and the metric's name.
        metrics: axis label of each metric, one panel each:
            `{"loss": "cross-entropy", "accuracy": "accuracy"}`.
        best_epoch: marked by a line, and by a ring on the validation curve.
        initial_epoch: number of epochs before the first value.
        height_mm: figure height, millimetres.
        width: figure width on the page.

    Raises:
        KeyError: a metric has no curve.
    """
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(height_mm=height_mm, width=width)
    panels = figure.subplots(1, len(metrics), squeeze=False)[0]
    for axes, (metric, label) in zip(panels, metrics.items(), strict=True):
        found = {
            split: curves[f"{split}_{metric}"] for split in SPLITS if f"{split}_{metric}" in curves
        }
        if not found:
            raise KeyError(
                f"Expected train_{metric} or val_{metric} or test_{metric}. "
                f"Received: {sorted(curves)}"
            )
        _draw_curves(axes, found, initial_epoch, height_mm)
        if best_epoch is not None:
            judged = found.get("val", found.get("train", ()))
            at_best = judged[best_epoch - initial_epoch - 1]
            mark_place(axes, best_epoch, f"best: epoch {best_epoch}", ring=at_best)
        axes.set_ylabel(label)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.grid(axis="y")
    return figure


def _draw_curves(
    axes: "Axes", found: Mapping[str, Sequence[float]], initial_epoch: int, height_mm: float
) -> None:
    """Draw the curve of each split and label its end."""
    last = initial_epoch + max(len(values) for values in found.values())
    for split, values in found.items():
        number = SPLITS.index(split)
        axes.plot(
            range(initial_epoch + 1, initial_epoch + len(values) + 1),
            values,
            label=written(split),
            color=SERIES[number],
            linestyle=DASHES[number],
            marker=MARKERS[number] if len(values) <= MOST_MARKERS else None,
        )
    ends = {written(split): (last, values[-1]) for split, values in found.items()}
    name_ends(axes, ends, height_mm)
