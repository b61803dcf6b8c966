"""Empty cells join the held cell nearest by way of neighbours, and only amid held ones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.adjacency import components, neighbours
from geodata.empty_cells import cell_at, joined_to_held

KM = 1000.0


def row_of(*widths_km, gaps=()):
    """Squares side by side; after the cells in `gaps` lies a kilometre of water."""
    boxes, left = [], 0.0
    for number, width in enumerate(widths_km):
        boxes.append(shapely.box(left * KM, 0, (left + width) * KM, KM))
        left += width + (number in gaps)
    return gpd.GeoDataFrame(geometry=boxes, crs="EPSG:2154")


def grid(size):
    boxes = [shapely.box(x, y, x + 1, y + 1) for y in range(size) for x in range(size)]
    scaled = [shapely.transform(box, lambda xy: xy * KM) for box in boxes]
    return gpd.GeoDataFrame(geometry=scaled, crs="EPSG:2154")


def joins(cells, held):
    return joined_to_held(cells, [number in held for number in range(len(cells))])[0].tolist()


def pairs(cells, held):
    return joined_to_held(cells, [number in held for number in range(len(cells))])[1].tolist()


def test_an_empty_cell_joins_the_nearer_of_two():
    assert joins(row_of(1, 1, 3), {0, 2}) == [0, 0, 2]
    assert joins(row_of(3, 1, 1), {0, 2}) == [0, 2, 2]


def test_what_empty_cells_part_is_joined_through_them():
    assert pairs(row_of(1, 1, 1, 1), {0, 3}) == [[0, 3]]
    assert pairs(row_of(1, 1, 1, 1), {0, 1, 3}) == [[0, 1], [1, 3]]


def test_water_joins_nothing():
    cells = row_of(1, 1, 1, 1, gaps={1})
    assert joins(cells, {0, 3}) == [0, 0, 3, 3]
    assert pairs(cells, {0, 3}) == []
    assert joins(row_of(1, 1, 1, gaps={0, 1}), {0, 2}) == [0, -1, 2]


@pytest.mark.parametrize(("held", "joined"), [({0, 2}, 0), ({0}, -1)])
def test_an_empty_cell_joins_only_amid_held_ones(held, joined):
    # The second cell lies between the first and the third, or beyond the only one.
    assert joins(row_of(1, 1, 2), held)[1] == joined


def test_an_exclave_amid_held_ones_brings_its_cell_with_it():
    # The third cell lies beyond the second, but has a piece in the midst of the first.
    first, second, third = row_of(2, 1, 1).geometry
    piece = shapely.box(500, 300, 900, 700)
    shapes = [shapely.difference(first, piece), second, shapely.union(third, piece)]
    cells = gpd.GeoDataFrame(geometry=shapes, crs="EPSG:2154")
    assert joins(row_of(2, 1, 1), {0, 1}) == [0, 1, -1]
    assert joins(cells, {0, 1})[2] >= 0


def test_an_empty_cell_on_the_edge_of_the_hull_joins():
    # Corners of a 3 x 3 grid span it all; without one of them the corner itself stays out.
    assert min(joins(grid(3), {0, 2, 6, 8})) >= 0
    assert joins(grid(3), {0, 2, 6})[8] == -1


@pytest.mark.parametrize("held", [set(), {0, 1, 2}])
def test_with_all_or_nothing_held_nothing_joins_another(held):
    expected = [number if held else -1 for number in range(3)]
    assert joins(row_of(1, 1, 1), held) == expected


def test_no_cells_join_nothing():
    found, edges = joined_to_held(row_of(), [])
    assert (len(found), edges.shape) == (0, (0, 2))


@settings(max_examples=15, deadline=None)
@given(st.sets(st.integers(0, 24), min_size=1))
def test_what_joins_a_cell_hangs_together_with_it(held):
    cells = grid(5)
    found = np.array(joins(cells, held))
    assert [found[cell] for cell in sorted(held)] == sorted(held)
    edges = neighbours(cells)
    inside = edges[(found[edges[:, 0]] == found[edges[:, 1]]) & (found[edges[:, 0]] >= 0)]
    part = components(25, inside)
    assert all(part[cell] == part[home] for cell, home in enumerate(found) if home >= 0)


@pytest.mark.parametrize(
    ("lon", "cell"),
    [(2.5, 0), (3.0, 0), (3.01, 1), (9.0, 1), (np.nan, -1)],
    ids=["inside", "on the border", "beyond it", "outside all", "nowhere"],
)
def test_a_place_is_in_the_cell_nearest_to_it(lon, cell):
    boxes = [shapely.box(2, 48, 3, 49), shapely.box(3, 48, 4, 49)]
    cells = gpd.GeoDataFrame(geometry=boxes, crs="EPSG:4326")
    assert cell_at(cells, [48.5], [lon]).tolist() == [cell]
    assert cell_at(cells.iloc[:0], [48.5], [lon]).tolist() == [-1]
