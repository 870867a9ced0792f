"""How accurate is the best network whose file has at most 1,000,000 bytes?

Several designs are trained with the same images, steps and seed, each at the best of the same
learning rates. The network of `handin/main_bestmodel.py` is one of them, and the one that is handed
in: its program must be able to read the file.

Expect (seeds 1, 1001, 1002; apple, bicycle, cat, diamond, eye, fish; full) a test accuracy of 0.972
to 0.976 and a file of 737 kB; some 20 minutes on two cores.

    python -m experiments run sketches.bestmodel --classes apple,bicycle,cat,diamond,eye,fish
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from contract.names import Profile
from experiments.sketches import drawing
from experiments.sketches.data import ToPredict, load
from experiments.sketches.handin.main_bestmodel import BLOCKS, best_model
from experiments.sketches.handin.utils.accuracies import predict_logits
from experiments.sketches.handin.utils.augmentation import Augmentation
from experiments.sketches.handin.utils.model_file import MAX_BYTES
from experiments.sketches.recipe import PUBLISHED, Recipe, trained
from experiments.sketches.trainings import from_seeds, seeds_from
from lib.data import Split
from lib.tracking import Results, Study, TrialLog, Workers
from lib.training import set_seed
from lib.training.precision import MIXED
from lib.tuning import Search, Trial, evaluate_all

if TYPE_CHECKING:
    import keras
    import pandas as pd


@dataclass(frozen=True)
class Design:
    """A network and how it is trained.

    Args:
        blocks: filters of its convolutions, see `best_model`.
        augmented: whether training images are distorted.
        cosine: whether the learning rate falls along half a cosine.
        dropout: rate before the last layer.
    """

    blocks: tuple[tuple[int, ...], ...] = BLOCKS
    augmented: bool = True
    cosine: bool = True
    dropout: float = 0.3

    def build(self) -> "keras.Model":
        """Build the network."""
        return best_model(self.blocks, self.dropout)

    def recipe(self, recipe: Recipe) -> Recipe:
        """Return a recipe with the design's own settings in place of its own."""
        distort = Augmentation() if self.augmented else None
        return replace(recipe, cosine=self.cosine, distort=distort)


HANDED_IN = "five convolutions"  # the network and the settings of the program
DESIGNS = {
    "without distortions": Design(augmented=False),
    "without dropout": Design(dropout=0.0),
    "constant learning rate": Design(cosine=False),
    "three convolutions": Design(blocks=((32,), (72,), (192,))),
    "seven narrower convolutions": Design(blocks=((20, 20), (44, 44), (80, 80, 80))),
    "two convolutions": Design(blocks=((16,), (32,))),
}


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    compared_steps: int = 1_000
    learning_rates: tuple[float, ...] = (1e-3, 3e-3)
    recipe: Recipe = PUBLISHED
    blocks: tuple[tuple[int, ...], ...] = BLOCKS
    rivals: tuple[str, ...] = tuple(DESIGNS)
    repetitions: int = 3


PROFILES = {
    Profile.SMOKE: Config(
        compared_steps=4,
        learning_rates=(1e-2,),
        recipe=Recipe(batch_size=20, steps=16, evaluate_every=8),
        blocks=((8,), (12,)),
        rivals=("two convolutions",),
        repetitions=1,
    ),
    Profile.QUICK: Config(
        compared_steps=120,
        learning_rates=(3e-3,),
        recipe=Recipe(steps=450),
        repetitions=2,
    ),
    Profile.FULL: Config(),
}


def compare_designs(
    data: Split,
    recipe: Recipe,
    designs: Mapping[str, Design],
    *,
    values: Mapping[str, Any],
    seed: int,
) -> Results:
    """Train a design at a learning rate, and predict the validation images."""
    set_seed(seed)
    design, rate = designs[values["design"]], values["learning_rate"]
    model = design.build()
    measured = trained(model, data, design.recipe(recipe), learning_rate=rate, seed=seed)
    return replace(measured, arrays={"y_pred": predict_logits(model, data.x_val).argmax(axis=1)})


