"""Track a study in MLflow: stages as runs, finished ones reused, trials nested in their stage."""

from lib.tracking.computing import Workers
from lib.tracking.results import Results
from lib.tracking.runs.trials import TrialLog
from lib.tracking.store import StoreError
from lib.tracking.study import NotYetRunError, StageError, Study
from lib.tracking.uses import uses

__all__ = [
    "NotYetRunError",
    "Results",
    "StageError",
    "StoreError",
    "Study",
    "TrialLog",
    "Workers",
    "uses",
]
