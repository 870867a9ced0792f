"""Tables that describe a `Split` before any model sees it: sizes, classes, brightness."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lib.data.split import Split

if TYPE_CHECKING:
    import pandas as pd


def sizes(split: Split) -> "pd.DataFrame":
    """Count the images of each part, and give their shape.

    Returns:
        Columns part, images, height, width (pixels), channels.
    """
    import pandas as pd

    return pd.DataFrame(
        {
            "part": part,
            "images": len(images),
            "height": images.shape[1],
            "width": images.shape[2],
            "channels": images.shape[3] if images.ndim == 4 else 1,
        }
        for part, images, _ in split.parts()
    )


def class_counts(split: Split) -> "pd.DataFrame":
    """Count the samples of each class in each part.

    Returns:
        Columns class (its name), train, val, test; one row per class, in label order.
    """
    import pandas as pd

    counts = {
        part: np.bincount(labels, minlength=len(split.class_names))
        for part, _, labels in split.parts()
    }
    return pd.DataFrame({"class": split.class_names, **counts})


def brightness(
    images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64], class_names: tuple[str, ...]
) -> "pd.DataFrame":
    """Measure the brightness of each class's images, and how much it varies between them.

    Args:
        images: (n, height, width[, channels]) uint8.
        labels: (n,) class numbers.
        class_names: one name per class.

    Returns:
        Columns class, mean (of the images' mean grey levels, 0-255), std (between images),
        background (share of values that are 0); one row per class with samples.
    """
    import pandas as pd

    values = images.reshape(len(images), -1)
    levels = values.mean(axis=1)
    background = 1 - np.count_nonzero(values, axis=1) / values.shape[1]
    rows = []
    for label in np.unique(labels):
        members = labels == label
        level = levels[members]
        rows.append((class_names[label], level.mean(), level.std(), background[members].mean()))
    return pd.DataFrame(rows, columns=["class", "mean", "std", "background"])
