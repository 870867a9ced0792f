"""Models put back to how they were built: unlike new ones, they have been traced already."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray


@functools.cache
def kept(build: Callable[..., Any], *arguments: Any) -> tuple[Any, list[NDArray[Any]]]:
    """Build a model, and keep it with the values of all its variables."""
    model = build(*arguments)
    model.optimizer.build(model.trainable_variables)
    return model, [np.array(variable.numpy()) for variable in variables(model)]


def variables(model: Any) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


def as_built(build: Callable[..., Any], *arguments: Any) -> Any:
    """Put a model back to how it was built. Unlike a new one, it has been traced already."""
    model, values = kept(build, *arguments)
    for variable, value in zip(variables(model), values, strict=True):
        variable.assign(value)
    return model
