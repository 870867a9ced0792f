"""Embed samples in two or three dimensions, linearly by PCA or by t-SNE."""

import numpy as np
from numpy.typing import NDArray

from lib.projection import pca

Floats = NDArray[np.float32]

EXAGGERATION = 12.0  # of affinities at first, scikit-learn's own
REDUCED = 50  # dimensions that t-SNE starts from


def principal_components(
    features: NDArray[np.floating], dimensions: int, seed: int
) -> tuple[Floats, NDArray[np.float64]]:
    """Project samples on their first principal components.

    Args:
        features: (n, p).
        dimensions: components, at most n and p.
        seed: see `pca.fit`.

    Returns:
        (n, dimensions), and the share of the variance that each component explains; all zero for
        features that are equal for all samples, as a layer gives whose units are all dead.
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

    Longer features are first projected on `REDUCED` principal components, as its authors do.

    Args:
        features: (n, p), n above the perplexity.
        dimensions: 2 or 3.
        seed: of the start, if it is random.
        random_start: begin at random places, not at those of the principal components. Few samples
            may then get stuck behind others; what both starts agree on is the data's own.
        perplexity: about how many neighbours count.
        iterations: of gradient descent, at least 250.

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
    # As scikit-learn's "auto", but for its least value of 50, by which few samples fly apart in
    # space: 90 samples end at a divergence of 3.5 instead of 0.4.
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
