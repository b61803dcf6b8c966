"""Exact covers by listed districts: the cheapest, or none within the budget."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.territory_connect_cover import (
    BUDGET,
    DEPTH,
    FOUND,
    advance,
    descent_of,
    listing_of,
)
from optimizer.territory_words import apart, holds, words_of


def drawn(seed: int, items: int, many: int) -> tuple[np.ndarray, np.ndarray]:
    """Return districts, some of which are parts of whole plans of three, and their excess."""
    rng = np.random.default_rng(seed)
    plans = rng.integers(0, 3, (many // 6, items))
    parts = np.concatenate([plans == number for number in range(3)])
    members = np.concatenate([parts, rng.random((many // 2, items)) < 0.3])
    members = np.unique(members[members.any(axis=1)], axis=0)
    return members, rng.integers(0, 12, len(members)).astype(float)


def best_of_all(members: np.ndarray, excess: np.ndarray, districts: int) -> float:
    """Return the least excess of `districts` that hold every item once, inf without any."""
    least = np.inf
    for chosen in itertools.combinations(range(len(members)), districts):
        if (members[list(chosen)].sum(axis=0) == 1).all():
            least = min(least, float(excess[list(chosen)].sum()))
    return least


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), districts=st.integers(1, 4), slack=st.sampled_from([0.0, 9.0]))
def test_the_cover_is_the_cheapest_of_all(seed, districts, slack):
    members, excess = drawn(seed, 7, 24)
    best = best_of_all(members, excess, districts)
    budget = best + slack + 0.5 if np.isfinite(best) else np.inf
    descent = descent_of(listing_of(members, excess, excess), districts, budget, 10_000)
    assert advance(listing_of(members, excess, excess), descent, 10**9)
    assert bool(descent.mark[FOUND]) is bool(np.isfinite(best))
    if np.isfinite(best):
        assert descent.tally[BUDGET] == pytest.approx(best)
        assert excess[descent.best].sum() == pytest.approx(best)
        assert (members[descent.best].sum(axis=0) == 1).all()


@pytest.mark.parametrize(("beyond", "found"), [(-0.5, False), (0.0, False), (0.5, True)])
def test_a_cover_must_stay_below_the_budget(beyond, found):
    members = np.array([[True, True, False], [False, False, True]])
    excess = np.array([3.0, 4.0])
    listing = listing_of(members, excess, excess)
    descent = descent_of(listing, 2, 7.0 + beyond, 100)
    assert advance(listing, descent, 10**6)
    assert bool(descent.mark[FOUND]) is found


def test_the_cover_of_less_eur_is_kept_though_another_exceeds_the_bound_by_less():
    members = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]], dtype=bool)
    excess, over = np.array([1.0, 1.0, 2.0, 2.0]), np.array([5.0, 4.0, 3.0, 2.0])
    listing = listing_of(members, excess, over)
    descent = descent_of(listing, 2, 100.0, 100)
    assert advance(listing, descent, 10**6)
    assert sorted(descent.best.tolist()) == [2, 3]
    assert descent.tally[BUDGET] == pytest.approx(5.0)


def test_a_search_cut_in_pieces_ends_like_one_in_a_go():
    members, excess = drawn(5, 9, 60)
    listing, answers = listing_of(members, excess, excess), []
    for work in (1, 10**9):
        descent = descent_of(listing, 3, np.inf, 10_000)
        while not advance(listing, descent, work):
            assert descent.mark[DEPTH] >= 0
        answers.append((descent.tally[BUDGET], descent.best.tolist()))
    assert answers[0] == answers[1]
    assert np.isfinite(answers[0][0])


def test_without_room_for_its_lists_a_search_is_not_complete():
    members = np.eye(4, dtype=bool)
    listing = listing_of(members, np.zeros(4), np.zeros(4))
    for room, whole in ((4, False), (9, False), (10, True)):
        assert advance(listing, descent_of(listing, 4, np.inf, room), 10**6) is whole


def test_nothing_covers_where_nothing_is_listed():
    listing = listing_of(np.zeros((0, 3), dtype=bool), np.zeros(0), np.zeros(0))
    descent = descent_of(listing, 2, np.inf, 10)
    assert advance(listing, descent, 10**6)
    assert not descent.mark[FOUND]


@pytest.mark.parametrize("items", [1, 63, 64, 65, 130])
def test_words_hold_the_items_of_their_sets(items):
    members = np.random.default_rng(items).random((5, items)) < 0.5
    words = words_of(members)
    for row, one in zip(members, words, strict=True):
        assert [bool(holds(one, item)) for item in range(items)] == row.tolist()
    for first, second in itertools.combinations(range(5), 2):
        shared = (members[first] & members[second]).any()
        assert bool(apart(words[first], words[second])) is not bool(shared)