def designs(
    data: Split,
    *,
    seed: int,
    designs: Mapping[str, Design],
    learning_rates: tuple[float, ...],
    recipe: Recipe,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Compare designs: the same images, steps and seed, each at the best of the same rates."""
    found = evaluate_all(
        compare_designs,
        [
            ({"design": name, "learning_rate": rate}, seed)
            for name in designs
            for rate in learning_rates
        ],
        objective="final_val_accuracy",
        trials=trials,
        workers=workers,
        data=data,
        recipe=recipe,
        designs=designs,
    )
    return _compared(found, data, list(designs))


def final(
    data: Split,
    *,
    to_predict: ToPredict,
    seeds: list[int],
    design: Design,
    learning_rate: float,
    recipe: Recipe,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train the network that is handed in from several seeds, and predict the test images."""
    results = from_seeds(
        seeds,
        {"learning_rate": learning_rate},
        data=data,
        to_predict=to_predict,
        trials=trials,
        workers=workers,
        recipe=design.recipe(recipe),
        build=design.build,
        name="bestmodel",
    )
    return replace(results, metrics={**results.metrics, "max_bytes": MAX_BYTES})


def run(study: Study) -> Results:
    """Compare designs, then train the one that is handed in and predict with it."""
    config, sketches = PROFILES[study.profile], load(study)
    design, steps = handed_in(study.profile), config.compared_steps
    compared = study.stage(
        designs,
        config,
        precision=MIXED,
        data=sketches.labelled.without_test(),
        designs={HANDED_IN: design, **{name: DESIGNS[name] for name in config.rivals}},
        recipe=replace(config.recipe, steps=steps, evaluate_every=steps),
    ).params
    return study.stage(
        final,
        config,
        precision=MIXED,
        draw=drawing.training,
        data=sketches.labelled,
        to_predict=sketches.to_predict,
        seeds=seeds_from(study.seed, config.repetitions),
        design=design,
        learning_rate=compared["handed_in_learning_rate"],
    )


def handed_in(profile: Profile) -> Design:
    """Return the network and the settings of the program; the smoke profile's is smaller."""
    return Design(blocks=PROFILES[profile].blocks)


def _best_of_each(found: Search, names: list[str]) -> dict[str, Trial]:
    """Choose each design's trial with the highest validation accuracy, the first if tied."""

    def accuracy(trial: Trial) -> float:
        return trial.finished().metrics["final_val_accuracy"]

    return {
        name: max((each for each in found.trials if each.values["design"] == name), key=accuracy)
        for name in names
    }


def _compared(found: Search, data: Split, names: list[str]) -> Results:
    """Tabulate each design at its best rate, and compare the best rival with the one handed in."""
    import pandas as pd

    best = _best_of_each(found, names)
    table = pd.DataFrame(
        {
            "design": name,
            "learning_rate": trial.values["learning_rate"],
            **{
                key: trial.finished().metrics[key]
                for key in ("final_train_accuracy", "final_val_accuracy", "model_bytes")
            },
        }
        for name, trial in best.items()
    )
    others = [name for name in names if name != HANDED_IN]
    rival = max(others, key=lambda name: best[name].finished().metrics["final_val_accuracy"])
    return Results(
        metrics={
            "designs": len(names),
            "trials": len(found.trials),
            "val_samples": len(data.y_val),
            "handed_in_val_accuracy": best[HANDED_IN].finished().metrics["final_val_accuracy"],
            "rival_val_accuracy": best[rival].finished().metrics["final_val_accuracy"],
        },
        params={
            "handed_in_learning_rate": float(best[HANDED_IN].values["learning_rate"]),
            "rival": rival,
        },
        tables={"designs": table},
        arrays={
            "y_true": np.asarray(data.y_val),
            "y_pred_handed_in": best[HANDED_IN].finished().arrays["y_pred"],
            "y_pred_rival": best[rival].finished().arrays["y_pred"],
        },
        files={"tried.md": _in_words(table, found).encode()},
    )


def _in_words(table: "pd.DataFrame", found: Search) -> str:
    """Write the comparison for the README that is handed in, the most accurate design first."""
    table = table.sort_values("final_val_accuracy", ascending=False, kind="stable")
    intro = (
        f"{len(found.trials)} trainings, each design at its best of the same learning rates, with "
        "the same images, steps and seed. A design without something, or with a constant learning "
        f'rate, is otherwise that of "{HANDED_IN}", which is handed in.'
    )
    lines = [
        "| design | learning rate | training accuracy | validation accuracy | bytes |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {row.design} | {row.learning_rate:g} | {row.final_train_accuracy:.3f} "
            f"| {row.final_val_accuracy:.3f} | {row.model_bytes:,.0f} |"
            for row in table.itertuples()
        ),
    ]
    return "\n".join(["## What was tried", "", intro, "", *lines, ""])
