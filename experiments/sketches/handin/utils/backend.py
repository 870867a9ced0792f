"""Start Keras on TensorFlow quietly, with settings of ours whatever the user's own files say."""

import os
import sys
import tempfile


def start(seed: int) -> None:
    """Import TensorFlow, and make what follows repeatable.

    Args:
        seed: of the first weights and of dropout.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    _import_quietly()
    import keras
    import tensorflow as tf

    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    keras.config.set_image_data_format("channels_last")
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def _import_quietly() -> None:
    """Import TensorFlow; what its libraries write about missing graphics cards is dropped.

    They write to the process's own error stream before any setting of theirs is read. It is shown
    after all if the import fails.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        done = False
        try:
            import tensorflow as tf

            tf.config.list_physical_devices()
            done = True
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            if not done:
                said.seek(0)
                sys.stderr.write(said.read().decode(errors="replace"))
