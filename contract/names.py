"""The names in the store: experiments, runs, tags, metrics and artifact paths.

Each study is an MLflow experiment of the same name. In it, each stage is a run named
`experiment.stage` (`classification.initial`); a tuning stage has one nested run per trial.
"""

from enum import StrEnum


class Tag(StrEnum):
    """Tags of a run."""

    KIND = "kind"  # "stage" or "trial"
    EXPERIMENT = "experiment"  # "classification"
    STAGE = "stage"  # "initial"
    PROFILE = "profile"  # "smoke", "quick" or "full"
    SEED = "seed"
    FINGERPRINT = "fingerprint"  # hash of everything that determines the result
    COMPUTATION = (
        "computation"  # the same without drawing code: equal numbers, perhaps different figures
    )
    CODE = "code_sha256"
    DATA = "data_sha256"
    DATA_SOURCE = "data_source"  # "real" or "stand-in"
    GIT_COMMIT = "git_commit"
    DETERMINISTIC = "deterministic"  # "true" or "false"
    FAILURE = "failure"  # one sentence, only on FAILED runs
    INPUTS = "inputs"  # run ids of the stages it has read, comma-separated
    COMPUTED = "computed"  # "true" once all numbers are written, even if drawing the figures fails
    COMPUTED_BY = "computed_by"  # run id that the numbers come from, if only the figures are new
    OWNER = "owner"  # the process that is writing, see `lib.tracking.runs.owner`
    HEARTBEAT = "heartbeat"  # the owner's last heartbeat on a server, in seconds since 1970
    ARTIFACTS = "artifacts"  # SHA-256 of the manifest, which lists the run's artifacts
    TRIAL = "trial"  # number of a trial in its search, from 1
    CITED_BY = "cited_by"  # the first report that cites it, and when; `clean` keeps it
    CURVES = "curves"  # keys of the metrics that are curves, comma-separated


class Kind(StrEnum):
    """Values of `Tag.KIND`."""

    STAGE = "stage"
    TRIAL = "trial"


class Profile(StrEnum):
    """Amount of work; values of `Tag.PROFILE`."""

    SMOKE = "smoke"
    QUICK = "quick"
    FULL = "full"


class DataSource(StrEnum):
    """Values of `Tag.DATA_SOURCE`."""

    REAL = "real"
    STAND_IN = "stand-in"


LAST_PROFILE = "last_profile"  # tag of the MLflow experiment: the last profile run
STUDY = (
    "vouch.study"  # tag of the MLflow experiment: marks it as this project's, and names the study
)
MANIFEST_FILE = "manifest.json"  # artifact: size and SHA-256 of a run's other artifacts
FINGERPRINT_FILE = "fingerprint.json"  # artifact: the parts of the fingerprint, see `lib.tracking`
PARENT_RUN = "mlflow.parentRunId"  # MLflow's own tag: the stage run that a trial belongs to


def run_name(experiment: str, stage: str) -> str:
    """Name the run of a stage.

    >>> run_name("classification", "initial")
    'classification.initial'
    """
    return f"{experiment}.{stage}"


def current(profile: str, run: str) -> str:
    """Name the tag of the MLflow experiment that holds the id of a stage's current run.

    A study keeps all its runs; these tags name the current ones.

    >>> current("quick", "classification.initial")
    'current.quick.classification.initial'
    """
    return f"current.{profile}.{run}"


def artifact_folder(study: str, run_id: str) -> str:
    """Folder of a run's artifacts, relative to the folder of an SQLite store's file.

    MLflow records an absolute URI, which breaks when the checkout is moved; this path does not.
    """
    return f"artifacts/{study}/{run_id}/artifacts"


def model_folder(study: str, model_id: str) -> str:
    """Folder of a logged model's files, below the folder that holds an SQLite store's file."""
    return f"artifacts/{study}/models/{model_id}/artifacts"


def lacking(profile: str, experiment: str) -> str:
    """Name the tag of the MLflow experiment for an experiment that was not run for lack of data.

    Its value is the reason in a sentence; empty once the data was found.

    >>> lacking("full", "faces")
    'lacking.full.faces'
    """
    return f"lacking.{profile}.{experiment}"


def plan(profile: str, module: str) -> str:
    """Name the tag of the MLflow experiment with the code that last called its stages.

    Its value is JSON: the hash of each definition of the module that decides what the stages are
    called with (`Config`, the profiles, `run`, what loads the data) and that no stage uses itself.

    >>> plan("quick", "experiments.fashion.classification")
    'plan.quick.experiments.fashion.classification'
    """
    return f"plan.{profile}.{module}"


def options(profile: str) -> str:
    """Name the tag of the MLflow experiment with the study's own options of its last run.

    Its value is JSON: the options' values, as strings, by name.
    """
    return f"options.{profile}"


def table_path(name: str) -> str:
    """Path of a table among a run's artifacts: CSV, header first, no index."""
    return f"tables/{name}.csv"


def figure_path(name: str) -> str:
    """Path of a figure among a run's artifacts: SVG, at print size."""
    return f"figures/{name}.svg"


def array_path(name: str) -> str:
    """Path of an array among a run's artifacts: NPY, never pickled."""
    return f"arrays/{name}.npy"


def file_path(name: str) -> str:
    """Path of any other file among a run's artifacts; `name` includes its extension."""
    return f"files/{name}"
