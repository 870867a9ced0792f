"""Folds for cross-validation that keep the shares of the classes."""

import numpy as np
import numpy.typing as npt


def stratified_folds(labels: npt.NDArray[np.int64], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """Deal samples out to folds, each class by itself and in random order.

    Dealing goes on from class to class where it stopped, so that folds differ by one sample at
    the most, and in each class, too.

    Args:
        labels: (n,) class numbers.
        folds: how many, in [2, n].
        seed: the same seed deals alike.

    Returns:
        (n,) the fold of each sample, from 0.

    Raises:
        ValueError: there are fewer than two folds, or fewer samples than folds.

    >>> folds = stratified_folds(np.array([0, 0, 0, 0, 1, 1]), folds=2, seed=0)
    >>> sorted(folds[:4].tolist()), sorted(folds[4:].tolist())
    ([0, 0, 1, 1], [0, 1])
    """
    if not 2 <= folds <= len(labels):
        raise ValueError(f"Expected folds in [2, {len(labels)}], the samples. Received: {folds=}")
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(len(labels))
    order = shuffled[np.argsort(labels[shuffled], kind="stable")]
    dealt = np.empty(len(labels), dtype=np.int64)
    dealt[order] = np.arange(len(labels)) % folds
    return dealt
