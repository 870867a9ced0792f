"""How a stage's networks compute: in which dtype policy, and traced or eagerly."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lib.training.backend import start_backend
from lib.training.precision import models_of


@dataclass(frozen=True)
class Mode:
    """How networks compute.

    Args:
        policy: Keras' dtype policy for the models that are built.
        eager: run the operations one by one instead of tracing them into a graph first. Tracing
            costs as much as ten steps, so a training of a few steps takes half the time.
    """

    policy: str = "float32"
    eager: bool = False


TRACED = Mode()


@contextmanager
def computing(mode: Mode) -> Iterator[None]:
    """Build, train and apply models in a mode inside the block."""
    with models_of(mode.policy):
        if not mode.eager:
            yield
            return
        start_backend()
        import tensorflow as tf

        before = tf.config.functions_run_eagerly()
        tf.config.run_functions_eagerly(True)
        try:
            with warnings.catch_warnings():
                # TensorFlow warns for each data set that its functions are traced all the same;
                # Keras, in eager mode only, that a list of one input is not a single input.
                warnings.filterwarnings("ignore", message="Even though the `tf.config")
                warnings.filterwarnings("ignore", message="The structure of `inputs`")
                yield
        finally:
            tf.config.run_functions_eagerly(before)
