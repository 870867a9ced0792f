"""Sketches come from class files, from the beginnings of published ones, or from a handout."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.data import DataCorruptError, DataNotFoundError
from lib.data.files.locations import data_folders
from lib.data.sets import quickdraw
from tests.lib.data.publishing import Places, Publisher

SIZES = {"n_train": 6, "n_val": 2, "n_test": 2}


def bitmaps(n: int, first: int) -> np.ndarray:
    """Image i of a class is uniformly first + i."""
    return np.broadcast_to(np.arange(first, first + n, dtype=np.uint8)[:, None], (n, 784)).copy()


def write(folder: Path, name: str, array: np.ndarray) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / name, array)
    return folder / name


@pytest.fixture
def at_home(places: Places, monkeypatch: pytest.MonkeyPatch) -> Places:
    """No publisher to ask."""
    monkeypatch.setattr(quickdraw, "QUICK_DRAW", replace(quickdraw.QUICK_DRAW, addresses=()))
    return places


@pytest.fixture
def online(places: Places, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Every class has these twelve images at the publisher."""
    published = replace(quickdraw.QUICK_DRAW, addresses=(publisher.address,))
    monkeypatch.setattr(quickdraw, "QUICK_DRAW", published)
    stream = io.BytesIO()
    np.save(stream, bitmaps(1000, 0))
    publisher.serve(stream.getvalue())
    return places


def test_only_the_first_images_of_each_class_are_used_whatever_more_there_are(
    at_home: Places,
) -> None:
    write(at_home.chosen / "quickdraw", "cat.npy", bitmaps(10, 0))
    write(at_home.system, "ice cream.npy", bitmaps(50, 100))
    split = quickdraw.load(("cat", "ice cream"), **SIZES, seed=3)
    assert split.class_names == ("cat", "ice cream")
    assert [images.shape for _, images, _ in split.parts()] == [
        (12, 28, 28),
        (4, 28, 28),
        (4, 28, 28),
    ]
    drawn = [(int(x[0, 0]), int(y)) for _, xs, ys in split.parts() for x, y in zip(xs, ys)]  # noqa: B905
    assert sorted(drawn) == [(i, 0) for i in range(10)] + [(100 + i, 1) for i in range(10)]
    for _, _, labels in split.parts():
        assert len(set(np.bincount(labels).tolist())) == 1
    assert quickdraw.count(("ice cream", "cat")) == {"ice cream": 50, "cat": 10}


def test_a_class_with_too_few_images_is_named(at_home: Places) -> None:
    path = write(at_home.chosen, "cat.npy", bitmaps(9, 0))
    with pytest.raises(DataCorruptError, match=f"at least 10 images of cat.*{path} with 9"):
        quickdraw.load(("cat",), **SIZES, seed=1)


def test_a_class_that_is_nowhere_is_named_with_those_at_hand(at_home: Places) -> None:
    for name in ("fish", "cat"):
        write(at_home.chosen / "quickdraw", f"{name}.npy", bitmaps(10, 0))
    with pytest.raises(
        DataNotFoundError, match=r"apple\.npy.*Classes available locally: cat, fish\."
    ):
        quickdraw.load(seed=1)


@pytest.mark.parametrize("classes", [(), ("cat", "cat")])
def test_classes_are_different_and_at_least_one(classes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="Expected one or more distinct classes"):
        quickdraw.load(classes, seed=1)


@pytest.mark.parametrize("ranges", [True, False])
def test_of_a_published_class_no_more_than_the_first_images_are_fetched(
    ranges: bool, online: Places, publisher: Publisher
) -> None:
    publisher.ranges = ranges
    once = quickdraw.load(("ice cream",), **SIZES, seed=1)
    assert sorted(int(x[0, 0]) for _, xs, _ in once.parts() for x in xs) == list(range(10))
    asked = len(publisher.requests)
    assert {*publisher.requests} == {"/data/ice%20cream.npy"}
    if ranges:
        assert publisher.sent < 2 * 128 + 10 * 784 + 1
    assert quickdraw.load(("ice cream",), **SIZES, seed=1).sha256 == once.sha256
    assert len(publisher.requests) == asked
    kept = [path.name for path in (online.cache / "quickdraw").iterdir() if path.suffix == ".npy"]
    assert kept == ["ice cream-first-10.npy"]


def test_what_is_published_is_counted_without_fetching_it(
    online: Places, publisher: Publisher
) -> None:
    assert quickdraw.count(("cat",)) == {"cat": 1000}
    assert publisher.sent == 128


