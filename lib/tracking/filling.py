"""Fill in a stage's parameters by name, from its study and its config."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def filled(
    function: Callable[..., Any],
    given: Mapping[str, Any],
    config: "DataclassInstance | None",
    **known: Any,
) -> dict[str, Any]:
    """Complete a stage's keyword arguments.

    Args:
        function: the stage.
        given: arguments that its experiment passes; they take precedence.
        config: the experiment's config: each field is the argument of the same name.
        **known: the study's values, for parameters in neither of them.

    >>> filled(lambda data, *, seed, k: None, {"data": 1}, None, seed=2)
    {'seed': 2, 'data': 1}
    """
    settings = set() if config is None else {part.name for part in fields(config)}
    found = {}
    for name in inspect.signature(function).parameters:
        if name in settings:
            found[name] = getattr(config, name)
        elif name in known:
            found[name] = known[name]
    return {**found, **given}
