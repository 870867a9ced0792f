"""How short may a code be from which an image of clothes can still be drawn again?

Source: autoencoders as Hinton and Salakhutdinov (Science, 2006) compare them with principal
component analysis (PCA), here convolutional and with codes of 4 x 4 positions.

Networks are trained in float32: mixed precision saves a tenth of the time here and seems to cost
0.7 % of the error, see docs/benchmarks.md.

Expect (seed 1, full) a validation error of 0.0019 with 32 features at each position and of 0.0065
with 4, where PCA has 0.0006 and 0.0104; 12 to be kept, with a test error of 0.0027 (PCA 0.0043);
some 40 minutes on two cores.

    python -m experiments run fashion.encoding --profile full
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from contract.names import Profile
from experiments.fashion import compression, drawing, reconstruction, sizes
from experiments.fashion.climbing import climb
from experiments.fashion.compression import WEIGHTS, array, error, evaluate, train
from experiments.fashion.data import load
from experiments.fashion.degradation import first_drop
from lib import metrics, progress, training
from lib.data import Split, denormalize, normalize
from lib.models import description
from lib.models.autoencoder import POSITIONS
from lib.projection import pca
from lib.tracking import Results, Study, TrialLog, Workers
from lib.tracking.results import Scalar
from lib.tuning import Rounds, Search


@dataclass(frozen=True)
class Config:
    """What the published run is made with; the profiles below say what they leave out."""

    batch_size: int = 64
    epochs: int = 10  # of every network but the final one
    final_epochs: int = 30
    initial_width: int = 16  # filters of the first convolution
    initial_learning_rate: float = 1e-3
    widths: tuple[int, ...] = (16, 24, 32)  # wider ones take longer than the study may
    learning_rates: tuple[float, ...] = (1e-3, 2e-3, 4e-3)
    latent_features: tuple[int, ...] = (32, 28, 24, 20, 16, 12, 8, 4)


PROFILES = {
    Profile.SMOKE: Config(
        batch_size=20,
        epochs=2,
        final_epochs=4,
        initial_width=4,
        initial_learning_rate=4e-3,
        widths=(4, 8),
        learning_rates=(4e-3,),
        latent_features=(8, 4),
    ),
    Profile.QUICK: Config(final_epochs=20, widths=(16, 24), latent_features=(32, 24, 16, 12, 8, 4)),
    Profile.FULL: Config(),
}
MARGINAL = 0.1  # of the first error: tuning ends with the round that gains less than this
DROP = 0.25  # of the error: a smaller code that costs more than this costs too much
SHOWN_VAL = 4  # random validation samples whose reconstructions are shown
EXPERIMENTS = Path(__file__).resolve().parents[1]  # the folder above the study's package


def initial(
    data: Split,
    *,
    seed: int,
    latent_features: int,
    width: int,
    learning_rate: float,
    epochs: int,
    batch_size: int,
) -> Results:
    """Train a first autoencoder with the longest code, and keep its curves."""
    unseen = normalize(data.x_val)
    model, fitted = train(
        normalize(data.x_train),
        latent_features=latent_features,
        width=width,
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        unseen=unseen,
        on_epoch=progress.epoch,
    )
    errors = metrics.squared_errors(unseen, training.predict(model, unseen))
    return Results(
        metrics={
            "val_reconstruction_error": float(errors.mean(dtype=np.float64)),
            "final_train_loss": fitted.curves["train_loss"][-1],
            "latent_dim": POSITIONS**2 * latent_features,
            "parameters": model.count_params(),
            "val_samples": len(unseen),
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
    latent_features: int,
    start: Mapping[str, Scalar],
    ladders: Mapping[str, Sequence[Scalar]],
    epochs: int,
    batch_size: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Climb: try a step on each ladder from the best so far, until a round gains next to nothing.

    All trials start from one seed, so that they differ by their settings alone.
    """
    with Rounds(
        evaluate,
        objective="val_reconstruction_error",
        trials=trials,
        workers=workers,
        at_most=math.prod(len(ladder) for ladder in ladders.values()),
        x_train=data.x_train,
        x_val=data.x_val,
        batch_size=batch_size,
        epochs=epochs,
        shown=(),
    ) as tries:
        fixed = {"latent_features": latent_features}
        way = climb(tries, start, ladders, fixed=fixed, seed=seed, marginal=MARGINAL)
    found = tries.finish()
    table = _trials_table(found).assign(round=way.rounds)
    return Results(
        metrics={
            "initial_val_reconstruction_error": error(found.trials[0]),
            "val_reconstruction_error": error(way.best),
            "trials": len(table),
            "rounds": way.rounds[-1],
            "last_gain": way.gain,
            "val_samples": len(data.y_val),
        },
        params={
            **{f"best_{name}": way.best.values[name] for name in ladders},
            "marginal": MARGINAL,
        },
        tables={"trials": table},
    )


def baseline(data: Split, *, latent_features: Sequence[int], shown: tuple[int, ...]) -> Results:
    """Measure what a linear code of each length can do: principal component analysis."""
    images, unseen = normalize(data.x_train), normalize(data.x_val)
    lengths = [POSITIONS**2 * features for features in latent_features]
    errors, drawn, rows = [], [], []
    for length, reconstructed in pca.reconstructions(images, unseen, lengths):
        errors.append(metrics.squared_errors(unseen, reconstructed))
        drawn.append(denormalize(reconstructed[list(shown)]))
        rows.append((length, errors[-1].mean(dtype=np.float64)))
    table = pd.DataFrame(rows, columns=["latent_dim", "val_reconstruction_error"])
    table.insert(0, "latent_features", list(latent_features))
    return Results(
        metrics={"val_samples": len(unseen)},
        tables={"sizes": table},
        arrays={"val_error": np.array(errors), "reconstructions": np.array(drawn)},
    )


