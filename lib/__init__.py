"""The vocabulary that the experiments share; knows no experiment and no report."""

import atexit
import gc

from lib.environment import settle

settle()  # before any module of `lib` can import a library that reads the environment

# Python searches all objects for garbage before it ends, although their memory is freed anyway.
# With TensorFlow that takes more than a second, also in each worker process; frozen objects are
# left out.
atexit.register(gc.freeze)
