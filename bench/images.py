"""Memory of training on 20,000 colour images of 224 x 224, 3 GB of bytes."""

import tempfile
from pathlib import Path

import click
import numpy as np

from bench.measure import MEBIBYTE, Figure, run_process

IMAGES, SIDE = 20_000, 224
BATCH = 32


def figures() -> list[Figure]:
    """Train for an epoch on memory-mapped images in a separate process; floats would be 12 GB."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "images.npy")
        made = run_process("-m", "bench.images", "make", path)
        trained = run_process("-m", "bench.images", "train", path)
    note = f"{trained.seconds:.0f} s an epoch; {made.seconds:.0f} s to write the images"
    peak = trained.peak / MEBIBYTE
    return [Figure("memory: training on 3 GB of images", peak, 4096.0, "MiB", note)]


@click.group()
def main() -> None:
    """Run one step in a separate process, so that its memory can be measured."""


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
def make(path: Path) -> None:
    """Write the images, each with its own grey level, so that there is something to learn."""
    shape = (IMAGES, SIDE, SIDE, 3)
    images = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
    levels = np.random.default_rng(1).integers(0, 256, IMAGES, dtype=np.uint8)
    for start in range(0, IMAGES, 500):
        images[start : start + 500] = levels[start : start + 500, None, None, None]
    images.flush()


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
def train(path: Path) -> None:
    """Train a small network for one epoch, and apply it to a tenth of the images.

    Raises:
        RuntimeError: it learned nothing, so no training was measured.
    """
    import keras

    from lib import training
    from lib.data.files.arrays import open_array

    images = open_array(path, np.uint8, (IMAGES, SIDE, SIDE, 3))
    labels = (images[:, 0, 0, 0] > 127).astype(np.int64)
    training.set_seed(1)
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            keras.layers.AveragePooling2D(16),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
    training.fit(model, images, labels, epochs=1, batch_size=BATCH, seed=1)
    some = slice(0, IMAGES // 10)
    accuracy = np.mean(training.predict(model, images[some]).argmax(axis=1) == labels[some])
    if accuracy < 0.9:
        raise RuntimeError(f"Expected a network that has learnt. Received: {accuracy=:.3f}")


if __name__ == "__main__":
    main(prog_name="python -m bench.images")
