"""What people write themselves: Keras Tuner's search with MLflow's autologging, for comparison.

It imports nothing from this project, because that would limit its threads.

    python bench/plain_search.py IMAGES.npz STORE TRIALS.json
"""

import json
import math
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras
    import keras_tuner


def network(
    hp: "keras_tuner.HyperParameters", given: Mapping[str, Any], train_samples: int
) -> "keras.Model":
    """Build and compile one trial's network."""
    import keras

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(64, 3, activation="relu"),
            keras.layers.Conv2D(64, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(hp.Choice("dense_units", given["dense_units"]), activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    rate = keras.optimizers.schedules.ExponentialDecay(
        hp.Choice("learning_rate", given["learning_rates"]),
        math.ceil(train_samples / given["batch_size"]),
        given["decay"],
    )
    model.compile(
        keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def main() -> None:
    """Search, and write each trial's best validation accuracy."""
    import keras_tuner
    import mlflow
    import numpy as np

    given = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
    with np.load(sys.argv[1]) as arrays:
        data = {name: arrays[name] for name in arrays.files}
    x_train, x_val = (data[name][..., None] / np.float32(255) for name in ("x_train", "x_val"))
    mlflow.set_tracking_uri(f"sqlite:///{sys.argv[2]}/mlflow.db")
    mlflow.create_experiment("plain", artifact_location=f"{sys.argv[2]}/artifacts")
    mlflow.set_experiment("plain")
    mlflow.tensorflow.autolog(log_models=False)
    with tempfile.TemporaryDirectory() as folder:
        tuner = keras_tuner.GridSearch(
            lambda hp: network(hp, given, len(x_train)), "val_accuracy", seed=1, directory=folder
        )
        tuner.search(
            x_train,
            data["y_train"],
            validation_data=(x_val, data["y_val"]),
            epochs=given["epochs"],
            batch_size=given["batch_size"],
            verbose=0,
        )
        trials = tuner.oracle.get_best_trials(100)
    sys.stdout.write(json.dumps([trial.score for trial in trials]) + "\n")


if __name__ == "__main__":
    main()
