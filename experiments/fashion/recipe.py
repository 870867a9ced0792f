"""The files of a final model: a YAML recipe to retrain or rebuild it, and its weights."""

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from lib import training
from lib.data import Split
from lib.models import description
from lib.tracking import Results

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
        model: the compiled model.
        whole: its training data, validation included.
        settings: its hyperparameters.
        optimizer: the optimizer's name and learning-rate schedule.
        schedule: epochs, batch size, seed, and other settings of the training.
        weights: name of the weights file.
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


@dataclass(frozen=True)
class ModelFiles:
    """The files from which a final model is rebuilt.

    Args:
        recipe: name of the YAML file, see `recipe`.
        weights: name of the weights file.
    """

    recipe: str
    weights: str

    def write(
        self,
        model: "keras.Model",
        whole: Split,
        *,
        settings: Mapping[str, Any],
        optimizer: Mapping[str, Any],
        schedule: Mapping[str, Any],
    ) -> dict[str, bytes]:
        """Write a final model's architecture, weights and recipe; arguments as for `recipe`."""
        return {
            "summary.txt": description.architecture(model).encode(),
            self.weights: training.weights_to_bytes(model),
            self.recipe: recipe(
                model,
                whole,
                settings=settings,
                optimizer=optimizer,
                schedule=schedule,
                weights=self.weights,
            ),
        }

    def rebuild(self, trained: Results) -> "keras.Model":
        """Rebuild a final model from its recipe and its weights.

        Args:
            trained: results with the files from `write`.

        Raises:
            ValueError: the architecture contains code, which is never run.
        """
        written = yaml.safe_load(trained.files[self.recipe])
        model = description.model_from_config(written["architecture"])
        training.load_weights(model, trained.files[self.weights])
        return model
