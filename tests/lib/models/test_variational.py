"""The VAE: its divergence in closed form, both losses, its halves, and units that say nothing."""

from typing import Any

import numpy as np
import pytest

from lib import training
from lib.models import variational


def build(**changed: Any) -> Any:
    settings: dict[str, Any] = {"side": 8, "widths": (4, 6), "latent_dim": 3, "weight": 0.5}
    training.set_seed(1)
    return variational.variational(**{**settings, **changed})


@pytest.fixture(scope="module")
def model() -> Any:
    return build()


IMAGES = np.random.default_rng(0).random((6, 8, 8, 3), dtype=np.float32)


def test_divergence_agrees_with_its_integral() -> None:
    mean, log_variance = 0.7, -0.4
    z = np.linspace(-12, 12, 200_001)
    spread = np.exp(log_variance / 2)
    q = np.exp(-0.5 * ((z - mean) / spread) ** 2) / (spread * np.sqrt(2 * np.pi))
    p = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    inside = q > 1e-300
    integral = np.sum(q[inside] * np.log(q[inside] / p[inside])) * (z[1] - z[0])
    found = variational.divergence(np.array([[mean]]), np.array([[log_variance]]))
    assert found[0, 0] == pytest.approx(integral, rel=1e-6)


def test_sizes_of_the_code_and_of_the_reconstruction(model: Any) -> None:
    mean, log_variance = variational.encoder(model).predict_on_batch(IMAGES)
    assert mean.shape == log_variance.shape == (6, 3)
    assert model.predict_on_batch(IMAGES).shape == IMAGES.shape


def test_without_training_the_decoder_draws_the_mean_of_the_code(model: Any) -> None:
    mean, _ = variational.encoder(model).predict_on_batch(IMAGES)
    drawn = variational.decoder(model).predict_on_batch(mean)
    np.testing.assert_allclose(drawn, model.predict_on_batch(IMAGES), rtol=1e-5, atol=1e-6)


def test_loss_is_the_summed_error_plus_the_weighted_divergence(model: Any) -> None:
    variational.compile_variational(model, learning_rate=1e-3, steps=1)
    measured = model.evaluate(IMAGES, IMAGES, batch_size=6, verbose=0, return_dict=True)
    mean, log_variance = variational.encoder(model).predict_on_batch(IMAGES)
    nats = variational.divergence(mean, log_variance).sum(axis=1).mean()
    away = (IMAGES - model.predict_on_batch(IMAGES)) ** 2
    error = away.sum(axis=(1, 2, 3)).mean()
    assert measured["divergence_loss"] == pytest.approx(nats, rel=1e-4)
    assert measured["reconstruction_error"] == pytest.approx(error, rel=1e-4)
    assert measured["loss"] == pytest.approx(error + 0.5 * nats, rel=1e-4)


def test_codes_are_sampled_in_training_with_the_variance_that_the_encoder_gives() -> None:
    model = build()
    weights = [np.zeros_like(each) for each in model.get_layer("log_variance").get_weights()]
    weights[1] += np.log(0.25).astype(np.float32)
    model.get_layer("log_variance").set_weights(weights)
    layer = model.get_layer("code")
    mean = np.full((4000, 3), 2.0, np.float32)
    log_variance = np.full((4000, 3), np.log(0.25), np.float32)
    drawn = np.asarray(layer([mean, log_variance], training=True))
    # 12,000 draws: off by less than 5 standard errors
    assert drawn.mean() == pytest.approx(2.0, abs=5 * 0.5 / np.sqrt(12_000))
    assert drawn.std() == pytest.approx(0.5, rel=5 / np.sqrt(2 * 12_000))
    np.testing.assert_array_equal(np.asarray(layer([mean, log_variance], training=False)), mean)


def test_units_that_do_not_vary_are_not_active() -> None:
    mean = np.random.default_rng(1).normal(0, [1.0, 0.05, 0.0], (500, 3))
    assert variational.active_units(mean) == 1


@pytest.mark.parametrize(
    "wrong", [{"side": 10}, {"widths": ()}, {"latent_dim": 0}, {"weight": 0.0}]
)
def test_a_size_that_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Expected a side divisible"):
        build(**wrong)
