"""Import TensorFlow quietly, and drop the graphs that it keeps after a training."""

import functools
import os
import sys
import tempfile

from lib import progress


@functools.cache
def start_backend() -> None:
    """Import TensorFlow and initialize its devices silently, once per process.

    Its libraries announce missing graphics drivers on the process's own error stream, before any
    setting of theirs is read. If the import fails, what they wrote is shown after all.
    """
    with progress.silence(), tempfile.TemporaryFile() as said:
        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        silent = False
        try:
            import tensorflow as tf

            tf.config.list_physical_devices()
            silent = True
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            if not silent:
                said.seek(0)
                sys.stderr.write(said.read().decode(errors="replace"))


def forget_graphs() -> None:
    """Drop the graphs of trainings whose models are no longer used; TensorFlow would keep them.

    Keras sums gradients over replicas, even over one, by an operation with a gradient of its own.
    TensorFlow registers such gradients by name until the process ends, and each of them holds the
    graph of its training: 10 MB for a small network. Functions that were traced before must not be
    differentiated afterwards.
    """
    if "tensorflow" in sys.modules:
        from tensorflow.python.framework import ops

        known = ops.gradient_registry._registry  # noqa: SLF001 - it has no way to remove an entry
        for name in [name for name in known if name.startswith("CustomGradient-")]:
            del known[name]
