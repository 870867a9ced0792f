"""What does a code of 32 numbers keep of a letter, for the eye and for a classifier?

Source: the specification's shallow dense autoencoder of notMNIST. The data set's author reports
about 0.89 for logistic regression on codes of an autoencoder. Measured beforehand: an SVM with an
RBF kernel gets 0.916 on pixels and 0.910 on 32 principal components.

Expect (seed 1, quick) a test error of 0.0305 (PCA 0.0360) and, with an RBF kernel, an accuracy of
0.874 (0.852-0.893) on codes, in a tenth of the time that pixels take for 0.891 (0.870-0.909); a
minute.

    python -m experiments run transfer.codes --profile full
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contract.names import Profile
from experiments.transfer import dense, lettering, machines
from experiments.transfer.counting import counted
from experiments.transfer.data import letters
from experiments.transfer.machines import KERNELS, REPRESENTATIONS
from lib import metrics, progress, training
from lib.data import Split
from lib.models import description
from lib.projection import pca
from lib.tracking import Results, Study, TrialLog, Workers
from lib.tuning import evaluate_all


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    length: int = 32  # numbers in a code: more than 10 classes, fewer than 784 pixels
    lengths: tuple[int, ...] = (8, 16, 32, 64, 128)  # tried to see the effect of the length
    learning_rate: float = 2e-3
    batch_size: int = 64
    max_epochs: int = 60
    patience: int = 5
    cs: tuple[float, ...] = (0.1, 1.0, 10.0)  # C of the SVMs


PROFILES = {
    Profile.SMOKE: Config(lengths=(8, 32), max_epochs=2, cs=(1.0,)),
    Profile.QUICK: Config(max_epochs=30),
    Profile.FULL: Config(),
}
WEIGHTS = "autoencoder.weights.h5"
SHOWN = 10  # random test images whose codes and reconstructions are shown
SAMPLES_A_CLASS = 5  # samples shown of each letter


def explore(data: Split, *, seed: int) -> Results:
    """Count the letters and the duplicates that were removed, and look for more."""
    found = counted(data, samples=SAMPLES_A_CLASS, seed=seed)
    removed = {"removed_duplicates": len(data.left_out.get("duplicates", ()))}
    samples = found.arrays["samples"].swapaxes(0, 1)  # one column per letter
    return replace(found, metrics={**found.metrics, **removed}, arrays={"samples": samples})


def lengths(
    data: Split,
    *,
    seed: int,
    lengths: Sequence[int],
    learning_rate: float,
    batch_size: int,
    max_epochs: int,
    patience: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train an autoencoder for each code length, and compare it with PCA."""
    found = evaluate_all(
        dense.evaluate,
        [({"length": length}, seed) for length in lengths],
        objective="val_reconstruction_error",
        trials=trials,
        workers=workers,
        x_train=data.x_train,
        x_val=data.x_val,
        learning_rate=learning_rate,
        batch_size=batch_size,
        max_epochs=max_epochs,
        patience=patience,
    )
    images, unseen = dense.flat(data.x_train), dense.flat(data.x_val)
    linear = {
        length: float(metrics.squared_errors(unseen, drawn).mean(dtype=np.float64))
        for length, drawn in pca.reconstructions(images, unseen, lengths)
    }
    table = found.table()[["length", "val_reconstruction_error"]]
    table["best_epoch"] = [int(trial.measured("best_epoch") or 0) for trial in found.trials]
    table["pca_val_reconstruction_error"] = [linear[length] for length in table["length"]]
    table["dead_units"] = [int(trial.measured("dead_units") or 0) for trial in found.trials]
    return Results(metrics={"val_samples": len(unseen)}, tables={"lengths": table})


def autoencoder(
    data: Split,
    *,
    seed: int,
    length: int,
    learning_rate: float,
    batch_size: int,
    max_epochs: int,
    patience: int,
) -> Results:
    """Train the study's autoencoder, and keep its weights and curves."""
    training.set_seed(seed)
    images, unseen = dense.flat(data.x_train), dense.flat(data.x_val)
    models = dense.build(images.shape[1], length, learning_rate)
    fitted = dense.fit(
        models,
        images,
        unseen,
        batch_size=batch_size,
        max_epochs=max_epochs,
        patience=patience,
        seed=seed,
        on_epoch=progress.epoch,
    )
    codes = training.predict(models.encoder, images)
    return Results(
        metrics={
            "best_val_loss": fitted.best["val_loss"],
            "best_epoch": fitted.best_epoch or 0,
            "dead_units": dense.dead_units(codes),
            "encoder_bytes": dense.weight_bytes(models.encoder),
            "decoder_bytes": dense.weight_bytes(models.decoder),
            "parameters": models.autoencoder.count_params(),
            "train_samples": len(images),
            "val_samples": len(unseen),
        },
        curves=fitted.curves,
        params={"optimizer": "Adam", "loss": "mean squared error"},
        tables={
            name: description.layer_table(model)
            for name, model in (("encoder", models.encoder), ("decoder", models.decoder))
        },
        arrays={
            "codes_train": codes,
            "codes_val": training.predict(models.encoder, unseen),
        },
        files={WEIGHTS: lettering.bare_weights(models.autoencoder)},
        models={"encoder": models.encoder, "decoder": models.decoder},
    )


