"""A split says what it holds by its hash, and refuses what does not fit together."""

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from lib.data import Split
from lib.data.files import hashes
from lib.data.files.hashes import add_array
from lib.data.split import parted
from tests.lib.data.splits import part_of, split_of

TRAIN = [(level, level % 3) for level in range(60)]
VAL = [(100 + level, level % 3) for level in range(30)]
TEST = [(200 + level, level % 3) for level in range(15)]


@pytest.fixture
def split() -> Split:
    return split_of(TRAIN, VAL, TEST)


def replaced(split: Split, **changes: Any) -> Split:
    return dataclasses.replace(split, **changes)


def test_equal_content_has_one_hash(split: Split) -> None:
    assert split.sha256 == split_of(TRAIN, VAL, TEST).sha256
    assert len(split.sha256) == 64


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(split_of([(7, 0), *TRAIN[1:]], VAL, TEST), id="a pixel"),
        pytest.param(split_of([(0, 1), *TRAIN[1:]], VAL, TEST), id="a label"),
        pytest.param(split_of(TRAIN[::-1], VAL, TEST), id="order"),
        pytest.param(split_of([*TRAIN, VAL[0]], VAL[1:], TEST), id="a sample moved"),
        pytest.param(split_of(TRAIN, TEST, VAL), id="parts exchanged"),
        pytest.param(split_of(TRAIN, VAL, TEST, n_classes=4), id="another class"),
        pytest.param(
            replaced(split_of(TRAIN, VAL, TEST), class_names=("a", "b", "d")), id="a class's name"
        ),
        pytest.param(
            replaced(
                split_of(TRAIN, VAL, TEST),
                **{
                    f"x_{part}": np.repeat([level for level, _ in pairs], 4)
                    .astype(np.uint8)
                    .reshape(-1, 1, 4)
                    for part, pairs in (("train", TRAIN), ("val", VAL), ("test", TEST))
                },
            ),
            id="the images' shape",
        ),
    ],
)
def test_the_hash_changes_with(other: Split, split: Split) -> None:
    assert other.sha256 != split.sha256


def test_the_hash_without_the_test_set_does_not_depend_on_it(split: Split) -> None:
    other = split_of(TRAIN, VAL, TEST[::-1])
    assert other.sha256 != split.sha256
    assert other.without_test().sha256 == split.without_test().sha256 != split.sha256


