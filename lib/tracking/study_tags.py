"""Tags of a study's MLflow experiment: current runs, missing data, last profile and options."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from contract import names
from contract.names import Profile
from lib.tracking import plans, store
from lib.tracking.store.location import Location

if TYPE_CHECKING:
    from lib.tracking.store.client import Client


class StudyTags:
    """Writes the tags of one study and profile.

    Args:
        client: the open store.
        location: location of that store.
        experiment_id: the study's MLflow experiment.
        study: name of the study.
        profile: amount of work.
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
        """Record the run that a stage's results were last taken from."""
        self._set(names.current(self._profile, run_name), run_id)

    def lacking(self, experiment: str, reason: str) -> None:
        """Record why an experiment was left out; empty if it was not."""
        self._set(names.lacking(self._profile, experiment), reason)

    def finished(
        self,
        definitions: Mapping[str, str],
        *,
        staged: set[str],
        whole: bool,
        options: Mapping[str, str],
    ) -> None:
        """Record the code that called the stages, and this profile as the last one run.

        Args:
            definitions: hash of each definition that the calling code uses.
            staged: those that belong to the stages themselves.
            whole: whether all experiments of the study were called.
            options: the study's own options.
        """
        called_by = {name: sha256 for name, sha256 in definitions.items() if name not in staged}
        # Two experiments of a study may end at once, and each reads the tags before it writes them.
        with store.one_at_a_time(self._location, f"plan-{self._study}", self._study):
            before = plans.noted(self._client, self._experiment_id, self._profile)
            # Definitions that only other experiments use stay as they were when those were run.
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
        """Set a tag, unless it has that value: the first write waits for MLflow's import."""
        if self._read().get(tag) == value:
            return
        # MLflow first checks whether the tag exists: two processes at once would both insert it.
        with store.one_at_a_time(self._location, f"plan-{self._study}", self._study):
            if self._read().get(tag) != value:
                self._client.set_experiment_tag(self._experiment_id, tag, value)
