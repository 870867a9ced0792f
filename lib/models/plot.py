"""Keras' own plot of a model as SVG, drawn by Graphviz, which must be installed."""

import re
import shutil
from typing import TYPE_CHECKING

from contract.page import FULL_WIDTH_MM, SANS

if TYPE_CHECKING:
    import keras

HIGHEST_MM = 215  # height of a page's text, less a caption
_SIZE = re.compile(rb'<svg width="([\d.]+)pt" height="([\d.]+)pt"')
_ADDRESSES = re.compile(rb"<!--.*?-->\n?|<title>.*?</title>\n?")  # memory addresses of layers
_FONT = re.compile(rb'font-family="[^"]*"')


class MissingProgramError(RuntimeError):
    """A program or package that Keras needs to plot models is not installed."""


def keras_plot(model: "keras.Model") -> bytes:
    """Draw a model as `keras.utils.plot_model` does, with nested models collapsed.

    That function itself cannot be used: it refuses to write SVG where IPython is installed.

    Args:
        model: a built model.

    Returns:
        SVG that fits the page, in the report's typeface.

    Raises:
        MissingProgramError: Graphviz's `dot` or pydot is not installed. In a notebook, Keras itself
            would only print a message and carry on.
    """
    _require_graphviz()
    import keras

    graph = keras.utils.model_to_dot(
        model, show_shapes=True, show_layer_names=True, expand_nested=False, dpi=72
    )
    graph.set_ranksep("0.15")  # inches; with Graphviz' 0.5, deep models are scaled down too far
    return fitted(graph.create_svg())


def fitted(svg: bytes) -> bytes:
    """Scale Graphviz's SVG to fit the page, and set its text in the report's typeface.

    Args:
        svg: Graphviz's output, with its size in points.

    Raises:
        ValueError: the SVG does not state its size in points.

    >>> fitted(b'<svg width="7200pt" height="72pt"/>')
    b'<svg width="168.00mm" height="1.68mm"/>'
    """
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError(f"Expected an SVG with its size in points. Received: {svg[:80]!r}")
    width, height = (float(side) * 25.4 / 72 for side in found.groups())
    scale = min(1.0, FULL_WIDTH_MM / width, HIGHEST_MM / height)
    sized = f'<svg width="{width * scale:.2f}mm" height="{height * scale:.2f}mm"'.encode()
    body = _ADDRESSES.sub(b"", svg[found.start() :].replace(found[0], sized, 1))
    return _FONT.sub(f'font-family="{SANS}"'.encode(), body)


def _require_graphviz() -> None:
    missing = []
    if shutil.which("dot") is None:
        missing.append("Graphviz (apt-get, dnf, pacman or brew install graphviz)")
    try:
        import pydot  # noqa: F401  # Keras imports it, and hides why that failed
    except ImportError:
        missing.append("pydot (pip install pydot)")
    if missing:
        raise MissingProgramError(f"Keras cannot plot models without {' and '.join(missing)}")
