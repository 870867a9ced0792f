"""Generated stand-ins for faces, dishes, letters and sketches, for runs without the real sets.

A small network does far better than chance on each of them, but not perfectly: the classes'
distinguishing features overlap, and every image is rotated, lit or drawn differently. `standin` and
`standin_colour` draw the stand-ins for Fashion-MNIST and CIFAR-10.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from contract.names import DataSource
from lib.data.split import Images, Labels, Split

IMAGES_A_PERSON = 4
SIDE = 28  # height and width of a letter or sketch, pixels

Generator = np.random.Generator
Floats = npt.NDArray[np.float64]
Draw = Callable[[Labels, Generator], Images]
Lines = Sequence[Sequence[tuple[float, float]]]  # polylines; x to the right, y down

# Hue (0 to 1), spots per side, share of spots, length of spots. Adjacent pairs have similar hues.
DISHES = {
    "berries": (0.97, 9.0, 0.6, 1.0),
    "tartare": (0.0, 14.0, 0.5, 1.6),
    "noodles": (0.11, 5.0, 0.5, 4.0),
    "crumble": (0.10, 13.0, 0.5, 1.0),
    "salad": (0.30, 5.0, 0.6, 1.8),
    "peas": (0.27, 8.0, 0.7, 1.0),
}
LETTERS: dict[str, Lines] = {
    "A": [[(-0.6, 0.7), (0, -0.7), (0.6, 0.7)], [(-0.35, 0.2), (0.35, 0.2)]],
    "B": [
        [(-0.5, -0.7), (0.2, -0.7), (0.45, -0.35), (0.2, 0), (-0.5, 0)],
        [(0.2, 0), (0.5, 0.35), (0.2, 0.7), (-0.5, 0.7), (-0.5, -0.7)],
    ],
    "C": [[(0.5, -0.45), (0.1, -0.7), (-0.45, -0.4), (-0.45, 0.4), (0.1, 0.7), (0.5, 0.45)]],
    "D": [
        [(-0.5, -0.7), (0.1, -0.7), (0.5, -0.2), (0.5, 0.2), (0.1, 0.7), (-0.5, 0.7), (-0.5, -0.7)]
    ],
    "E": [[(0.45, -0.7), (-0.45, -0.7), (-0.45, 0.7), (0.45, 0.7)], [(-0.45, 0), (0.3, 0)]],
    "F": [[(0.45, -0.7), (-0.45, -0.7), (-0.45, 0.7)], [(-0.45, 0), (0.3, 0)]],
    "G": [
        [(0.5, -0.45), (0.1, -0.7), (-0.45, -0.4), (-0.45, 0.4), (0.1, 0.7), (0.5, 0.45)],
        [(0.5, 0.45), (0.5, 0.1), (0.1, 0.1)],
    ],
    "H": [[(-0.5, -0.7), (-0.5, 0.7)], [(0.5, -0.7), (0.5, 0.7)], [(-0.5, 0), (0.5, 0)]],
    "I": [[(0, -0.7), (0, 0.7)]],
    "J": [[(0.3, -0.7), (0.3, 0.35), (0, 0.7), (-0.35, 0.4)]],
}
_ROUND = [(0.6 * np.cos(turn), 0.6 * np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 13)]
SKETCHES: dict[str, Lines] = {
    "ball": [_ROUND, [(-0.6, 0), (0, 0.15), (0.6, 0)]],
    "face": [
        _ROUND,
        [(-0.25, -0.2), (-0.2, -0.1)],
        [(0.2, -0.2), (0.25, -0.1)],
        [(-0.25, 0.25), (0.25, 0.25)],
    ],
    "house": [[(-0.6, 0.7), (-0.6, -0.1), (0, -0.7), (0.6, -0.1), (0.6, 0.7), (-0.6, 0.7)]],
    "envelope": [
        [(-0.7, 0.5), (-0.7, -0.5), (0.7, -0.5), (0.7, 0.5), (-0.7, 0.5)],
        [(-0.7, -0.5), (0, 0.1), (0.7, -0.5)],
    ],
    "star": [[(0, -0.7), (0.4, 0.6), (-0.7, -0.2), (0.7, -0.2), (-0.4, 0.6), (0, -0.7)]],
    "fish": [[(-0.7, -0.3), (0.1, 0.35), (0.7, 0), (0.1, -0.35), (-0.7, 0.3), (-0.7, -0.3)]],
}


def faces(*, n_train: int, n_val: int, n_test: int, size: int, seed: int) -> Split:
    """Draw colour faces of two groups, several images per person; no person is in two parts.

    On average, group `long` has longer hair and narrower jaws than group `short`.

    Args:
        n_train: training images.
        n_val: validation images.
        n_test: test images.
        size: height and width, pixels.
        seed: the same seed draws the same images.

    Returns:
        Images (n, size, size, 3) uint8; labels 0 for `long`, 1 for `short`.
    """

    def draw(labels: Labels, generator: Generator) -> Images:
        people = len(labels) // IMAGES_A_PERSON + 2
        # Within a group, a person's images are consecutive.
        traits = generator.normal(size=(2, people, 8))
        number = np.zeros(len(labels), dtype=np.int64)
        for group in (0, 1):
            members = np.flatnonzero(labels == group)
            number[members] = np.arange(len(members)) // IMAGES_A_PERSON
        return _faces(labels, traits[labels, number], size, generator)

    return _split("generated faces", ("long", "short"), draw, (n_train, n_val, n_test), seed)


def food(*, n_train: int, n_val: int, n_test: int, size: int, seed: int) -> Split:
    """Draw dishes, spots of one colour on another in random light; arguments as for `faces`."""

    def draw(labels: Labels, generator: Generator) -> Images:
        kinds = list(DISHES.values())
        return np.stack([_dish(kinds[kind], size, generator) for kind in labels])

    return _split("generated dishes", tuple(DISHES), draw, (n_train, n_val, n_test), seed)


def letters(*, n_train: int, n_val: int, n_test: int, seed: int) -> Split:
    """Draw the letters A to J, thin and bold, upright and slanted: (n, 28, 28) uint8."""

    def draw(labels: Labels, generator: Generator) -> Images:
        return _drawings(list(LETTERS.values()), labels, (0.06, 0.3), 0.09, generator)

    return _split("generated letters", tuple(LETTERS), draw, (n_train, n_val, n_test), seed)


def sketches(*, n_train: int, n_val: int, n_test: int, seed: int) -> Split:
    """Draw objects in a few shaky lines, like hasty sketches: (n, 28, 28) uint8."""

    def draw(labels: Labels, generator: Generator) -> Images:
        return _drawings(list(SKETCHES.values()), labels, (0.05, 0.08), 0.14, generator)

    return _split("generated sketches", tuple(SKETCHES), draw, (n_train, n_val, n_test), seed)


def _split(
    name: str, class_names: tuple[str, ...], draw: Draw, sizes: tuple[int, int, int], seed: int
) -> Split:
    if sizes[0] < len(class_names) or min(sizes) < 0:
        raise ValueError(
            f"Expected at least {len(class_names)} training images and no negative part size. "
            f"Received: n_train, n_val, n_test={sizes}"
        )
    arrays: list[npt.NDArray[np.uint8] | Labels] = []
    for part, n in enumerate(sizes):
        generator = np.random.default_rng((seed, part))
        # One extra image, so that an empty part has the right shape.
        labels = np.append(generator.permutation(np.arange(n) % len(class_names)), 0)
        arrays += [draw(labels, generator)[:n], labels[:n]]
    x_train, y_train, x_val, y_val, x_test, y_test = arrays
    return Split(
        x_train=x_train.astype(np.uint8),
        y_train=y_train.astype(np.int64),
        x_val=x_val.astype(np.uint8),
        y_val=y_val.astype(np.int64),
        x_test=x_test.astype(np.uint8),
        y_test=y_test.astype(np.int64),
        class_names=class_names,
        name=name,
        source=DataSource.STAND_IN,
    )


def _faces(labels: Labels, traits: Floats, size: int, generator: Generator) -> Images:
    n = len(labels)

    def per_image(values: Floats) -> Floats:
        return values[:, np.newaxis, np.newaxis]

    x, y = _pixels(size)
    x = x - per_image(generator.normal(0, 0.06, n))  # position of the head
    y = y - per_image(generator.normal(0, 0.06, n))
    group = np.where(labels == 0, 1.0, -1.0)
    width = per_image(0.5 - 0.035 * group + 0.03 * traits[:, 0])
    hair_end = per_image(0.0 + 0.35 * group + 0.25 * traits[:, 1])
    light = per_image(generator.uniform(0.75, 1.1, n)) * (
        1 + per_image(generator.uniform(-0.3, 0.3, n)) * x
    )
    tone, hair_tone = _unit(traits[:, 2]), _unit(traits[:, 3])
    skin = np.stack([120 + 120 * tone, 80 + 110 * tone, 60 + 90 * tone], axis=-1)
    hair = np.stack([30 + 180 * hair_tone, 25 + 130 * hair_tone, 20 + 60 * hair_tone], axis=-1)
    ground = generator.uniform(40, 220, (n, 3))

    image = np.broadcast_to(ground[:, np.newaxis, np.newaxis], (n, size, size, 3)).copy()
    around = np.maximum(np.hypot(x / (width + 0.16), (y + 0.05) / 0.85) - 1, (y - hair_end) / 0.5)
    _paint(image, around, hair, size)
    _paint(image, np.hypot(x / width, (y - 0.08) / 0.68) - 1, skin, size)
    eye = per_image(0.2 + 0.03 * traits[:, 4])
    dark = np.full((n, 3), 30.0)
    height = per_image(0.05 * traits[:, 5])
    _paint(image, np.hypot((np.abs(x) - eye) / 0.09, (y + 0.05 - height) / 0.05) - 1, dark, size)
    smile = per_image(generator.uniform(-0.3, 0.6, n))
    mouth = per_image(0.2 + 0.04 * traits[:, 6])
    bent = y - 0.42 + smile * (x**2 / mouth - mouth / 2)
    lips = skin * [0.85, 0.45, 0.45]
    _paint(image, np.maximum(np.abs(x) / mouth, np.abs(bent) / 0.045) - 1, lips, size)
    _paint(image, np.hypot(x / 0.05, (y - 0.17) / 0.12) - 1, skin * 0.85, size)
    image = image * light[..., np.newaxis] + generator.normal(0, 6, image.shape)
    return np.rint(np.clip(image, 0, 255)).astype(np.uint8)


def _paint(image: Floats, outline: Floats, colour: Floats, size: int) -> None:
    """Paint images in place where the outline is negative, with edges a pixel or two soft."""
    cover = np.clip(0.5 - outline * size / 4, 0, 1)[..., np.newaxis]
    image += cover * (colour[:, np.newaxis, np.newaxis] - image)


def _dish(kind: tuple[float, float, float, float], size: int, generator: Generator) -> Images:
    hue, spots, share, length = kind
    x, y = _pixels(size)
    turn = generator.uniform(0, np.pi)
    along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    waves = np.zeros((size, size))
    for _ in range(8):  # waves from all directions add up to spots
        angle, phase = generator.uniform(0, 2 * np.pi, 2)
        often = spots * generator.uniform(0.8, 1.2)
        waves += np.cos(
            often * (np.cos(angle) * along / length + np.sin(angle) * across) * np.pi / 2 + phase
        )
    spot = 1 / (1 + np.exp(-3 * (waves - np.quantile(waves, 1 - share))))
    tint = hue + generator.normal(0, 0.035)
    spot_colour = _rgb(tint, 0.8) * generator.uniform(0.7, 1)
    ground = _rgb(tint + generator.normal(0.05, 0.05), generator.uniform(0.2, 0.6)) * 0.6
    image = ground + spot[..., np.newaxis] * (spot_colour - ground)
    plate = np.clip((np.hypot(x, y) - generator.uniform(0.85, 1.2)) * size / 4, 0, 1)
    image = image + plate[..., np.newaxis] * (generator.uniform(0.6, 0.95) - image)
    light = generator.uniform(0.7, 1.1) * (1 + generator.uniform(-0.3, 0.3) * x)
    lit = 255 * image * light[..., np.newaxis] + generator.normal(0, 8, image.shape)
    return np.rint(np.clip(lit, 0, 255)).astype(np.uint8)


def _rgb(hue: float, saturation: float) -> Floats:
    """The brightest colour of a hue in [0, 1), red at 0, green at 1/3: (3,) in [0, 1]."""
    away = np.abs((hue - np.array([0, 1 / 3, 2 / 3]) + 0.5) % 1 - 0.5)
    return 1 - saturation * np.clip(6 * away - 1, 0, 1)


def _drawings(
    classes: Sequence[Lines],
    labels: Labels,
    pen: tuple[float, float],
    shake: float,
    generator: Generator,
) -> Images:
    """Draw each label's lines, rotated and stretched, with a random pen width from a range."""
    images = np.zeros((len(labels), SIDE, SIDE), dtype=np.uint8)
    x, y = _pixels(SIDE)
    for place, label in enumerate(labels):
        turn, slant, *shift = generator.normal(0, [0.25, 0.3, 0.12, 0.12])
        turned = np.array([[np.cos(turn), np.sin(turn)], [slant - np.sin(turn), np.cos(turn)]])
        stretched = turned * generator.uniform(0.65, 1.15, 2)
        distance = np.full((SIDE, SIDE), np.inf)
        for line in classes[label]:
            points = np.array(line) + generator.normal(0, shake / 2, (len(line), 2))
            points = points @ stretched + shift + generator.normal(0, 0.05, 2)
            for start, end in pairwise(points):
                distance = np.minimum(distance, _distance(x, y, start, end))
        ink = np.clip(0.5 - (distance - generator.uniform(*pen)) * SIDE / 2, 0, 1)
        images[place] = np.rint(255 * ink)
    return images


def _distance(x: Floats, y: Floats, start: Floats, end: Floats) -> Floats:
    """Distance of each pixel from the line segment between two points."""
    way = end - start
    length = float(way @ way) or 1.0
    share = np.clip(((x - start[0]) * way[0] + (y - start[1]) * way[1]) / length, 0, 1)
    return np.hypot(x - start[0] - share * way[0], y - start[1] - share * way[1])


def _pixels(size: int) -> tuple[Floats, Floats]:
    """Pixel centres of an image that spans [-1, 1] in both directions."""
    line = (np.arange(size) - (size - 1) / 2) / (size / 2)
    x, y = np.meshgrid(line, line)
    return x, y


def _unit(trait: Floats) -> Floats:
    return 1 / (1 + np.exp(-trait))
