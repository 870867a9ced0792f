"""Measure speed and memory, compare with the goals, and write docs/benchmarks.md."""

import importlib
import sys
from pathlib import Path

import click

from bench import results
from bench.measure import Figure

NAMES = (
    "commands",
    "searching",
    "fitting",
    "precision",
    "tracking",
    "neighbors",
    "projection",
    "attribution",
    "images",
    "large",
    "scratch",
    "printing",
)
JSON, PAGE = Path("docs/benchmarks.json"), Path("docs/benchmarks.md")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
def main(names: tuple[str, ...]) -> None:
    """Measure everything, or only NAMES; exit with code 1 if a goal is missed.

    Puts the results in docs/benchmarks.json, in place of earlier ones of the same names, and writes
    docs/benchmarks.md from that.
    """
    missed = False
    for name in names or NAMES:
        module = importlib.import_module(f"bench.{name}")
        found = module.figures()
        for figure in found:
            click.echo(str(figure))
            missed = missed or (isinstance(figure, Figure) and not figure.met)
        results.keep(JSON, name, results.summary(module), found)
        results.write_page(JSON, PAGE)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(prog_name="python -m bench")
