"""Results of an autoencoder and a linear code on the test images."""

import numpy as np
from numpy.typing import NDArray

from lib import metrics
from lib.data import Split, denormalize, normalize
from lib.tracking import Results

SHOWN_TEST = 8  # random samples whose reconstructions are shown


def some(count: int, number: int, seed: int) -> tuple[int, ...]:
    """Draw the positions of some random samples."""
    drawn = np.random.default_rng(seed).choice(count, number, replace=False)
    return tuple(int(at) for at in drawn)


def measure(
    data: Split,
    reconstructed: NDArray[np.float32],
    linear: NDArray[np.float32],
    *,
    seed: int,
) -> Results:
    """Measure the reconstructions of the test images.

    Args:
        data: includes the test images.
        reconstructed: (n_test, height, width, 1) in [0, 1], by the autoencoder.
        linear: likewise, by principal component analysis with a code of the same length.
        seed: seeds the bootstrap and the choice of the samples shown.
    """
    import pandas as pd

    unseen = normalize(data.x_test)
    errors = metrics.squared_errors(unseen, reconstructed)
    linear_errors = metrics.squared_errors(unseen, linear)
    interval = metrics.paired_bootstrap(errors, np.zeros_like(errors), seed=seed)
    classes = metrics.class_errors(errors, data.y_test, data.class_names)
    shown = list(some(len(errors), SHOWN_TEST, seed))
    names = np.array(data.class_names)[data.y_test[shown]]
    return Results(
        metrics={
            "test_reconstruction_error": float(errors.mean(dtype=np.float64)),
            "test_reconstruction_error_low": interval.low,
            "test_reconstruction_error_high": interval.high,
            "test_pca_reconstruction_error": float(linear_errors.mean(dtype=np.float64)),
            "test_detail_kept": metrics.detail_kept(unseen, reconstructed),
            "test_samples": len(errors),
            "shown": SHOWN_TEST,
        },
        params={
            "hardest_class": str(classes["class"].iloc[0]),
            "easiest_class": str(classes["class"].iloc[-1]),
        },
        tables={
            "classes": classes,
            "samples": pd.DataFrame(
                {"test_index": shown, "class": names, "test_reconstruction_error": errors[shown]}
            ),
        },
        arrays={
            "test_error": errors,
            "test_pca_error": linear_errors,
            "images": data.x_test[shown],
            "reconstructions": denormalize(reconstructed[shown]),
            "pca_reconstructions": denormalize(linear[shown]),
        },
    )
