"""Principal component analysis: the best linear code of a given length."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray


def reconstructions(
    x_train: NDArray[np.float32], x: NDArray[np.float32], lengths: Sequence[int]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Reconstruct images from their first principal components, for several numbers of them.

    One decomposition serves all lengths. No other linear code of the same length has a smaller
    mean squared error on the training images (Eckart and Young, 1936).

    Args:
        x_train: (n, ...) images to fit the components on.
        x: (m, ...) images to reconstruct.
        lengths: numbers of components, each at most the number of pixels and of training images.

    Yields:
        Each length with the reconstructions, (m, ...) float32, not clipped to any range.

    Raises:
        ValueError: a length is out of range.
    """
    from sklearn.decomposition import PCA

    most = min(len(x_train), int(np.prod(x_train.shape[1:])))
    if not lengths or not all(1 <= length <= most for length in lengths):
        raise ValueError(f"Expected lengths in 1 … {most}, at least one. Received: {lengths=}")
    pca = PCA(max(lengths), svd_solver="covariance_eigh").fit(x_train.reshape(len(x_train), -1))
    codes = pca.transform(x.reshape(len(x), -1))  # (m, largest length)
    for length in lengths:
        flat = codes[:, :length] @ pca.components_[:length] + pca.mean_
        yield length, flat.reshape(x.shape).astype(np.float32)
