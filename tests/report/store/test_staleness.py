"""Whether cited runs are what the project would compute now."""

import importlib.metadata
import json
import platform
from pathlib import Path

import pytest

from contract import causes, names
from contract.causes import Cause, Judgement
from contract.definitions import definition_sha256
from contract.names import Profile
from report.store.reader import open_store
from report.store.runs import Runs
from report.store.staleness import changed_plan, mixed_seeds, stale_runs
from report.studies.fashion import STUDY as FASHION
from tests.report.writer import Writer

PYTHON = ".".join(platform.python_version_tuple()[:2])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "models.py").write_text(
        'def build(units):\n    """Build."""\n    return 1\n'
    )
    return tmp_path


def fresh(project: Path) -> dict[str, object]:
    return {
        "code": {"lib.models:build": definition_sha256("lib.models", "build", project)},
        "libraries": {"click": importlib.metadata.version("click")},
        "drawing": {"code": {}, "libraries": {}},
        "python": PYTHON,
    }


def differences(writer: Writer, project: Path, *cited: str) -> dict[str, str]:
    runs = Runs("fashion", "quick", open_store(writer.uri))
    for name in cited:
        runs.stage(name)
    return {
        stale.run: "; ".join(stale.differences)
        for stale in stale_runs(runs, project, FASHION.outside)
    }


def test_a_run_of_the_present_project_is_fresh(writer: Writer, project: Path) -> None:
    writer.run("classification.initial", fingerprint=fresh(project))
    assert differences(writer, project, "classification.initial") == {}


def test_a_comment_changes_nothing(writer: Writer, project: Path) -> None:
    writer.run("classification.initial", fingerprint=fresh(project))
    module = project / "lib" / "models.py"
    module.write_text("# why\n" + module.read_text().replace("Build.", "Build a model."))
    assert differences(writer, project, "classification.initial") == {}


@pytest.mark.parametrize(
    "changed", ["def build(units):\n    return 2\n", "def make(units):\n    return 1\n", ""]
)
def test_changed_code_is_named(writer: Writer, project: Path, changed: str) -> None:
    writer.run("classification.initial", fingerprint=fresh(project))
    (project / "lib" / "models.py").write_text(changed)
    found = differences(writer, project, "classification.initial")
    assert found == {"classification.initial": "code changed (lib.models:build)"}


def test_changed_drawing_code_is_named(writer: Writer, project: Path) -> None:
    code = fresh(project)["code"]
    writer.run(
        "classification.initial",
        fingerprint={**fresh(project), "code": {}, "drawing": {"code": code, "libraries": {}}},
    )
    (project / "lib" / "models.py").write_text("def build():\n    return 3\n")
    assert (
        "lib.models:build"
        in differences(writer, project, "classification.initial")["classification.initial"]
    )


def test_other_versions_are_named(writer: Writer, project: Path) -> None:
    libraries = {"click": "0.1", "no-such-library": "1.0"}
    writer.run(
        "classification.initial",
        fingerprint={**fresh(project), "libraries": libraries, "python": "2.7"},
    )
    found = differences(writer, project, "classification.initial")["classification.initial"]
    assert f"click was 0.1, is {importlib.metadata.version('click')}" in found
    assert "no-such-library was 1.0, is not installed" in found
    assert f"Python was 2.7, is {PYTHON}" in found


def test_an_input_computed_anew_is_named_but_not_one_only_drawn_anew(
    writer: Writer, project: Path
) -> None:
    def trained(computation: str) -> None:
        writer.run(
            "classification.final",
            fingerprint=fresh(project),
            tags={names.Tag.COMPUTATION: computation},
        )

    trained("as it was")
    writer.run(
        "classification.reload",
        fingerprint={**fresh(project), "inputs": {"trained": "as it was"}},
    )
    trained("as it was")
    assert differences(writer, project, "classification.reload") == {}
    trained("another")
    found = differences(writer, project, "classification.reload")
    assert found == {"classification.reload": "its input trained has been recomputed since"}


def test_a_run_without_a_fingerprint_is_stale(writer: Writer, project: Path) -> None:
    writer.run("classification.initial")
    next(writer.root.glob(f"**/{names.FINGERPRINT_FILE}")).unlink()
    found = differences(writer, project, "classification.initial")
    missing = "its artifacts are missing (it has no fingerprint.json)"
    assert found == {"classification.initial": missing}


def test_changed_settings_are_named_although_no_stage_uses_them(
    writer: Writer, project: Path
) -> None:
    module = project / "lib" / "models.py"
    module.write_text("EPOCHS = 10\n" + module.read_text())
    plan = {"EPOCHS": definition_sha256("lib.models", "EPOCHS", project)}
    tag = names.plan("quick", "lib.models")
    writer.run("classification.initial", fingerprint=fresh(project))
    writer.client.set_experiment_tag(writer.experiment_id, tag, json.dumps(plan))
    assert changed_plan(Runs("fashion", "quick", open_store(writer.uri)), project) == ""
    module.write_text(module.read_text().replace("10", "20"))
    assert differences(writer, project, "classification.initial") == {}
    sentence = changed_plan(Runs("fashion", "quick", open_store(writer.uri)), project)
    assert "lib.models:EPOCHS" in sentence
    assert changed_plan(Runs("fashion", "full", open_store(writer.uri)), project) == ""


def test_runs_of_two_seeds_are_named_with_the_command_for_the_newer_one(writer: Writer) -> None:
    stages = ("classification.initial", "classification.tuning", "classification.final")
    for name in stages:
        writer.run(name)
    runs = Runs("fashion", "quick", open_store(writer.uri))
    for name in stages:
        runs.stage(name)
    assert mixed_seeds(runs) == ""
    newer = writer.run("classification.initial", tags={names.Tag.SEED: "7"})
    writer.client.set_terminated(newer, "FINISHED")  # now, and the others in the past
    runs = Runs("fashion", "quick", open_store(writer.uri))
    for name in stages:
        runs.stage(name)
    assert mixed_seeds(runs) == (
        "the study's runs have different seeds: classification.initial with seed 7;"
        " classification.tuning, classification.final with seed 42"
    )
    assert runs.remedy.endswith("--profile quick --seed 7")


def test_judgements_that_changed_since_make_their_run_stale(writer: Writer, project: Path) -> None:
    file = causes.path("fashion", project)
    causes.write(file, [Judgement(17, (Cause.NOISE,), "blurred")], Profile.QUICK)
    parameters = {"judged": {"17": "noise"}, "remarks": {"17": "blurred"}}
    writer.run("explainability.causes", fingerprint={**fresh(project), "parameters": parameters})
    assert differences(writer, project, "explainability.causes") == {}
    causes.write(file, [Judgement(18, (Cause.NOISE,))], Profile.FULL)
    assert differences(writer, project, "explainability.causes") == {}
    causes.write(file, [Judgement(17, (Cause.OVERFITTING,), "blurred")], Profile.QUICK)
    assert differences(writer, project, "explainability.causes") == {
        "explainability.causes": "judgements changed (answers/fashion/causes.csv)"
    }
    file.write_text("17,noise\n")
    found = differences(writer, project, "explainability.causes")["explainability.causes"]
    assert "causes.csv, line 1: Expected the columns" in found
