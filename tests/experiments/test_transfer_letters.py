"""Autoencoders of letters: shapes, codes, noise, filters, and machines on codes."""

from itertools import pairwise

import numpy as np
import pytest

from experiments.transfer import denoising, dense, lettering, machines
from lib import training
from lib.data.sets import standin_scenes
from tests.eager import eagerly


@eagerly
def test_the_three_models_share_their_layers() -> None:
    training.set_seed(1)
    models = dense.build(784, 32, 1e-3)
    image = np.random.default_rng(1).random((3, 784), dtype=np.float32)
    code = models.encoder.predict_on_batch(image)
    assert code.shape == (3, 32)
    assert code.min() >= 0
    np.testing.assert_allclose(
        models.decoder.predict_on_batch(code),
        models.autoencoder.predict_on_batch(image),
        rtol=1e-5,
    )
    assert dense.weight_bytes(models.encoder) == 4 * (784 * 32 + 32)
    before = models.decoder.predict_on_batch(code)
    models.autoencoder.fit(image, image, verbose=0)
    assert not np.array_equal(models.decoder.predict_on_batch(code), before)


def test_codes_of_one_byte_a_unit_are_off_by_half_a_step_at_most() -> None:
    codes = np.random.default_rng(1).random((50, 4), dtype=np.float32) * np.float32(7)
    away = np.abs(dense.in_bytes(codes) - codes).max(axis=0)
    assert (away <= codes.max(axis=0) / 255 / 2 + 1e-5).all()
    assert (away > 0).all()


def test_the_denoiser_gives_back_the_shape_that_it_takes() -> None:
    training.set_seed(1)
    results = denoising.network(filters=(32, 64, 128), seed=1)
    assert results.metrics["pixels"] == 784
    assert results.metrics["code_numbers"] == 7 * 7 * 128
    assert (results.metrics["side"], results.metrics["code_side"]) == (28, 7)
    assert results.metrics["same_shape"] == 1
    # By hand: kernels of 3 x 3 and a bias a filter, from layer to layer.
    widths = [1, 32, 64, 128, 128, 64, 1]
    by_hand = sum(9 * a * b + b for a, b in pairwise(widths))
    assert results.metrics["parameters"] == by_hand


def test_sides_that_poolings_cannot_halve_twice_are_refused() -> None:
    with pytest.raises(ValueError, match=r"multiples of 4. Received: image_shape=\(30, 28, 1\)"):
        denoising.build((2, 4, 8), (30, 28, 1))


def test_noise_depends_on_seed_part_and_level_alone_and_stays_in_range() -> None:
    images = standin_scenes.letters(n_train=20, n_val=0, n_test=0, seed=1).x_train
    noisy = denoising.noisy(images, 0.5, 1, 0)
    assert noisy.shape == (20, 28, 28, 1)
    assert (noisy.min(), noisy.max()) == (0, 1)
    np.testing.assert_array_equal(noisy, denoising.noisy(images, 0.5, 1, 0))
    assert not np.array_equal(noisy, denoising.noisy(images, 0.5, 1, 1))
    # Noise that is never cut off has the standard deviation asked for, to some 2 %.
    grey = np.full((20, 28, 28), 128, dtype=np.uint8)
    assert float(denoising.noisy(grey, 0.1, 1, 0).std()) == pytest.approx(0.1, rel=0.02)


def test_a_median_filter_removes_single_pixels_and_keeps_images_apart() -> None:
    images = np.zeros((2, 28, 28, 1), dtype=np.float32)
    images[0, 10, 10] = 1  # a speck
    images[1] = 1
    filtered = denoising.median(images, 3)
    assert filtered[0].max() == 0
    assert filtered[1].min() == 1


def test_codes_are_shown_light_for_zero_and_dark_for_the_greatest() -> None:
    codes = np.zeros((1, 32), dtype=np.float32)
    codes[0, 0] = 5
    picture = lettering.code_pictures(codes)[0]
    assert picture.shape == (28, 28)
    assert (picture[0, 0], picture[-1, -1]) == (0, 255)
    assert int((picture == 0).sum()) == (28 // 4) * 4  # one field, 7 pixels high and 3 or 4 wide


def test_machines_do_not_depend_on_the_unit_of_their_inputs() -> None:
    generator = np.random.default_rng(1)
    labels = np.arange(90) % 3
    inputs = (generator.normal(size=(90, 5)) + labels[:, np.newaxis]).astype(np.float32)
    plain = machines.scaled(inputs[:60], inputs[60:])
    larger = machines.scaled(1000 * inputs[:60] + 7, 1000 * inputs[60:] + 7)
    np.testing.assert_allclose(plain[1], larger[1], rtol=1e-3, atol=1e-3)
    found = machines.test(
        dict.fromkeys(machines.REPRESENTATIONS, (plain[0], plain[1])),
        labels[:60],
        labels[60:],
        {
            f"{name}_{kernel}": 1.0
            for name in machines.REPRESENTATIONS
            for kernel in machines.KERNELS
        },
    )
    table = found.tables["machines"]
    assert list(table["kernel"]) == ["linear", "RBF"] * 3
    right = found.arrays["y_pred_codes_rbf"] == labels[60:]
    assert found.metrics["test_codes_rbf_accuracy"] == right.mean() > 0.5
