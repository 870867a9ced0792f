"""Support vector machines on pixels, on codes of the autoencoder and on codes of PCA."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib import metrics, progress
from lib.data.split import Labels
from lib.tracking import Results

Inputs = NDArray[np.float32]
REPRESENTATIONS = ("pixels", "codes", "pca")
KERNELS = ("linear", "rbf")
WRITTEN = {"pixels": "pixels", "codes": "codes", "pca": "PCA"}


def principal(x_train: Inputs, unseen: Inputs, length: int) -> tuple[Inputs, Inputs]:
    """Project training and other images on the training images' first principal components."""
    from sklearn.decomposition import PCA

    pca = PCA(length, svd_solver="covariance_eigh").fit(x_train)
    train, other = (pca.transform(each).astype(np.float32) for each in (x_train, unseen))
    return train, other


def scaled(train: Inputs, unseen: Inputs) -> tuple[Inputs, Inputs]:
    """Centre each feature, and divide all by one number, so that C means the same for all inputs.

    Pixels that hardly vary stay small; scaling each on its own would enlarge them.
    """
    middle, spread = train.mean(axis=0), np.float32(train.std())
    return (train - middle) / spread, (unseen - middle) / spread


def machine(kernel: str, c: float) -> Any:
    """Make a support vector machine."""
    from sklearn.svm import SVC

    return SVC(C=c, kernel=kernel, gamma="scale")


def evaluate(
    values: Mapping[str, Any],
    *,
    seed: int,  # noqa: ARG001  # a machine has no randomness, but every trial has a seed
    inputs: Mapping[str, tuple[Inputs, Inputs]],
    y_train: Labels,
    y_val: Labels,
) -> Results:
    """Run one trial: fit an SVM, and measure it on the validation images.

    Args:
        values: `representation`, `kernel` and `c`.
        seed: unused; every trial has one.
        inputs: by representation, for the training and the validation images.
        y_train: labels.
        y_val: labels.
    """
    train, val = (np.asarray(each) for each in inputs[values["representation"]])
    fitted = machine(values["kernel"], values["c"]).fit(train, y_train)
    return Results(metrics={"val_accuracy": metrics.accuracy(y_val, fitted.predict(val))})


def test(
    inputs: Mapping[str, tuple[Inputs, Inputs]],
    y_train: Labels,
    y_test: Labels,
    best: Mapping[str, float],
) -> Results:
    """Fit one SVM after the other on all training images, and test and time each.

    Args:
        inputs: by representation, for the training and the test images.
        y_train: labels.
        y_test: labels.
        best: the parameter C of each representation and kernel, by `REPRESENTATION_KERNEL`.
    """
    import pandas as pd

    rows, predicted = [], {}
    pairs = [(name, kernel) for name in REPRESENTATIONS for kernel in KERNELS]
    for number, (name, kernel) in enumerate(pairs, start=1):
        train, unseen = (np.asarray(each) for each in inputs[name])
        key = f"{name}_{kernel}"
        started = time.perf_counter()
        fitted = machine(kernel, best[key]).fit(train, y_train)
        trained = time.perf_counter()
        predicted[key] = fitted.predict(unseen).astype(np.int64)
        ended = time.perf_counter()
        right = int(np.sum(predicted[key] == y_test))
        interval = metrics.wilson_interval(right, len(y_test))
        rows.append(
            {
                "inputs": WRITTEN[name],
                "kernel": kernel.upper() if kernel == "rbf" else kernel,
                "length": train.shape[1],
                "c": best[key],
                "test_accuracy": right / len(y_test),
                "low": interval.low,
                "high": interval.high,
                "training_seconds": trained - started,
                "test_seconds": ended - trained,
                "support_vectors": int(fitted.n_support_.sum()),
            }
        )
        progress.trial(number, len(pairs), f"{name}, {kernel}")
    table = pd.DataFrame(rows)
    measured = {}
    for (name, kernel), row in zip(pairs, rows, strict=True):
        measured[f"test_{name}_{kernel}_accuracy"] = float(row["test_accuracy"])
        measured[f"{name}_{kernel}_seconds"] = float(row["training_seconds"] + row["test_seconds"])
    return Results(
        metrics=measured,
        tables={"machines": table},
        arrays={f"y_pred_{key}": labels for key, labels in predicted.items()},
    )
