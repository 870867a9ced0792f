"""A search over a real, tiny Keras network, trained in worker processes."""

from collections.abc import Mapping

import numpy as np

from lib.tracking import Results, Workers
from lib.training import set_seed
from lib.tuning import Choice, GridSearch, search
from tests.lib.tuning.toys import MemoryLog

IMAGES = np.repeat(np.arange(4, dtype=np.uint8) * 80, 50).reshape(200, 1) * np.ones(
    (1, 16), np.uint8
)  # (200, 16): four grey levels
LABELS = np.repeat(np.arange(4), 50)


def train(
    values: Mapping[str, float], *, seed: int, images: np.ndarray, labels: np.ndarray, epochs: int
) -> Results:
    """Train a dense network on grey levels."""
    import keras

    set_seed(seed)
    model = keras.Sequential(
        [
            keras.layers.Input((16,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(4, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.Adam(values["learning_rate"])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(images / 255.0, labels, epochs=epochs, verbose=0, batch_size=50)
    curves = {f"train_{name}": points for name, points in history.history.items()}
    return Results(metrics={"final_train_loss": curves["train_loss"][-1]}, curves=curves)


def test_a_network_that_may_learn_beats_one_that_may_not() -> None:
    found = search(
        train,
        {"learning_rate": Choice(1e-8, 3e-2)},
        GridSearch(),
        objective="final_train_loss",
        seed=1,
        trials=MemoryLog(),
        workers=Workers(1),
        images=IMAGES,
        labels=LABELS,
        epochs=8,
    )
    assert found.best.values == {"learning_rate": 3e-2}
    assert set(found.table()["epochs_run"]) == {8}
