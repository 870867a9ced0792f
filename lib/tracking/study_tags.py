"""Tags of a study's MLflow experiment: current runs, what it lacks, how it was asked for."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from contract import names
from contract.names import Profile
from lib.tracking import plans, store
from lib.tracking.location import Location

if TYPE_CHECKING:
    from lib.tracking.client import Client


class StudyTags:
    """Writes the tags of one study and profile.

    Args:
        client: the open store.
        location: of that store.
        experiment_id: the study's MLflow experiment.
        study: its name.
        profile: how much work.
    """

    def __init__(
        self, client: "Client", location: Location, experiment_id: str, study: str, profile: Profile
    ) -> None:
        self._client = client
        self._location = location
        self._experiment_id = experiment_id
        self._study = study
        self._profile = profile

    def current(self, run_name: str, run_id: str) -> None:
        """Note the run that a stage's results were taken from last."""
        self._set(names.current(self._profile, run_name), run_id)

    def lacking(self, experiment: str, reason: str) -> None:
        """Note why an experiment was left out; empty where it was not."""
        self._set(names.lacking(self._profile, experiment), reason)

    def finished(
        self,
        definitions: Mapping[str, str],
        *,
        staged: set[str],
        whole: bool,
        options: Mapping[str, str],
    ) -> None:
        """Note by which code the stages were called, and that the profile was asked for last.

        Args:
            definitions: hash of each definition that the calling code uses.
            staged: those that belong to the stages themselves.
            whole: all experiments of the study were called.
            options: the study's own options.
        """
        called_by = {name: sha256 for name, sha256 in definitions.items() if name not in staged}
        # Two experiments of a study may end at once, and each reads what it writes back.
        with store.one_at_a_time(self._location, f"plan-{self._study}", self._study):
            before = plans.noted(self._client, self._experiment_id, self._profile)
            # What only other experiments of the study use stays as it was when they were run.
            others = {
                name: before[name] for name in before if not whole and name not in definitions
            }
            plans.note(self._client, self._experiment_id, self._profile, {**others, **called_by})
        self._set(names.LAST_PROFILE, self._profile)
        tag = names.options(self._profile)
        if options or tag in self._read():  # most studies have none
            self._set(tag, json.dumps(dict(options)))

    def _read(self) -> Mapping[str, str]:
        return self._client.get_experiment(self._experiment_id).tags

    def _set(self, tag: str, value: str) -> None:
        """Set a tag, unless it is so already: the first write waits for MLflow's import."""
        if self._read().get(tag) == value:
            return
        # MLflow looks first whether there is a tag: two processes at once would both insert it.
        with store.one_at_a_time(self._location, f"plan-{self._study}", self._study):
            if self._read().get(tag) != value:
                self._client.set_experiment_tag(self._experiment_id, tag, value)
