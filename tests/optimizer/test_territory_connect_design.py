"""Sites and connected territories together: as good as every design tried one by one."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_territory_connect import grid, never

from optimizer import territory_connect_districts
from optimizer.result import Options
from optimizer.territory_connect_design import Design, design
from optimizer.territory_connect_districts import COLD, cooled, typical_eur
from optimizer.territory_connect_feasible import any_design
from optimizer.territory_connect_graph import item_graph, pieces_too_many
from optimizer.territory_connect_hess import relax
from optimizer.territory_connect_land import ground_of
from optimizer.territory_connect_reach import reachable
from optimizer.territory_problem import Ints, TerritoryProblem, VacantSeats

RUNS = 3


def make_design_problem(
    size: list[float], edges: Ints, opened: int, slack: float, seed: int = 1, **changes: object
) -> TerritoryProblem:
    """Return units that all are sites, districts of equal size +-`slack`."""
    units, rng = len(size), np.random.default_rng(seed)
    points = rng.uniform(0, 10, (units, 2))
    cost = np.linalg.norm(points[:, None] - points[None], axis=2).round(2)
    fair = sum(size) / opened
    vacant = VacantSeats(
        site_ids=tuple(f"P{j}" for j in range(units)),
        cost=cost,
        lower=np.full((units, 1), fair - slack),
        upper=np.full((units, 1), fair + slack),
        open_cost=np.zeros(units),
        least=opened,
        most=opened,
        home_unit=np.arange(units),
    )
    problem = TerritoryProblem(
        unit_ids=tuple(f"A{i}" for i in range(units)),
        seat_ids=(),
        measure_names=("workload_hours",),
        measures=np.array(size)[:, None],
        targets=np.zeros((0, 1)),
        tolerance=np.zeros(1),
        cost=np.zeros((units, 0)),
        current_seat=np.full(units, -1, dtype=np.int64),
        move_cost=np.zeros(units),
        locked=np.zeros(units, dtype=bool),
        group=np.full(units, -1, dtype=np.int64),
        edges=edges,
        contiguity="required",
        vacant=vacant,
    )
    return replace(problem, **changes)


def best_of_all(problem: TerritoryProblem) -> float:
    """Return the least EUR of a connected design within its windows, inf without one."""
    vacant = problem.vacant
    assert vacant is not None
    units = len(problem.unit_ids)
    graph, least = item_graph(problem.edges, np.arange(units), units), np.inf
    for seat in itertools.product(range(vacant.most), repeat=units):
        at = np.array(seat)
        load = np.bincount(at, weights=problem.measures[:, 0], minlength=vacant.most)
        if (load > vacant.upper[0, 0] + 1e-9).any() or (load < vacant.lower[0, 0] - 1e-9).any():
            continue
        if pieces_too_many(graph, at, vacant.most).any():
            continue
        members = [np.flatnonzero(at == s) for s in range(vacant.most)]
        eur = sum(
            (vacant.cost[np.ix_(m, m)].sum(axis=0) + vacant.open_cost[m]).min() for m in members
        )
        least = min(least, float(eur))
    return least


def designed(problem: TerritoryProblem, effort: int = RUNS, seconds: float = 30.0) -> Design:
    return design(problem, Options(effort=effort), never, lambda: seconds)


@pytest.mark.parametrize("seed", range(5))
def test_a_small_design_is_proved_the_best_of_all(seed: int) -> None:
    size = np.random.default_rng(seed).integers(1, 5, 9).astype(float).tolist()
    problem = make_design_problem(size, grid(3, 3), 2, 2.0, seed)
    best, found = best_of_all(problem), designed(problem)
    assert found.infeasible == np.isinf(best)
    if np.isfinite(best):
        assert found.exact
        assert found.value == pytest.approx(best)
        assert found.bound == pytest.approx(best, rel=1e-5)


def test_the_seats_of_a_design_are_connected_within_windows_and_hold_their_homes() -> None:
    problem = make_design_problem([1.0] * 12, grid(3, 4), 3, 1.0)
    found, vacant = designed(problem, seconds=0.0), problem.vacant
    assert vacant is not None
    graph = item_graph(problem.edges, np.arange(12), 12)
    assert not pieces_too_many(graph, found.seat, 3).any()
    assert np.bincount(found.seat).min() >= 3
    assert np.bincount(found.seat).max() <= 5
    np.testing.assert_array_equal(found.seat[found.site], np.arange(3))
    assert vacant.cost[np.arange(12), found.site[found.seat]].sum() == pytest.approx(found.value)


@pytest.mark.parametrize(
    ("size", "infeasible"),
    [([1.0, 2, 2, 1], False), ([1.0, 1, 2, 2], True)],
    ids=["a half is balanced", "only a torn design would be"],
)
def test_a_design_is_infeasible_when_only_torn_ones_keep_the_windows(
    size: list[float], infeasible: bool
) -> None:
    assert designed(make_design_problem(size, grid(1, 4), 2, 0.0)).infeasible is infeasible


def test_islands_need_no_bridge() -> None:
    edges = np.array([[0, 1], [1, 2], [3, 4], [4, 5]])
    found = designed(make_design_problem([1.0] * 6, edges, 2, 0.0))
    assert found.exact
    assert found.value == pytest.approx(best_of_all(make_design_problem([1.0] * 6, edges, 2, 0.0)))


def test_a_fixed_seat_keeps_its_locked_unit_and_its_window() -> None:
    base = make_design_problem([1.0] * 6, grid(2, 3), 1, 6.0)
    vacant = base.vacant
    assert vacant is not None
    problem = replace(
        base,
        seat_ids=("R0",),
        targets=np.array([[3.0]]),
        tolerance=np.array([0.0]),
        cost=np.linspace(1, 6, 6)[:, None],
        current_seat=np.array([-1, -1, -1, -1, -1, 0]),
        locked=np.array([False] * 5 + [True]),
        vacant=replace(vacant, lower=np.full((6, 1), 3.0), upper=np.full((6, 1), 3.0)),
    )
    found = designed(problem)
    assert found.seat[5] == 0
    assert np.bincount(found.seat).tolist() == [3, 3]
    assert found.pieces == 0


def test_groups_stay_together() -> None:
    group = np.array([-1, 0, -1, -1, 0, -1, -1, -1, -1])
    found = designed(make_design_problem([1.0] * 9, grid(3, 3), 3, 1.0, group=group), seconds=0.0)
    assert found.seat[1] == found.seat[4]
    assert found.excess == 0


@pytest.mark.parametrize(("price", "opened"), [(0.0, 3), (1_000.0, 1)])
def test_as_many_sites_open_as_pay(price: float, opened: int) -> None:
    base = make_design_problem([1.0] * 8, grid(2, 4), 1, 20.0)
    vacant = base.vacant
    assert vacant is not None
    free = replace(vacant, most=3, open_cost=np.full(8, price), lower=np.zeros((8, 1)))
    found = designed(replace(base, vacant=free), effort=9)
    assert len(found.site) == opened
    assert found.exact


@pytest.mark.parametrize("seed", range(4))
def test_neither_bound_nor_struck_pairs_touch_the_best_design(seed: int) -> None:
    problem = make_design_problem([1.0, 2, 1, 2, 1, 2, 1, 2, 1], grid(3, 3), 2, 1.5, seed)
    found, vacant = designed(problem), problem.vacant
    assert vacant is not None
    ground = ground_of(problem, vacant)
    relaxed = relax(ground, reachable(ground, ground.allowed), found.value, never)
    assert relaxed.bound <= found.value + 1e-6
    assert relaxed.open_pairs[np.arange(9), found.site[found.seat]].all()


def test_any_design_is_connected_or_proved_absent() -> None:
    problem = make_design_problem([3.0, 1, 2, 2, 1, 3], grid(2, 3), 2, 0.0)
    assert problem.vacant is not None
    ground = ground_of(problem, problem.vacant)
    answer = any_design(ground, seconds_left=lambda: 20.0, stop=never, seed=1)
    assert (answer.district is None) == np.isinf(best_of_all(problem))
    assert answer.infeasible == np.isinf(best_of_all(problem))


def test_the_same_seed_gives_the_same_design() -> None:
    problem = make_design_problem([1.0] * 12, grid(3, 4), 3, 1.0)
    one, other = designed(problem, 2, 0.0), designed(problem, 2, 0.0)
    np.testing.assert_array_equal(one.seat, other.seat)
    np.testing.assert_array_equal(one.site, other.site)


def test_with_nobody_to_serve_the_cheapest_sites_open() -> None:
    base = make_design_problem([1.0] * 4, grid(1, 4), 2, 0.0)
    assert base.vacant is not None
    open_cost, nobody = np.array([3.0, 1.0, 2.0, 4.0]), np.zeros(0, dtype=np.int64)
    vacant = replace(
        base.vacant,
        cost=np.zeros((0, 4)),
        open_cost=open_cost,
        home_unit=np.full(4, -1),
    )
    empty = replace(
        base,
        unit_ids=(),
        measures=np.zeros((0, 1)),
        cost=np.zeros((0, 0)),
        current_seat=nobody,
        move_cost=np.zeros(0),
        locked=np.zeros(0, dtype=bool),
        group=nobody,
        edges=np.zeros((0, 2), dtype=np.int64),
        vacant=vacant,
    )
    found = designed(empty)
    assert found.site.tolist() == [1, 2]
    assert found.value == 3.0


def test_a_problem_without_vacant_seats_is_refused() -> None:
    problem = make_design_problem([1.0] * 4, grid(1, 4), 2, 0.0)
    with pytest.raises(ValueError, match="vacant"):
        designed(replace(problem, vacant=None))


COUNTY = Path(__file__).parents[3] / "shared" / "benchmarks" / "districting_county"


@pytest.mark.shared
@pytest.mark.skipif(not COUNTY.exists(), reason="the published county instances are not here")
@pytest.mark.parametrize(("state", "eur"), [("ME", 19093.26), ("NM", 32944.25), ("OR", np.inf)])
def test_county_states_come_to_the_published_answer(state: str, eur: float) -> None:
    rows = [r for r in (COUNTY / f"{state}.txt").read_text().splitlines() if not r.startswith("#")]
    n, k, low, high = (int(x) for x in rows[0].split())
    people = np.array([float(r.split()[1]) for r in rows[1 : n + 1]])
    m = int(rows[n + 1])
    edges = np.array([[int(x) for x in r.split()] for r in rows[n + 2 : n + 2 + m]])
    km = np.array([[float(x) for x in r.split()] for r in rows[n + 2 + m : 2 * n + 2 + m]])
    base = make_design_problem(people.tolist(), edges, k, 0.0)
    assert base.vacant is not None
    vacant = replace(
        base.vacant,
        cost=people[:, None] * km**2 / 1e6,
        lower=np.full((n, 1), low),
        upper=np.full((n, 1), high),
    )
    # Ten seconds of proof at most: the value is what is looked at.
    found = design(
        replace(base, vacant=vacant), Options(effort=2), never, lambda: 10.0 if k == 5 else 1.0
    )
    assert found.infeasible == np.isinf(eur)
    assert found.value == pytest.approx(eur, abs=0.01)


@pytest.mark.parametrize(("steps", "asked"), [(4_000_000, 40), (4_000_040, 80), (100, 40)])
def test_a_long_run_asks_often_whether_to_stop(
    steps: int, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[float, float, int]] = []

    def roam(*given: Any) -> None:
        tried.append(given[-3:])

    asks: list[bool] = []

    def stop() -> bool:
        asks.append(False)
        return False

    floors: list[float] = []

    def reprice(*given: Any) -> None:
        floors.append(float(given[-1].max()))

    monkeypatch.setattr(territory_connect_districts, "roam", roam)
    monkeypatch.setattr(territory_connect_districts, "_reprice", reprice)
    problem = make_design_problem([1.0] * 6, grid(2, 3), 2, 1.0)
    assert problem.vacant is not None
    ground = ground_of(problem, problem.vacant)
    start = np.array([0, 0, 0, 1, 1, 1])
    cooled(ground, start, steps=steps, hot=1.0, seed=1, stop=stop, harsh=8.0)
    assert len(asks) == len(tried) == asked
    assert len(floors) == 40
    assert floors[-1] / floors[0] == pytest.approx(8.0 ** (39 / 40))
    assert max(each for *_, each in tried) <= 100_000
    assert all(
        cold == pytest.approx(hot) for (_, cold, _), (hot, _, _) in itertools.pairwise(tried)
    )
    assert tried[0][0] == pytest.approx(typical_eur(ground))
    assert tried[-1][1] == pytest.approx(COLD * typical_eur(ground))
