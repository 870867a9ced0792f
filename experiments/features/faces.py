"""What does a variational autoencoder (VAE) of faces keep, and are paths between codes meaningful?

Source: Labeled Faces in the Wild (Huang et al., 2007); no figure is published for this task. PCA
with codes of the same length is the baseline: an error of 0.003 with 32 components at 32 x 32.

    python -m experiments run features.faces --profile full
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contract.names import Profile
from experiments.features import coded, drawn_faces, paths
from experiments.features.coded import Coding
from experiments.features.data import faces, small_faces
from lib import metrics, progress, training
from lib.data import Split, normalize
from lib.models import description, variational
from lib.models.classifier import compile_classifier
from lib.tracking import Results, Study, TrialLog, Workers
from lib.tuning import evaluate_all

if TYPE_CHECKING:
    import pandas as pd

SMALL = Coding(widths=(32, 64, 128), latent_dim=32, epochs=60, batch_size=32)
LARGE = Coding(widths=(32, 64, 128, 256), latent_dim=64, epochs=14, batch_size=64)


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    small: Coding = SMALL
    weights: tuple[float, ...] = (0.01, 0.02, 0.1, 0.5, 2.0)  # weights of the divergence
    large_side: int = 64
    large_train: int = 2_000  # training images in the quick profile
    large: Coding = LARGE
    judge_epochs: int = 8  # of the classifier that scores faces
    pairs: int = 200  # pairs of faces to interpolate between


PROFILES = {
    Profile.SMOKE: Config(
        small=Coding(widths=(4, 8), latent_dim=4, epochs=1, batch_size=32),
        weights=(0.02, 2.0),
        large_side=24,
        large=Coding(widths=(4, 8), latent_dim=4, epochs=1, batch_size=32),
        judge_epochs=1,
        pairs=8,
    ),
    Profile.QUICK: Config(
        small=Coding(widths=(32, 64, 128), latent_dim=32, epochs=14, batch_size=32),
        weights=(0.02, 0.1, 0.5, 2.0),
        large_train=1_000,
        large=Coding(widths=(32, 64, 128, 256), latent_dim=64, epochs=7, batch_size=32),
        judge_epochs=6,
        pairs=60,
    ),
    Profile.FULL: Config(),
}
GOOD = 0.0045  # mean squared error per pixel below which reconstructions count as faithful
SHOWN = 8  # faces shown in a row
PRIOR = (4, 10)  # rows and columns of faces from the prior


def weighting(
    data: Split,
    *,
    seed: int,
    coding: Coding,
    weights: Sequence[float],
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train one VAE per weight of the divergence, and validate each against PCA of equal length."""
    found = evaluate_all(
        coded.evaluate,
        [({"weight": weight}, seed) for weight in weights],
        objective="val_pixel_error",
        trials=trials,
        workers=workers,
        x_train=data.x_train,
        x_val=data.x_val,
        coding=vars(coding),
        shown=SHOWN,
    )
    from pandas import DataFrame

    rows, drawn = [], []
    for trial in found.trials:
        results = trial.finished()
        rows.append({**trial.values, **results.metrics})
        drawn.append(results.arrays["reconstructions"])
    table = DataFrame(rows).drop(columns="wall_time_seconds")
    by_pca = coded.by_pca(data.x_train, data.x_val, coding.latent_dim)
    good = table["val_pixel_error"] < GOOD
    return Results(
        metrics={
            "pca_val_pixel_error": float(by_pca.errors.mean()),
            "lowest_val_pixel_error": float(table["val_pixel_error"].min()),
            "good_weights": int(good.sum()),
            "train_samples": len(data.x_train),
            "val_samples": len(data.x_val),
            "good": GOOD,
            "collapsed": int((table["val_divergence"] < coded.COLLAPSED).sum()),
            "most_nats_of_a_collapsed_code": coded.COLLAPSED,
        },
        params={"best_weight": _chosen(table["weight"], good)},
        tables={"weights": table},
        arrays={
            "images": data.x_val[:SHOWN],
            "reconstructions": np.stack(drawn),
            "pca_reconstructions": by_pca.images[:SHOWN],
        },
    )


def _chosen(weights: "pd.Series[float]", good: "pd.Series[bool]") -> float:
    """Choose the largest weight with faithful reconstructions, or the smallest if none has."""
    return float(weights[good].max() if good.any() else weights.min())


def final_small(data: Split, *, seed: int, coding: Coding, weight: float) -> Results:
    """Train on the small set with the chosen weight, and test on people never trained on."""
    return _final(data, seed=seed, coding=coding, weight=weight)


def final(data: Split, *, seed: int, coding: Coding, weight: float) -> Results:
    """Train on the large set, test on people never trained on, and sample from the prior."""
    return _final(data, seed=seed, coding=coding, weight=weight)


def judge(data: Split, *, trained: Results, seed: int, coding: Coding, epochs: int) -> Results:
    """Train a small classifier of the two groups, on training photographs and reconstructions.

    It needs reconstructions because it will score decoded faces.
    """
    vae = coded.rebuild(trained, coding, data.x_train.shape[1])
    training.set_seed(seed)
    model = coded.judge(data.x_train.shape[1])
    both = np.concatenate([data.x_train, coded.reconstruct(vae, data.x_train)])
    labels = np.concatenate([data.y_train, data.y_train])
    compile_classifier(model, learning_rate=1e-3)
    fitted = training.fit(
        model,
        both,
        labels,
        epochs=epochs,
        batch_size=64,
        seed=seed,
        validation=(data.x_val, data.y_val),
        on_epoch=progress.epoch,
    )
    scores = training.predict(model, data.x_val)[:, 0]
    drawn = training.predict(model, coded.reconstruct(vae, data.x_val))[:, 0]
    return Results(
        metrics={
            "val_accuracy_of_photographs": metrics.accuracy(data.y_val, (scores < 0.5).astype(int)),
            "val_accuracy_of_reconstructions": metrics.accuracy(
                data.y_val, (drawn < 0.5).astype(int)
            ),
            "val_share_of_larger": float(max(np.mean(data.y_val == 0), np.mean(data.y_val == 1))),
            "val_samples": len(data.y_val),
        },
        curves={f"judge_{name}": curve for name, curve in fitted.curves.items()},
        files={coded.WEIGHTS: training.weights_to_bytes(model)},
    )


