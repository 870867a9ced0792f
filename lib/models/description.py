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
    """List a model's layers in order, input first, for `lib.figures.architecture`.

    Returns:
        Columns `name`, `kind` (class name: "Conv2D"), `output_shape` ("26 × 26 × 32", without the
        batch dimension), `parameters` (count, including non-trainable ones).
    """
    import pandas as pd

    inputs = [
        (tensor.name, "InputLayer", shape_text(tensor.shape[1:]), 0) for tensor in model.inputs
    ]
    rows = [
        (layer.name, type(layer).__name__, shape_text(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
        if type(layer).__name__ != "InputLayer"  # Sequential models omit it, others list it
    ]
    return pd.DataFrame(inputs + rows, columns=["name", "kind", "output_shape", "parameters"])


def shape_text(shape: tuple[int | None, ...]) -> str:
    """Format a shape as text.

    >>> shape_text((26, 26, 32))
    '26 × 26 × 32'
    """
    return " × ".join("?" if size is None else str(size) for size in shape)


def model_config(model: "keras.Model") -> dict[str, Any]:
    """Serialize a model's layers, loss and optimizer to plain containers, for JSON and YAML."""
    import keras

    return dict(json.loads(json.dumps(keras.saving.serialize_keras_object(model))))


def model_from_config(config: dict[str, Any]) -> "keras.Model":
    """Rebuild and compile a model from `model_config`, with new weights.

    Raises:
        ValueError: the configuration contains code (a Lambda layer), which is never run.
    """
    import keras

    return keras.saving.deserialize_keras_object(config, safe_mode=True)


def graph_table(model: "keras.Model") -> "pd.DataFrame":
    """List a functional model's layers and where their inputs come from, one row per layer.

    Returns:
        Columns `name`, `label` (short description: "3 × 3, 32"), `output_shape` ("16 × 16 × 48",
        without the batch dimension), `parameters` (count), and `inputs` (comma-separated names of
        the preceding layers; empty for an input).
    """
    import pandas as pd

    said = {layer["name"]: layer["inbound_nodes"] for layer in model.get_config()["layers"]}
    rows = [
        {
            "name": layer.name,
            "label": _label(layer),
            "output_shape": shape_text(tuple(layer.output.shape[1:])),
            "parameters": layer.count_params(),
            "inputs": ",".join(_sources(said[layer.name])),
        }
        for layer in model.layers
    ]
    return pd.DataFrame(rows)


def _sources(node: Any) -> list[str]:
    """Name the layers that feed a node of a functional model's configuration."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            return [str(node["config"]["keras_history"][0])]
        node = list(node.values())
    if not isinstance(node, list | tuple):
        return []
    return list(dict.fromkeys(name for part in node for name in _sources(part)))


def _label(layer: "keras.layers.Layer") -> str:
    """Describe a layer in a few characters; a nested model by its first convolution."""
    inner = [part for part in getattr(layer, "layers", ()) if hasattr(part, "kernel_size")]
    if inner:
        return _label(inner[0])
    if hasattr(layer, "kernel_size"):
        return f"{_sizes(layer.kernel_size)}, {layer.filters}" + _strided(layer.strides)
    if hasattr(layer, "pool_size"):
        return f"pool {_sizes(layer.pool_size)}" + _strided(layer.strides, usual=layer.pool_size)
    names = {
        "InputLayer": "image",
        "GlobalAveragePooling2D": "mean",
        "Add": "+",
        "Concatenate": "join",
        "RandomFlip": "mirror",
    }
    kind = type(layer).__name__
    return f"dense {layer.units}" if kind == "Dense" else names.get(kind, kind.lower())


def _sizes(size: tuple[int, ...]) -> str:
    return " × ".join(map(str, size))


def _strided(strides: tuple[int, ...], usual: tuple[int, ...] = (1, 1)) -> str:
    return "" if tuple(strides) == tuple(usual) else f" / {strides[0]}"
