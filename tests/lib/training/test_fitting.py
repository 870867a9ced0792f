"""What a fit measures, where it stops, and what it refuses."""

import pickle
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.training import (
    Fit,
    NotFiniteError,
    fit,
    fitting,
    load_weights,
    predict,
    set_seed,
    weights_to_bytes,
)
from lib.training.fitting import _shuffled_batches
from lib.training.recording import Recorder
from tests.lib.training.as_built import as_built

Floats = NDArray[np.float32]
SEED = 5


def planted(n: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Inputs of four numbers, labelled by whether the first exceeds the second."""
    x = np.random.default_rng(seed).random((n, 4), np.float32)
    return x, (x[:, 0] > x[:, 1]).astype(np.int64)


def network(*, learning_rate: float = 0.05) -> Any:
    return as_built(new_network, learning_rate)


def new_network(learning_rate: float = 0.05, units: int = 8) -> Any:
    import keras

    set_seed(SEED)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(units, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(2, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(
        optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False
    )
    return model


def trained(model: Any, epochs: int = 3, n: int = 200, **options: Any) -> Fit:
    return fit(model, *planted(n, 1), epochs=epochs, batch_size=32, seed=SEED, **options)


def test_the_steps_of_training_and_of_validation_are_traced_once_each() -> None:
    import keras

    traced: list[bool] = []

    class Noted(keras.layers.Layer):
        def call(self, x: Any, training: bool = False) -> Any:
            traced.append(training)
            return x

    plain = new_network()
    model = keras.Sequential([keras.Input((4,)), *plain.layers[:-1], Noted(), plain.layers[-1]])
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    traced.clear()  # building the model calls the layer
    trained(model, epochs=2, n=64, validation=planted(32, 2))
    assert sorted(traced) == [False, True]


def test_a_fit_finds_a_planted_rule() -> None:
    model = network()
    result = trained(model, epochs=15, validation=planted(200, 2))
    assert result.curves["val_accuracy"][-1] > 0.95
    assert result.epochs == 15
    assert set(result.curves) == {"train_loss", "train_accuracy", "val_loss", "val_accuracy"}


def test_the_best_epoch_is_the_first_with_the_best_monitor() -> None:
    result = trained(network(), validation=planted(50, 2), monitor="val_accuracy")
    curve = result.curves["val_accuracy"]
    assert result.best_epoch == curve.index(max(curve)) + 1
    assert result.best["val_accuracy"] == max(curve)


def test_equal_seeds_give_equal_curves_and_other_seeds_others() -> None:
    first, second = trained(network()), trained(network())
    assert first.curves == second.curves
    other = fit(network(), *planted(200, 1), epochs=3, batch_size=32, seed=SEED + 1)
    assert other.curves != first.curves


def test_training_taken_up_again_goes_on_as_if_it_had_never_stopped() -> None:
    x, _ = planted(50, 3)
    whole = network()
    without_break, expected = trained(whole, epochs=4), predict(whole, x)
    before = network()
    trained(before, epochs=2)
    after = new_network()
    load_weights(after, weights_to_bytes(before))
    resumed = trained(after, epochs=4, initial_epoch=2)
    assert resumed.curves["train_loss"] == without_break.curves["train_loss"][2:]
    assert resumed.epochs == 4
    np.testing.assert_array_equal(predict(after, x), expected)


def test_every_epoch_shows_every_sample_once_and_in_an_order_of_its_own() -> None:
    x = np.arange(10, dtype=np.float32)
    batches, follow = _shuffled_batches(x, x, 4, SEED)

    def order(epoch: int) -> list[float]:
        follow.on_epoch_begin(epoch, {})
        shown = [pair[0].numpy() for pair in batches]
        assert [len(batch) for batch in shown] == [4, 4, 2]
        return [float(value) for batch in shown for value in batch]

    orders = [order(epoch) for epoch in range(3)]
    assert all(sorted(each) == x.tolist() for each in orders)
    assert orders[0] != orders[1] != orders[2]
    assert order(1) == orders[1]


def test_several_steps_in_a_call_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    validation = planted(60, 2)
    once, several = network(), new_network()
    expected = trained(once, validation=validation)
    monkeypatch.setattr(fitting, "MANY_STEPS", 1)
    monkeypatch.setattr(fitting, "STEPS_PER_CALL", 3)  # of the seven steps of an epoch
    result = trained(several, validation=validation)
    assert several.steps_per_execution == 3 > once.steps_per_execution
    assert result.curves == expected.curves
    for made, wanted in zip(several.get_weights(), once.get_weights(), strict=True):
        np.testing.assert_array_equal(made, wanted)
    monkeypatch.setattr(fitting, "MANY_STEPS", 1000)
    assert trained(several, epochs=4, initial_epoch=3).curves == (
        trained(once, epochs=4, initial_epoch=3).curves
    )


def test_early_stopping_puts_the_best_weights_back() -> None:
    model = network()
    x, y = planted(100, 2)
    # Validation labels are the wrong way round, so that it is worst when training is best.
    result = trained(model, epochs=30, validation=(x, 1 - y), patience=2)
    assert result.best_epoch is not None
    assert result.epochs == result.best_epoch + 2 < 30
    again = model.evaluate(x, 1 - y, verbose=0, return_dict=True)
    assert again["loss"] == pytest.approx(result.best["val_loss"], rel=1e-5)


def test_patience_puts_the_best_weights_back_even_when_it_never_ran_out() -> None:
    model = network()
    x, y = planted(100, 2)
    result = trained(model, epochs=3, validation=(x, 1 - y), patience=10)
    assert result.epochs == 3
    again = model.evaluate(x, 1 - y, verbose=0, return_dict=True)
    assert again["loss"] == pytest.approx(min(result.curves["val_loss"]), rel=1e-5)


def test_an_autoencoder_is_measured_by_its_own_metric() -> None:
    import keras

    set_seed(SEED)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
    error = keras.metrics.MeanSquaredError(name="reconstruction_error")
    model.compile("adam", "mse", metrics=[error], jit_compile=False)
    x, _ = planted(100, 1)
    result = fit(
        model,
        x,
        x,
        epochs=2,
        batch_size=50,
        seed=SEED,
        validation=(x, x),
        monitor="val_reconstruction_error",
    )
    assert result.curves["val_reconstruction_error"] == pytest.approx(result.curves["val_loss"])
    assert result.best_epoch == 2


def test_each_epoch_is_told_with_its_number_and_its_metrics() -> None:
    told: list[tuple[int, int, dict[str, float]]] = []
    result = trained(
        network(),
        epochs=2,
        on_epoch=lambda epoch, epochs, metrics: told.append((epoch, epochs, dict(metrics))),
    )
    assert [(epoch, epochs) for epoch, epochs, _ in told] == [(1, 2), (2, 2)]
    assert [metrics["train_loss"] for *_, metrics in told] == list(result.curves["train_loss"])


def test_a_loss_that_is_not_finite_stops_at_its_step() -> None:
    model = network(learning_rate=float("inf"))
    with pytest.raises(NotFiniteError, match="train_loss at epoch 1, by step 2") as caught:
        trained(model)
    assert (caught.value.epoch, caught.value.step) == (1, 2)


def test_a_loss_that_is_not_finite_stops_at_the_end_of_its_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fitting, "MANY_STEPS", 1)
    with pytest.raises(NotFiniteError, match="train_loss at epoch 1, by step 7"):
        trained(network(learning_rate=float("inf")))  # seven steps, fewer than a call makes


def test_a_metric_that_is_not_finite_stops_at_its_epoch() -> None:
    recorder = Recorder(initial_epoch=2, epochs=5)
    with pytest.raises(NotFiniteError, match=r"val_loss at epoch 3\. Received: val_loss=inf"):
        recorder.record(3, {"loss": 1.0, "val_loss": float("inf")})
    assert recorder.curves == {}


def test_the_error_survives_the_way_out_of_a_worker() -> None:
    error = NotFiniteError("val_loss", float("inf"), epoch=3)
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301 - it is our own
    assert (copied.name, copied.value, copied.epoch, copied.step) == ("val_loss", np.inf, 3, None)


def test_a_sample_that_is_not_finite_is_named() -> None:
    x, y = planted(20, 1)
    x[13, 2] = np.nan
    with pytest.raises(ValueError, match=r"Received: x\[13\] with NaN"):
        fit(network(), x, y, epochs=1, batch_size=4, seed=SEED)


def test_targets_must_be_as_many_as_inputs() -> None:
    x, y = planted(20, 1)
    with pytest.raises(ValueError, match=r"len\(x\)=20, len\(y\)=19"):
        fit(network(), x, y[:-1], epochs=1, batch_size=4, seed=SEED)


@pytest.mark.parametrize(
    ("options", "received"),
    [
        ({"monitor": "val_loss", "patience": 1}, "monitor='val_loss'"),
        ({"monitor": "train_errors", "patience": 1}, "metric='train_errors'"),
        ({"patience": 0}, "patience=0"),
        ({"initial_epoch": 3}, "initial_epoch=3, epochs=3"),
    ],
)
def test_what_cannot_be_monitored_or_run_is_refused(options: Any, received: str) -> None:
    with pytest.raises(ValueError, match=received):
        trained(network(), **options)


def test_a_prediction_does_not_depend_on_the_samples_beside_it() -> None:
    model = network()
    x, _ = planted(1100, 4)
    order = np.random.default_rng(0).permutation(len(x))
    np.testing.assert_allclose(predict(model, x)[order], predict(model, x[order]), rtol=1e-6)


def test_weights_of_another_architecture_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        load_weights(new_network(units=8), weights_to_bytes(new_network(units=9)))
