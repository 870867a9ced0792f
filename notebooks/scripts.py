"""The scripts, the paths of their notebooks, and the record of what a notebook was made from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

# Key in a notebook's metadata that records what it was made from.
MADE_FROM = "vouch"


@dataclass(frozen=True)
class Script:
    """A notebook's script and the path of its notebook.

    Args:
        path: `notebooks/STUDY/NAME.py`, cells in jupytext's percent format.
        target: `experiments/STUDY/NAME.ipynb`.
    """

    path: Path
    target: Path

    def made_from(self, profile: str, computations: dict[str, str]) -> dict[str, object]:
        """Describe what a notebook is made from; if this changes, it must be executed again.

        Args:
            profile: amount of work.
            computations: hash of each of the study's runs without drawing code, by run name.
        """
        return {
            "script_sha256": hashlib.sha256(self.path.read_bytes()).hexdigest(),
            "profile": profile,
            "computations": computations,
        }


def scripts(study: str, root: Path) -> list[Script]:
    """List a study's notebooks by name.

    Args:
        study: its name.
        root: the project's folder.
    """
    folder, target = root / "notebooks" / study, root / "experiments" / study
    return [Script(path, target / f"{path.stem}.ipynb") for path in sorted(folder.glob("*.py"))]
