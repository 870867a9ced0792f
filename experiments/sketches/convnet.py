"""How far does a convolutional network get that is too simple?

Source: the specification's network: two convolutions, the mean of each channel, a 1 x 1 convolution
to six scores. It publishes no accuracy.

Expect (seed 1, apple, bicycle, cat, diamond, eye, fish, full) batches of 200, a rate of 0.01, 5,750
steps and 0.859 on validation images: less than the dense network, since the mean forgets where a
pattern was; some 6 minutes on two cores.

    python -m experiments run sketches.convnet --classes apple,bicycle,cat,diamond,eye,fish
"""

from dataclasses import dataclass, replace
from itertools import product

from contract.names import Profile
from experiments.sketches import drawing
from experiments.sketches.data import ToPredict, load
from experiments.sketches.handin.main_convnet import too_simple_conv_net
from experiments.sketches.recipe import Recipe
from experiments.sketches.trainings import from_seeds, learn, searched, seeds_from
from lib.data import Split
from lib.tracking import Results, Study, TrialLog, Workers
from lib.training.precision import MIXED
from lib.tuning import evaluate_all

LONGEST = Recipe(steps=6_000, evaluate_every=250)  # tuning chooses where to stop


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    batch_sizes: tuple[int, ...] = (50, 100, 200)
    learning_rates: tuple[float, ...] = (3e-3, 1e-2, 3e-2)
    recipe: Recipe = LONGEST
    repetitions: int = 3


PROFILES = {
    Profile.SMOKE: Config((25, 50), (3e-2,), Recipe(steps=8, evaluate_every=4), repetitions=1),
    Profile.QUICK: Config((50, 100), recipe=replace(LONGEST, steps=2_000), repetitions=2),
    Profile.FULL: Config(),
}


def tuning(
    data: Split,
    *,
    seed: int,
    batch_sizes: tuple[int, ...],
    learning_rates: tuple[float, ...],
    recipe: Recipe,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train with each batch size and learning rate for the most steps, then choose all three.

    The learning rate is constant, so a training that is stopped early has taken the same steps as
    the beginning of a longer one: one training per pair measures every number of steps.
    """
    pairs = product(batch_sizes, learning_rates)
    found = evaluate_all(
        learn,
        [({"batch_size": size, "learning_rate": rate}, seed) for size, rate in pairs],
        objective="best_val_accuracy",
        trials=trials,
        workers=workers,
        data=data,
        recipe=recipe,
        build=too_simple_conv_net,
    )
    return searched(found, data)


def final(
    data: Split,
    *,
    to_predict: ToPredict,
    seeds: list[int],
    batch_size: int,
    learning_rate: float,
    steps: int,
    recipe: Recipe,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train as chosen from several seeds, and predict the test images."""
    return from_seeds(
        seeds,
        {"batch_size": batch_size, "learning_rate": learning_rate, "steps": steps},
        data=data,
        to_predict=to_predict,
        trials=trials,
        workers=workers,
        recipe=recipe,
        build=too_simple_conv_net,
        name="convnet",
    )


def run(study: Study) -> Results:
    """Choose batch size, learning rate and steps, then train and predict with them."""
    config, sketches = PROFILES[study.profile], load(study)
    tuned = study.stage(
        tuning, config, precision=MIXED, draw=drawing.pairs, data=sketches.labelled.without_test()
    ).params
    return study.stage(
        final,
        config,
        precision=MIXED,
        draw=drawing.training,
        data=sketches.labelled,
        to_predict=sketches.to_predict,
        seeds=seeds_from(study.seed, config.repetitions),
        batch_size=tuned["best_batch_size"],
        learning_rate=tuned["best_learning_rate"],
        steps=tuned["best_steps"],
    )
