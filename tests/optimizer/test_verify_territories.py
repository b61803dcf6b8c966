"""The independent check rejects a plan changed against any rule, and only then."""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from typing import Any

import numpy as np
import pytest
from territory_builders import (
    FEATURES,
    make_plan,
    make_random_problem,
    make_territory_problem,
)
from territory_oracle import brute_force, hard_missed, total_eur
from territory_oracle import stray_units as oracle_strays

from optimizer.result import Shortfall
from optimizer.territory_costs import DistanceCosts
from optimizer.territory_problem import SeatLimits, TerritoryProblem, VacantSeats
from optimizer.verify_pieces import check_contiguity, stray_units
from optimizer.verify_territories import verify_territories
from optimizer.verify_territory_facts import gather


def sound_problem() -> TerritoryProblem:
    """Return 4 equal units on 2 seats: units 0 and 1 today on seat 0, 2 and 3 on seat 1."""
    cost = np.array([[1.0, 9.0], [1.0, 9.0], [9.0, 1.0], [9.0, 1.0]])
    return make_territory_problem(
        4,
        2,
        tolerance=0.5,
        measures=np.ones((4, 1)),
        cost=cost,
        current_seat=np.array([0, 0, 1, 1]),
        move_cost=np.full(4, 2.0),
    )


def declare(code: str, subject: str, amount: float) -> Shortfall:
    return Shortfall(code=code, subject=subject, amount=amount, unit="", reason="", remedy="")


def rules(problem: TerritoryProblem, seat: list[int], *declared: Shortfall) -> list[str]:
    return [v.rule for v in verify_territories(problem, make_plan(problem, seat), declared)]


def test_a_sound_plan_passes() -> None:
    assert rules(sound_problem(), [0, 0, 1, 1]) == []


@pytest.mark.parametrize("seat", [2, 99, -2])
def test_an_unknown_seat_is_found(seat: int) -> None:
    assert rules(sound_problem(), [0, 0, 1, seat]) == ["seat"]


def test_a_plan_of_another_length_is_found() -> None:
    assert rules(sound_problem(), [0, 0, 1]) == ["shape"]


def test_an_ineligible_seat_is_found() -> None:
    problem = sound_problem()
    problem.cost[1, 0] = np.inf
    assert rules(problem, [0, 0, 1, 1]) == ["eligibility"]


def test_a_broken_lock_is_found() -> None:
    problem = replace(sound_problem(), locked=np.array([True, False, False, False]))
    assert rules(problem, [1, 0, 1, 0]) == ["lock"]


def test_a_torn_group_is_found_unless_declared() -> None:
    problem = replace(sound_problem(), group=np.array([-1, 7, 7, -1]))
    assert rules(problem, [0, 0, 1, 1]) == ["group"]
    assert rules(problem, [0, 0, 1, 1], declare("group_split", "group 7", 2)) == []
    assert rules(problem, [0, 0, 1, 1], declare("group_split", "group 8", 2)) == ["group"]


def test_a_missed_window_is_found_on_both_seats_unless_declared_in_full() -> None:
    problem = replace(sound_problem(), tolerance=np.array([0.4]))
    above = declare("window_above", "R0 / measure0_hours", 0.2)
    below = declare("window_below", "R1 / measure0_hours", 0.2)
    seats = [0, 0, 0, 1]
    assert rules(problem, seats) == ["window", "window"]
    assert rules(problem, seats, above) == ["window"]
    assert rules(problem, seats, above, below) == []
    assert rules(problem, seats, replace(above, amount=0.19), below) == ["window"]
    assert rules(problem, seats, replace(above, amount=np.nan), below) == ["window"]
    assert rules(problem, seats, replace(above, subject="R1 / measure0_hours"), below) == ["window"]


@pytest.mark.parametrize(("tolerance", "found"), [(0.51, 0), (0.5, 0), (0.499, 2)])
def test_a_window_includes_its_edge(tolerance: float, found: int) -> None:
    problem = replace(sound_problem(), tolerance=np.array([tolerance]))
    assert len(rules(problem, [0, 0, 0, 1])) == found


