"""Describe a stage's run for MLflow's page: what it did, on which data, and its main numbers.

The description is only for people: it is not part of the fingerprint, and nothing is looked up by
it. So a reused run keeps its description, even if somebody has edited it on the page.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence

from lib.tracking.fingerprint import Dataset
from lib.tracking.results import Results

MOST = 4  # maximum number of metrics in a description
MEASURES = ("accuracy", "error", "loss")  # endings of the metrics that come first, in order
SPLITS = ("test", "val", "train")


def described(
    function: Callable[..., Results],
    data: Mapping[str, Dataset],
    read: Sequence[str],
    metrics: Mapping[str, float],
) -> str:
    """Write a run's description, in Markdown.

    Args:
        function: the stage, whose docstring's first line says what it does.
        data: the data sets that it is called with, by input name.
        read: names of the runs whose results it is called with.
        metrics: what it measured; empty while it runs.
    """
    lines = [f"- Data: {data_text(each)}" for each in dict.fromkeys(data.values())]
    if read:
        lines.append("- Reads: " + ", ".join(f"`{run}`" for run in dict.fromkeys(read)))
    if metrics:
        numbers = (f"`{name}` {number_text(metrics[name])}" for name in main_metrics(metrics))
        lines.append("- Numbers: " + ", ".join(numbers))
    first = (inspect.getdoc(function) or "").partition("\n")[0]
    return "\n\n".join(part for part in (first, "\n".join(lines)) if part)


def data_text(data: Dataset) -> str:
    """Name a data set, whether it is real, and how many samples each part has."""
    parts = [f"{count:,} {part}" for part, count in samples(data).items() if count]
    return f"{data.name} ({data.source}), {', '.join(parts)} samples"


def samples(data: Dataset) -> dict[str, int]:
    """Count the samples of each part."""
    return {part: len(labels) for part, _, labels in data.parts()}


def main_metrics(metrics: Mapping[str, float]) -> list[str]:
    """Choose the few metrics that people compare first.

    They are the accuracies, errors and losses on the test set; if there are none, those on the
    validation set, or else on the training set. A stage without any, such as one that explores the
    data, is described by its first metrics.

    >>> main_metrics({"train_accuracy": 1.0, "p_value": 0.1, "best_val_accuracy": 0.9})
    ['best_val_accuracy']
    >>> main_metrics({"wall_time_seconds": 2.0, "images": 70000, "classes": 10})
    ['images', 'classes']
    >>> main_metrics({"val_loss": 1.0, "best_val_accuracy": 0.9, "val_accuracy": 0.8})
    ['val_accuracy', 'best_val_accuracy', 'val_loss']
    """
    bounds = ("_low", "_high")  # ends of an interval around another metric
    own = [name for name in metrics if name != "wall_time_seconds" and not name.endswith(bounds)]
    for split in SPLITS:
        found = [name for name in own if split in name.split("_") and name.endswith(MEASURES)]
        if found:
            found.sort(key=lambda name: (MEASURES.index(name.rpartition("_")[2]), len(name)))
            return found[:MOST]  # shorter names first
    return own[:MOST]


def number_text(value: float) -> str:
    """Format a metric for people to read.

    >>> [number_text(value) for value in (0.92341, 60000.0, 1.0, 4e-05)]
    ['0.9234', '60,000', '1', '4e-05']
    """
    return f"{int(value):,}" if float(value).is_integer() else f"{value:.4g}"
