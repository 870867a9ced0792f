"""A classifier's logits: its output before the last softmax or sigmoid.

A saturated softmax has zero gradient in floating point, and an all-zero map explains nothing; the
logits keep their gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lib.attribution.trace import Call


@dataclass(frozen=True)
class Logits:
    """A model's output before its last activation.

    Args:
        values: (n, classes) tensor.
        activation: maps logits to the model's output; None if the logits are the output.
    """

    values: Any
    activation: Callable[[Any], Any] | None


def logits(calls: list[Call]) -> Logits:
    """Find the logits in a trace.

    The activation may be part of a `Dense` layer or a layer of its own, and may be followed by
    pass-through layers (reshaping, casting, dropout).

    Args:
        calls: `trace` of the model.

    Raises:
        ValueError: the last activation is built into a layer other than `Dense`.
    """
    made_by: dict[int, Call] = {}
    for call in calls:  # a nested model returns the tensor of its last layer, traced first
        if not any(call.output is given for given in call.inputs):
            made_by.setdefault(id(call.output), call)
    return _before_activation(calls[-1].output, made_by)


def check_logits(calls: list[Call]) -> int:
    """Check that the logits reproduce the model's output.

    Args:
        calls: `trace` of the model on one image.

    Returns:
        The number of classes.

    Raises:
        ValueError: they do not, or the output is not a classifier's.
    """
    found = logits(calls)
    output = np.asarray(calls[-1].output, np.float32)
    if output.ndim != 2:
        raise ValueError(
            f"Expected a model whose output is (n, classes). Received: output shape {output.shape}"
        )
    if found.activation is None:
        if output.shape[1] > 1 and output.min() >= 0 and abs(output.sum() - 1) < 1e-3:
            raise ValueError(
                "Expected a model whose logits are accessible. Received: "
                f"{calls[-1].path!r} gives probabilities by an operation that is not known here. "
                "Put a Softmax layer last in a functional or Sequential model, or give the logits."
            )
    else:
        again = np.asarray(found.activation(found.values), np.float32)
        if not np.allclose(again, output, rtol=0.05, atol=0.01):  # bfloat16 has 8 significant bits
            raise ValueError(
                "Expected logits that reproduce the model's output. "
                f"Received: a difference of {np.abs(again - output).max():.3g}"
            )
    return int(output.shape[1])


def _before_activation(output: Any, made_by: dict[int, Call]) -> Logits:
    import keras

    call = made_by.get(id(output))
    if call is None:
        return Logits(output, None)
    operation, inputs = call.operation, call.inputs
    squashing = _squashing(operation)
    if squashing is not None:
        if isinstance(operation, keras.layers.Dense):
            return Logits(_linear(operation, inputs[0]), squashing)
        if hasattr(operation, "kernel"):
            raise ValueError(
                "Expected the model's last activation in a Dense layer or a separate layer, "
                "where the logits can be read. "
                f"Received: {call.path!r}, a {type(operation).__name__} layer"
            )
        return Logits(inputs[0], squashing)
    if _only_passes_on(operation):
        before = _before_activation(inputs[0], made_by)
        if before.activation is not None:
            return Logits(operation(before.values), before.activation)
    return Logits(output, None)


def _squashing(operation: Any) -> Callable[[Any], Any] | None:
    """Return the softmax, log-softmax or sigmoid that an operation is or ends in, if any."""
    import keras

    functions = {
        "Softmax": keras.activations.softmax,
        "LogSoftmax": keras.activations.log_softmax,
        "Sigmoid": keras.activations.sigmoid,
    }
    activation = getattr(operation, "activation", None)
    if any(activation is function for function in functions.values()):
        return activation
    return functions.get(type(operation).__name__)  # the Softmax layer and keras.ops


def _only_passes_on(operation: Any) -> bool:
    import keras

    layers = keras.layers
    passing = (layers.Reshape, layers.Flatten, layers.Identity, layers.Dropout)
    linear = getattr(operation, "activation", None) is keras.activations.linear
    return isinstance(operation, passing) or (isinstance(operation, layers.Activation) and linear)


def _linear(dense: Any, inputs: Any) -> Any:
    """Compute a dense layer's output before its activation, in float32."""
    from keras import ops

    values = ops.matmul(ops.cast(inputs, "float32"), ops.cast(dense.kernel, "float32"))
    return values if dense.bias is None else values + ops.cast(dense.bias, "float32")
