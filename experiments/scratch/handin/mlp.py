"""Train a perceptron with one hidden layer by back-propagation, step by step.

    python mlp.py    # with CIFAR-10 in data/cifar-10-batches-py: writes results/mlp.png

Gradients are those of the mean loss over the batch. With the sum, a step would grow with the
batch: with 54,000 samples, a rate of 0.1 would act like one of 5,400.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

HIDDEN, LEARNING_RATE, EPOCHS = 64, 0.1, 100  # settings of results/mlp.png
RESULTS = Path(__file__).resolve().parent / "results"

Floats = npt.NDArray[np.floating]
Labels = npt.NDArray[np.integer]
Weights = tuple[Floats, Floats, Floats, Floats]  # w1, b1, w2, b2


def learn_once_mse(
    w1: Floats,
    b1: Floats,
    w2: Floats,
    b2: Floats,
    data: Floats,
    targets: Floats,
    learning_rate: float,
) -> tuple[Floats, Floats, Floats, Floats, float]:
    """Take one step of gradient descent on the mean squared error, with two sigmoid layers.

    Args:
        w1: (d_in, d_h) weights.
        b1: (1, d_h) biases.
        w2: (d_h, d_out) weights.
        b2: (1, d_out) biases.
        data: (n, d_in) inputs.
        targets: (n, d_out) target outputs, in [0, 1].
        learning_rate: positive.

    Returns:
        w1, b1, w2, b2 after the step, as new arrays, and the loss before it.

    Raises:
        ValueError: the shapes do not match.
    """
    _check_shapes(w1, b1, w2, b2, data)
    if targets.shape != (len(data), w2.shape[1]):
        raise ValueError(
            f"Expected targets of shape {(len(data), w2.shape[1])}. Received: {targets.shape=}"
        )
    a1 = sigmoid(data @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    error = a2 - targets  # (n, d_out)
    loss = float(np.mean(np.square(error)))
    dz2 = (2 / error.size) * error * a2 * (1 - a2)  # the mean is over samples and outputs
    return (*_stepped(w1, b1, w2, b2, data, a1, dz2, learning_rate), loss)


def one_hot(labels: Labels, num_classes: int | None = None) -> npt.NDArray[np.int64]:
    """Encode labels as vectors that are 1 at the label and 0 elsewhere.

    Args:
        labels: integers from 0, any shape.
        num_classes: length of a vector; by default the largest label plus one.

    Returns:
        Vectors along a new last axis: the shape of `labels`, then `num_classes`.

    Raises:
        ValueError: labels are not integers in [0, num_classes), or empty without `num_classes`.

    >>> one_hot(np.array([1, 2, 0])).tolist()
    [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    """
    labels = np.asarray(labels)
    if num_classes is None:
        if not labels.size:
            raise ValueError("Expected labels, or num_classes. Received: neither")
        num_classes = int(labels.max()) + 1
    _check_labels(labels, num_classes)
    return (labels[..., np.newaxis] == np.arange(num_classes)).astype(np.int64)


def learn_once_cross_entropy(
    w1: Floats,
    b1: Floats,
    w2: Floats,
    b2: Floats,
    data: Floats,
    labels_train: Labels,
    learning_rate: float,
) -> tuple[Floats, Floats, Floats, Floats, float]:
    """Take one step of gradient descent on the cross-entropy, with a sigmoid and a softmax layer.

    Args:
        w1: (d_in, d_h) weights.
        b1: (1, d_h) biases.
        w2: (d_h, d_out) weights.
        b2: (1, d_out) biases.
        data: (n, d_in) inputs.
        labels_train: (n,) labels in [0, d_out).
        learning_rate: positive.

    Returns:
        w1, b1, w2, b2 after the step, as new arrays, and the loss before it, in nats.

    Raises:
        ValueError: shapes or labels do not match.
    """
    _check(w1, b1, w2, b2, data, labels_train)
    seen = forward(w1, b1, w2, b2, data)
    loss = cross_entropy(seen.logits, labels_train)
    updated = _learned(w1, b1, w2, b2, data, labels_train, seen, learning_rate)
    return (*updated, loss)


def train_mlp(
    w1: Floats,
    b1: Floats,
    w2: Floats,
    b2: Floats,
    data_train: Floats,
    labels_train: Labels,
    learning_rate: float,
    num_epoch: int,
) -> tuple[Floats, Floats, Floats, Floats, list[float]]:
    """Train for a number of epochs, each one step on all samples.

    The forward pass that measures an epoch's accuracy also serves the next step: `num_epoch` + 1
    passes are enough.

    Args:
        w1: (d_in, d_h) weights.
        b1: (1, d_h) biases.
        w2: (d_h, d_out) weights.
        b2: (1, d_out) biases.
        data_train: (n, d_in) inputs.
        labels_train: (n,) labels in [0, d_out).
        learning_rate: positive.
        num_epoch: number of epochs, 0 or more.

    Returns:
        w1, b1, w2, b2 at the end, as new arrays, and the training accuracy after each epoch.

    Raises:
        ValueError: shapes or labels do not match.
        FloatingPointError: a loss is not finite.
    """
    _check(w1, b1, w2, b2, data_train, labels_train)
    weights: Weights = w1, b1, w2, b2
    accuracies = []
    seen = forward(*weights, data_train)
    for epoch in range(1, num_epoch + 1):
        weights = _learned(*weights, data_train, labels_train, seen, learning_rate)
        seen = forward(*weights, data_train)
        loss = cross_entropy(seen.logits, labels_train)
        if not np.isfinite(loss):
            raise FloatingPointError(f"Expected a finite loss. Received: {loss} at {epoch=}")
        accuracies.append(float(np.mean(seen.logits.argmax(axis=1) == labels_train)))
    return (*weights, accuracies)


def test_mlp(
    w1: Floats, b1: Floats, w2: Floats, b2: Floats, data_test: Floats, labels_test: Labels
) -> float:
    """Measure the accuracy of a network.

    Args:
        w1: (d_in, d_h) weights.
        b1: (1, d_h) biases.
        w2: (d_h, d_out) weights.
        b2: (1, d_out) biases.
        data_test: (n, d_in) inputs.
        labels_test: (n,) labels in [0, d_out).

    Returns:
        Share of correctly predicted samples.

    Raises:
        ValueError: shapes or labels do not match.
    """
    _check(w1, b1, w2, b2, data_test, labels_test)
    return float(np.mean(predict(w1, b1, w2, b2, data_test) == labels_test))


test_mlp.__test__ = False  # type: ignore[attr-defined]  # specified name; pytest would call it


def run_mlp_training(
    data_train: Floats,
    labels_train: Labels,
    data_test: Floats,
    labels_test: Labels,
    d_h: int,
    learning_rate: float,
    num_epoch: int,
    seed: int | None = None,
) -> tuple[list[float], float]:
    """Train a new network and test it.

    Args:
        data_train: (n_train, d_in) inputs.
        labels_train: (n_train,) labels, from 0.
        data_test: (n_test, d_in) inputs.
        labels_test: (n_test,) labels, from 0.
        d_h: number of hidden units.
        learning_rate: positive.
        num_epoch: number of epochs, 0 or more.
        seed: seeds the initial weights; without one, each call draws new ones.

    Returns:
        The training accuracy after each epoch, and the test accuracy at the end.

    Raises:
        ValueError: shapes or labels do not match.
        FloatingPointError: a loss is not finite.
    """
    if not labels_train.size or not labels_test.size:
        raise ValueError(
            "Expected training and test samples. "
            f"Received: {len(labels_train)=}, {len(labels_test)=}"
        )
    d_out = int(max(labels_train.max(), labels_test.max())) + 1
    dtype = np.result_type(data_train, np.float32)
    weights = uniform_weights(data_train.shape[1], d_h, d_out, dtype, seed)
    w1, b1, w2, b2, accuracies = train_mlp(
        *weights, data_train, labels_train, learning_rate, num_epoch
    )
    return accuracies, test_mlp(w1, b1, w2, b2, data_test, labels_test)


def uniform_weights(
    d_in: int, d_h: int, d_out: int, dtype: npt.DTypeLike = np.float64, seed: int | None = None
) -> Weights:
    """Draw weights uniformly from [-1, 1); biases are 0.

    Args:
        d_in: number of inputs.
        d_h: number of hidden units.
        d_out: number of outputs.
        dtype: type of all four arrays.
        seed: the same seed draws the same weights.

    Returns:
        w1 (d_in, d_h), b1 (1, d_h), w2 (d_h, d_out), b2 (1, d_out).
    """
    generator = np.random.default_rng(seed)
    w1 = 2 * generator.random((d_in, d_h)) - 1
    w2 = 2 * generator.random((d_h, d_out)) - 1
    biases = np.zeros((1, d_h)), np.zeros((1, d_out))
    return (
        w1.astype(dtype),
        biases[0].astype(dtype),
        w2.astype(dtype),
        biases[1].astype(dtype),
    )


class Activations(NamedTuple):
    """What the backward pass needs from the forward pass.

    Attributes:
        hidden: (n, d_h) in [0, 1].
        logits: (n, d_out), before the softmax.
    """

    hidden: Floats
    logits: Floats


def forward(w1: Floats, b1: Floats, w2: Floats, b2: Floats, data: Floats) -> Activations:
    """Pass samples through both layers, up to the softmax."""
    z1 = data @ w1  # (n, d_h)
    z1 += b1
    hidden = sigmoid(z1, out=z1)
    logits = hidden @ w2
    logits += b2
    return Activations(hidden, logits)


def predict(w1: Floats, b1: Floats, w2: Floats, b2: Floats, data: Floats) -> npt.NDArray[np.int64]:
    """Predict the label of each sample: (n,)."""
    return forward(w1, b1, w2, b2, data).logits.argmax(axis=1)


def sigmoid(z: Floats, out: Floats | None = None) -> Floats:
    """Compute 1 / (1 + exp(-z)) from tanh, which does not overflow for any z.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    a = np.multiply(z, 0.5, out=out)
    np.tanh(a, out=a)
    a += 1
    a *= 0.5
    return a


def cross_entropy(logits: Floats, labels: Labels) -> float:
    """Average -log of the softmax at the label, in nats."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    of_label = shifted[np.arange(len(labels)), labels]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - of_label))


def softmax(logits: Floats) -> Floats:
    """Turn each row into probabilities that sum to 1."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def plot_accuracies(accuracies: Sequence[float], n: int, path: Path) -> None:
    """Draw the training accuracy over epochs, and save it as a PNG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(range(1, len(accuracies) + 1), accuracies)
    axes.set_xlabel("epoch")
    axes.set_ylabel(f"accuracy on {n:,} training samples")
    axes.grid(alpha=0.3)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Train on nine tenths of CIFAR-10, test on the rest, and draw the accuracies."""
    from read_cifar import read_beside, split_dataset  # found beside this file when it is run

    data, labels = read_beside(__file__)
    data_train, labels_train, data_test, labels_test = split_dataset(data, labels, 0.9)
    accuracies, test_accuracy = run_mlp_training(
        data_train, labels_train, data_test, labels_test, HIDDEN, LEARNING_RATE, EPOCHS
    )
    sys.stdout.write(f"training accuracy {accuracies[-1]:.4f}, test accuracy {test_accuracy:.4f}\n")
    plot_accuracies(accuracies, len(labels_train), RESULTS / "mlp.png")


def _learned(
    w1: Floats,
    b1: Floats,
    w2: Floats,
    b2: Floats,
    data: Floats,
    labels: Labels,
    seen: Activations,
    learning_rate: float,
) -> Weights:
    """Step down the mean gradient of the cross-entropy; `seen.hidden` is overwritten."""
    dz2 = softmax(seen.logits)  # dC/dz2 = (a2 - y) / n
    dz2 -= one_hot(labels, w2.shape[1])
    dz2 /= len(data)
    return _stepped(w1, b1, w2, b2, data, seen.hidden, dz2, learning_rate)


def _stepped(
    w1: Floats,
    b1: Floats,
    w2: Floats,
    b2: Floats,
    data: Floats,
    hidden: Floats,
    dz2: Floats,
    learning_rate: float,
) -> Weights:
    """Propagate the gradient back from the output logits, and step; `hidden` is overwritten."""
    rate = float(learning_rate)  # a NumPy scalar would turn float32 into float64
    dw2 = hidden.T @ dz2  # (d_h, d_out)
    dz1 = dz2 @ w2.T  # (n, d_h)
    dz1 *= hidden
    np.subtract(1, hidden, out=hidden)
    dz1 *= hidden
    dw1 = data.T @ dz1  # (d_in, d_h)
    return (
        w1 - rate * dw1,
        b1 - rate * dz1.sum(axis=0, keepdims=True),
        w2 - rate * dw2,
        b2 - rate * dz2.sum(axis=0, keepdims=True),
    )


def _check_shapes(w1: Floats, b1: Floats, w2: Floats, b2: Floats, data: Floats) -> None:
    shapes = {"b1": (1, w1.shape[-1]), "w2": (w1.shape[-1], w2.shape[-1]), "b2": (1, w2.shape[-1])}
    received: dict[str, Any] = {"b1": b1.shape, "w2": w2.shape, "b2": b2.shape}
    if data.ndim != 2 or not len(data) or w1.shape != (data.shape[1], w1.shape[-1]):
        raise ValueError(
            f"Expected samples of as many inputs as w1 has rows. Received: {data.shape=}, "
            f"{w1.shape=}"
        )
    for name, shape in shapes.items():
        if received[name] != shape:
            raise ValueError(f"Expected {name} of shape {shape}. Received: {received[name]}")


def _check(w1: Floats, b1: Floats, w2: Floats, b2: Floats, data: Floats, labels: Labels) -> None:
    _check_shapes(w1, b1, w2, b2, data)
    if np.shape(labels) != (len(data),):
        raise ValueError(
            f"Expected one label a sample, shape ({len(data)},). Received: {np.shape(labels)}"
        )
    _check_labels(labels, w2.shape[1])


def _check_labels(labels: Labels, num_classes: int) -> None:
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"Expected integers as labels. Received: labels of dtype={labels.dtype}")
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        raise ValueError(
            f"Expected labels in [0, {num_classes}). "
            f"Received: labels in [{labels.min()}, {labels.max()}]"
        )


if __name__ == "__main__":
    main()
