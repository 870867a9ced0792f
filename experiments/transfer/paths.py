"""Do networks whose layers are not a chain classify CIFAR-10 better than one whose layers are?

Source: the specification asks for a sequential baseline and for networks with joined features or
several paths. Small Keras networks are published at 0.75 test accuracy after 25 epochs and at 0.79
after 50. The specification lets a callback keep the model that is best on the test set; here the
model that is best on validation images is kept, and what watching the test set would have reported
is shown beside it, marked as such.

    python -m experiments run transfer.paths --profile full
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contract.names import Profile
from experiments.transfer import architectures, callbacks, drawing, trainings
from experiments.transfer.counting import counted
from experiments.transfer.data import cifar
from experiments.transfer.trainings import WEIGHTS
from lib import metrics, training
from lib.data import Split, normalize
from lib.models import description, plot
from lib.tracking import Results, StageError, Study, TrialLog, Workers
from lib.training.precision import MIXED
from lib.tuning import Choice, GridSearch, evaluate_all, search

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    networks: tuple[str, ...] = tuple(architectures.CONNECT)
    filters: tuple[int, ...] = (24, 48, 96, 128)
    learning_rates: tuple[float, ...] = (1e-3, 3e-3)
    dropout: float = 0.1  # 0.3 underfits: training accuracy stays at validation accuracy
    batch_size: int = 64
    tuned_on: int = 5_000  # training images that the learning rates are compared on
    tuning_epochs: int = 4
    max_epochs: int = 7  # EarlyStopping may end sooner
    patience: int = 4  # epochs without a better validation accuracy
    repetitions: int = 3  # seeds of each network


PROFILES = {
    Profile.SMOKE: Config(
        networks=("sequential", "residual"),
        filters=(4, 4),
        learning_rates=(1e-2,),
        batch_size=60,
        tuned_on=60,
        tuning_epochs=1,
        max_epochs=2,
        patience=2,
        repetitions=2,
    ),
    Profile.QUICK: Config(tuned_on=1_000, tuning_epochs=3, max_epochs=5, patience=3, repetitions=2),
    Profile.FULL: Config(),
}
SAMPLES_A_CLASS = 10  # images shown of each class


def explore(data: Split, *, seed: int) -> Results:
    """Count the images, look for duplicates between the parts, and show some of each class."""
    return counted(data, samples=SAMPLES_A_CLASS, seed=seed)


def diagrams(
    *, networks: Sequence[str], filters: Sequence[int], dropout: float, seed: int
) -> Results:
    """Build each network, list its layers and connections, and have Keras plot it.

    Raises:
        StageError: Graphviz or pydot, which Keras plots with, is not installed.
    """
    training.set_seed(seed)
    tables, files = {}, {}
    for name in networks:
        model = architectures.build(name, filters=filters, dropout=dropout)
        tables[f"{name}_layers"] = description.graph_table(model)
        files[f"{name}.svg"] = _plotted(model)
        files[f"{name}.txt"] = description.architecture(model).encode()
    return Results(
        metrics={"networks": len(networks)},
        params={"names": ",".join(networks)},
        tables=tables,
        files=files,
    )


def tuning(
    data: Split,
    *,
    seed: int,
    networks: Sequence[str],
    learning_rates: Sequence[float],
    filters: Sequence[int],
    dropout: float,
    batch_size: int,
    max_epochs: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Choose a learning rate for each network by its validation accuracy."""
    found = search(
        trainings.evaluate,
        {"network": Choice(*networks), "learning_rate": Choice(*learning_rates)},
        GridSearch(),
        objective="best_val_accuracy",
        seed=seed,
        trials=trials,
        workers=workers,
        data=data,
        filters=tuple(filters),
        dropout=dropout,
        batch_size=batch_size,
        max_epochs=max_epochs,
        patience=max_epochs,
    )
    table = found.table()
    ranked = table.sort_values("best_val_accuracy", ascending=False, kind="stable")
    best = ranked.drop_duplicates("network").to_dict("records")
    return Results(
        metrics={
            "best_val_accuracy": float(table["best_val_accuracy"].max()),
            "trials": len(table),
            "train_samples": len(data.y_train),
            "val_samples": len(data.y_val),
        },
        params={
            f"best_{row['network']}_learning_rate": float(row["learning_rate"]) for row in best
        },
        tables={"trials": table},
    )