@pytest.mark.parametrize(("share", "found"), [(0.51, []), (0.5, []), (0.49, ["moved_share"])])
def test_moves_beyond_the_share_are_found(share: float, found: list[str]) -> None:
    problem = replace(sound_problem(), max_moved_share=share)
    assert rules(problem, [1, 0, 0, 1]) == found
    assert rules(problem, [1, 0, 0, 1], declare("moves_above_limit", "moved units", 1)) == []


def test_an_unserved_unit_is_found_even_when_declared_if_a_seat_may_serve_it() -> None:
    problem = sound_problem()
    seats = [-1, 0, 1, 1]
    assert rules(problem, seats) == ["unserved"]
    assert rules(problem, seats, declare("no_eligible_seat", "A0", 1)) == ["unserved"]
    problem.cost[0] = np.inf
    assert rules(problem, seats) == ["unserved"]
    assert rules(problem, seats, declare("no_eligible_seat", "A0", 1)) == []


def test_a_lock_to_an_ineligible_seat_excuses_only_with_its_own_code() -> None:
    problem = replace(sound_problem(), locked=np.array([True, False, False, False]))
    problem.cost[0, 0] = np.inf
    seats = [-1, 0, 1, 1]
    assert rules(problem, seats, declare("no_eligible_seat", "A0", 1)) == ["unserved"]
    assert rules(problem, seats, declare("lock_not_eligible", "A0", 1)) == []


@pytest.mark.parametrize("term", ["travel_eur", "moves_eur"])
def test_a_wrong_amount_of_money_is_found(term: str) -> None:
    problem, plan = sound_problem(), make_plan(sound_problem(), [1, 0, 0, 1])
    terms = {"travel_eur": 20.0, "moves_eur": 4.0}
    assert verify_territories(problem, plan, terms=terms) == ()
    wrong = verify_territories(problem, plan, terms=terms | {term: terms[term] + 0.01})
    assert [v.subject for v in wrong] == [term]
    nothing = verify_territories(problem, plan, terms=terms | {term: float("nan")})
    assert [v.rule for v in nothing] == ["objective"]


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({}, []),
        ({"travel_eur": 20.0}, ["moves_eur"]),
        ({"travel_eur": 20.0, "moves_eur": 4.0, "luck_eur": -1.0}, ["luck_eur"]),
        ({"travel_eur": 20.0, "moves_eur": 4.0, "imbalance_eur": 0.01}, ["imbalance_eur"]),
    ],
)
def test_no_line_of_the_objective_is_missing_or_made_up(
    terms: dict[str, float], found: list[str]
) -> None:
    plan = make_plan(sound_problem(), [1, 0, 0, 1])
    assert [v.subject for v in verify_territories(sound_problem(), plan, terms=terms)] == found


def limited(seat: list[int], *declared: Shortfall, **limits: list[float]) -> list[str]:
    arrays = {name: np.array(values, dtype=float) for name, values in limits.items()}
    problem = replace(
        sound_problem(),
        tolerance=np.array([5.0]),
        revenue_eur=np.array([10.0, 20.0, 30.0, 40.0]),
        limits=SeatLimits(**arrays),
    )
    return [v.subject for v in verify_territories(problem, make_plan(problem, seat), declared)]


LIMITS = {
    "units_above": ("most_units", 3.0, 1.0, [0, 0, 0, 1], "R0"),
    "units_below": ("least_units", 1.0, -1.0, [0, 0, 0, 1], "R1"),
    "given_above": ("most_given", 1.0, 1.0, [0, 1, 1, 1], "R0"),
    "taken_above": ("most_taken", 1.0, 1.0, [0, 1, 1, 1], "R1"),
    "given_eur_above": ("most_given_eur", 20.0, 1.0, [0, 1, 1, 1], "R0"),
    "taken_eur_above": ("most_taken_eur", 20.0, 1.0, [0, 1, 1, 1], "R1"),
}


