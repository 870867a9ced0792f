"""What the stages of `scratch` may look at, and the parts of the study."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from contract.names import DataSource, Profile
from experiments.scratch import description, gradient_check, neighbors, perceptron, selection
from experiments.scratch.data import WRITTEN, load, pixels, split_anew
from experiments.scratch.handin import mlp
from experiments.scratch.handin.read_cifar import split_dataset
from experiments.scratch.weights import Network
from lib.data import Split
from lib.data.sets import standin_colour
from lib.tracking import Results, Workers
from tests.lib.tuning.toys import MemoryLog
from tests.stages import SCRATCH, named
from tests.watched import Watched


@pytest.fixture(scope="module")
def watched() -> Watched:
    """A study whose experiments were called."""
    tuned = {f"best_{name}_hidden": at for at, name in enumerate(WRITTEN, start=1)}
    rates = {f"best_{name}_learning_rate": at / 10 for at, name in enumerate(WRITTEN, start=1)}
    study: Any = Watched(
        best_k=7,
        best_vote=3,
        best_hog_k=8,
        best_lbp_k=9,
        best_cell=4,
        best_block=1,
        best_colour=False,
        **tuned,
        **rates,
    )
    of_pixels = neighbors.run(study)
    extracted = description.run(study, of_pixels=of_pixels)
    selection.run(study, extracted=extracted, specified=perceptron.run(study))
    return study


def test_no_stage_that_chooses_anything_sees_the_test_set(watched: Watched) -> None:
    assert list(watched.inputs) == named(SCRATCH)
    # Exploring chooses nothing, and describing looks at no label.
    assert watched.seeing() == {
        "neighbors.explore",
        "neighbors.final",
        "description.extract",
        "description.final",
        "selection.final",
    }


def test_final_stages_take_what_the_earlier_ones_chose(watched: Watched) -> None:
    assert watched.inputs["neighbors.final"]["k"] == 7
    assert watched.inputs["neighbors.final"]["vote"] == 3
    assert (
        watched.inputs["description.final"]["hog_k"],
        watched.inputs["description.final"]["lbp_k"],
    ) == (8, 9)
    extract = watched.inputs["description.extract"]
    assert (extract["cell"], extract["block"], extract["colour"]) == (4, 1, False)
    assert watched.inputs["selection.final"]["hidden"] == {"pixels": 1, "hog": 2, "lbp": 3}
    assert watched.inputs["selection.final"]["learning_rates"] == {
        "pixels": 0.1,
        "hog": 0.2,
        "lbp": 0.3,
    }


def test_data_of_the_smoke_profile_says_that_it_is_a_stand_in() -> None:
    data = load(Profile.SMOKE, 1)
    assert data.source is DataSource.STAND_IN
    assert (len(data.y_train), len(data.y_val), len(data.y_test)) == (900, 0, 100)


def test_splitting_anew_keeps_every_image_with_its_label_and_leaves_parts_mixed() -> None:
    whole = standin_colour.images(n_train=100, n_val=50, n_test=50, seed=1)
    split = split_anew(whole, seed=3)
    assert (len(split.y_train), len(split.y_test)) == (180, 20)
    assert labelled(split) == labelled(whole)
    assert split.sha256 == split_anew(whole, seed=3).sha256
    assert split.sha256 != split_anew(whole, seed=4).sha256


def labelled(data: Split) -> list[tuple[bytes, int]]:
    return sorted(
        (image.tobytes(), int(label))
        for _, images, labels in data.parts()
        for image, label in zip(images, labels, strict=True)
    )


def test_cross_validation_judges_each_fold_by_the_others_alone() -> None:
    # Pairs of equal samples, a label each: a sample knows itself, but not in another fold.
    features = np.arange(40, dtype=np.float32)[:, np.newaxis] * 10
    labels = np.arange(40, dtype=np.int64) % 2
    found = neighbors.by_neighbors(features, labels, 1, 4, 1)
    assert found["k"].tolist() == [1]
    assert found["val_accuracy"].max() < 1  # neighbours on the line bear the other label
    clusters = np.repeat(np.array([[0], [1000]], np.float32), 20, axis=0) + features / np.float32(
        1000
    )
    clear = np.repeat(np.array([0, 1]), 20)
    apart = neighbors.by_neighbors(clusters, clear, 3, 4, 1)
    assert apart["k"].tolist() == [1, 2, 3]
    assert apart["val_accuracy"].tolist() == [1.0] * 3
    assert apart["val_accuracy_spread"].tolist() == [0.0] * 3


def test_the_vote_has_more_than_one_neighbour_even_where_one_is_most_accurate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = pd.DataFrame({"k": [1, 2, 3], "val_accuracy": [0.55, 0.25, 0.35]})
    monkeypatch.setattr(neighbors, "by_neighbors", lambda *_: table)
    data = load(Profile.SMOKE, 1).without_test()
    chosen = neighbors.folds(data, seed=1, most_neighbors=3, folds=2).params
    assert chosen == {"best_k": 1, "best_vote": 3}


def test_gradients_agree_with_numerical_differences() -> None:
    table = gradient_check.relative_errors(seed=1)
    assert table["error"].max() < 1e-6
    # 3 x 3 + 3 + 3 x 2 + 2 weights and biases, under both losses
    assert table["weights"].sum() == 2 * 20


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = mlp.learn_once_mse

    def by_sum(*arguments: Any) -> Any:
        w1, b1, w2, b2, data, targets, rate = arguments
        return right(w1, b1, w2, b2, data, targets, rate * targets.size)

    monkeypatch.setattr(mlp, "learn_once_mse", by_sum)
    table = gradient_check.relative_errors(seed=1)
    wrong = table["loss"] == "mean squared error"
    assert table["error"][wrong].min() > 1
    assert table["error"][~wrong].max() < 1e-6


def test_scaled_weights_keep_the_variance_of_what_comes_in() -> None:
    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(500, 3072)).astype(np.float32)
    w1, *_ = Network(64, 10, 0.1, 1, seed=1, scaled=True).first(inputs)
    plain, *_ = Network(64, 10, 0.1, 1, seed=1, scaled=False).first(inputs)
    assert w1.dtype == np.float32
    # 500 x 64 sums, of which those of a unit share its weights: off by some 2 %
    assert float((inputs @ w1).std()) == pytest.approx(1, rel=0.05)
    assert float((inputs @ plain).std()) == pytest.approx(np.sqrt(3072 / 3), rel=0.05)


def test_levels_as_published_saturate_the_specified_network_and_scaling_cures_it() -> None:
    data = load(Profile.SMOKE, 1).without_test()
    ways = perceptron.initialization(
        data, seed=1, hidden=16, learning_rate=0.1, epochs=2, compared_on=300
    ).tables["ways"]
    saturated = ways["saturated_before"].tolist()
    assert saturated[0] > 0.95
    assert saturated[0] > saturated[1] > 0.5
    assert saturated[2] > 0.5
    assert saturated[3] < 0.05


def test_a_stopped_tuning_goes_on_with_the_trials_that_it_has() -> None:
    data = load(Profile.SMOKE, 1).without_test()
    extracted = Results(
        arrays={f"{name}_train": pixels(data.x_train)[:, :30] for name in ("hog", "lbp")}
        | {f"{name}_test": pixels(data.x_test)[:, :30] for name in ("hog", "lbp")}
    )
    log: Any = MemoryLog()

    def tuned() -> Results:
        return selection.tuning(
            data,
            extracted=extracted,
            seed=1,
            widths=(4,),
            learning_rates=(0.1, 1.0),
            folds=2,
            epochs=2,
            tuned_on=60,
            trials=log,
            workers=Workers(1),
        )

    whole = tuned()
    assert log.recorded == [1, 2, 3, 4, 5, 6]
    stopped_at = list(log.finished)[3:]
    for key in stopped_at:
        del log.finished[key]
    log.recorded.clear()
    resumed = tuned()
    assert log.recorded == [4, 5, 6]
    assert resumed.tables["trials"].equals(whole.tables["trials"])
    assert resumed.params == whole.params


def test_the_split_of_the_hand_in_is_the_split_of_the_study() -> None:
    whole = standin_colour.images(n_train=100, n_val=0, n_test=0, seed=1)
    data, labels, *_ = split_dataset(pixels(whole.x_train), whole.y_train, 0.9, 5)
    split = split_anew(whole, seed=5)
    np.testing.assert_array_equal(pixels(split.x_train), data)
    np.testing.assert_array_equal(split.y_train, labels)
