"""The command line: python -m annotate STUDY."""

import click

from annotate import samples
from annotate.desk import Desk
from annotate.server import Server
from contract import causes
from contract.causes import JudgementError
from contract.names import Profile
from report.errors import ReportError


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("study", metavar="STUDY", type=click.Choice(sorted(samples.JUDGED)))
@click.option(
    "--profile",
    type=click.Choice([str(profile) for profile in Profile]),
    help="Profile whose misclassified samples to judge; by default the last one run.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=5001, show_default=True)
def main(study: str, profile: str | None, port: int) -> None:
    """Open a local web page for judging why samples of STUDY were misclassified."""
    try:
        of, found = samples.read(study, profile)
        desk = Desk(study, of, found, causes.path(study))
    except (ReportError, JudgementError) as error:
        raise click.ClickException(str(error)) from error
    try:
        server = Server(desk, port)
    except OSError as error:
        raise click.ClickException(
            f"Expected a free port. Received: {port} ({error.strerror}); --port 0 takes any"
        ) from error
    click.echo(f"{len(found)} samples of profile {of}: {server.page} (Ctrl-C stops it)")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            # The terminal has just printed ^C.
            click.echo(f"\n{desk.judged()} of {len(found)} judged, in {desk.file}")


if __name__ == "__main__":
    main(prog_name="python -m annotate")
