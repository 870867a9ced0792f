"""Embed samples in two or three dimensions, by PCA (linear) or t-SNE."""

import numpy as np
from numpy.typing import NDArray

from lib.projection import pca

Floats = NDArray[np.float32]

EXAGGERATION = 12.0  # early exaggeration of affinities, scikit-learn's default
REDUCED = 50  # dimensions that PCA leaves for t-SNE


def principal_components(
    features: NDArray[np.floating], dimensions: int, seed: int
) -> tuple[Floats, NDArray[np.float64]]:
    """Project samples onto their first principal components.

    Args:
        features: (n, p).
        dimensions: number of components, at most n and p.
        seed: see `pca.fit`.

    Returns:
        (n, dimensions), and the share of variance explained by each component; all zero if all
        samples have equal features, as from a layer of dead units.
    """
    if not np.ptp(features, axis=0).any():
        return np.zeros((len(features), dimensions), np.float32), np.zeros(dimensions)

    features = features.astype(np.float32, copy=False)
    fitted = pca.fit(features, dimensions, seed)
    projected = fitted.transform(features).astype(np.float32)
    return projected, fitted.explained_variance_ratio_.astype(np.float64)


def neighbor_embedding(
    features: NDArray[np.floating],
    dimensions: int,
    seed: int,
    *,
    random_start: bool = False,
    perplexity: float = 30.0,
    iterations: int = 1000,
) -> Floats:
    """Embed samples so that neighbours stay neighbours, by t-SNE.

    Longer features are first projected onto `REDUCED` principal components, as t-SNE's authors do.

    Args:
        features: (n, p), n above the perplexity.
        dimensions: 2 or 3.
        seed: seed of a random start.
        random_start: start from random positions instead of the principal components. If samples
            are few, some may get stuck behind others; what both starts show is in the data.
        perplexity: approximate number of neighbours that count.
        iterations: gradient descent steps, at least 250.

    Returns:
        (n, dimensions).

    Source: van der Maaten and Hinton, "Visualizing data using t-SNE" (2008); Belkina et al.,
        "Automated optimized parameters for t-distributed stochastic neighbor embedding" (2019), for
        the learning rate.
    """
    from sklearn.manifold import TSNE

    if features.shape[1] > REDUCED:
        most = min(REDUCED, len(features) - 1)
        features, _ = principal_components(features, most, seed)
    # scikit-learn's "auto" without its minimum of 50, at which small data sets fly apart in three
    # dimensions: 90 samples end at a divergence of 3.5 instead of 0.4.
    tsne = TSNE(
        dimensions,
        perplexity=perplexity,
        learning_rate=len(features) / EXAGGERATION / 4,
        init="random" if random_start else "pca",
        random_state=seed,
        n_jobs=1,
        max_iter=iterations,
    )
    embedded: Floats = tsne.fit_transform(features).astype(np.float32)
    return embedded
