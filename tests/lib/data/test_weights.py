"""Pretrained networks come from files with the right hash, and take bytes alone."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.data import DataCorruptError, DataNotFoundError, weights
from lib.data.files.locations import PublishedFile, data_folders
from tests.lib.data.publishing import Places, Publisher


def test_images_are_prepared_as_each_network_was_trained() -> None:
    levels = np.array([0, 127, 255], np.uint8).reshape(1, 1, 1, 3)
    prepare, low, high = weights._scaling(127.5, 127.5)
    np.testing.assert_allclose(prepare(levels).ravel(), [-1, 127 / 127.5 - 1, 1], atol=1e-7)
    assert (low, high) == (-1, 1)
    prepare, low, high = weights._scaling(127, 128)
    assert prepare(levels).ravel().tolist() == [-127 / 128, 0, 1]
    assert prepare(levels).dtype == np.float32
    assert (low, high) == (-127 / 128, 1)


def test_images_cannot_be_prepared_twice_or_without_colour() -> None:
    prepare, _, _ = weights._scaling(127, 128)
    image = np.zeros((1, 4, 4, 3), np.uint8)
    with pytest.raises(ValueError, match="Received: dtype=float32"):
        prepare(prepare(image))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"shape=\(1, 4, 4\)"):
        prepare(image[..., 0])


@pytest.mark.parametrize("options", [{"size": 128}, {"top": False, "size": 31}])
def test_a_size_that_the_weights_do_not_fit_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="size 224 with the classifier, at least 32 without"):
        weights.mobilenet(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("load", [weights.mobilenet, weights.efficientnet_lite0])
def test_missing_weights_are_named_with_the_way_to_get_them(load: object, places: Places) -> None:
    with pytest.raises(DataNotFoundError, match=r"(h5|keras)\) was not found below .*weights/"):
        load()  # type: ignore[operator]


@pytest.mark.parametrize("load", [weights.mobilenet, weights.efficientnet_lite0])
def test_another_file_is_refused_before_it_is_opened(load: object, places: Places) -> None:
    for file in (weights.MOBILENET, weights.EFFICIENTNET_LITE0):
        (places.chosen / file.name).write_bytes(b"other weights")
    with pytest.raises(DataCorruptError, match=r"Received: .* 13 bytes\); replace it"):
        load()  # type: ignore[operator]


def test_the_names_of_the_classes_are_fetched_and_checked(
    places: Places, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {str(n): [f"n{n}", f"some_thing_{n}"] for n in reversed(range(1000))}
    publisher.serve(json.dumps(listed).encode())
    sha256 = hashlib.sha256(publisher.body).hexdigest()
    monkeypatch.setattr(
        weights, "CLASS_INDEX", replace(weights.CLASS_INDEX, download_sha256=sha256)
    )
    monkeypatch.setattr(
        weights, "WEIGHTS", replace(weights.WEIGHTS, addresses=(publisher.address,))
    )
    assert weights.class_names()[:2] == ("some thing 0", "some thing 1")
    assert len(weights.class_names()) == 1000
    assert publisher.requests == ["/data/imagenet_class_index.json"]


def real(name: str) -> None:
    if not any((Path(place) / "weights" / name).is_file() for place in data_folders()):
        pytest.skip("ImageNet weights are in no folder of VOUCH_DATA")


@pytest.mark.parametrize(
    ("load", "file"),
    [
        (weights.mobilenet, weights.MOBILENET),
        (weights.efficientnet_lite0, weights.EFFICIENTNET_LITE0),
    ],
)
def test_the_real_networks_know_a_cup_of_coffee(load: object, file: PublishedFile) -> None:
    real(file.name)
    from PIL import Image
    from skimage import data

    network = load()  # type: ignore[operator]
    small = Image.fromarray(data.coffee()).resize((weights.SIZE, weights.SIZE))
    score = np.asarray(network.model(network.prepare(np.asarray(small)[None])))[0]
    assert weights.class_names()[int(np.argmax(score))] == "espresso"
    assert abs(score.sum() - 1) < 1e-3


def test_the_real_features_have_the_size_of_their_images() -> None:
    real(weights.MOBILENET_NO_TOP.name)
    network = weights.mobilenet(top=False, size=96)
    assert network.model.output_shape == (None, 3, 3, 768)
