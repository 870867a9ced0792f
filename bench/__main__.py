"""Print every measurement with its goal; exit code 1 if a goal is missed."""

import sys

import click

from bench import commands, images, large, neighbors, scratch, tracking


@click.command()
def main() -> None:
    """Measure speed and memory against their goals (some minutes)."""
    missed = False
    for module in (commands, tracking, neighbors, images, large, scratch):
        for figure in module.figures():
            click.echo(str(figure))
            missed = missed or not figure.met
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(prog_name="python -m bench")
