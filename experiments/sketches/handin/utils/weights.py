"""A Keras model's weights as a PyTorch state dict, and back.

Keras stores a dense layer's matrix as in x out, and a convolution's filters as height x width x in
x out; PyTorch as out x in, and out x in x height x width.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import keras

# Name of a layer's weight in PyTorch, by its name in Keras.
NAMES = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
# Order of Keras' axes in PyTorch, by their number.
TO_TORCH = {1: (0,), 2: (1, 0), 4: (3, 2, 0, 1)}
TO_KERAS = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}
COUNTER = ".num_batches_tracked"  # of PyTorch's BatchNorm, used in training only

Array = npt.NDArray[Any]


def state_dict(model: "keras.Model") -> dict[str, Array]:
    """Return a model's weights under PyTorch's names and in its layout.

    Args:
        model: has layers Dense, Conv2D and BatchNormalization, and layers without weights.

    Returns:
        Arrays under `layer.weight`, `layer.bias`, `layer.running_mean`, `layer.running_var`.

    Raises:
        TypeError: another kind of layer has weights.
    """
    return {
        name: np.asarray(variable.numpy()).transpose(TO_TORCH[len(variable.shape)])
        for name, variable in _variables(model)
    }


def load_state_dict(model: "keras.Model", state: Mapping[str, Array]) -> None:
    """Load the weights of a state dict into a model.

    Args:
        model: see `state_dict`.
        state: exactly its tensors; batch counters are ignored.

    Raises:
        ValueError: the tensors belong to another network, or are not finite.
    """
    given = {name: array for name, array in state.items() if not name.endswith(COUNTER)}
    variables = dict(_variables(model))
    expected = {
        name: tuple(variable.shape[axis] for axis in TO_TORCH[len(variable.shape)])
        for name, variable in variables.items()
    }
    if difference := _difference(expected, {name: array.shape for name, array in given.items()}):
        raise ValueError(f"Expected the weights of {model.name}. Received: {difference}")
    for name, array in given.items():
        if not np.isfinite(array).all():
            raise ValueError(f"Expected finite weights. Received: {name} with NaN or infinity")
    for name, array in given.items():
        variables[name].assign(array.astype(np.float32).transpose(TO_KERAS[array.ndim]))


def _difference(
    expected: Mapping[str, tuple[int, ...]], received: Mapping[str, tuple[int, ...]]
) -> str:
    """Describe the first difference between the tensors, if any."""
    for name, shape in expected.items():
        if name not in received:
            return f"others, {name} is missing"
        if received[name] != shape:
            return f"others, {name} of shape {received[name]} instead of {shape}"
    unknown = [name for name in received if name not in expected]
    return f"others, {unknown[0]!r} among them" if unknown else ""


def _variables(model: "keras.Model") -> Iterator[tuple[str, Any]]:
    """Yield a model's weights with their names in PyTorch, in the order of its layers."""
    from keras import layers

    for layer in model.layers:
        if layer.weights and (
            isinstance(layer, layers.DepthwiseConv2D)
            or not isinstance(layer, layers.Dense | layers.Conv2D | layers.BatchNormalization)
        ):
            raise TypeError(
                "Expected layers Dense, Conv2D and BatchNormalization. "
                f"Received: {layer.name}, a {type(layer).__name__}"
            )
        for variable in layer.weights:
            yield f"{layer.name}.{NAMES[variable.name]}", variable
