"""How far does a network of two dense layers get when only its learning rate is chosen?

Source: the specification's network, 784-100-6 with ReLU, and its settings, 2,000 steps of 100
images; it calls 0.80 a good validation accuracy on the six fruits.

Expect (seed 1, apple, bicycle, cat, diamond, eye, fish) a rate of 0.003 and a validation accuracy
of 0.896; a minute.

    python -m experiments run sketches.densenet --classes apple,bicycle,cat,diamond,eye,fish
"""

from dataclasses import dataclass

from contract.names import Profile
from experiments.sketches import drawing
from experiments.sketches.data import ToPredict, load
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.recipe import PUBLISHED, Recipe
from experiments.sketches.trainings import from_seeds, learn, searched, seeds_from
from lib.data import Split
from lib.tracking import Results, Study, TrialLog, Workers
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
        build=two_layer_dense_net,
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
    return from_seeds(
        seeds,
        {"learning_rate": learning_rate},
        data=data,
        to_predict=to_predict,
        trials=trials,
        workers=workers,
        recipe=recipe,
        build=two_layer_dense_net,
        name="densenet",
    )


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
