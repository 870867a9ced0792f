"""Random draws of 1,000 training and 1,000 test images, and small networks' results on each."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lib.data import Split, normalize
from lib.data.split import Images, Labels
from lib.data.stratified import hold_out
from lib.tuning import Search

if TYPE_CHECKING:
    from pandas import DataFrame

NETWORKS = ("LeNet", "own")


@dataclass(frozen=True)
class Draws:
    """Several small data sets, stacked.

    Attributes:
        x_train: (draws, n, 32, 32) uint8.
        y_train: (draws, n) labels.
        x_held: (draws, m, 32, 32) uint8, to evaluate on.
        y_held: (draws, m) labels.
    """

    x_train: Images
    y_train: Labels
    x_held: Images
    y_held: Labels

    def parts(self) -> dict[str, Any]:
        """Return the arrays by name, as arguments of `fitted.evaluate_small`."""
        return {part.name: getattr(self, part.name) for part in dataclasses.fields(self)}


def for_validation(data: Split, *, draws: int, size: int, held: int, seed: int) -> Draws:
    """Draw training images, and hold out some of each draw.

    Args:
        data: only the training images are used.
        draws: number of draws.
        size: images per draw.
        held: how many of them to hold out.
        seed: the same seed gives the same draws, also in `for_testing`.
    """
    parts = []
    for draw in range(draws):
        one = data.take(n_train=size, seed=_seed(seed, draw))
        out = hold_out(one.y_train, held, seed=_seed(seed, draw))
        x, y = one.x_train, one.y_train
        parts.append((x[~out], y[~out], x[out], y[out]))
    return Draws(*(np.stack(part) for part in zip(*parts, strict=True)))


def for_testing(data: Split, *, draws: int, size: int, seed: int) -> Draws:
    """Draw training images, and as many test images."""
    parts = []
    for draw in range(draws):
        one = data.take(n_train=size, n_test=size, seed=_seed(seed, draw))
        parts.append((one.x_train, one.y_train, one.x_test, one.y_test))
    return Draws(*(np.stack(part) for part in zip(*parts, strict=True)))


def _seed(seed: int, draw: int) -> int:
    return 1000 * seed + draw + 1


def points(arms: Sequence[Mapping[str, Any]], *, draws: int, seed: int) -> list[Any]:
    """Plan one training per arm and draw; the arms of a draw share its seed."""
    return [({**arm, "draw": draw + 1}, _seed(seed, draw)) for draw in range(draws) for arm in arms]


def logistic_regression(draws: Draws) -> NDArray[np.int64]:
    """Classify each draw's held-out images by their pixels, linearly: (draws, m) labels."""
    from sklearn.linear_model import LogisticRegression

    predicted = []
    for x, y, held in zip(draws.x_train, draws.y_train, draws.x_held, strict=True):
        model = LogisticRegression(max_iter=2000, C=0.1).fit(_flat(x), y)
        predicted.append(model.predict(_flat(held)))
    return np.stack(predicted).astype(np.int64)


def _flat(images: Images) -> NDArray[np.float32]:
    return normalize(images).reshape(len(images), -1)


def tabulate(found: Search, names: Sequence[str]) -> "DataFrame":
    """Tabulate trainings.

    Args:
        found: the trainings, arm by arm within each draw or seed.
        names: names of the arms.

    Returns:
        Columns `arm`, `draw` (or repetition, from 1), `accuracy`, `parameters`.

    Raises:
        StageError: a training failed, so that its arm cannot be compared.
    """
    from pandas import DataFrame

    rows = []
    for at, trial in enumerate(found.trials):
        measured = trial.finished().metrics
        rows.append(
            {
                "arm": names[at % len(names)],
                "draw": at // len(names) + 1,
                "accuracy": measured[found.objective],
                "parameters": int(measured["parameters"]),
            }
        )
    return DataFrame(rows)


def pair(table: "DataFrame", first: str, second: str) -> "DataFrame":
    """Select two arms, for a paired comparison by draw."""
    return table[table["arm"].isin([first, second])][["arm", "draw", "accuracy"]]


def summary(table: "DataFrame") -> "DataFrame":
    """Average over draws: `arm`, `accuracy`, `spread` (standard deviation), `parameters`."""
    from pandas import DataFrame

    grouped = table.groupby("arm", sort=False)
    return DataFrame(
        {
            "accuracy": grouped["accuracy"].mean(),
            "spread": grouped["accuracy"].std(ddof=1),
            "parameters": grouped["parameters"].first(),
        }
    ).reset_index()


def mean_curves(found: Search, names: Sequence[str]) -> dict[str, list[float]]:
    """Average curves over draws, under names such as `train_loss_own` and `test_accuracy_LeNet`.

    Curves recorded as validation curves come from the test set here, and are renamed.
    """
    curves: dict[str, list[float]] = {}
    for at, name in enumerate(names):
        trained = [trial.results for trial in found.trials[at :: len(names)] if trial.results]
        for curve in trained[0].curves:
            mean = np.mean([results.curves[curve] for results in trained], axis=0)
            curves[f"{curve.replace('val_', 'test_')}_{name}"] = mean.tolist()
    return curves
