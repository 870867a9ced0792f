"""Encoding Fashion-MNIST and searching it for neighbours, compared with scikit-learn's search."""

import time
from statistics import median

from bench.measure import Figure, median_ratio, paired
from lib import training
from lib.data import normalize
from lib.data.sets import fashion_mnist
from lib.models import autoencoder
from lib.neighbors import nearest

ROUNDS = 5
LATENT_FEATURES = 16
NEIGHBORS = 10


def figures() -> list[Figure]:
    """Encode 60,000 images, and find ten neighbours of each of 10,000 others, both ways in turn."""
    from sklearn.neighbors import NearestNeighbors

    data = fashion_mnist.load(seed=1).with_complete_training()
    training.set_seed(1)
    encoder = autoencoder.encoder(
        autoencoder.convolutional(
            image_shape=(28, 28, 1), latent_features=LATENT_FEATURES, width=16
        )
    )
    images = normalize(data.x_train)
    training.predict(encoder, images[:1000])  # TensorFlow's first call is slow
    started = time.perf_counter()
    codes = training.predict(encoder, images).reshape(len(images), -1)
    encoding = time.perf_counter() - started
    queries = training.predict(encoder, normalize(data.x_test)).reshape(len(data.x_test), -1)

    def ours() -> float:
        started = time.perf_counter()
        nearest(codes, queries, NEIGHBORS)
        return encoding + time.perf_counter() - started

    def theirs() -> float:
        started = time.perf_counter()
        model = NearestNeighbors(n_neighbors=NEIGHBORS, algorithm="brute").fit(codes)
        model.kneighbors(queries)
        return encoding + time.perf_counter() - started

    mine, others = paired(ours, theirs, ROUNDS)
    note = (
        f"median of {ROUNDS}; {encoding:.1f} s of encoding in both, then "
        f"{median(mine) - encoding:.1f} s against {median(others) - encoding:.1f} s"
    )
    ratio = median_ratio(mine, others)
    return [Figure("encoding and neighbours, over scikit-learn's search", ratio, 1.0, "", note)]
