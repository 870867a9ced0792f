"""Studies are found by name, and near names are offered."""

import pytest

from experiments import catalogue


def test_every_study_and_experiment_says_in_one_line_what_it_is() -> None:
    entries = catalogue.studies()
    entries += [entry for study in entries for entry in catalogue.experiments(study.name)]
    assert {"fashion", "fashion.classification"} <= {entry.name for entry in entries}
    assert all(len(entry.summary) > 20 for entry in entries)


def test_modules_that_cannot_be_run_are_no_experiments() -> None:
    assert "fashion.data" not in [entry.name for entry in catalogue.experiments("fashion")]


@pytest.mark.parametrize(
    ("name", "near"),
    [("fashin", "'fashion'"), ("fashion.clasification", "'fashion.classification'")],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(catalogue.UnknownNameError, match=f"did you mean {near}"):
        catalogue.find(name)
