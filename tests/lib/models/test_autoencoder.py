"""The autoencoder's shapes, its encoder, and what it refuses."""

import numpy as np
import pytest

from lib import training
from lib.models.autoencoder import CODE, compile_autoencoder, convolutional, encoder, positions
from lib.models.description import layer_table

GREY = (28, 28, 1)


@pytest.mark.parametrize("latent_features", [1, 4, 32])
def test_the_code_has_4_by_4_positions_of_as_many_features(latent_features: int) -> None:
    table = layer_table(convolutional(image_shape=GREY, latent_features=latent_features, width=2))
    shapes = dict(zip(table["name"], table["output_shape"], strict=True))
    assert shapes[CODE] == f"4 × 4 × {latent_features}"
    assert shapes["reconstruction"] == shapes["image"] == "28 × 28 × 1"


def test_images_of_other_sides_and_in_colour_come_back_in_their_shape() -> None:
    shape = (32, 20, 3)
    assert positions(shape) == (5, 2)
    table = layer_table(convolutional(image_shape=shape, latent_features=6, width=2))
    shapes = dict(zip(table["name"], table["output_shape"], strict=True))
    assert shapes[CODE] == "5 × 2 × 6"
    assert shapes["reconstruction"] == "32 × 20 × 3"


@pytest.mark.parametrize("shape", [(30, 28, 1), (28, 30, 1), (12, 28, 1)])
def test_sides_that_would_not_come_back_are_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="multiples of 4, at least 16"):
        convolutional(image_shape=shape, latent_features=1, width=1)


def test_parameters_are_counted_by_hand() -> None:
    table = layer_table(convolutional(image_shape=GREY, latent_features=5, width=3)).set_index(
        "name"
    )["parameters"]
    assert table["encoder_1"] == 3 * 3 * 1 * 3 + 3
    assert table["encoder_3"] == 4 * 4 * 6 * 12 + 12
    assert table[CODE] == 12 * 5 + 5
    assert table["decoder_2"] == 4 * 4 * 12 * 6 + 6


def test_the_encoder_ends_with_the_code_that_the_decoder_reads() -> None:
    training.set_seed(1)
    model = convolutional(image_shape=GREY, latent_features=2, width=2)
    images = np.random.default_rng(1).random((3, 28, 28, 1), dtype=np.float32)
    codes = training.predict(encoder(model), images)
    assert codes.shape == (3, 4, 4, 2)
    x = codes
    for name in ("decoder_1", "decoder_2", "decoder_3", "reconstruction"):
        x = model.get_layer(name)(x)
    assert np.allclose(np.asarray(x), training.predict(model, images), atol=1e-6)


def test_reconstructions_stay_between_black_and_white() -> None:
    training.set_seed(1)
    model = convolutional(image_shape=GREY, latent_features=2, width=2)
    wild = 100 * np.random.default_rng(1).standard_normal((4, 28, 28, 1), dtype=np.float32)
    reconstructed = training.predict(model, wild)
    assert reconstructed.min() >= 0
    assert reconstructed.max() <= 1


def test_the_learning_rate_falls_to_nothing_at_the_last_step() -> None:
    model = compile_autoencoder(
        convolutional(image_shape=GREY, latent_features=1, width=1), learning_rate=0.1, steps=8
    )
    rate = model.optimizer._learning_rate
    assert [round(float(rate(step)), 6) for step in (0, 4, 8)] == [0.1, 0.05, 0.0]


def test_training_it_on_images_of_one_kind_lowers_their_error() -> None:
    training.set_seed(1)
    discs = np.zeros((64, 28, 28, 1), dtype=np.float32)
    discs[:, 8:20, 8:20] = np.random.default_rng(1).random((64, 1, 1, 1), dtype=np.float32)
    model = compile_autoencoder(
        convolutional(image_shape=GREY, latent_features=2, width=4), learning_rate=1e-2, steps=40
    )
    fitted = training.fit(model, discs, discs, epochs=10, batch_size=16, seed=1)
    assert fitted.curves["train_loss"][-1] < 0.5 * fitted.curves["train_loss"][0]


@pytest.mark.parametrize("wrong", [{"latent_features": 0}, {"width": 0}])
def test_numbers_below_one_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Expected latent_features >= 1"):
        convolutional(image_shape=GREY, **{"latent_features": 4, "width": 4, **wrong})


@pytest.mark.parametrize("wrong", [{"learning_rate": 0.0}, {"steps": 0}])
def test_rates_and_steps_of_nothing_are_refused(wrong: dict[str, float]) -> None:
    model = convolutional(image_shape=GREY, latent_features=1, width=1)
    with pytest.raises(ValueError, match="Expected learning_rate > 0 and steps >= 1"):
        compile_autoencoder(model, **{"learning_rate": 0.1, "steps": 1, **wrong})  # type: ignore[arg-type]  # the wrong values are what is tested
