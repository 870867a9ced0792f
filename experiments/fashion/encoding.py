"""How short can a code be for images of clothes before reconstructions get much worse?

Source: autoencoders as Hinton and Salakhutdinov (Science, 2006) compare them with principal
component analysis (PCA), here convolutional and with codes of 4 x 4 positions.

Networks are trained in float32, and so were those of the figures below. Mixed precision would save
a ninth of the time and costs nothing that ten seeds of the quick profile show: the error is 0.1 %
lower (p = 0.58, see docs/benchmarks.md).

Measured (seed 1, full): a validation error of 0.0027 with 32 features at each position and of
0.0074 with 4 (PCA 0.0006 and 0.0104); 12 features are kept, with a test error of 0.0035 (PCA
0.0043).

    python -m experiments run fashion.encoding --profile full
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from contract.names import Profile
from experiments.fashion import compression, drawing, reconstruction, sizes
from experiments.fashion.climbing import climb
from experiments.fashion.compression import FILES, error, evaluate, train
from experiments.fashion.data import load
from experiments.fashion.degradation import first_drop
from lib import metrics, progress, training
from lib.data import Split, denormalize, normalize
from lib.models import description
from lib.projection import pca
from lib.tracking import Results, Study, TrialLog, Workers
from lib.tracking.results import Scalar
from lib.tuning import Rounds, Search, Trial

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Config:
    """The settings of the published run; other profiles do less."""

    batch_size: int = 64
    epochs: int = 7  # for every network except the final one
    final_epochs: int = 12
    initial_width: int = 16  # filters of the first convolution
    initial_learning_rate: float = 1e-3
    widths: tuple[int, ...] = (16, 24)  # wider networks would take too long
    learning_rates: tuple[float, ...] = (1e-3, 2e-3, 4e-3)
    latent_features: tuple[int, ...] = (32, 24, 20, 16, 12, 8, 4)


PROFILES = {
    Profile.SMOKE: Config(
        epochs=2,
        final_epochs=2,
        initial_width=4,
        initial_learning_rate=4e-3,
        widths=(4, 8),
        learning_rates=(4e-3,),
        latent_features=(8, 4),
    ),
    Profile.QUICK: Config(epochs=5, final_epochs=10, latent_features=(32, 24, 16, 12, 8, 4)),
    Profile.FULL: Config(),
}
MARGINAL = 0.1  # share of the initial error; tuning ends after a round that gains less
DROP = 0.25  # relative rise of the error above which a smaller code costs too much
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
            "latent_dim": compression.length(latent_features),
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
    shown: tuple[int, ...],
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Tune width and learning rate step by step, until a round gains almost nothing.

    All trials have the same seed, so they differ only in their settings. What `shrink` needs of
    the best one is kept, so that it is not trained again.
    """
    with Rounds(
        evaluate,
        objective="val_reconstruction_error",
        trials=trials,
        workers=workers,
        x_train=data.x_train,
        x_val=data.x_val,
        batch_size=batch_size,
        epochs=epochs,
        shown=shown,
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
            "val_detail_kept": way.best.finished().metrics["val_detail_kept"],
            "val_samples": len(data.y_val),
        },
        params={
            **{f"best_{name}": way.best.values[name] for name in ladders},
            "marginal": MARGINAL,
        },
        tables={"trials": table},
        arrays=way.best.finished().arrays,
    )


def baseline(data: Split, *, latent_features: Sequence[int], shown: tuple[int, ...]) -> Results:
    """Reconstruct with linear codes of each length, by principal component analysis."""
    import pandas as pd

    images, unseen = normalize(data.x_train), normalize(data.x_val)
    lengths = [compression.length(features) for features in latent_features]
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
    tuned: Results,
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
    """Train one autoencoder per code size, and find where the error rises too much.

    Each size is trained with the settings tuned for the longest code, whose own autoencoder is the
    best of `tuning`. If its error rises by more than `DROP` over the previous size, its learning
    rate is tuned again, so that bad settings are not mistaken for an effect of the size.
    """
    ladder = {"learning_rate": learning_rates}
    settings = {"width": width, "learning_rate": learning_rate}
    with Rounds(
        evaluate,
        objective="val_reconstruction_error",
        trials=trials,
        workers=workers,
        x_train=data.x_train,
        x_val=data.x_val,
        batch_size=batch_size,
        epochs=epochs,
        shown=shown,
    ) as tries:
        points = [{"latent_features": features, **settings} for features in latent_features]
        longest = Trial(0, points[0], seed, results=tuned)
        best, tuned_again = sizes.train_each(
            tries, longest, points[1:], ladder, seed=seed, threshold=DROP
        )
    all_trials = _trials_table(tries.finish())
    arrays = sizes.arrays(best, linear)
    drop = first_drop(
        [trial.finished().arrays["val_error"] for trial in best], threshold=DROP, seed=seed
    )
    table = sizes.tabulate(best, linear, tuned_again, drop)
    summary = sizes.summarize(table, drop)
    return Results(
        metrics={**summary.metrics, "val_samples": len(data.y_val)},
        params={**summary.params, "drop": DROP},
        tables={"sizes": table, "trials": all_trials},
        arrays={**arrays, "images": data.x_val[list(shown)]},
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
    """Train the size before the drop on all training and validation data, and test it once.

    No other stage of this experiment uses the test set; nothing is chosen after this one.
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
    length = compression.length(latent_features)
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


def _trials_table(found: Search) -> "pd.DataFrame":
    """Tabulate trials without `best_epoch`: all train for the same number of epochs."""
    return found.table().drop(columns="best_epoch")


def run(study: Study) -> Results:
    """Train, tune, shrink the code until the error rises too much, and test the previous size."""
    config = PROFILES[study.profile]
    data = load(study.profile, study.seed).sample
    unseen = data.without_test()
    shown = reconstruction.some(len(unseen.y_val), SHOWN_VAL, study.seed)
    most = config.latent_features[0]
    start = {"width": config.initial_width, "learning_rate": config.initial_learning_rate}
    study.stage(
        initial,
        config,
        draw=drawing.first_autoencoder,
        data=unseen,
        latent_features=most,
        **start,
    )
    tuned = study.stage(
        tuning,
        config,
        draw=drawing.climb,
        data=unseen,
        latent_features=most,
        start=start,
        ladders={"width": config.widths, "learning_rate": config.learning_rates},
        shown=shown,
    )
    best = {name: tuned.params[f"best_{name}"] for name in ("width", "learning_rate")}
    linear = study.stage(baseline, config, data=unseen, shown=shown)
    shrunk = study.stage(
        shrink,
        config,
        draw=drawing.sizes,
        data=unseen,
        tuned=tuned,
        linear=linear,
        **best,
        shown=shown,
    ).params
    trained = study.stage(
        final,
        config,
        draw=drawing.reconstructions,
        data=data,
        latent_features=shrunk["best_latent_features"],
        width=best["width"],
        learning_rate=shrunk["best_learning_rate"],
        epochs=config.final_epochs,
    )
    if study.profile is not Profile.SMOKE and not study.plan:
        copy = EXPERIMENTS / f"fashion.{study.profile}.{FILES.weights}"
        copy.write_bytes(trained.files[FILES.weights])
    return trained
