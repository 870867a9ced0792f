"""Fashion-MNIST is loaded from its files, split by seed; the published facts hold."""

import gzip
import hashlib
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contract.names import DataSource
from lib.data import DataCorruptError, DataNotFoundError, Split
from lib.data.duplicates import exact_duplicates
from lib.data.files.locations import PublishedFile
from lib.data.sets import fashion_mnist
from tests.lib.data.publishing import Places

REAL_FILES = (
    fashion_mnist.TRAIN_IMAGES,
    fashion_mnist.TRAIN_LABELS,
    fashion_mnist.TEST_IMAGES,
    fashion_mnist.TEST_LABELS,
)


def write_idx(path: Path, array: np.ndarray) -> PublishedFile:
    content = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    content += array.astype(np.uint8).tobytes()
    packed = gzip.compress(content)
    path.write_bytes(packed)
    return PublishedFile(
        path.name, hashlib.sha256(packed).hexdigest(), hashlib.sha256(content).hexdigest()
    )


@pytest.fixture
def small(places: Places, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A set of 200 + 50 images under Fashion-MNIST's names; image i holds the value i."""
    folder = places.chosen / "fashion-mnist"
    folder.mkdir()
    for part, name, n in (("TRAIN", "train", 200), ("TEST", "t10k", 50)):
        images = np.broadcast_to(np.arange(n)[:, None, None], (n, 28, 28))
        image_file = write_idx(folder / f"{name}-images-idx3-ubyte.gz", images)
        label_file = write_idx(folder / f"{name}-labels-idx1-ubyte.gz", np.arange(n) % 10)
        monkeypatch.setattr(fashion_mnist, f"{part}_IMAGES", image_file)
        monkeypatch.setattr(fashion_mnist, f"{part}_LABELS", label_file)
        monkeypatch.setattr(fashion_mnist, f"N_{part}", n)
    return places


@pytest.mark.usefixtures("small")
def test_images_keep_their_labels_through_the_split() -> None:
    split = fashion_mnist.load(validation=40, seed=3)
    assert split.source is DataSource.REAL
    for part, images, labels in split.parts():
        np.testing.assert_array_equal(images[:, 0, 0] % 10, labels, err_msg=part)
    train, val = set(split.x_train[:, 0, 0].tolist()), set(split.x_val[:, 0, 0].tolist())
    assert len(train) == 160
    assert len(val) == 40
    assert train | val == set(range(200))
    assert split.x_test[:, 0, 0].tolist() == list(range(50))


@pytest.mark.usefixtures("small")
def test_validation_is_stratified_and_decided_by_the_seed() -> None:
    once, again, other = (fashion_mnist.load(validation=40, seed=seed) for seed in (3, 3, 4))
    assert np.bincount(once.y_val).tolist() == [4] * 10
    assert once.sha256 == again.sha256
    # 1 chance in 20-choose-4 to the tenth that another seed holds out the same
    assert once.sha256 != other.sha256


@pytest.mark.usefixtures("small")
def test_without_validation_all_training_samples_are_kept_in_order() -> None:
    split = fashion_mnist.load(validation=0, seed=3)
    assert split.x_train[:, 0, 0].tolist() == list(range(200))
    assert len(split.x_val) == 0


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("validation", [-1, 201])
def test_more_validation_than_training_is_refused(validation: int) -> None:
    with pytest.raises(ValueError, match=rf"\[0, 200\]\. Received: validation={validation}"):
        fashion_mnist.load(validation=validation, seed=3)


@pytest.mark.usefixtures("small")
def test_files_of_another_shape_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fashion_mnist, "N_TEST", 60)
    with pytest.raises(
        DataCorruptError, match=r"60 images .* in t10k-images.*shape=\(50, 28, 28\)"
    ):
        fashion_mnist.load(validation=40, seed=3)


def test_the_digits_under_the_same_file_names_are_refused(places: Places) -> None:
    digits = np.zeros((5, 28, 28))
    write_idx(places.chosen / "train-images-idx3-ubyte.gz", digits)
    with pytest.raises(DataCorruptError, match="Expected Fashion-MNIST's train-images-idx3-ubyte"):
        fashion_mnist.load(seed=1)


@pytest.mark.usefixtures("places")
def test_the_set_names_its_package_when_it_is_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    offline = replace(fashion_mnist.FASHION_MNIST, addresses=())
    monkeypatch.setattr(fashion_mnist, "FASHION_MNIST", offline)
    with pytest.raises(DataNotFoundError, match="install Debian's package dataset-fashion-mnist"):
        fashion_mnist.load(seed=1)


@pytest.fixture(scope="module")
def real() -> Split:
    folder = Path("/usr/share/datasets/fashion-mnist")
    if not all((folder / file.name).is_file() for file in REAL_FILES):
        pytest.skip(f"Fashion-MNIST is not in {folder}: install dataset-fashion-mnist")
    return fashion_mnist.load(seed=1)


def test_the_published_set_has_its_published_sizes_and_equal_classes(real: Split) -> None:
    assert [images.shape for _, images, _ in real.parts()] == [
        (50_000, 28, 28),
        (10_000, 28, 28),
        (10_000, 28, 28),
    ]
    for (_, _, labels), n in zip(real.parts(), (5_000, 1_000, 1_000), strict=True):
        assert np.bincount(labels).tolist() == [n] * 10


def test_the_publishers_have_removed_the_exact_duplicates(real: Split) -> None:
    """Issue 44 of zalandoresearch/fashion-mnist listed 43 pairs, replaced before this version."""
    assert len(exact_duplicates(real)) == 0
