"""CIFAR-10 is loaded from its batches or its archive, split by seed; the published facts hold."""

import hashlib
import io
import pickle
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contract.names import DataSource
from lib.data import DataCorruptError, DataNotFoundError, Split
from lib.data.files.locations import data_folders
from lib.data.sets import cifar10
from tests.lib.data.publishing import Places, Publisher

N = 20  # images of a batch
NAMES = [f"class {number}" for number in range(10)]


def contents() -> dict[str, bytes]:
    """Batches under the published names; the red of image i of batch b is 20 b + i, green is 1."""
    made = {}
    for number, name in enumerate((*cifar10.TRAIN_BATCHES, cifar10.TEST_BATCH)):
        planes = np.zeros((N, *cifar10.PLANES), np.uint8)
        planes[:, 0] = (N * number + np.arange(N))[:, None, None]
        planes[:, 1] = 1
        planes[:, 2, 0, :] = 7  # the topmost row is blue
        batch = {b"data": planes.reshape(N, -1), b"labels": [i % 10 for i in range(N)]}
        made[name] = pickle.dumps(batch, 3)
    made[cifar10.META] = pickle.dumps({b"label_names": [name.encode() for name in NAMES]}, 3)
    return made


def publish(monkeypatch: pytest.MonkeyPatch, made: dict[str, bytes]) -> None:
    """Have the loader expect these files."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}
    monkeypatch.setattr(cifar10, "FILES", hashes)
    monkeypatch.setattr(cifar10, "N_BATCH", N)


def write(folder: Path, made: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar10, "CIFAR_10", replace(cifar10.CIFAR_10, addresses=()))


@pytest.fixture
def small(places: Places, monkeypatch: pytest.MonkeyPatch, offline: None) -> Path:
    made = contents()
    publish(monkeypatch, made)
    return write(places.chosen / "cifar-10-batches-py", made)


@pytest.mark.usefixtures("small")
def test_images_keep_their_labels_colours_and_order() -> None:
    split = cifar10.load(validation=30, seed=3)
    assert split.source is DataSource.REAL
    assert split.class_names == tuple(NAMES)
    for part, images, labels in split.parts():
        assert images.shape[1:] == (32, 32, 3)
        np.testing.assert_array_equal(images[:, 5, 5, 0] % 10, labels, err_msg=part)
        assert (images[..., 1] == 1).all()
        assert (images[:, 0, :, 2] == 7).all()
        assert not images[:, 1:, :, 2].any()
    train, val = split.x_train[:, 0, 0, 0].tolist(), split.x_val[:, 0, 0, 0].tolist()
    assert train == sorted(train)
    assert sorted(train + val) == list(range(5 * N))
    assert np.bincount(split.y_val).tolist() == [3] * 10
    assert split.x_test[:, 0, 0, 0].tolist() == list(range(5 * N, 6 * N))


@pytest.mark.usefixtures("small")
def test_the_seed_decides_what_is_held_out() -> None:
    once, again, other = (cifar10.load(validation=30, seed=seed) for seed in (3, 3, 4))
    assert once.sha256 == again.sha256
    assert once.sha256 != other.sha256  # 1 chance in 10-choose-3 to the tenth that it is not


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("validation", [-1, 101])
def test_more_validation_than_training_is_refused(validation: int) -> None:
    with pytest.raises(ValueError, match=rf"\[0, 100\]\. Received: validation={validation}"):
        cifar10.load(validation=validation, seed=3)


def test_a_missing_batch_is_named_and_not_passed_over(small: Path, places: Places) -> None:
    write(places.system / "cifar-10-batches-py", contents())
    (small / "data_batch_4").unlink()
    with pytest.raises(DataCorruptError, match=f"7 files in {small}.*Missing: data_batch_4"):
        cifar10.load(seed=1)


def test_a_truncated_batch_is_named(small: Path) -> None:
    content = (small / "data_batch_2").read_bytes()
    (small / "data_batch_2").write_bytes(content[:-1])
    with pytest.raises(
        DataCorruptError, match=f"data_batch_2.*{small}/data_batch_2.*{len(content) - 1} bytes"
    ):
        cifar10.load(seed=1)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ({b"data": np.zeros((N, 3072), np.uint8), b"labels": [0] * (N - 1)}, r"labels of \(19,\)"),
        ({b"data": np.zeros((N, 784), np.uint8), b"labels": [0] * N}, r"data of \(20, 784\) uint8"),
        ({b"data": np.zeros((N, 3072)), b"labels": [0] * N}, "float64"),
        ({b"data": np.zeros((N, 3072), np.uint8), b"labels": [0.5] * N}, "float64"),
        ({b"labels": [0] * N}, "NoneType"),
        ([1, 2], "Expected a dictionary in test_batch. Received: list"),
        (print, "asks for builtins.print"),
    ],
    ids=["labels missing", "another shape", "floats", "labels", "no data", "a list", "code"],
)
def test_a_batch_that_holds_something_else_is_refused_by_name(
    batch: object,
    message: str,
    places: Places,
    offline: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = {**contents(), "test_batch": pickle.dumps(batch, 3)}
    publish(monkeypatch, made)
    write(places.chosen, made)
    with pytest.raises(DataCorruptError, match=message) as caught:
        cifar10.load(validation=0, seed=1)
    assert "test_batch" in str(caught.value)


def test_places_are_looked_through_in_order(
    places: Places, offline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = contents()
    publish(monkeypatch, made)
    for place in reversed(data_folders()):
        folder = write(place / "cifar-10-batches-py", made)
        assert len(cifar10.load(validation=0, seed=1).y_train) == 5 * N
        for name in made:
            (folder / name).write_bytes(b"")  # so that the next one must be found before it


@pytest.mark.usefixtures("places", "offline")
def test_the_set_says_where_it_was_looked_for_when_it_is_nowhere() -> None:
    with pytest.raises(
        DataNotFoundError, match="VOUCH_DATA to the folder that contains cifar-10-batches-py/"
    ):
        cifar10.load(seed=1)


def archive_of(made: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in made.items():
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("left_out", [None, "data_batch_5"])
def test_the_publishers_archive_is_fetched_once_and_read_in_place(
    left_out: str | None,
    places: Places,
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = contents()
    publish(monkeypatch, made)
    packed = archive_of({name: content for name, content in made.items() if name != left_out})
    publisher.serve(packed)
    archive = replace(cifar10.ARCHIVE, download_sha256=hashlib.sha256(packed).hexdigest())
    monkeypatch.setattr(cifar10, "ARCHIVE", archive)
    monkeypatch.setattr(
        cifar10, "CIFAR_10", replace(cifar10.CIFAR_10, addresses=(publisher.address,))
    )
    if left_out:
        with pytest.raises(DataCorruptError, match=f"Missing: {left_out}"):
            cifar10.load(validation=0, seed=1)
        return
    once, again = (cifar10.load(validation=0, seed=1) for _ in range(2))
    assert once.sha256 == again.sha256
    assert publisher.requests == ["/data/cifar-10-python.tar.gz"]
    folder = places.cache / "cifar-10-batches-py"
    assert [path.name for path in folder.iterdir()] == ["cifar-10-python.tar.gz"]


@pytest.fixture(scope="module")
def real() -> Split:
    for place in data_folders():
        if (place / "cifar-10-batches-py" / "test_batch").is_file():
            return cifar10.load(seed=1)
    pytest.skip("CIFAR-10 is in no folder of VOUCH_DATA")


def test_the_published_set_has_its_published_sizes_and_equal_classes(real: Split) -> None:
    assert [images.shape for _, images, _ in real.parts()] == [
        (45_000, 32, 32, 3),
        (5_000, 32, 32, 3),
        (10_000, 32, 32, 3),
    ]
    for (_, _, labels), n in zip(real.parts(), (4_500, 500, 1_000), strict=True):
        assert np.bincount(labels).tolist() == [n] * 10
    assert real.class_names[:2] == ("airplane", "automobile")
