"""Train one of the study's classifiers: build it from plain values, fit it, measure it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.features import networks
from lib import training
from lib.data import normalize
from lib.data.split import Images, Labels
from lib.metrics import accuracy
from lib.models import description
from lib.models.classifier import compile_classifier
from lib.tracking import Results
from lib.training import Fit, OnEpoch

if TYPE_CHECKING:
    import keras

WEIGHTS = "model.weights.h5"


def wedge(values: Mapping[str, Any]) -> "keras.Model":
    """Build the network of our own design.

    Args:
        values: `widths` of all blocks, joined by commas, `dense_units`, and what an ablation
            changes: `normalised`, `squeezed`, `blocks`.
    """
    widths = [int(width) for width in str(values["widths"]).split(",")]
    return networks.wedge(
        widths=widths[: values["blocks"]],
        dense_units=values["dense_units"],
        normalised=values["normalised"],
        squeezed=values["squeezed"],
    )


def small(values: Mapping[str, Any]) -> "keras.Model":
    """Build LeNet or the shallow network.

    Args:
        values: `network`, "LeNet" or "own"; `maximum` and `rectified`, which LeNet does not have.
    """
    if values["network"] == "LeNet":
        return networks.lenet()
    return networks.shallow(
        widths=(32, 64),
        dense_units=128,
        maximum=values["maximum"],
        rectified=values["rectified"],
    )


def whole_wedge(widths: Sequence[int], dense_units: int) -> "keras.Model":
    """Build the network of our own design with all its parts."""
    return wedge(wedge_values(widths, dense_units))


def wedge_values(widths: Sequence[int], dense_units: int) -> dict[str, Any]:
    """Return the values of the complete design; widths are text, as a trial's values are plain."""
    return {
        "widths": ",".join(map(str, widths)),
        "dense_units": dense_units,
        "blocks": len(widths),
        "normalised": True,
        "squeezed": True,
    }


def whole_small(network: str) -> "keras.Model":
    """Build LeNet or the shallow network with all its parts."""
    return small({"network": network, "maximum": True, "rectified": True})


def fit(
    model: "keras.Model",
    x_train: Images,
    y_train: Labels,
    *,
    seed: int,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    decay: float,
    validation: tuple[Images, Labels],
    on_epoch: OnEpoch | None = None,
) -> Fit:
    """Compile and train a classifier for a number of epochs; see `lib.training.fit`."""
    steps = -(-len(x_train) // batch_size)
    compile_classifier(model, learning_rate=learning_rate, decay=decay, steps_per_epoch=steps)
    return training.fit(
        model,
        x_train,
        y_train,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        validation=validation,
        on_epoch=on_epoch,
    )


def evaluate_wedge(
    values: Mapping[str, Any],
    *,
    seed: int,
    x_train: Images,
    y_train: Labels,
    x_val: Images,
    y_val: Labels,
    settings: Mapping[str, Any],
) -> Results:
    """Run one trial: train the network of our own design, complete or without a part.

    Args:
        values: see `wedge`.
        seed: seeds the weights, dropout, mirroring and the order of the samples.
        x_train: (n, 32, 32) uint8.
        y_train: (n,) labels.
        x_val: (m, 32, 32) uint8.
        y_val: (m,) labels.
        settings: `epochs`, `batch_size`, `learning_rate`, `decay`.
    """
    training.set_seed(seed)
    model = wedge(values)
    fitted = fit(model, x_train, y_train, seed=seed, validation=(x_val, y_val), **settings)
    y_pred = training.predict(model, x_val).argmax(axis=1)
    return Results(
        metrics={
            "final_val_accuracy": accuracy(y_val, y_pred),
            "parameters": model.count_params(),
        },
        curves=fitted.curves,
    )


def evaluate_small(
    values: Mapping[str, Any],
    *,
    seed: int,
    x_train: Images,
    y_train: Labels,
    x_held: Images,
    y_held: Labels,
    settings: Mapping[str, Any],
) -> Results:
    """Run one trial: train a small network on one draw of the data.

    Args:
        values: as for `small`, and `draw`, counted from 1.
        seed: seeds the weights and the order of the samples.
        x_train: (draws, n, 32, 32) uint8.
        y_train: (draws, n) labels.
        x_held: (draws, m, 32, 32) uint8, to evaluate on: validation or test images.
        y_held: (draws, m) labels.
        settings: `epochs`, `batch_size`, `learning_rate`, `decay`.
    """
    training.set_seed(seed)
    draw = int(values["draw"]) - 1
    model = small(values)
    held = normalize(x_held[draw]), y_held[draw]
    x = normalize(x_train[draw])
    fitted = fit(model, x, y_train[draw], seed=seed, validation=held, **settings)  # type: ignore[arg-type]  # floats, scaled once
    y_pred = training.predict(model, held[0]).argmax(axis=1)
    return Results(
        metrics={
            "held_out_accuracy": accuracy(held[1], y_pred),
            "parameters": model.count_params(),
        },
        curves=fitted.curves,
        tables={"layers": description.layer_table(model)} if draw == 0 else {},
        arrays={"y_pred": y_pred.astype(np.int64)},
        files={WEIGHTS: training.weights_to_bytes(model)} if draw == 0 else {},
    )