@pytest.mark.parametrize("code", LIMITS)
def test_limits_of_a_seat_include_their_edge_and_are_excused_in_full_only(code: str) -> None:
    name, edge, side, seat, subject = LIMITS[code]
    other = np.inf if side > 0 else -np.inf
    tight = [edge - 0.5 * side if subject == who else other for who in ("R0", "R1")]
    exact = [edge if subject == who else other for who in ("R0", "R1")]
    assert limited(seat, **{name: exact}) == []
    assert limited(seat, **{name: tight}) == [subject]
    assert limited(seat, declare(code, subject, 0.5), **{name: tight}) == []
    assert limited(seat, declare(code, subject, 0.4), **{name: tight}) == [subject]
    assert limited(seat, declare("window_above", subject, 0.5), **{name: tight}) == [subject]


def test_who_is_left_out_at_a_price_is_given_away_and_who_is_new_is_not_taken() -> None:
    problem = replace(
        sound_problem(),
        tolerance=np.array([5.0]),
        current_seat=np.array([0, 0, -1, 1]),
        unserved_price=np.full(4, 7.0),
        limits=SeatLimits(most_given=np.zeros(2), most_taken=np.zeros(2)),
    )
    assert rules(problem, [0, 0, 1, 1]) == []
    left = declare("unserved_by_price", "A1", 1)
    assert rules(problem, [0, -1, 1, 1], left) == ["seat_limit"]
    assert rules(replace(problem, limits=SeatLimits()), [0, -1, 1, 1], left) == []
    assert rules(replace(problem, limits=SeatLimits()), [0, -1, 1, 1]) == ["unserved"]


def test_a_price_excuses_no_locked_unit_and_no_half_of_a_group() -> None:
    price = np.array([7.0, 7.0, np.inf, np.inf])
    problem = replace(sound_problem(), tolerance=np.array([5.0]), unserved_price=price)
    out = [declare("unserved_by_price", f"A{u}", 1) for u in range(3)]
    locked = replace(problem, locked=np.array([True, False, False, False]))
    grouped = replace(problem, group=np.array([5, 5, -1, -1]))
    assert rules(problem, [-1, 0, 1, 1], *out) == []
    assert rules(problem, [0, 0, -1, 1], *out) == ["unserved"]
    assert rules(locked, [-1, 0, 1, 1], *out) == ["unserved"]
    assert rules(grouped, [-1, 0, 1, 1], *out) == ["group"]
    assert rules(grouped, [-1, -1, 1, 1], *out) == []
    terms = {"travel_eur": 2.0, "unserved_eur": 14.0}
    plan = make_plan(problem, [-1, -1, 1, 1])
    assert verify_territories(problem, plan, out, terms) == ()
    wrong = verify_territories(problem, plan, out, {**terms, "unserved_eur": 18.0})
    assert [v.subject for v in wrong] == ["unserved_eur"]


def test_a_unit_nobody_may_serve_costs_as_much_as_the_dearest_pair() -> None:
    problem, out = sound_problem(), declare("no_eligible_seat", "A0", 1)
    problem.cost[0] = np.inf
    plan, terms = make_plan(problem, [-1, 0, 1, 1]), {"travel_eur": 3.0, "unserved_eur": 9.0}
    assert verify_territories(problem, plan, [out], terms) == ()


def test_windows_given_as_limits_stand_in_place_of_targets() -> None:
    problem = replace(
        sound_problem(),
        lower_limits=np.array([[-np.inf], [1.0]]),
        upper_limits=np.array([[3.0], [np.inf]]),
    )
    assert rules(problem, [0, 0, 0, 1]) == []
    assert rules(problem, [1, 1, 1, 1]) == []
    assert rules(problem, [0, 0, 0, 0]) == ["window", "window"]


