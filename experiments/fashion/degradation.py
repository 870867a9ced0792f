"""The rule that decides at which code size reconstructions become too bad."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib import metrics


@dataclass(frozen=True)
class Drop:
    """The code size at which quality drops.

    Args:
        kept: index of the size before the drop, or of the last size if there is no drop.
        at: index of the size after the drop, or of the steepest rise if there is no drop.
        found: whether there is a drop.
        rises: relative rise of each size's mean error over the previous size; NaN for the first
            size.
        lows: lower ends of their 95 % intervals.
        highs: upper ends.
    """

    kept: int
    at: int
    found: bool
    rises: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]


def first_drop(errors: Sequence[NDArray[np.floating]], *, threshold: float, seed: int) -> Drop:
    """Find the first size whose error rises too much over the previous size.

    A rise is too large if its whole 95 % interval, by the paired bootstrap over images, is above
    the threshold.

    Args:
        errors: for each of at least two sizes, the (n,) errors of the same images.
        threshold: acceptable rise, as a share of the previous size's error.
        seed: seeds the bootstrap.

    Raises:
        ValueError: there are fewer than two sizes.
    """
    if len(errors) < 2:
        raise ValueError(f"Expected two sizes or more. Received: {len(errors)=}")
    rises, lows, highs = [np.nan], [np.nan], [np.nan]
    for before, after in itertools.pairwise(errors):
        scale = float(before.mean(dtype=np.float64))
        interval = metrics.paired_bootstrap(after / scale, before / scale, seed=seed)
        rises.append(float(after.mean(dtype=np.float64)) / scale - 1)
        lows.append(interval.low)
        highs.append(interval.high)
    dropped = [at for at in range(1, len(errors)) if lows[at] > threshold]
    at = dropped[0] if dropped else int(np.nanargmax(rises))
    kept = at - 1 if dropped else len(errors) - 1
    return Drop(kept, at, bool(dropped), tuple(rises), tuple(lows), tuple(highs))
