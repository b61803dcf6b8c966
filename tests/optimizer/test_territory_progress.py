"""What a listener hears before the first plan, and what a solve stopped there returns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_builders import make_random_problem, make_territory_problem
from territory_oracle import brute_force
from test_territory_sites import make_site_problem

from optimizer import territories
from optimizer.result import Options, Progress, Solution
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem
from optimizer.verify_territories import verify_territories

SHORT = Options(effort=0)


@pytest.fixture(params=[600_000, 0], ids=["all pairs listed", "candidates only"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Take each of both ways, whatever the size."""
    monkeypatch.setattr(territories, "LARGEST_COMPLETE", request.param)
    return int(request.param)


def heard(problem: TerritoryProblem) -> tuple[Solution[TerritoryPlan], list[Progress]]:
    told: list[Progress] = []
    return solve_territories(problem, SHORT, on_progress=told.append), told


def stopped_at(problem: TerritoryProblem, message: str) -> tuple[Solution[TerritoryPlan], Progress]:
    """Return what a solve gives that is cancelled when a message comes, and that message."""
    last: list[Progress] = []

    def listen(progress: Progress) -> None:
        if not last and progress.message.startswith(message):
            last.append(progress)

    found = solve_territories(problem, SHORT, on_progress=listen, cancelled=lambda: bool(last))
    return found, last[0]


def test_the_bound_is_told_and_rises_before_there_is_a_plan(way: int) -> None:
    found, told = heard(make_territory_problem(200, 6, seed=9, tolerance=0.05))
    plans = [number for number, progress in enumerate(told) if progress.objective is not None]
    before = [progress.bound for progress in told[: plans[0]]]
    assert all(progress.objective is not None for progress in told[plans[0] :])
    assert None not in before
    assert before == sorted(before)
    assert before[0] < before[-1]
    # The bound of the relaxation is known by then; only proofs beyond it come later.
    assert before[-1] == pytest.approx(found.relaxed_bound, rel=1e-9)


def test_a_listener_hears_each_stage_before_the_first_plan(way: int) -> None:
    _, told = heard(make_territory_problem(200, 6, seed=9, tolerance=0.05))
    stages = list(dict.fromkeys(p.message.partition(",")[0] for p in told if p.objective is None))
    listed = ["prices of all accounts", "relaxation", "rounding", "search of a first plan"]
    first = ["seats ranked", "prices of a sample of accounts"] if way == 0 else []
    if way == 0:
        listed.insert(2, "near ties of all accounts")
    assert stages == first + listed


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_no_bound_told_is_above_the_best_plan(seed: int) -> None:
    problem = make_random_problem(seed, 6, 3, ("moves", "locks", "groups"))
    best = brute_force(problem).eur
    before = territories.LARGEST_COMPLETE
    for largest in (0, before):
        try:
            territories.LARGEST_COMPLETE = largest
            _, told = heard(problem)
        finally:
            territories.LARGEST_COMPLETE = before
        for progress in told:
            if best is not None and progress.bound is not None:
                assert progress.bound <= best + 1e-6 * max(1.0, abs(best))


@pytest.mark.parametrize("message", ["prices of all accounts", "relaxation", "rounding"])
def test_a_solve_stopped_before_its_first_plan_returns_the_bound_told(
    way: int, message: str
) -> None:
    problem = make_territory_problem(200, 6, seed=9, tolerance=0.05)
    found, last = stopped_at(problem, message)
    assert last.objective is None
    assert found.stopped_by == "cancel"
    assert last.bound is not None
    assert found.bound is not None
    assert found.bound >= last.bound - 1e-9 * abs(last.bound)
    assert found.plan is not None
    assert verify_territories(problem, found.plan, found.shortfalls, found.terms) == ()


def test_a_problem_nobody_may_serve_has_nothing_to_tell(way: int) -> None:
    found, told = heard(make_territory_problem(4, 2, cost=np.full((4, 2), np.inf)))
    assert told == []
    assert found.bound is not None


def test_bounds_of_sites_once_fixed_are_not_told_as_the_bound_of_the_problem() -> None:
    """The best of all choices may cost less than what is proved for the first one."""
    found, told = heard(make_site_problem(units=6, count=2))
    inner = [progress for progress in told if progress.stage == "territories"]
    assert any(progress.objective is not None for progress in inner)
    assert all(progress.bound is None for progress in inner)
    assert found.bound is not None
