"""Find a network's feature layer by name, or its last convolution."""

import difflib

from lib.attribution.trace import Call


def layer_path(calls: list[Call], name: str | None) -> str:
    """Find a layer that outputs feature maps.

    Args:
        calls: `trace` of the model.
        name: a layer's own name, or its path, such as `backbone/conv_1`, if several nested models
            share the name; None for the last convolution whose output is larger than one pixel.
            (A network may end in a one-pixel convolution that acts as a dense layer.)

    Returns:
        The layer's path.

    Raises:
        ValueError: there is no such layer, the model calls it several times, or its output has no
            height and width.
    """
    if name is None:
        return _last_convolution(calls)
    found = [call for call in calls if call.path == name] or [
        call for call in calls if _own_name(call) == name
    ]
    if not found:
        known = {call.path for call in calls} | {_own_name(call) for call in calls}
        near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.4)
        hint = f"The most similar names: {', '.join(near)}" if near else "There is no similar name"
        raise ValueError(f"Expected the name of a layer. Received: layer={name!r}. {hint}.")
    if len(found) > 1:
        raise ValueError(
            "Expected a layer that the model calls once. Received: "
            f"layer={name!r}, called as {', '.join(call.path for call in found)}"
        )
    if len(_shape(found[0])) != 4:
        raise ValueError(
            "Expected a layer whose output has height, width and channels. "
            f"Received: layer={name!r} with output shape {_shape(found[0])}"
        )
    return found[0].path


def _last_convolution(calls: list[Call]) -> str:
    from keras import layers

    kinds = (
        layers.Conv2D,
        layers.DepthwiseConv2D,
        layers.SeparableConv2D,
        layers.Conv2DTranspose,
    )
    found = [call for call in calls if isinstance(call.operation, kinds)]
    large = [call for call in found if max(_shape(call)[1:3]) > 1]
    if not large:
        raise ValueError(
            "Grad-CAM needs a convolution whose output is larger than one pixel. "
            f"Received: {len(found)} convolutions, none of them larger. "
            "Name another layer of feature maps by layer=…, or use another method."
        )
    return layer_path(calls, large[-1].path)


def _own_name(call: Call) -> str:
    return call.path.rpartition("/")[2]


def _shape(call: Call) -> tuple[int, ...]:
    return tuple(getattr(call.output, "shape", ()))
