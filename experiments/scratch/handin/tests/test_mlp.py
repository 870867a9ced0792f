"""Gradients match the loss, training learns, and errors name what is wrong."""

from collections.abc import Callable
from typing import Any

import mlp
import numpy as np
import pytest

SAMPLES, INPUTS, HIDDEN, OUTPUTS = 11, 5, 4, 3
STEP = 1e-6  # of numerical differences


def network(dtype: Any = np.float64, seed: int = 1) -> Any:
    return mlp.uniform_weights(INPUTS, HIDDEN, OUTPUTS, dtype, seed)


def samples(dtype: Any = np.float64, seed: int = 2) -> Any:
    return np.random.default_rng(seed).normal(size=(SAMPLES, INPUTS)).astype(dtype)


def labels(seed: int = 3) -> Any:
    return np.random.default_rng(seed).integers(0, OUTPUTS, SAMPLES)


def targets(dtype: Any = np.float64, seed: int = 4) -> Any:
    return np.random.default_rng(seed).random((SAMPLES, OUTPUTS)).astype(dtype)


LEARNING = {
    "mse": (mlp.learn_once_mse, targets()),
    "cross-entropy": (mlp.learn_once_cross_entropy, labels()),
}


@pytest.mark.parametrize("name", LEARNING)
@pytest.mark.parametrize("number", range(4), ids=["w1", "b1", "w2", "b2"])
def test_gradients_agree_with_numerical_differences(name: str, number: int) -> None:
    learn, wanted = LEARNING[name]
    weights = network()
    # With a rate of 1, a step subtracts the gradient itself.
    gradient = weights[number] - learn(*weights, samples(), wanted, 1.0)[number]
    differences = np.empty_like(gradient)
    for place in np.ndindex(gradient.shape):
        losses = []
        for sign in (1, -1):
            moved = [array.copy() for array in weights]
            moved[number][place] += sign * STEP
            losses.append(learn(*moved, samples(), wanted, 1.0)[4])
        differences[place] = (losses[0] - losses[1]) / (2 * STEP)
    np.testing.assert_allclose(gradient, differences, rtol=0, atol=1e-8)
    assert np.abs(gradient).max() > 1e-3  # there is something to compare


def test_the_squared_error_is_the_mean_over_samples_and_outputs() -> None:
    w1, b1, w2, b2 = network()
    hidden = 1 / (1 + np.exp(-(samples() @ w1 + b1)))
    outputs = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
    loss = mlp.learn_once_mse(w1, b1, w2, b2, samples(), targets(), 0.1)[4]
    assert loss == pytest.approx(np.mean((outputs - targets()) ** 2), rel=1e-12)


def test_undecided_outputs_cost_the_log_of_their_number() -> None:
    zeros = [np.zeros_like(array) for array in network()]
    loss = mlp.learn_once_cross_entropy(*zeros, samples(), labels(), 0.1)[4]
    assert loss == pytest.approx(np.log(OUTPUTS), rel=1e-12)


@pytest.mark.parametrize("name", LEARNING)
def test_a_step_leaves_its_inputs_alone_and_lowers_the_loss(name: str) -> None:
    learn, wanted = LEARNING[name]
    weights, data = network(), samples()
    *updated, before = learn(*weights, data, wanted, 0.1)
    for array, original in zip(weights, network(), strict=True):
        np.testing.assert_array_equal(array, original)
    np.testing.assert_array_equal(data, samples())
    assert learn(*updated, data, wanted, 0.1)[4] < before
    assert isinstance(before, float)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(dtype: Any) -> None:
    weights = network(dtype)
    steps = [
        mlp.learn_once_mse(*weights, samples(dtype), targets(dtype), np.float64(0.1)),
        mlp.learn_once_cross_entropy(*weights, samples(dtype), labels(), np.float64(0.1)),
        mlp.train_mlp(*weights, samples(dtype), labels(), 0.1, 2),
    ]
    for updated in steps:
        assert [array.dtype for array in updated[:4]] == [dtype] * 4


