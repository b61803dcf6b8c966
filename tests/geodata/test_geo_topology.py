"""Polygons come back from their arcs, whichever way the arcs run."""

from __future__ import annotations

import gzip
import json

import pytest
import shapely

from geodata.topology import cut_at_180, read_topology


def _read(tmp_path, arcs, geometries, scale=(1.0, 1.0), translate=(0.0, 0.0)):
    document = {
        "type": "Topology",
        "transform": {"scale": scale, "translate": translate},
        "arcs": arcs,
        "objects": {"countries": {"type": "GeometryCollection", "geometries": geometries}},
    }
    (tmp_path / "t.json.gz").write_bytes(gzip.compress(json.dumps(document).encode()))
    return read_topology(tmp_path / "t.json.gz", "countries")


# Two squares side by side; arc 0 is the border they share, going north with a bulge to the east.
#   +---+---+
#   |    \  |
#   |    /  |
#   +---+---+
SQUARES = [
    [[2, 0], [1, 1], [-1, 1]],
    [[2, 2], [-2, 0], [0, -2], [2, 0]],
    [[2, 0], [2, 0], [0, 2], [-2, 0]],
]


def test_neighbours_share_an_arc_forwards_and_backwards(tmp_path):
    left = {"type": "Polygon", "arcs": [[0, 1]]}
    right = {"type": "MultiPolygon", "arcs": [[[2, ~0]]]}
    topology = _read(tmp_path, SQUARES, [left, right])
    (west,), (east,) = topology.polygons(left), topology.polygons(right)
    assert west.equals(shapely.Polygon([(0, 0), (2, 0), (3, 1), (2, 2), (0, 2)]))
    assert east.equals(shapely.Polygon([(2, 0), (4, 0), (4, 2), (2, 2), (3, 1)]))
    assert shapely.coverage_is_valid([west, east])
    assert [len(polygon.exterior.coords) for polygon in (west, east)] == [6, 6]


def test_numbers_are_scaled_and_shifted_to_degrees(tmp_path):
    left = {"type": "Polygon", "arcs": [[0, 1]]}
    topology = _read(tmp_path, SQUARES, [left], scale=(0.5, 2.0), translate=(10.0, -5.0))
    assert topology.polygons(left)[0].bounds == (10.0, -5.0, 11.5, -1.0)


def test_holes_stay_and_collapsed_rings_go(tmp_path):
    arcs = [
        [[0, 0], [9, 0], [0, 9], [-9, 0], [0, -9]],
        [[3, 3], [0, 3], [3, 0], [0, -3], [-3, 0]],
        [[1, 1], [0, 1], [0, -1]],
    ]
    lake = {"type": "MultiPolygon", "arcs": [[[0], [1], [2]], [[2]]]}
    (polygon,) = _read(tmp_path, arcs, [lake]).polygons(lake)
    assert polygon.area == 81 - 9
    assert len(polygon.interiors) == 1


def test_a_lake_beyond_the_180th_meridian_is_cut_out_of_its_own_side():
    land = shapely.Polygon(
        [(170, 0), (-170, 0), (-170, 9), (170, 9)], [[(-178, 3), (-175, 3), (-175, 6), (-178, 6)]]
    )
    pieces = cut_at_180(land)
    assert sorted(piece.area for piece in pieces) == pytest.approx([81, 90])
    assert not any(piece.contains(shapely.Point(-176, 4)) for piece in pieces)


@pytest.mark.parametrize("start", [179, -179])
def test_a_ring_across_the_180th_meridian_is_cut_in_two(tmp_path, start):
    # From 179 E to 179 W, wherever the drawing begins.
    ring = [(179, 0), (-179, 0), (-179, 1), (179, 1), (179, 0)]
    ring = ring if start == 179 else [*ring[1:], ring[1]]
    steps = [ring[0], *((x - u, y - v) for (x, y), (u, v) in zip(ring[1:], ring, strict=False))]
    drawn = {"type": "Polygon", "arcs": [[0]]}
    pieces = _read(tmp_path, [steps], [drawn]).polygons(drawn)
    halves = [shapely.box(-180, 0, -179, 1), shapely.box(179, 0, 180, 1)]
    assert len(pieces) == 2
    assert shapely.union_all(pieces).equals(shapely.union_all(halves))
