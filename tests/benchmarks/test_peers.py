"""General solvers get the same problem: their optimum is that of enumeration."""

from itertools import product

import numpy as np
import pytest

from benchmarks.peer_model import peer_model
from benchmarks.peers import PEERS, PeerLimits, solve_by_peer
from benchmarks.published_vacant import centre_of_each, centres_problem
from benchmarks.territory_instances import make_instance
from optimizer.result import SolverError, Status
from optimizer.territory_problem import TerritoryProblem

LIMITS = PeerLimits(seconds=20.0)


def made_problem(seed, units=6, seats=3, **changes):
    rng = np.random.default_rng(seed)
    measures = rng.integers(2, 9, size=(units, 2)).astype(float)
    cost = rng.integers(1, 50, size=(units, seats)).astype(float)
    cost[rng.random((units, seats)) < 0.15] = np.inf
    cost[:, 0] = np.where(np.isfinite(cost).any(axis=1), cost[:, 0], 20.0)
    stated = {
        "unit_ids": tuple(f"u{i}" for i in range(units)),
        "seat_ids": tuple(f"s{j}" for j in range(seats)),
        "measure_names": ("hours", "euros"),
        "measures": measures,
        "targets": np.tile(measures.sum(axis=0) / seats, (seats, 1)),
        "tolerance": np.array([0.2, 0.3]),
        "cost": cost,
        "current_seat": rng.integers(-1, seats, size=units),
        "move_cost": rng.integers(1, 20, size=units).astype(float),
        "locked": np.zeros(units, dtype=bool),
        "group": np.array([0, 0, *[-1] * (units - 2)]),
        "max_moved_share": 0.6,
    }
    return TerritoryProblem(**{**stated, **changes})


def cheapest(problem):
    """Enumerate all plans; return the least cost of those that keep every rule, else None."""
    units, seats = problem.cost.shape
    lower, upper = problem.windows()
    owned = problem.current_seat >= 0
    most = int(problem.max_moved_share * owned.sum() + 1e-9)
    best = None
    for seat in map(np.array, product(range(seats), repeat=units)):
        moved = owned & (seat != problem.current_seat)
        size = problem.measures_at(np.arange(units), seat)
        load = np.array([size[seat == s].sum(axis=0) for s in range(seats)])
        kept = (load >= lower - 1e-9).all() and (load <= upper + 1e-9).all()
        kept &= moved.sum() <= most and len(np.unique(seat[problem.group == 0])) <= 1
        kept &= not (moved & problem.locked).any()
        cost = problem.cost[np.arange(units), seat].sum() + problem.move_cost[moved].sum()
        if kept and np.isfinite(cost) and (best is None or cost < best):
            best = cost
    return best


@pytest.mark.parametrize("seed", range(6))
def test_the_program_has_the_optimum_of_enumeration(seed):
    problem = made_problem(seed)
    solution = solve_by_peer(problem, "highs", LIMITS)
    best = cheapest(problem)
    if best is None:
        assert solution.status is Status.INFEASIBLE
    else:
        assert solution.status is Status.OPTIMAL
        assert solution.objective == pytest.approx(best)
        assert solution.bound == pytest.approx(best)


def test_some_of_the_made_problems_have_a_plan_and_some_have_none():
    found = [cheapest(made_problem(seed)) is None for seed in range(6)]
    assert {True, False} == set(found)


@pytest.mark.parametrize("peer", PEERS)
def test_every_peer_finds_the_same_optimum(peer):
    seed = next(seed for seed in range(6) if cheapest(made_problem(seed)) is not None)
    solution = solve_by_peer(made_problem(seed), peer, LIMITS)
    assert solution.objective == pytest.approx(cheapest(made_problem(seed)))


def test_measures_by_seat_count_where_the_unit_goes():
    rng = np.random.default_rng(9)
    by_seat = rng.integers(1, 9, size=(6, 3, 2)).astype(float)
    upper = np.array([[14.0, 20.0]] * 3)
    changes = {"seat_measures": by_seat, "lower_limits": np.full((3, 2), -np.inf)}
    problem = made_problem(0, max_moved_share=1.0, upper_limits=upper, **changes)
    assert solve_by_peer(problem, "highs", LIMITS).objective == pytest.approx(cheapest(problem))


