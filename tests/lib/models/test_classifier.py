"""The classifier's layers, and what it refuses."""

from typing import Any

import pandas as pd
import pytest

from lib.models.classifier import compile_classifier, convolutional
from lib.models.description import (
    architecture,
    layer_table,
    model_config,
    model_from_config,
)


def test_layers_follow_the_arguments() -> None:
    table = layer_table(convolutional(filters=(4, 6), convolutions=(1, 2), dense_units=5))
    assert list(zip(table["name"], table["output_shape"], strict=True)) == [
        ("image", "28 × 28 × 1"),
        ("conv_1", "26 × 26 × 4"),
        ("pool_1", "13 × 13 × 4"),
        ("dropout_1", "13 × 13 × 4"),
        ("conv_2", "11 × 11 × 6"),
        ("conv_3", "9 × 9 × 6"),
        ("pool_2", "4 × 4 × 6"),
        ("dropout_2", "4 × 4 × 6"),
        ("flatten", "96"),
        ("hidden", "5"),
        ("dropout_hidden", "5"),
        ("probabilities", "10"),
    ]


def test_parameters_are_counted_by_hand() -> None:
    model = convolutional(filters=(4,), convolutions=(1,), dense_units=5, classes=3)
    table = layer_table(model).set_index("name")["parameters"]
    assert table["conv_1"] == 3 * 3 * 1 * 4 + 4
    assert table["hidden"] == 13 * 13 * 4 * 5 + 5
    assert table["probabilities"] == 5 * 3 + 3
    assert table.sum() == model.count_params()


def test_a_rate_of_zero_leaves_dropout_out() -> None:
    assert "Dropout" not in set(layer_table(convolutional(dropout=0.0))["kind"])


def test_the_penalty_is_on_all_weights_but_the_last_layers() -> None:
    model = convolutional(filters=(2,), convolutions=(1,), dense_units=3, l2=0.5)
    weights = [model.get_layer(name).kernel.numpy() for name in ("conv_1", "hidden")]
    expected = sum(0.5 * (kernel**2).sum() for kernel in weights)
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-5)


def test_the_learning_rate_falls_by_the_decay_in_an_epoch() -> None:
    model = compile_classifier(convolutional(), learning_rate=0.01, decay=0.5, steps_per_epoch=10)
    schedule = model.optimizer.get_config()["learning_rate"]["config"]
    assert schedule["initial_learning_rate"] == 0.01
    assert (schedule["decay_steps"], schedule["decay_rate"]) == (10, 0.5)


@pytest.mark.parametrize(
    ("arguments", "received"),
    [
        ({"dropout": 1.0}, "dropout=1.0"),
        ({"l2": -0.1}, "l2=-0.1"),
        ({"filters": (4, 4, 4)}, "convolutions="),
        ({"image_shape": (8, 8, 1)}, "image_shape="),
    ],
)
def test_what_gives_no_network_is_refused(arguments: Any, received: str) -> None:
    with pytest.raises(ValueError, match=f"Received: .*{received}"):
        convolutional(**arguments)


@pytest.mark.parametrize("options", [{"learning_rate": 0.0}, {"decay": 0.0}, {"decay": 0.5}])
def test_a_schedule_that_cannot_run_is_refused(options: Any) -> None:
    with pytest.raises(ValueError, match="Received"):
        compile_classifier(convolutional(), **({"learning_rate": 0.1} | options))


def test_a_model_is_rebuilt_from_plain_containers() -> None:
    model = compile_classifier(
        convolutional(l2=1e-4), learning_rate=0.01, decay=0.9, steps_per_epoch=7
    )
    rebuilt = model_from_config(model_config(model))
    pd.testing.assert_frame_equal(layer_table(rebuilt), layer_table(model))
    assert model_config(rebuilt) == model_config(model)


def test_the_summary_names_layers_shapes_and_parameters() -> None:
    text = architecture(convolutional(dense_units=5))
    assert "conv_1 (Conv2D)" in text
    assert "(None, 26, 26, 32)" in text
    assert "18,496" in text


def test_a_configuration_with_code_is_never_run() -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x + 1)])
    with pytest.raises(ValueError, match=r"[Ll]ambda"):
        model_from_config(model_config(model))
