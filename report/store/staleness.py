"""Check whether the project would still compute a run in the same way.

No data is loaded for this: a data set is a function of the files that its loader names by hash, the
loader's code and the seed. So the code, including those hashes, and the seeds are compared.
"""

import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from contract import definitions, names
from contract.definitions import ROOT
from report.errors import ReportError
from report.store import contents
from report.store.runs import Runs, StageRun


@dataclass(frozen=True)
class Stale:
    """A run that the current project would compute differently.

    Args:
        run: its name.
        run_id: its id.
        differences: what differs, one phrase each.
    """

    run: str
    run_id: str
    differences: tuple[str, ...]

    def __str__(self) -> str:
        return f"run {self.run} ({self.run_id}) is stale: {'; '.join(self.differences)}"


Outside = Callable[[Mapping[str, Any], Runs, Path], Iterator[str]]


def stale_runs(
    runs: Runs, root: Path = ROOT, outside: Mapping[str, Outside] | None = None
) -> list[Stale]:
    """Compare each cited run with the current project.

    Args:
        runs: the study's runs.
        root: the project's folder.
        outside: further comparisons, by run name; each is called with the parameters of the run's
            stage, and yields what has changed.
    """
    found = []
    for stage in runs.cited.values():
        try:
            differences = tuple(_differences(stage, runs, root, outside or {}))
        except (ReportError, ValueError) as error:  # ValueError: not a valid module name
            differences = (str(error),)
        if differences:
            found.append(Stale(stage.run.name, stage.run.run_id, differences))
    return found


def mixed_seeds(runs: Runs) -> str:
    """Compare the seeds of the cited runs: an interrupted study may leave runs with two seeds.

    Returns:
        A sentence that names the seeds; empty if all are the same.
    """
    of_seed: dict[str, list[str]] = {}
    for name, stage in runs.cited.items():
        of_seed.setdefault(stage.run.tags.get(names.Tag.SEED, "none"), []).append(name)
    if len(of_seed) < 2:
        return ""
    said = "; ".join(f"{', '.join(stages)} with seed {seed}" for seed, stages in of_seed.items())
    return f"the study's runs have different seeds: {said}"


def changed_plan(runs: Runs, root: Path = ROOT) -> str:
    """Compare the code that last called the stages (settings, data) with the current code.

    Returns:
        A sentence that names the differences; empty if there are none.
    """
    try:
        recorded = {
            f"{module}:{name}": sha256
            for module, hashes in runs.plans().items()
            if definitions.module_path(module, root) is not None
            for name, sha256 in hashes.items()
        }
        changed = "; ".join(_code(recorded, root))
    except (ReportError, ValueError) as error:  # ValueError: not a valid module name
        changed = str(error)
    return f"the study has changed since its runs were made: {changed}" if changed else ""


def _differences(
    stage: StageRun, runs: Runs, root: Path, outside: Mapping[str, Outside]
) -> Iterator[str]:
    data = stage.store.artifact(stage.run, names.FINGERPRINT_FILE)
    if data is None:
        yield f"its artifacts are missing (it has no {names.FINGERPRINT_FILE})"
        return
    parts = _Parts(contents.mapping(data, f"its {names.FINGERPRINT_FILE}"))
    drawing = _Parts(parts.mapping("drawing"))
    yield from _code({**parts.texts("code"), **drawing.texts("code")}, root)
    yield from _libraries({**parts.texts("libraries"), **drawing.texts("libraries")})
    yield from _python(parts.whole.get("python"))
    yield from _inputs(parts.texts("inputs"), runs)
    if stage.run.name in outside:
        yield from outside[stage.run.name](parts.mapping("parameters"), runs, root)


@dataclass(frozen=True)
class _Parts:
    """The parts of a fingerprint; an error names a part of the wrong type."""

    whole: Mapping[str, Any]

    def mapping(self, part: str) -> Mapping[str, Any]:
        found = self.whole.get(part, {})
        if not isinstance(found, Mapping):
            raise ReportError(f"its {names.FINGERPRINT_FILE} has no mapping {part}")
        return found

    def texts(self, part: str) -> Mapping[str, str]:
        found = self.mapping(part)
        if not all(isinstance(value, str) for value in found.values()):
            raise ReportError(f"its {names.FINGERPRINT_FILE} has values other than texts in {part}")
        return found


def _code(recorded: Mapping[str, str], root: Path) -> Iterator[str]:
    changed = []
    for definition, sha256 in recorded.items():
        module, _, name = definition.partition(":")
        if definitions.definition_sha256(module, name, root) != sha256:
            changed.append(definition)
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        yield f"code changed ({', '.join(changed[:3])}{more})"


def _libraries(recorded: Mapping[str, str]) -> Iterator[str]:
    for library, version in recorded.items():
        try:
            installed = metadata.version(library)
        except metadata.PackageNotFoundError:
            installed = "not installed"
        if installed != version:
            yield f"{library} was {version}, is {installed}"


def _python(recorded: str | None) -> Iterator[str]:
    running = ".".join(platform.python_version_tuple()[:2])
    if recorded is not None and recorded != running:
        yield f"Python was {recorded}, is {running}"


def _inputs(recorded: Mapping[str, str], runs: Runs) -> Iterator[str]:
    """Compare the earlier stages that a run has read with their current computations.

    A stage whose figures were only redrawn has a new run of the same computation, which makes no
    difference.
    """
    if not recorded:
        return
    current = {
        run.tags.get(names.Tag.COMPUTATION)
        for run in map(runs.store.run, runs.current().values())
        if run is not None
    }
    for name, computation in recorded.items():
        if computation not in current:
            yield f"its input {name} has been recomputed since"
