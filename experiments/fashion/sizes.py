"""The best autoencoder of each code size, compared with a linear code."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.fashion.compression import error, length
from experiments.fashion.degradation import Drop
from lib.tracking import Results
from lib.tracking.results import Scalar
from lib.tuning import Rounds, Trial, steps_away

if TYPE_CHECKING:
    import pandas as pd


def train_each(
    tries: Rounds,
    longest: Trial,
    points: Sequence[Mapping[str, Scalar]],
    ladder: Mapping[str, Sequence[Scalar]],
    *,
    seed: int,
    threshold: float,
) -> tuple[list[Trial], list[int]]:
    """Train each size, and tune it again if its error rises too much over the previous size.

    Args:
        tries: evaluates the points.
        longest: the trial of the largest size.
        points: settings of each smaller size, in descending order.
        ladder: the setting to tune again, with its values.
        seed: seed of every trial.
        threshold: relative rise of the error above which a size is tuned again.

    Returns:
        The best trial of each size, and the indices of the sizes that were tuned again.
    """
    best = [longest, *tries.run([(point, seed) for point in points])]
    errors = [error(trial) for trial in best]
    doubtful = [at for at in range(1, len(best)) if errors[at] / errors[at - 1] - 1 > threshold]
    again = [(at, step) for at in doubtful for step in steps_away(ladder, points[at - 1])]
    trials = tries.run([(step, seed) for _, step in again])
    for (at, _), trial in zip(again, trials, strict=True):
        best[at] = min(best[at], trial, key=error)
    return best, doubtful


def tabulate(
    best: Sequence[Trial], linear: Results, tuned_again: Sequence[int], drop: Drop
) -> "pd.DataFrame":
    """Tabulate the sizes, one row each, with the linear code's error.

    Args:
        best: best trial of each size.
        linear: results of `encoding.baseline`.
        tuned_again: indices of the sizes that were tuned again.
        drop: where the error rises too much.
    """
    import pandas as pd

    table = pd.DataFrame(
        [
            {
                "latent_features": trial.values["latent_features"],
                "latent_dim": length(int(trial.values["latent_features"])),
                "learning_rate": trial.values["learning_rate"],
                "tuned_again": at in tuned_again,
                "val_reconstruction_error": error(trial),
                "val_detail_kept": trial.measured("val_detail_kept"),
            }
            for at, trial in enumerate(best)
        ]
    )
    table["pca_val_reconstruction_error"] = linear.tables["sizes"]["val_reconstruction_error"]
    table["rise"], table["rise_low"], table["rise_high"] = drop.rises, drop.lows, drop.highs
    return table


def summarize(table: "pd.DataFrame", drop: Drop) -> Results:
    """Summarize the errors, and name the size to keep.

    Args:
        table: rows from `tabulate`.
        drop: where the error rises too much.
    """
    errors, features = table["val_reconstruction_error"], table["latent_features"]
    wins = features[errors < table["pca_val_reconstruction_error"]]
    return Results(
        metrics={
            "sizes": len(table),
            "tuned_again": int(table["tuned_again"].sum()),
            "largest_val_reconstruction_error": float(errors.iloc[0]),
            "smallest_val_reconstruction_error": float(errors.iloc[-1]),
            "wins_over_pca": len(wins),
            "largest_win": float(wins.max()) if len(wins) else 0.0,
            "degraded": int(drop.found),
            "rise": drop.rises[drop.at],
            "rise_low": drop.lows[drop.at],
            "rise_high": drop.highs[drop.at],
        },
        params={
            "best_latent_features": int(features.iloc[drop.kept]),
            "best_learning_rate": float(table["learning_rate"].iloc[drop.kept]),
            "degraded_latent_features": int(features.iloc[drop.at]),
        },
    )


def arrays(best: Sequence[Trial], linear: Results) -> dict[str, NDArray[Any]]:
    """Collect each image's error with the longest and shortest codes, and the reconstructions.

    Args:
        best: best trial of each size.
        linear: results of `encoding.baseline`.

    Raises:
        StageError: a size failed.
    """
    return {
        "largest_error": best[0].finished().arrays["val_error"],
        "largest_pca_error": linear.arrays["val_error"][0],
        "smallest_error": best[-1].finished().arrays["val_error"],
        "smallest_pca_error": linear.arrays["val_error"][-1],
        "reconstructions": np.array([trial.finished().arrays["reconstructions"] for trial in best]),
        "pca_reconstructions": linear.arrays["reconstructions"][-1],
    }
