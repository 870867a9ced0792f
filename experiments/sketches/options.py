"""The option that this study adds to the command line: which six classes to use."""

import click

from experiments.sketches.handin.main_densenet import N_CLASSES

CLASSES = "classes"


def _six_names(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Check that there are six different names."""
    if value is None:
        return None
    names = [name.strip() for name in value.split(",")]
    if len(names) != N_CLASSES or len(set(names)) != N_CLASSES or not all(names):
        raise click.BadParameter(
            f"Expected {N_CLASSES} different names with commas between them. Received: {value}"
        )
    return ",".join(names)


OPTIONS = (
    click.Option(
        [f"--{CLASSES}"],
        callback=_six_names,
        metavar="A,B,C,D,E,F",
        help="Six classes of Quick, Draw! instead of the fruits, in the order of their labels.",
    ),
)
