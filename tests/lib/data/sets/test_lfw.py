"""Faces are labelled by two lists and parted by person."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib.data import DataCorruptError, DataNotFoundError
from lib.data.files.locations import data_folders
from lib.data.sets import lfw
from tests.lib.data.publishing import Places

# Images of each person, women first; the level of all pixels of image i of person p is 10 p + i.
PEOPLE = {"Ann": 3, "Bea": 1, "Cleo": 2, "Dan": 4, "Ed": 2, "Finn": 1, "Gus": 2, "Hal": 1}
WOMEN = ("Ann", "Bea", "Cleo")
BOTH, NEITHER = "Bea_0001.jpg", "Dan_0002.jpg"


def write_lists(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [
        f"{person}_{number:04}.jpg" for person, n in PEOPLE.items() for number in range(1, n + 1)
    ]
    female = [name for name in names if name.split("_")[0] in WOMEN]
    male = [name for name in names if name not in female and name != NEITHER] + [BOTH]
    files = []
    for file, listed in zip(lfw.LISTS, (female, male), strict=True):
        content = "\r\n".join(reversed(listed)).encode()
        (folder / file.name).write_bytes(content)
        files.append(replace(file, download_sha256=hashlib.sha256(content).hexdigest()))
    monkeypatch.setattr(lfw, "LISTS", tuple(files))


@pytest.fixture
def small(places: Places, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = places.chosen / "lfw"
    for number, (person, n) in enumerate(PEOPLE.items()):
        (folder / person).mkdir(parents=True)
        for image in range(n):
            level = 10 * number + image
            picture = Image.new("RGB", (16, 16), (level, level, level))
            picture.save(folder / person / f"{person}_{image + 1:04}.jpg", quality=100)
    write_lists(folder, monkeypatch)
    monkeypatch.setattr(lfw, "N_IMAGES", sum(PEOPLE.values()))
    monkeypatch.setattr(lfw, "N_PEOPLE", len(PEOPLE))
    return folder


def people_of(images: np.ndarray) -> list[int]:
    return (images[:, 4, 4, 0] // 10).tolist()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_person_is_in_two_parts_and_all_images_of_a_person_are_in_one(seed: int) -> None:
    split = lfw.load(size=8, val=0.25, test=0.25, seed=seed)
    parts = [people_of(images) for _, images, _ in split.parts()]
    assert all(len(set(part)) >= 1 for part in parts)
    for one in range(3):
        for other in range(one):
            assert not set(parts[one]) & set(parts[other])
    counts = np.bincount(np.concatenate(parts), minlength=len(PEOPLE))
    assert counts.tolist() == [3, 0, 2, 3, 2, 1, 2, 1]  # Bea's in both lists, one of Dan's in none


@pytest.mark.usefixtures("small")
def test_labels_follow_the_lists_and_what_they_leave_open_is_left_out() -> None:
    split = lfw.load(size=8, val=0, test=0.25, seed=1)
    assert split.class_names == ("female", "male")
    for _, images, labels in split.parts():
        assert labels.tolist() == [int(person >= len(WOMEN)) for person in people_of(images)]
    assert split.left_out == {"in both lists": (BOTH,), "in neither list": (NEITHER,)}


@pytest.mark.usefixtures("small")
def test_the_seed_decides_who_is_held_out() -> None:
    held_out = {tuple(people_of(lfw.load(size=8, seed=seed, test=0.4).x_test)) for seed in range(9)}
    assert len(held_out) > 3
    assert lfw.load(size=8, seed=1).sha256 == lfw.load(size=8, seed=1).sha256


def test_a_missing_image_is_noticed_by_the_published_count(small: Path) -> None:
    (small / "Ed" / "Ed_0002.jpg").unlink()
    with pytest.raises(DataCorruptError, match=f"16 images of 8 people in {small}.*: 15 of 8"):
        lfw.load(size=8, seed=1)


def test_another_list_is_refused_by_name(small: Path) -> None:
    (small / "male_names.txt").write_text("Ann_0001.jpg")
    with pytest.raises(DataCorruptError, match=r"Faces in the Wild's male_names\.txt \(sha256="):
        lfw.load(size=8, seed=1)


@pytest.mark.usefixtures("places")
def test_without_the_folder_the_error_says_how_to_get_it() -> None:
    with pytest.raises(DataNotFoundError, match=r"was not found below .*put a folder lfw/ there"):
        lfw.load(seed=1)


@pytest.mark.parametrize(("val", "test"), [(-0.1, 0.1), (0.5, 0.5), (0.1, 1.0)])
def test_shares_that_leave_nobody_to_train_on_are_refused(val: float, test: float) -> None:
    with pytest.raises(ValueError, match=rf"Received: {val=}, {test=}"):
        lfw.load(val=val, test=test, seed=1)


def test_the_real_lists_name_each_real_image_as_counted() -> None:
    folder = next((p / "lfw" for p in data_folders() if (p / "lfw/male_names.txt").is_file()), None)
    if folder is None:
        pytest.skip("Labeled Faces in the Wild is in no folder of VOUCH_DATA")
    labels, left_out = lfw._labels(lfw._photographs())
    assert np.bincount(labels + 1).tolist() == [9, 2961, 10263]
    assert {reason: len(names) for reason, names in left_out.items()} == {
        "in both lists": 5,
        "in neither list": 4,
    }
