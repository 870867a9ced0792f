"""A command-line name that must be one of several; a mistyped one gets a suggestion."""

from collections.abc import Callable, Collection

import click

from report.errors import nearest


def one_of(
    what: str, known: Collection[str]
) -> Callable[[click.Context, click.Parameter, str], str]:
    """Make a callback for an argument.

    Args:
        what: what is expected, in a few words.
        known: the valid names.
    """

    def check(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
        if value not in known:
            raise click.BadParameter(
                f"Expected {what}. Received: {value} ({nearest(value, known)})"
            )
        return value

    return check
