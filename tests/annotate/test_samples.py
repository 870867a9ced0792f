"""The misclassified samples are read from a study's current runs."""

import signal
import subprocess
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from annotate import samples
from annotate.__main__ import main
from annotate.desk import Suggestion
from contract.names import Profile
from report.errors import ReportError
from report.store.reader import open_store
from report.store.runs import Runs
from tests.lifetimes import needs_proc, running
from tests.report.writer import Writer

IMAGES = np.arange(2 * 4 * 3 * 3, dtype=np.uint8).reshape(2, 4, 3, 3)


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Writer:
    """A store with two mistakes, one of which a person has judged."""
    made = Writer(tmp_path_factory.mktemp("mistaken"), migrated)
    made.run(
        "explainability.mistakes",
        tables={
            "mistakes": "test_index,true,predicted,other,example_distance,counterexample_distance\n"
            "7,Coat,Shirt,Shirt,2.5,1.5\n11,Bag,Dress,Shirt,4.0,3.0\n"
        },
        arrays={"images": IMAGES},
    )
    made.run(
        "explainability.causes",
        tables={
            "suggestions": "test_index,cause,reason\n"
            "7,noise,dark\n7,overfitting,near\n11,noise,?\n",
            "causes": "test_index,true,predicted,causes,by,suggested,remark\n"
            "7,Coat,Shirt,noise;underfitting,judged,noise,\n11,Bag,Dress,noise,suggested,noise,\n",
        },
    )
    return made


@pytest.fixture
def writer(mistaken: Writer, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """The same, where the page looks for a store; it only reads it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mistaken.uri)
    return mistaken


@pytest.mark.usefixtures("writer")
def test_each_sample_has_its_own_neighbours_and_suggestions() -> None:
    profile, found = samples.read("fashion", None)
    assert profile is Profile.QUICK
    first, second = found
    assert (first.test_index, first.true, first.predicted) == (7, "Coat", "Shirt")
    assert (first.example.label, first.example.distance) == ("Coat", 2.5)
    assert (second.counterexample.label, second.counterexample.distance) == ("Shirt", 3.0)
    assert first.suggestions == (Suggestion("noise", "dark"), Suggestion("overfitting", "near"))
    np.testing.assert_array_equal(second.image, IMAGES[1, 0])
    np.testing.assert_array_equal(second.example.image, IMAGES[1, 2])
    np.testing.assert_array_equal(second.counterexample.image, IMAGES[1, 3])


def test_what_the_runs_took_in_is_read_back(writer: Writer) -> None:
    runs = Runs("fashion", "quick", open_store(writer.uri))
    assert samples.indices(runs) == [7, 11]
    assert samples.judged(runs) == {7: ("noise", "underfitting")}


@pytest.mark.usefixtures("writer")
def test_before_there_are_runs_the_command_that_makes_them_is_said() -> None:
    with pytest.raises(ReportError, match=r"Received: none\s+To fix it: python -m experiments"):
        samples.read("fashion", "full")


@pytest.mark.usefixtures("writer")
def test_a_study_without_samples_to_judge_is_answered_with_those_that_have_some() -> None:
    result = CliRunner().invoke(main, ["fashoin"])
    assert result.exit_code == 2
    assert "'fashoin' is not 'fashion'" in result.output


def page_of(judgements: Path) -> list[str]:
    """Arguments of Python that serve the page; the judgements of whoever runs the tests stay."""
    script = (
        "import pathlib; from contract import causes; from annotate.__main__ import main;"
        f"causes.path = lambda _: pathlib.Path({str(judgements)!r});"
        "main(['fashion', '--port', '0'])"
    )
    return ["-u", "-c", script]


@needs_proc
@pytest.mark.usefixtures("writer")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_it_ends_nothing_stays_behind(ending: signal.Signals, tmp_path: Path) -> None:
    with running(page_of(tmp_path / "causes.csv"), stdout=subprocess.PIPE) as program:
        assert program.process.stdout is not None
        assert "http://127.0.0.1" in program.process.stdout.readline()
        program.process.send_signal(ending)
        assert program.left() == {}
        assert program.process.wait(timeout=10) == -ending


@pytest.mark.usefixtures("writer")
def test_it_serves_until_it_is_interrupted_and_ends_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judgements = tmp_path / "causes.csv"
    with running(page_of(judgements), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        process = program.process
        assert process.stdout is not None
        address = process.stdout.readline().split()[5]
        with urllib.request.urlopen(address, timeout=10) as page:  # noqa: S310
            assert b"Why was it misclassified?" in page.read()
        monkeypatch.setattr("contract.causes.path", lambda _: judgements)
        taken = CliRunner().invoke(main, ["fashion", "--port", address.split(":")[2].strip("/")])
        assert taken.exit_code == 1
        assert "Expected a free port" in taken.output
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert err == ""
    assert len(out.strip().splitlines()) == 1
    assert " of 2 judged" in out
