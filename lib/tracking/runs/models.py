"""Keep a stage's final models as MLflow's logged models, for `mlflow.keras.load_model`.

A model is written in Keras' own format, which contains no code and no pickled objects, and without
its optimizer, which would take twice the space of the weights. A run that only redraws figures
shares the models of the run that has its numbers.
"""

import contextlib
import importlib.metadata
import logging
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from contract.entities import Run
from lib.tracking import store
from lib.tracking.runs import artifacts
from lib.tracking.runs.artifacts import Held
from lib.tracking.store import database, failures, ours

if TYPE_CHECKING:
    import keras

    from lib.tracking.store.client import Client

LIBRARIES = ("keras", "tensorflow")
OF_RUN = "SELECT model_id FROM logged_models WHERE source_run_id = ?"
ALL = "SELECT model_id FROM logged_models"


@dataclass(frozen=True)
class Packed:
    """A saved model on its way to the store.

    Args:
        files: file contents by path.
    """

    files: Mapping[str, bytes]


def pack(model: "keras.Model | Packed") -> Packed:
    """Save a model in MLflow's format, so that another process can write it to the store."""
    if isinstance(model, Packed):
        return model
    with tempfile.TemporaryDirectory(prefix="vouch-") as scratch:
        saved = Path(scratch, "model")
        _save(model, saved)
        return Packed(_contents(saved))


def write(
    client: "Client", run_id: str, models: "Mapping[str, keras.Model | Packed]"
) -> dict[str, Held]:
    """Write models as logged models of a run.

    Args:
        client: the open store.
        run_id: the run.
        models: models by name.

    Returns:
        Size and SHA-256 of each model's files, by model id and path.
    """
    if not models:
        return {}
    from mlflow.entities import LoggedModelOutput

    run = client.get_run(run_id)
    held = {}
    for name, model in models.items():
        model_id = str(client.create_model(run, name).model_id)
        with tempfile.TemporaryDirectory(prefix="vouch-") as scratch:
            saved = Path(scratch, "model")
            _unpack(pack(model), saved, run_id=run_id, model_id=model_id)
            held[model_id] = _log(client, run, model_id, saved)
        client.finalize_logged_model(model_id, "READY")
        client.log_outputs(run_id, [LoggedModelOutput(model_id, step=0)])
    return held


def share(client: "Client", computed: Run, run_id: str) -> None:
    """Show the models of the run that has the numbers under another run as well."""
    outputs = client.model_outputs(computed.info.run_id)
    if outputs:
        from mlflow.entities import LoggedModelOutput

        client.log_outputs(run_id, [LoggedModelOutput(one.model_id, one.step) for one in outputs])


def of_run(client: "Client", run: Run) -> list[str]:
    """List the ids of the models that a run wrote, including hidden ones in an SQLite store."""
    run_id = str(run.info.run_id)
    if client.location.database is not None:
        return _ids(client, OF_RUN, run_id)
    found = client.search_logged_models(
        [run.info.experiment_id], f"source_run_id = '{run_id}'", max_results=100
    )
    return [str(model.model_id) for model in found]


def strays(client: "Client", study: str) -> Iterator[Path]:
    """Find folders of models that are no longer in an SQLite store."""
    above = artifacts.model_folder(client, study, "any")
    if above is None or not above.parents[1].is_dir():
        return
    found = [path for path in above.parents[1].iterdir() if path.is_dir()]
    known = set(_ids(client, ALL))  # after the folders: entries precede their folders
    yield from (path for path in found if path.name.startswith("m-") and path.name not in known)


def erase(client: "Client", run: Run) -> None:
    """Remove the models that a run wrote: their files, then their entries."""
    study = client.study_of(run)
    for model_id in of_run(client, run):
        place = artifacts.model_folder(client, study, model_id)
        if place is not None:
            if place.parent.is_dir():
                shutil.rmtree(place.parent)
            store.model_eraser(client.location)(model_id)
            continue
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        address = client.get_logged_model(model_id).artifact_location
        get_artifact_repository(address, client.location.uri).delete_artifacts()
        client.delete_logged_model(model_id)


def _save(model: "keras.Model", path: Path) -> None:
    """Save a model in MLflow's format, with the libraries that it requires."""
    import keras
    import mlflow.keras
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    bare = keras.Model(model.inputs, model.outputs, name=model.name)  # the same layers, uncompiled
    several = len(bare.inputs) > 1
    inputs = [
        TensorSpec(
            np.dtype(each.dtype), (-1, *(size or -1 for size in each.shape[1:])),
            each.name if several else None,
        )
        for each in bare.inputs
    ]  # fmt: skip
    # MLflow warns if pip is not installed, which does not matter here.
    logging.getLogger("mlflow.utils.environment").setLevel(logging.ERROR)
    with warnings.catch_warnings():  # MLflow's own import of a module warns
        warnings.filterwarnings("ignore", ".*Any type hint is inferred as AnyType")
        mlflow.keras.save_model(
            bare,
            str(path),
            signature=ModelSignature(inputs=Schema(inputs)),
            # Otherwise MLflow would load the model in a new process to find out.
            pip_requirements=[f"{name}=={importlib.metadata.version(name)}" for name in LIBRARIES],
        )


def _unpack(packed: Packed, path: Path, *, run_id: str, model_id: str) -> None:
    """Write a saved model's files, with the ids of their run and logged model."""
    from mlflow.models import Model

    for name, content in packed.files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    description = Model.load(str(path / "MLmodel"))
    description.run_id, description.model_id = run_id, model_id
    description.save(str(path / "MLmodel"))


def _contents(saved: Path) -> dict[str, bytes]:
    files = (path for path in saved.rglob("*") if path.is_file())
    return {str(path.relative_to(saved)): path.read_bytes() for path in files}


def _log(client: "Client", run: Run, model_id: str, saved: Path) -> Held:
    """Copy a saved model to where the store keeps it."""
    contents = _contents(saved)
    place = artifacts.model_folder(client, client.study_of(run), model_id)
    if place is None or client.location.database is None:
        client.log_model_artifacts(model_id, str(saved))
    else:
        if client.get_logged_model(model_id).artifact_location != place.as_uri():
            ours.place_model_beside(client.location.database, model_id, place)
        try:
            for path, content in contents.items():
                artifacts.write_whole(place / path, content)
        except OSError as error:
            raise failures.explained(error, client.location) from error
    return {path: artifacts.size_and_sha256(content) for path, content in contents.items()}


def _ids(client: "Client", query: str, *values: str) -> list[str]:
    with (
        database.as_it_is(client.location) as address,
        contextlib.closing(sqlite3.connect(address, uri=True, timeout=database.WAIT)) as opened,
    ):
        return [str(model_id) for (model_id,) in opened.execute(query, values)]
