"""How much noise can a convolutional autoencoder remove from a letter, and is its code useful?

Source: the specification's denoising autoencoder, layer by layer: convolutions with 32, 64 and 128
filters with two poolings between them, then the reverse. A median filter is the baseline.

Expect (seed 1, quick) images with noise of standard deviation 0.5 to improve from 9.4 dB to
16.7 dB, with the median filter to 13.5 dB; two minutes of processor time.

    python -m experiments run transfer.denoising --profile full
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contract.names import Profile
from experiments.transfer import lettering
from experiments.transfer.data import letters
from lib import metrics, training
from lib.data import Split, denormalize, normalize
from lib.data.split import Images
from lib.models import description
from lib.tracking import Results, StageError, Study, TrialLog, Workers
from lib.training.precision import MIXED
from lib.tuning import Trial, evaluate_all

if TYPE_CHECKING:
    import keras

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    filters: tuple[int, int, int] = (32, 64, 128)
    batch_size: int = 128
    levels: tuple[float, ...] = (0.1, 0.3, 0.5)  # standard deviations, for pixels in [0, 1]
    learning_rates: tuple[float, ...] = (1e-3, 3e-3)
    tuning_epochs: int = 3
    max_epochs: int = 15
    patience: int = 3


PROFILES = {
    Profile.SMOKE: Config(
        filters=(2, 4, 8), levels=(0.1, 0.5), learning_rates=(3e-3,), tuning_epochs=1, max_epochs=2
    ),
    Profile.QUICK: Config(tuning_epochs=1, max_epochs=5),
    Profile.FULL: Config(),
}
WINDOWS = (3, 5)  # sides of the median filter that validation chooses from
KINDS = ("noisy", "denoised", "median")  # the images compared with the clean ones
SHOWN = 8  # random test images that are shown


def build(filters: Sequence[int], image_shape: tuple[int, int, int] = (28, 28, 1)) -> "keras.Model":
    """Build the autoencoder, not compiled; seed first with `lib.training.set_seed`.

    Args:
        filters: filters of the encoder's three convolutions; the decoder mirrors them.
        image_shape: height, width, channels; the sides are multiples of 4.

    Returns:
        Model from (n, height, width, channels) float32 in [0, 1] to the same shape.

    Raises:
        ValueError: a side is not a multiple of 4, so the output would have a different shape.
    """
    import keras
    from keras import layers

    if image_shape[0] % 4 or image_shape[1] % 4:
        raise ValueError(f"Expected sides that are multiples of 4. Received: {image_shape=}")
    first, second, third = filters
    image = keras.Input(image_shape, name="image")
    same: dict[str, Any] = {"padding": "same", "activation": "relu"}
    x = layers.Conv2D(first, 3, **same, name="encoder_1")(image)
    x = layers.MaxPooling2D(2, name="down_1")(x)
    x = layers.Conv2D(second, 3, **same, name="encoder_2")(x)
    x = layers.MaxPooling2D(2, name="down_2")(x)
    x = layers.Conv2D(third, 3, **same, name="code")(x)
    x = layers.Conv2D(third, 3, **same, name="decoder_1")(x)
    x = layers.UpSampling2D(2, name="up_1")(x)
    x = layers.Conv2D(second, 3, **same, name="decoder_2")(x)
    x = layers.UpSampling2D(2, name="up_2")(x)
    x = layers.Conv2D(
        image_shape[2], 3, padding="same", activation="sigmoid", dtype="float32", name="drawn"
    )(x)
    return keras.Model(image, x, name="denoiser")


def noisy(images: Images, level: float, seed: int, part: int) -> Floats:
    """Scale images to [0, 1], add normal noise, and clip to that range.

    Args:
        images: (n, height, width) uint8.
        level: standard deviation of the noise.
        seed: the same seed and part give the same noise.
        part: number of the part; no two parts share their noise.

    Returns:
        (n, height, width, 1) float32 in [0, 1].
    """
    generator = np.random.default_rng((seed, part, round(1000 * level)))
    clean = normalize(images)
    drawn = clean + generator.normal(0, level, clean.shape).astype(np.float32)
    return np.clip(drawn, 0, 1, dtype=np.float32)


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,
    filters: Sequence[int],
    data: Split,
    batch_size: int,
    max_epochs: int,
    patience: int,
) -> Results:
    """Run one trial: train to reconstruct clean images from noisy ones.

    Args:
        values: `noise` and `learning_rate`.
        seed: seeds the noise, the weights and the order of the samples.
        filters: see `build`.
        data: images (n, 28, 28); test images, if there are any, are denoised at the end.
        batch_size: samples per step.
        max_epochs: most epochs; EarlyStopping may end sooner.
        patience: epochs to wait for a lower validation loss.
    """
    import keras

    training.set_seed(seed)
    model = build(filters, (*data.x_train.shape[1:3], 1))
    model.compile(
        optimizer=keras.optimizers.Adam(values["learning_rate"]),
        loss="mean_squared_error",
        jit_compile=False,  # XLA is slower here on a CPU
    )
    level = values["noise"]
    noisy_val = noisy(data.x_val, level, seed, 1)
    fitted = training.fit(
        model,
        noisy(data.x_train, level, seed, 0),
        data.x_train,
        epochs=max_epochs,
        batch_size=batch_size,
        seed=seed,
        validation=(noisy_val, data.x_val),
        patience=patience,
    )
    measured = {"best_val_loss": fitted.best["val_loss"], "best_epoch": fitted.best_epoch or 0}
    if not len(data.x_test):
        return Results(metrics=measured, curves=fitted.curves)
    window = min(WINDOWS, key=lambda side: _error(data.x_val, median(noisy_val, side)))
    noisy_test = noisy(data.x_test, level, seed, 2)
    drawn = {
        "noisy": noisy_test,
        "denoised": training.predict(model, noisy_test),
        "median": median(noisy_test, window),
    }
    return Results(
        metrics={**measured, "window": window},
        curves=fitted.curves,
        arrays={name: each.astype(np.float32) for name, each in drawn.items()},
    )


def median(images: Floats, side: int) -> Floats:
    """Replace each pixel by the median of the square around it: the baseline."""
    from scipy.ndimage import median_filter

    return median_filter(images, size=(1, side, side, 1), mode="nearest")


def network(*, filters: Sequence[int], seed: int) -> Results:
    """Build the network, and check that its output has the shape of its input.

    Raises:
        StageError: the output has a different shape from the input.
    """
    training.set_seed(seed)
    model = build(filters)
    taken, given = tuple(model.input_shape[1:]), tuple(model.output_shape[1:])
    if taken != given:
        raise StageError(f"Expected an output of shape {taken}. Received: {given}")
    code = model.get_layer("code").output.shape[1:]
    table = description.layer_table(model)
    table["numbers"] = [
        int(np.prod([int(n) for n in s.split(" × ")])) for s in table["output_shape"]
    ]
    return Results(
        metrics={
            "pixels": int(np.prod(taken)),
            "code_numbers": int(np.prod(code)),
            "code_side": int(code[0]),
            "code_features": int(code[2]),
            "side": int(taken[0]),
            "parameters": model.count_params(),
            "same_shape": int(taken == given),
        },
        tables={"layers": table},
        files={"summary.txt": description.architecture(model).encode()},
    )


def tuning(
    data: Split,
    *,
    seed: int,
    learning_rates: Sequence[float],
    level: float,
    filters: Sequence[int],
    batch_size: int,
    max_epochs: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Choose the learning rate at one level of noise."""
    found = evaluate_all(
        evaluate,
        [({"noise": level, "learning_rate": rate}, seed) for rate in learning_rates],
        objective="best_val_loss",
        trials=trials,
        workers=workers,
        filters=tuple(filters),
        data=data,
        batch_size=batch_size,
        max_epochs=max_epochs,
        patience=max_epochs,
    )
    return Results(
        metrics={
            "best_val_loss": found.best.measured("best_val_loss") or 0.0,
            "trials": len(found.trials),
        },
        params={"best_learning_rate": found.best.values["learning_rate"]},
        tables={"trials": found.table()},
    )


