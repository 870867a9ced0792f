"""The store's address means one file, to us and to SQLAlchemy."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from contract import addresses

ADDRESSES = [
    "sqlite:///mlflow.db",
    "sqlite:///some/folder/mlflow.db?timeout=60",
    "sqlite:////data/mlflow.db",
    "sqlite:////data/my%20runs/mlflow.db?timeout=60&cache=shared",
    "sqlite:////data/my runs/m#1.db",
    "sqlite:////data/100%25/what%3F.db",
    "sqlite:///C:/Users/me/mlflow.db",
    "sqlite:///C:\\Users\\me\\mlflow.db",
    "sqlite+pysqlite:////data/mlflow.db",
    "sqlite:////data/mlflow.db?",
    "sqlite:////data/Größe/日本.db",
]


@pytest.mark.parametrize("uri", ADDRESSES)
def test_an_address_names_the_file_that_sqlalchemy_opens(uri: str) -> None:
    found = addresses.database(uri)
    assert found == Path(make_url(uri).database or "").absolute()
    assert dict(make_url(uri).query) == addresses.query(uri)


@pytest.mark.parametrize("uri", ADDRESSES)
def test_an_absolute_address_names_the_same_file_from_any_folder(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, absolute = addresses.database(uri), addresses.absolute(uri)
    monkeypatch.chdir(tmp_path)
    assert addresses.database(absolute) == file == Path(make_url(absolute).database or "")
    assert addresses.query(absolute) == addresses.query(uri)


@given(st.text(st.characters(blacklist_characters="\0/", codec="utf-8"), min_size=1, max_size=20))
def test_any_file_has_an_address_that_leads_back_to_it(name: str) -> None:
    path = Path("/data") / name / "mlflow.db"
    uri = addresses.sqlite(path, "timeout=5")
    assert addresses.database(uri) == path
    assert make_url(uri).database == str(path)
    assert addresses.query(uri) == {"timeout": "5"}


@pytest.mark.parametrize("uri", ["http://127.0.0.1:5000", "https://host/mlflow/?x=1"])
def test_a_server_has_no_file(uri: str) -> None:
    assert addresses.database(uri) is None
    assert addresses.absolute(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "mlruns",
        "file:///data/mlruns",
        "postgresql://host/mlflow",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/mlflow.db",
        "sqlite:///file:mlflow.db?uri=true",
        "sqlite:///a%00b.db",
        "http://",
        " ",
    ],
)
def test_any_other_address_is_refused_in_one_sentence(uri: str) -> None:
    with pytest.raises(addresses.AddressError, match=r"^Expected .* Received: "):
        addresses.database(uri)


def test_the_variable_wins_over_the_projects_own_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "100% mine?"
    monkeypatch.delenv(addresses.VARIABLE, raising=False)
    assert addresses.database(addresses.named(folder)) == folder / "mlruns" / "mlflow.db"
    monkeypatch.setenv(addresses.VARIABLE, "http://host")
    assert addresses.named(folder) == "http://host"
