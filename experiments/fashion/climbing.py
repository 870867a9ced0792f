"""Search step by step from the best settings so far, until a round gains almost nothing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments.fashion.compression import error
from lib.tracking.results import Scalar
from lib.tuning import Rounds, Trial, steps_away


@dataclass(frozen=True)
class Climb:
    """The result of a climb.

    Args:
        best: trial with the smallest error.
        rounds: round of each trial; 0 for the start.
        gain: gain of the last round, as a share of the start's error; 0 if no step was possible.
    """

    best: Trial
    rounds: tuple[int, ...]
    gain: float


def climb(
    tries: Rounds,
    start: Mapping[str, Scalar],
    ladders: Mapping[str, Sequence[Scalar]],
    *,
    fixed: Mapping[str, Scalar],
    seed: int,
    marginal: float,
) -> Climb:
    """Try all steps from the best settings so far, round by round.

    Args:
        tries: evaluates the settings.
        start: a value from each ladder.
        ladders: each setting's values in order, by name.
        fixed: settings that do not vary.
        seed: seed of every trial, so they differ only in their settings.
        marginal: the climb ends after a round that gains less than this share of the start's error.
    """
    tried: list[dict[str, Scalar]] = [dict(start)]
    rounds = [0]
    best = first = tries.run([({**fixed, **start}, seed)])[0]
    gain = math.inf
    while gain >= marginal:
        here = {name: best.values[name] for name in ladders}
        steps = [step for step in steps_away(ladders, here) if step not in tried]
        if not steps:
            break
        tried += steps
        rounds += [rounds[-1] + 1] * len(steps)
        before = error(best)
        ended = tries.run([({**fixed, **step}, seed) for step in steps])
        best = min([best, *ended], key=error)
        gain = (before - error(best)) / error(first)
    return Climb(best, tuple(rounds), gain if math.isfinite(gain) else 0.0)
