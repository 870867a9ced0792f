"""Does training with flips make the best network recognise flipped sketches, and at what cost?

Expect (seeds 1, 1001, 1002; apple, bicycle, cat, diamond, eye, fish; full) nearly the same accuracy
on flipped sketches as on unflipped ones, where it is slightly lower than without this training;
the network trained without flips loses much on vertical flips. Some 7 minutes on two cores.

    python -m experiments run sketches.flips --classes apple,bicycle,cat,diamond,eye,fish
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from experiments.sketches import bestmodel
from experiments.sketches.bestmodel import Design
from experiments.sketches.changes import FLIPS, Labels, predicted
from experiments.sketches.data import load
from experiments.sketches.handin.utils.augmentation import Augmentation
from experiments.sketches.handin.utils.model_file import model_bytes
from experiments.sketches.handin.utils.weights import state_dict
from experiments.sketches.recipe import Recipe, read_back, trained
from experiments.sketches.trainings import file_of, seeds_from
from lib.data import Split
from lib.tracking import Results, Study, TrialLog, Workers, uses
from lib.training import set_seed
from lib.training.precision import MIXED
from lib.tuning import evaluate_all

FLIPPING = Augmentation(horizontal_flip=0.5, vertical_flip=0.5)
WITHOUT, WITH = "without", "with"


def learn(
    data: Split, recipe: Recipe, design: Design, *, values: Mapping[str, Any], seed: int
) -> Results:
    """Train the best network with flips among the distortions, and predict every flip."""
    set_seed(seed)
    model = design.build()
    recipe = replace(design.recipe(recipe), distort=FLIPPING)
    measured = trained(model, data, recipe, learning_rate=values["learning_rate"], seed=seed)
    as_written = read_back(design.build, model_bytes(state_dict(model)), "bestmodel.pt")
    return replace(measured, arrays=dict(predicted(as_written, _flipped(data))))


def cure(
    data: Split,
    *,
    best: Results,
    design: Design,
    learning_rate: float,
    recipe: Recipe,
    seeds: Sequence[int],
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train with flips from the best network's seeds, and compare both on flipped sketches."""
    found = evaluate_all(
        learn,
        [({"learning_rate": learning_rate}, seed) for seed in seeds],
        objective="final_val_accuracy",
        trials=trials,
        workers=workers,
        data=data,
        recipe=recipe,
        design=design,
    )
    y_pred: dict[tuple[int, str], Mapping[str, Labels]] = {}
    set_seed(seeds[0])
    for number, trial in enumerate(found.trials):
        file = file_of("bestmodel.pt", trial.seed) if number else "bestmodel.pt"
        model = read_back(design.build, best.files[file], file)
        y_pred[trial.seed, WITHOUT] = predicted(model, _flipped(data))
        y_pred[trial.seed, WITH] = trial.finished().arrays
    return _compared(y_pred, data.y_val, seeds[0])


@uses(best=bestmodel.run)
def run(study: Study, *, best: Results) -> None:
    """Train with flips.

    Args:
        study: the study.
        best: results of `bestmodel.final`.
    """
    config = bestmodel.PROFILES[study.profile]
    study.stage(
        cure,
        config,
        precision=MIXED,
        data=load(study).labelled.without_test(),
        best=best,
        design=bestmodel.handed_in(study.profile),
        learning_rate=best.params["learning_rate"],
        seeds=seeds_from(study.seed, config.repetitions),
    )


def _flipped(data: Split) -> dict[str, Any]:
    """Return the validation images as drawn, and flipped along each axis."""
    return {"plain": data.x_val, **{name: flip(data.x_val) for name, flip in FLIPS.items()}}


def _compared(
    y_pred: Mapping[tuple[int, str], Mapping[str, Labels]], y_true: Labels, first: int
) -> Results:
    """Tabulate all trainings, and keep the predictions of the first seed's pair."""
    import pandas as pd

    table = pd.DataFrame(
        {
            "seed": seed,
            "flips": flips,
            **{f"{name}_val_accuracy": float(np.mean(labels[name] == y_true)) for name in labels},
        }
        for (seed, flips), labels in y_pred.items()
    )
    of_first = {flips: y_pred[first, flips] for flips in (WITHOUT, WITH)}
    return Results(
        metrics={
            "val_samples": len(y_true),
            "seeds": table["seed"].nunique(),
            **{
                f"{name}_{flips}_val_accuracy": float(np.mean(labels[name] == y_true))
                for flips, labels in of_first.items()
                for name in labels
            },
        },
        tables={"trainings": table},
        arrays={
            "y_true": y_true,
            **{
                f"y_pred_{name}_{flips}": np.asarray(labels[name])
                for flips, labels in of_first.items()
                for name in labels
            },
        },
    )
