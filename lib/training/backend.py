"""Import TensorFlow without its messages about missing hardware."""

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
