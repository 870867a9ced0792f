"""How well does a small convolutional network tell ten kinds of clothes apart?

Source: Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017). Published networks of two or three
convolutions reach a test accuracy of 0.876 to 0.934. Measured with seed 1 on all data: 0.920
(0.915-0.925).

    python -m experiments run fashion.classification --profile full
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contract.names import Profile
from experiments.fashion import drawing, network, resemblance
from experiments.fashion.data import load
from experiments.fashion.network import build, evaluate, steps_per_epoch, training_parts
from experiments.fashion.repetitions import compare, points, tabulate
from lib import metrics, progress, training
from lib.data import Split, exploration, normalize
from lib.data.stratified import sample_each_class
from lib.models import description
from lib.tracking import Results, Study, TrialLog, Workers
from lib.training.precision import MIXED
from lib.tuning import Choice, GridSearch, Trial, evaluate_all, search

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Config:
    """The settings of the published run; other profiles do less."""

    batch_size: int = 128
    initial_epochs: int = 10
    initial_units: int = 128
    learning_rates: tuple[float, ...] = (1e-3, 2e-3, 4e-3)  # Adam's default, and higher
    dense_units: tuple[int, ...] = (128, 256)
    dropout: float = 0.5  # the rate compared with no dropout
    max_epochs: int = 15  # EarlyStopping may end sooner
    patience: int = 2  # epochs to wait for a better val_accuracy
    repetitions: int = 3  # seeds, each with and without dropout


PROFILES = {
    Profile.SMOKE: Config(
        initial_epochs=2,
        initial_units=16,
        learning_rates=(1e-3, 2e-3),
        dense_units=(8, 16),
        max_epochs=2,
        patience=2,
        repetitions=2,
    ),
    Profile.QUICK: Config(
        batch_size=64,
        learning_rates=(1e-3, 2e-3),
        dense_units=(64, 128),
        max_epochs=8,
    ),
    Profile.FULL: Config(),
}
SAMPLES_A_CLASS = 10  # samples shown of each class
SHOWN = 10  # random test samples shown with their predicted labels


def explore(data: Split, *, seed: int) -> Results:
    """Count, compare and show the images before any model sees them."""
    repeated = resemblance.repeated(data)
    alike = resemblance.alike(data, seed)
    classes = len(data.class_names)
    counts = np.bincount(data.y_train, minlength=classes)
    shown = sample_each_class(data.y_train, classes, SAMPLES_A_CLASS, seed)
    return Results(
        metrics={
            "images": sum(len(labels) for _, _, labels in data.parts()),
            "classes": classes,
            "smallest_class_share": float(counts.min() / counts.sum()),
            "largest_class_share": float(counts.max() / counts.sum()),
            **repeated.metrics,
            **alike.metrics,
        },
        params=alike.params,
        tables={
            "sizes": exploration.sizes(data),
            "class_counts": exploration.class_counts(data),
            "brightness": exploration.brightness(data.x_train, data.y_train, data.class_names),
            **repeated.tables,
            **alike.tables,
        },
        arrays={"samples": data.x_train[shown]},
    )


def initial(
    data: Split, *, seed: int, epochs: int, batch_size: int, dense_units: int, learning_rate: float
) -> Results:
    """Train a first network, with plain settings and no regularization, and keep its curves."""
    training.set_seed(seed)
    model = build(
        dense_units=dense_units,
        dropout=0.0,
        learning_rate=learning_rate,
        steps_per_epoch=steps_per_epoch(data.y_train, batch_size),
    )
    fitted = training.fit(
        model,
        normalize(data.x_train),
        data.y_train,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        validation=(normalize(data.x_val), data.y_val),
        on_epoch=progress.epoch,
    )
    y_pred = training.predict(model, normalize(data.x_val)).argmax(axis=1)
    return Results(
        metrics={
            **{f"best_{name}": value for name, value in fitted.best.items()},
            **{f"final_{name}": curve[-1] for name, curve in fitted.curves.items()},
            "best_epoch": fitted.best_epoch or 0,
            "final_val_macro_f1": metrics.macro_f1(data.y_val, y_pred, len(data.class_names)),
            "val_samples": len(data.y_val),
            "train_samples": len(data.y_train),
            "parameters": model.count_params(),
        },
        curves=fitted.curves,
        params={"optimizer": "Adam", "loss": str(model.loss)},
        tables={"layers": description.layer_table(model)},
        files={"summary.txt": description.architecture(model).encode()},
    )


def tuning(
    data: Split,
    *,
    seed: int,
    learning_rates: Sequence[float],
    dense_units: Sequence[int],
    max_epochs: int,
    patience: int,
    batch_size: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Try every pair of learning rate and width of the hidden layer, without regularization."""
    found = search(
        evaluate,
        {
            "learning_rate": Choice(*learning_rates),
            "dense_units": Choice(*dense_units),
            "dropout": Choice(0.0),
        },
        GridSearch(),
        objective="best_val_accuracy",
        seed=seed,
        trials=trials,
        workers=workers,
        max_epochs=max_epochs,
        patience=patience,
        batch_size=batch_size,
        **training_parts(data),
    )
    return _compared(found.table().drop(columns="dropout"), found.best, len(data.y_val))


