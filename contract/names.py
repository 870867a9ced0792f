"""The names in the store: experiments, runs, tags, metrics and artifact paths.

One MLflow experiment a study, named like it. Under it, one run a stage, named `experiment.stage`
(`classification.initial`); under a tuning stage, one nested run a trial.
"""

from enum import StrEnum


class Tag(StrEnum):
    """Tags of a run."""

    KIND = "kind"  # "stage" or "trial"
    EXPERIMENT = "experiment"  # "classification"
    STAGE = "stage"  # "initial"
    PROFILE = "profile"  # "smoke", "quick" or "full"
    SEED = "seed"
    FINGERPRINT = "fingerprint"  # of everything that decides the result
    COMPUTATION = "computation"  # the same without the drawing code: equal numbers, other figures
    CODE = "code_sha256"
    DATA = "data_sha256"
    DATA_SOURCE = "data_source"  # "real" or "stand-in"
    GIT_COMMIT = "git_commit"
    DETERMINISTIC = "deterministic"  # "true" or "false"
    FAILURE = "failure"  # one sentence, on FAILED runs alone
    INPUTS = "inputs"  # run ids of the stages it read, comma-separated
    COMPUTED = "computed"  # "true" once all numbers are written, whatever becomes of the figures
    COMPUTED_BY = "computed_by"  # run id whose numbers these are, where only the figures are new
    OWNER = "owner"  # the process that writes, while it writes: see `lib.tracking.owner`
    HEARTBEAT = "heartbeat"  # when the owner last wrote to a server, in seconds since 1970
    ARTIFACTS = "artifacts"  # SHA-256 of the manifest, which lists the artifacts that belong to it
    TRIAL = "trial"  # number of a trial in its search, from 1
    CITED_BY = "cited_by"  # the first report built on it, and when: `clean` leaves it alone
    CURVES = "curves"  # keys of the metrics that are curves, comma-separated


class Kind(StrEnum):
    """Values of `Tag.KIND`."""

    STAGE = "stage"
    TRIAL = "trial"


class Profile(StrEnum):
    """How much work; values of `Tag.PROFILE`."""

    SMOKE = "smoke"
    QUICK = "quick"
    FULL = "full"


class DataSource(StrEnum):
    """Values of `Tag.DATA_SOURCE`."""

    REAL = "real"
    STAND_IN = "stand-in"


LAST_PROFILE = "last_profile"  # tag of the MLflow experiment: the profile asked for last
STUDY = "vouch.study"  # tag of the MLflow experiment: that it is ours, and which study's
MANIFEST_FILE = "manifest.json"  # artifact: size and SHA-256 of a run's others
FINGERPRINT_FILE = "fingerprint.json"  # artifact: the parts of the fingerprint, see `lib.tracking`
PARENT_RUN = "mlflow.parentRunId"  # MLflow's own tag: the stage run above a trial


def run_name(experiment: str, stage: str) -> str:
    """Name the run of a stage.

    >>> run_name("classification", "initial")
    'classification.initial'
    """
    return f"{experiment}.{stage}"


def current(profile: str, run: str) -> str:
    """Name the tag of the MLflow experiment that holds the id of a stage's current run.

    A study keeps every run it ever made; these tags say which of them it consists of now.

    >>> current("quick", "classification.initial")
    'current.quick.classification.initial'
    """
    return f"current.{profile}.{run}"


def artifact_folder(study: str, run_id: str) -> str:
    """Folder of a run's artifacts, below the folder that holds an SQLite store's file.

    MLflow records it as an absolute URI, which a moved checkout outlives; this path does not.
    """
    return f"artifacts/{study}/{run_id}/artifacts"


def model_folder(study: str, model_id: str) -> str:
    """Folder of a logged model's files, below the folder that holds an SQLite store's file."""
    return f"artifacts/{study}/models/{model_id}/artifacts"


def plan(profile: str, module: str) -> str:
    """Name the tag of the MLflow experiment that says by which code its stages were last called.

    Its value is JSON: the hash of each definition of the module that decides what the stages are
    called with (`Config`, the profiles, `run`, what loads the data) and that no stage uses itself.

    >>> plan("quick", "experiments.fashion.classification")
    'plan.quick.experiments.fashion.classification'
    """
    return f"plan.{profile}.{module}"


def table_path(name: str) -> str:
    """Path of a table among a run's artifacts: CSV, header first, no index."""
    return f"tables/{name}.csv"


def figure_path(name: str) -> str:
    """Path of a figure among a run's artifacts: SVG, at the width at which it is printed."""
    return f"figures/{name}.svg"


def array_path(name: str) -> str:
    """Path of an array among a run's artifacts: NPY, never pickled."""
    return f"arrays/{name}.npy"


def file_path(name: str) -> str:
    """Path of any other file among a run's artifacts; `name` carries its ending."""
    return f"files/{name}"
