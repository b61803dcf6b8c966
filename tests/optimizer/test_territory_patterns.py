"""The bound of whole sets of items: exact for one seat, never above the true optimum."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_builders import FEATURES, make_random_problem, make_territory_problem
from territory_oracle import brute_force
from test_territory_kernel import make_items

from optimizer.mathopt import Limits
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_bound import relax
from optimizer.territory_items import aggregate
from optimizer.territory_pairs import Items
from optimizer.territory_pattern_kernels import TRIES, WIDER, Offers, Windows, cheapest_sets
from optimizer.territory_pattern_ways import no_ways
from optimizer.territory_patterns import PatternBound
from optimizer.territory_problem import Ints
from optimizer.territory_prover import Prover
from optimizer.territory_round import mend_limits, rounded
from optimizer.territory_set_search import search_sets


def _cheapest(net, size, lower, upper, price, miss, reach=1.0):
    """Return what the compiled search says for one seat, and its items."""
    offers = Offers(np.array([0, len(net)]), np.arange(len(net)), size)
    windows = Windows(lower[None], upper[None], price[None], miss)
    cover = np.zeros(len(net), dtype=np.int64)
    halves = no_ways(size.shape[1]), no_ways(size.shape[1])
    eur = cheapest_sets(net, offers, windows, np.full(1, reach), cover, halves)
    return float(eur[0]), cover


def _by_enumeration(net, size, lower, upper, miss):
    """Return the least EUR of all sets, and the sets that cost it."""
    found = []
    for taken in product((0, 1), repeat=len(net)):
        load = np.array(taken) @ size
        off = np.maximum(np.maximum(lower - load, load - upper), 0.0)
        missed = sum(o * m for o, m in zip(off, miss, strict=True) if o > 1e-7)
        found.append((float(np.array(taken) @ net + missed), np.array(taken)))
    least = min(eur for eur, _ in found)
    return least, [taken for eur, taken in found if eur <= least + 1e-9]


@st.composite
def seats(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    items, rows = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    size = rng.integers(1, 9, (items, rows)).astype(float)
    middle = rng.integers(0, 2, items) @ size
    lower, upper = middle - rng.integers(1, 4, rows), middle + rng.integers(1, 4, rows)
    miss = np.where(rng.random(rows) < 0.5, np.inf, rng.integers(5, 20, rows))
    price = rng.integers(-4, 5, rows).astype(float)
    return rng.integers(-9, 10, items).astype(float), size, lower, upper, price, miss


@settings(max_examples=150, deadline=None)
@given(seats())
def test_a_seat_takes_its_cheapest_set_whatever_the_prices_that_guide_the_search(seat):
    net, size, lower, upper, _price, miss = seat
    eur, cover = _cheapest(*seat, reach=50.0)
    truth, best = _by_enumeration(net, size, lower, upper, miss)
    assert eur == pytest.approx(truth, abs=1e-4)
    assert any((cover == each).all() for each in best)


@settings(max_examples=60, deadline=None)
@given(seats())
def test_a_search_that_ends_early_proves_less_never_too_much(seat):
    net, size, lower, upper, _price, miss = seat
    truth, _ = _by_enumeration(net, size, lower, upper, miss)
    eur, _ = _cheapest(*seat, reach=1e-3)
    assert eur <= truth + 1e-9


@settings(max_examples=60, deadline=None)
@given(seats())
def test_a_search_that_ends_just_below_the_cheapest_set_proves_no_more_than_it_searched(seat):
    net, size, lower, upper, price, miss = seat
    truth, _ = _by_enumeration(net, size, lower, upper, miss)
    edge = np.where(price > 0, lower, np.where(price < 0, upper, 0.0))
    above = truth - float(np.minimum(net - size @ price, 0.0).sum() + price @ edge)
    last = 0.99 * above
    eur, _ = _cheapest(*seat, reach=max(last, 1e-6) / WIDER ** (TRIES - 1))
    assert eur <= truth + 1e-9


FIXED = tuple(sorted(set(FEATURES) - {"required", "preferred", "vacant"}))


def _never() -> bool:
    return False


def _begun(problem) -> tuple[float, PatternBound | None]:
    """Return the bound of the relaxation and the pattern bound begun on a rounded plan."""
    items, _ = aggregate(problem)
    relaxation = relax(items, lambda: 30.0, _never)
    pair = rounded(items, relaxation)
    pair = mend_limits(items, relaxation, pair, lambda: Limits(seconds=30.0, nodes=50))
    return relaxation.bound, PatternBound.begin(items, relaxation, pair)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), sweeps=st.integers(1, 20))
def test_the_bound_lies_between_the_relaxation_and_the_best_plan(seed, sweeps):
    problem = make_random_problem(seed, features=None)
    if problem.vacant is not None or len(problem.edges):
        problem = make_random_problem(seed, features=FIXED[seed % 5 :: 5])
    best = brute_force(problem).eur
    relaxed, patterns = _begun(problem)
    if patterns is None or best is None:
        return
    patterns.value += abs(patterns.value)  # else the value of the plan known hides a bound too high
    patterns.climb(sweeps, _never)
    assert relaxed <= patterns.bound <= best + 1e-7 * abs(best) + 1e-6


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), sweeps=st.integers(1, 20))
def test_no_pair_of_the_best_plan_is_closed(seed, sweeps):
    problem = make_random_problem(seed, features=FIXED[seed % 5 :: 5])
    best = brute_force(problem)
    items, _ = aggregate(problem)
    _, patterns = _begun(problem)
    if patterns is None or best.eur is None:
        return
    patterns.climb(sweeps, _never)
    still = patterns.open_pairs(len(items.pairs.item), best.eur)
    seat = [s if s >= 0 else len(problem.seat_ids) for s in best.seats]
    held = {(items.of_unit[u], seat[u]) for u in range(len(seat)) if items.of_unit[u] >= 0}
    used = [(i, s) in held for i, s in zip(items.pairs.item, items.pairs.seat, strict=True)]
    assert still[np.array(used)].all()


def test_pairs_are_closed_as_the_bound_climbs():
    size = np.random.default_rng(5).lognormal(0.0, 1.0, (150, 2)).round(3)
    problem = make_territory_problem(150, 6, seed=5, tolerance=0.05, measures=size)
    items, _ = aggregate(problem)
    _, patterns = _begun(problem)
    count, value = len(items.pairs.item), patterns.value
    before = patterns.open_pairs(count, value).sum()
    patterns.climb(20, _never)
    assert 0 < patterns.open_pairs(count, value).sum() < before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whole_items_prove_more_than_the_relaxation(seed):
    size = np.random.default_rng(seed).lognormal(0.0, 1.0, (150, 2)).round(3)
    problem = make_territory_problem(150, 6, seed=seed, tolerance=0.05, measures=size)
    relaxed, patterns = _begun(problem)
    first = patterns.bound
    patterns.climb(1, _never)
    once = patterns.bound
    patterns.climb(15, _never)
    assert first == relaxed < once <= patterns.bound


def test_nothing_is_climbed_after_the_wish_to_stop():
    problem = make_territory_problem(60, 4, seed=2, tolerance=0.2)
    relaxed, patterns = _begun(problem)
    patterns.climb(10, lambda: True)
    assert patterns.bound == relaxed


def test_a_plan_that_misses_hard_windows_gives_nothing_to_begin_with():
    problem = make_territory_problem(60, 4, seed=2, tolerance=0.05)
    items, _ = aggregate(problem)
    relaxation = relax(items, lambda: 30.0, _never)
    all_to_one = items.pairs.start[:-1]
    assert items.excess(all_to_one) > 0
    assert PatternBound.begin(items, relaxation, all_to_one) is None


def test_seats_without_limits_leave_nothing_to_climb_for():
    # The lists of ways go by the loads of some row, and the relaxation is as good.
    items = make_items(units=12, seats=4, rows=0)
    start, relaxation = items.pairs.start[:-1], relax(items, lambda: 30.0, _never)
    assert PatternBound.begin(items, relaxation) is None
    assert PatternBound.begin(items, relaxation, start) is None
    found = search_sets(items, relaxation, start, regions=9, seed=1, stop=_never)
    np.testing.assert_array_equal(found, start)


def test_the_solution_says_both_bounds_and_the_better_is_the_pattern_bound():
    size = np.random.default_rng(5).lognormal(0.0, 1.0, (300, 2)).round(3)
    problem = make_territory_problem(300, 20, seed=5, tolerance=0.06, measures=size)
    solution = solve_territories(problem, Options(effort=1, gap=0.0))
    assert solution.relaxed_bound < solution.bound < solution.objective
    again = solve_territories(problem, Options(effort=1, gap=0.0))
    assert (again.bound, again.objective) == (solution.bound, solution.objective)


@dataclass
class _Found:
    """Stand for a search: its items, its plan and what is proved of it."""

    items: Items
    pair: Ints
    bound: float = 0.0

    def objective(self) -> float:
        return self.items.value(self.pair) + self.items.soft_cost(self.pair)


@pytest.mark.parametrize("keeps_windows", [True, False])
def test_the_bound_is_said_of_plans_that_keep_hard_windows_only(keeps_windows):
    problem = make_territory_problem(60, 4, seed=2, tolerance=0.2)
    items, _ = aggregate(problem)
    relaxation = relax(items, lambda: 30.0, _never)
    sound = mend_limits(items, relaxation, rounded(items, relaxation), lambda: Limits(seconds=30.0))
    patterns = PatternBound.begin(items, relaxation, sound)
    all_to_one = items.pairs.start[:-1]
    found = _Found(items, sound if keeps_windows else all_to_one)
    assert (items.excess(found.pair) == 0.0) is keeps_windows
    Prover(finish=found, options=Options(), watch=None, rounds=1, _patterns=patterns).hear()
    assert found.bound == (patterns.bound if keeps_windows else 0.0)
