"""How far does a network of our own design get, on all images and on a thousand?

Source: Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), enlarged to 32 x 32. Networks of two or
three convolutions are published between 0.876 and 0.934 test accuracy; for 1,000 images no figure
is published.

    python -m experiments run features.classifier --profile full
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from contract.names import Profile
from experiments.features import drawing, draws, fitted
from experiments.features.data import clothes
from lib import metrics, progress, training
from lib.data import Split
from lib.models import description
from lib.tracking import Results, Study, TrialLog, Workers
from lib.training.precision import MIXED
from lib.tuning import evaluate_all


@dataclass(frozen=True)
class Training:
    """How a network is trained."""

    epochs: int
    batch_size: int
    learning_rate: float
    decay: float  # share of the learning rate left after an epoch


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    widths: tuple[int, ...] = (32, 128, 256)
    dense_units: int = 128
    training: Training = Training(epochs=18, batch_size=128, learning_rate=2e-3, decay=0.82)
    compared_on: int = 8_000  # training images for comparing designs
    comparison: Training = Training(epochs=7, batch_size=64, learning_rate=2e-3, decay=0.75)
    repetitions: int = 3  # seeds of each design
    draw_count: int = 5  # draws of the small data set
    draw_size: int = 1_000
    small_training: Training = Training(epochs=24, batch_size=32, learning_rate=1e-3, decay=0.95)


PROFILES = {
    Profile.SMOKE: Config(
        widths=(4, 8),
        dense_units=16,
        training=Training(epochs=2, batch_size=120, learning_rate=2e-3, decay=0.9),
        compared_on=80,
        comparison=Training(epochs=1, batch_size=80, learning_rate=2e-3, decay=0.9),
        repetitions=2,
        draw_count=2,
        draw_size=80,
        small_training=Training(epochs=1, batch_size=80, learning_rate=2e-3, decay=0.9),
    ),
    Profile.QUICK: Config(
        widths=(32, 64, 128),
        training=Training(epochs=7, batch_size=64, learning_rate=2e-3, decay=0.7),
        compared_on=1_200,
        comparison=Training(epochs=6, batch_size=32, learning_rate=2e-3, decay=0.7),
        repetitions=2,
        small_training=Training(epochs=10, batch_size=32, learning_rate=1e-3, decay=0.9),
    ),
    Profile.FULL: Config(),
}
HELD = 0.2  # share of a draw's training images, held out to compare designs
KINDS = ("Conv2D", "BatchNormalization", "ReLU", "MaxPooling2D", "Dense")  # as the task counts
ARMS = ("whole", "no normalisation", "no squeeze", "one block less")
SMALL_ARMS = ("whole", "mean pooling", "tanh")


def ablations(
    data: Split,
    *,
    seed: int,
    widths: tuple[int, ...],
    dense_units: int,
    settings: Training,
    compared_on: int,
    repetitions: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train the complete design and variants without a part, from the same seeds, and validate."""
    some = data.take(n_train=compared_on, seed=seed)
    whole = fitted.wedge_values(widths, dense_units)
    arms = [
        whole,
        {**whole, "normalised": False},
        {**whole, "squeezed": False},
        {**whole, "blocks": len(widths) - 1},
    ]
    seeds = [1000 * seed + number for number in range(1, repetitions + 1)]
    found = evaluate_all(
        fitted.evaluate_wedge,
        [(arm, each) for each in seeds for arm in arms],
        objective="final_val_accuracy",
        trials=trials,
        workers=workers,
        x_train=some.x_train,
        y_train=some.y_train,
        x_val=some.x_val,
        y_val=some.y_val,
        settings=vars(settings),
    )
    table = draws.tabulate(found, ARMS)
    return Results(
        metrics={
            "repetitions": repetitions,
            "train_samples": len(some.y_train),
            "val_samples": len(some.y_val),
        },
        tables={
            "arms": table,
            "summary": draws.summary(table),
            **{f"pair_{at}": draws.pair(table, ARMS[0], arm) for at, arm in enumerate(ARMS)},
        },
    )


