"""Write results into a run, in batches, and read them back."""

import io
import json
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from contract import names
from contract.entities import Run
from contract.names import Tag
from lib.tracking.fingerprint import Dataset
from lib.tracking.results import Lazy, Results, Scalar, param_text, param_value
from lib.tracking.runs import artifacts
from lib.tracking.runs.artifacts import Held
from lib.tracking.runs.description import samples
from lib.tracking.store import failures

if TYPE_CHECKING:
    import pandas as pd

    from lib.tracking.store.client import Client

BATCH = 1000  # metrics in one call: MLflow's limit
PARAM_BATCH = 100
DIGEST_LENGTH = 36  # MLflow's limit
PARAM_LENGTH = 6000
# MLflow looks for a data set and then adds it: if two stages side by side are the first to read the
# same one, the second would fail.
_INPUTS = threading.Lock()


def write(client: "Client", run_id: str, results: Results, settings: Mapping[str, Scalar]) -> Held:
    """Write results and settings into a run that is still open.

    Args:
        client: the open store.
        run_id: the run.
        results: what to write; its figures are drawn here.
        settings: arguments of the stage, logged as parameters along with the results' own.

    Returns:
        Size and SHA-256 of each artifact that was written.
    """
    write_numbers(client, run_id, results, settings)
    return write_files(client, run_id, dict(_artifacts(results)))


def write_files(client: "Client", run_id: str, contents: Mapping[str, bytes]) -> Held:
    """Write artifacts, given by path; see `write`."""
    if not contents:
        return {}
    try:
        with tempfile.TemporaryDirectory(prefix="vouch-") as scratch:
            return artifacts.write(client, client.get_run(run_id), contents, Path(scratch))
    except OSError as error:
        raise failures.explained(error, client.location) from error


def seal(
    client: "Client",
    run_id: str,
    held: Held,
    curves: Sequence[str],
    models: Mapping[str, Held] | None = None,
) -> None:
    """Write the manifest of a run's artifacts, and its hash in a tag.

    Args:
        client: the open store.
        run_id: the run.
        held: size and SHA-256 of all its artifacts, by path.
        curves: the names of its curves.
        models: size and SHA-256 of its logged models' files, by model id and path.
    """
    text, sha256 = artifacts.manifest(held, curves, models)
    write_files(client, run_id, {names.MANIFEST_FILE: text})
    client.set_tag(run_id, Tag.ARTIFACTS, sha256)


def write_numbers(
    client: "Client", run_id: str, results: Results, settings: Mapping[str, Scalar]
) -> None:
    """Write metrics, curves and parameters, in as few calls as MLflow's limits allow.

    A run that was stopped after this is opened again, and written again: with equal times MLflow
    drops the repeated points, where others would double each curve.
    """
    from mlflow.entities import Metric, Param, RunTag

    started = int(client.get_run(run_id).info.start_time)
    metrics = [Metric(key, float(value), started, 0) for key, value in results.metrics.items()]
    for key, points in results.curves.items():
        metrics += [
            Metric(key, float(value), started, at) for at, value in enumerate(points, start=1)
        ]
    params = [
        Param(key, param_text(value)[:PARAM_LENGTH])
        for key, value in {**settings, **results.params}.items()
    ]
    for start in range(0, len(metrics), BATCH):
        client.log_batch(run_id, metrics=metrics[start : start + BATCH])
    for start in range(0, len(params), PARAM_BATCH):
        client.log_batch(run_id, params=params[start : start + PARAM_BATCH])
    if results.curves:
        client.log_batch(run_id, tags=[RunTag(Tag.CURVES.value, ",".join(results.curves))])


def _artifacts(results: Results) -> list[tuple[str, bytes]]:
    written = [(names.file_path(name), content) for name, content in results.files.items()]
    for name, table in results.tables.items():
        text = table.to_csv(index=False, lineterminator="\n")
        written.append((names.table_path(name), text.encode()))
    for name, array in results.arrays.items():
        stream = io.BytesIO()
        np.save(stream, array, allow_pickle=False)
        written.append((names.array_path(name), stream.getvalue()))
    if results.figures:
        from lib.figures.style import svg

        written += [
            (names.figure_path(name), figure if isinstance(figure, bytes) else svg(figure))
            for name, figure in results.figures.items()
        ]
    return written


def write_data(client: "Client", run_id: str, data: Mapping[str, Dataset]) -> None:
    """Log the data that a run reads, with the beginning of its hash, for MLflow's page."""
    from mlflow.entities import Dataset as Entity
    from mlflow.entities import DatasetInput, InputTag

    entries = [
        DatasetInput(
            Entity(
                name=f"{value.name}, {value.source}",
                digest=value.sha256[:DIGEST_LENGTH],
                source_type="local",
                source=json.dumps({"sha256": value.sha256}),
                profile=json.dumps({"samples": samples(value)}),
            ),
            [InputTag("mlflow.data.context", name)],
        )
        for name, value in data.items()
    ]
    if entries:
        with _INPUTS:
            client.log_inputs(run_id, datasets=entries)


def json_text(value: Any) -> bytes:
    """Write a value as the content of a JSON artifact."""
    return json.dumps(value, indent=1, sort_keys=True).encode()


def read(client: "Client", run: Run) -> Results:
    """Read a run's results back; curves, tables, arrays and files on first access."""
    run_id = run.info.run_id
    curves = [key for key in run.data.tags.get(Tag.CURVES, "").split(",") if key]

    def read_curve(name: str) -> Sequence[float]:
        history = client.get_metric_history(run_id, name)
        return [point.value for point in sorted(history, key=lambda point: point.step)]

    def read_table(name: str) -> "pd.DataFrame":
        import pandas as pd

        # pandas' C parser is off by the last bit of a float in some versions; Python's is exact.
        content = artifacts.read(client, run, names.table_path(name))
        return pd.read_csv(io.StringIO(content.decode()), engine="python")

    def read_array(name: str) -> np.ndarray:
        content = artifacts.read(client, run, names.array_path(name))
        loaded: np.ndarray = np.load(io.BytesIO(content), allow_pickle=False)
        return loaded

    def read_file(name: str) -> bytes:
        return artifacts.read(client, run, names.file_path(name))

    held = {below: artifacts.listed(client, run, below) for below in ("tables", "arrays", "files")}
    return Results(
        metrics={key: value for key, value in run.data.metrics.items() if key not in curves},
        curves=Lazy(curves, read_curve),
        params={key: param_value(text) for key, text in run.data.params.items()},
        tables=Lazy([Path(name).stem for name in held["tables"]], read_table),
        arrays=Lazy([Path(name).stem for name in held["arrays"]], read_array),
        files=Lazy(held["files"], read_file),
        run_id=run_id,
        computation=run.data.tags.get(Tag.COMPUTATION, ""),
    )


def read_all(client: "Client", run: Run) -> Results:
    """Read all of a run's results but the figures at once, to write them to another run."""
    results = read(client, run)
    return Results(
        metrics=dict(results.metrics),
        curves=dict(results.curves),
        params=dict(results.params),
        tables=dict(results.tables),
        arrays=dict(results.arrays),
        files=dict(results.files),
    )