def _compared(table: "pd.DataFrame", best: Trial, val_samples: int) -> Results:
    """Summarize a search: its trials, and the best one."""
    accuracies = table["best_val_accuracy"].dropna()
    return Results(
        metrics={
            "best_val_accuracy": float(accuracies.max()),
            "worst_val_accuracy": float(accuracies.min()),
            "trials": len(table),
            "failed_trials": int((table["status"] == "failed").sum()),
            "val_samples": val_samples,
        },
        params={f"best_{name}": best.values[name] for name in ("learning_rate", "dense_units")},
        tables={"trials": table},
    )


def regularization(
    data: Split,
    *,
    seed: int,
    learning_rate: float,
    dense_units: int,
    dropout: float,
    repetitions: int,
    max_epochs: int,
    patience: int,
    batch_size: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train with and without dropout from the same seeds, and compare the pairs."""
    settings = {"learning_rate": learning_rate, "dense_units": dense_units}
    found = evaluate_all(
        evaluate,
        points(settings, dropout=dropout, repetitions=repetitions, seed=seed),
        objective="best_val_accuracy",
        trials=trials,
        workers=workers,
        max_epochs=max_epochs,
        patience=patience,
        batch_size=batch_size,
        **training_parts(data),
    )
    return compare(tabulate(found), dropout=dropout)


def final(
    data: Split,
    *,
    seed: int,
    learning_rate: float,
    dense_units: int,
    dropout: float,
    epochs: int,
    batch_size: int,
) -> Results:
    """Train on all training data, validation included, for the epochs chosen before; test once.

    Only this stage measures on the test set; nothing is chosen after it.
    """
    whole = data.with_complete_training()
    settings: dict[str, Any] = {
        "learning_rate": learning_rate,
        "dense_units": dense_units,
        "dropout": dropout,
    }
    model, fitted = network.train(
        whole, settings=settings, epochs=epochs, batch_size=batch_size, seed=seed
    )
    tested = _tested(data, training.predict(model, normalize(data.x_test)))
    return Results(
        metrics={
            **tested.metrics,
            "train_samples": len(whole.y_train),
            "final_train_accuracy": fitted.curves["train_accuracy"][-1],
        },
        curves=fitted.curves,
        tables={"layers": description.layer_table(model), **tested.tables},
        arrays=tested.arrays,
        models={"classifier": model},
        files=network.files(
            model, whole, settings=settings, epochs=epochs, batch_size=batch_size, seed=seed
        ),
    )


def _tested(data: Split, y_score: NDArray[np.float32]) -> Results:
    """Compute the test results from the network's scores (n_test, n_classes)."""
    y_pred = y_score.argmax(axis=1).astype(np.int64)
    right = int(np.sum(y_pred == data.y_test))
    interval = metrics.wilson_interval(right, len(y_pred))
    return Results(
        metrics={
            "test_accuracy": right / len(y_pred),
            "test_accuracy_low": interval.low,
            "test_accuracy_high": interval.high,
            "test_macro_f1": metrics.macro_f1(data.y_test, y_pred, len(data.class_names)),
            "test_samples": len(y_pred),
            "test_errors": len(y_pred) - right,
        },
        tables={
            "classes": metrics.class_table(data.y_test, y_pred, data.class_names),
            "confusion": metrics.confusion_table(data.y_test, y_pred, data.class_names),
        },
        arrays={"y_test_score": y_score, "y_test_pred": y_pred},
    )


def reload(data: Split, *, trained: Results, seed: int) -> Results:
    """Rebuild the final model from its YAML file and weights, and check its predictions.

    Raises:
        StageError: a label differs from the one predicted before.
    """
    import pandas as pd

    training.set_seed(seed)
    model = network.FILES.rebuild(trained)
    y_pred = training.predict(model, normalize(data.x_test)).argmax(axis=1)
    network.check_labels(y_pred, trained)
    shown = np.random.default_rng(seed).choice(len(y_pred), SHOWN, replace=False)
    names = np.array(data.class_names)
    true, predicted = names[data.y_test[shown]], names[y_pred[shown]]
    samples = pd.DataFrame({"test_index": shown, "true": true, "predicted": predicted})
    return Results(
        metrics={
            "test_accuracy": float(np.mean(y_pred == data.y_test)),
            "test_samples": len(y_pred),
            "reproduced_labels": int(np.sum(y_pred == trained.arrays["y_test_pred"])),
            "shown": SHOWN,
            "shown_correct": int(np.sum(y_pred[shown] == data.y_test[shown])),
        },
        tables={"samples": samples},
        arrays={"images": data.x_test[shown]},
    )


def run(study: Study) -> Results:
    """Explore, train, tune, regularize, train and test the final model, and rebuild it."""
    config = PROFILES[study.profile]
    data = load(study.profile, study.seed)
    unseen = data.sample.without_test()
    study.stage(explore, draw=drawing.exploration, data=data.whole)
    study.stage(
        initial,
        config,
        precision=MIXED,
        draw=drawing.first_network,
        data=unseen,
        epochs=config.initial_epochs,
        dense_units=config.initial_units,
        learning_rate=1e-3,
    )
    tuned = study.stage(tuning, config, precision=MIXED, draw=drawing.grid, data=unseen).params
    best = {name: tuned[f"best_{name}"] for name in ("learning_rate", "dense_units")}
    regularized = study.stage(
        regularization, config, precision=MIXED, draw=drawing.repetitions, data=unseen, **best
    ).params
    trained = study.stage(
        final,
        config,
        precision=MIXED,
        draw=drawing.conclusion,
        data=data.sample,
        dropout=regularized["best_dropout"],
        epochs=regularized["best_epochs"],
        **best,
    )
    study.stage(reload, draw=drawing.rebuilt, data=data.sample, trained=trained)
    return trained