def final(
    data: Split,
    *,
    seed: int,
    learning_rates: Mapping[str, float],
    filters: Sequence[int],
    dropout: float,
    batch_size: int,
    max_epochs: int,
    patience: int,
    repetitions: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train each network with several seeds, and test the epochs that the two callbacks would keep.

    Nothing is chosen by the test images except what the column marked as such reports. The best
    network is the one with the highest mean validation accuracy.
    """
    points: list[tuple[dict[str, Any], int]] = [
        ({"network": name, "learning_rate": rate}, 1000 * seed + number)
        for name, rate in learning_rates.items()
        for number in range(1, repetitions + 1)
    ]
    found = evaluate_all(
        trainings.evaluate,
        points,
        objective="best_val_accuracy",
        trials=trials,
        workers=workers,
        data=data,
        filters=tuple(filters),
        dropout=dropout,
        batch_size=batch_size,
        max_epochs=max_epochs,
        patience=patience,
    )
    kept = callbacks.tabulate(found)
    summary = callbacks.summarize(kept, filters)
    best = str(summary["network"].iloc[int(summary["best_val_accuracy"].argmax())])
    rival = "sequential" if best != "sequential" else callbacks.runner_up(summary)
    return Results(
        metrics={
            **callbacks.measured(summary, best),
            "test_samples": len(data.y_test),
            "train_samples": len(data.y_train),
            "seeds": repetitions,
        },
        params={"best_network": best, "compared_with": rival},
        tables={
            "networks": summary,
            "trainings": kept,
            "callbacks": callbacks.long(kept),
            "epochs": callbacks.curves(found, best),
        },
        arrays={
            "y_true": data.y_test,
            "y_pred_best": callbacks.predictions(found, best),
            "y_pred_baseline": callbacks.predictions(found, "sequential"),
            "y_pred_rival": callbacks.predictions(found, rival),
        },
        files={WEIGHTS: callbacks.weights(found, best)},
    )


def reload(
    data: Split, *, trained: Results, filters: Sequence[int], dropout: float, seed: int
) -> Results:
    """Load the weights that the callback kept into a new network; it must predict the same.

    Raises:
        StageError: a label differs from the one predicted before.
    """
    training.set_seed(seed)
    model = architectures.build(
        str(trained.params["best_network"]),
        filters=filters,
        dropout=dropout,
        image_shape=data.x_test.shape[1:],
        classes=len(data.class_names),
    )
    training.load_weights(model, trained.files[WEIGHTS])
    y_pred = training.predict(model, normalize(data.x_test)).argmax(axis=1)
    others = int(np.sum(y_pred != trained.arrays["y_pred_best"]))
    if others:
        raise StageError(
            "Expected the kept network to predict every label as when it was tested. "
            f"Received: {others} others among {len(y_pred)}"
        )
    return Results(
        metrics={
            "test_accuracy": metrics.accuracy(data.y_test, y_pred),
            "test_samples": len(y_pred),
        },
        tables={"classes": metrics.class_table(data.y_test, y_pred, data.class_names)},
        models={"classifier": model},
    )


def _plotted(model: "keras.Model") -> bytes:
    try:
        return plot.keras_plot(model)
    except plot.MissingProgramError as error:
        raise StageError(str(error)) from error


def run(study: Study) -> Results:
    """Draw the networks, choose their learning rates, train them all, and keep the best."""
    config = PROFILES[study.profile]
    data = cifar(study.profile, study.seed)
    study.stage(explore, draw=drawing.photographs, data=data)
    study.stage(diagrams, config, draw=drawing.networks)
    tuned = study.stage(
        tuning,
        config,
        draw=drawing.learning_rates,
        precision=MIXED,
        data=data.without_test().take(n_train=config.tuned_on, seed=study.seed),
        max_epochs=config.tuning_epochs,
    )
    rates = {name: tuned.params[f"best_{name}_learning_rate"] for name in config.networks}
    trained = study.stage(
        final, config, draw=drawing.callbacks, precision=MIXED, data=data, learning_rates=rates
    )
    study.stage(reload, config, precision=MIXED, data=data, trained=trained)
    return trained
