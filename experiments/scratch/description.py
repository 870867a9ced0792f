"""What do descriptors of edges (HOG) and textures (LBP) add to nearest neighbours?

Source: public work on CIFAR-10 by HOG and neighbours reports up to 0.58.

Expect (seed 1, full) 0.53 with HOG and 12 neighbours, and 0.53 with LBP and 16, where pixels get
0.36; some 5 minutes.

    python -m experiments run scratch.description --profile full
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from contract.names import Profile
from experiments.scratch import drawing, neighbors
from experiments.scratch.data import load
from experiments.scratch.features import pixels
from experiments.scratch.handin.descriptors import hog_descriptors, lbp_descriptors
from experiments.scratch.handin.knn import predict_for_each_k
from experiments.scratch.validation import (
    accuracies_by_fold,
    best_k,
    by_neighbors,
    held_out,
    sample,
)
from lib import progress
from lib.data import Split
from lib.tracking import Results, Study, uses

NAMES = ("hog", "lbp")


@dataclass(frozen=True)
class Config:
    """What the published run is made with; the profiles below say what they leave out."""

    cells: tuple[int, ...] = (6, 8)  # pixels a side of a histogram's square
    blocks: tuple[int, ...] = (1, 2)  # cells a side that are normalised together
    colours: tuple[bool, ...] = (False, True)  # of grey levels, or of the steepest channel
    tuned_on: int = 12_000  # training images, of which a sixth is judged
    most_neighbors: int = 20
    folds: int = 5


PROFILES = {
    Profile.SMOKE: Config(cells=(8,), folds=3),
    Profile.QUICK: Config(cells=(8,), tuned_on=2_400),
    Profile.FULL: Config(),
}
JUDGED = 6  # one of so many samples is judged by, the others are its neighbours
NEIGHBORS = 10  # that settings are compared with


def tuning(
    data: Split,
    *,
    seed: int,
    cells: Sequence[int],
    blocks: Sequence[int],
    colours: Sequence[bool],
    tuned_on: int,
) -> Results:
    """Compare settings of HOG by how well neighbours do with them."""
    chosen = sample(data.y_train, tuned_on, seed)
    images, labels = pixels(data.x_train[chosen]), data.y_train[chosen]
    order = np.random.default_rng(seed).permutation(len(chosen))
    judged, known = np.split(order, [len(chosen) // JUDGED])
    candidates = list(product(cells, blocks, colours))
    rows = []
    for number, (cell, block, colour) in enumerate(candidates, start=1):
        features = hog_descriptors(images, cell=cell, block=block, colour=colour)
        predicted = predict_for_each_k(
            features[known], labels[known], features[judged], [NEIGHBORS]
        )
        accuracy = float(np.mean(predicted[0] == labels[judged]))
        rows.append(
            {
                "cell": cell,
                "block": block,
                "gradients": "the steepest channel" if colour else "grey levels",
                "length": features.shape[1],
                "val_accuracy": accuracy,
            }
        )
        detail = f"cell {cell}, block {block}, {rows[-1]['gradients']}: accuracy {accuracy:.4f}"
        progress.trial(number, len(candidates), detail)
    table = pd.DataFrame(rows)
    cell, block, colour = candidates[int(table["val_accuracy"].to_numpy().argmax())]
    return Results(
        metrics={
            "candidates": len(table),
            "best_val_accuracy": float(table["val_accuracy"].max()),
            "worst_val_accuracy": float(table["val_accuracy"].min()),
            "val_samples": len(judged),
            "train_samples": len(known),
        },
        params={
            "best_cell": cell,
            "best_block": block,
            "best_colour": colour,
            "best_gradients": str(table["gradients"][int(table["val_accuracy"].argmax())]),
        },
        tables={"candidates": table},
    )


def extract(data: Split, *, cell: int, block: int, colour: bool) -> Results:
    """Describe all images; no label is looked at."""
    arrays = {}
    for number, (part, images) in enumerate(
        (("train", pixels(data.x_train)), ("test", pixels(data.x_test))), start=1
    ):
        arrays[f"hog_{part}"] = hog_descriptors(images, cell=cell, block=block, colour=colour)
        arrays[f"lbp_{part}"] = lbp_descriptors(images)
        progress.trial(number, 2, part)
    return Results(
        metrics={f"{name}_length": arrays[f"{name}_train"].shape[1] for name in NAMES},
        arrays=arrays,
    )


def folds(
    data: Split, *, extracted: Results, seed: int, most_neighbors: int, folds: int
) -> Results:
    """Choose the number of neighbours for each descriptor, as for the pixels."""
    tables = {
        name: by_neighbors(
            accuracies_by_fold(
                extracted.arrays[f"{name}_train"],
                data.y_train,
                most_neighbors=most_neighbors,
                folds=folds,
                seed=seed,
            )
        )
        for name in NAMES
    }
    return Results(
        metrics={
            **{
                f"best_val_{name}_accuracy": float(table["val_accuracy"].max())
                for name, table in tables.items()
            },
            "val_samples": len(data.y_train),
        },
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
    """Classify the held-out images by each descriptor, and compare with their pixels."""
    ks = np.arange(1, most_neighbors + 1)
    curves = {"pixels": of_pixels.tables["neighbors"]["test_accuracy"].to_numpy()}
    predictions = {"pixels": of_pixels.arrays["y_pred"]}
    for name, k in (("hog", hog_k), ("lbp", lbp_k)):
        predicted = predict_for_each_k(
            extracted.arrays[f"{name}_train"],
            data.y_train,
            extracted.arrays[f"{name}_test"],
            ks.tolist(),
        )
        curves[name] = np.mean(predicted == data.y_test, axis=1)
        predictions[name] = predicted[k - 1]
    measured: dict[str, float] = {}
    for name in NAMES:
        measured |= held_out(data.y_test, predictions[name], name)
    return Results(
        metrics={
            **measured,
            "test_samples": len(data.y_test),
            "train_samples": len(data.y_train),
        },
        tables={"neighbors": pd.DataFrame({"k": ks, **curves})},
        arrays={
            "y_true": data.y_test,
            **{f"y_pred_{name}": predicted for name, predicted in predictions.items()},
        },
    )


@uses(of_pixels=neighbors.run)
def run(study: Study, *, of_pixels: Results) -> Results:
    """Tune HOG, describe all images, choose the neighbours, and conclude.

    Args:
        study: the study.
        of_pixels: results of `neighbors.final`.

    Returns:
        The descriptors of all images.
    """
    config = PROFILES[study.profile]
    data = load(study.profile, study.seed)
    unseen = data.without_test()
    tuned = study.stage(
        tuning,
        data=unseen,
        seed=study.seed,
        cells=config.cells,
        blocks=config.blocks,
        colours=config.colours,
        tuned_on=config.tuned_on,
    ).params
    extracted = study.stage(
        extract,
        data=data,
        cell=tuned["best_cell"],
        block=tuned["best_block"],
        colour=tuned["best_colour"],
    )
    chosen = study.stage(
        folds,
        draw=drawing.chosen_k_of_descriptors,
        data=unseen,
        extracted=extracted,
        seed=study.seed,
        most_neighbors=config.most_neighbors,
        folds=config.folds,
    ).params
    study.stage(
        final,
        draw=drawing.descriptors,
        data=data,
        extracted=extracted,
        of_pixels=of_pixels,
        hog_k=chosen["best_hog_k"],
        lbp_k=chosen["best_lbp_k"],
        most_neighbors=config.most_neighbors,
    )
    return extracted