def test_an_answer_that_does_not_tell_its_size_is_refused(
    online: Places, publisher: Publisher
) -> None:
    publisher.ranges = publisher.lengths = False
    with pytest.raises(DataCorruptError, match=r"Expected the size of http.*cat\.npy"):
        quickdraw.count(("cat",))
    assert list(online.cache.rglob("*.npy")) == []


def test_published_and_local_files_give_the_same_split(online: Places) -> None:
    fetched = quickdraw.load(("cat",), **SIZES, seed=1)
    write(online.chosen, "cat.npy", bitmaps(200, 0))
    assert quickdraw.load(("cat",), **SIZES, seed=1).sha256 == fetched.sha256


@pytest.mark.parametrize(
    ("body", "announced", "message"),
    [
        (b"<html>Please log in</html>", None, r"cat\.npy at the publisher"),
        ("short", None, "1000 images of cat at the publisher.*Received: a file of"),
        ("whole", 10**6, "1000 images of cat at the publisher.*Received: a file of 1000000"),
    ],
)
def test_a_published_file_that_is_another_is_refused_and_not_kept(
    body: bytes | str, announced: int | None, message: str, online: Places, publisher: Publisher
) -> None:
    served = {"short": publisher.body[:-1], "whole": publisher.body}
    publisher.serve(served[body] if isinstance(body, str) else body, announced)
    with pytest.raises(DataCorruptError, match=message):
        quickdraw.load(("cat",), **SIZES, seed=1)
    assert not list(online.cache.glob("quickdraw/*.npy"))


def test_more_images_than_are_published_are_refused(online: Places) -> None:
    with pytest.raises(DataCorruptError, match=r"1001 images of cat\. Received: 1000 at"):
        quickdraw.load(("cat",), n_train=1001, n_val=0, n_test=0, seed=1)


@pytest.fixture
def handed_out(at_home: Places, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(
        quickdraw, "HANDOUT", dict(zip(quickdraw.HANDOUT, (12, 12, 6, 6, 5), strict=True))
    )
    folder = at_home.chosen / "quickdraw"
    for name, n in quickdraw.HANDOUT.items():
        labels = np.arange(n, dtype=np.uint8) % 6
        write(folder, name, labels if "labels" in name else bitmaps(n, 0).reshape(n, 28, 28))
    return folder


def test_the_handouts_labels_stay_and_its_test_images_have_none(handed_out: Path) -> None:
    found = quickdraw.handout()
    assert found is not None
    assert found.split.class_names == quickdraw.FRUITS
    assert found.split.y_train.tolist() == [0, 1, 2, 3, 4, 5] * 2
    assert found.split.y_val.tolist() == [0, 1, 2, 3, 4, 5]
    assert len(found.split.y_test) == 0
    assert found.unlabelled[:, 0, 0].tolist() == [0, 1, 2, 3, 4]


def test_without_a_handout_there_is_none(at_home: Places) -> None:
    assert quickdraw.handout() is None


def test_a_handout_with_a_file_missing_names_it(handed_out: Path) -> None:
    (handed_out / "fruit_dev_labels.npy").unlink()
    with pytest.raises(DataCorruptError, match=f"5 files in {handed_out}.*fruit_dev_labels"):
        quickdraw.handout()


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("fruit_images.npy", np.zeros((12, 784), np.uint8), r"shape=\(12, 28, 28\)"),
        ("fruit_images.npy", np.zeros((12, 28, 28)), "dtype=float64"),
        ("fruit_labels.npy", np.zeros(11, np.uint8), r"shape=\(12,\)"),
        ("fruit_labels.npy", np.full(12, 6, np.uint8), r"labels in \[0, 6\).*Received: 6"),
    ],
)
def test_a_handout_of_another_shape_type_or_labels_is_refused(
    name: str, array: np.ndarray, message: str, handed_out: Path
) -> None:
    np.save(handed_out / name, array)
    with pytest.raises(DataCorruptError, match=message):
        quickdraw.handout()


def test_the_real_bitmaps_are_as_they_are_described() -> None:
    if not any((place / "quickdraw" / "fish.npy").is_file() for place in data_folders()):
        pytest.skip("Quick, Draw! is in no folder of VOUCH_DATA")
    split = quickdraw.load(("apple", "fish"), n_train=200, n_val=50, n_test=50, seed=1)
    ink = (split.x_train > 0).mean()
    assert 0.05 < ink < 0.5
    assert split.x_train.max() == 255