def test_measures_by_seat_are_what_windows_count() -> None:
    by_seat = np.ones((4, 2, 1))
    by_seat[0, 1, 0] = 3.0
    problem = replace(sound_problem(), seat_measures=by_seat)
    assert rules(problem, [0, 0, 1, 1]) == []
    assert rules(problem, [1, 0, 0, 1]) == ["window"]


def test_a_window_with_a_price_may_be_missed_for_exactly_that_price() -> None:
    problem = replace(sound_problem(), tolerance=np.array([0.25]), miss_price=np.array([10.0]))
    assert rules(problem, [0, 0, 0, 1]) == []
    plan = make_plan(problem, [0, 0, 0, 1])
    terms = {"travel_eur": 12.0, "moves_eur": 2.0, "imbalance_eur": 10.0}
    assert verify_territories(problem, plan, terms=terms) == ()
    for wrong in (0.0, 9.99, 10.01, float("nan")):
        found = verify_territories(problem, plan, terms={**terms, "imbalance_eur": wrong})
        assert [v.subject for v in found] == ["imbalance_eur"]


def vacant_problem() -> TerritoryProblem:
    """Return the sound problem with two sites for one seat; unit 3 lives at the second."""
    return replace(
        sound_problem(),
        tolerance=np.array([1.0]),
        vacant=VacantSeats(
            site_ids=("J0", "J1"),
            cost=np.array([[np.inf, 5.0], [5.0, 5.0], [5.0, 5.0], [5.0, 0.0]]),
            lower=np.array([[-np.inf], [1.0]]),
            upper=np.array([[1.0], [2.0]]),
            open_cost=np.array([100.0, 200.0]),
            least=1,
            most=1,
            home_unit=np.array([-1, 3]),
        ),
    )


@pytest.mark.parametrize(
    ("seat", "site", "found"),
    [
        ([0, 0, 2, 1], (0,), []),
        ([0, 0, 2, 2], (1,), []),
        ([0, 0, 1, 1], (), ["site_count"]),
        ([0, 2, 3, 1], (0, 1), ["site_count"]),
        ([0, 0, 2, 2], (2,), ["site"]),
        ([0, 0, 3, 2], (1, 1), ["site", "site_count"]),
        ([0, 0, 3, 1], (0,), ["seat"]),
        ([2, 0, 1, 1], (0,), ["eligibility"]),
        ([0, 2, 2, 1], (0,), ["window"]),
        ([0, 2, 2, 2], (1,), ["window"]),
        ([0, 0, 2, 1], (1,), ["home_unit"]),
        ([0, 0, 1, 1], (1,), ["window", "home_unit"]),
    ],
)
def test_a_vacant_seat_stands_on_a_site_and_keeps_its_rules(
    seat: list[int], site: tuple[int, ...], found: list[str]
) -> None:
    problem = vacant_problem()
    assert [v.rule for v in verify_territories(problem, make_plan(problem, seat, site))] == found


def test_an_opened_seat_costs_what_its_site_costs() -> None:
    problem = vacant_problem()
    terms = {"travel_eur": 8.0, "moves_eur": 2.0, "open_seats_eur": 100.0}
    plan = make_plan(problem, [0, 0, 2, 1], (0,))
    assert verify_territories(problem, plan, terms=terms) == ()
    wrong = verify_territories(problem, plan, terms={**terms, "open_seats_eur": 99.0})
    assert [v.subject for v in wrong] == ["open_seats_eur"]


def chained(**changes: Any) -> TerritoryProblem:
    """Return the sound problem on a chain 0 - 2 - 1 and an island 3."""
    edges = np.array([[0, 2], [1, 2]])
    return replace(sound_problem(), tolerance=np.array([5.0]), edges=edges, **changes)


def test_a_territory_in_pieces_is_found_unless_all_of_them_are_declared() -> None:
    problem = chained(contiguity="required")
    assert rules(problem, [0, 1, 0, 0]) == []
    assert rules(problem, [0, 0, 1, 1]) == ["contiguity"]
    assert rules(problem, [0, 0, 1, 1], declare("not_connected", "R0", 1)) == []
    assert rules(problem, [0, 0, 1, 1], declare("not_connected", "R1", 1)) == ["contiguity"]
    assert rules(replace(problem, contiguity="off"), [0, 0, 1, 1]) == []


