"""notMNIST loses its duplicates before it is parted."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.data import DataCorruptError
from lib.data.duplicates import exact_duplicates
from lib.data.files.locations import data_folders
from lib.data.sets import notmnist
from tests.lib.data.publishing import Places

N = 60
COPIES = {7: 2, 30: 4, 31: 4, 59: 0}  # image: the one that it repeats


def idx(array: np.ndarray) -> bytes:
    sizes = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@pytest.fixture
def small(places: Places, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Image i holds the value i, but for the copies; its label is i modulo 10, a copy's too."""
    origin = np.array([COPIES.get(number, number) for number in range(N)], dtype=np.uint8)
    images = np.broadcast_to(origin[:, None, None], (N, 28, 28))
    for name, array in (("IMAGES", images), ("LABELS", origin % 10)):
        content = idx(array)
        file = getattr(notmnist, name)
        sha256 = hashlib.sha256(content).hexdigest()
        monkeypatch.setattr(notmnist, name, replace(file, content_sha256=sha256))
        (places.chosen / file.name).write_bytes(gzip.compress(content))
    monkeypatch.setattr(notmnist, "N_IMAGES", N)
    return places.chosen


@pytest.mark.usefixtures("small")
def test_copies_are_removed_and_numbered_and_the_first_stays() -> None:
    split = notmnist.load(n_val=10, n_test=16, seed=1)
    assert [len(labels) for _, _, labels in split.parts()] == [N - 4 - 26, 10, 16]
    assert split.left_out == {"duplicates": ("image 7", "image 30", "image 31", "image 59")}
    levels = np.concatenate([images[:, 3, 3] for _, images, _ in split.parts()])
    assert sorted(levels.tolist()) == [i for i in range(N) if i not in COPIES]
    for _, images, labels in split.parts():
        np.testing.assert_array_equal(images[:, 3, 3] % 10, labels)


def test_an_altered_file_is_refused_by_name(small: Path) -> None:
    (small / notmnist.LABELS.name).write_bytes(gzip.compress(idx(np.zeros(N, np.uint8))))
    with pytest.raises(DataCorruptError, match=r"notMNIST's t10k-labels-idx1-ubyte\.gz"):
        notmnist.load(n_val=1, n_test=1, seed=1)


@pytest.mark.usefixtures("small")
def test_files_of_another_length_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notmnist, "N_IMAGES", N + 1)
    with pytest.raises(DataCorruptError, match=rf"Expected {N + 1} images.*shape=\({N}, 28, 28\)"):
        notmnist.load(n_val=1, n_test=1, seed=1)


def test_the_real_set_has_9804_distinct_images() -> None:
    names = (f"notMNIST/{notmnist.IMAGES.name}", notmnist.IMAGES.name)
    content = [place / name for place in data_folders() for name in names[:1]]
    if not any(path.is_file() for path in content):
        pytest.skip("notMNIST is in no folder of VOUCH_DATA")
    split = notmnist.load(seed=1)
    assert [len(labels) for _, _, labels in split.parts()] == [6_804, 1_000, 2_000]
    assert len(split.left_out["duplicates"]) == 196
    assert exact_duplicates(split).empty
