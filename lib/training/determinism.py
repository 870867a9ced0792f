"""Make TensorFlow repeat itself: seeds, deterministic kernels and a fixed number of threads."""

from lib import environment
from lib.training.backend import start_backend


def set_seed(seed: int) -> None:
    """Seed Python, NumPy and Keras, and make TensorFlow use deterministic kernels.

    Call it before the model is built. The determinism lasts as long as the process. It costs
    nothing that can be measured for a worker of one thread, and 0-15 % with two.

    Raises:
        RuntimeError: Keras was imported before `lib`, with different settings.
    """
    start_backend()
    environment.require_defaults()
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def use_threads(count: int) -> None:
    """Set TensorFlow's number of threads, on which the order of sums depends.

    Args:
        count: number of threads; 1 for a worker that shares its machine with others.

    Raises:
        ValueError: `count` is below 1.
        RuntimeError: TensorFlow has computed already, with another number of threads.
    """
    import tensorflow as tf

    if count < 1:
        raise ValueError(f"Expected at least one thread. Received: {count=}")
    try:
        tf.config.threading.set_intra_op_parallelism_threads(count)
        tf.config.threading.set_inter_op_parallelism_threads(count)
    except RuntimeError as error:
        raise RuntimeError(
            "Expected to set the number of threads before TensorFlow computes anything in this "
            f"process. Received: {count=}"
        ) from error