def interpolation(
    data: Split, *, trained: Results, judged: Results, seed: int, coding: Coding, pairs: int
) -> Results:
    """Interpolate between codes of test people, by pair and by group mean, and score each step."""
    from pandas import DataFrame

    side = data.x_test.shape[1]
    vae = coded.rebuild(trained, coding, side)
    judge_model = coded.judge(side)
    training.load_weights(judge_model, judged.files[coded.WEIGHTS])
    codes = coded.encode(vae, data.x_test)[0]
    walk = paths.between_pairs(data.y_test, pairs, seed)
    singles = paths.walk(vae, codes[walk[:, 0]], codes[walk[:, 1]])  # (pairs, steps, ...)
    means = [codes[data.y_test == group].mean(axis=0)[None] for group in (0, 1)]
    groups = paths.walk(vae, means[0], means[1])
    scores = paths.scores(judge_model, singles)
    group_scores = paths.scores(judge_model, groups)[0]
    table = DataFrame(
        {
            "share_of_first": paths.SHARES,
            "mean_score": scores.mean(axis=0),
            "score_of_groups": group_scores,
        }
    )
    return Results(
        metrics={
            "pairs": pairs,
            "rising_share": float(np.mean(paths.trend(scores) > 0)),
            "group_path_rises": int(np.all(np.diff(group_scores) > 0)),
            "first_people": int(np.sum(data.y_test == 0)),
            "second_people": int(np.sum(data.y_test == 1)),
        },
        params={"first": data.class_names[0], "second": data.class_names[1]},
        tables={"path": table},
        arrays={
            "faces": singles[:4],
            "face_scores": scores[:4],
            "group_faces": groups,
            "scores": scores,
            "scores_of_first": scores[:, -1],
            "scores_of_second": scores[:, 0],
        },
    )


def run(study: Study) -> None:
    """Choose the divergence's weight, train the small and large VAEs, and interpolate faces."""
    config = PROFILES[study.profile]
    small = small_faces(study.profile, study.seed)
    large = faces(study.profile, study.seed, config.large_side, config.large_train)
    weighed = study.stage(
        weighting,
        config,
        draw=drawn_faces.weights,
        data=small.without_test(),
        coding=config.small,
    )
    weight = float(weighed.params["best_weight"])
    study.stage(
        final_small,
        config,
        draw=drawn_faces.reconstructions,
        data=small,
        coding=config.small,
        weight=weight,
    )
    # Keeps the weight relative to the error per pixel: a larger image has more pixels.
    larger = weight * (config.large_side / small.x_train.shape[1]) ** 2
    trained = study.stage(
        final,
        config,
        draw=drawn_faces.large_network,
        data=large,
        coding=config.large,
        weight=larger,
    )
    judged = study.stage(
        judge,
        config,
        data=large.without_test(),
        trained=trained,
        coding=config.large,
        epochs=config.judge_epochs,
    )
    study.stage(
        interpolation,
        config,
        draw=drawn_faces.paths,
        data=large,
        trained=trained,
        judged=judged,
        coding=config.large,
    )


def _final(data: Split, *, seed: int, coding: Coding, weight: float) -> Results:
    model, fitted = coded.train(
        data.x_train, data.x_val, coding=coding, weight=weight, seed=seed, shown=True
    )
    mean, log_variance = coded.encode(model, data.x_test)
    drawn = coded.reconstruct(model, data.x_test)
    errors = metrics.squared_errors(normalize(data.x_test), normalize(drawn))
    by_pca = coded.by_pca(data.x_train, data.x_test, coding.latent_dim)
    nats = variational.divergence(mean, log_variance)
    generator = np.random.default_rng(seed)
    codes = generator.standard_normal((PRIOR[0] * PRIOR[1], coding.latent_dim)).astype(np.float32)
    shown = generator.choice(len(data.x_test), SHOWN, replace=False)
    sampled = coded.decode(model, codes)
    return Results(
        metrics={
            "test_pixel_error": float(errors.mean()),
            "pca_test_pixel_error": float(by_pca.errors.mean()),
            "test_divergence": float(nats.sum(axis=1).mean()),
            "test_summed_error": float(errors.mean() * data.x_test[0].size),
            "active_units": variational.active_units(mean),
            "units": coding.latent_dim,
            "parameters": model.count_params(),
            "train_samples": len(data.x_train),
            "test_samples": len(data.x_test),
        },
        curves=fitted.curves,
        tables={"layers": description.layer_table(model)},
        arrays={
            "errors": errors,
            "pca_errors": by_pca.errors,
            "images": data.x_test[shown],
            "reconstructions": drawn[shown],
            "pca_reconstructions": by_pca.images[shown],
            "prior": sampled.reshape(*PRIOR, *sampled.shape[1:]),
            "unit_nats": np.sort(nats.mean(axis=0))[::-1],
        },
        files={coded.WEIGHTS: training.weights_to_bytes(model)},
    )
