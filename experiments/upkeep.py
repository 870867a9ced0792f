"""Commands for the store itself: show it, tag the runs that a report cites, delete old runs."""

import math
import os
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from contract.names import Tag
from experiments import catalogue
from lib.tracking import StoreError, store
from lib.tracking.runs import citation
from lib.tracking.runs.cleaning import Cleaning, Plan, Superseded
from lib.tracking.store import page


def _study(_ctx: click.Context, _param: click.Parameter, value: str | None) -> list[str]:
    """Find a study by name; without a name, all studies."""
    known = [study.name for study in catalogue.studies()]
    if value is not None and value not in known:
        raise click.BadParameter(catalogue.unknown("a study", value, known))
    return known if value is None else [value]


@click.command()
@click.argument("studies", callback=_study, required=False, metavar="[STUDY]")
@click.option("--dry-run", is_flag=True, help="List what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def clean(studies: Sequence[str], dry_run: bool, yes: bool) -> None:
    """Remove superseded runs and their artifacts, of STUDY or of all studies.

    Runs that a report cites, runs in progress and resumable searches are kept.
    """
    try:
        location = store.locate()
        with store.reading(location) as client:
            plans = {study: Cleaning(location, client, study).plan() for study in studies}
        for study, plan in plans.items():
            _show(study, plan)
        if not any(plan.superseded or plan.strays for plan in plans.values()):
            click.echo("Nothing to remove.")
        elif dry_run:
            click.echo("Nothing removed, as --dry-run asks.")
        elif yes or _agreed():
            writing = store.connect(location, patience=0)
            for study, plan in plans.items():
                _remove(study, Cleaning(location, writing, study), plan)
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def has_terminal() -> bool:
    """Check whether there is a terminal for questions."""
    return sys.stdin.isatty()


def _agreed() -> bool:
    if not has_terminal():
        raise click.UsageError(
            "Expected --yes (or --dry-run) without a terminal. Received: neither"
        )
    return click.confirm("Remove them?")


def _show(study: str, plan: Plan) -> None:
    for item in plan.superseded:
        click.echo(_line(item))
    if plan.strays:
        click.echo(f"artifacts of {len(plan.strays)} runs that are gone, {size(plan.strays_size)}")
    stay = ", ".join(f"{len(run_ids)} {why}" for why, run_ids in plan.kept.items()) or "none"
    click.echo(f"{study}: {_count(plan.superseded)} superseded, {size(plan.size)}; kept: {stay}")
    for said, count in plan.citing.items():
        click.echo(f"  {count} cited by {said}")


def _line(item: Superseded) -> str:
    info, tags = item.run.info, item.run.data.tags
    state = "removed half-way" if info.lifecycle_stage != "active" else str(info.status).lower()
    return (
        f"{(info.run_name or '')[:80]:<32} {tags.get(Tag.PROFILE, '')[:20]:<6} "
        f"{moment(info.start_time)}  {state:<9}"
        f"  run {info.run_id[:8]}  {len(item.trials):>3} trials  {size(item.size):>9}"
    )


def moment(milliseconds: int | None) -> str:
    """Format milliseconds since 1970 as local time.

    >>> moment(None), moment(10**18)
    ('at no time      ', 'at no time      ')
    """
    try:
        time = datetime.fromtimestamp((milliseconds or math.nan) / 1000, UTC).astimezone()
        return f"{time:%F %H:%M}"
    except (ValueError, OverflowError, OSError):
        return f"{'at no time':<16}"


def _remove(study: str, cleaning: Cleaning, plan: Plan) -> None:
    removed, freed = [], 0
    for item in plan.superseded:
        if cleaning.remove(item):
            removed.append(item)
            freed += item.size
        else:
            name = (item.run.info.run_name or "")[:80]
            click.echo(f"{name}: run {item.run.info.run_id[:8]} is in use, kept")
    for folder in plan.strays:
        cleaning.remove_stray(folder)
    freed += plan.strays_size
    click.echo(f"{study}: removed {_count(removed)}, {size(freed)} ({freed} bytes) freed")


def _count(items: Sequence[Superseded]) -> str:
    trials = sum(len(item.trials) for item in items)
    return f"{len(items)} runs and {trials} trials"


def size(count: int) -> str:
    """Format a number of bytes.

    >>> [size(count) for count in (0, 999, 45_100, 1_250_000_000)]
    ['0 B', '999 B', '45.1 kB', '1.2 GB']
    """
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.0f} B" if units[0] == "B" else f"{value:.1f} {units[0]}"


@click.command()
@click.argument("report")
@click.argument("run_ids", nargs=-1, required=True, metavar="RUN_ID…")
def cite(report: str, run_ids: Sequence[str]) -> None:
    """Tag runs as cited by REPORT, so that `clean` keeps them; used by `report build`."""
    try:
        citation.cite(store.locate(), report, run_ids)
    except StoreError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5000,
    show_default=True,
    help="0 for any that is free.",
)
def ui(port: int) -> None:
    """Serve MLflow's web interface for the store, on this machine only."""
    try:
        location = store.locate()
        if location.folder is None:
            click.echo(f"The store is a server with its own web interface: {location.uri}")
            return
        with _listen(port) as listening:
            store.connect(location)
            address = f"http://{page.ADDRESS}:{listening.getsockname()[1]}"
            click.echo(f"MLflow's web interface: {address} (Ctrl-C stops it)")
            page.serve(location, listening)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo()  # the terminal has just written ^C


def _listen(port: int) -> socket.socket:
    try:
        return page.listen(port)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise click.ClickException(
            f"Expected a free port. Received: {port} ({reason}); --port 0 takes any"
        ) from error
