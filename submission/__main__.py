"""The command line: python -m submission STUDY."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contract.definitions import ROOT
from contract.names import Profile
from notebooks.scripts import scripts
from report import build as building
from report import handin
from report.delivery import Delivery
from report.errors import ReportError
from report.handin import HandIn
from report.store import citing
from report.store.reader import open_store, store_uri
from report.store.runs import Runs
from report.studies import STUDIES
from report.study import Study
from submission import checks, documents, flat, package, trial
from submission.naming import stems

PROFILES = [Profile.FULL.value, Profile.QUICK.value]  # the smoke profile's data are generated
HANDED_IN = [study.name for study in STUDIES if study.delivery]
HERE = Path(__file__).resolve().parent


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", metavar="STUDY", type=click.Choice(HANDED_IN))
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default=PROFILES[0],
    show_default=True,
    help="Profile of the runs to hand in; a report on less than all data says so on every page.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "build",
    help="Folder for both files; by default build/.",
)
def main(name: str, profile: str, output: Path) -> None:
    """Write the PDF and the zip to hand in for STUDY, or list what is missing."""
    try:
        hand_in(next(study for study in STUDIES if study.name == name), profile, output)
    except ReportError as error:
        raise click.ClickException(str(error)) from error


def hand_in(study: Study, profile: str, output: Path, root: Path = ROOT) -> None:
    """Make both files, if there are no problems.

    Args:
        study: the study.
        profile: profile of its runs.
        output: folder for the two files.
        root: the project's folder.

    Raises:
        ReportError: lists all problems; nothing has been written.
    """
    # Imported here because loading the PDF engine takes a second.
    from report.pages import pdf
    from report.verification import verify

    delivery = study.delivery
    if delivery is None:
        raise ReportError(
            f"Expected a study that says what is handed in. Received: {study.name}, whose STUDY in "
            "report/studies has no delivery"
        )
    runs = Runs(study.name, profile, open_store(store_uri()))
    facts = handin.read(root)
    report = building.collect(study, runs, root)
    against = [
        *checks.facts(facts, study, delivery),
        *checks.report(report),
        *checks.judgements(runs, root),
        *checks.notebooks(runs, root),
    ]
    _refuse(study, against, report.remedies)
    report_stem, code_stem = stems(facts, delivery)
    data = pdf.render(report, draft=False)
    carried = verify.read(data, report_stem)
    if delivery.flat is not None:
        packed = flat.zipped(flat.files(delivery.flat, runs, root))
    else:
        contents = {**package.files(study.name, root), **documents.read(runs, delivery.documents)}
        pdf_name = f"{report_stem}.pdf"
        contents["README.md"] = _readme(study, delivery, profile, facts, pdf_name, root).encode()
        if delivery.enclosed:
            contents[pdf_name] = data
        packed = package.zipped(contents, code_stem)
    _refuse(study, verify.disagreements(carried, runs.store))
    found = _tried(study, delivery, runs, packed)
    _refuse(study, [found] if found else [])
    files = {f"{report_stem}.pdf": data, f"{code_stem}.zip": packed}
    _write(files, output)
    unmarked = citing.cite(output / f"{report_stem}.pdf", data, report.runs)
    if unmarked:
        click.echo(unmarked, err=True)
    for name, content in files.items():
        click.echo(f"{output / name}: {len(content) / 1000:,.0f} kB")


def _tried(study: Study, delivery: Delivery, runs: Runs, packed: bytes) -> str:
    """Test the zip outside the project, and say what fails; empty if nothing does."""
    if delivery.flat is not None:
        click.echo("Testing the zip: unpacking it and running its programs …", err=True)
        return flat.failure(delivery.flat, runs, packed)
    click.echo("Testing the zip: unpacking it and running its smoke profile …", err=True)
    return trial.failure(packed, study.name)


def _write(places: Mapping[str, bytes], folder: Path) -> None:
    """Write all files, or none if one fails: move them into place once all are written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".hand-in-", dir=folder) as beside:
            for name, content in places.items():
                (Path(beside) / name).write_bytes(content)
            for name in places:
                (Path(beside) / name).replace(folder / name)
    except OSError as error:
        raise ReportError(f"Expected a folder to write to. Received: {error}") from error


def _refuse(study: Study, problems: Sequence[str], remedies: Sequence[str] = ()) -> None:
    """Raise an error that lists a hand-in's problems, if there are any."""
    if problems:
        lines = [f"{study.name} cannot be handed in yet:"]
        lines += [f"  {line}" for line in dict.fromkeys(problems)]
        raise ReportError("\n".join(lines), " && ".join(remedies) or None)


def _readme(
    study: Study, delivery: Delivery, profile: str, facts: HandIn, report: str, root: Path
) -> str:
    places = [
        (script.target.relative_to(root).as_posix(), "notebook, executed")
        for script in scripts(study.name, root)
    ]
    places += [
        (document.path(profile, study.name), document.title) for document in delivery.documents
    ]
    # The template is Markdown, not HTML.
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("README.md.j2").render(
        title=study.title,
        study=study.name,
        group=facts.group if "group" in delivery.facts else "",
        authors=facts.authors,
        report=report,
        delivery=delivery,
        places=places,
    )


if __name__ == "__main__":
    main(prog_name="python -m submission")
