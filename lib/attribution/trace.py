"""Run a Keras model operation by operation, recording every layer's inputs and output.

Keras exposes a layer's output as a symbolic tensor of the graph in which the layer was first
called. Inside a nested model that is not the caller's graph, and calling the layers again would add
those calls to the caller's model. Running the model's own graph on numbers avoids both.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Call:
    """One call of an operation in a model.

    Args:
        path: names of the enclosing models and its own, such as `backbone/conv_1`.
        operation: a layer, or one of `keras.ops`.
        inputs: its positional arguments.
        output: its return value.
    """

    path: str
    operation: "keras.Operation"
    inputs: tuple[Any, ...]
    output: Any


def trace(model: "keras.Model", images: Any) -> list[Call]:
    """Run a model in inference mode and record its calls.

    Functional and `Sequential` models are traced at any nesting depth; a model with a `call` of its
    own is one operation.

    Args:
        model: model with one input and one output.
        images: (n, height, width, channels) tensor.

    Returns:
        Calls in order; a nested model's call follows those inside it.
    """
    calls: list[Call] = []
    if _has_graph(model):
        _run(model, images, "", calls)
    else:
        calls.append(Call(model.name, model, (images,), model(images, training=False)))
    return calls


def _has_graph(operation: Any) -> bool:
    import keras

    return isinstance(operation, keras.Sequential) or (
        isinstance(operation, keras.Model) and isinstance(operation, keras.Function)
    )


def _run(model: Any, inputs: Any, inside: str, calls: list[Call]) -> Any:
    import keras

    def recorded(operation: Any) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            path = inside + operation.name
            if _has_graph(operation):
                output = _run(operation, arguments[0], f"{path}/", calls)
            else:
                if "training" in inspect.signature(operation.call).parameters:
                    named["training"] = False
                output = operation(*arguments, **named)
            calls.append(Call(path, operation, arguments, output))
            return output

        return call

    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            inputs = recorded(layer)(inputs)
        return inputs
    # Keras has no other way to run a graph with replaced operations; its own `Functional.call` and
    # `clone_model` use it too.
    outputs = model._run_through_graph(inputs, operation_fn=recorded)  # noqa: SLF001  # see above
    single = isinstance(outputs, list | tuple) and len(outputs) == 1
    return outputs[0] if single else outputs
