"""What the stages of `features` may look at, and the parts of the study."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract.names import DataSource, Profile
from experiments.features import (
    attribution,
    classifier,
    draws,
    explaining,
    faces,
    fitted,
    networks,
    paths,
    photographs,
    projection,
)
from experiments.features.data import clothes, small_faces
from lib.data.files.locations import DataNotFoundError
from lib.models import description
from tests.eager import eagerly
from tests.stages import FEATURES, named
from tests.watched import Watched


@pytest.fixture(scope="module")
def watched() -> Watched:
    """A study whose experiments were called."""
    study: Any = Watched(best_weight=0.25)
    trained = classifier.run(study)
    projection.run(study, trained=trained)
    faces.run(study)
    attribution.run(study, trained=trained)
    return study


def test_no_stage_that_chooses_anything_sees_the_test_set(watched: Watched) -> None:
    assert list(watched.inputs) == named(FEATURES)
    # Those besides `final` look into models that are final.
    assert watched.seeing() == {
        "classifier.final",
        "classifier.final_small",
        "projection.layers",
        "faces.final_small",
        "faces.final",
        "faces.interpolation",
        "attribution.own",
        "attribution.mobilenet",
        "attribution.efficientnet",
    }


def test_the_weight_that_was_kept_is_scaled_by_the_pixels(watched: Watched) -> None:
    small, large = (watched.inputs[name] for name in ("faces.final_small", "faces.final"))
    sides = [given["data"].x_train.shape[1] for given in (small, large)]
    assert small["weight"] == 0.25
    assert large["weight"] == 0.25 * (sides[1] / sides[0]) ** 2


def test_data_of_the_smoke_profile_says_that_it_is_a_stand_in() -> None:
    for data in (
        clothes(Profile.SMOKE, 1),
        small_faces(Profile.SMOKE, 1),
        photographs.load(Profile.SMOKE, 2, 1),
    ):
        assert data.source is DataSource.STAND_IN


def test_the_design_has_as_many_layers_as_the_task_allows() -> None:
    full = classifier.PROFILES[Profile.FULL]
    for model, fewest, most in (
        (fitted.whole_wedge(full.widths, full.dense_units), 12, 35),
        (networks.shallow(widths=(32, 64), dense_units=128), 3, 7),
    ):
        kinds = description.layer_table(model)["kind"]
        counted = (*classifier.KINDS, "AveragePooling2D")
        assert fewest <= kinds.isin(counted).sum() <= most


def test_draws_are_the_same_images_whether_validated_or_tested() -> None:
    data = clothes(Profile.SMOKE, 1)
    tested = draws.for_testing(data, draws=2, size=40, seed=3)
    validated = draws.for_validation(data, draws=2, size=40, held=10, seed=3)
    for draw in range(2):
        whole = {image.tobytes() for image in tested.x_train[draw]}
        known = [image.tobytes() for image in validated.x_train[draw]]
        held = [image.tobytes() for image in validated.x_held[draw]]
        assert whole == {*known, *held}
        assert len(known) == 30
    assert (tested.x_train[0] != tested.x_train[1]).any()
    testing = {image.tobytes() for image in data.x_test}
    assert all(image.tobytes() in testing for image in tested.x_held[1])


def test_arms_of_a_draw_share_its_seed() -> None:
    planned = draws.points([{"arm": "a"}, {"arm": "b"}], draws=2, seed=7)
    assert [seed for _, seed in planned] == [7001, 7001, 7002, 7002]
    assert [values["draw"] for values, _ in planned] == [1, 1, 2, 2]


def test_a_linear_classifier_learns_a_linear_task() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(60) % 2
    images = generator.integers(0, 100, (60, 32, 32), np.uint8)
    images[labels == 1, 8:12, 8:12] += 120
    small = draws.Draws(images[None, :40], labels[None, :40], images[None, 40:], labels[None, 40:])
    assert (draws.logistic_regression(small)[0] == labels[40:]).all()


def test_pairs_of_a_path_come_from_both_groups() -> None:
    labels = np.array([0, 1, 1, 0, 1])
    pairs = paths.between_pairs(labels, 20, seed=1)
    assert (labels[pairs] == [0, 1]).all()


def red_detector() -> explaining.Explained:
    """Logit of class 1 rises with how red the image is; nothing else counts."""
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((20, 20, 3)),
            layers.Conv2D(1, 1, activation="relu", name="red"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    kernel = np.array([1.0, -1.0, -1.0]).reshape(1, 1, 3, 1)
    model.set_weights([kernel, np.array([-0.1]), np.array([[-50.0, 50.0]]), np.zeros(2)])

    def prepare(images: Any) -> Any:
        return images.astype(np.float32) / 255

    return explaining.Explained("red", model, prepare, (0.0, 1.0), "red", ("not", "red"))


@eagerly
def test_every_method_finds_a_planted_picture_and_adds_up() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (12, 20, 20, 1), np.uint8).repeat(3, axis=3)
    noise[explaining.PATCH_FROM] = [255, 40, 40]  # what is planted into the others
    effort = explaining.Effort(steps=15, rows=2, columns=2, curve_steps=4, planted=8)
    found = explaining.explain(red_detector(), noise, seed=1, effort=effort, shown=2)
    assert found.metrics["mean_planted_grad_cam"] == 1
    assert found.metrics["mean_planted_integrated_gradients"] == 1
    assert found.metrics["planted"] == 8
    low, high = (found.metrics[f"mean_gain_shapley_{end}"] for end in ("low", "high"))
    assert low <= found.metrics["mean_gain_shapley"] <= high
    assert list(found.tables["scores"]["method"]) == list(explaining.WRITTEN.values())
    # Red pixels alone speak: where there are none, the logit and so the map is zero.
    assert found.arrays["maps_grad_cam"].shape == (2, 20, 20)


def test_missing_weights_are_named_with_the_way_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lib.data import weights

    monkeypatch.setenv("VOUCH_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DataNotFoundError, match=r"mobilenet_7_5_224_tf.*put the file there"):
        weights.require(weights.MOBILENET)
