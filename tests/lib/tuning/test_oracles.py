"""Keras Tuner's oracles propose what they should, and the same whenever they are driven again."""

import functools
from collections.abc import Callable
from typing import Any

import pytest

from lib.tuning import Bayesian, Choice, Float, GridSearch, Hyperband, Int, RandomSearch
from lib.tuning.oracles import Proposal, Proposer
from lib.tuning.space import Space
from lib.tuning.strategies import Strategy

SPACE: Space = {
    "rate": Float(1e-4, 1.0, log=True),
    "layers": Int(1, 8),
    "norm": Choice(True, "batch", 0.5),
}
BAYESIAN = Bayesian(6, initial=3, batch=2)
STRATEGIES = [RandomSearch(8), BAYESIAN, Hyperband(max_epochs=4, factor=2)]
Measure = Callable[[Proposal], float | None]


def drive(
    strategy: Strategy, space: Space, measure: Measure, seed: int = 1, *, rising: bool = True
) -> list[list[Proposal]]:
    proposer = Proposer(strategy, space, seed, rising=rising)
    rounds = []
    while proposals := proposer.ask():
        rounds.append(proposals)
        proposer.tell([measure(proposal) for proposal in proposals])
    return rounds


def flat(rounds: list[list[Proposal]]) -> list[Proposal]:
    return [proposal for proposals in rounds for proposal in proposals]


def layers(proposal: Proposal) -> float:
    """Measure, with the optimum at one layer."""
    return -float(proposal.values["layers"])


def test_a_grid_proposes_each_combination_once_and_all_at_once() -> None:
    space: Space = {"units": Choice(64, 128, 256), "layers": Int(1, 3), "norm": Choice(True, False)}
    (proposals,) = drive(GridSearch(), space, layers)
    points = {tuple(proposal.values.items()) for proposal in proposals}
    assert len(points) == len(proposals) == 18


def test_a_random_search_finds_every_combination_of_a_small_space_and_then_stops() -> None:
    (proposals,) = drive(RandomSearch(100), {"layers": Int(1, 40)}, layers)
    assert sorted(int(proposal.values["layers"]) for proposal in proposals) == list(range(1, 41))


@functools.cache
def proposed_by(strategy: Strategy) -> list[list[Proposal]]:
    return drive(strategy, SPACE, layers, seed=2)


@pytest.fixture(params=STRATEGIES, ids=lambda strategy: type(strategy).__name__)
def driven(request: pytest.FixtureRequest) -> tuple[Strategy, list[list[Proposal]]]:
    return request.param, proposed_by(request.param)


def test_values_keep_their_types_and_ranges(
    driven: tuple[Strategy, list[list[Proposal]]],
) -> None:
    for proposal in flat(driven[1]):
        rate, count, norm = proposal.values.values()
        assert type(rate) is float
        assert 1e-4 <= rate <= 1.0
        assert type(count) is int
        assert 1 <= count <= 8
        assert (type(norm), norm) in {(bool, True), (str, "batch"), (float, 0.5)}


def test_the_same_results_lead_to_the_same_proposals(
    driven: tuple[Strategy, list[list[Proposal]]],
) -> None:
    strategy, proposals = driven
    assert drive(strategy, SPACE, layers, seed=2) == proposals


def test_another_seed_leads_to_other_proposals() -> None:
    strategy = RandomSearch(8)
    assert drive(strategy, SPACE, layers, seed=5) != drive(strategy, SPACE, layers, seed=6)


def test_a_strategy_proposes_as_many_trials_as_it_announces(
    driven: tuple[Strategy, list[list[Proposal]]],
) -> None:
    strategy, proposals = driven
    assert len(flat(proposals)) == strategy.trials(SPACE)


@pytest.mark.parametrize("max_epochs", [1, 2, 5, 9, 10, 27, 30])
def test_hyperbands_rounds_are_as_large_and_long_as_it_announces(max_epochs: int) -> None:
    strategy = Hyperband(max_epochs, iterations=2)
    proposed = flat(drive(strategy, SPACE, layers))
    announced = [epochs for rounds in strategy.brackets() for n, epochs in rounds for _ in range(n)]
    assert sorted(proposal.epochs or 0 for proposal in proposed) == sorted(2 * announced)


@pytest.mark.parametrize(("rising", "seed"), [(True, 1), (False, 2)])
def test_a_bayesian_search_closes_in_on_the_optimum(rising: bool, seed: int) -> None:
    sign = 1 if rising else -1

    def distance(proposal: Proposal) -> float:
        return abs(float(proposal.values["x"]) - 0.37)

    proposed = flat(
        drive(
            Bayesian(8, initial=4, batch=1),
            {"x": Float(0, 1)},
            lambda proposal: -sign * distance(proposal) ** 2,
            seed,
            rising=rising,
        )
    )
    assert min(map(distance, proposed)) < 0.05


def test_bayesian_batches_are_as_large_as_configured() -> None:
    assert [len(proposals) for proposals in proposed_by(BAYESIAN)] == [3, 2, 1]


def test_a_bayesian_search_goes_on_when_trials_fail() -> None:
    measured: list[Proposal] = []

    def measure(proposal: Proposal) -> float | None:
        """Fail at the first trial, and at the fourth: the first from the Gaussian process."""
        measured.append(proposal)
        return None if len(measured) in {1, 4} else layers(proposal)

    rounds = drive(Bayesian(5, initial=2, batch=1), SPACE, measure)
    assert [len(proposals) for proposals in rounds] == [2, 1, 1, 1]


@pytest.mark.parametrize("rising", [True, False])
def test_hyperband_promotes_the_best_of_each_round(rising: bool) -> None:
    sign = 1 if rising else -1
    strategy = Hyperband(max_epochs=4, factor=2)
    space: Space = {"layers": Int(1, 99)}
    proposed = flat(drive(strategy, space, lambda one: sign * layers(one), rising=rising))
    promoted = [proposal for proposal in proposed if proposal.continues is not None]
    assert promoted
    for proposal in promoted:
        before = proposed[(proposal.continues or 0) - 1]
        assert proposal.values == before.values
        assert (proposal.epochs or 0) > (before.epochs or 0)
    first = strategy.brackets()[0][0][0]
    best = max(layers(proposal) for proposal in proposed[:first])
    assert max(layers(proposal) for proposal in promoted) >= best


def test_a_failed_trial_does_not_cost_hyperband_its_last_round() -> None:
    strategy = Hyperband(max_epochs=9)
    failed: list[Any] = []

    def measure(proposal: Proposal) -> float | None:
        if len(failed) < 3 and proposal.epochs == 1:
            failed.append(proposal)
            return None
        return layers(proposal)

    proposed = flat(drive(strategy, SPACE, measure))
    assert len(proposed) == strategy.trials(SPACE)
    assert not any(proposal.continues in {1, 2, 3} for proposal in proposed)


def test_a_seed_that_keras_tuner_takes_for_none_is_refused() -> None:
    with pytest.raises(ValueError, match="seed of at least 1"):
        Proposer(GridSearch(), {"layers": Int(1, 2)}, 0, rising=True)


def test_nothing_is_written_to_disk(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drive(Hyperband(max_epochs=4, factor=2), SPACE, layers)
    assert not list(tmp_path.iterdir())
