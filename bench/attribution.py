"""Integrated gradients of photographs, relative to the forward and backward passes they need."""

import time
from statistics import median

import numpy as np

from bench.measure import Figure, median_ratio, paired
from experiments.features import photographs
from lib.attribution import attribute
from lib.attribution.network import BATCH_SIZE
from lib.data import weights

STEPS = 128
IMAGES = 2
ROUNDS = 3


def figures() -> list[Figure]:
    """Explain MobileNet on photographs at 224 x 224, and compute as many bare gradients, in turn.

    Both trace the network anew in each round, as a first call does.
    """
    import keras
    import tensorflow as tf

    network = weights.mobilenet()
    images = network.prepare(photographs.shipped()[:IMAGES])
    targets = network.model.predict(images, verbose=0).argmax(axis=1)
    logits = keras.Model(network.model.inputs, network.model.layers[-2].output)
    along = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None, None, None]

    def ours() -> float:
        started = time.perf_counter()
        attribute(network.model, images, targets, "integrated_gradients", steps=STEPS)
        return time.perf_counter() - started

    def bare() -> float:
        started = time.perf_counter()

        @tf.function
        def gradients(points: "tf.Tensor", target: "tf.Tensor") -> "tf.Tensor":
            with tf.GradientTape() as tape:
                tape.watch(points)
                scores = logits(points)[:, target]
            return tape.gradient(scores, points)

        for image, target in zip(images, targets, strict=True):
            for first in range(0, STEPS, BATCH_SIZE):
                points = tf.constant(along[first : first + BATCH_SIZE] * image)
                gradients(points, tf.constant(target)).numpy()
        return time.perf_counter() - started

    mine, theirs = paired(ours, bare, ROUNDS)
    note = (
        f"medians of {ROUNDS}: {median(mine) / IMAGES:.1f} s an image against "
        f"{median(theirs) / IMAGES:.1f} s"
    )
    name = f"integrated gradients over their {STEPS} passes"
    return [Figure(name, median_ratio(mine, theirs), 1.2, "", note)]
