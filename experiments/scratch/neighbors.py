"""How far do nearest neighbours get on the pixels of CIFAR-10?

Source: public course notes report 0.354 for the single nearest neighbour by Euclidean distance; the
accuracy at the best number of neighbours is 0.33 to 0.36.

Expect (seed 1, full) one neighbour to be chosen, with a test accuracy of 0.360, and 0.32 to 0.35
with more; 3 minutes on two cores, nearly all of it for cross-validation.

    python -m experiments run scratch.neighbors --profile full
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contract.names import Profile
from experiments.scratch import drawing
from experiments.scratch.data import Features, Labels, load, pixels
from experiments.scratch.handin.cross_validation import cross_validate
from experiments.scratch.handin.knn import RESULTS, plot_accuracies, predict_for_each_k
from lib import progress
from lib.data import Split, exploration
from lib.data.stratified import sample_each_class
from lib.tracking import Results, Study

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Config:
    """The settings of the published run."""

    most_neighbors: int = 20
    folds: int = 5


PROFILES = {Profile.SMOKE: Config(folds=3), Profile.QUICK: Config(), Profile.FULL: Config()}
SAMPLES_A_CLASS = 10  # samples shown of each class


def explore(data: Split, *, seed: int) -> Results:
    """Count the images, and sample some of each class for a figure."""
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
    table = by_neighbors(pixels(data.x_train), data.y_train, most_neighbors, folds, seed)
    best = table["val_accuracy"].max()
    return Results(
        metrics={"best_val_accuracy": best, "val_samples": len(data.y_train)},
        params={"best_k": best_k(table), "best_vote": best_k(table.query("k > 1"))},
        tables={"neighbors": table},
    )


def final(data: Split, *, k: int, vote: int, most_neighbors: int) -> Results:
    """Classify the held-out tenth for each k, including the chosen `k` and `vote`."""
    import pandas as pd

    ks = np.arange(1, most_neighbors + 1)
    train, test = pixels(data.x_train), pixels(data.x_test)
    predicted = predict_for_each_k(train, data.y_train, test, ks.tolist())
    accuracies = np.mean(predicted == data.y_test, axis=1)
    return Results(
        metrics={
            "test_accuracy": accuracies[k - 1],
            "test_samples": len(data.y_test),
            "train_samples": len(data.y_train),
            "highest_test_accuracy": accuracies.max(),
            "highest_test_k": int(ks[accuracies.argmax()]),
            "lowest_test_accuracy": accuracies.min(),
            "lowest_test_k": int(ks[accuracies.argmin()]),
            "first_test_accuracy": accuracies[0],
            "vote_test_accuracy": accuracies[vote - 1],
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
    """Explore the images, choose the number of neighbours, and test it."""
    config = PROFILES[study.profile]
    data = load(study.profile, study.seed)
    study.stage(explore, draw=drawing.exploration, data=data)
    chosen = study.stage(folds, config, draw=drawing.chosen_k, data=data.without_test()).params
    k, vote = chosen["best_k"], chosen["best_vote"]
    concluded = study.stage(final, config, draw=drawing.neighbors, data=data, k=k, vote=vote)
    if study.profile is not Profile.SMOKE and not study.plan:
        table, n = concluded.tables["neighbors"], len(data.y_test)
        ks, accuracies = table["k"].tolist(), table["test_accuracy"].tolist()
        plot_accuracies(ks, accuracies, n, RESULTS / "knn.png")
    return concluded


def by_neighbors(
    features: Features, labels: Labels, most_neighbors: int, folds: int, seed: int
) -> "pd.DataFrame":
    """Hold out each fold in turn, and classify it by its neighbours in the others.

    Returns:
        One row per k, up to `most_neighbors`: columns `k`, the mean `val_accuracy` over the folds
        and its standard deviation, `val_accuracy_spread`.
    """
    import pandas as pd

    ks = range(1, most_neighbors + 1)

    def evaluate(
        train: Features, y_train: Labels, test: Features, y_test: Labels
    ) -> NDArray[np.float64]:
        return np.mean(predict_for_each_k(train, y_train, test, ks) == y_test, axis=1)

    found = []
    for accuracies in cross_validate(evaluate, features, labels, folds, seed):
        found.append(accuracies)
        progress.trial(len(found), folds, f"fold {len(found)}")
    by_k = np.array(found)  # (folds, most_neighbors)
    return pd.DataFrame(
        {"k": ks, "val_accuracy": by_k.mean(axis=0), "val_accuracy_spread": by_k.std(0, ddof=1)}
    )


def best_k(table: "pd.DataFrame") -> int:
    """Return the k with the highest mean accuracy; of equal ones, the smallest.

    >>> import pandas as pd
    >>> best_k(pd.DataFrame({"k": [1, 2, 3], "val_accuracy": [0.2, 0.5, 0.5]}))
    2
    """
    return int(table["k"].iloc[int(table["val_accuracy"].argmax())])
