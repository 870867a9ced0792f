"""How far do nearest neighbours get on the pixels of CIFAR-10?

Source: public course notes have 0.354 for the one nearest neighbour by Euclidean distance; the
accuracy at the best number of neighbours is 0.33 to 0.36.

Expect (seed 1, full) one neighbour to be chosen, with 0.360 on the held-out images, and 0.32 to
0.35 with more; some 3 minutes on two free cores, of which cross-validation takes nearly all.

    python -m experiments run scratch.neighbors --profile full
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from contract.names import Profile
from experiments.scratch import drawing
from experiments.scratch.data import load
from experiments.scratch.features import pixels
from experiments.scratch.handin.knn import RESULTS, plot_accuracies, predict_for_each_k
from experiments.scratch.validation import (
    accuracies_by_fold,
    best_k,
    by_neighbors,
    held_out,
)
from lib.data import Split, exploration
from lib.data.stratified import sample_each_class
from lib.tracking import Results, Study


@dataclass(frozen=True)
class Config:
    """What the published run is made with; the profiles below say what they leave out."""

    most_neighbors: int = 20
    folds: int = 5


PROFILES = {
    Profile.SMOKE: Config(folds=3),
    Profile.QUICK: Config(),
    Profile.FULL: Config(),
}
SAMPLES_A_CLASS = 10  # shown of each class


def explore(data: Split, *, seed: int) -> Results:
    """Count the images, and draw some of each class to be looked at."""
    classes = len(data.class_names)
    chosen = sample_each_class(data.y_train, classes, SAMPLES_A_CLASS, seed)
    return Results(
        metrics={
            "train_samples": len(data.y_train),
            "test_samples": len(data.y_test),
            "classes": classes,
            "features": int(np.prod(data.x_train.shape[1:])),
        },
        tables={"class_counts": exploration.class_counts(data)},
        arrays={"samples": data.x_train[chosen]},
    )


def folds(data: Split, *, seed: int, most_neighbors: int, folds: int) -> Results:
    """Choose the number of neighbours by cross-validation within the training images."""
    table = by_neighbors(
        accuracies_by_fold(
            pixels(data.x_train),
            data.y_train,
            most_neighbors=most_neighbors,
            folds=folds,
            seed=seed,
        )
    )
    return Results(
        metrics={
            "best_val_accuracy": float(table["val_accuracy"].max()),
            "val_samples": len(data.y_train),
        },
        params={"best_k": best_k(table)},
        tables={"neighbors": table},
    )


def final(data: Split, *, k: int, vote: int, most_neighbors: int) -> Results:
    """Classify the held-out tenth by 1 to 20 neighbours, and conclude with the k chosen before.

    Args:
        data: of which the test part is looked at.
        k: neighbours chosen.
        vote: neighbours chosen from those above one, to be held against a single one.
        most_neighbors: that the curve goes to.
    """
    ks = np.arange(1, most_neighbors + 1)
    predicted = predict_for_each_k(
        pixels(data.x_train), data.y_train, pixels(data.x_test), ks.tolist()
    )
    accuracies = np.mean(predicted == data.y_test, axis=1)
    return Results(
        metrics={
            **held_out(data.y_test, predicted[k - 1]),
            "test_samples": len(data.y_test),
            "train_samples": len(data.y_train),
            "highest_test_accuracy": float(accuracies.max()),
            "highest_test_k": int(ks[accuracies.argmax()]),
            "lowest_test_accuracy": float(accuracies.min()),
            "lowest_test_k": int(ks[accuracies.argmin()]),
            "first_test_accuracy": float(accuracies[0]),
            "vote_test_accuracy": float(accuracies[vote - 1]),
        },
        tables={"neighbors": pd.DataFrame({"k": ks, "test_accuracy": accuracies})},
        arrays={
            "y_true": data.y_test,
            "y_pred": predicted[k - 1],
            "y_pred_vote": predicted[vote - 1],
            "y_pred_single": predicted[0],
        },
    )


def run(study: Study) -> Results:
    """Look at the images, choose the number of neighbours, and conclude."""
    config = PROFILES[study.profile]
    data = load(study.profile, study.seed)
    study.stage(explore, draw=drawing.exploration, data=data, seed=study.seed)
    chosen = study.stage(
        folds,
        draw=drawing.chosen_k,
        data=data.without_test(),
        seed=study.seed,
        most_neighbors=config.most_neighbors,
        folds=config.folds,
    )
    concluded = study.stage(
        final,
        draw=drawing.neighbors,
        data=data,
        k=chosen.params["best_k"],
        vote=best_k(chosen.tables["neighbors"].query("k > 1")),
        most_neighbors=config.most_neighbors,
    )
    if study.profile is not Profile.SMOKE and not study.plan:
        table, n = concluded.tables["neighbors"], len(data.y_test)
        plot_accuracies(
            table["k"].tolist(), table["test_accuracy"].tolist(), n, RESULTS / "knn.png"
        )
    return concluded
