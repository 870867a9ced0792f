"""The networks are as specified, their weights go through a file, and training repeats itself."""

from typing import Any

import numpy as np
import pytest

from experiments.sketches.handin.main_bestmodel import best_model
from experiments.sketches.handin.main_convnet import too_simple_conv_net
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.handin.utils.accuracies import (
    accuracy,
    approx_train_acc_and_loss,
    dev_acc_and_loss,
    predict_logits,
)
from experiments.sketches.handin.utils.augmentation import Augmentation, affine
from experiments.sketches.handin.utils.datasets import Labelled
from experiments.sketches.handin.utils.model_file import MAX_BYTES, model_bytes
from experiments.sketches.handin.utils.training import train
from experiments.sketches.handin.utils.weights import load_state_dict, state_dict
from lib.training import set_seed
from tests.eager import eagerly


@pytest.fixture(autouse=True)
def seeded() -> None:
    set_seed(1)


def stripes(n: int, seed: int = 0) -> Labelled:
    """Images whose class is the place of a white stripe."""
    labels = np.arange(n) % 6
    images = np.random.default_rng(seed).integers(0, 100, (n, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[:, 4 * label : 4 * label + 4] = 255
    return Labelled(images, labels)


def trained(seed: int, **options: Any) -> Any:
    set_seed(seed)
    model = best_model(blocks=((4,), (8,)))
    settings = {"learning_rate": 0.01, "batch_size": 20, "steps": 4, "seed": seed} | options
    evaluations = train(model, stripes(60), stripes(30, seed=1), **settings)
    return evaluations, state_dict(model)


def test_the_dense_net_has_the_specified_weights() -> None:
    shapes = {name: array.shape for name, array in state_dict(two_layer_dense_net()).items()}
    assert shapes == {
        "hidden.weight": (100, 784),
        "hidden.bias": (100,),
        "scores.weight": (6, 100),
        "scores.bias": (6,),
    }


def test_the_convolutional_net_has_two_convolutions_and_one_of_single_pixels() -> None:
    shapes = {name: array.shape for name, array in state_dict(too_simple_conv_net()).items()}
    assert {name: shape for name, shape in shapes.items() if name.endswith("weight")} == {
        "conv1.weight": (8, 1, 3, 3),
        "conv2.weight": (16, 8, 3, 3),
        "conv3.weight": (6, 16, 1, 1),
    }


def test_the_best_model_fits_into_its_file() -> None:
    assert len(model_bytes(state_dict(best_model()))) <= MAX_BYTES


@pytest.mark.parametrize("build", [two_layer_dense_net, too_simple_conv_net, best_model])
@eagerly
def test_an_image_is_scored_whatever_its_contrast_even_a_blank_one(build: Any) -> None:
    model = build()
    images = stripes(6).images // 2
    scores = predict_logits(model, images)
    assert scores.shape == (6, 6)
    np.testing.assert_allclose(predict_logits(model, 2.0 * images + 1), scores, atol=1e-4)
    assert np.isfinite(predict_logits(model, np.zeros((1, 28, 28), np.uint8))).all()


@eagerly
def test_weights_of_one_model_make_another_score_alike() -> None:
    first, second = best_model(), best_model()
    images = stripes(6).images
    before = predict_logits(second, images)
    load_state_dict(second, state_dict(first))
    np.testing.assert_array_equal(predict_logits(second, images), predict_logits(first, images))
    assert not np.array_equal(before, predict_logits(second, images))


def test_weights_of_another_network_are_refused_and_change_nothing() -> None:
    model = two_layer_dense_net()
    before = state_dict(model)
    narrower, none = state_dict(two_layer_dense_net(50)), dict(before)
    del none["scores.bias"]
    broken = dict(before) | {"scores.bias": np.full(6, np.nan)}
    for state, reason in [
        (state_dict(too_simple_conv_net()), "hidden.weight is missing"),
        (narrower, "hidden.weight of shape"),
        (none, "scores.bias is missing"),
        (dict(before) | {"more.bias": np.zeros(2)}, "'more.bias' among them"),
        (broken, "NaN or infinity"),
    ]:
        with pytest.raises(ValueError, match=reason):
            load_state_dict(model, state)
    for name, array in state_dict(model).items():
        np.testing.assert_array_equal(array, before[name])


@eagerly
def test_the_same_seed_trains_the_same_model_and_another_seed_another() -> None:
    first, again, other = (trained(seed, distort=Augmentation()) for seed in (1, 1, 2))
    assert first[0] == again[0]
    for name, array in first[1].items():
        np.testing.assert_array_equal(array, again[1][name])
    assert first[0] != other[0]


@eagerly
def test_training_is_measured_every_so_many_steps_and_after_the_last() -> None:
    told: list[Any] = []
    evaluations, _ = trained(1, steps=5, evaluate_every=2, on_evaluation=told.append)
    assert [one.step for one in evaluations] == [2, 4, 5]
    assert told == evaluations


def test_a_network_learns_what_tells_stripes_apart() -> None:
    model = two_layer_dense_net()
    data, dev = stripes(300), stripes(60, seed=1)
    (last,) = train(
        model, data, dev, learning_rate=0.003, batch_size=50, steps=60, seed=1, cosine=True
    )
    assert last.dev_acc == 1.0
    assert (last.dev_acc, last.dev_loss) == dev_acc_and_loss(model, *dev)
    assert (last.train_acc, last.train_loss) == pytest.approx(
        approx_train_acc_and_loss(model, *data)
    )


@eagerly
def test_a_loss_that_is_not_finite_stops_training_and_names_the_step() -> None:
    model = two_layer_dense_net()
    with pytest.raises(FloatingPointError, match="at step"):
        train(model, stripes(60), stripes(30), learning_rate=1e30, batch_size=20, steps=9, seed=1)


def test_a_batch_is_no_larger_than_the_training_set() -> None:
    with pytest.raises(ValueError, match="at most 60 images"):
        trained(1, batch_size=61)


def test_accuracy_is_of_as_many_predictions_as_labels() -> None:
    assert accuracy(np.array([1, 2, 3, 4]), np.array([1, 0, 3, 0])) == 0.5
    for y_hat in (np.array([1]), np.zeros((4, 1)), np.zeros(0)):
        with pytest.raises(ValueError, match="as many predictions as labels"):
            accuracy(np.array([1, 2, 3, 4]), y_hat)


def test_an_augmentation_of_nothing_changes_nothing() -> None:
    images = stripes(6).images
    still = Augmentation(rotation=0, scale=0, shear=0, shift=0)
    np.testing.assert_allclose(still(images, np.random.default_rng(0)), images, atol=1e-3)


def test_flips_mirror_the_image() -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    still = {"rotation": 0, "scale": 0, "shear": 0, "shift": 0}
    for flip, mirrored in (
        ("horizontal_flip", images[:, :, ::-1]),
        ("vertical_flip", images[:, ::-1]),
    ):
        flipped = Augmentation(**still, **{flip: 1.0})(images, np.random.default_rng(0))
        np.testing.assert_allclose(flipped, mirrored, atol=1e-3)


def test_a_shift_moves_the_image_and_fills_with_paper() -> None:
    images = np.random.default_rng(0).integers(1, 256, (1, 28, 28), dtype=np.uint8)
    moved = affine(images, np.eye(2)[None], np.array([[3.0, -2.0]]))
    np.testing.assert_allclose(moved[0, :-3, 2:], images[0, 3:, :-2], atol=1e-3)
    assert not moved[0, -3:].any()
    assert not moved[0, :, :2].any()
