"""Train Keras models: equal seeds give equal numbers, and NaN or infinity stops the training.

TensorFlow takes seconds to import, so functions import it where they need it: planning a study,
showing its status and reusing its runs never wait for it.
"""

from lib.training.determinism import set_seed
from lib.training.fitting import Fit, fit, predict
from lib.training.recording import NotFiniteError, OnEpoch
from lib.training.weights import load_weights, weights_to_bytes

__all__ = [
    "Fit",
    "NotFiniteError",
    "OnEpoch",
    "fit",
    "load_weights",
    "predict",
    "set_seed",
    "weights_to_bytes",
]