def shrink(
    data: Split,
    *,
    seed: int,
    linear: Results,
    latent_features: Sequence[int],
    width: int,
    learning_rate: float,
    learning_rates: Sequence[float],
    epochs: int,
    batch_size: int,
    shown: tuple[int, ...],
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train one autoencoder a size, and find the size after which the error rises too much.

    Each size is trained with the settings that were tuned for the longest code. Only where its
    error then rises by more than `DROP` over the size before is its learning rate tuned again, so
    that nothing is blamed on the code's size that its settings are to blame for.
    """
    ladder = {"learning_rate": learning_rates}
    settings = {"width": width, "learning_rate": learning_rate}
    with Rounds(
        evaluate,
        objective="val_reconstruction_error",
        trials=trials,
        workers=workers,
        at_most=3 * len(latent_features),
        x_train=data.x_train,
        x_val=data.x_val,
        batch_size=batch_size,
        epochs=epochs,
        shown=shown,
    ) as tries:
        points = [{"latent_features": features, **settings} for features in latent_features]
        best, tuned_again = sizes.train_each(tries, points, ladder, seed=seed, threshold=DROP)
    all_trials = _trials_table(tries.finish())
    per_image = [array(trial, "val_error") for trial in best]
    drop = first_drop(per_image, threshold=DROP, seed=seed)
    table = sizes.tabulate(best, linear, tuned_again, drop)
    summary = sizes.summarize(table, drop)
    return Results(
        metrics={**summary.metrics, "val_samples": len(data.y_val)},
        params={**summary.params, "drop": DROP},
        tables={"sizes": table, "trials": all_trials},
        arrays={
            "largest_error": per_image[0],
            "largest_pca_error": linear.arrays["val_error"][0],
            "smallest_error": per_image[-1],
            "smallest_pca_error": linear.arrays["val_error"][-1],
            "images": data.x_val[list(shown)],
            "reconstructions": np.array([array(trial, "reconstructions") for trial in best]),
            "pca_reconstructions": linear.arrays["reconstructions"][-1],
        },
    )


def final(
    data: Split,
    *,
    seed: int,
    latent_features: int,
    width: int,
    learning_rate: float,
    epochs: int,
    batch_size: int,
) -> Results:
    """Train the size before the drop on all training data, validation included, and test it once.

    Of this experiment, this stage alone measures on the test set; nothing is chosen after it.
    """
    whole = data.with_complete_training()
    images, unseen = normalize(whole.x_train), normalize(data.x_test)
    settings: dict[str, Any] = {
        "latent_features": latent_features,
        "width": width,
        "learning_rate": learning_rate,
    }
    schedule: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size, "seed": seed}
    model, fitted = train(images, **settings, **schedule, on_epoch=progress.epoch)
    reconstructed = training.predict(model, unseen)
    length = POSITIONS**2 * latent_features
    (_, linear), *_ = pca.reconstructions(images, unseen, [length])
    tested = reconstruction.measure(data, reconstructed, linear, seed=seed)
    return Results(
        metrics={
            **tested.metrics,
            "latent_dim": length,
            "pixels": images[0].size,
            "train_samples": len(images),
            "final_train_loss": fitted.curves["train_loss"][-1],
            "parameters": model.count_params(),
        },
        curves=fitted.curves,
        models={"autoencoder": model},
        params=tested.params,
        tables={"layers": description.layer_table(model), **tested.tables},
        arrays=tested.arrays,
        files=compression.files(model, whole, settings=settings, **schedule),
    )


def _trials_table(found: Search) -> pd.DataFrame:
    """Tabulate trials that all train for as long and are judged after their last epoch."""
    return found.table().drop(columns="best_epoch")


def run(study: Study) -> Results:
    """Train, tune, shrink the code until it costs too much, and conclude with the size before."""
    config = PROFILES[study.profile]
    data = load(study.profile, study.seed).sample
    unseen = data.without_test()
    shown = reconstruction.some(len(unseen.y_val), SHOWN_VAL, study.seed)
    most = config.latent_features[0]
    start = {"width": config.initial_width, "learning_rate": config.initial_learning_rate}
    length = {"epochs": config.epochs, "batch_size": config.batch_size}
    side_by_side = {"trials": study.trials, "workers": study.workers}
    study.stage(
        initial,
        draw=drawing.first_autoencoder,
        data=unseen,
        seed=study.seed,
        latent_features=most,
        **start,
        **length,
    )
    tuned = study.stage(
        tuning,
        draw=drawing.climb,
        data=unseen,
        seed=study.seed,
        latent_features=most,
        start=start,
        ladders={"width": config.widths, "learning_rate": config.learning_rates},
        **length,
        **side_by_side,
    )
    linear = study.stage(baseline, data=unseen, latent_features=config.latent_features, shown=shown)
    shrunk = study.stage(
        shrink,
        draw=drawing.sizes,
        data=unseen,
        seed=study.seed,
        linear=linear,
        latent_features=config.latent_features,
        width=tuned.params["best_width"],
        learning_rate=tuned.params["best_learning_rate"],
        learning_rates=config.learning_rates,
        shown=shown,
        **length,
        **side_by_side,
    )
    trained = study.stage(
        final,
        draw=drawing.reconstructions,
        data=data,
        seed=study.seed,
        latent_features=shrunk.params["best_latent_features"],
        width=tuned.params["best_width"],
        learning_rate=shrunk.params["best_learning_rate"],
        epochs=config.final_epochs,
        batch_size=config.batch_size,
    )
    if study.profile is not Profile.SMOKE and not study.plan:
        copy = EXPERIMENTS / f"fashion.{study.profile}.{WEIGHTS}"
        copy.write_bytes(trained.files[WEIGHTS])
    return trained
