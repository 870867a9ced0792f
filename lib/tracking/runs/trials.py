"""Write a search's trials as runs nested under its stage, and find those of a killed attempt."""

import copy
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from contract import names
from contract.names import Kind, Tag
from lib.tracking.fingerprint import OutsideFingerprint, sha256_of
from lib.tracking.results import Results, Scalar
from lib.tracking.runs import artifacts, contents, owner

if TYPE_CHECKING:
    from lib.tracking.store.client import Client


class TrialLog(OutsideFingerprint):
    """The trials of a study's stage.

    A trial is identified by its stage's computation, its values and its seed, so a search that is
    restarted finds the trials that it has already finished.

    Args:
        fresh: whether to ignore earlier trials.
    """

    def __init__(self, *, fresh: bool = False) -> None:
        self._fresh = fresh
        self._client: Client
        self._experiment_id = ""
        self._stage_run = ""
        self._computation = ""

    def within(self, client: "Client", experiment_id: str) -> None:
        """Write into a study's MLflow experiment."""
        self._client = client
        self._experiment_id = experiment_id

    def under(self, stage_run: str, computation: str) -> "TrialLog":
        """Return the log of one stage, which nests trials under the stage's run."""
        of_stage = copy.copy(self)
        of_stage.nest(stage_run, computation)
        return of_stage

    def nest(self, stage_run: str, computation: str) -> None:
        """Nest all trials from now on under a stage's run."""
        self._stage_run = stage_run
        self._computation = computation

    def find(self, values: Mapping[str, Scalar], seed: int) -> Results | None:
        """Read a finished trial of this search from an earlier, unfinished attempt.

        Args:
            values: its hyperparameters.
            seed: its seed.
        """
        if self._fresh:
            return None
        wanted = {
            Tag.FINGERPRINT.value: self._fingerprint(values, seed),
            names.PARENT_RUN: self._stage_run,
        }
        found = self._client.find_runs(self._experiment_id, wanted, finished=True)
        whole = (run for run in found if not artifacts.damage(self._client, run))
        trial = next(whole, None)
        return None if trial is None else contents.read(self._client, trial)

    def record(
        self,
        number: int,
        values: Mapping[str, Scalar],
        seed: int,
        results: Results,
        *,
        varied: Collection[str] = (),
    ) -> None:
        """Write a finished trial.

        Args:
            number: its place in the search, from 1.
            values: its hyperparameters.
            seed: its seed.
            results: what it measured.
            varied: the hyperparameters that differ in this search, see `trial_name`.
        """
        name = trial_name(values, seed, varied)
        seconds = results.metrics.get("wall_time_seconds", 0.0)
        run_id = self._open(number, values, seed, name=name, seconds=seconds)
        held = contents.write(self._client, run_id, results, dict(values))
        if held:
            contents.seal(self._client, run_id, held, list(results.curves))
        self._client.set_terminated(run_id, "FINISHED")

    def record_failure(
        self,
        number: int,
        values: Mapping[str, Scalar],
        seed: int,
        reason: str,
        *,
        varied: Collection[str] = (),
    ) -> None:
        """Write a failed trial with its reason, in one sentence."""
        run_id = self._open(number, values, seed, name=trial_name(values, seed, varied))
        contents.write_numbers(self._client, run_id, Results(), dict(values))
        self._client.set_tag(run_id, Tag.FAILURE, reason[:5000])
        self._client.set_terminated(run_id, "FAILED")

    def _fingerprint(self, values: Mapping[str, Scalar], seed: int) -> str:
        return sha256_of([self._computation, dict(values), seed])

    def _open(
        self,
        number: int,
        values: Mapping[str, Scalar],
        seed: int,
        *,
        name: str,
        seconds: float = 0.0,
    ) -> str:
        stage = self._client.get_run(self._stage_run)
        owner.require(stage)
        kept = (Tag.EXPERIMENT, Tag.STAGE, Tag.PROFILE, Tag.DATA, Tag.DATA_SOURCE, Tag.GIT_COMMIT)
        tags = {tag.value: stage.data.tags.get(tag, "") for tag in kept} | {
            names.PARENT_RUN: self._stage_run,
            Tag.KIND.value: Kind.TRIAL.value,
            Tag.TRIAL.value: str(number),
            Tag.SEED.value: str(seed),
            Tag.FINGERPRINT.value: self._fingerprint(values, seed),
        }
        run = self._client.create_run(
            self._experiment_id,
            start_time=int((time.time() - seconds) * 1000),
            tags=tags,
            run_name=name,
        )
        return str(run.info.run_id)


def trial_name(values: Mapping[str, Scalar], seed: int, varied: Collection[str] = ()) -> str:
    """Name a trial by what distinguishes it; a label for people only, never looked up.

    >>> trial_name({"dense_units": 64, "learning_rate": 0.0012345678, "dropout": 0.0}, 7)
    'dense units 64, learning rate 0.001235, dropout 0'
    >>> trial_name({"dense_units": 64, "dropout": 0.5}, 7, ["dropout", "seed"])
    'dropout 0.5, seed 7'

    Args:
        values: its hyperparameters.
        seed: its seed.
        varied: those that differ in this search, "seed" among them where equal values are
            repeated; all values but the seed where none is given.
    """
    texts = {
        name.replace("_", " "): f"{value:.4g}" if isinstance(value, float) else str(value)
        for name, value in {**values, "seed": seed}.items()
        if name in (varied or values)
    }
    return ", ".join(f"{name} {text}" for name, text in texts.items())
