"""Remove the superseded runs of a study, with their trials and artifacts.

Kept are the current run of each stage, the runs that a report cites, those in progress, and the
newest interrupted run of each stage that can be resumed; with them, all their trials and all runs
that they read.

A run is hidden first; then its artifacts are deleted, and last its entry in the store. If that is
interrupted, no half-removed run is ever found, and the next call continues.
"""

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import Timeout

from contract import names
from contract.entities import Run
from contract.names import Kind, Profile, Tag
from lib.tracking import store
from lib.tracking.runs import models, owner
from lib.tracking.store import Location, StoreError, failures, ours

if TYPE_CHECKING:
    from lib.tracking.store.client import Client

SQLITE_HEADER = b"SQLite format 3"


class Why(StrEnum):
    """Why a run is kept."""

    CURRENT = "current"
    CITED = "cited by reports"
    RUNNING = "in progress"
    STOPPED = "interrupted, can be resumed"
    READ = "read by one of these"


@dataclass(frozen=True)
class Superseded:
    """A stage's run that can be removed, or trials whose stage's run is already gone.

    Args:
        run: the stage's run; if that is gone, the first of its trials.
        trials: the runs nested under it.
        size: size of their artifacts, in bytes.
    """

    run: Run
    trials: tuple[Run, ...]
    size: int


@dataclass(frozen=True)
class Plan:
    """What can be removed from a study, and what is kept.

    Args:
        superseded: what can be removed, oldest first.
        strays: folders of artifacts whose run is no longer in the store.
        strays_size: size of those folders, in bytes.
        kept: ids of the runs that are kept, by reason.
        citing: number of kept runs that each report cites, according to their tags.
    """

    superseded: tuple[Superseded, ...]
    strays: tuple[Path, ...]
    strays_size: int
    kept: Mapping[Why, tuple[str, ...]]
    citing: Mapping[str, int]

    @property
    def size(self) -> int:
        """Bytes to be freed."""
        return self.strays_size + sum(item.size for item in self.superseded)


