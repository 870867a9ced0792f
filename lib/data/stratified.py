"""Stratified samples, which keep the class proportions."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def class_quotas(counts: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """Apportion `n` places in proportion to `counts`, by largest remainder.

    All arithmetic is in integers, so rounding never decides; ties go to the first class.

    Args:
        counts: (n_classes,) number of samples per class.
        n: places to apportion, at most the sum of `counts`.

    Returns:
        (n_classes,) places per class; they sum to `n`, and none exceeds its count.

    Source: Hamilton's method, see Balinski and Young, Fair Representation (2001), chapter 2.

    >>> class_quotas(np.array([6, 3, 1]), 5).tolist()
    [3, 2, 0]
    """
    total = counts.sum()
    quotas, remainders = n * counts // total, n * counts % total
    left_over = n - quotas.sum()
    quotas[np.argsort(-remainders, kind="stable")[:left_over]] += 1
    return quotas


def stratified_sample(
    labels: npt.NDArray[np.int64], n: int, seed: int | Sequence[int]
) -> npt.NDArray[np.int64]:
    """Draw `n` samples without replacement, stratified by class.

    Args:
        labels: (n_samples,) class numbers from 0.
        n: samples to draw.
        seed: the same seed draws the same samples.

    Returns:
        (n,) indices into `labels`, ascending, to keep the published order.

    Raises:
        ValueError: if there are fewer than `n` samples.

    >>> stratified_sample(np.array([0, 1, 0, 1, 0, 1]), 6, seed=0).tolist()
    [0, 1, 2, 3, 4, 5]
    """
    if not 0 <= n <= len(labels):
        raise ValueError(f"Expected n in [0, {len(labels)}]. Received: n={n}")
    if n == 0:
        return np.empty(0, dtype=np.int64)
    generator = np.random.default_rng(seed)
    quotas = class_quotas(np.bincount(labels), n)
    drawn = [
        generator.permutation(np.flatnonzero(labels == label))[:quota]
        for label, quota in enumerate(quotas)
    ]
    return np.sort(np.concatenate(drawn))


def hold_out(
    labels: npt.NDArray[np.int64], n: int, seed: int | Sequence[int]
) -> npt.NDArray[np.bool_]:
    """Mark `n` samples to hold out, stratified by class.

    Args:
        labels: (n_samples,) class numbers from 0.
        n: samples to hold out.
        seed: the same seed holds out the same samples.

    Returns:
        (n_samples,) bool; True for held-out samples.

    Raises:
        ValueError: if there are fewer than `n` samples.

    >>> hold_out(np.array([0, 0, 0, 1, 1, 1]), 2, seed=0).reshape(2, 3).sum(axis=1).tolist()
    [1, 1]
    """
    held_out = np.zeros(len(labels), dtype=np.bool_)
    held_out[stratified_sample(labels, n, seed)] = True
    return held_out


def sample_each_class(
    labels: npt.NDArray[np.int64], n_classes: int, n: int, seed: int
) -> npt.NDArray[np.int64]:
    """Draw `n` samples of each class without replacement.

    Args:
        labels: (n_samples,) class numbers from 0.
        n_classes: number of classes.
        n: samples to draw per class.
        seed: the same seed draws the same samples.

    Returns:
        (n_classes, n) indices into `labels`; row i holds samples of class i.

    Raises:
        ValueError: if a class has fewer than `n` samples; the message gives its number.

    >>> sample_each_class(np.array([1, 0, 1]), n_classes=2, n=1, seed=0)[0].tolist()
    [1]
    """
    generator = np.random.default_rng(seed)
    drawn = []
    for label in range(n_classes):
        members = np.flatnonzero(labels == label)
        if n > len(members):
            raise ValueError(f"Expected {n} samples of class {label}. Received: {len(members)}")
        drawn.append(generator.choice(members, n, replace=False))
    return np.array(drawn)
