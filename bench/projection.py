"""t-SNE of 5,000 images in one thread, as the studies compute it."""

import time

from bench.measure import Figure
from lib.data import normalize
from lib.data.sets import fashion_mnist
from lib.projection.embedding import neighbor_embedding

SAMPLES = 5_000


def figures() -> list[Figure]:
    """Embed the pixels of 28 x 28 images in two dimensions."""
    pixels = normalize(fashion_mnist.load(seed=1).x_train[:SAMPLES]).reshape(SAMPLES, -1)
    started = time.perf_counter()
    neighbor_embedding(pixels, 2, seed=1)
    return [Figure(f"t-SNE of {SAMPLES:,} images", time.perf_counter() - started, 60.0, "s")]
