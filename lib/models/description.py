"""Describe a Keras model: as text, as a table, and as a configuration that rebuilds it."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras
    import pandas as pd


def architecture(model: "keras.Model") -> str:
    """Keras' own summary: layers, output shapes, parameters."""
    lines: list[str] = []
    model.summary(line_length=80, print_fn=lines.append)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def layer_table(model: "keras.Model") -> "pd.DataFrame":
    """List a model's layers in order, its input first, for `lib.figures.architecture`.

    Returns:
        Columns `name`, `kind` (its class, "Conv2D"), `output_shape` ("26 × 26 × 32", without the
        batch), `parameters` (their number, with those that are not trained).
    """
    import pandas as pd

    inputs = [
        (tensor.name, "InputLayer", shape_text(tensor.shape[1:]), 0) for tensor in model.inputs
    ]
    rows = [
        (layer.name, type(layer).__name__, shape_text(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
        if type(layer).__name__ != "InputLayer"  # a Sequential model does not list it, others do
    ]
    return pd.DataFrame(inputs + rows, columns=["name", "kind", "output_shape", "parameters"])


def shape_text(shape: tuple[int | None, ...]) -> str:
    """Write a shape in words.

    >>> shape_text((26, 26, 32))
    '26 × 26 × 32'
    """
    return " × ".join("?" if size is None else str(size) for size in shape)


def model_config(model: "keras.Model") -> dict[str, Any]:
    """Describe a model's layers, loss and optimizer in plain containers, for JSON and YAML."""
    import keras

    return dict(json.loads(json.dumps(keras.saving.serialize_keras_object(model))))


def model_from_config(config: dict[str, Any]) -> "keras.Model":
    """Rebuild and compile a model from `model_config`, with new weights.

    Raises:
        ValueError: the configuration contains code (a Lambda layer), which is never run.
    """
    import keras

    return keras.saving.deserialize_keras_object(config, safe_mode=True)
