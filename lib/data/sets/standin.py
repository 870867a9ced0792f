"""Generated stand-in data: drawn shapes in ten classes, for runs without real data.

The images have Fashion-MNIST's size. Within seconds, a small network does far better than chance
(1,000 images, 4 epochs: validation accuracy 0.84), but not perfectly. The images have the flaws
that exploration and error analysis look for: classes that overlap (a disc may be as elongated as an
ellipse), copies within and between parts, and a wrong label.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from contract.names import DataSource
from lib.data.split import Split

SIZE = 28  # height and width, pixels
PLANTED = 0.01  # share of each part that is copies of training images; as many are near copies

Field = npt.NDArray[np.float64]  # (n, SIZE, SIZE): one value per pixel


def _ellipse(u: Field, v: Field) -> Field:
    return np.hypot(u, v) - 0.62


def _rectangle(u: Field, v: Field) -> Field:
    return np.maximum(np.abs(u), np.abs(v)) - 0.55


def _ring(u: Field, v: Field) -> Field:
    return np.abs(np.hypot(u, v) - 0.5) - 0.16


def _frame(u: Field, v: Field) -> Field:
    return np.abs(np.maximum(np.abs(u), np.abs(v)) - 0.45) - 0.14


def _triangle(u: Field, v: Field) -> Field:
    return np.maximum(0.87 * np.abs(u) - 0.5 * v, v) - 0.36


def _cross(u: Field, v: Field) -> Field:
    arms = np.minimum(np.abs(u), np.abs(v)) - 0.17
    return np.maximum(arms, np.maximum(np.abs(u), np.abs(v)) - 0.65)


def _half_disc(u: Field, v: Field) -> Field:
    return np.maximum(np.hypot(u, v + 0.25) - 0.65, -0.25 - v)


def _chevron(u: Field, v: Field) -> Field:
    return np.maximum(np.abs(np.abs(u) - v - 0.2) - 0.25, np.abs(u) - 0.6)


# A class is an outline (negative inside) and a range of aspect ratios. The ranges overlap in the
# first two pairs, so no classifier can tell all of their images apart.
CLASSES: tuple[tuple[str, Callable[[Field, Field], Field], float, float], ...] = (
    ("disc", _ellipse, 1.0, 1.35),
    ("ellipse", _ellipse, 1.2, 1.9),
    ("square", _rectangle, 1.0, 1.35),
    ("rectangle", _rectangle, 1.2, 1.9),
    ("ring", _ring, 1.0, 1.3),
    ("frame", _frame, 1.0, 1.3),
    ("triangle", _triangle, 1.0, 1.3),
    ("cross", _cross, 1.0, 1.3),
    ("half-disc", _half_disc, 1.0, 1.3),
    ("chevron", _chevron, 1.0, 1.3),
)


def images(*, n_train: int, n_val: int, n_test: int, seed: int) -> Split:
    """Draw a stand-in data set, its classes of equal size up to a remainder.

    In each part, `PLANTED` of the images, at least one, repeat a training image of their class, and
    as many differ from one by at most two grey levels. One more training image repeats one of
    another class, so that identical images have different labels.

    Args:
        n_train: training images, at least two per class.
        n_val: validation images, may be 0.
        n_test: test images, may be 0.
        seed: the same seed draws the same images.

    Returns:
        Images (n, 28, 28) uint8, 0 the background; `source` is stand-in.

    Raises:
        ValueError: if there are fewer than two training images per class, or a count is negative.
    """
    if n_train < 2 * len(CLASSES) or n_val < 0 or n_test < 0:
        raise ValueError(
            f"Expected n_train >= {2 * len(CLASSES)}, n_val >= 0 and n_test >= 0. "
            f"Received: {n_train=}, {n_val=}, {n_test=}"
        )
    generator = np.random.default_rng(seed)
    x_train, y_train = _samples(n_train, generator)
    x_val, y_val = _samples(n_val, generator)
    x_test, y_test = _samples(n_test, generator)

    originals = np.unique(y_train, return_index=True)[1]  # the first training image of each class
    models = x_train[originals]
    others = generator.permutation(np.setdiff1d(np.arange(n_train), originals))
    mislabelled, others = others[0], others[1:]
    x_train[mislabelled] = models[(y_train[mislabelled] + 1) % len(CLASSES)]
    for x, y, free in (
        (x_train, y_train, others),
        (x_val, y_val, generator.permutation(n_val)),
        (x_test, y_test, generator.permutation(n_test)),
    ):
        n_planted = max(1, round(PLANTED * len(y)))
        copies, near_copies = free[:n_planted], free[n_planted : 2 * n_planted]
        x[copies] = models[y[copies]]
        darker = generator.integers(0, 3, (len(near_copies), SIZE, SIZE), dtype=np.uint8)
        x[near_copies] = np.maximum(models[y[near_copies]], darker) - darker
    return Split(
        x_train=x_train,
        y_train=y_train,
        x_val=x_val,
        y_val=y_val,
        x_test=x_test,
        y_test=y_test,
        class_names=tuple(name for name, *_ in CLASSES),
        name="generated shapes",
        source=DataSource.STAND_IN,
    )


def _samples(
    n: int, generator: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    labels = generator.permutation(np.arange(n) % len(CLASSES))
    drawn = np.zeros((n, SIZE, SIZE), dtype=np.uint8)
    for label, (_, outline, shortest, longest) in enumerate(CLASSES):
        members = np.flatnonzero(labels == label)
        stretch = generator.uniform(shortest, longest, (len(members), 1, 1))
        drawn[members] = _drawings(outline, stretch, generator)
    return drawn, labels


def _drawings(
    outline: Callable[[Field, Field], Field], stretch: Field, generator: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Draw an outline once per stretch: shifted, rotated, bent, shaded, with grain."""

    def draw(low: float, high: float) -> Field:
        return generator.uniform(low, high, (len(stretch), 1, 1))

    pixels = (np.arange(SIZE) - (SIZE - 1) / 2) / (SIZE / 2)  # centres; image spans [-1, 1]
    x = pixels[np.newaxis, np.newaxis, :] - draw(-0.15, 0.15)
    y = pixels[np.newaxis, :, np.newaxis] - draw(-0.15, 0.15)
    angle, scale = draw(-0.4, 0.4), draw(0.8, 1.2)
    u = (np.cos(angle) * x + np.sin(angle) * y) / (scale * np.sqrt(stretch))
    v = (np.cos(angle) * y - np.sin(angle) * x) / scale * np.sqrt(stretch)
    u = u + 0.07 * np.sin(draw(2, 5) * v + draw(0, 2 * np.pi))  # bent
    coverage = np.clip(0.5 - outline(u, v) * scale * SIZE / 2, 0, 1)  # edge one pixel soft
    weave = 1 + draw(0, 0.3) * np.sin(draw(5, 15) * v + draw(0, 2 * np.pi))
    shade = draw(0.45, 0.95) * weave * (1 + draw(-0.4, 0.4) * x + draw(-0.4, 0.4) * y)
    grain = generator.normal(0, 0.06, coverage.shape)
    return np.rint(255 * np.clip(coverage * shade + grain, 0, 1)).astype(np.uint8)
