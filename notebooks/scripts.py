"""Which scripts there are, where their notebooks lie, and what a notebook says of its making."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

# Key of a notebook's metadata; what is below it says what the notebook was made from.
MADE_FROM = "vouch"


@dataclass(frozen=True)
class Script:
    """A notebook's script and where its notebook goes.

    Args:
        path: `notebooks/STUDY/NAME.py`, cells in jupytext's percent format.
        target: `experiments/STUDY/NAME.ipynb`.
    """

    path: Path
    target: Path

    def made_from(self, profile: str, computations: dict[str, str]) -> dict[str, object]:
        """Say what a notebook is made from; another answer means that it must be executed again.

        Args:
            profile: how much work.
            computations: hash of each of the study's runs without its drawing, by run name.
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