def test_a_step_does_not_depend_on_how_often_the_samples_are_repeated() -> None:
    # Gradients are means over the batch; a sum would grow with it.
    once = mlp.learn_once_cross_entropy(*network(), samples(), labels(), 0.1)
    thrice = mlp.learn_once_cross_entropy(
        *network(), np.tile(samples(), (3, 1)), np.tile(labels(), 3), 0.1
    )
    for one, three in zip(once, thrice, strict=True):
        np.testing.assert_allclose(one, three, rtol=1e-12)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3)])
def test_one_hot_adds_an_axis(shape: tuple[int, ...]) -> None:
    named = np.random.default_rng(0).integers(0, 4, shape)
    encoded = mlp.one_hot(named, 4)
    assert encoded.shape == (*shape, 4)
    assert (encoded.sum(axis=-1) == 1).all()
    np.testing.assert_array_equal(encoded.argmax(axis=-1), named)


def test_one_hot_of_the_specified_example() -> None:
    assert mlp.one_hot(np.array([1, 2, 0])).tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def apart() -> Any:
    """Draw samples of three classes, each around its own corner."""
    named = np.arange(60) % OUTPUTS
    noise = np.random.default_rng(0).normal(size=(60, INPUTS))
    return 4 * mlp.one_hot(named, INPUTS) + 0.3 * noise, named


def test_training_learns_classes_that_lie_apart() -> None:
    data, named = apart()
    *trained, accuracies = mlp.train_mlp(*network(), data, named, 1.0, 300)
    assert len(accuracies) == 300
    assert all(isinstance(accuracy, float) for accuracy in accuracies)
    assert accuracies[-1] == 1.0
    assert mlp.test_mlp(*trained, data, named) == 1.0
    assert mlp.test_mlp(*trained, data, (named + 1) % OUTPUTS) == 0.0


def test_training_is_single_steps_one_after_another() -> None:
    data, named = apart()
    weights, accuracies = network(), []
    for _ in range(5):
        *weights, _ = mlp.learn_once_cross_entropy(*weights, data, named, 0.5)
        accuracies.append(mlp.test_mlp(*weights, data, named))
    *trained, found = mlp.train_mlp(*network(), data, named, 0.5, 5)
    assert found == accuracies
    for one, other in zip(trained, weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_whole_training_gives_its_curve_and_one_test_accuracy() -> None:
    data, named = apart()
    accuracies, test_accuracy = mlp.run_mlp_training(data, named, data, named, 8, 1.0, 200, seed=1)
    assert len(accuracies) == 200
    assert isinstance(test_accuracy, float)
    assert test_accuracy == accuracies[-1]


def test_the_first_weights_are_uniform_and_biases_0() -> None:
    w1, b1, w2, b2 = mlp.uniform_weights(300, 64, 10, np.float32, seed=1)
    assert not b1.any()
    assert not b2.any()
    for weights in (w1, w2):
        assert weights.min() >= -1
        assert weights.max() <= 1
        assert abs(weights.mean()) < 0.2
        assert weights.var() == pytest.approx(1 / 3, rel=0.2)


def test_saturated_inputs_give_no_warning_and_a_finite_loss() -> None:
    step = mlp.learn_once_cross_entropy(
        *network(np.float32), 1e4 * samples(np.float32), labels(), 1
    )
    assert np.isfinite(step[4])


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (labels().astype(float), "integers"),
        (labels()[:-1], "one label a sample"),
        (labels() + OUTPUTS, "labels in"),
        (labels() - OUTPUTS, "labels in"),
    ],
    ids=["fractions", "fewer", "too great", "negative"],
)
def test_labels_that_do_not_fit_are_refused(named: Any, message: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: mlp.learn_once_cross_entropy(*network(), samples(), named, 0.1),
        lambda: mlp.train_mlp(*network(), samples(), named, 0.1, 1),
        lambda: mlp.test_mlp(*network(), samples(), named),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize("number", range(4), ids=["w1", "b1", "w2", "b2"])
def test_weights_that_do_not_fit_are_refused(number: int) -> None:
    weights = list(network())
    weights[number] = weights[number][..., :-1]
    with pytest.raises(ValueError, match="Expected"):
        mlp.learn_once_cross_entropy(*weights, samples(), labels(), 0.1)


def test_targets_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"targets\.shape"):
        mlp.learn_once_mse(*network(), samples(), targets()[:, 0], 0.1)
