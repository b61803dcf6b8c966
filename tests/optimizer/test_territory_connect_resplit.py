"""Splitting pairs of districts anew: every split is listed, and narrow windows are kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_builders import make_territory_problem

from optimizer.territory_connect_graph import pieces_too_many
from optimizer.territory_connect_land import Ground, ground_of
from optimizer.territory_connect_resplit import Resplit, alike
from optimizer.territory_connect_splits import connected_halves
from optimizer.territory_problem import VacantSeats

EVERYTHING = 1_000_000


def grid_ground(side: int = 5, districts: int = 3, width: float = 0.04, seed: int = 1) -> Ground:
    """Return a square of places that are sites too, windows `width` of a district's share."""
    places = side * side
    at = np.stack(np.divmod(np.arange(places), side), axis=1)
    apart = np.abs(at[:, None] - at[None]).sum(axis=2)
    rng = np.random.default_rng(seed)
    measures = rng.integers(20, 60, (places, 1)).astype(float)
    share = float(measures.sum()) / districts
    problem = make_territory_problem(places, 0, measures=measures, contiguity="required")
    problem = replace(
        problem,
        edges=np.argwhere(np.triu(apart == 1)),
        vacant=VacantSeats(
            site_ids=tuple(f"S{j}" for j in range(places)),
            cost=measures * apart.astype(float) ** 2,
            lower=np.full((places, 1), (1 - width / 2) * share),
            upper=np.full((places, 1), (1 + width / 2) * share),
            open_cost=np.zeros(places),
            least=districts,
            most=districts,
            home_unit=np.arange(places),
        ),
    )
    return ground_of(problem, problem.vacant)


def stripes(ground: Ground, districts: int) -> np.ndarray:
    """Return connected districts of rows, as uneven as can be."""
    side = int(ground.items**0.5)
    return np.minimum(np.arange(ground.items) // side, districts - 1)


def hangs_together(places: set[int], beside: list[int]) -> bool:
    if not places:
        return False
    reached, waiting = {min(places)}, [min(places)]
    while waiting:
        here = waiting.pop()
        new = {n for n in places - reached if beside[here] >> n & 1}
        reached |= new
        waiting += new
    return reached == places


def every_half(beside: list[int], size: np.ndarray, lower: float, upper: float) -> list[int]:
    count, found = len(beside), []
    for mask in range(1, 2**count, 2):
        inside = {n for n in range(count) if mask >> n & 1}
        load = size[sorted(inside)].sum()
        outside = set(range(count)) - inside
        halves = hangs_together(inside, beside) and hangs_together(outside, beside)
        if lower <= load <= upper and halves:
            found.append(mask)
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 8), st.integers(0, 10_000), st.integers(0, 12), st.integers(0, 20))
def test_every_connected_half_within_the_limits_is_listed_once(
    count: int, seed: int, lower: int, width: int
) -> None:
    rng = np.random.default_rng(seed)
    linked = np.triu(rng.random((count, count)) < 0.45, 1)
    linked |= linked.T
    beside = [sum(1 << j for j in range(count) if linked[i, j]) for i in range(count)]
    size = rng.integers(1, 9, (count, 1)).astype(float)
    ends = np.array([float(lower)]), np.array([float(lower + width)])
    found = connected_halves(np.array(beside), size, *ends, EVERYTHING, EVERYTHING)
    assert sorted(found.tolist()) == every_half(beside, size, lower, lower + width)


@pytest.mark.parametrize(("most", "listed"), [(5, 4), (4, 4), (3, 3), (0, 0)])
def test_a_listing_ends_at_the_number_asked_for(most: int, listed: int) -> None:
    path = np.array([2, 5, 10, 20, 8])
    size = np.ones((5, 1))
    found = connected_halves(path, size, np.zeros(1), np.full(1, 5.0), most, EVERYTHING)
    assert len(found) == listed


def test_places_without_a_way_to_the_first_have_no_half() -> None:
    apart = np.array([2, 1, 8, 4, 0])
    size = np.ones((5, 1))
    found = connected_halves(apart, size, np.zeros(1), np.full(1, 5.0), 9, EVERYTHING)
    assert len(found) == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_narrow_windows_are_kept_and_districts_hang_together(seed: int) -> None:
    ground = grid_ground(6, 4, width=0.02, seed=seed)
    resplit = Resplit(ground=ground, district=stripes(ground, 4), seed=seed)
    assert resplit.missed() > 0
    assert resplit.balance(300, lambda: False)
    assert resplit.missed() == 0
    assert pieces_too_many(ground.graph, resplit.district, 4).sum() == 0
    even = resplit._eur_of_all()
    resplit.district = resplit.cheapen(200, 20.0, lambda: False)
    assert resplit.missed() == 0
    assert resplit._eur_of_all() < even
    assert pieces_too_many(ground.graph, resplit.district, 4).sum() == 0


def test_windows_that_no_split_keeps_stay_missed() -> None:
    ground = grid_ground(4, 2, width=0.0)
    odd = replace(ground, size=np.ones_like(ground.size) * 0.99)
    resplit = Resplit(ground=odd, district=stripes(odd, 2), seed=1)
    assert not resplit.balance(5, lambda: False)
    assert resplit.missed() > 0


def test_the_cheapest_districts_met_are_returned_and_the_same_seed_gives_the_same() -> None:
    found = []
    for _ in range(2):
        ground = grid_ground(5, 3, width=0.1)
        resplit = Resplit(ground=ground, district=stripes(ground, 3), seed=4)
        assert resplit.balance(300, lambda: False)
        found.append(resplit.cheapen(60, 50.0, lambda: False))
        last = resplit._eur_of_all()
        resplit.district = found[-1]
        assert resplit._eur_of_all() <= last + 1e-9
    assert (found[0] == found[1]).all()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"seats": 1}, False),
        ({"home": np.full(25, -1)}, False),
        ({"upper": np.linspace(2.0, 3.0, 25)[:, None]}, False),
    ],
)
def test_only_districts_that_differ_by_their_items_alone_are_split(
    change: dict[str, object], expected: bool
) -> None:
    assert alike(replace(grid_ground(), **change)) == expected


def test_islands_are_not_split() -> None:
    ground = grid_ground(3)
    graph = ground.graph._replace(part=np.array([0, 0, 0, 0, 0, 0, 0, 1, 1]))
    assert not alike(replace(ground, graph=graph))
