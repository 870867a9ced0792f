"""Straight paths between codes, the faces on them, and how a classifier scores each."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.features import coded
from lib import training
from lib.data.split import Images, Labels

if TYPE_CHECKING:
    import keras

SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # a in z = a z1 + (1 - a) z2
Numbers = NDArray[np.floating]


def between_pairs(labels: Labels, pairs: int, seed: int) -> NDArray[np.int64]:
    """Pair images of the first group with images of the second, at random.

    Args:
        labels: (n,) 0 or 1.
        pairs: number of pairs; an image may be in several.
        seed: seeds the choice.

    Returns:
        (pairs, 2) indices: one of the first group, one of the second.
    """
    generator = np.random.default_rng(seed)
    chosen = [generator.choice(np.flatnonzero(labels == group), pairs) for group in (0, 1)]
    return np.stack(chosen, axis=1)


def walk(model: "keras.Model", first: coded.Codes, second: coded.Codes) -> Images:
    """Decode z = a z1 + (1 - a) z2 into faces for each share a.

    Args:
        model: the VAE.
        first: z1, (n, latent_dim).
        second: z2, (n, latent_dim).

    Returns:
        (n, shares, side, side, 3) uint8, from the second's face to the first's.
    """
    codes = mixed(first, second)
    drawn = coded.decode(model, codes.reshape(-1, codes.shape[2]))
    return drawn.reshape(len(first), len(SHARES), *drawn.shape[1:])


def mixed(first: coded.Codes, second: coded.Codes) -> coded.Codes:
    """Interpolate between codes, at each share of the first.

    >>> mixed(np.array([[1.0]]), np.array([[0.0]]))[0, :, 0].tolist() == list(SHARES)
    True
    """
    shares = np.array(SHARES)[None, :, None]
    return (shares * first[:, None] + (1 - shares) * second[:, None]).astype(first.dtype)


def scores(judge: "keras.Model", faces: Images) -> NDArray[np.float32]:
    """Score faces on paths: the probability of the first group, (n, shares)."""
    flat = faces.reshape(-1, *faces.shape[2:])
    return training.predict(judge, flat)[:, 0].reshape(faces.shape[:2])


def trend(along: Numbers) -> Numbers:
    """Rank correlation of each path's scores with the share of the first: (n,) in [-1, 1].

    >>> trend(np.array([[0.0, 0.1, 0.2, 0.3, 0.8, 0.9], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]])).tolist()
    [1.0, 0.0]
    """
    from scipy.stats import rankdata

    ranks = rankdata(along, axis=1) - (len(SHARES) + 1) / 2
    places = np.arange(len(SHARES)) - (len(SHARES) - 1) / 2
    spread = np.sqrt((ranks**2).sum(axis=1) * (places**2).sum())
    return np.divide(ranks @ places, spread, out=np.zeros(len(along)), where=spread > 0)
