"""The command line: python -m report build | check | verify | diff | vocabulary."""

import atexit
import gc
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contract import names
from contract.spelling import nearest
from report import build as building
from report import output as writing
from report.errors import NoStoreError, ReportError, reason_of
from report.store import citing, commands
from report.store.reader import ROOT, open_store, store_uri
from report.store.runs import Runs, last_profile
from report.studies import STUDIES
from report.study import Study

if TYPE_CHECKING:
    from report.verification.carried import Carried


def _study(_ctx: click.Context, _param: click.Parameter, value: str) -> Study:
    """Find a study by name; suggest the closest name if there is none."""
    for study in STUDIES:
        if study.name == value:
            return study
    known = [study.name for study in STUDIES]
    raise click.BadParameter(f"Expected a study. Received: {value} ({nearest(value, known)})")


class _Commands(click.Group):
    """Commands whose failures are printed as a message, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ReportError as error:
            raise click.ClickException(str(error)) from error


_profile = click.option(
    "--profile",
    type=click.Choice([str(profile) for profile in names.Profile]),
    help="Profile whose runs to report on; by default the last one run.",
)


@click.group(cls=_Commands)
def main() -> None:
    """Build reports from tracked runs, and verify them."""


@main.command()
@click.argument("study", callback=_study)
@_profile
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; by default build/STUDY.pdf.",
)
@click.option(
    "--draft", is_flag=True, help="Build despite problems, and mark every page as a draft."
)
def build(study: Study, profile: str | None, output: Path | None, draft: bool) -> None:
    """Build the report on STUDY."""
    path = output or ROOT / "build" / f"{study.name}.pdf"
    writing.require_place(path)
    report = building.collect(study, _runs(study, profile))
    _name_unused(report)
    if not draft:
        building.refuse(report)
    # Imported here because loading the PDF engine takes a second.
    from report.pages import pdf

    data = pdf.render(report, draft=bool(report.problems))
    writing.write(path, data)
    # A draft cites no runs, because nobody relies on it; a report whose data is missing is one too.
    unmarked = citing.cite(path, data, report.runs) if not report.problems else ""
    for problem in (*report.problems, *filter(None, [unmarked])):
        click.echo(problem, err=True)
    click.echo(f"{path}: {len(report.ledger.entries)} numbers, {len(report.runs.cited)} runs")


@main.command()
@click.argument("study", callback=_study)
@_profile
def check(study: Study, profile: str | None) -> None:
    """Check all answers of STUDY against its runs, without building anything."""
    report = building.collect(study, _runs(study, profile))
    _name_unused(report)
    building.refuse(report)
    for line in report.lacking:
        click.echo(line, err=True)
    for answer in report.answered():
        click.echo(
            f"Question {answer.question.label}: {len(answer.sentences)} sentences"
            + (f" ({answer.question.limits})" if answer.question.limits else "")
        )


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--offline",
    is_flag=True,
    help="Only check that the PDF is consistent with itself, without the store.",
)
@click.option(
    "--redraw",
    is_flag=True,
    help="Also lay the report out again from the store, and compare what each page draws.",
)
def verify(file: Path, offline: bool, redraw: bool) -> None:
    """Check the PDF in FILE for consistency with itself and with the store."""
    from report.verification import verify as verifying

    if offline and redraw:
        raise click.UsageError("Expected --offline or --redraw. Received: both")
    found = _carried(file)
    store = None if offline else open_store(store_uri())
    wrong = verifying.disagreements(found, store, redraw=redraw)
    if wrong:
        raise ReportError(
            "\n".join([f"{file} failed verification:", *(f"  {line}" for line in wrong)])
        )
    counts = ", ".join(
        f"{len(found.evidence[part])} {part}" for part in ("numbers", "figures", "verdicts", "runs")
    )
    against = "itself" if offline else "itself and the store"
    against += ", also when laid out again" if redraw else ""
    click.echo(f"{file} is consistent with {against}: {counts}")


@main.command()
@click.argument("first", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("second", type=click.Path(dir_okay=False, path_type=Path))
def diff(first: Path, second: Path) -> None:
    """List the numbers, verdicts, figures and runs that changed from FIRST to SECOND."""
    from report.verification import difference

    changed = list(difference.differences(_carried(first).evidence, _carried(second).evidence))
    for line in changed or ["No number, verdict, figure, table or run differs."]:
        click.echo(line)


@main.command()
@click.argument("study", callback=_study)
@_profile
@click.option(
    "--json", "as_json", is_flag=True, help="Print the declarations as JSON; needs no store."
)
def vocabulary(study: Study, profile: str | None, as_json: bool) -> None:
    """List the values that answers of STUDY may use, with their current values."""
    from report.answers import vocabulary as words

    if as_json:
        click.echo(json.dumps(study.as_json(), indent=1, ensure_ascii=False))
        return
    for line in words.lines(study, _runs(study, profile)):
        click.echo(line)


def _name_unused(report: building.Report) -> None:
    """Name the author's files that are not used."""
    for line in report.unused:
        click.echo(line, err=True)


def _carried(file: Path) -> "Carried":
    """Read back a report's PDF."""
    # Imported here because building a report needs no PDF readers.
    from report.verification import verify as verifying

    try:
        if not file.is_file():
            raise ReportError(f"Expected a report's PDF. Received: nothing at {file}")
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        raise ReportError(
            f"Expected a report's PDF. Received: {file} ({reason_of(error)})"
        ) from error
    return verifying.read(data, str(file))


def _runs(study: Study, profile: str | None) -> Runs:
    uri = store_uri()
    try:
        store = open_store(uri)
    except NoStoreError as error:
        command = commands.run_study(study.name, profile or names.Profile.QUICK)
        raise ReportError(error.message, command) from error
    return Runs(study.name, profile or last_profile(store, study.name), store)


if __name__ == "__main__":
    # A command ends before its garbage fills the memory, and looking for it takes a tenth of it.
    gc.disable()
    atexit.register(gc.freeze)
    main(prog_name="python -m report")