def test_a_unit_away_from_the_largest_piece_costs_its_price() -> None:
    problem = chained(contiguity="preferred", stray_eur=7.0)
    plan = make_plan(problem, [0, 0, 1, 1])
    terms = {"travel_eur": 4.0, "stray_eur": 7.0}
    assert verify_territories(problem, plan, terms=terms) == ()
    wrong = verify_territories(problem, plan, terms={**terms, "stray_eur": 0.0})
    assert [v.subject for v in wrong] == ["stray_eur"]


@pytest.mark.parametrize("seed", range(30))
def test_strays_are_counted_as_the_oracle_counts_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = make_territory_problem(12, 3, tolerance=99.0, contiguity="preferred", stray_eur=1.0)
    problem = replace(problem, edges=rng.integers(0, 12, (14, 2)))
    plan = make_plan(problem, rng.integers(-1, 3, 12).tolist())
    facts = gather(problem, plan, ())
    assert stray_units(facts) == oracle_strays(problem, plan.seat)
    required = gather(replace(problem, contiguity="required"), plan, ())
    assert bool(list(check_contiguity(required))) == (oracle_strays(problem, plan.seat) > 0)


@pytest.mark.parametrize("seed", range(40))
def test_the_check_passes_exactly_the_plans_that_the_oracle_allows(seed: int) -> None:
    rng = np.random.default_rng([seed, 9])
    features = tuple(name for name in FEATURES if rng.random() < 0.4)
    problem = make_random_problem(seed, features=features)
    best = brute_force(problem)
    tried = [(best.seats, best.site)] if best.seats is not None else []
    for _ in range(25):
        site = tuple(rng.permutation(3)[: rng.integers(3)].tolist()) if problem.vacant else ()
        seat = rng.integers(-1 if rng.random() < 0.3 else 0, 3 + len(site), 6).tolist()
        tried.append((tuple(seat), site))
    for seat, site in tried:
        out = [declare("unserved_by_price", f"A{u}", 1) for u in range(6) if seat[u] < 0]
        found = verify_territories(problem, make_plan(problem, list(seat), site), out)
        assert (not found) == allowed(problem, seat, site), (seat, site, found)


def allowed(problem: TerritoryProblem, seat: tuple[int, ...], site: tuple[int, ...]) -> bool:
    count = (problem.vacant.least, problem.vacant.most) if problem.vacant else (0, 0)
    if not count[0] <= len(site) <= count[1]:
        return False
    plan = np.array([seat])
    return bool(np.isfinite(total_eur(problem, plan, site))[0]) and bool(
        hard_missed(problem, plan, site)[0] <= 1e-9
    )


def test_half_a_million_units_are_checked_in_seconds() -> None:
    units, seats = 500_000, 500
    rng = np.random.default_rng(1)
    problem = make_territory_problem(
        units,
        seats,
        tolerance=9.0,
        cost=DistanceCosts(
            unit_km=rng.uniform(0, 900, (units, 2)),
            seat_km=rng.uniform(0, 900, (seats, 2)),
            eur_per_km=rng.uniform(1, 9, units),
            kind=np.zeros(units, dtype=np.int64),
            serves=np.ones((1, seats), dtype=bool),
        ),
        current_seat=rng.integers(-1, seats, units),
        limits=SeatLimits(most_given=np.full(seats, 10.0)),
    )
    seat = problem.current_seat.copy()
    seat[seat < 0] = 0
    problem = replace(problem, group=np.where(np.arange(units) % 3, seat, -1))
    plan = replace(make_plan(problem, [0]), seat=seat)
    begun = process_time()
    assert verify_territories(problem, plan) == ()
    seat[7] = (seat[7] + 1) % seats
    assert [v.rule for v in verify_territories(problem, plan)] == ["group"]
    assert process_time() - begun < 8.0
