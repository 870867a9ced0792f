"""Declare which other experiments of a study an experiment builds on."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from lib.tracking.study import NotYetRunError, StageError, Study

Returned = TypeVar("Returned")


def uses(
    **experiments: Callable[..., Any],
) -> Callable[[Callable[..., Returned]], Callable[..., Returned]]:
    """Pass to an experiment's `run` what other experiments of the study return.

    A study that runs them all passes on what each returned. If the experiment is run by itself,
    their results are read from their finished runs; none of their stages is computed.

    Args:
        **experiments: for each parameter, the `run` of the experiment whose return value it takes.

    Returns:
        Decorator for a `run`, which then raises `StageError` if a run is missing, with the command
        that makes it.
    """

    def decorate(run: Callable[..., Returned]) -> Callable[..., Returned]:
        @functools.wraps(run)
        def filled(study: Study, **given: Any) -> Returned:
            read = {
                name: _read(study, experiment)
                for name, experiment in experiments.items()
                if name not in given
            }
            return run(study, **given, **read)

        return filled

    return decorate


def _read(study: Study, experiment: Callable[..., Any]) -> Any:
    try:
        with study.reading():
            return experiment(study)
    except NotYetRunError as error:
        if study.plan:
            raise
        raise StageError(
            f"Expected a finished run of {error}, whose results are used here. Received: none. "
            f"To make it: {study.command()}"
        ) from error
