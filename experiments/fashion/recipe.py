"""All that is needed to train the final model again, or to rebuild it: a YAML file."""

import importlib.metadata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml

from contract.names import DataSource
from experiments.fashion.network import DECAY
from lib.data import Split
from lib.models import description

if TYPE_CHECKING:
    import keras

WEIGHTS = "model.weights.h5"


def recipe(
    model: "keras.Model",
    whole: Split,
    settings: Mapping[str, Any],
    *,
    epochs: int,
    batch_size: int,
    seed: int,
) -> bytes:
    """Write down all that is needed to train the final model again."""
    recipe = {
        "hyperparameters": dict(settings),
        "optimizer": {
            "name": "Adam",
            "learning_rate": settings["learning_rate"],
            "learning_rate_decay_per_epoch": DECAY,
        },
        "loss": model.loss,
        "metric": "accuracy",
        "training": {
            "epochs": epochs,
            "epochs_chosen_by": "median best epoch of the repetitions under EarlyStopping",
            "batch_size": batch_size,
            "seed": seed,
            "samples": len(whole.y_train),
            "parts": "training and validation data together",
        },
        "data": {
            "name": "Fashion-MNIST" if whole.source == DataSource.REAL else "generated stand-in",
            "scaling": "grey levels divided by 255, to [0, 1]",
            "class_names": list(whole.class_names),
            "sha256": whole.sha256,
        },
        "weights": WEIGHTS,
        "architecture": description.model_config(model),
        "versions": {
            name: importlib.metadata.version(name) for name in ("tensorflow", "keras", "numpy")
        },
    }
    return yaml.safe_dump(recipe, sort_keys=False, allow_unicode=True).encode()


def rebuild(text: bytes) -> "keras.Model":
    """Rebuild the model that a recipe describes, with new weights.

    Args:
        text: what `recipe` wrote.

    Raises:
        ValueError: the architecture holds code, which is never run.
    """
    return description.model_from_config(yaml.safe_load(text)["architecture"])
