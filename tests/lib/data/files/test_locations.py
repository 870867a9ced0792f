"""A published file is found in order, downloaded when nowhere, and refused when it is not right."""

import gzip
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.data import DataCorruptError, DataNotFoundError
from lib.data.files.locations import (
    Publication,
    PublishedFile,
    cache_folder,
    data_folders,
    read_published,
)
from tests.lib.data.publishing import CONTENT, FILE, PACKED, Places, Publisher


@pytest.fixture
def refusing_address() -> Iterator[str]:
    """An address whose port is taken but not listened to: connections are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/data"


@pytest.fixture
def unreachable(refusing_address: str, monkeypatch: pytest.MonkeyPatch) -> Publication:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return Publication("Test-Set", "test-set", "dataset-test-set", (refusing_address,))


def put(folder: Path, packed: bytes = PACKED) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE.name
    path.write_bytes(packed)
    return path


def test_places_are_gone_through_in_order(
    places: Places, publication: Publication, publisher: Publisher
) -> None:
    """Each place holds a wrong file, so that the refusal names the place that was taken."""
    for folder in reversed(places.all()):
        path = put(folder / "test-set", gzip.compress(b"other"))
        with pytest.raises(DataCorruptError, match=str(path)):
            read_published(publication, FILE)
    assert publisher.requests == []


@pytest.mark.parametrize("place", ["chosen", "system", "cache"])
@pytest.mark.parametrize("layout", ["", "test-set"])
def test_a_file_is_found_in_each_place_and_layout(
    place: str, layout: str, places: Places, unreachable: Publication
) -> None:
    put({"chosen": places.chosen, "system": places.system, "cache": places.cache}[place] / layout)
    assert read_published(unreachable, FILE) == CONTENT


def test_a_file_packed_anew_by_someone_else_is_the_same_file(
    places: Places, unreachable: Publication
) -> None:
    put(places.chosen, gzip.compress(CONTENT, compresslevel=1, mtime=7))
    assert read_published(unreachable, FILE) == CONTENT


def test_vouch_data_names_several_folders_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_DATA", "/first::~/second:third")
    assert data_folders()[:3] == (Path("/first"), Path.home() / "second", Path.cwd() / "third")


def test_without_vouch_data_the_system_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOUCH_DATA", raising=False)
    assert data_folders() == (Path("/usr/share/datasets"), cache_folder())


@pytest.mark.parametrize("configured", [None, "", "relative/folder"])
def test_the_cache_is_in_the_home_folder_unless_an_absolute_path_says_otherwise(
    configured: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if configured is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", configured)
    assert cache_folder() == Path.home() / ".cache" / "vouch"


def test_what_is_nowhere_is_downloaded_once(
    places: Places, publication: Publication, publisher: Publisher
) -> None:
    assert read_published(publication, FILE) == CONTENT
    assert read_published(publication, FILE) == CONTENT
    assert publisher.requests == ["/data/images.gz"]
    assert [path.name for path in (places.cache / "test-set").iterdir()] == ["images.gz"]


@pytest.mark.parametrize(
    ("packed", "state"),
    [
        pytest.param(PACKED[:-30], "truncated", id="truncated"),
        pytest.param(b"", "content sha256=", id="empty"),
        pytest.param(b"<html>" + PACKED, "damaged", id="not gzip"),
        pytest.param(PACKED[:900] + bytes(50) + PACKED[950:], "damaged", id="bytes overwritten"),
        pytest.param(gzip.compress(CONTENT[:-1] + b"!"), "content sha256=", id="altered"),
    ],
)
def test_a_wrong_file_is_named_and_refused_though_a_right_one_lies_elsewhere(
    packed: bytes, state: str, places: Places, publication: Publication, publisher: Publisher
) -> None:
    put(places.system / "test-set")
    path = put(places.chosen / "test-set", packed)
    with pytest.raises(DataCorruptError) as raised:
        read_published(publication, FILE)
    sentence = str(raised.value)
    assert sentence.startswith("Expected ")
    assert f"Received: {path}" in sentence
    assert state in sentence
    assert "replace it with the published file, or delete it" in sentence
    assert publisher.requests == []


def test_a_wrong_file_of_a_package_is_replaced_by_installing_it_again(
    places: Places, publication: Publication
) -> None:
    put(places.system / "test-set", PACKED[:-9])
    with pytest.raises(DataCorruptError, match="apt-get install --reinstall dataset-test-set"):
        read_published(publication, FILE)


def test_a_folder_in_the_place_of_a_file_is_refused(
    places: Places, publication: Publication
) -> None:
    (places.chosen / FILE.name).mkdir()
    with pytest.raises(DataCorruptError, match=r"readable file.*images\.gz \(Is a directory\)"):
        read_published(publication, FILE)


def test_without_data_or_network_one_sentence_names_the_places_and_the_ways(
    places: Places, unreachable: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_DATA", f"{places.chosen}:/no/such")
    with pytest.raises(DataNotFoundError) as raised:
        read_published(unreachable, FILE)
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert sentence.count(". ") == 0
    for place in places.all():
        assert str(place) in sentence
    assert "/no/such (no such folder)" in sentence
    assert "127.0.0.1" in sentence
    assert "connection failed" in sentence
    assert "install Debian's package dataset-test-set" in sentence
    assert "set VOUCH_DATA to the folder that contains test-set/" in sentence
    assert isinstance(raised.value, FileNotFoundError)


def test_a_download_that_breaks_off_leaves_nothing_behind(
    places: Places, publication: Publication, publisher: Publisher
) -> None:
    publisher.serve(PACKED[:500], announced=len(PACKED))
    with pytest.raises(DataNotFoundError, match="connection failed"):
        read_published(publication, FILE)
    assert list((places.cache / "test-set").iterdir()) == []


@pytest.mark.parametrize(
    "body", [PACKED[:500], b"<html>Please log in</html>", gzip.compress(CONTENT, mtime=2)]
)
def test_an_altered_download_is_refused_and_leaves_nothing_behind(
    body: bytes, places: Places, publication: Publication, publisher: Publisher
) -> None:
    publisher.serve(body)
    with pytest.raises(DataCorruptError, match=f"{publisher.address}/images.gz; try again later"):
        read_published(publication, FILE)
    assert list((places.cache / "test-set").iterdir()) == []


def test_the_next_address_is_asked_when_one_does_not_answer(
    places: Places, publication: Publication, publisher: Publisher, refusing_address: str
) -> None:
    host = publisher.address.removesuffix("/data")
    addresses = (refusing_address, f"{host}/gone", publisher.address)
    assert read_published(replace(publication, addresses=addresses), FILE) == CONTENT
    assert publisher.requests == ["/gone/images.gz", "/data/images.gz"]
    assert (places.cache / "test-set" / "images.gz").is_file()


def test_an_address_without_the_file_is_reported_with_its_status(
    places: Places, publication: Publication, publisher: Publisher
) -> None:
    gone = replace(publication, addresses=(publisher.address.replace("/data", "/gone"),))
    with pytest.raises(DataNotFoundError, match=f"below {places.chosen}.*HTTP 404"):
        read_published(gone, FILE)


def test_a_cache_that_cannot_be_written_is_named(places: Places, publication: Publication) -> None:
    (places.cache / "test-set").write_text("in the way")
    with pytest.raises(DataNotFoundError, match=f"writable.*{places.cache}/test-set .*XDG_CACHE"):
        read_published(publication, FILE)


def test_a_content_hash_that_disagrees_with_the_download_hash_is_found(
    places: Places, publication: Publication
) -> None:
    mistaken = PublishedFile(FILE.name, FILE.download_sha256, content_sha256="0" * 64)
    with pytest.raises(DataCorruptError, match=str(places.cache)):
        read_published(publication, mistaken)


@pytest.mark.parametrize("named", ["~nosuchuser/data", "/" + "x" * 300])
def test_a_data_folder_that_cannot_be_holds_nothing(
    named: str, places: Places, unreachable: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_DATA", named)
    assert named.rpartition("/")[2] in str(data_folders()[0])
    with pytest.raises(DataNotFoundError, match="no such folder"):
        read_published(unreachable, FILE)
