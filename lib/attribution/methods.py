"""`attribute` maps which pixels of an image support a class, by one of three methods."""

import difflib
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.attribution.grad_cam import grad_cam
from lib.attribution.inputs import Range, broadcast_baseline, network_and_inputs
from lib.attribution.integrated_gradients import integrated_gradients
from lib.attribution.network import BATCH_SIZE, Floats
from lib.attribution.regions import region_maps, region_values

if TYPE_CHECKING:
    import keras

Method = Literal["grad_cam", "integrated_gradients", "shapley"]

OPTIONS: dict[str, dict[str, Any]] = {  # with defaults; `...` marks a required one
    "grad_cam": {"layer": None},
    "integrated_gradients": {"baseline": 0.0, "steps": 128},
    "shapley": {"regions": ..., "baseline": 0.0, "permutations": None, "seed": 0},
}


class ZeroMapWarning(UserWarning):
    """A map is zero everywhere: the method found nothing in the image, and it cannot be scaled."""


def attribute(
    model: "keras.Model",
    images: NDArray[np.floating],
    targets: ArrayLike,
    method: Method,
    *,
    batch_size: int = BATCH_SIZE,
    image_range: Range | None = None,
    **options: Any,
) -> Floats:
    """Map which pixels of each image support a class, measured at the class's logit.

    Args:
        model: classifier from images to (n, classes) probabilities or logits. It is not changed.
        images: (n, height, width, channels) float, preprocessed as the model expects.
        targets: (n,) class numbers to explain.
        method: name of the method; the options are
            `"grad_cam"`: `layer=None`, a layer's name or path; None is the last convolution.
            `"integrated_gradients"`: `baseline=0.0`, `steps=128`.
            `"shapley"`: `regions`, (height, width) integers; `baseline=0.0`;
            `permutations=None`, exact values for up to 12 regions; `seed=0`.
            A baseline is a number or an array that broadcasts to the images, in the model's input
            units: 0 is grey for a model that expects [-1, 1].
        batch_size: images per pass.
        image_range: smallest and largest value that the model was trained on, such as (-1, 1).
            A Keras model does not store it; if given, images and baseline must lie within it.
        **options: options of the method.

    Returns:
        (n, height, width) float32, not scaled; see `scaled_for_display`. Integrated gradients and
        Shapley values sum to the logit's difference between image and baseline. A map that is
        zero everywhere triggers a `ZeroMapWarning`.

    Raises:
        ValueError: images, targets or an option's value do not match the model.
        TypeError: the method has no such option, or one is missing.
    """
    chosen = _options(method, options)
    network, images, targets = network_and_inputs(model, images, targets, image_range, batch_size)
    if "baseline" in chosen:
        chosen["baseline"] = broadcast_baseline(chosen["baseline"], images, image_range)
    match method:
        case "grad_cam":
            maps = grad_cam(network, images, targets, layer=chosen["layer"])
        case "integrated_gradients":
            maps = integrated_gradients(
                network, images, targets, baseline=chosen["baseline"], steps=chosen["steps"]
            )
        case "shapley":
            values, _ = region_values(
                network,
                images,
                targets,
                regions=chosen["regions"],
                baseline=chosen["baseline"],
                permutations=chosen["permutations"],
                seed=chosen["seed"],
            )
            maps = region_maps(values, chosen["regions"])
    _warn_of_zeros(maps)
    return maps


def is_zero(maps: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which of (n, height, width) maps are zero everywhere."""
    return ~np.any(maps, axis=(1, 2))


def _warn_of_zeros(maps: Floats) -> None:
    zeros = np.flatnonzero(is_zero(maps))
    if len(zeros):
        warnings.warn(
            f"The map is zero everywhere for {len(zeros)} of {len(maps)} images: numbers "
            f"{', '.join(map(str, zeros[:10]))}{' …' if len(zeros) > 10 else ''}. The method "
            "found nothing that supports the class.",
            ZeroMapWarning,
            stacklevel=3,
        )


def _options(method: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Complete a method's options with their defaults."""
    if method not in OPTIONS:
        near = difflib.get_close_matches(method, OPTIONS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"Expected method to be one of {', '.join(OPTIONS)}. Received: {method=}.{hint}"
        )
    known = OPTIONS[method]
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise TypeError(
                f"Expected one of the options of {method}: {', '.join(known)}. "
                f"Received: {name!r}.{hint}"
            )
    chosen = known | dict(options)
    missing = [name for name, value in chosen.items() if value is ...]
    if missing:
        raise TypeError(f"Expected {', '.join(missing)} for method {method}. Received: none")
    return chosen
