"""What attribution needs from a network: logits, a layer's output, and gradients of the logits."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lib.attribution.logits import Logits, check_logits, logits
from lib.attribution.trace import Call, trace

if TYPE_CHECKING:
    import keras

Floats = NDArray[np.float32]
Ints = NDArray[np.integer]

BATCH_SIZE = 16  # MobileNet's gradients at 224 x 224 then take about a gigabyte


class Network:
    """A Keras classifier to explain; the caller's model is not changed.

    Args:
        model: built, from (n, height, width, channels) images to (n, classes), with one input and
            one output. A `Sequential` built by its first call also works.
        images: (n, height, width, channels) float; the first is run to trace the model.
        batch_size: images per pass.

    Attributes:
        calls: the model's operations on one image, see `trace`.
        classes: number of classes.
        batch_size: as given.

    Raises:
        ValueError: the model is not of this kind, its logits cannot be reached, or the images
            do not match it.
    """

    def __init__(self, model: "keras.Model", images: Floats, batch_size: int = BATCH_SIZE) -> None:
        import keras
        import tensorflow as tf

        _check_model(model, images, batch_size)
        self.batch_size = batch_size
        self._model = model
        self.calls = trace(model, tf.constant(images[:1]))
        self.classes = check_logits(self.calls)
        self._is_sigmoid = logits(self.calls).activation is keras.activations.sigmoid
        self._batch = tf.TensorSpec((None, *images.shape[1:]), tf.float32)
        self._logits = self._compiled(lambda x: tf.cast(self._run(x)[1].values, tf.float32))
        self._by_image = self._compiled(self._differentiate_by_image, with_targets=True)

    def logits(self, images: Floats) -> Floats:
        """Compute (n, classes) logits of (n, height, width, channels) images, in batches."""
        return np.concatenate([self._logits(images[part]) for part in self.batches(len(images))])

    def probabilities(self, images: Floats) -> Floats:
        """Compute (n, classes) probabilities of (n, height, width, channels) images, in batches."""
        from scipy.special import expit, softmax

        values = self.logits(images)
        return expit(values) if self._is_sigmoid else softmax(values, axis=1)

    def batches(self, n: int) -> Iterator[slice]:
        """Split n samples into batches."""
        for start in range(0, n, self.batch_size):
            yield slice(start, min(n, start + self.batch_size))

    def gradients(self, images: Floats, targets: Ints) -> tuple[Floats, Floats]:
        """Differentiate each image's target logit with respect to the image, in one pass.

        Args:
            images: (n, height, width, channels), one batch.
            targets: (n,) class numbers.

        Returns:
            The target logits, (n,), and their gradients, (n, height, width, channels).
        """
        return self._by_image(images, targets)

    def feature_gradients(
        self, images: Floats, targets: Ints, layer: str
    ) -> Iterator[tuple[Floats, Floats]]:
        """Differentiate each image's target logit with respect to a layer's output, in batches.

        Args:
            images: (n, height, width, channels).
            targets: (n,) class numbers.
            layer: layer path, see `layers.layer_path`.

        Yields:
            The layer's output and the gradients, both (batch, rows, columns, channels).
        """
        import tensorflow as tf

        def differentiate(x: Any, classes: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                calls, found = self._run(x)
                scores = _of_targets(found, classes)
            features = next(call.output for call in calls if call.path == layer)
            gradients = tape.gradient(scores, features)
            if gradients is None:
                raise ValueError(f"Expected a layer before the logits. Received: {layer=}")
            return tf.cast(features, tf.float32), tf.cast(gradients, tf.float32)

        compiled = self._compiled(differentiate, with_targets=True)
        for part in self.batches(len(images)):
            yield compiled(images[part], targets[part])

    def _compiled(
        self, function: Callable[..., Any], *, with_targets: bool = False
    ) -> Callable[..., Any]:
        """Compile on the first call, for any batch size; takes and returns NumPy arrays."""
        import tensorflow as tf

        kinds = [self._batch, tf.TensorSpec((None,), tf.int32)][: 1 + with_targets]
        compiled = tf.function(function, input_signature=kinds, autograph=False)

        def call(*arrays: NDArray[Any]) -> Any:
            given = [tf.constant(a, kind.dtype) for a, kind in zip(arrays, kinds, strict=True)]
            return tf.nest.map_structure(lambda tensor: tensor.numpy(), compiled(*given))

        return call

    def _run(self, images: Any) -> tuple[list[Call], Logits]:
        calls = trace(self._model, images)
        return calls, logits(calls)

    def _differentiate_by_image(self, images: Any, classes: Any) -> Any:
        import tensorflow as tf

        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(images)
            scores = _of_targets(self._run(images)[1], classes)
        gradients = tape.gradient(scores, images, unconnected_gradients="zero")
        return scores, tf.cast(gradients, tf.float32)


def _of_targets(found: Logits, classes: Any) -> Any:
    """Select each image's target logit: (n,)."""
    import tensorflow as tf

    return tf.gather(tf.cast(found.values, tf.float32), classes, axis=1, batch_dims=1)


def _check_model(model: "keras.Model", images: Floats, batch_size: int) -> None:
    if batch_size < 1:
        raise ValueError(f"Expected batch_size >= 1. Received: {batch_size=}")
    if not model.built:
        raise ValueError(
            "Expected a built model: give it an Input, or call it on images first. "
            f"Received: {model.name!r}, not built"
        )
    for kind in ("inputs", "outputs"):
        count = len(getattr(model, kind, None) or [None])  # none: built by its first call
        if count != 1:
            raise ValueError(
                f"Expected a model with one input and one output. Received: {count} {kind}"
            )
    shape = model.inputs[0].shape if getattr(model, "inputs", None) else (None,) * images.ndim
    if len(shape) != images.ndim or any(
        want not in (None, have) for want, have in zip(shape[1:], images.shape[1:], strict=True)
    ):
        raise ValueError(
            f"Expected images of the model's input shape, {tuple(shape)}. Received: {images.shape=}"
        )
