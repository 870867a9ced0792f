"""Find our MLflow experiments among others in the same store, and update them if it was moved.

An experiment is ours if it has the tag that we set when we create it. The tag also names the study,
because people can rename an experiment. Experiments from before that tag are recognised by their
name and by other tags that only we write, on the experiment of a finished study or on its runs.
"""

import contextlib
import shlex
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from contract import addresses, names
from contract.entities import Experiment
from contract.names import Kind, Tag
from lib.tracking.store.client import AnswerError
from lib.tracking.store.location import StoreError

if TYPE_CHECKING:
    from lib.tracking.store.client import Client

# MLflow's own tag: which of its pages an experiment opens with.
MODEL_TRAINING = {"mlflow.experimentKind": "custom_model_development"}
PREFIXES = ("current.", "plan.")
OURS = """
SELECT e.experiment_id, COALESCE(
    (SELECT s.value FROM experiment_tags s WHERE s.experiment_id = e.experiment_id AND s.key = ?),
    e.name
), e.artifact_location FROM experiments e WHERE EXISTS (
    SELECT 1 FROM experiment_tags t WHERE t.experiment_id = e.experiment_id
    AND (t.key IN (?, ?) OR substr(t.key, 1, 8) = 'current.' OR substr(t.key, 1, 5) = 'plan.')
) OR EXISTS (
    SELECT 1 FROM runs r JOIN tags k ON k.run_uuid = r.run_uuid AND k.key = ?
    JOIN tags f ON f.run_uuid = r.run_uuid AND f.key = ?
    WHERE r.experiment_id = e.experiment_id AND k.value IN (?, ?)
)
"""
READDRESS_EXPERIMENT = "UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?"
READDRESS_RUNS = (
    "UPDATE runs SET artifact_uri = ? || substr(artifact_uri, ?) "
    "WHERE experiment_id = ? AND substr(artifact_uri, 1, ?) = ?"
)
READDRESS_MODELS = (
    "UPDATE logged_models SET artifact_location = ? || substr(artifact_location, ?) "
    "WHERE experiment_id = ? AND substr(artifact_location, 1, ?) = ?"
)
READDRESS_MODEL = "UPDATE logged_models SET artifact_location = ? WHERE model_id = ?"
READDRESS_RUN = "UPDATE runs SET artifact_uri = ? WHERE run_uuid = ?"


def find(client: "Client", study: str) -> str | None:
    """Find a study's MLflow experiment; None if there is none yet.

    Raises:
        StoreError: it is deleted, or was not made by this project.
    """
    experiment = named(client, study)
    if experiment is None:
        return None
    if experiment.lifecycle_stage != "active":
        uri = shlex.quote(client.location.uri)
        raise StoreError(
            f"Expected the MLflow experiment {study!r} to be active. Received: deleted. Restore it "
            f"with: {addresses.VARIABLE}={uri} python -m mlflow experiments restore "
            f"-x {experiment.experiment_id}"
        )
    if not is_ours(client, experiment, study):
        raise StoreError(
            f"Expected the MLflow experiment {study!r} to be one that this project made. Received: "
            f"another's, in {client.location.uri}. Rename it on MLflow's page, or name another "
            f"store in {addresses.VARIABLE}"
        )
    return str(experiment.experiment_id)


def named(client: "Client", study: str) -> Experiment | None:
    """Find a study's experiment by our tag, or else by the study's name."""
    return client.get_experiment_by_tag(names.STUDY, study) or client.get_experiment_by_name(study)


def mark(client: "Client", experiment_id: str, study: str) -> None:
    """Tag one of our experiments from before the tag, so that it can be renamed."""
    if names.STUDY not in client.get_experiment(experiment_id).tags:
        client.set_experiment_tag(experiment_id, names.STUDY, study)


def make(client: "Client", study: str) -> str:
    """Create a study's MLflow experiment, and mark it as ours.

    Raises:
        StoreError: there is one of that name that is not ours.
    """
    try:
        made = client.create_experiment(
            study,
            artifact_location=client.location.artifacts(study),
            tags={**MODEL_TRAINING, names.STUDY: study},
        )
    except AnswerError:  # created meanwhile, or before an answer was lost
        found = find(client, study)
        if found is None:
            raise
        return found
    return str(made)


def is_ours(client: "Client", experiment: Experiment, study: str) -> bool:
    """Tell whether an experiment is ours and belongs to a study."""
    tags = experiment.tags
    if names.STUDY in tags:
        return bool(tags[names.STUDY] == study)
    if names.LAST_PROFILE in tags or any(map(_is_ours_alone, tags)):
        return True
    return any(
        client.find_runs(
            experiment.experiment_id, {Tag.KIND: kind.value, Tag.FINGERPRINT: None}, limit=1
        )
        for kind in Kind
    )


def follow_moves(path: Path) -> None:
    """Update the addresses of our artifacts, if they were moved along with an SQLite file.

    An experiment is changed only if its old folder is gone and the new one exists, so that a copy
    never claims the artifacts of another store. An address that is not a folder's is kept.

    Args:
        path: the SQLite file.
    """
    ours = (
        names.STUDY,
        names.STUDY,
        names.LAST_PROFILE,
        Tag.KIND,
        Tag.FINGERPRINT,
        Kind.STAGE,
        Kind.TRIAL,
    )
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as database, database:
        for experiment_id, name, old in database.execute(OURS, ours).fetchall():
            place, new = folder(old or ""), path.parent / "artifacts" / name
            if place is None or place.name != name or place.exists() or not new.is_dir():
                continue
            database.execute(READDRESS_EXPERIMENT, (new.as_uri(), experiment_id))
            begins = old + "/"
            for statement in (READDRESS_RUNS, READDRESS_MODELS):
                database.execute(
                    statement, (new.as_uri(), len(old) + 1, experiment_id, len(begins), begins)
                )


def place_beside(path: Path, run_id: str, place: Path) -> None:
    """Set a run's artifact address to the folder in use, in a copy whose original still exists.

    Args:
        path: the SQLite file.
        run_id: a run that was just created.
        place: the folder of its artifacts.
    """
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as database, database:
        database.execute(READDRESS_RUN, (place.as_uri(), run_id))


def place_model_beside(path: Path, model_id: str, place: Path) -> None:
    """Set a logged model's address to the folder in use, see `place_beside`."""
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as database, database:
        database.execute(READDRESS_MODEL, (place.as_uri(), model_id))


def folder(address: str) -> Path | None:
    """Find the folder that an artifact address names; None if it names something else."""
    parts = urlsplit(address)
    return Path(unquote(parts.path)) if parts.scheme in {"", "file"} and parts.path else None


def _is_ours_alone(tag: str) -> bool:
    return tag.startswith(PREFIXES)