def final(
    data: Split, *, seed: int, widths: tuple[int, ...], dense_units: int, settings: Training
) -> Results:
    """Train the design on all training data, validation included, and test it after each epoch.

    The test curve is recorded because the task asks for it. Nothing is chosen by it: the number of
    epochs is fixed beforehand, and the network is that of the last epoch.
    """
    whole = data.with_complete_training()
    training.set_seed(seed)
    model = fitted.whole_wedge(widths, dense_units)
    trained = fitted.fit(
        model,
        whole.x_train,
        whole.y_train,
        seed=seed,
        validation=(whole.x_test, whole.y_test),
        on_epoch=progress.epoch,
        **vars(settings),
    )
    y_pred = training.predict(model, whole.x_test).argmax(axis=1)
    layers = description.layer_table(model)
    return Results(
        metrics={
            "final_test_accuracy": metrics.accuracy(whole.y_test, y_pred),
            "test_samples": len(whole.y_test),
            "train_samples": len(whole.y_train),
            "final_train_loss": trained.curves["train_loss"][-1],
            "final_test_loss": trained.curves["val_loss"][-1],
            "final_train_accuracy": trained.curves["train_accuracy"][-1],
            "lowest_test_loss": min(trained.curves["val_loss"]),
            "lowest_test_loss_epoch": int(np.argmin(trained.curves["val_loss"])) + 1,
            "parameters": model.count_params(),
            "layers": int(layers["kind"].isin(KINDS).sum()),
        },
        curves={name.replace("val_", "test_"): curve for name, curve in trained.curves.items()},
        tables={
            "layers": layers,
            "classes": metrics.class_table(whole.y_test, y_pred, whole.class_names),
        },
        arrays={"y_test_pred": y_pred.astype(np.int64)},
        files={fitted.WEIGHTS: training.weights_to_bytes(model)},
    )


def small_ablations(
    data: Split,
    *,
    seed: int,
    draw_count: int,
    draw_size: int,
    settings: Training,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train the shallow design and variants on four fifths of each draw; validate on the rest."""
    held = round(HELD * draw_size)
    drawn = draws.for_validation(data, draws=draw_count, size=draw_size, held=held, seed=seed)
    whole = {"network": "own", "maximum": True, "rectified": True}
    arms = [whole, {**whole, "maximum": False}, {**whole, "rectified": False}]
    found = evaluate_all(
        fitted.evaluate_small,
        draws.points(arms, draws=draw_count, seed=seed),
        objective="held_out_accuracy",
        trials=trials,
        workers=workers,
        settings=vars(settings),
        **drawn.parts(),
    )
    table = draws.tabulate(found, SMALL_ARMS)
    return Results(
        metrics={
            "draws": draw_count,
            "train_samples": draw_size - held,
            "val_samples": held,
        },
        tables={
            "arms": table,
            "summary": draws.summary(table),
            **{
                f"pair_{at}": draws.pair(table, SMALL_ARMS[0], arm)
                for at, arm in enumerate(SMALL_ARMS)
            },
        },
    )


def final_small(
    data: Split,
    *,
    seed: int,
    draw_count: int,
    draw_size: int,
    settings: Training,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train LeNet and the shallow design on whole draws, and test both and a linear classifier."""
    drawn = draws.for_testing(data, draws=draw_count, size=draw_size, seed=seed)
    arms = [
        {"network": name, "maximum": name == "own", "rectified": name == "own"}
        for name in draws.NETWORKS
    ]
    found = evaluate_all(
        fitted.evaluate_small,
        draws.points(arms, draws=draw_count, seed=seed),
        objective="held_out_accuracy",
        trials=trials,
        workers=workers,
        settings=vars(settings),
        **drawn.parts(),
    )
    table = draws.tabulate(found, draws.NETWORKS)
    linear = draws.logistic_regression(drawn)
    for draw, (y_true, y_pred) in enumerate(zip(drawn.y_held, linear, strict=True), start=1):
        parameters = (drawn.x_train[0, 0].size + 1) * len(data.class_names)
        row = ["linear", draw, metrics.accuracy(y_true, y_pred), parameters]
        table.loc[len(table)] = row
    return Results(
        metrics={"draws": draw_count, "train_samples": draw_size, "test_samples": draw_size},
        curves=draws.mean_curves(found, draws.NETWORKS),
        tables={
            "draws": table,
            "summary": draws.summary(table),
            "own_lenet": draws.pair(table, "own", "LeNet"),
            "own_linear": draws.pair(table, "own", "linear"),
            **{
                f"layers_{name}": trial.finished().tables["layers"]
                for name, trial in zip(draws.NETWORKS, found.trials, strict=False)
            },
        },
        files={
            f"{name}.weights.h5": trial.finished().files[fitted.WEIGHTS]
            for name, trial in zip(draws.NETWORKS, found.trials, strict=False)
        },
    )


def run(study: Study) -> Mapping[str, Results]:
    """Compare designs, train and test the large network, then the small ones."""
    config = PROFILES[study.profile]
    data = clothes(study.profile, study.seed)
    unseen = data.without_test()
    study.stage(ablations, config, data=unseen, settings=config.comparison, precision=MIXED)
    large = study.stage(
        final,
        config,
        draw=drawing.large_network,
        data=data,
        settings=config.training,
        precision=MIXED,
    )
    study.stage(small_ablations, config, data=unseen, settings=config.small_training)
    smaller = study.stage(
        final_small,
        config,
        draw=drawing.small_networks,
        data=data,
        settings=config.small_training,
    )
    return {"large": large, "small": smaller}
