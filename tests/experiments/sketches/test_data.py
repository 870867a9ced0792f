"""The study's data: a handout before classes by name, a labelled test part in both cases."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from contract.names import Profile
from experiments.sketches import changes, mistakes
from experiments.sketches.data import load
from lib.data import DataCorruptError
from lib.data.sets import quickdraw

SIZES = {
    "fruit_images.npy": 60,
    "fruit_labels.npy": 60,
    "fruit_dev_images.npy": 24,
    "fruit_dev_labels.npy": 24,
    "fruit_test_images.npy": 30,
}


class Asked(SimpleNamespace):
    """A study as its data's loader sees it; known by identity, as a study is."""

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


def study(profile: Profile = Profile.FULL, **options: str) -> Any:
    return Asked(profile=profile, seed=1, options=options, name="sketches")


@pytest.fixture
def handout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small handout, whose images are all different."""
    monkeypatch.setattr("lib.data.files.locations.SYSTEM_FOLDERS", ())
    monkeypatch.setenv("VOUCH_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(quickdraw, "HANDOUT", SIZES)
    folder = tmp_path / "quickdraw"
    folder.mkdir()
    for number, (name, n) in enumerate(SIZES.items()):
        if "labels" in name:
            np.save(folder / name, (np.arange(n) % 6).astype(np.uint8))
        else:
            images = np.full((n, 28, 28), 50 * number, np.uint8)
            images[:, 0, 0] = np.arange(n)
            np.save(folder / name, images)
    return folder


def test_a_handout_is_taken_whole_and_half_its_validation_images_are_the_test_part(
    handout: Path,
) -> None:
    found = load(study())
    data = found.labelled
    assert [len(labels) for _, _, labels in data.parts()] == [60, 12, 12]
    assert np.bincount(data.y_test).tolist() == [2] * 6
    places = np.concatenate([data.x_val[:, 0, 0], data.x_test[:, 0, 0]])
    assert sorted(places.tolist()) == list(range(24))
    assert (data.y_test == data.x_test[:, 0, 0] % 6).all()
    unlabelled = np.load(handout / "fruit_test_images.npy")
    np.testing.assert_array_equal(found.to_predict.images, unlabelled)


def test_the_quick_profile_still_predicts_all_images_of_a_handout(
    handout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.sketches.data.QUICK", (30, 6, 12))
    found = load(study(Profile.QUICK))
    assert [len(labels) for _, _, labels in found.labelled.parts()] == [30, 6, 12]
    assert len(found.to_predict.images) == 30


def test_an_incomplete_handout_is_named(handout: Path) -> None:
    (handout / "fruit_dev_labels.npy").unlink()
    with pytest.raises(DataCorruptError, match=r"Missing: fruit_dev_labels.npy"):
        load(study())


def test_classes_by_name_come_before_a_handout(handout: Path) -> None:
    names = [f"thing{number}" for number in range(6)]
    for number, name in enumerate(names):
        np.save(handout / f"{name}.npy", np.full((12, 784), number, np.uint8))
    found = load(study(classes=",".join(names)))
    assert found.labelled.class_names == tuple(names)
    assert (found.labelled.x_train[:, 0, 0] == found.labelled.y_train).all()
    np.testing.assert_array_equal(found.to_predict.images, found.labelled.x_test)


def test_images_to_predict_are_known_by_their_content() -> None:
    first, second = (load(study(Profile.SMOKE)).to_predict for _ in range(2))
    asked: Any = Asked(profile=Profile.SMOKE, seed=2, options={}, name="s")
    other = load(asked)
    assert first.sha256 == second.sha256 != other.to_predict.sha256


def test_noise_has_the_share_of_the_range_that_it_is_called_by() -> None:
    paper = np.zeros((200, 28, 28), np.uint8)
    noise = changes.noisy(paper, 0.1, seed=3)
    assert noise.std() == pytest.approx(25.5, rel=0.01)
    assert noise.mean() == pytest.approx(0, abs=0.5)
    np.testing.assert_array_equal(noise, changes.noisy(paper, 0.1, seed=3))


def test_changes_keep_the_sketch_and_flips_undo_themselves() -> None:
    image = np.arange(784, dtype=np.uint8).reshape(1, 28, 28)
    changed = changes.every_change(image, seed=1)
    np.testing.assert_array_equal(changed["unchanged"], image)
    assert changed["vertical flip"][0, 0].tolist() == image[0, -1].tolist()
    assert changed["horizontal flip"][0, :, 0].tolist() == image[0, :, -1].tolist()
    for flip in changes.FLIPS.values():
        np.testing.assert_array_equal(flip(flip(image)), image)
    np.testing.assert_array_equal(changed["both flips"], np.rot90(image, 2, axes=(1, 2)))


def test_accuracies_by_class_add_up_to_the_accuracy() -> None:
    generator = np.random.default_rng(0)
    y_true = np.repeat(np.arange(3), 40)
    y_pred = np.where(generator.random(120) < 0.7, y_true, generator.integers(0, 3, 120))
    table = mistakes.by_class(y_true, y_pred, ["a", "b", "c"])
    assert table["val_accuracy"].mean() == pytest.approx(np.mean(y_true == y_pred))
    again = mistakes.accuracies_by_class(y_true, {"all": y_true == y_pred}, ["a", "b", "c"])
    assert again["all"].tolist() == table["val_accuracy"].tolist()
    perfect = mistakes.by_class(y_true, y_true, ["a", "b", "c"])
    assert perfect["taken_for"].tolist() == ["none"] * 3


def test_averages_of_mistakes_are_left_out_where_there_are_none() -> None:
    values = np.array([1.0, 3.0])
    found = mistakes.of_right_and_wrong(np.array([True, True]), "ink", values)
    assert found == {"ink_of_right": 2.0}
