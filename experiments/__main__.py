"""The command line: list, status, run, clean, ui."""

import os
import sys
from collections.abc import Mapping

import click

from contract.names import Profile
from experiments import catalogue, upkeep
from experiments.options import StudyCommand
from lib import environment, progress
from lib.data import DataCorruptError, DataNotFoundError
from lib.tracking import NotYetRunError, StageError, StoreError, Study, Workers
from lib.tuning import Apart, OtherCodeError, SearchFailedError, WorkerDiedError

# Errors caused by a user, a disk or a server: shown as one sentence, without a traceback.
EXPECTED = (
    DataCorruptError,
    DataNotFoundError,
    StageError,
    StoreError,
)
# Errors that stop a running study without damage: the same command resumes it.
INTERRUPTING = (ConnectionError, OtherCodeError, SearchFailedError, StoreError, WorkerDiedError)


class Target(click.ParamType[catalogue.Entry]):
    """A study or an experiment by name."""

    name = "study"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> catalogue.Entry:
        """Find the study or experiment, or suggest similar names."""
        if isinstance(value, catalogue.Entry):
            return value
        try:
            return catalogue.find(str(value))
        except catalogue.UnknownNameError as error:
            self.fail(str(error), param, ctx)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run studies and see their progress."""


@main.command("list")
def list_() -> None:
    """List the studies and their experiments."""
    for study in catalogue.studies():
        click.echo(f"{study.name}\n    {study.summary}")
        for experiment in catalogue.experiments(study.name):
            click.echo(f"  {experiment.name}\n    {experiment.summary}")


PROFILE = click.option(
    "--profile",
    type=click.Choice([profile.value for profile in Profile]),
    default=Profile.QUICK.value,
    show_default=True,
    help="Amount of work: seconds on stand-in data, minutes on a subset, or all the data.",
)
SEED = click.option(
    "--seed",
    # Repetitions use up to 1,000 times the seed, and NumPy's seeds have 32 bits.
    type=click.IntRange(min=1, max=2**32 // 1000 - 1),
    default=1,
    show_default=True,
    help="Seed of all randomness.",
)


@main.command(cls=StudyCommand)
@click.argument("target", type=Target(), metavar="STUDY[.EXPERIMENT]")
@PROFILE
@SEED
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=lambda: len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
    show_default="one a core",
    help="Processes that compute side by side; affects the time, not the results.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Address of a Dask scheduler whose workers evaluate trials.",
)
@click.option(
    "--fresh", is_flag=True, help="Compute everything again, even if there are finished runs."
)
def run(
    target: catalogue.Entry,
    profile: str,
    seed: int,
    workers: int,
    cluster: str | None,
    fresh: bool,
    own: Mapping[str, str],
) -> None:
    """Run a study or one of its experiments; finished stages are not run again."""
    if environment.ignored():
        progress.note(
            f"ignored, so that no result depends on it: {', '.join(environment.ignored())}"
        )
    try:
        study = Study(
            target.name.partition(".")[0],
            profile=Profile(profile),
            seed=seed,
            workers=Workers(workers, cluster),
            fresh=fresh,
            compute=Apart(Workers(workers)),
            options=own,
        )
    except EXPECTED as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt as error:
        raise click.ClickException("Stopped before anything was run.") from error
    again = study.command(target.name)
    try:
        run_target = target.run()
        run_target(study)
        study.finish(run_target)
    except INTERRUPTING as error:
        raise click.ClickException(
            f"{error}. Once the cause is fixed, resume with: {again}"
        ) from error
    except EXPECTED as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt as error:
        raise click.ClickException(f"Stopped. Resume with: {again}") from error


@main.command(cls=StudyCommand)
@click.argument("target", type=Target(), metavar="STUDY[.EXPERIMENT]")
@PROFILE
@SEED
def status(target: catalogue.Entry, profile: str, seed: int, own: Mapping[str, str]) -> None:
    """Show which stages have a finished run for the study's current state."""
    try:
        study = Study(
            target.name.partition(".")[0],
            profile=Profile(profile),
            seed=seed,
            plan=True,
            options=own,
        )
        missing = why = None
        try:
            target.run()(study)
        except NotYetRunError as error:
            missing = str(error)
            why = study.last_failure(missing)
    except EXPECTED as error:
        raise click.ClickException(str(error)) from error
    for name, found in study.seen.items():
        took = progress.duration(found.data.metrics.get("wall_time_seconds", 0.0))
        ended = upkeep.moment(found.info.end_time)
        click.echo(f"{name:<32} finished {ended}  {took:>12}  run {found.info.run_id[:8]}")
    if missing is None:
        click.echo(f"{target.name}: complete ({profile}, seed {seed})")
        return
    click.echo(f"{missing:<32} not run yet, nor what follows it{why}")
    click.echo(f"To go on: {study.command(target.name)}")


main.add_command(upkeep.clean)
main.add_command(upkeep.cite)
main.add_command(upkeep.ui)

if __name__ == "__main__":
    main(prog_name="python -m experiments")
