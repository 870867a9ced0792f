"""A large report over a large store: 40 figures on 30 pages, cited from 10,000 runs.

python -m bench.large make FOLDER      # the store and the answers
python -m bench.large build FOLDER     # FOLDER/large.pdf
python -m bench.large verify FOLDER
"""

import atexit
import gc
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median

import click

import report.studies
from bench.measure import Figure as Measured
from bench.measure import run_process
from contract.names import Profile
from report.evidence.stages import Stage
from report.output import write
from report.store.reader import ROOT, open_store
from report.store.runs import Runs
from report.study import Question, Section, Study

RUNS, QUESTIONS, FIGURES = 10_000, 10, 4  # figures per question
LEAST_PAGES = 30
EPOCHS = 30
PART = """
{% set last = epochs[29] %}
In epoch {{ epochs[AT]["epoch"] | num }} the loss was {{ epochs[AT]["loss"] | num }}.
It had been {{ epochs[0]["loss"] | num }} at first, and {{ curvesAT }} shows how it fell.
The loss was {{ epochs[10]["loss"] | num }} in epoch {{ epochs[10]["epoch"] | num }}.
It was {{ epochs[20]["loss"] | num }} in epoch {{ epochs[20]["epoch"] | num }}, and moved little.
At the end, in epoch {{ last["epoch"] | num }}, it was {{ last["loss"] | num }}.
The training could have gone on for longer, but the curve of the validation set was level by then.

Both curves of {{ curvesAT }} stay close to each other.
The distance between them hardly changes, from where the loss is {{ epochs[5]["loss"] | num }}
in epoch {{ epochs[5]["epoch"] | num }} to where it is {{ epochs[25]["loss"] | num }}
in epoch {{ epochs[25]["epoch"] | num }}.

{% call figure(curvesAT, alt="A falling curve, and one that falls less.") %}
The loss of training and of validation, epoch by epoch.
{% endcall %}

"""
TABLE = """
{{ history }} lists all epochs.

{% call table(history) %}Loss and accuracy of each epoch.{% endcall %}
"""


def _question(number: int) -> Question:
    """Declare one question per run."""
    run = Stage(f"work.stage{number}")
    evidence = {
        "epochs": run.rows("epochs", "each epoch", numbers=("epoch", "loss")),
        "history": run.table("epochs", "all epochs"),
        **{f"curves{at}": run.figure(f"curves{at}", "both losses") for at in range(FIGURES)},
    }
    return Question(str(number), f"What happened in run {number}?", evidence, (1, 40))


STUDY = Study(
    "large",
    "A large report",
    (Section("", tuple(_question(number) for number in range(1, QUESTIONS + 1))),),
)


