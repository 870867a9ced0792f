"""Grad-CAM: where a layer's feature maps support a class."""

import numpy as np
from numpy.typing import NDArray

from lib.attribution.layers import layer_path
from lib.attribution.network import Floats, Ints, Network


def grad_cam(
    network: Network, images: Floats, targets: Ints, *, layer: str | None = None
) -> Floats:
    """Weight a layer's feature maps by their average gradient, and keep what supports the class.

    With A^k the layer's k-th feature map, of Z pixels, and y^c the logit of class c:

        alpha_k^c = 1 / Z  sum_ij  d y^c / d A_ij^k                               (1)
        L^c = ReLU( sum_k  alpha_k^c A^k )                                        (2)

    Args:
        network: network to explain.
        images: (n, height, width, channels).
        targets: (n,) class numbers.
        layer: see `layers.layer_path`.

    Returns:
        (n, height, width) float32 >= 0: L^c resized to the image by linear interpolation between
        the centres of the layer's pixels. All zero if nothing supports the class.

    Source: Selvaraju et al., "Grad-CAM: Visual explanations from deep networks via gradient-based
        localization" (2017), equations 1 and 2.
    """
    coarse = class_activation_maps(network, images, targets, layer=layer)
    return enlarged(coarse, (images.shape[1], images.shape[2]))


def class_activation_maps(
    network: Network, images: Floats, targets: Ints, *, layer: str | None = None
) -> Floats:
    """Compute Grad-CAM's L^c at the layer's own size: (n, rows, columns) float32."""
    path = layer_path(network.calls, layer)
    maps = []
    for features, gradients in network.feature_gradients(images, targets, path):
        weights = gradients.mean(axis=(1, 2), keepdims=True)  # (batch, 1, 1, channels), eq. 1
        maps.append(np.maximum((weights * features).sum(axis=3), 0))  # eq. 2
    return np.concatenate(maps)


def enlarged(maps: NDArray[np.floating], size: tuple[int, int]) -> Floats:
    """Resize (n, rows, columns) maps to (n, height, width) by linear interpolation.

    >>> enlarged(np.array([[[0.0, 1.0]]]), (1, 4))
    array([[[0.  , 0.25, 0.75, 1.  ]]], dtype=float32)
    """
    across = _interpolation(maps.shape[1], size[0]) @ maps.astype(np.float64)
    return (across @ _interpolation(maps.shape[2], size[1]).T).astype(np.float32)


def _interpolation(old: int, new: int) -> NDArray[np.float64]:
    """Interpolation weights, (new, old); values are constant beyond the outer pixel centres."""
    centres = (np.arange(new) + 0.5) * old / new - 0.5  # in old pixels
    return np.maximum(0, 1 - np.abs(np.clip(centres, 0, old - 1)[:, None] - np.arange(old)))
