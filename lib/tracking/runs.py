"""Write results into a run, in batches, and read them back."""

import io
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from contract import names
from contract.names import Tag
from lib.tracking.fingerprint import Dataset
from lib.tracking.results import Lazy, Results, Scalar, param_text, param_value

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

BATCH = 1000  # metrics in one call: MLflow's limit
PARAM_BATCH = 100
DIGEST_LENGTH = 36  # MLflow's limit
PARAM_LENGTH = 6000


def write(
    client: "MlflowClient", run_id: str, results: Results, settings: Mapping[str, Scalar]
) -> None:
    """Write results and settings into a run that is still open.

    Args:
        client: the open store.
        run_id: the run.
        results: what to write; its figures are drawn here.
        settings: what the stage was called with, as parameters beside the results' own.
    """
    write_numbers(client, run_id, results, settings)
    with tempfile.TemporaryDirectory(prefix="vouch-") as folder:
        for path, content in _artifacts(results):
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if any(Path(folder).iterdir()):
            client.log_artifacts(run_id, folder)


def write_numbers(
    client: "MlflowClient", run_id: str, results: Results, settings: Mapping[str, Scalar]
) -> None:
    """Write metrics, curves and parameters, as few calls as MLflow's limits allow."""
    from mlflow.entities import Metric, Param, RunTag

    now = int(time.time() * 1000)
    metrics = [Metric(key, float(value), now, 0) for key, value in results.metrics.items()]
    for key, points in results.curves.items():
        metrics += [Metric(key, float(value), now, at) for at, value in enumerate(points, start=1)]
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
            (names.figure_path(name), svg(figure)) for name, figure in results.figures.items()
        ]
    return written


def write_data(
    client: "MlflowClient", run_id: str, study: str, data: Mapping[str, Dataset]
) -> None:
    """Name the data that a run reads, by the beginning of its hash, for MLflow's page."""
    from mlflow.entities import Dataset as Entity
    from mlflow.entities import DatasetInput, InputTag

    entries = [
        DatasetInput(
            Entity(
                name=f"{study}, {value.source}",
                digest=value.sha256[:DIGEST_LENGTH],
                source_type="local",
                source=json.dumps({"sha256": value.sha256}),
            ),
            [InputTag("mlflow.data.context", name)],
        )
        for name, value in data.items()
    ]
    if entries:
        client.log_inputs(run_id, datasets=entries)


def write_json(client: "MlflowClient", run_id: str, path: str, value: Any) -> None:
    """Write a value as a JSON artifact."""
    client.log_text(run_id, json.dumps(value, indent=1, sort_keys=True), path)


def read(client: "MlflowClient", run: "Run") -> Results:
    """Read a run's results back; tables, arrays and files when they are asked for."""
    run_id = run.info.run_id
    curves = [key for key in run.data.tags.get(Tag.CURVES, "").split(",") if key]

    def read_curve(name: str) -> Sequence[float]:
        history = client.get_metric_history(run_id, name)
        return [point.value for point in sorted(history, key=lambda point: point.step)]

    def read_table(name: str) -> "pd.DataFrame":
        import pandas as pd

        # pandas' C parser is off by the last bit of a float in some versions; Python's is exact.
        path = _download(client, run_id, names.table_path(name))
        return pd.read_csv(path, engine="python")

    def read_array(name: str) -> np.ndarray:
        path = _download(client, run_id, names.array_path(name))
        loaded: np.ndarray = np.load(path, allow_pickle=False)
        return loaded

    def read_file(name: str) -> bytes:
        return _download(client, run_id, names.file_path(name)).read_bytes()

    held = {folder: _held(client, run_id, folder) for folder in ("tables", "arrays", "files")}
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


def _held(client: "MlflowClient", run_id: str, folder: str) -> list[str]:
    return [Path(entry.path).name for entry in client.list_artifacts(run_id, folder)]


def _download(client: "MlflowClient", run_id: str, path: str) -> Path:
    return Path(client.download_artifacts(run_id, path))
