"""Run an experiment stage by stage, for a notebook."""

import logging
import os
import warnings
from collections.abc import Callable
from typing import Any

from contract.names import Profile
from lib import progress
from lib.tracking import Results, Study


def open_study(name: str, profile: str = Profile.QUICK) -> Study:
    """Open a study for a notebook.

    Args:
        name: the study.
        profile: amount of work, unless the variable VOUCH_PROFILE sets another one.
    """
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    # MLflow asks for widgets for its progress bars, which are switched off.
    warnings.filterwarnings("ignore", "IProgress not found")
    # TensorFlow warns when a process applies more than a few models.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    # Progress lines contain times, which do not belong in a saved notebook.
    progress.quiet = "VOUCH_QUIET" in os.environ
    return Study(name, profile=Profile(os.environ.get("VOUCH_PROFILE", profile)), seed=1)


class _ReachedError(Exception):
    """The requested stage has its results."""

    def __init__(self, results: Results) -> None:
        super().__init__("reached")
        self.results = results


class Steps:
    """An experiment that is run one stage at a time.

    Only the experiment's own `run` calls the stages, so a notebook cannot use other settings or
    another order than the report's runs. Finished stages are read back from the store.

    Args:
        study: the study that stores the results.
        run: the experiment's `run`.
        **inputs: its arguments besides the study.
    """

    def __init__(self, study: Study, run: Callable[..., object], **inputs: Results) -> None:
        self._study = study
        self._run = run
        self._inputs = inputs

    def through(self, stage: str) -> Results:
        """Run the experiment up to a stage, and return the stage's results.

        Args:
            stage: name of the stage's function, such as `initial`.

        Raises:
            LookupError: the experiment has no such stage.
        """
        # It behaves like a study, except that it stops early.
        until: Any = _Until(self._study, self._run.__module__, stage)
        try:
            self._run(until, **self._inputs)
        except _ReachedError as reached:
            return reached.results
        raise LookupError(
            f"Expected one of the stages {', '.join(until.called)}. Received: {stage!r}"
        )


class _Until:
    """A study that stops after a stage of a module; other experiments may use the same name."""

    def __init__(self, study: Study, module: str, last: str) -> None:
        self._study = study
        self._last = (module, last)
        self.called: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._study, name)

    def stage(self, function: Callable[..., Results], *given: Any, **inputs: Any) -> Results:
        """Return a stage's results, or stop if it is the requested one."""
        results = self._study.stage(function, *given, **inputs)
        self.called.append(function.__name__)
        if (function.__module__, function.__name__) == self._last:
            raise _ReachedError(results)
        return results
