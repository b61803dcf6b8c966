"""Sites of vacant seats: against every subset and every assignment, and by their rules."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_builders import make_territory_problem

from optimizer.result import Options
from optimizer.territory_problem import SeatLimits, TerritoryProblem, VacantSeats
from optimizer.territory_site_bound import ascend, first_prices
from optimizer.territory_site_build import site_data
from optimizer.territory_site_near import near_lists
from optimizer.territory_site_proof import useful_arcs
from optimizer.territory_sites import SiteChoice, choose_sites, fixed_sites


def make_site_problem(seed: int = 1, units: int = 7, seats: int = 0, **changes) -> TerritoryProblem:
    """Return units that are sites too, each seat with room for somewhat more than its share."""
    rng = np.random.default_rng([seed, 9])
    problem = make_territory_problem(units, seats, seed)
    points = rng.uniform(0, 100, (units, 2))
    count = changes.pop("count", 2)
    hours = problem.measures
    full = float(hours.sum()) / (count + seats) * changes.pop("room", 1.2)
    least_full = changes.pop("least_share", -np.inf) * float(hours.sum()) / (count + seats)
    fields = {
        "site_ids": tuple(f"S{j}" for j in range(units)),
        "cost": np.linalg.norm(points[:, None] - points[None], axis=2).round(2),
        "lower": np.full((units, 1), least_full),
        "upper": np.full((units, 1), full),
        "open_cost": np.zeros(units),
        "least": count,
        "most": count,
        "home_unit": np.full(units, -1),
    }
    fields |= {name: changes.pop(name) for name in list(changes) if name in fields}
    changes.setdefault("lower_limits", np.full((seats, 1), least_full))
    changes.setdefault("upper_limits", np.full((seats, 1), full))
    return replace(problem, vacant=VacantSeats(**fields), **changes)


def choose(problem: TerritoryProblem, seed: int = 1, effort: int = 1) -> SiteChoice:
    options = Options(seed=seed, effort=effort, gap=0.0)
    return choose_sites(problem, options, stop=lambda: False, seconds_left=lambda: 60.0)


def cheapest(problem: TerritoryProblem) -> tuple[float, float]:
    """Return the least EUR with all windows kept (inf without), and the least hours missed."""
    vacant, least, missed = problem.vacant, np.inf, np.inf
    sites = range(len(vacant.site_ids))
    for count in range(vacant.least, vacant.most + 1):
        for opened in itertools.combinations(sites, count):
            for eur, hours in _plans(problem, opened):
                missed = min(missed, hours)
                least = min(least, eur) if hours <= 1e-9 else least
    return least, missed


def _plans(problem: TerritoryProblem, opened: tuple[int, ...]):
    return ((eur, hours) for _, eur, hours in _plans_with_seats(problem, opened))


def _plans_with_seats(problem: TerritoryProblem, opened: tuple[int, ...]):
    vacant, seats = problem.vacant, len(problem.seat_ids)
    cost = np.concatenate([problem.cost, vacant.cost[:, list(opened)]], axis=1)
    cost = cost + problem.move_cost[:, None] * (problem.current_seat >= 0)[:, None]
    for unit in np.flatnonzero(problem.current_seat >= 0):
        cost[unit, problem.current_seat[unit]] -= problem.move_cost[unit]
    low, high = problem.windows()
    low = np.concatenate([low, vacant.lower[list(opened)]])[:, 0]
    high = np.concatenate([high, vacant.upper[list(opened)]])[:, 0]
    plans = np.array(list(itertools.product(range(cost.shape[1]), repeat=len(cost))))
    for v, site in enumerate(opened):
        if vacant.home_unit[site] >= 0:
            plans = plans[plans[:, vacant.home_unit[site]] == seats + v]
    eur = cost[np.arange(len(cost)), plans].sum(axis=1) + vacant.open_cost[list(opened)].sum()
    load = (plans[:, :, None] == np.arange(cost.shape[1])) * problem.measures[:, :1]
    load = load.sum(axis=1)
    missed = np.maximum(np.maximum(low - load, load - high), 0.0).sum(axis=1)
    kept = np.isfinite(eur)
    return zip(plans[kept], eur[kept], missed[kept], strict=True)


CASES = {
    "capacity": {},
    "tight capacity": {"room": 1.05},
    "lower windows": {"room": 1.3, "least_share": 0.8},
    "home units": {"home_unit": np.arange(7)},
    "open cost differs": {"open_cost": np.arange(7.0) * 15},
    "number proposed": {"least": 1, "most": 3, "room": 2.2, "open_cost": np.full(7, 40.0)},
    "seat that stands": {"seats": 1, "count": 1},
    "standing and proposed": {"seats": 1, "least": 0, "open_cost": np.full(7, 60.0), "room": 2.5},
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_choice_is_the_cheapest_of_all_and_proved(name: str, seed: int) -> None:
    problem = make_site_problem(seed, **CASES[name])
    least, _ = cheapest(problem)
    found = choose(problem)
    if not np.isfinite(least):
        assert found.excess > 0
        assert not found.exact
        return
    assert found.excess == 0
    assert found.value == pytest.approx(least)
    assert found.exact
    assert found.bound == pytest.approx(least)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(1.0, 1.6), st.sampled_from([-np.inf, 0.5, 0.8]))
def test_no_price_proves_more_than_the_cheapest_choice(
    seed: int, room: float, least_share: float
) -> None:
    problem = make_site_problem(seed, units=6, room=room, least_share=least_share)
    least, _ = cheapest(problem)
    data = site_data(problem)
    near = near_lists(data)
    for steps in (1, 40):
        bound = ascend(data, near, first_prices(data, near), 500.0, steps, lambda: False)
        assert bound.bound <= least + 1e-6
        whole = ascend(data, near, bound.item_price, 500.0, steps, lambda: False, whole=True)
        assert whole.bound <= least + 1e-6


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.floats(1.0, 1.1))
def test_an_arc_left_out_is_in_no_choice_cheaper_than_asked(
    seed: int, whole: bool, dearer: float
) -> None:
    problem = make_site_problem(seed, units=6, room=1.1)
    data = site_data(problem)
    near = near_lists(data)
    least, _ = cheapest(problem)
    if not np.isfinite(least):
        return
    bound = ascend(data, near, first_prices(data, near), least, 60, lambda: False)
    bound = ascend(data, near, bound.item_price, least, 60, lambda: False, whole=whole)
    centre, item = useful_arcs(data, bound, dearer * least - bound.bound, 10_000)
    arcs = set(zip(centre.tolist(), item.tolist(), strict=True))
    for opened in itertools.combinations(range(6), 2):
        for seats, eur, hours in _plans_with_seats(problem, opened):
            if hours <= 1e-9 and eur < dearer * least - 1e-6:
                assert set(zip([opened[s] for s in seats], range(6), strict=True)) <= arcs


def test_items_taken_whole_prove_more_where_seats_hold_few() -> None:
    problem = make_site_problem(11, units=24, count=6, room=1.1)
    data = site_data(problem)
    near = near_lists(data)
    cut = ascend(data, near, first_prices(data, near), 500.0, 300, lambda: False)
    whole = ascend(data, near, cut.item_price, 500.0, 300, lambda: False, whole=True)
    assert cut.bound < whole.bound <= choose(problem).value + 1e-6


def test_windows_that_cannot_be_kept_are_missed_least() -> None:
    problem = make_site_problem(4, units=6, room=0.9)
    _, missed = cheapest(problem)
    found = choose(problem)
    scale = float(site_data(problem).scale[0])
    assert not found.exact
    assert found.excess * scale == pytest.approx(missed)


def test_a_priced_window_is_missed_where_that_is_cheaper() -> None:
    hard = make_site_problem(3, units=6, room=1.3)
    free = choose(replace(hard, miss_price=np.array([0.0])))
    soft = choose(replace(hard, miss_price=np.array([2.0])))
    assert free.excess == soft.excess == 0
    assert free.value <= soft.value <= choose(hard).value + 1e-6


def test_the_home_unit_goes_to_the_seat_opened_at_its_site() -> None:
    problem = make_site_problem(5, home_unit=np.arange(7), room=1.1)
    found = choose(problem)
    assert (found.seat[problem.vacant.home_unit[found.site]] == np.arange(2)).all()


def test_a_site_whose_home_unit_is_locked_elsewhere_stays_closed() -> None:
    base = make_site_problem(6, seats=1, count=1, home_unit=np.arange(7), room=3.0)
    best = choose(base).site[0]
    today = np.full(7, -1)
    today[best] = 0
    locked = today >= 0
    found = choose(replace(base, current_seat=today, locked=locked))
    assert found.site[0] != best
    assert found.seat[best] == 0


def test_a_group_is_served_from_one_seat() -> None:
    group = np.array([0, -1, 0, -1, -1, -1, 0])
    found = choose(make_site_problem(2, group=group, room=1.5))
    assert len(set(found.seat[group == 0].tolist())) == 1


def test_a_unit_nobody_may_serve_is_left_out_and_one_with_a_price_where_cheaper() -> None:
    problem = make_site_problem(1, room=1.6)
    cost = problem.vacant.cost.copy()
    cost[2] = np.inf
    problem = replace(problem, vacant=replace(problem.vacant, cost=cost))
    price = np.full(7, np.inf)
    price[4] = 0.01
    found = choose(replace(problem, unserved_price=price))
    assert found.seat[2] == -1
    assert found.seat[4] == -1
    assert (np.delete(found.seat, [2, 4]) >= 0).all()


def test_what_it_chooses_depends_on_the_seed_only() -> None:
    problem = make_site_problem(8, units=30, count=4, home_unit=np.arange(30))
    one, other = choose(problem), choose(problem)
    assert one.site.tobytes() == other.site.tobytes()
    assert one.seat.tobytes() == other.seat.tobytes()
    assert (one.value, one.bound) == (other.value, other.bound)


def test_other_names_and_another_order_change_nothing() -> None:
    problem = make_site_problem(7)
    order = np.array([3, 6, 0, 2, 5, 1, 4])
    vacant = problem.vacant
    turned = replace(
        problem,
        measures=problem.measures[order],
        vacant=replace(vacant, cost=vacant.cost[np.ix_(order, order)]),
    )
    assert choose(turned).value == pytest.approx(choose(problem).value)


@pytest.mark.parametrize(("step", "fits"), [(0.5, True), (0.0, True), (-0.5, False)])
def test_room_to_the_edge_is_used_and_not_beyond(step: float, fits: bool) -> None:
    problem = make_site_problem(1, units=4, count=2, measures=np.array([[4.0], [3], [3], [4]]))
    problem = replace(problem, vacant=replace(problem.vacant, upper=np.full((4, 1), 7.0 + step)))
    assert (choose(problem).excess == 0) == fits


def test_more_room_never_costs_more() -> None:
    values = [choose(make_site_problem(9, room=room)).value for room in (1.2, 1.5, 3.0)]
    assert values == sorted(values, reverse=True)


def test_fixed_sites_state_windows_homes_and_costs_of_the_seats_opened() -> None:
    problem = make_site_problem(5, seats=1, home_unit=np.arange(7), least_share=0.5)
    fixed = fixed_sites(problem, np.array([2, 6]))
    lower, upper = fixed.windows()
    assert fixed.vacant is None
    assert fixed.seat_ids == ("R0", "S2", "S6")
    assert upper[1:].tolist() == problem.vacant.upper[[2, 6]].tolist()
    assert lower[1:].tolist() == problem.vacant.lower[[2, 6]].tolist()
    assert np.isinf(fixed.cost[2, [0, 2]]).all()
    assert fixed.cost[2, 1] == problem.vacant.cost[2, 2]
    assert fixed.cost[4, 1:].tolist() == problem.vacant.cost[4, [2, 6]].tolist()


def test_limits_of_standing_seats_do_not_bind_the_seats_opened() -> None:
    limits = SeatLimits(most_units=np.array([3.0]), least_units=np.array([1.0]))
    fixed = fixed_sites(make_site_problem(5, seats=1, limits=limits), np.array([2, 6]))
    assert fixed.limits.most_units.tolist() == [3.0, np.inf, np.inf]
    assert fixed.limits.least_units.tolist() == [1.0, 0.0, 0.0]
    assert not fixed.limits.most_taken.size


def test_rules_the_choice_does_not_know_keep_it_from_being_called_exact() -> None:
    problem = make_site_problem(1, seats=1, count=1, room=2.0)
    assert choose(problem).exact
    limited = replace(problem, limits=SeatLimits(most_units=np.array([3.0])))
    assert not choose(limited).exact
    assert not choose(replace(problem, contiguity="required")).exact


def test_an_end_before_the_start_still_gives_a_choice_and_a_bound() -> None:
    problem = make_site_problem(1, units=20, count=3)
    found = choose_sites(problem, Options(), stop=lambda: True, seconds_left=lambda: 0.0)
    assert len(found.site) == 3
    assert found.bound <= choose(problem).value + 1e-6


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("upper", np.ones((3, 1))),
        ("least", 3),
        ("home_unit", np.full(7, 9)),
        ("open_cost", np.full(7, np.inf)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(field: str, value: object) -> None:
    problem = make_site_problem(1)
    with pytest.raises(ValueError, match=r"vacant|open"):
        choose(replace(problem, vacant=replace(problem.vacant, **{field: value})))