def test_the_arrays_cannot_be_written_to(split: Split) -> None:
    with pytest.raises(ValueError, match="read-only"):
        split.x_train[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        split.y_test[0] = 0


def test_arrays_given_to_a_split_stay_the_callers(split: Split) -> None:
    images = np.zeros((1, 2, 2), dtype=np.uint8)
    replaced(split, x_test=images, y_test=np.zeros(1, dtype=np.int64))
    images[0] = 1


def test_a_split_sent_to_a_worker_arrives_whole(split: Split, tmp_path: Path) -> None:
    joblib.dump(split, tmp_path / "split")
    received = joblib.load(tmp_path / "split")
    assert dataclasses.replace(received).sha256 == split.sha256
    assert received.source is split.source


def test_a_split_prints_what_it_holds_and_not_its_pixels(split: Split) -> None:
    assert repr(split) == "Split(levels, train=60, val=30, test=15, classes=3, source=stand-in)"


def test_without_test_withholds_only_the_test_set(split: Split) -> None:
    withheld = split.without_test()
    assert withheld.x_test.shape == (0, 2, 2)
    assert withheld.y_test.shape == (0,)
    np.testing.assert_array_equal(withheld.x_train, split.x_train)
    np.testing.assert_array_equal(withheld.y_val, split.y_val)


def test_complete_training_has_each_sample_once_with_its_label(split: Split) -> None:
    complete = split.with_complete_training()
    assert len(complete.x_val) == len(complete.y_val) == 0
    pairs = zip(complete.x_train[:, 0, 0].tolist(), complete.y_train.tolist(), strict=True)
    assert list(pairs) == TRAIN + VAL
    np.testing.assert_array_equal(complete.x_test, split.x_test)


def test_taken_samples_keep_their_labels_and_their_part(split: Split) -> None:
    taken = split.take(12, 6, 3, seed=4)
    for (part, images, labels), n, published in zip(
        taken.parts(), (12, 6, 3), (TRAIN, VAL, TEST), strict=True
    ):
        pairs = set(zip(images[:, 0, 0].tolist(), labels.tolist(), strict=True))
        assert len(pairs) == n, part
        assert pairs <= set(published), part
        assert np.bincount(labels).tolist() == [n // 3] * 3, part


def test_what_is_taken_of_one_part_does_not_depend_on_the_others(split: Split) -> None:
    whole = split.take(12, 6, seed=4)
    np.testing.assert_array_equal(whole.x_test, split.x_test)
    assert split.take(12, seed=4).x_train.tolist() == whole.x_train.tolist()
    assert split.without_test().take(12, 6, seed=4).sha256 == whole.without_test().sha256
    assert split.take(n_val=6, seed=4).x_val.tolist() == whole.x_val.tolist()


def test_taking_everything_changes_nothing(split: Split) -> None:
    assert split.take(60, 30, 15, seed=1).sha256 == split.sha256 == split.take(seed=2).sha256


def test_more_than_there_is_cannot_be_taken(split: Split) -> None:
    with pytest.raises(ValueError, match=r"Expected n_val in \[0, 30\]\. Received: n_val=31"):
        split.take(60, 31, seed=1)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        pytest.param(
            {"x_val": np.zeros((30, 2, 2))}, "x_val of dtype uint8.*dtype=float64", id="floats"
        ),
        pytest.param(
            {"x_test": np.zeros((15, 3, 3), np.uint8)}, r"x_test.*shape=\(15, 3, 3\)", id="shape"
        ),
        pytest.param(
            {"x_train": np.zeros((60, 4), np.uint8)}, r"x_train.*shape=\(60, 4\)", id="flat images"
        ),
        pytest.param(
            {"y_val": np.zeros(29, np.int64)}, r"y_val.*shape \(30,\).*shape=\(29,\)", id="length"
        ),
        pytest.param(
            {"y_val": np.zeros(30, np.uint8)}, "y_val of dtype int64.*dtype=uint8", id="label type"
        ),
        pytest.param(
            {"y_test": np.full(15, 3)}, r"y_test in \[0, 3\).*in \[3, 3\]", id="label too large"
        ),
        pytest.param(
            {"y_train": np.full(60, -1)}, r"y_train in \[0, 3\).*in \[-1, -1\]", id="label negative"
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(
    changes: dict[str, Any], complaint: str, split: Split
) -> None:
    with pytest.raises(ValueError, match=f"Expected {complaint}"):
        replaced(split, **changes)


def test_the_hash_is_that_of_the_content_whether_it_is_mapped_or_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = split_of([(level, level % 3) for level in range(200)], [(7, 1)])
    np.save(tmp_path / "x.npy", split.x_train)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    monkeypatch.setattr(hashes, "PIECE", 10)  # bytes: two images of four at a time
    assert dataclasses.replace(split, x_train=mapped).sha256 == split.sha256
    for array in (split.x_train, split.x_train[::-3], split.y_train, split.x_test):
        piecewise = hashlib.sha256()
        add_array(piecewise, array)
        assert piecewise.hexdigest() == hashlib.sha256(array.tobytes()).hexdigest()


def test_neither_the_name_nor_what_was_left_out_is_content() -> None:
    split = split_of([(1, 0), (2, 1)])
    renamed = dataclasses.replace(split, name="other", left_out={"damaged": ("a.jpg",)})
    assert renamed.sha256 == split.sha256
    assert split.take(1, seed=1).name == "levels"
    assert renamed.without_test().left_out == {"damaged": ("a.jpg",)}


def test_a_set_published_in_one_is_parted_by_class_and_nothing_is_lost() -> None:
    images, labels = part_of([(level, level % 3) for level in range(90)])

    def parts(n_val: int, seed: int) -> list[list[int]]:
        split = parted(
            images, labels, n_val=n_val, n_test=30, seed=seed, class_names=("a", "b", "c"), name="x"
        )
        assert np.bincount(split.y_test).tolist() == [10] * 3
        for _, some, their_labels in split.parts():
            assert (some[:, 0, 0] % 3).tolist() == their_labels.tolist()
        return [some[:, 0, 0].tolist() for _, some, _ in split.parts()]

    train, val, test = parts(15, seed=1)
    assert sorted(train + val + test) == list(range(90))
    assert len(val) == 15
    assert parts(6, seed=1)[2] == test
    assert parts(15, seed=2)[2] != test