class Cleaning:
    """The cleaning of one study.

    Args:
        location: the store.
        client: the open store; for `plan`, read-only is enough. None if there is no store.
        study: name of the study. An MLflow experiment of that name that is not ours is left alone.
    """

    def __init__(self, location: Location, client: "Client | None", study: str) -> None:
        self._location = location
        self._study = study
        self._experiment_id = None
        if client is not None:
            self._client = client
            found = ours.named(client, study)
            if found and found.lifecycle_stage == "active" and ours.is_ours(client, found, study):
                self._experiment_id = str(found.experiment_id)

    def plan(self) -> Plan:
        """Find what can be removed; change nothing."""
        if self._experiment_id is None:
            return Plan((), (), 0, {}, {})
        folders = list(self._artifact_folders())  # before the runs: runs precede their folders
        runs = {str(run.info.run_id): run for run in self._runs()}
        kept = kept_runs(runs, self._current(), self._in_progress)
        trials = defaultdict(list)
        for run_id, run in runs.items():
            if run.data.tags.get(Tag.KIND) == Kind.TRIAL and run_id not in kept:
                trials[run.data.tags.get(names.PARENT_RUN, "")].append(run)
        superseded = [
            self._superseded(run, trials.pop(run_id, []))
            for run_id, run in runs.items()
            if run.data.tags.get(Tag.KIND) == Kind.STAGE and run_id not in kept
        ]
        for parent, left in trials.items():
            if parent not in kept:
                superseded.append(self._superseded(left[0], left))
        strays = tuple(folder for folder in folders if folder.name not in runs)
        if self._alone():
            strays += tuple(models.strays(self._client, self._study))
        stay = {why: tuple(id_ for id_ in kept if kept[id_] is why) for why in Why}
        citing = Counter(runs[run_id].data.tags.get(Tag.CITED_BY, "") for run_id in kept)
        del citing[""]
        return Plan(
            superseded=tuple(sorted(superseded, key=lambda item: _started(item.run))),
            strays=strays,
            strays_size=sum(_bytes_below(folder) for folder in strays),
            kept={why: run_ids for why, run_ids in stay.items() if run_ids},
            citing=citing,
        )

    def remove(self, item: Superseded) -> bool:
        """Remove a run with its trials and artifacts.

        Returns:
            Whether it was removed; it is not if a process has started to use it since.

        Raises:
            StoreError: it cannot be removed.
        """
        from mlflow.exceptions import MlflowException

        lock = self._location.lock(item.run.data.tags.get(Tag.FINGERPRINT, "none")[:32])
        try:
            with lock.acquire(timeout=0):  # processes that reuse or write a run hold this lock
                if self._in_use(item.run):
                    return False
                everything = [item.run, *(run for run in item.trials if run is not item.run)]
                for run in everything:
                    self._hide(run)
                for run in reversed(everything):
                    self._erase(run)
        except Timeout:
            return False
        except (MlflowException, OSError) as error:  # from calls that bypass the client
            raise failures.explained(error, self._location) from error
        return True

    def remove_stray(self, folder: Path) -> None:
        """Remove a folder of artifacts whose run is no longer in the store.

        Raises:
            StoreError: it cannot be removed.
        """
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise StoreError(f"Expected to remove {folder}. Received: {error.strerror}") from error

    def _runs(self) -> list[Run]:
        # On a server, erasing deleted runs is left to its own `mlflow gc`.
        local = self._location.folder is not None
        return self._client.find_runs(self._experiment_id or "", {}, deleted=local)

    def _current(self) -> dict[str, str]:
        """Find the ids of the study's current runs, by tag."""
        tags = self._client.get_experiment(self._experiment_id or "").tags
        prefixes = tuple(names.current(profile, "") for profile in Profile)
        return {tag: run_id for tag, run_id in tags.items() if tag.startswith(prefixes)}

    def _in_use(self, run: Run) -> bool:
        now = self._client.get_run(run.info.run_id)
        return (
            str(run.info.run_id) in self._current().values()
            or Tag.CITED_BY in now.data.tags
            or (self._location.folder is None and self._in_progress(now))
        )

    def _in_progress(self, run: Run) -> bool:
        """Tell whether a process may still write a run, by its lock or its heartbeat."""
        if run.info.status != "RUNNING":
            return False
        if self._location.folder is not None:
            return self._location.held(run.data.tags.get(Tag.FINGERPRINT, "none")[:32])
        return owner.may_be_alive(
            run.data.tags.get(Tag.OWNER, ""), run.data.tags.get(Tag.HEARTBEAT, "")
        )

    def _superseded(self, run: Run, trials: Iterable[Run]) -> Superseded:
        together = {str(each.info.run_id): each for each in (run, *trials)}
        size = sum(self._size(each) for each in together.values())
        size += sum(
            _bytes_below(self._folder(f"models/{model_id}"))
            for model_id in models.of_run(self._client, run)
            if self._location.folder is not None  # a server lists them among the artifacts
        )
        return Superseded(run, tuple(trials), size)

    def _size(self, run: Run) -> int:
        if self._location.folder is not None:
            return _bytes_below(self._folder(str(run.info.run_id)))
        return self._size_on_server(str(run.info.run_id), None)

    def _size_on_server(self, run_id: str, folder: str | None) -> int:
        return sum(
            self._size_on_server(run_id, entry.path) if entry.is_dir else int(entry.file_size or 0)
            for entry in self._client.list_artifacts(run_id, folder)
        )

    def _hide(self, run: Run) -> None:
        if run.info.lifecycle_stage == "active":
            self._client.delete_run(run.info.run_id)

    def _erase(self, run: Run) -> None:
        """Remove a hidden run's artifacts and, from an SQLite store, its entry."""
        run_id = str(run.info.run_id)
        if run.data.tags.get(Tag.KIND) == Kind.STAGE:
            models.erase(self._client, run)
        if self._location.folder is None:
            from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

            address = run.info.artifact_uri
            get_artifact_repository(address, self._location.uri).delete_artifacts()
            return
        # Never use the address in the store: in a copy, it is that of the original's artifacts.
        if self._folder(run_id).is_dir():
            shutil.rmtree(self._folder(run_id))
        self._eraser(run_id)

    @cached_property
    def _eraser(self) -> Callable[[str], None]:
        return store.eraser(self._location)

    def _folder(self, run_id: str) -> Path:
        folder = self._location.folder or Path()
        return (folder / names.artifact_folder(self._study, run_id)).parent

    def _artifact_folders(self) -> Iterator[Path]:
        if self._location.folder is not None and self._alone():
            above = self._folder("any").parent
            found = above.iterdir() if above.is_dir() else ()
            # Named by MLflow's ids; anything else in there is not ours.
            yield from (path for path in found if len(path.name) == 32 and path.is_dir())

    def _alone(self) -> bool:
        """Tell whether no other store is in the same folder, which might own the artifacts."""
        folder = self._location.folder or Path()
        others = (path for path in folder.iterdir() if path != self._location.database)
        return not any(path.is_file() and _begins_as_sqlite(path) for path in others)


