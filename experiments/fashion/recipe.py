"""A YAML file with everything needed to retrain or rebuild a final model."""

import importlib.metadata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml

from lib.data import Split
from lib.models import description

if TYPE_CHECKING:
    import keras

LIBRARIES = ("tensorflow", "keras", "numpy")


def recipe(
    model: "keras.Model",
    whole: Split,
    *,
    settings: Mapping[str, Any],
    optimizer: Mapping[str, Any],
    schedule: Mapping[str, Any],
    weights: str,
) -> bytes:
    """Write everything needed to retrain a final model.

    Args:
        model: compiled.
        whole: what it was trained on, validation included.
        settings: its hyperparameters.
        optimizer: the optimizer's name, and how its learning rate falls.
        schedule: epochs, samples a step, seed, and what else the training followed.
        weights: name of the file that holds its weights.
    """
    written = {
        "hyperparameters": dict(settings),
        "optimizer": dict(optimizer),
        "loss": model.loss,
        "training": {
            **schedule,
            "samples": len(whole.y_train),
            "parts": "training and validation data together",
        },
        "data": {
            "name": whole.name,
            "scaling": "grey levels divided by 255, to [0, 1]",
            "class_names": list(whole.class_names),
            "sha256": whole.sha256,
        },
        "weights": weights,
        "architecture": description.model_config(model),
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }
    return yaml.safe_dump(written, sort_keys=False, allow_unicode=True).encode()


def rebuild(text: bytes) -> "keras.Model":
    """Rebuild the model that a recipe describes, with new weights.

    Args:
        text: what `recipe` wrote.

    Raises:
        ValueError: the architecture contains code, which is never run.
    """
    return description.model_from_config(yaml.safe_load(text)["architecture"])
