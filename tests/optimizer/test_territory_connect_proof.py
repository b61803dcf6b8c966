"""The bound of designs: told soon, never lowered, and pairs of the best design stay."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from test_territory_connect import grid, never
from test_territory_connect_design import best_of_all, make_design_problem

from optimizer import (
    territory_connect_design,
    territory_connect_exact,
    territory_connect_program,
    territory_vacant,
)
from optimizer.mathopt import Answer, Outcome
from optimizer.result import Options, Progress, Solution, Status
from optimizer.territories import solve_territories
from optimizer.territory_conclude import NO_PIECES
from optimizer.territory_connect_best import DesignSearch
from optimizer.territory_connect_design import _within, design
from optimizer.territory_connect_land import Ground, ground_of
from optimizer.territory_connect_program import HessProgram, prove
from optimizer.territory_connect_proof import MOST_PAIRS, few_open, open_pairs, raise_bound
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem, VacantSeats

SIZE = [1.0, 2, 1, 2, 1, 2, 1, 2, 1]


def make_ground(problem: TerritoryProblem) -> Ground:
    assert problem.vacant is not None
    return ground_of(problem, problem.vacant)


def vacant_of(problem: TerritoryProblem) -> VacantSeats:
    assert problem.vacant is not None
    return problem.vacant


@pytest.mark.parametrize("seed", range(4))
def test_a_bound_raised_again_is_never_lower_and_never_above_the_best(seed: int) -> None:
    problem = make_design_problem(SIZE, grid(3, 3), 2, 1.5, seed)
    best, search = best_of_all(problem), DesignSearch(make_ground(problem))
    found = design(problem, Options(effort=3), never, lambda: 30.0)
    column = found.site[found.seat]
    raise_bound(search, never)
    first, bounds = search.bound, [search.bound]
    search.offer(column)
    for stop in (never, lambda: True, never):
        raise_bound(search, stop)
        assert open_pairs(search)[np.arange(9), column].all()
        assert search.relaxed is not None
        assert search.relaxed.bound == pytest.approx(max(bounds[-1], search.relaxed.bound))
        bounds.append(search.bound)
    assert bounds == sorted(bounds)
    assert first > 0
    assert bounds[-1] <= best + 1e-6


def test_pairs_struck_out_stay_struck_out() -> None:
    problem = make_design_problem(SIZE, grid(3, 3), 2, 1.5)
    search = DesignSearch(make_ground(problem))
    raise_bound(search, never)
    every = open_pairs(search)
    found = design(problem, Options(effort=3), never, lambda: 30.0)
    search.offer(found.site[found.seat])
    raise_bound(search, never)
    fewer = open_pairs(search)
    assert fewer.sum() < every.sum()
    search.column, search.value, search.excess = None, np.inf, np.inf
    raise_bound(search, never)
    assert not (open_pairs(search) & ~fewer).any()


def test_few_pairs_are_open_up_to_the_limit() -> None:
    search = DesignSearch(make_ground(make_design_problem(SIZE, grid(3, 3), 2, 1.5)))
    assert not few_open(search)
    raise_bound(search, never)
    assert search.relaxed is not None
    assert few_open(search)
    for pairs, few in ((MOST_PAIRS, True), (MOST_PAIRS + 1, False)):
        search.relaxed = replace(search.relaxed, open_pairs=np.ones(pairs, dtype=bool))
        assert few_open(search) == few


@pytest.mark.parametrize(("told", "bound"), [(7.5, 7.5), (12.0, 10.0), (-np.inf, -np.inf)])
def test_a_round_out_of_time_tells_what_it_proved(
    told: float, bound: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = [Answer(outcome=Outcome.TIME, bound=-told)]
    monkeypatch.setattr(territory_connect_program, "solve", lambda *_: rounds.pop())
    ground = make_ground(make_design_problem(SIZE, grid(3, 3), 2, 1.5))
    program = HessProgram(ground, ground.allowed)
    proof = prove(program, 10.0, seconds_left=lambda: 1.0, stop=never, seed=1)
    assert proof.bound == pytest.approx(bound, rel=1e-6)
    assert not proof.finished
    assert proof.column is None


def test_the_bound_is_told_before_the_later_runs() -> None:
    told: list[Progress] = []

    def over() -> bool:
        return any(each.bound is not None for each in told)

    problem = make_design_problem([1.0] * 36, grid(6, 6), 2, 1.0)
    design(problem, Options(effort=8), over, lambda: 30.0, told.append)
    at = [each.message for each in told].index("bound of districts")
    assert told[at].bound is not None
    assert told[at].bound > 0
    assert all(each.bound is None for each in told[:at])


def test_a_proved_design_is_an_optimal_plan_without_a_note() -> None:
    problem = make_design_problem([1.0, 2, 1] * 8, grid(4, 6), 3, 2.0)
    solution = solve_territories(problem, Options(seconds=60.0, gap=0.0))
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(solution.bound)
    assert solution.notes == ()


def test_a_design_not_proved_has_a_bound_that_knows_of_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(territory_connect_exact, "PROVABLE_PAIRS", 0)
    monkeypatch.setattr(territory_connect_design, "few_a_district", lambda _: False)
    monkeypatch.setattr(territory_connect_design, "prove_design", lambda *_: None)
    problem = make_design_problem([1.0, 2, 1] * 8, grid(4, 6), 3, 2.0)
    solution = solve_territories(problem, Options(seconds=60.0, gap=0.0, effort=6))
    assert solution.status is Status.FEASIBLE
    assert solution.bound is not None
    assert solution.bound > 0
    assert solution.notes == ()


@pytest.mark.parametrize("seed", range(3))
def test_the_best_of_few_choices_is_proved(seed: int) -> None:
    problem = three_sites(seed)
    solution = solve_territories(problem, Options(seconds=30.0, gap=0.0))
    assert solution.objective == pytest.approx(cheapest_of(problem))
    assert solution.status is Status.OPTIMAL
    assert solution.notes == ()


@pytest.mark.parametrize("seed", range(3))
def test_a_bound_without_pieces_is_said_and_does_not_change_the_choice(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(territory_connect_exact, "PROVABLE_PAIRS", 0)
    problem = three_sites(seed)
    solution = solve_territories(problem, Options(seconds=30.0, gap=0.0))
    assert solution.objective == pytest.approx(cheapest_of(problem))
    assert solution.bound is not None
    assert solution.bound <= solution.objective + 1e-6
    assert solution.notes == (() if solution.status is Status.OPTIMAL else (NO_PIECES,))


def test_a_dearer_choice_does_not_win_because_it_is_proved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem, real = three_sites(0), territory_vacant._with_sites
    cheapest = cheapest_of(problem)

    def doubted(*given: Any) -> Solution[TerritoryPlan]:
        solution = real(*given)
        assert solution.objective is not None
        if solution.objective > cheapest + 1e-6:
            return solution
        least = 0.9 * solution.objective
        return replace(solution, notes=(NO_PIECES,), bound=least, status=Status.FEASIBLE)

    monkeypatch.setattr(territory_vacant, "_with_sites", doubted)
    solution = solve_territories(problem, Options(seconds=30.0, gap=0.0))
    assert solution.objective == pytest.approx(cheapest)
    assert solution.status is Status.FEASIBLE
    assert solution.notes == (NO_PIECES,)


@pytest.mark.parametrize(("left", "over"), [(9.0, False), (4.0, False), (3.99, True)])
def test_a_share_of_the_seconds_is_used_up_where_the_rest_is_left(left: float, over: bool) -> None:
    clock = [10.0]
    stop = _within(never, lambda: clock[0], 0.6)
    clock[0] = left
    assert stop() is over
    assert _within(lambda: True, lambda: clock[0], 0.6)()


def three_sites(seed: int) -> TerritoryProblem:
    """Return three sites for two seats: so few choices that each is served."""
    base = make_design_problem([1.0] * 12, grid(3, 4), 2, 2.0, seed)
    vacant = vacant_of(base)
    few = np.array([0, 5, 11])
    some = replace(
        vacant,
        site_ids=tuple(vacant.site_ids[j] for j in few),
        cost=vacant.cost[:, few],
        lower=vacant.lower[few],
        upper=vacant.upper[few],
        open_cost=vacant.open_cost[few],
        home_unit=few,
    )
    return replace(base, vacant=some)


def cheapest_of(problem: TerritoryProblem) -> float:
    """Return the least EUR of connected plans from two of the sites, homes and windows kept."""
    vacant, units = vacant_of(problem), len(problem.unit_ids)
    beside = {(int(a), int(b)) for a, b in problem.edges} | {
        (int(b), int(a)) for a, b in problem.edges
    }
    least = np.inf
    for pair in itertools.combinations(range(len(vacant.site_ids)), 2):
        for bits in itertools.product(range(2), repeat=units):
            seat = np.array(bits)
            load = np.bincount(seat, minlength=2)
            home = vacant.home_unit[list(pair)]
            if (seat[home] != [0, 1]).any() or (load < vacant.lower[0]).any():
                continue
            if not all(_together(np.flatnonzero(seat == s).tolist(), beside) for s in range(2)):
                continue
            eur = vacant.cost[np.arange(units), np.array(pair)[seat]].sum()
            least = min(least, float(eur))
    return least


def _together(members: list[int], beside: set[tuple[int, int]]) -> bool:
    seen, front = {members[0]}, [members[0]]
    while front:
        here = front.pop()
        new = [m for m in members if m not in seen and (here, m) in beside]
        seen.update(new)
        front += new
    return len(seen) == len(members)


@pytest.mark.parametrize("seed", range(4))
def test_where_pairs_are_many_the_bound_comes_first_and_the_design_is_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(territory_connect_design, "MANY_PAIRS", 80)
    told: list[Progress] = []
    problem = make_design_problem(SIZE, grid(3, 3), 2, 1.5, seed)
    found = design(problem, Options(effort=3), never, lambda: 30.0, told.append)
    assert told[0].message == "bound of districts"
    assert told[0].objective is None
    assert told[0].bound is not None
    assert 0 < told[0].bound <= best_of_all(problem) + 1e-6
    assert found.exact
    assert found.value == pytest.approx(best_of_all(problem))


@pytest.mark.parametrize("aim", [0.5, 1.0, 3.0])
def test_a_bound_holds_whatever_it_aims_at(aim: float) -> None:
    problem = make_design_problem(SIZE, grid(3, 3), 2, 1.5)
    search, best = DesignSearch(make_ground(problem)), best_of_all(problem)
    raise_bound(search, never, aim=aim * best)
    assert search.relaxed is not None
    assert 0 < search.relaxed.bound <= best + 1e-6
    assert search.relaxed.open_pairs.all()
