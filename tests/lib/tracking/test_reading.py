"""An experiment reads what another one has run, and never runs it by itself."""

import pytest

from contract import names
from contract.names import Profile
from lib.tracking import NotYetRunError, Results, StageError, Study, uses
from tests.lib.tracking import stages
from tests.lib.tracking.stages import CALLS, Numbers


def measured(study: Study, scale: float = 1.0) -> Results:
    return study.stage(stages.measure, _data=Numbers(), scale=scale, seed=3)


def current(study: Study) -> str | None:
    tags = study.client.get_experiment(study.experiment_id).tags
    return tags.get(names.current(Profile.SMOKE, "stages.measure"))


def test_what_is_read_becomes_current_and_nothing_is_called(study: Study) -> None:
    first = measured(study)
    other = measured(study, scale=2.0)
    assert current(study) == other.run_id
    fresh = Study("toy", profile=Profile.SMOKE, seed=3, fresh=True)
    with fresh.reading():
        assert measured(fresh).run_id == first.run_id
    assert current(study) == first.run_id
    assert CALLS == ["measure", "measure"]


def test_what_was_never_run_is_named(study: Study) -> None:
    with pytest.raises(NotYetRunError, match=r"stages\.measure"), study.reading():
        measured(study)
    assert CALLS == []
    measured(study)  # reading has ended with the error
    assert CALLS == ["measure"]


@uses(found=measured)
def concluded(study: Study, *, found: Results) -> str | None:
    return found.run_id


def test_an_experiment_run_by_itself_is_given_what_another_one_found(study: Study) -> None:
    first = measured(study)
    assert concluded(study) == first.run_id
    fresh = Study("toy", profile=Profile.SMOKE, seed=3, fresh=True)
    assert concluded(fresh) == first.run_id
    assert CALLS == ["measure"]


def test_what_a_study_passes_on_is_not_read_again(study: Study) -> None:
    measured(study)
    other = measured(study, scale=2.0)
    assert concluded(study, found=other) == other.run_id
    assert current(study) == other.run_id


def test_an_experiment_whose_sources_were_never_run_says_how_to_make_them(study: Study) -> None:
    with pytest.raises(
        StageError,
        match=r"finished run of stages\.measure.* run toy --profile smoke --seed 3$",
    ):
        concluded(study)
    assert CALLS == []
    planned = Study("toy", profile=Profile.SMOKE, seed=3, plan=True)
    with pytest.raises(NotYetRunError, match=r"^stages\.measure$"):
        concluded(planned)
