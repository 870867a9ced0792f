"""Options that a study adds to the commands that run it: `OPTIONS` in its module `options`.

They are Click options with string values. The values given reach the study as `Study.options`, by
option name, and every command that a message or a report suggests repeats them.
"""

import importlib
from collections.abc import Iterable
from typing import Any

import click

from experiments import catalogue

OWN = "own"  # the parameter that takes the values of a study's own options


def of_study(name: str) -> tuple[click.Option, ...]:
    """Return the options that a study adds; a study without a module `options` adds none."""
    if not (catalogue.HERE / name / "options.py").is_file():
        return ()
    options: tuple[click.Option, ...] = importlib.import_module(
        f"experiments.{name}.options"
    ).OPTIONS
    return options


class StudyCommand(click.Command):
    """A command for a study or an experiment, with the options that the study adds.

    Its function receives those that were given as `own`, a mapping from name to value.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line; the study named in it decides which options are added."""
        added = {option.name: option for study in _named(args) for option in of_study(study)}
        ctx.meta[__name__] = tuple(added.values())
        rest = super().parse_args(ctx, args)
        given = {name: ctx.params.pop(name, None) for name in added}
        ctx.params[OWN] = {name: value for name, value in given.items() if value is not None}
        return rest

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """List the command's parameters, the study's own last."""
        added: Any = ctx.meta.get(__name__, ())
        return [*super().get_params(ctx), *added]


def _named(args: Iterable[str]) -> list[str]:
    """Find the first study that a command line names."""
    known = {study.name for study in catalogue.studies()}
    named = (argument.partition(".")[0] for argument in args)
    return [name for name in named if name in known][:1]
