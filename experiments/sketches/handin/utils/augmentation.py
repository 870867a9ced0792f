"""Distort sketches at random while training: turn, scale, shear, shift, flip."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Augmentation:
    """How far images are distorted, with amounts drawn for each image.

    Args:
        rotation: largest angle, degrees.
        scale: largest relative change of size.
        shear: largest shift of a row, as a share of its distance to the middle.
        shift: largest shift along each axis, pixels.
        horizontal_flip: probability that left and right are swapped.
        vertical_flip: probability that top and bottom are swapped.
    """

    rotation: float = 12.0
    scale: float = 0.12
    shear: float = 0.12
    shift: float = 2.0
    horizontal_flip: float = 0.0
    vertical_flip: float = 0.0

    def __call__(self, images: Array, generator: np.random.Generator) -> Floats:
        """Distort a batch.

        Args:
            images: (n, height, width) pixels.
            generator: draws the amounts.

        Returns:
            (n, height, width) float32.
        """
        n = len(images)
        angle = np.radians(generator.uniform(-self.rotation, self.rotation, n))
        factor = 1 + generator.uniform(-self.scale, self.scale, (2, n))  # vertical, horizontal
        flip = generator.random((2, n)) < [[self.vertical_flip], [self.horizontal_flip]]
        factor = np.where(flip, -factor, factor)
        shear = generator.uniform(-self.shear, self.shear, n)
        shift = generator.uniform(-self.shift, self.shift, (n, 2))
        cos, sin = np.cos(angle), np.sin(angle)
        turn = np.stack([cos, -sin, sin, cos], axis=1).reshape(n, 2, 2)
        slant = np.stack([factor[0], 0 * shear, shear, factor[1]], axis=1).reshape(n, 2, 2)
        return affine(images, turn @ slant, shift)


def affine(images: Array, matrices: Array, shifts: Array) -> Floats:
    """Map images linearly about their middle, by bilinear interpolation; outside is 0.

    Args:
        images: (n, height, width) pixels.
        matrices: (n, 2, 2) from a position in the result, (row, column) from the middle, to
            the position in the image whose pixel is shown there.
        shifts: (n, 2) added to the position in the image.

    Returns:
        (n, height, width) float32.

    >>> image = np.array([[[1, 2], [3, 4]]])
    >>> affine(image, np.array([[[1, 0], [0, -1]]]), np.zeros((1, 2))).tolist()  # mirrored
    [[[2.0, 1.0], [4.0, 3.0]]]
    """
    n, height, width = images.shape
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1))).astype(np.float32).reshape(-1)
    middle = np.array([[height - 1], [width - 1]]) / 2
    grid = np.indices((height, width)).reshape(2, -1) - middle  # (2, height * width)
    row, column = np.moveaxis(matrices @ grid + shifts[:, :, None] + middle + 1, 1, 0)
    row, column = row.clip(0, height + 1), column.clip(0, width + 1)
    top, left = row.clip(0, height).astype(np.int64), column.clip(0, width).astype(np.int64)
    down, right = (row - top).astype(np.float32), (column - left).astype(np.float32)
    first = np.arange(n)[:, None] * ((height + 2) * (width + 2)) + top * (width + 2) + left
    upper = padded[first] * (1 - right) + padded[first + 1] * right
    below = first + width + 2
    lower = padded[below] * (1 - right) + padded[below + 1] * right
    return (upper * (1 - down) + lower * down).reshape(n, height, width)
