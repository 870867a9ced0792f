"""The experiment `encoding`: what its stages conclude, and the autoencoder read back from a run."""

from typing import Any

import numpy as np
import pytest

from contract.names import Profile
from experiments.fashion import compression, encoding
from experiments.fashion.data import load
from lib.data import normalize
from lib.metrics import squared_errors
from lib.tracking import Results, Workers
from tests.eager import EAGER, eagerly
from tests.lib.tuning.toys import MemoryLog

DATA = load(Profile.SMOKE, 1).sample
LENGTH = {"epochs": 1, "batch_size": 60}
LADDERS = {"width": (2, 3), "learning_rate": (4e-3, 8e-3)}


@pytest.fixture(scope="module")
@eagerly
def trained() -> Results:
    """A final stage's results."""
    return encoding.final(DATA, seed=1, latent_features=3, width=4, learning_rate=8e-3, **LENGTH)


@eagerly
def test_codes_are_flat_and_decode_to_the_errors_that_the_run_holds(trained: Results) -> None:
    assert compression.encode(trained, DATA.x_test[:7]).shape == (7, 16 * 3)
    images = normalize(DATA.x_test)[..., 0]
    errors = squared_errors(images, compression.reconstruct(trained, DATA.x_test))
    assert errors == pytest.approx(trained.arrays["test_error"], rel=1e-5)


@eagerly
def test_equal_images_have_equal_codes_whatever_stands_beside_them(trained: Results) -> None:
    codes = compression.encode(trained, DATA.x_test[:40])
    backwards = compression.encode(trained, DATA.x_test[:40][::-1])
    assert np.allclose(codes, backwards[::-1], atol=1e-5)


def test_the_test_errors_mean_lies_in_its_interval(trained: Results) -> None:
    measured = trained.metrics
    assert (
        measured["test_reconstruction_error_low"]
        < measured["test_reconstruction_error"]
        < measured["test_reconstruction_error_high"]
    )
    assert measured["test_samples"] == len(DATA.y_test)
    assert measured["train_samples"] == len(DATA.y_train) + len(DATA.y_val)


def climbed(log: MemoryLog) -> Results:
    trials: Any = log
    return encoding.tuning(
        DATA.without_test(),
        seed=1,
        latent_features=2,
        start={"width": 2, "learning_rate": 4e-3},
        ladders=LADDERS,
        shown=(0, 1),
        trials=trials,
        workers=Workers(count=1, mode=EAGER),
        **LENGTH,
    )


@pytest.mark.timeout(300)
def test_tuning_climbs_until_a_round_gains_next_to_nothing_or_no_step_is_left() -> None:
    found = climbed(MemoryLog())
    table = found.tables["trials"]
    errors = table["val_reconstruction_error"]
    assert found.metrics["val_reconstruction_error"] == errors.min()
    best = table.iloc[int(errors.argmin())]
    assert (found.params["best_width"], found.params["best_learning_rate"]) == (
        best["width"],
        best["learning_rate"],
    )
    assert found.metrics["last_gain"] < encoding.MARGINAL or len(table) == 4
    assert not table.duplicated(["width", "learning_rate"]).any()
    # `shrink` begins with the best one instead of training it again.
    assert found.arrays["val_error"].mean() == pytest.approx(errors.min(), rel=1e-5)
    assert found.arrays["reconstructions"].shape == (2, 28, 28)
    assert 0 < found.metrics["val_detail_kept"] < 1


@pytest.mark.timeout(300)
def test_sizes_are_tuned_again_only_where_the_error_rises_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encoding, "evaluate", planted)
    linear = encoding.baseline(DATA.without_test(), latent_features=(8, 6, 4, 2), shown=(0, 1))
    trials: Any = MemoryLog()
    unseen, longest = DATA.without_test(), {"latent_features": 8, "learning_rate": 4e-3}
    found = encoding.shrink(
        unseen,
        seed=1,
        tuned=planted(longest, seed=1, x_val=unseen.x_val, shown=(0, 1)),
        linear=linear,
        latent_features=(8, 6, 4, 2),
        width=2,
        learning_rate=4e-3,
        learning_rates=(4e-3, 8e-3),
        shown=(0, 1),
        trials=trials,
        workers=Workers(count=1),
        **LENGTH,
    )
    assert len(found.tables["trials"]) == 5  # without the longest code's, which is there already
    table = found.tables["sizes"]
    assert table["tuned_again"].tolist() == [False, False, True, True]
    # At 6 -> 4 another learning rate takes the rise away, at 4 -> 2 none does.
    assert table["learning_rate"].tolist() == [4e-3, 4e-3, 8e-3, 4e-3]
    assert found.params["best_latent_features"] == 4
    assert found.params["degraded_latent_features"] == 2
    assert found.metrics["degraded"] == 1
    # What the report reads of the decision: the rise at that size, its interval, the threshold.
    assert found.metrics["rise"] == table["rise"].iloc[3]
    ends = [found.metrics["rise_low"], found.metrics["rise_high"]]
    assert ends == pytest.approx([found.metrics["rise"]] * 2)  # each image's error rises alike
    assert float(found.params["drop"]) < ends[0]


def planted(
    values: dict[str, Any], *, seed: int, x_val: np.ndarray, shown: tuple[int, ...], **_: Any
) -> Results:
    """Give errors that are known beforehand, in place of a training."""
    means = {8: 0.010, 6: 0.011, 4: 0.016, 2: 0.030}
    error = means[values["latent_features"]]
    if values["learning_rate"] == 8e-3:
        error = 0.012 if values["latent_features"] == 4 else error + 0.01
    errors = np.full(len(x_val), error, np.float32)
    return Results(
        metrics={"val_reconstruction_error": error, "val_detail_kept": 0.5},
        arrays={"val_error": errors, "reconstructions": x_val[list(shown)]},
    )
