"""What goes wrong in transfer learning and must not here, tried on a stand-in for a network."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.transfer import borrowed, finetuning, heads, trainings
from experiments.transfer.borrowed import Borrowed
from experiments.transfer.finetuning import Photographs, Schedule
from lib import training
from lib.data import weights
from lib.data.files.locations import DataNotFoundError, find
from lib.data.sets import standin_colour, standin_scenes
from tests.eager import eagerly

SIZE, SIDE = 40, 32
SCHEDULE = Schedule(
    batch_size=12,
    random_batch_size=12,
    max_epochs=2,
    patience=2,
    head_batch_size=12,
    head_epochs=2,
    head_patience=2,
    random_rate=1e-2,
)
SETTINGS = {"layers": 1, "units": 8, "dropout": 0.2, "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def dishes() -> Any:
    """Photographs of dishes, generated."""
    return standin_scenes.food(n_train=36, n_val=12, n_test=12, size=SIDE, seed=1)


@pytest.fixture
def network() -> Borrowed:
    """A stand-in, its batch normalisation with statistics of other images."""
    training.set_seed(1)
    found = borrowed.borrow("small", SIZE)
    for layer in norms(found):
        layer.moving_mean.assign(np.full(layer.moving_mean.shape, 0.25))
    return found


def norms(found: Borrowed) -> list[Any]:
    return [each for each in found.backbone.layers if type(each).__name__ == "BatchNormalization"]


def statistics(found: Borrowed) -> list[Any]:
    return [
        np.array(each)
        for layer in norms(found)
        for each in (layer.moving_mean, layer.moving_variance)
    ]


def kernel(found: Borrowed, name: str) -> Any:
    return np.array(found.backbone.get_layer(name).kernel)


def head() -> Any:
    training.set_seed(2)
    return heads.build(8, layers=1, units=8, dropout=0.2, classes=6)


def photographs(images: Any, labels: Any) -> Photographs:
    return Photographs(images, labels, np.zeros((len(labels), 8), dtype=np.float32))


def fine_tuned(found: Borrowed, dishes: Any, blocks: int = 1) -> None:
    finetuning.fine_tune(
        head(),
        found,
        photographs(dishes.x_train, dishes.y_train),
        photographs(dishes.x_val, dishes.y_val),
        blocks=blocks,
        learning_rate=1e-2,
        schedule=SCHEDULE,
        epochs=1,
        seed=1,
    )


@eagerly
def test_fine_tuning_leaves_the_statistics_of_batch_normalisation_as_they_were(
    network: Borrowed, dishes: Any
) -> None:
    before = statistics(network)
    fine_tuned(network, dishes, blocks=2)
    assert len(before) == 4
    for one, other in zip(before, statistics(network), strict=True):
        np.testing.assert_array_equal(one, other)


@eagerly
def test_batch_normalisation_that_is_trainable_does_follow_new_images(
    network: Borrowed, dishes: Any
) -> None:
    before = statistics(network)
    finetuning.train_all(
        head(),
        network,
        photographs(dishes.x_train, dishes.y_train),
        photographs(dishes.x_val, dishes.y_val),
        schedule=SCHEDULE,
        epochs=1,
        seed=1,
    )
    assert not np.array_equal(before[0], statistics(network)[0])


@eagerly
def test_fine_tuning_trains_the_last_block_and_none_before_it(
    network: Borrowed, dishes: Any
) -> None:
    first, last = kernel(network, "block1_conv"), kernel(network, "block2_conv")
    network.backbone.trainable = False
    frozen = borrowed.classifier(network, head(), SIDE)
    frozen.compile("adam", "sparse_categorical_crossentropy")
    frozen.fit(dishes.x_train / np.float32(255), dishes.y_train, verbose=0)
    np.testing.assert_array_equal(kernel(network, "block2_conv"), last)

    fine_tuned(network, dishes)  # compiled again, or the last block would stay as it is

    np.testing.assert_array_equal(kernel(network, "block1_conv"), first)
    assert not np.array_equal(kernel(network, "block2_conv"), last)


@eagerly
def test_photographs_are_prepared_once(network: Borrowed, dishes: Any) -> None:
    image = np.repeat(np.repeat(dishes.x_test, 2, axis=1), 2, axis=2)[:, :SIZE, :SIZE]
    prepared = image / np.float32(127.5) - 1  # from -1 to 1, as the stand-in takes it
    expected = network.backbone.predict_on_batch(prepared).mean(axis=(1, 2))
    found = training.predict(borrowed.features(network, SIZE), image)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "middle", "reach"), [("mobilenet", 127.5, 127.5), ("efficientnet", 127, 128)]
)
@eagerly
def test_each_pretrained_network_gets_what_it_was_trained_on(
    name: str, middle: float, reach: float
) -> None:
    if find(weights.WEIGHTS, weights.MOBILENET.name) is None:
        pytest.skip("the weights are not on this machine")
    taken = borrowed.borrow(name, 64)
    image = np.arange(64 * 64 * 3, dtype=np.uint8).reshape(1, 64, 64, 3)
    prepared = (image.astype(np.float32) - middle) / reach
    expected = taken.backbone.predict_on_batch(prepared).mean(axis=(1, 2))
    found = training.predict(borrowed.features(taken, 64), image)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


@eagerly
def test_cached_features_hold_no_augmentation(network: Borrowed, dishes: Any) -> None:
    extract = borrowed.features(network, SIDE)
    assert [layer for layer in extract.layers if "Random" in type(layer).__name__] == []
    whole = borrowed.classifier(network, head(), SIDE)
    joined = head().predict_on_batch(training.predict(extract, dishes.x_test))
    np.testing.assert_allclose(training.predict(whole, dishes.x_test), joined, rtol=1e-4, atol=1e-5)


def test_weights_of_another_architecture_are_refused_with_both_shapes() -> None:
    one, other = borrowed.small(SIZE), borrowed.smaller(SIZE)
    with pytest.raises(ValueError, match=r"shape \(3, 3, 3, 6\).*Received: \(3, 3, 3, 8\)"):
        borrowed.carry_weights(one.backbone, other.backbone)


def test_images_larger_than_a_network_takes_are_refused_with_both_shapes() -> None:
    with pytest.raises(ValueError, match=r"at most \(40, 40, 3\).*Received: \(64, 64, 3\)"):
        borrowed.features(borrowed.small(SIZE), 64)


def test_the_control_has_the_same_layers_and_other_weights() -> None:
    training.set_seed(3)
    pretrained = borrowed.borrow("small", SIZE)
    control = borrowed.borrow("small", SIZE, pretrained=False)
    names = [[each.name for each in one.backbone.layers[1:]] for one in (control, pretrained)]
    assert names[0] == names[1]
    assert not np.array_equal(kernel(control, "block1_conv"), kernel(pretrained, "block1_conv"))


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOUCH_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DataNotFoundError, match="mobilenet_7_5_224_tf_no_top"):
        borrowed.borrow("mobilenet", 64)


def test_fewer_photographs_are_gone_through_more_often() -> None:
    assert [finetuning.times_for(n, 100, most=4) for n in (100, 50, 1)] == [1, 2, 4]


@eagerly
def test_a_head_on_few_photographs_takes_as_many_steps_as_it_needs(dishes: Any) -> None:
    rng = np.random.default_rng(1)
    means = rng.normal(size=(6, 8)).astype(np.float32)
    parts = {
        part: means[labels] + rng.normal(0, 0.1, (len(labels), 8)).astype(np.float32)
        for part, labels in (
            ("train", dishes.y_train),
            ("val", dishes.y_val),
            ("test", dishes.y_test),
        )
    }
    found = finetuning.evaluate(
        {"method": finetuning.FROZEN, "head": "small-0", "images_per_class": 1},
        seed=1,
        size=SIZE,
        settings={"small-0": {**SETTINGS, "layers": 0, "learning_rate": 0.2, "network": "small"}},
        blocks=1,
        learning_rate=1e-3,
        schedule=replace(SCHEDULE, head_epochs=1, head_patience=1),
        data=dishes,
        features={"small": parts},
    )
    # One epoch of one step leaves the classes mixed up.
    assert np.mean(found.arrays["y_pred"] == dishes.y_test) > 0.9


def test_as_many_photographs_of_each_class_are_drawn(dishes: Any) -> None:
    numbers = np.arange(len(dishes.y_train), dtype=np.float32)[:, None]
    every = Photographs(dishes.x_train, dishes.y_train, numbers)
    drawn = every.drawn(2, classes=6, seed=1)
    at = drawn.features[:, 0].astype(int)
    assert np.bincount(drawn.y).tolist() == [2] * 6
    assert np.array_equal(drawn.y, dishes.y_train[at])
    assert np.array_equal(drawn.x, dishes.x_train[at])
    assert every.drawn(0, classes=6, seed=1) is every  # all, without a copy


@eagerly
def test_the_callback_keeps_the_epoch_that_is_best_on_validation_images() -> None:
    drawn = standin_colour.images(n_train=60, n_val=40, n_test=40, seed=1)
    found = trainings.evaluate(
        {"network": "residual", "learning_rate": 0.05},
        seed=1,
        data=drawn,
        filters=(4, 4),
        dropout=0.2,
        batch_size=30,
        max_epochs=3,
        patience=3,
    )
    best = int(found.metrics["best_epoch"])
    by_epoch = found.curves["test_accuracy_by_epoch"]
    assert found.curves["val_accuracy"][best - 1] == max(found.curves["val_accuracy"])
    # The weights put back are those of that epoch: they predict the test images as they did then.
    assert found.metrics["test_accuracy"] == by_epoch[best - 1]
    assert found.metrics["watched_test_accuracy"] == max(by_epoch)
    assert np.mean(found.arrays["y_pred"] == drawn.y_test) == found.metrics["test_accuracy"]
