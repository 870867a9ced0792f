"""The command line: python -m notebooks STUDY."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import nbformat

from contract.definitions import ROOT
from contract.names import Profile
from lib.tracking import StoreError, store
from notebooks.execution import NotebookError, executed
from notebooks.scripts import MADE_FROM, Script, scripts
from report.store.reader import open_store, store_uri
from report.store.runs import Runs

STUDIES = sorted({path.parent.name for path in (ROOT / "notebooks").glob("*/*.py")})


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("study", metavar="STUDY", type=click.Choice(STUDIES))
@click.option(
    "--profile",
    type=click.Choice([profile.value for profile in Profile]),
    default=Profile.QUICK.value,
    show_default=True,
    help="Profile to run for stages that have no run yet.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the notebooks; by default experiments/STUDY.",
)
def main(study: str, profile: str, output: Path | None) -> None:
    """Execute the notebooks of STUDY, reusing the runs in the store."""
    try:  # in a cell, the error would be a traceback
        with store.reading(store.locate()):
            pass
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    environment = {"VOUCH_PROFILE": profile, "VOUCH_QUIET": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    found = scripts(study, ROOT)
    try:
        made = {script: executed(script, environment, _progress(script)) for script in found}
    except NotebookError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt as error:
        raise click.ClickException("Stopped; no notebook was changed") from error
    computations = Runs(study, profile, open_store(store_uri())).computations()
    for script, notebook in made.items():
        notebook.metadata[MADE_FROM] = script.made_from(profile, computations)
        place = (output or script.target.parent) / script.target.name
        size = _write(place, f"{nbformat.writes(notebook)}\n".encode())
        click.echo(f"{place}: {size / 1000:,.0f} kB")


def _write(place: Path, content: bytes) -> int:
    """Replace a file atomically; return its size in bytes."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(place)
    return len(content)


def _progress(script: Script) -> Callable[[int, int], None]:
    """Show a script's progress: updated in place on a terminal, otherwise one line at the start."""

    def show(done: int, cells: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done + 1 == cells else ""
            click.echo(f"\r{script.path.stem}: cell {done + 1} of {cells}{end}", err=True, nl=False)
        elif done == 0:
            click.echo(f"{script.path.stem}: {cells} cells", err=True)

    return show


if __name__ == "__main__":
    main(prog_name="python -m notebooks")
