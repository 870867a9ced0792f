"""A study that runs no stage, for tests of what each stage is called with."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from contract.names import Profile
from lib.tracking import TrialLog, Workers
from lib.tracking.filling import filled


class Watched:
    """Keeps the inputs of each stage, and returns the same parameters for all of them.

    Args:
        **chosen: parameters of every stage's results, which later stages choose from.

    Attributes:
        inputs: each stage's arguments, by `experiment.stage`, in the order of the calls.
    """

    profile, seed, plan = Profile.SMOKE, 1, False
    options: Mapping[str, str] = {}

    def __init__(self, **chosen: Any) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}
        self.workers, self.trials = Workers(), TrialLog()
        self._chosen = chosen

    def stage(
        self,
        function: Any,
        config: Any = None,
        *,
        draw: Any = None,
        precision: Any = None,
        **inputs: Any,
    ) -> Any:
        """Keep a stage's inputs, those that a study fills in included."""
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        known = {"seed": self.seed, "trials": self.trials, "workers": self.workers}
        self.inputs[name] = filled(function, inputs, config, **known)
        return SimpleNamespace(params=self._chosen, metrics={}, arrays={})

    def side_by_side(self, *runs: Any) -> list[Any]:
        """Call them in order."""
        return [run(self) for run in runs]

    def seeing(self) -> set[str]:
        """Name the stages whose data contain test images."""
        return {
            name
            for name, given in self.inputs.items()
            if "data" in given and len(given["data"].x_test)
        }
