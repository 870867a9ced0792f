"""Write a store through MLflow's own client, by the names of the contract, for tests to read."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from contract import names

ENDED = 1_767_225_600_000  # milliseconds since 1970: the same runs give the same report


class Writer:
    """Writes the runs of one study into `ROOT/mlruns`."""

    def __init__(self, root: Path, empty: Path, study: str = "fashion") -> None:
        self.root, self.study = root, study
        store = root / "mlruns"
        store.mkdir()
        shutil.copy(empty, store / "mlflow.db")
        self.uri = f"sqlite:///{store / 'mlflow.db'}"
        self.client = MlflowClient(tracking_uri=self.uri)
        self.artifacts = store / "artifacts" / study
        self.experiment_id = self.client.create_experiment(
            study, artifact_location=self.artifacts.as_uri()
        )
        self.run_ids: dict[str, str] = {}

    def run(
        self,
        name: str,
        *,
        metrics: Mapping[str, float] | None = None,
        curves: Mapping[str, Sequence[float]] | None = None,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, str] | None = None,
        arrays: Mapping[str, np.ndarray] | None = None,
        figures: Mapping[str, bytes] | None = None,
        tags: Mapping[str, str] | None = None,
        fingerprint: Mapping[str, object] | None = None,
        profile: str = "quick",
        status: str = "FINISHED",
    ) -> str:
        """Write a run and make it the stage's current one."""
        experiment, _, stage = name.partition(".")
        all_tags = {
            names.Tag.KIND: names.Kind.STAGE,
            names.Tag.EXPERIMENT: experiment,
            names.Tag.STAGE: stage,
            names.Tag.PROFILE: profile,
            names.Tag.SEED: "42",
            names.Tag.FINGERPRINT: hashlib.sha256(name.encode()).hexdigest(),
            names.Tag.COMPUTATION: hashlib.sha256(name.encode()).hexdigest(),
            names.Tag.CODE: hashlib.sha256(b"code").hexdigest(),
            names.Tag.DATA: hashlib.sha256(b"data").hexdigest(),
            names.Tag.DATA_SOURCE: names.DataSource.REAL,
            names.Tag.GIT_COMMIT: "0" * 40,
            names.Tag.DETERMINISTIC: "true",
            **(tags or {}),
        }
        run = self.client.create_run(self.experiment_id, start_time=ENDED, run_name=name)
        run_id = run.info.run_id
        points = [Metric(key, value, ENDED, 0) for key, value in (metrics or {}).items()]
        for key, curve in (curves or {}).items():
            points += [Metric(key, value, ENDED, step) for step, value in enumerate(curve, 1)]
        self.client.log_batch(
            run_id,
            metrics=points,
            params=[Param(key, str(value)) for key, value in (params or {}).items()],
            tags=[RunTag(key, value) for key, value in all_tags.items()],
        )
        folder = self.artifacts / run_id / "artifacts"
        files = {
            names.FINGERPRINT_FILE: json.dumps(fingerprint or {}).encode(),
            **{names.table_path(key): text.encode() for key, text in (tables or {}).items()},
            **{names.figure_path(key): svg for key, svg in (figures or {}).items()},
        }
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        for key, array in (arrays or {}).items():
            path = folder / names.array_path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, array, allow_pickle=False)
        self.client.set_terminated(run_id, status, end_time=ENDED)
        self.client.set_experiment_tag(self.experiment_id, names.current(profile, name), run_id)
        self.client.set_experiment_tag(self.experiment_id, names.LAST_PROFILE, profile)
        self.run_ids[name] = run_id
        return run_id