def kept_runs(
    runs: Mapping[str, Run], current: Mapping[str, str], in_progress: Callable[[Run], bool]
) -> dict[str, Why]:
    """Decide which runs are kept, and why.

    Args:
        runs: all runs of a study, by id.
        current: ids of its current runs, by tag.
        in_progress: tells whether a process may still write a run.
    """
    kept: dict[str, Why] = {}
    for run_id, run in runs.items():
        if run_id in current.values():
            kept[run_id] = Why.CURRENT
        elif Tag.CITED_BY in run.data.tags:
            kept[run_id] = Why.CITED
        elif in_progress(run):
            kept[run_id] = Why.RUNNING
    for run_id in _stopped(runs, current):
        kept.setdefault(run_id, Why.STOPPED)
    waiting = list(kept)
    while waiting:
        for read in _read_by(runs[waiting.pop()]):
            if read in runs and read not in kept:
                kept[read] = Why.READ
                waiting.append(read)
    return kept


def _read_by(run: Run) -> list[str]:
    tags = run.data.tags
    inputs = tags.get(Tag.INPUTS, "").split(",")
    return [*inputs, tags.get(Tag.COMPUTED_BY, ""), tags.get(names.PARENT_RUN, "")]


def _stopped(runs: Mapping[str, Run], current: Mapping[str, str]) -> Iterator[str]:
    """Yield the newest run of each stage that can be resumed, unless a newer one is current."""
    with_trials = {
        run.data.tags.get(names.PARENT_RUN)
        for run in runs.values()
        if run.info.status == "FINISHED"
    }
    newest: dict[str, Run] = {}
    for run_id, run in runs.items():
        tags = run.data.tags
        run_name = names.run_name(tags.get(Tag.EXPERIMENT, ""), tags.get(Tag.STAGE, ""))
        stage = names.current(tags.get(Tag.PROFILE, ""), run_name)
        can_go_on = run_id in with_trials or tags.get(Tag.COMPUTED) == "true"
        open_ = run.info.status != "FINISHED" and run.info.lifecycle_stage == "active"
        if tags.get(Tag.KIND) == Kind.STAGE and open_ and can_go_on:
            newest[stage] = max(newest.get(stage, run), run, key=_started)
    for stage, run in newest.items():
        now = runs.get(current.get(stage, ""))
        if now is None or _started(now) < _started(run):
            yield str(run.info.run_id)


def _started(run: Run) -> int:
    return int(run.info.start_time)


def _begins_as_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE_HEADER)) == SQLITE_HEADER
    except OSError:  # unreadable, so its owner is unknown
        return True


def _bytes_below(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir())
