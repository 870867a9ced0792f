"""Start Keras on TensorFlow quietly, with fixed settings that override the user's own files."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

# Keras imports these if they are installed, which takes a second and is no use here.
UNUSED = ("matplotlib", "sklearn")


def start(seed: int) -> None:
    """Import TensorFlow, and make what follows reproducible.

    Args:
        seed: seeds the initial weights and dropout.
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
    """Import TensorFlow and Keras without their libraries' messages about graphics cards.

    The libraries write to the process's own error stream before they read any setting. The messages
    are shown if the import fails.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        done = False
        try:
            with _hidden(UNUSED):
                import keras  # noqa: F401  # its import is what prints
                import tensorflow as tf

            tf.config.list_physical_devices()
            done = True
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            if not done:
                said.seek(0)
                sys.stderr.write(said.read().decode(errors="replace"))


@contextlib.contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Make imports of some libraries fail inside the block, unless they are imported already."""
    hidden = [name for name in names if name not in sys.modules]
    try:
        sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None hides one
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
