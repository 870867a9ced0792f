"""A publisher, and the places that a loader looks through, for each test anew."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.data.files import locations
from lib.data.files.locations import Publication
from tests.lib.data.publishing import Handler, Places, Publisher, PublisherServer


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with PublisherServer(("127.0.0.1", 0), Handler) as server:
        server.publisher = Publisher(f"http://127.0.0.1:{server.server_port}/data")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.publisher
        server.shutdown()
        thread.join()


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    folders = Places(tmp_path / "chosen", tmp_path / "system", tmp_path / "home" / "vouch")
    for folder in folders.all():
        folder.mkdir(parents=True)
    monkeypatch.setenv("VOUCH_DATA", str(folders.chosen))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folders.cache.parent))
    monkeypatch.setattr(locations, "SYSTEM_FOLDERS", (folders.system,))
    return folders


@pytest.fixture
def publication(publisher: Publisher) -> Publication:
    return Publication("Test-Set", "test-set", "dataset-test-set", (publisher.address,))
