"""Food-101 is read from a folder of classes, or fetched as a stream of which little is kept."""

import hashlib
import io
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib.data import DataCorruptError, DataNotFoundError
from lib.data.files.locations import data_folders
from lib.data.sets import food101
from tests.lib.data.publishing import Places, Publisher

CLASSES = ("apple_pie", "baklava")
SIZES = {"size": 8, "n_val": 2, "n_test": 3}
N = 10


def jpeg(grey: int, shape: tuple[int, int] = (40, 30)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", shape, (grey, grey, grey)).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def published() -> dict[str, bytes]:
    """Ten images a class by their paths, the second class brighter; and what is not used."""
    made = {
        f"food-101/images/{name}/{number:02}.jpg": jpeg(100 * label + 5 * number)
        for label, name in enumerate(CLASSES)
        for number in range(N)
    }
    return {
        "food-101/README.txt": b"read me",
        "food-101/images/waffles/1.jpg": jpeg(250),
        **made,
        "food-101/meta/train.txt": b"apple_pie/00",
    }


@pytest.fixture(autouse=True)
def few_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(food101, "CLASS_NAMES", CLASSES)
    monkeypatch.setattr(food101, "FOOD_101", replace(food101.FOOD_101, addresses=()))


def unpack(place: Path, files: dict[str, bytes] | None = None) -> Path:
    for name, content in (published() if files is None else files).items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place / "food-101" / "images"


def archive(files: dict[str, bytes], links: Sequence[str] = ()) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def serve(publisher: Publisher, packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher.serve(packed)
    sha256 = hashlib.sha256(packed).hexdigest()
    monkeypatch.setattr(food101, "ARCHIVE", replace(food101.ARCHIVE, download_sha256=sha256))
    addresses = (publisher.address,)
    monkeypatch.setattr(food101, "FOOD_101", replace(food101.FOOD_101, addresses=addresses))


def test_images_keep_the_labels_of_their_folders(places: Places) -> None:
    unpack(places.chosen)
    split = food101.load(**SIZES, seed=1)
    for (_, images, labels), each in zip(split.parts(), (5, 2, 3), strict=True):
        assert images.shape == (2 * each, 8, 8, 3)
        assert np.bincount(labels).tolist() == [each, each]
        np.testing.assert_array_equal(images[:, 4, 4, 0] > 75, labels == 1)


def test_the_test_set_does_not_depend_on_what_is_held_out_for_validation(places: Places) -> None:
    unpack(places.chosen)
    few, many = (food101.load(size=8, n_val=n, n_test=3, seed=1) for n in (1, 4))
    np.testing.assert_array_equal(few.x_test, many.x_test)


def test_a_class_with_too_few_images_is_named(places: Places) -> None:
    folder = unpack(places.chosen)
    (folder / "baklava" / "03.jpg").unlink()
    with pytest.raises(DataCorruptError, match=f"at least 10 images.*{folder}.*: baklava with 9;"):
        food101.load(n_train=5, **SIZES, seed=1)
    assert len(food101.load(**SIZES, seed=1).y_train) == 9


def test_a_missing_class_is_named(places: Places) -> None:
    folder = unpack(places.chosen)
    (folder / "apple_pie").rename(folder / "applepie")
    with pytest.raises(DataCorruptError, match="Received: apple_pie with 0;"):
        food101.load(**SIZES, seed=1)


def test_a_damaged_image_is_left_out_by_name_and_two_in_twenty_stop(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unpack(places.chosen)
    (folder / "baklava" / "03.jpg").write_bytes(b"<html>")
    with pytest.raises(DataCorruptError, match=r"1 of 20 images cannot be .*baklava/03\.jpg"):
        food101.load(**SIZES, seed=1)
    monkeypatch.setattr("lib.data.files.image_folders.TOLERATED", 0.05)
    split = food101.load(**SIZES, seed=1)
    assert split.left_out == {"undecodable": ("baklava/03.jpg",)}
    assert sum(len(labels) for _, _, labels in split.parts()) == 19


def test_the_archive_is_streamed_once_and_only_the_shrunken_classes_are_kept(
    places: Places, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(food101, "KEPT_SIZE", 15)
    files = published()
    serve(publisher, archive(files), monkeypatch)
    fetched = food101.load(**SIZES, seed=1)
    assert food101.load(**SIZES, seed=1).sha256 == fetched.sha256
    assert publisher.requests == ["/data/food-101.tar.gz"]
    kept = {path for path in (places.cache / "food-101").rglob("*") if path.is_file()}
    assert {str(path.relative_to(places.cache)) for path in kept} == {
        name for name in files if any(f"/{known}/" in name for known in CLASSES)
    }
    with Image.open(next(iter(kept))) as image:
        assert image.size == (20, 15)
    for _, images, labels in fetched.parts():
        np.testing.assert_array_equal(images[:, 4, 4, 0] > 75, labels == 1)


def test_a_damaged_image_of_the_archive_is_counted_like_any_other(
    places: Places, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {**published(), "food-101/images/baklava/03.jpg": b"<html>"}
    serve(publisher, archive(files), monkeypatch)
    with pytest.raises(DataCorruptError, match=r"1 of 20 images cannot be .*baklava/03\.jpg"):
        food101.load(**SIZES, seed=1)


@pytest.mark.parametrize("fault", ["altered", "truncated", "broken off", "no archive"])
def test_a_wrong_archive_is_refused_and_nothing_of_it_is_kept(
    fault: str, places: Places, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = archive(published())
    serve(publisher, packed, monkeypatch)
    if fault == "altered":
        publisher.serve(archive({**published(), "food-101/images/baklava/00.jpg": jpeg(3)}))
    elif fault == "truncated":
        publisher.serve(packed[: len(packed) // 2])
    elif fault == "broken off":
        publisher.serve(packed[: len(packed) // 2], announced=len(packed))
    else:
        publisher.serve(b"<html>Please log in</html>")
    with pytest.raises((DataCorruptError, DataNotFoundError), match=r"Food-101|published file"):
        food101.load(**SIZES, seed=1)
    assert not list(places.cache.rglob("*.jpg"))
    assert not (places.cache / "food-101").exists()


def test_a_path_that_leads_out_of_the_folder_is_refused(
    places: Places, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {**published(), "../../images/baklava/out.jpg": jpeg(1)}
    serve(publisher, archive(files), monkeypatch)
    with pytest.raises(DataCorruptError, match="outside the destination"):
        food101.load(**SIZES, seed=1)


def test_without_folder_or_address_the_error_says_what_to_do(places: Places) -> None:
    with pytest.raises(DataNotFoundError, match="VOUCH_DATA to the folder that contains food-101/"):
        food101.load(**SIZES, seed=1)


def test_the_real_set_has_its_twenty_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    found = [place / "food-101" / "images" for place in data_folders()]
    folder = next((path for path in found if path.is_dir()), None)
    if folder is None:
        pytest.skip("Food-101 is in no folder of VOUCH_DATA")
    names = sorted(path.name for path in folder.iterdir())[: len(food101.CLASS_NAMES)]
    assert tuple(names) == food101.CLASS_NAMES


def test_a_copy_is_left_out_and_named_before_the_images_are_parted(places: Places) -> None:
    files = published()
    files["food-101/images/baklava/07.jpg"] = files["food-101/images/apple_pie/04.jpg"]
    unpack(places.chosen, files)
    split = food101.load(**SIZES, seed=1)
    assert split.left_out == {"duplicates": ("baklava/07.jpg",)}
    images = [image.tobytes() for _, part, _ in split.parts() for image in part]
    assert len(images) == len(set(images)) == 2 * N - 1
