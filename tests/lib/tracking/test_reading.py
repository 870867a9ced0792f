"""An experiment reads what another one has run, and never runs it by itself."""

import pytest

from contract import names
from contract.names import Profile
from lib.tracking import NotYetRunError, Results, Study
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
