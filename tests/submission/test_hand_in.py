"""A hand-in is complete, or refused with a list of everything that is missing."""

import contextlib
import io
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from contract import causes, names
from contract.causes import Cause, Judgement
from contract.names import Profile
from report.delivery import Delivery
from report.errors import ReportError
from report.studies.fashion import STUDY
from submission.__main__ import hand_in
from tests.submission.conftest import FACTS, JUDGED, HandIn, write_notebook

PDF, ZIP = "ReportP2_group21_One_van-den-Two.pdf", "CodeP2_group21_One_van-den-Two.zip"


@pytest.fixture(autouse=True)
def zip_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip the zip's own trial, which takes long and is tested in `test_package`."""
    monkeypatch.setattr("submission.trial.failure", lambda _packed, _study: "")


def refusal(project: HandIn, output: Path) -> str:
    """What is said against a hand-in, of which nothing may be written."""
    with pytest.raises(ReportError) as refused:
        hand_in(STUDY, Profile.FULL, output, project.root)
    assert not output.exists()
    return str(refused.value)


@pytest.fixture
def already_set(rendered: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the PDF as set before: that takes seconds."""
    monkeypatch.setattr("report.pages.pdf.render", lambda _report, draft: draft or rendered)


@pytest.mark.usefixtures("already_set")
def test_a_whole_hand_in_is_two_files_and_the_same_bytes_again(
    project: HandIn, tmp_path: Path
) -> None:
    made = []
    for folder in ("one", "two"):
        hand_in(STUDY, Profile.FULL, tmp_path / folder, project.root)
        assert {path.name for path in (tmp_path / folder).iterdir()} == {PDF, ZIP}
        made.append([(tmp_path / folder / name).read_bytes() for name in (PDF, ZIP)])
    assert made[0] == made[1]
    archive = zipfile.ZipFile(io.BytesIO(made[0][1]))
    inside = {name.partition("/")[2] for name in archive.namelist()}
    assert {
        "results/fashion/full/trials.csv",
        "results/fashion/full/final.yaml",
        "results/fashion/full/autoencoder.yaml",
        "results/fashion/full/causes.csv",
        "answers/fashion/causes.csv",
    } <= inside
    readme = archive.read(f"{Path(ZIP).stem}/README.md").decode()
    assert "group 21: Family One, Family van den Two" in readme
    assert f"`{PDF}`" in readme
    named = [line.split("`")[1] for line in readme.splitlines() if line.startswith("| `")]
    assert len(named) >= 3 + 7
    assert set(named) <= inside


@pytest.mark.usefixtures("already_set")
def test_a_zip_that_encloses_the_report_needs_no_group(
    project: HandIn, rendered: bytes, tmp_path: Path
) -> None:
    (project.root / "handin.toml").write_text(FACTS.replace("group = 21", ""))
    enclosing = Delivery("PW_{names}", "PW_{names}", enclosed=True)
    hand_in(replace(STUDY, delivery=enclosing), Profile.FULL, tmp_path / "out", project.root)
    stem = "PW_One_van-den-Two"
    archive = zipfile.ZipFile(tmp_path / "out" / f"{stem}.zip")
    assert archive.read(f"{stem}/{stem}.pdf") == rendered
    readme = archive.read(f"{stem}/README.md").decode()
    assert "by Family One, Family van den Two. The report is `PW_One_van-den-Two.pdf`" in readme
    assert "pip install -r locks/run.txt" in readme
    assert f"{stem}/locks/run.txt" in archive.namelist()


def without_facts(project: HandIn) -> None:
    (project.root / "handin.toml").unlink()


def wrong_group(project: HandIn) -> None:
    file = project.root / "handin.toml"
    file.write_text(file.read_text().replace("21", '"twenty-one"'))


def one_judgement_less(project: HandIn) -> None:
    causes.write(causes.path("fashion", project.root), JUDGED[:1], Profile.FULL)


def another_judgement(project: HandIn) -> None:
    changed = (Judgement(17, (Cause.UNDERFITTING,)), JUDGED[1])
    causes.write(causes.path("fashion", project.root), changed, Profile.FULL)


def unknown_cause(project: HandIn) -> None:
    file = causes.path("fashion", project.root)
    file.write_text(file.read_text().replace("overfitting", "overfiting"))


def no_mistakes(project: HandIn) -> None:
    project.artifact("explainability.mistakes", "tables/mistakes.csv").unlink()


def stale_run(project: HandIn) -> None:
    project.artifact("classification.final", names.FINGERPRINT_FILE).write_text('{"python": "2"}')


def stand_in(project: HandIn) -> None:
    with contextlib.closing(sqlite3.connect(project.database)) as database, database:
        database.execute(
            "UPDATE tags SET value = ? WHERE key = ?", (names.DataSource.STAND_IN, "data_source")
        )


def no_notebook(project: HandIn, at: int) -> None:
    project.scripts()[at].target.unlink()


def no_json(project: HandIn, at: int) -> None:
    project.scripts()[at].target.write_text("{}")


def changed_script(project: HandIn, at: int) -> None:
    path = project.scripts()[at].path
    path.write_text(path.read_text() + "\n# %%\n2\n")


def notebook(project: HandIn, at: int, **changed: object) -> None:
    """Make a notebook another one."""
    write_notebook(project, project.scripts()[at], **changed)


# A hand-in is copied for each list, of what does not hide one another.
LACKING: dict[str, list[tuple[Callable[[HandIn], None], str]]] = {
    "facts, a judgement and a notebook": [
        (without_facts, "handin.toml does not set group"),
        (without_facts, "handin.toml does not set collaboration"),
        (one_judgement_less, "1 of 2 misclassified samples are not judged (28)"),
        (stale_run, "is stale: Python was 2"),
        (stale_run, "To fix it: python -m experiments run fashion --profile full"),
        (partial(no_notebook, at=0), "experiments/fashion/classification.ipynb is missing"),
    ],
    "a group number and notebooks of the current scripts": [
        (wrong_group, "Expected a number as group in handin.toml. Received: 'twenty-one'"),
        (another_judgement, "some judgements are newer than the report"),
        (stand_in, "the report is based on generated stand-in data"),
        (partial(no_json, at=0), "/classification.ipynb is not a notebook"),
        (
            partial(changed_script, at=1),
            "/encoding.ipynb was executed from another version of its script",
        ),
        (
            partial(notebook, at=2, profile="quick"),
            "/model_explainability.ipynb is of profile quick, not full",
        ),
    ],
    "a cause that there is and notebooks of the current runs": [
        (unknown_cause, "did you mean 'overfitting' or"),
        (
            partial(notebook, at=0, computations={}),
            "/classification.ipynb shows other runs than the current ones",
        ),
        (
            partial(notebook, at=1, cell={"execution_count": 2}),
            "/encoding.ipynb has not been executed from top to bottom",
        ),
        (
            partial(notebook, at=2, cell={"outputs": [{"output_type": "error"}]}),
            "/model_explainability.ipynb shows an error or a warning",
        ),
    ],
    "the misclassified samples": [
        (no_mistakes, "Expected a table of run explainability.mistakes"),
    ],
}


@pytest.mark.parametrize("lacking", LACKING)
def test_a_hand_in_that_lacks_something_is_refused_and_all_of_it_said_at_once(
    project: HandIn, tmp_path: Path, lacking: str
) -> None:
    for spoil in dict.fromkeys(spoil for spoil, _ in LACKING[lacking]):
        spoil(project)
    found = refusal(project, tmp_path / "output")
    assert [said for _, said in LACKING[lacking] if said not in found] == [], found


def test_before_there_are_runs_the_command_that_makes_them_is_said(
    project: HandIn, tmp_path: Path
) -> None:
    with pytest.raises(ReportError, match="Received: none") as refused:
        hand_in(STUDY, Profile.QUICK, tmp_path / "output", project.root)
    assert "python -m experiments run fashion --profile quick" in str(refused.value)


@pytest.mark.usefixtures("already_set")
def test_a_zip_that_does_not_run_is_refused(
    project: HandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("submission.trial.failure", lambda _packed, _study: "it fails: no luck")
    assert "no luck" in refusal(project, tmp_path / "output")


@pytest.mark.usefixtures("already_set")
def test_what_was_handed_in_before_stays_when_writing_fails(
    project: HandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "output"
    output.mkdir()
    (output / PDF).write_bytes(b"before")
    write = Path.write_bytes

    def full_disk(path: Path, data: bytes) -> int:
        if path.suffix == ".zip":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(ReportError, match="No space left"):
        hand_in(STUDY, Profile.FULL, output, project.root)
    assert {path.name: path.read_bytes() for path in output.iterdir()} == {PDF: b"before"}
