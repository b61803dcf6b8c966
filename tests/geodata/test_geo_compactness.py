"""Known figures have known measures; stray points are counted as one would by hand."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import compactness
from geodata.adjacency import components
from geodata.compactness import (
    concave_hulls,
    holes,
    in_foreign_hull,
    km_to_middle,
    pieces,
    polsby_popper,
    reock,
)
from geodata.gabriel import gabriel_edges
from geodata.points import great_circle_km

LINE = [[0, 1], [1, 2], [2, 3], [3, 4]]
SQUARE = shapely.box(0, 0, 2, 2)
DISC = shapely.Point(0, 0).buffer(1, quad_segs=256)


def _array(*polygons):
    return np.array(polygons, dtype=object)


def test_examples_of_the_module():
    assert doctest.testmod(compactness).failed == 0


def test_polsby_popper_of_a_disc_a_square_two_pieces_and_a_hole():
    two = shapely.MultiPolygon([SQUARE, shapely.box(5, 0, 7, 2)])
    hole = shapely.box(0, 0, 4, 4).difference(shapely.box(1, 1, 3, 3))
    measured = polsby_popper(_array(DISC, SQUARE, two, hole, shapely.Polygon()))
    # area / perimeter: 4/8, 8/16, and with the hole 12/(16 + 8).
    known = [1.0, 4 * np.pi * 4 / 64, 4 * np.pi * 8 / 256, 4 * np.pi * 12 / 576]
    assert measured[:4] == pytest.approx(known, rel=1e-4)
    assert np.isnan(measured[4])


def test_reock_of_a_disc_a_square_and_two_pieces():
    two = shapely.MultiPolygon([SQUARE, shapely.box(4, 0, 6, 2)])
    measured = reock(_array(DISC, SQUARE, two, shapely.Polygon()))
    known = [1.0, 4 / (np.pi * 2), 8 / (np.pi * 10)]
    assert measured[:3] == pytest.approx(known, rel=1e-4)
    assert np.isnan(measured[3])


@pytest.mark.parametrize(
    ("territory", "known"),
    [
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),  # in one piece
        ([0, 0, 1, 0, 1], [0, 0, 0, 1, 1]),  # the first of equal pieces is the main one
        ([0, 1, 0, 0, 1], [1, 0, 0, 0, 1]),  # the larger is, wherever it lies
        ([-1, 0, -1, 0, 0], [-1, 1, -1, 0, 0]),  # nobody's points part a territory
    ],
)
def test_pieces_along_a_line(territory, known):
    assert pieces(territory, [0, 1, 2, 3, 4], LINE).tolist() == known


def test_points_at_one_place_hang_together_and_share_its_neighbours():
    # Places 0-1-2; two territories meet at place 1, so both hang together through it.
    assert pieces([0, 1, 0, 0, 1], [0, 1, 1, 2, 2], [[0, 1], [1, 2]]).tolist() == [0] * 5


def test_points_without_a_place_have_no_piece():
    assert pieces([0, 0, 0], [0, -1, 0], np.empty((0, 2))).tolist() == [0, -1, 0]
    assert pieces([], [], []).tolist() == []


def _pieces_by_walking(territory, place, edges):
    """Walk from point to point; slow and obviously right."""
    beside = {(a, b) for a, b in edges} | {(b, a) for a, b in edges}
    found = []
    left = set(range(len(territory)))
    while left:
        todo, piece = [min(left)], set()
        while todo:
            one = todo.pop()
            piece.add(one)
            todo += [
                other
                for other in left - piece
                if territory[other] == territory[one]
                and (place[one] == place[other] or (place[one], place[other]) in beside)
            ]
        left -= piece
        found.append(piece)
    return found


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_pieces_are_those_of_a_walk(data):
    n = data.draw(st.integers(1, 12))
    numbers = st.integers(0, 5)
    place = data.draw(st.lists(numbers, min_size=n, max_size=n))
    territory = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    edges = data.draw(st.lists(st.tuples(numbers, numbers), max_size=8))
    walked = _pieces_by_walking(territory, place, edges)
    numbered = pieces(territory, place, np.array(edges, dtype=np.int64).reshape(-1, 2))
    island = components(6, np.array(edges, dtype=np.int64).reshape(-1, 2))[place]
    key = [(t, i if p == 0 else -1, p) for t, i, p in zip(territory, island, numbered, strict=True)]
    together = {frozenset(q for q in range(n) if key[q] == key[p]) for p in range(n)}
    assert together == {frozenset(piece) for piece in walked}
    for mine in set(territory):
        sizes = np.bincount(numbered[np.array(territory) == mine])
        assert (np.diff(sizes[1:]) <= 0).all()
        _no_stray_piece_is_larger_than_the_main_one(mine, walked, territory, island, numbered)


def _no_stray_piece_is_larger_than_the_main_one(mine, walked, territory, island, numbered):
    for each in np.unique(island):
        held = [p for p in walked if territory[min(p)] == mine and island[min(p)] == each]
        main = [piece for piece in held if numbered[min(piece)] == 0]
        assert len(main) == (1 if held else 0)
        assert not held or len(main[0]) == max(map(len, held))


@pytest.mark.parametrize(("edges", "known"), [([[0, 1], [2, 3]], 0), ([[0, 1], [1, 2], [2, 3]], 1)])
def test_a_piece_on_an_island_of_its_own_is_no_stray_one_across_others_land_is(edges, known):
    assert pieces([0, 1, 1, 0], [0, 1, 2, 3], edges).tolist() == [0, 0, 0, known]


def test_a_point_counts_in_the_hull_of_others_only_strictly_inside():
    corners = [[0, 0], [4, 0], [4, 4], [0, 4]]
    guests = [[2, 2], [4, 2], [5, 5], [2, 1], [np.nan, 0]]
    foreign = in_foreign_hull(corners + guests, [0, 0, 0, 0, 1, 1, 1, 0, 1])
    # (2, 2) is inside; (4, 2) on the edge; (5, 5) outside; (2, 1) is the square's own.
    assert foreign.tolist() == [False] * 4 + [True, False, False, False, False]


def test_hulls_without_area_hold_nothing():
    assert not in_foreign_hull([[0, 0], [2, 0], [1, 0], [1, 1]], [0, 0, 1, 2]).any()


def test_territories_side_by_side_do_not_reach_into_each_other():
    rng = np.random.default_rng(3)
    xy = rng.uniform(0, 10, (200, 2))
    side = (xy[:, 0] > 5).astype(int)
    assert not in_foreign_hull(xy, side).any()
    assert in_foreign_hull(xy, rng.integers(0, 2, 200)).mean() > 0.8


def test_the_middle_is_half_way_between_two_points():
    km = km_to_middle([48.0, 50.0, 10.0, np.nan, 1.0], [2.0, 2.0, 7.0, 2.0, 2.0], [0, 0, 1, 0, -1])
    half = float(great_circle_km(48.0, 2.0, 49.0, 2.0))
    assert km[:3] == pytest.approx([half, half, 0.0], abs=1e-6)
    assert np.isnan(km[3:]).all()


def test_the_middle_of_points_across_the_180th_meridian_lies_between_them():
    km = km_to_middle([-17.0, -17.0], [179.0, -179.0], [0, 0])
    assert km == pytest.approx([106.3, 106.3], rel=1e-2)


def test_a_concave_hull_follows_its_points_and_a_line_has_none():
    # An L of points: the convex hull would fill the corner that the L leaves open.
    arm = [[x, y] for x in range(11) for y in range(11) if x < 3 or y < 3]
    hulls = concave_hulls([*arm, [50, 0], [51, 0], [52, 0]], [0] * len(arm) + [2] * 3)
    convex = shapely.convex_hull(shapely.multipoints(np.array(arm, dtype=float)))
    assert 36 - 1e-9 <= hulls[0].area < convex.area
    assert [hull.is_empty for hull in hulls] == [False, True, True]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 25))
def test_gabriel_edges_are_those_with_nothing_in_their_disc(seed, n):
    xy = np.random.default_rng(seed).uniform(0, 100, (n, 2))
    by_hand = [
        [a, b]
        for a in range(n)
        for b in range(a + 1, n)
        if all(
            np.hypot(*(xy[c] - (xy[a] + xy[b]) / 2)) >= np.hypot(*(xy[a] - xy[b])) / 2
            for c in range(n)
            if c not in (a, b)
        )
    ]
    edges = gabriel_edges(xy)
    assert edges.tolist() == by_hand
    assert len(set(components(n, edges).tolist())) == min(n, 1)


def test_places_along_a_line_are_joined_to_the_next():
    assert gabriel_edges([[3, 3], [1, 1], [2, 2]]).tolist() == [[0, 2], [1, 2]]
    assert gabriel_edges([[0, 0], [5, 5]]).tolist() == [[0, 1]]
    assert gabriel_edges([[0, 0]]).tolist() == []


@pytest.mark.parametrize(("side_m", "count"), [(999.0, 0), (1000.0, 0), (1001.0, 1)])
def test_a_hole_is_more_than_a_square_kilometre(side_m, count):
    hole = shapely.box(100, 100, 100 + side_m, 100 + side_m)
    square = shapely.box(0, 0, 5000, 5000)
    shapes = [square, shapely.difference(square, hole), shapely.MultiPolygon()]
    assert holes(np.array(shapes, dtype=object)).tolist() == [0, count, 0]


def test_holes_of_all_parts_of_a_territory_count():
    ring = shapely.difference(shapely.box(0, 0, 9000, 9000), shapely.box(3000, 3000, 6000, 6000))
    far = shapely.transform(ring, lambda xy: xy + 20_000)
    assert holes(np.array([shapely.union(ring, far), ring], dtype=object)).tolist() == [2, 1]
    assert holes(np.array([], dtype=object)).tolist() == []