def figures() -> list[Measured]:
    """Build the report and verify it, each in a separate process, as a person does.

    Raises:
        RuntimeError: a command failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = run_process("-m", "bench.large", "make", folder)
        builds = [run_process("-m", "bench.large", "build", folder) for _ in range(3)]
        verified = [run_process("-m", "bench.large", "verify", folder) for _ in range(3)]
    build, verify = (
        median(process.seconds for process in processes) for processes in (builds, verified)
    )
    what = f"{builds[0].output.strip()}, {made.output.strip()}; median of 3"
    return [
        Measured("large report: build", build, 10.0, "s", what),
        Measured("large report: verify", verify, 5.0, "s", "median of 3"),
    ]


@click.group()
def main() -> None:
    """Make, build and verify a large report."""
    # Before the commands import the modules that look up studies.
    report.studies.STUDIES = (*report.studies.STUDIES, STUDY)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def make(folder: Path) -> None:
    """Make the store and the answers."""
    from lib.figures import curves as drawing
    from lib.figures.style import svg
    from lib.tracking.store import Location, connect
    from tests.report.writer import Writer

    for room in ("contract", "experiments", "lib"):  # their code is compared with the runs'
        (folder / room).symlink_to(ROOT / room)
    empty = folder / "empty" / "mlflow.db"
    connect(Location(f"sqlite:///{empty}", empty.parent))
    writer = Writer(folder, empty, STUDY.name)
    answers = folder / "answers" / STUDY.name
    answers.mkdir(parents=True)
    for number, question in enumerate(STUDY.questions, start=1):
        losses = [2 / (1 + epoch) + 0.01 * number for epoch in range(EPOCHS)]
        curves = {"val_loss": losses, "train_loss": [0.9 * loss for loss in losses]}
        drawn = drawing.learning_curves(curves, metrics={"loss": "cross-entropy"}, best_epoch=20)
        rows = [f"{at},{loss:.6f},{1 - loss / 4:.6f}" for at, loss in enumerate(losses, start=1)]
        last = writer.run(
            f"work.stage{number}",
            curves=curves,
            tables={"epochs": "\n".join(["epoch,loss,accuracy", *rows, ""])},
            # Each differs, as real figures do.
            figures={
                f"curves{at}": svg(drawn) + f"<!-- {at} -->".encode() for at in range(FIGURES)
            },
            fingerprint=_fingerprint(),
        )
        words = "".join(PART.replace("AT", str(at)) for at in range(FIGURES)) + TABLE
        (answers / f"{question.key}.md.j2").write_text(words, encoding="utf-8")
    _multiply(folder / "mlruns" / "mlflow.db", last)
    click.echo(f"{RUNS} runs")


def _fingerprint() -> dict[str, object]:
    """List as much code as a real stage uses, so that looking for changes takes as long."""
    from experiments.fashion import classification
    from lib.tracking.code import code_of

    code = code_of(classification.initial)
    return {"code": code.definitions, "libraries": code.libraries}


def _multiply(database: Path, run_id: str) -> None:
    """Copy a run, with everything logged in it, until there are `RUNS` of them."""
    with closing(sqlite3.connect(database)) as connection, connection:
        (there,) = connection.execute("SELECT count(*) FROM runs").fetchone()
        ids = [(f"{number:032x}", run_id) for number in range(RUNS - there)]
        for table in ("runs", "tags", "params", "metrics", "latest_metrics"):
            found = connection.execute(f"PRAGMA table_info({table})").fetchall()
            others = ", ".join(column[1] for column in found if column[1] != "run_uuid")
            connection.executemany(
                f"INSERT INTO {table} (run_uuid, {others})"  # noqa: S608  # names of the schema
                f" SELECT ?, {others} FROM {table} WHERE run_uuid = ?",
                ids,
            )


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def build(folder: Path) -> None:
    """Build the report.

    Raises:
        RuntimeError: it is smaller than it should be.
    """
    import pypdf

    from report import build as building
    from report.pages import pdf

    made = building.collect(STUDY, _runs(folder), folder)
    building.refuse(made)
    path = folder / "large.pdf"
    write(path, pdf.render(made))
    pages, shown = len(pypdf.PdfReader(path).pages), len(list(made.ledger.figures()))
    if pages < LEAST_PAGES or shown != QUESTIONS * FIGURES:
        raise RuntimeError(f"Expected {LEAST_PAGES} pages. Received: {pages=}, {shown=} figures")
    click.echo(f"{pages} pages, {shown} figures, {len(made.ledger.entries)} numbers")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def verify(folder: Path) -> None:
    """Verify the report.

    Raises:
        RuntimeError: it fails verification.
    """
    from report.verification import verify as verifying

    found = verifying.read((folder / "large.pdf").read_bytes(), "large.pdf")
    wrong = verifying.disagreements(found, open_store(_uri(folder)))
    if wrong:
        raise RuntimeError(
            "Expected a report that passes verification. Received: " + "; ".join(wrong[:3])
        )


def _runs(folder: Path) -> Runs:
    return Runs(STUDY.name, Profile.QUICK, open_store(_uri(folder)))


def _uri(folder: Path) -> str:
    return f"sqlite:///{folder / 'mlruns' / 'mlflow.db'}"


if __name__ == "__main__":
    gc.disable()  # as `python -m report` does
    atexit.register(gc.freeze)
    main(prog_name="python -m bench.large")
