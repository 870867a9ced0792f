"""Principal component analysis: the best linear code of a given length."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.decomposition import PCA

LARGEST = 2_000  # most features for a full decomposition of the covariance matrix (a second)


def fit(
    features: NDArray[np.floating], components: int, seed: int = 0, *, overwrite: bool = False
) -> "PCA":
    """Fit exact principal components with the fastest solver for the shape.

    Images of 64 x 64 x 3 have a 12,288 x 12,288 covariance matrix, which takes minutes to decompose
    in full; the Lanczos method finds the first 64 components of 2,000 such images in seconds.

    Args:
        features: (n, p).
        components: number of components, at most n and p.
        seed: seed of the Lanczos method's starting vector.
        overwrite: center the features in place, which saves a copy; same components.
    """
    from sklearn.decomposition import PCA

    samples, dimensions = features.shape
    if dimensions <= min(samples, LARGEST):
        solver = "covariance_eigh"
    else:
        solver = "arpack" if components < min(samples, dimensions) else "full"
    return PCA(components, svd_solver=solver, random_state=seed, copy=not overwrite).fit(features)


def reconstructions(
    x_train: NDArray[np.float32],
    x: NDArray[np.float32],
    lengths: Sequence[int],
    *,
    overwrite: bool = False,
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Reconstruct images from their first principal components, for several code lengths.

    One decomposition serves all lengths. No other linear code of the same length has a smaller
    mean squared error on the training images (Eckart and Young, 1936).

    Args:
        x_train: (n, ...) images to fit the components on.
        x: (m, ...) images to reconstruct.
        lengths: numbers of components, each at most the number of pixels and of training images.
        overwrite: whether `x_train` may be overwritten, which saves a copy.

    Yields:
        Each length with its reconstructions, (m, ...) float32, not clipped.

    Raises:
        ValueError: a length is out of range.
    """
    most = min(len(x_train), int(np.prod(x_train.shape[1:])))
    if not lengths or not all(1 <= length <= most for length in lengths):
        raise ValueError(f"Expected at least one length, all in 1 … {most}. Received: {lengths=}")
    fitted = fit(x_train.reshape(len(x_train), -1), max(lengths), overwrite=overwrite)
    codes = fitted.transform(x.reshape(len(x), -1))  # (m, largest length)
    for length in lengths:
        flat = codes[:, :length] @ fitted.components_[:length] + fitted.mean_
        yield length, flat.reshape(x.shape).astype(np.float32)
