"""What do descriptors of edges (HOG) and textures (LBP) add to nearest neighbours?

Source: public work on CIFAR-10 with HOG and nearest neighbours reports accuracies up to 0.58.

Expect (seed 1, full) a test accuracy of 0.53 with HOG and 12 neighbours and of 0.53 with LBP and
16, against 0.36 with pixels; some 5 minutes.

    python -m experiments run scratch.description --profile full
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from contract.names import Profile
from experiments.scratch import drawing, neighbors
from experiments.scratch.data import JUDGED, Features, load, pixels, represented
from experiments.scratch.handin.descriptors import hog_descriptors, lbp_descriptors
from experiments.scratch.handin.knn import evaluate_knn, predict_for_each_k
from experiments.scratch.neighbors import best_k, by_neighbors
from lib import progress
from lib.data import Split
from lib.data.stratified import stratified_sample
from lib.tracking import Results, Study, uses

NAMES = ("hog", "lbp")


@dataclass(frozen=True)
class Config(neighbors.Config):
    """The settings of the published run."""

    cells: tuple[int, ...] = (6, 8)  # sides of a cell, pixels; each cell has a histogram
    blocks: tuple[int, ...] = (1, 2)  # sides of a block, cells normalised together
    colours: tuple[bool, ...] = (False, True)  # gradients of grey levels or the steepest channel
    tuned_on: int = 12_000  # training images, a sixth of them held out


PROFILES = {
    Profile.SMOKE: Config(cells=(8,), tuned_on=900, folds=3),
    Profile.QUICK: Config(cells=(8,), tuned_on=2_400),
    Profile.FULL: Config(),
}
NEIGHBORS = 10  # for comparing settings


def tuning(
    data: Split,
    *,
    seed: int,
    cells: Sequence[int],
    blocks: Sequence[int],
    colours: Sequence[bool],
    tuned_on: int,
) -> Results:
    """Compare settings of HOG by the accuracy of nearest neighbours."""
    import pandas as pd

    drawn = stratified_sample(data.y_train, tuned_on, seed)
    chosen = np.random.default_rng(seed).permutation(drawn)
    judged, known = np.split(chosen, [len(chosen) // JUDGED])
    candidates = list(product(cells, blocks, colours))
    rows = []
    for number, (cell, block, colour) in enumerate(candidates, start=1):
        train, val = (
            hog_descriptors(pixels(data.x_train[part]), cell=cell, block=block, colour=colour)
            for part in (known, judged)
        )
        accuracy = evaluate_knn(train, data.y_train[known], val, data.y_train[judged], NEIGHBORS)
        gradients = "the steepest channel" if colour else "grey levels"
        rows.append([cell, block, gradients, train.shape[1], accuracy])
        detail = f"cell {cell}, block {block}, {gradients}: accuracy {accuracy:.4f}"
        progress.trial(number, len(candidates), detail)
    table = pd.DataFrame(rows, columns=["cell", "block", "gradients", "length", "val_accuracy"])
    best = int(table["val_accuracy"].argmax())
    return Results(
        metrics={
            "candidates": len(table),
            "best_val_accuracy": table["val_accuracy"].max(),
            "worst_val_accuracy": table["val_accuracy"].min(),
            "val_samples": len(judged),
            "train_samples": len(known),
        },
        params={
            **dict(zip(("best_cell", "best_block", "best_colour"), candidates[best], strict=True)),
            "best_gradients": rows[best][2],
        },
        tables={"candidates": table},
    )


def extract(data: Split, *, cell: int, block: int, colour: bool) -> Results:
    """Compute the descriptors of all images; labels are not used."""
    arrays: dict[str, Features] = {}
    for part, images in (("train", pixels(data.x_train)), ("test", pixels(data.x_test))):
        arrays[f"hog_{part}"] = hog_descriptors(images, cell=cell, block=block, colour=colour)
        arrays[f"lbp_{part}"] = lbp_descriptors(images)
        progress.trial(len(arrays) // 2, 2, part)
    lengths = {f"{name}_length": arrays[f"{name}_train"].shape[1] for name in NAMES}
    return Results(metrics=lengths, arrays=arrays)


def folds(
    data: Split, *, extracted: Results, seed: int, most_neighbors: int, folds: int
) -> Results:
    """Choose the number of neighbours for each descriptor, as for the pixels."""
    tables = {}
    for name in NAMES:
        features = extracted.arrays[f"{name}_train"]
        tables[name] = by_neighbors(features, data.y_train, most_neighbors, folds, seed)
    best = {f"best_val_{name}_accuracy": of["val_accuracy"].max() for name, of in tables.items()}
    return Results(
        metrics={**best, "val_samples": len(data.y_train)},
        params={f"best_{name}_k": best_k(table) for name, table in tables.items()},
        tables=tables,
    )


def final(
    data: Split,
    *,
    extracted: Results,
    of_pixels: Results,
    hog_k: int,
    lbp_k: int,
    most_neighbors: int,
) -> Results:
    """Classify the held-out images with each descriptor, and compare with pixels."""
    import pandas as pd

    ks = range(1, most_neighbors + 1)
    table = pd.DataFrame({"k": ks, "pixels": of_pixels.tables["neighbors"]["test_accuracy"]})
    measured: dict[str, float] = {"test_samples": len(data.y_test)}
    arrays = {"y_true": data.y_test, "y_pred_pixels": of_pixels.arrays["y_pred"]}
    for name, k in (("hog", hog_k), ("lbp", lbp_k)):
        train, test = represented(data, extracted, name)
        predicted = predict_for_each_k(train, data.y_train, test, ks)
        table[name] = np.mean(predicted == data.y_test, axis=1)
        measured[f"test_{name}_accuracy"] = float(table[name][k - 1])
        arrays[f"y_pred_{name}"] = predicted[k - 1]
    measured["train_samples"] = len(data.y_train)
    return Results(metrics=measured, tables={"neighbors": table}, arrays=arrays)


@uses(of_pixels=neighbors.run)
def run(study: Study, *, of_pixels: Results) -> Results:
    """Tune HOG, describe all images, choose k and test with it; return the descriptors."""
    config = PROFILES[study.profile]
    data = load(study.profile, study.seed)
    unseen = data.without_test()
    tuned = study.stage(tuning, config, data=unseen).params
    extracted = study.stage(
        extract,
        data=data,
        cell=tuned["best_cell"],
        block=tuned["best_block"],
        colour=tuned["best_colour"],
    )
    chosen = study.stage(
        folds, config, draw=drawing.chosen_k_of_descriptors, data=unseen, extracted=extracted
    ).params
    study.stage(
        final,
        config,
        draw=drawing.descriptors,
        data=data,
        extracted=extracted,
        of_pixels=of_pixels,
        hog_k=chosen["best_hog_k"],
        lbp_k=chosen["best_lbp_k"],
    )
    return extracted