def final(
    data: Split,
    *,
    seed: int,
    learning_rate: float,
    levels: Sequence[float],
    filters: Sequence[int],
    batch_size: int,
    max_epochs: int,
    patience: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train a network for each noise level, and denoise the test images."""
    import pandas as pd

    found = evaluate_all(
        evaluate,
        [({"noise": level, "learning_rate": learning_rate}, seed) for level in levels],
        objective="best_val_loss",
        trials=trials,
        workers=workers,
        filters=tuple(filters),
        data=data,
        batch_size=batch_size,
        max_epochs=max_epochs,
        patience=patience,
    )
    shown = np.random.default_rng(seed).choice(len(data.x_test), SHOWN, replace=False)
    rows: list[dict[str, Any]] = []
    arrays: dict[str, NDArray[Any]] = {"images": data.x_test[shown]}
    for number, trial in enumerate(found.trials, start=1):
        drawn = trial.finished().arrays
        errors = {
            kind: metrics.squared_errors(normalize(data.x_test), drawn[kind]) for kind in KINDS
        }
        rows.append(_level(trial, errors))
        arrays |= {f"{kind}_error_{number}": errors[kind] for kind in KINDS}
        arrays |= {f"{kind}_{number}": denormalize(drawn[kind][shown]) for kind in KINDS}
    return Results(
        metrics={"test_samples": len(data.x_test), "train_samples": len(data.x_train)},
        tables={"levels": pd.DataFrame(rows)},
        arrays={**arrays, **{f"{kind}_error_last": errors[kind] for kind in KINDS[1:]}},
    )


def _level(trial: Trial, errors: Mapping[str, Floats]) -> dict[str, Any]:
    """Build the row of a noise level from the squared errors of each kind of image."""
    measured = trial.finished().metrics
    row = {
        "noise": trial.values["noise"],
        "best_epoch": int(measured["best_epoch"]),
        "window": int(measured["window"]),
    }
    for kind, each in errors.items():
        row[f"test_{kind}_error"] = float(each.mean(dtype=np.float64))
        row[f"test_{kind}_psnr"] = metrics.psnr(each)
    return row


def _error(images: Images, drawn: Floats) -> float:
    return float(metrics.squared_errors(normalize(images), drawn).mean(dtype=np.float64))


def run(study: Study) -> Results:
    """Build the network, choose its learning rate, and denoise letters at each noise level."""
    config = PROFILES[study.profile]
    data = letters(study.profile, study.seed)
    study.stage(network, config)
    tuned = study.stage(
        tuning,
        config,
        precision=MIXED,
        data=data.without_test(),
        level=config.levels[len(config.levels) // 2],
        max_epochs=config.tuning_epochs,
    )
    return study.stage(
        final,
        config,
        precision=MIXED,
        draw=lettering.denoised,
        data=data,
        learning_rate=tuned.params["best_learning_rate"],
    )
