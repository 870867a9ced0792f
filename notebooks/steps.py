"""Go through an experiment stage by stage, as a notebook does."""

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
        profile: how much work, unless the variable VOUCH_PROFILE says otherwise.
    """
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    # MLflow's progress bars would like to be widgets; there are none left to show.
    warnings.filterwarnings("ignore", "IProgress not found")
    # TensorFlow warns of whoever applies more than a few models in one process.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    # Lines of progress, with times in them, are no part of a notebook that is kept.
    progress.console.quiet = "VOUCH_QUIET" in os.environ
    return Study(name, profile=Profile(os.environ.get("VOUCH_PROFILE", profile)), seed=1)


class _ReachedError(Exception):
    """The stage that was asked for has its results."""

    def __init__(self, results: Results) -> None:
        super().__init__("reached")
        self.results = results


class Steps:
    """An experiment that is run one stage further at a time.

    The stages are called by the experiment's own `run` and nothing else, so that a notebook can
    neither call them with other settings nor in another order than the report's runs were made
    with. What an earlier step or an earlier day has computed is read back.

    Args:
        study: where the stages' results are kept.
        run: the experiment's.
        **inputs: what it takes beside the study.
    """

    def __init__(self, study: Study, run: Callable[..., object], **inputs: Results) -> None:
        self._study = study
        self._run = run
        self._inputs = inputs

    def through(self, stage: str) -> Results:
        """Run the experiment until a stage has its results; those are returned.

        Args:
            stage: name of its function, such as `initial`.

        Raises:
            LookupError: the experiment has no such stage.
        """
        # It passes for a study: it is one, but for where it ends.
        until: Any = _Until(self._study, self._run.__module__, stage)
        try:
            self._run(until, **self._inputs)
        except _ReachedError as reached:
            return reached.results
        raise LookupError(
            f"Expected one of the stages {', '.join(until.called)}. Received: {stage!r}"
        )


class _Until:
    """A study that ends with a stage of a module; another experiment's may be called alike."""

    def __init__(self, study: Study, module: str, last: str) -> None:
        self._study = study
        self._last = (module, last)
        self.called: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._study, name)

    def stage(self, function: Callable[..., Results], **inputs: Any) -> Results:
        """Give a stage's results, and end if it is the last."""
        results = self._study.stage(function, **inputs)
        self.called.append(function.__name__)
        if (function.__module__, function.__name__) == self._last:
            raise _ReachedError(results)
        return results