def selection(
    data: Split,
    *,
    trained: Results,
    seed: int,
    cs: Sequence[float],
    length: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Choose C for each kind of input and each kernel on the validation images."""
    images, unseen = dense.flat(data.x_train), dense.flat(data.x_val)
    inputs = {
        "pixels": machines.scaled(images, unseen),
        "codes": machines.scaled(trained.arrays["codes_train"], trained.arrays["codes_val"]),
        "pca": machines.scaled(*machines.principal(images, unseen, length)),
    }
    found = evaluate_all(
        machines.evaluate,
        [
            ({"representation": name, "kernel": kernel, "c": c}, seed)
            for name in REPRESENTATIONS
            for kernel in KERNELS
            for c in cs
        ],
        objective="val_accuracy",
        trials=trials,
        workers=workers,
        inputs=inputs,
        y_train=data.y_train,
        y_val=data.y_val,
    )
    table = found.table().drop(columns=["epochs_run", "best_epoch", "seed"])
    ranked = table.sort_values("val_accuracy", ascending=False, kind="stable")
    best = ranked.drop_duplicates(["representation", "kernel"])
    return Results(
        metrics={"val_samples": len(unseen), "trials": len(table)},
        params={
            f"best_{row['representation']}_{row['kernel']}_c": float(row["c"])
            for row in best.to_dict("records")
        },
        tables={"trials": table},
    )


def final(
    data: Split, *, trained: Results, best: Mapping[str, float], length: int, seed: int
) -> Results:
    """Reconstruct the test images, count the bytes that codes save, and test all SVMs.

    Args:
        data: includes the test images.
        trained: results of `autoencoder`.
        best: C of each SVM, see `machines.test`.
        length: numbers in a code.
        seed: seeds the choice of the images shown.
    """
    training.set_seed(seed)
    images, unseen = dense.flat(data.x_train), dense.flat(data.x_test)
    models = dense.build(images.shape[1], length, 1e-3)
    lettering.load_bare_weights(models.autoencoder, trained.files[WEIGHTS])
    codes = training.predict(models.encoder, unseen)
    drawn = training.predict(models.decoder, codes)
    rounded = training.predict(models.decoder, dense.in_bytes(codes))
    (_, linear), *_ = pca.reconstructions(images, unseen, [length])
    tested = machines.test(
        {
            "pixels": machines.scaled(images, unseen),
            "codes": machines.scaled(trained.arrays["codes_train"], codes),
            "pca": machines.scaled(*machines.principal(images, unseen, length)),
        },
        data.y_train,
        data.y_test,
        best,
    )
    shown = np.random.default_rng(seed).choice(len(unseen), SHOWN, replace=False)
    errors = metrics.squared_errors(unseen, drawn)
    return Results(
        metrics={
            **tested.metrics,
            "test_reconstruction_error": float(errors.mean(dtype=np.float64)),
            "test_rounded_error": float(
                metrics.squared_errors(unseen, rounded).mean(dtype=np.float64)
            ),
            "test_pca_error": float(metrics.squared_errors(unseen, linear).mean(dtype=np.float64)),
            **_sizes(data, trained, length),
            "test_samples": len(unseen),
            "train_samples": len(images),
        },
        tables=tested.tables,
        arrays={
            **tested.arrays,
            "y_true": data.y_test,
            "test_error": errors,
            "test_pca_squared_error": metrics.squared_errors(unseen, linear),
            "images": data.x_test[shown],
            "codes": lettering.code_pictures(codes[shown]),
            "reconstructions": lettering.pictures(drawn[shown], data.x_test.shape[1:]),
            "pca_reconstructions": lettering.pictures(linear[shown], data.x_test.shape[1:]),
        },
    )


def _sizes(data: Split, trained: Results, length: int) -> dict[str, float]:
    """Count the bytes of an image, of its code, and of the weights that reconstruct it."""
    image = data.x_test[0].size
    code = dense.BYTES * length
    both = trained.metrics["encoder_bytes"] + trained.metrics["decoder_bytes"]
    packed = float(np.mean([len(zlib.compress(each.tobytes(), 9)) for each in data.x_test]))
    return {
        "image_bytes": image,
        "code_bytes": code,
        "rounded_code_bytes": length,
        "zlib_bytes": packed,
        "weights_bytes": both,
        "images_to_pay": float(np.ceil(both / (image - length))),
    }


def run(study: Study) -> Results:
    """Look at the letters, encode them, and classify codes and pixels."""
    config = PROFILES[study.profile]
    data = letters(study.profile, study.seed)
    unseen = data.without_test()
    study.stage(explore, draw=lettering.samples, data=data)
    study.stage(lengths, config, draw=lettering.lengths, data=unseen)
    trained = study.stage(autoencoder, config, draw=lettering.curves, data=unseen)
    chosen = study.stage(selection, config, data=unseen, trained=trained).params
    best = {
        f"{name}_{kernel}": chosen[f"best_{name}_{kernel}_c"]
        for name in REPRESENTATIONS
        for kernel in KERNELS
    }
    return study.stage(
        final, config, draw=lettering.reconstructions, data=data, trained=trained, best=best
    )
