"""Learning curves: what training and validation measured, epoch by epoch."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from contract.page import INK, MUTED, SERIES
from lib.figures.style import (
    DASHES,
    MARKERS,
    SMALL_PT,
    Width,
    apart,
    in_style,
    new_figure,
    written,
)

SPLITS = ("train", "val")
LINE_MM = 3.3  # from one label's line to the next
AXES_SHARE = 0.75  # of a figure's height that its axes take, about
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
) -> Figure:
    """Draw training and validation curves, one panel a metric.

    Args:
        curves: one value an epoch, under `train_` or `val_` and the metric's name.
        metrics: names of metrics and how to write them at the axis, a panel each:
            `{"loss": "cross-entropy", "accuracy": "accuracy"}`.
        best_epoch: marked by a line, and by a ring on the validation curve.
        initial_epoch: epochs before the first value.
        height_mm: millimetres.
        width: of the figure on the page.

    Raises:
        KeyError: a metric has neither curve.
    """
    figure = new_figure(height_mm=height_mm, width=width)
    panels = figure.subplots(1, len(metrics), squeeze=False)[0]
    for axes, (metric, label) in zip(panels, metrics.items(), strict=True):
        found = {
            split: curves[f"{split}_{metric}"] for split in SPLITS if f"{split}_{metric}" in curves
        }
        if not found:
            raise KeyError(f"Expected train_{metric} or val_{metric}. Received: {sorted(curves)}")
        _draw_curves(axes, found, initial_epoch, height_mm)
        if best_epoch is not None:
            judged = found.get("val", found.get("train", ()))
            _mark(axes, best_epoch, judged[best_epoch - initial_epoch - 1])
        axes.set_ylabel(label)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.grid(axis="y")
    return figure


def _draw_curves(
    axes: Axes, found: Mapping[str, Sequence[float]], initial_epoch: int, height_mm: float
) -> None:
    """Draw each split's curve and name it at its end, where names keep some distance."""
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
    low, high = axes.get_ylim()
    gap = (high - low) * LINE_MM / (height_mm * AXES_SHARE)
    ends = apart([values[-1] for values in found.values()], gap)
    for split, end in zip(found, ends, strict=True):
        axes.annotate(
            written(split),
            (last, end),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )


def _mark(axes: Axes, epoch: int, judged: float) -> None:
    """Draw a line at the best epoch, say so above it, and ring the curve that is judged by."""
    axes.axvline(epoch, color=MUTED, linewidth=0.6, linestyle=DASHES[2], zorder=0.5)
    axes.annotate(
        f"best: epoch {epoch}",
        (epoch, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        color=MUTED,
        fontsize=SMALL_PT,
    )
    axes.plot(
        [epoch],
        [judged],
        marker="o",
        markersize=7,
        markerfacecolor="none",
        markeredgecolor=INK,
        markeredgewidth=0.8,
    )