def test_a_locked_unit_has_its_seat_only():
    dear = made_problem(1).cost.copy()
    dear[5] = [1.0, 1.0, 40.0]
    current = np.array([-1, -1, -1, -1, -1, 2])
    changes = {"cost": dear, "current_seat": current, "locked": current >= 0}
    problem = made_problem(1, tolerance=np.array([2.0, 2.0]), **changes)
    solution = solve_by_peer(problem, "highs", LIMITS)
    assert solution.plan.seat[5] == 2
    assert solution.objective == pytest.approx(cheapest(problem))


def test_over_the_cheapest_pairs_nothing_is_proved():
    problem = made_problem(2, tolerance=np.array([3.0, 3.0]), max_moved_share=1.0)
    full = solve_by_peer(problem, "highs", LIMITS)
    part = solve_by_peer(problem, "highs", PeerLimits(seconds=20.0, nearest=1))
    assert part.bound is None
    assert part.status is not Status.OPTIMAL
    assert part.objective is None or part.objective >= full.objective - 1e-9
    assert any("cheapest pairs" in note for note in part.notes)


def on_a_line(at, demand, capacity, centres, **more):
    at = np.array(at, dtype=float)
    window = (np.full((len(at), 1), -np.inf), np.array(capacity, dtype=float)[:, None])
    measures = np.array(demand, dtype=float)[:, None]
    distance = np.abs(at[:, None] - at[None, :])
    return centres_problem(distance, measures, ("demand",), window, centres, **more)


def cheapest_medians(problem):
    units, best = len(problem.unit_ids), None
    distance, upper = problem.vacant.cost, problem.vacant.upper[:, 0]
    for answer in map(np.array, product(range(units), repeat=units)):
        used = np.unique(answer)
        load = np.bincount(answer, weights=problem.measures[:, 0], minlength=units)
        if len(used) != problem.vacant.least or (answer[used] != used).any():
            continue
        cost = distance[np.arange(units), answer].sum()
        if (load <= upper).all() and (best is None or cost < best):
            best = cost
    return best


@pytest.mark.parametrize("capacity", [[9] * 5, [5, 4, 9, 4, 3], [6, 6, 4, 6, 6]])
def test_free_sites_have_the_optimum_of_enumeration(capacity):
    problem = on_a_line([0, 1, 3, 7, 8], [2, 2, 1, 2, 2], capacity, 2)
    solution = solve_by_peer(problem, "highs", LIMITS)
    assert solution.objective == pytest.approx(cheapest_medians(problem))
    answer = centre_of_each(solution.plan)
    assert len(solution.plan.site) == 2
    assert (answer[solution.plan.site] == solution.plan.site).all()


def test_too_little_room_is_proved():
    solution = solve_by_peer(on_a_line([0, 1, 2], [2, 2, 2], [3, 3, 3], 2), "highs", LIMITS)
    assert solution.status is Status.INFEASIBLE


def test_what_the_program_leaves_out_is_said_and_not_called_optimal():
    edges = np.array([[0, 1]])
    problem = on_a_line([0, 1, 2], [1, 1, 1], [3, 3, 3], 1, edges=edges)
    solution = solve_by_peer(problem, "highs", LIMITS)
    assert solution.status is Status.FEASIBLE
    assert "contiguity left out" in solution.notes


def test_a_window_that_may_be_missed_at_a_price_leaves_no_bound():
    problem = made_problem(3, miss_price=np.array([1.0, np.inf]))
    model = peer_model(problem)
    assert not model.proves
    assert solve_by_peer(problem, "highs", LIMITS).bound is None


def test_a_cancelled_peer_is_left_behind():
    hard = make_instance(200, 10)
    limits = PeerLimits(seconds=2.0)
    solution = solve_by_peer(hard, "highs", limits, cancelled=lambda: True)
    assert (solution.status, solution.stopped_by) == (Status.UNKNOWN, "cancel")


def test_a_model_that_is_refused_ends_in_words():
    problem = made_problem(0)
    broken = made_problem(0, cost=np.where(np.isfinite(problem.cost), -1e308, np.inf))
    with pytest.raises(SolverError):
        solve_by_peer(broken, "cp-sat", LIMITS)
