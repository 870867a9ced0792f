"""How well an embedding preserves the samples' neighbours and classes.

Most functions take (n, n) distances, so that those of long features are computed once.
"""

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.floating]

NEIGHBORS = 10
FOLDS = 5


def distances(features: NDArray[np.floating]) -> NDArray[np.float32]:
    """Euclidean distances between all pairs: (n, n), exactly 0 on the diagonal."""
    from sklearn.metrics import pairwise_distances

    found: NDArray[np.float32] = pairwise_distances(features.astype(np.float32, copy=False))
    np.fill_diagonal(found, 0)
    return found


def trustworthiness(original: Distances, embedded: NDArray[np.floating]) -> float:
    """Trustworthiness of an embedding: 1 if all its neighbours are neighbours in the original.

    Args:
        original: (n, n) distances between the samples.
        embedded: (n, dimensions).

    Source: Venna and Kaski, "Neighborhood preservation in nonlinear projection methods" (2001).
    """
    from sklearn.manifold import trustworthiness as measured

    return float(measured(original, embedded, n_neighbors=NEIGHBORS, metric="precomputed"))


def predicted_by_neighbors(
    between: Distances, labels: NDArray[np.integer], seed: int
) -> NDArray[np.int64]:
    """Predict each sample's label from its nearest neighbours in the other folds: (n,)."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.neighbors import KNeighborsClassifier

    neighbors = KNeighborsClassifier(NEIGHBORS, metric="precomputed")
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    predicted: NDArray[np.int64] = cross_val_predict(neighbors, between, labels, cv=folds)
    return predicted


def silhouettes(between: Distances, labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """Mean silhouette of each class: 1 far from the other classes, below 0 inside them.

    Args:
        between: (n, n) distances.
        labels: (n,) in [0, classes), each at least once.

    Returns:
        (classes,) in [-1, 1].

    Source: Rousseeuw, "Silhouettes" (1987).
    """
    from sklearn.metrics import silhouette_samples

    each = silhouette_samples(between, labels, metric="precomputed")
    return np.array([each[labels == label].mean() for label in range(labels.max() + 1)])


def common_neighbors(
    first: NDArray[np.floating], second: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Share of each sample's nearest neighbours that two embeddings have in common: (n,).

    >>> line = np.arange(30.0)[:, None]
    >>> common_neighbors(line, -5 * line).min()
    np.float64(1.0)
    """
    from sklearn.neighbors import NearestNeighbors

    found = [
        NearestNeighbors(n_neighbors=NEIGHBORS).fit(embedded).kneighbors(return_distance=False)
        for embedded in (first, second)
    ]
    return np.array(
        [len(np.intersect1d(a, b)) / NEIGHBORS for a, b in zip(*found, strict=True)], np.float64
    )
