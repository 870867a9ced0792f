"""Mixed precision: asked for by name, used where the processor gains, bit-equal each time."""

from pathlib import Path

import numpy as np
import pytest

from lib import training
from lib.models import autoencoder, classifier
from lib.training import precision

CPUINFO = "processor : 0\nflags\t\t: fpu {} sse2\nbugs : none\n"


@pytest.mark.parametrize(
    ("flags", "gains"),
    [("avx512_bf16", True), ("amx_tile amx_bf16", True), ("avx512f avx2", False)],
)
def test_a_processor_gains_by_its_flags(flags: str, gains: bool, tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(CPUINFO.format(flags))
    assert precision.gains(cpuinfo) is gains


def test_a_system_that_does_not_tell_gets_float32(tmp_path: Path) -> None:
    assert precision.gains(tmp_path / "none") is False


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Expected float32 or mixed\. Received: precision='half'"):
        precision.dtype_policy("half")


def test_what_is_asked_for_becomes_what_the_processor_can(monkeypatch: pytest.MonkeyPatch) -> None:
    for gains, policy in ((True, "mixed_bfloat16"), (False, "float32")):
        monkeypatch.setattr(precision, "gains", lambda gains=gains: gains)
        assert precision.dtype_policy("mixed") == policy
        assert precision.dtype_policy("float32") == "float32"


def test_layers_compute_in_bfloat16_between_float32_weights_and_outputs() -> None:
    with precision.models_of("mixed_bfloat16"):
        training.set_seed(1)
        models = (
            classifier.convolutional(dense_units=4),
            autoencoder.convolutional(image_shape=(28, 28, 1), latent_features=2, width=2),
        )
    for model in models:
        *hidden, last = [layer for layer in model.layers if layer.weights]
        assert {layer.compute_dtype for layer in hidden} == {"bfloat16"}
        assert last.compute_dtype == "float32"
        assert {weight.dtype for weight in model.weights} == {"float32"}
        assert training.predict(model, np.zeros((2, 28, 28, 1), np.float32)).dtype == np.float32
    after = classifier.convolutional(dense_units=4)
    assert {layer.compute_dtype for layer in after.layers} == {"float32"}


def test_mixed_precision_gives_equal_bits_and_learns() -> None:
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 10, 100)
    images = (rng.random((100, 28, 28, 1)) * 0.2 + labels[:, None, None, None] / 13).astype("f4")
    runs = []
    for _ in range(2):
        with precision.models_of("mixed_bfloat16"):
            training.set_seed(5)
            model = classifier.compile_classifier(
                classifier.convolutional(
                    filters=(4, 8), convolutions=(1, 1), dense_units=16, dropout=0.0
                ),
                learning_rate=2e-3,
            )
            fitted = training.fit(model, images, labels, epochs=2, batch_size=20, seed=5)
        runs.append((fitted.curves, training.predict(model, images)))
    (first, scores), (second, again) = runs
    assert first == second
    assert scores.tobytes() == again.tobytes()
    assert first["train_loss"][-1] < first["train_loss"][0]
