"""Check a hand-in's facts, report, judgements and notebooks; yield one line per problem."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from annotate import samples
from contract import causes
from contract.causes import JudgementError
from contract.names import Profile
from notebooks.scripts import MADE_FROM, Script, scripts
from report.build import Report
from report.delivery import Delivery
from report.errors import ReportError
from report.handin import FILE, HandIn
from report.store.runs import Runs
from report.study import Study
from submission.naming import stems

PRINTS = {"error", "stderr"}  # kinds of output that a notebook must not contain


def facts(found: HandIn, study: Study, delivery: Delivery) -> Iterator[str]:
    """Check the facts in `handin.toml`."""
    for name in found.missing(study.statements, delivery.facts):
        yield f"{FILE} does not set {name}"
    if all((found.authors, *(getattr(found, name) for name in delivery.facts))):
        try:
            stems(found, delivery)
        except ReportError as error:
            yield error.message


def report(found: Report) -> Iterator[str]:
    """Check the report and its data."""
    yield from found.problems
    if found.stand_in():
        yield "the report is based on generated stand-in data"


def judgements(runs: Runs, root: Path) -> Iterator[str]:
    """Compare the judgements with the misclassified samples, and with those that the run used."""
    if runs.study not in samples.JUDGED:
        return
    file, profile = causes.path(runs.study, root), Profile(runs.profile)
    try:
        indices = samples.indices(runs)
        found = causes.read(file, profile, indices)
        taken = samples.judged(runs)
    except ReportError as error:
        yield error.message
        return
    except JudgementError as error:
        yield str(error)
        return
    missing = causes.unjudged(found, indices)
    if missing:
        listed = ", ".join(map(str, missing))
        yield (
            f"{len(missing)} of {len(indices)} misclassified samples are not judged ({listed}):"
            f" tox run -e annotate -- {runs.study} --profile {runs.profile}"
        )
    now = {index: judgement.causes for index, judgement in found.items() if judgement.judged}
    if taken != now:
        yield (
            "some judgements are newer than the report; run:"
            f" python -m experiments run {runs.study} --profile {runs.profile}"
        )


def notebooks(runs: Runs, root: Path) -> Iterator[str]:
    """Check that each notebook was executed from its current script with the current runs."""
    computations = runs.computations()
    amiss = [
        f"{script.target.relative_to(root)} {reason}"
        for script in scripts(runs.study, root)
        for reason in islice(_amiss(script, script.made_from(runs.profile, computations)), 1)
    ]
    yield from amiss
    if amiss:
        command = f"tox run -e notebooks -- {runs.study} --profile {runs.profile}"
        yield f"(to execute the notebooks: {command})"


def _amiss(script: Script, expected: Mapping[str, object]) -> Iterator[str]:
    """List what is wrong with a notebook, the most serious first."""
    if not script.target.is_file():
        yield "is missing"
        return
    try:
        notebook = json.loads(script.target.read_text(encoding="utf-8"))
        made_from = notebook["metadata"].get(MADE_FROM, {})
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        kinds = {_kind(output) for cell in cells for output in cell["outputs"]}
        counts = [cell["execution_count"] for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError):
        yield "is not a notebook"
        return
    if kinds & PRINTS:
        yield "shows an error or a warning"
    if counts != list(range(1, len(cells) + 1)):
        yield "has not been executed from top to bottom"
    if made_from.get("profile") != expected["profile"]:
        yield f"is of profile {made_from.get('profile')}, not {expected['profile']}"
    if made_from.get("script_sha256") != expected["script_sha256"]:
        yield "was executed from another version of its script"
    if made_from.get("computations") != expected["computations"]:
        yield "shows other runs than the current ones"


def _kind(output: Mapping[str, Any]) -> str:
    return str(output["name"] if output["output_type"] == "stream" else output["output_type"])
