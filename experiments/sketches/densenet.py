"""How far does a network of two dense layers get when only its learning rate is chosen?

Source: the specification's network, 784-100-6 with ReLU, and its settings, 2,000 steps of 100
images; it calls 0.80 a good validation accuracy on the six fruits.

Expect (seed 1, apple, bicycle, cat, diamond, eye, fish) a rate of 0.003 and a validation accuracy
of 0.896; a minute.

    python -m experiments run sketches.densenet --classes apple,bicycle,cat,diamond,eye,fish
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.names import Profile
from experiments.sketches import drawing
from experiments.sketches.data import ToPredict, load
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.recipe import (
    PUBLISHED,
    Recipe,
    concluded,
    repeated,
    searched,
    seeds_from,
    tested,
    trained,
)
from lib.data import Split
from lib.tracking import Results, Study, TrialLog, Workers
from lib.training import set_seed
from lib.tuning import evaluate_all


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    learning_rates: tuple[float, ...] = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
    recipe: Recipe = PUBLISHED
    repetitions: int = 3


PROFILES = {
    Profile.SMOKE: Config((1e-3, 3e-3), Recipe(batch_size=50, steps=24, evaluate_every=8), 1),
    Profile.QUICK: Config(),
    Profile.FULL: Config(),
}


def learn(data: Split, recipe: Recipe, *, values: Mapping[str, Any], seed: int) -> Results:
    """Train the network at a learning rate, and measure it on the validation images."""
    set_seed(seed)
    rate = values["learning_rate"]
    return trained(two_layer_dense_net(), data, recipe, learning_rate=rate, seed=seed)


def learn_and_predict(
    data: Split, to_predict: ToPredict, recipe: Recipe, *, values: Mapping[str, Any], seed: int
) -> Results:
    """Train the network, and predict the test images."""
    set_seed(seed)
    model, rate = two_layer_dense_net(), values["learning_rate"]
    measured = trained(model, data, recipe, learning_rate=rate, seed=seed)
    return tested(
        two_layer_dense_net, model, measured, data=data, to_predict=to_predict, name="densenet"
    )


def tuning(
    data: Split,
    *,
    seed: int,
    learning_rates: tuple[float, ...],
    recipe: Recipe,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train at each learning rate, all else being equal, and choose the best."""
    found = evaluate_all(
        learn,
        [({"learning_rate": rate}, seed) for rate in learning_rates],
        objective="final_val_accuracy",
        trials=trials,
        workers=workers,
        data=data,
        recipe=recipe,
    )
    return searched(found, data)


def final(
    data: Split,
    *,
    to_predict: ToPredict,
    seeds: list[int],
    learning_rate: float,
    recipe: Recipe,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train with the best learning rate from several seeds, and predict the test images."""
    found = evaluate_all(
        learn_and_predict,
        repeated({"learning_rate": learning_rate}, seeds),
        objective="final_val_accuracy",
        trials=trials,
        workers=workers,
        data=data,
        to_predict=to_predict,
        recipe=recipe,
    )
    return concluded(found, data, to_predict)


def run(study: Study) -> Results:
    """Choose the learning rate, then train and predict with it."""
    config, sketches = PROFILES[study.profile], load(study)
    tuned = study.stage(tuning, config, data=sketches.labelled.without_test()).params
    return study.stage(
        final,
        config,
        draw=drawing.training,
        data=sketches.labelled,
        to_predict=sketches.to_predict,
        seeds=seeds_from(study.seed, config.repetitions),
        learning_rate=tuned["best_learning_rate"],
    )
