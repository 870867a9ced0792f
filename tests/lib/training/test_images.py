"""Images as bytes are scaled batch by batch, and train to the same bits as scaled ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.data import normalize
from lib.training import fit, fitting, predict, set_seed
from tests.lib.training.as_built import as_built

SEED = 5


def images(n: int, shape: tuple[int, ...], seed: int) -> tuple[NDArray[np.uint8], Any]:
    """Images of bytes, labelled by whether the first pixel is bright."""
    x = np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)
    return x, (x.reshape(n, -1)[:, 0] > 127).astype(np.int64)


def small_network(channels: int, *, decode: bool = False) -> Any:
    return as_built(new_small_network, channels, decode)


def new_small_network(channels: int, decode: bool) -> Any:
    import keras

    set_seed(SEED)
    layers = keras.layers
    top = (
        [layers.Conv2D(channels, 3, padding="same")]
        if decode
        else [layers.Flatten(), layers.Dense(2, activation="softmax")]
    )
    model = keras.Sequential(
        [
            keras.Input((6, 6, channels)),
            layers.Conv2D(4, 3, padding="same"),
            layers.Dropout(0.1),
            *top,
        ]
    )
    loss = "mse" if decode else "sparse_categorical_crossentropy"
    model.compile("adam", loss, jit_compile=False)
    return model


def bits(model: Any) -> list[bytes]:
    """The weights without the names of their layers, which Keras numbers on."""
    return [values.tobytes() for values in model.get_weights()]


@pytest.mark.parametrize(("shape", "channels"), [((6, 6), 1), ((6, 6, 3), 3)])
def test_images_scaled_batch_by_batch_train_to_the_same_bits_as_all_scaled_at_once(
    shape: tuple[int, ...], channels: int, tmp_path: Path
) -> None:
    x, y = images(200, shape, 1)
    x_val, y_val = images(600, shape, 2)  # more than one batch of evaluation
    np.save(tmp_path / "x.npy", x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    found = []
    for train, val in ((normalize(x), normalize(x_val)), (x, x_val), (mapped, x_val)):
        model = small_network(channels)
        result = fit(
            model, train, y, epochs=2, batch_size=32, seed=SEED, validation=(val, y_val), patience=2
        )
        found.append((result.curves, bits(model), predict(model, val).tobytes()))
    assert found[0] == found[1] == found[2]


def test_an_autoencoder_of_bytes_has_them_scaled_as_its_targets_too() -> None:
    x, _ = images(200, (6, 6), 1)
    floats = normalize(x)
    found = []
    for inputs, targets in ((floats, floats), (x, x), (floats, x), (x, x.copy())):
        model = small_network(1, decode=True)
        result = fit(
            model,
            inputs,
            targets,
            epochs=2,
            batch_size=32,
            seed=SEED,
            validation=(inputs, targets),
        )
        found.append((result.curves, bits(model)))
    assert all(one == found[0] for one in found)


@pytest.fixture
def scaled_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many images are scaled at a time, in order."""
    sizes: list[int] = []

    def counted(values: NDArray[np.uint8]) -> NDArray[np.float32]:
        sizes.append(len(values))
        return normalize(values)

    monkeypatch.setattr(fitting, "normalize", counted)
    return sizes


def test_no_more_than_a_batch_of_bytes_is_scaled_at_a_time(scaled_sizes: list[int]) -> None:
    x, y = images(1100, (6, 6, 3), 1)
    model = small_network(3)
    fit(model, x, y, epochs=1, batch_size=64, seed=SEED, validation=(x, y))
    predict(model, x)
    assert max(scaled_sizes) == fitting.EVALUATION_BATCH
    assert sum(scaled_sizes) >= 3 * 1100  # trained on, validated and predicted


def test_a_caller_sets_how_many_samples_a_step_of_evaluation_takes(
    scaled_sizes: list[int],
) -> None:
    x, y = images(100, (6, 6, 3), 1)
    model = small_network(3)
    fit(
        model,
        x,
        y,
        epochs=1,
        batch_size=25,
        seed=SEED,
        validation=(x, y),
        evaluation_batch_size=16,
    )
    assert [scaled_sizes.count(16), scaled_sizes.count(4)] == [6, 1]
    scaled_sizes.clear()
    few = predict(model, x, 16)
    assert scaled_sizes == [16] * 6 + [4]
    np.testing.assert_allclose(few, predict(model, x), atol=1e-5)
