"""Cells that share a border are neighbours, cells that share a corner are not."""

from __future__ import annotations

import doctest
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import adjacency
from geodata.adjacency import components, neighbours
from geodata.areas import country_outline, pick_crs, read_polygons
from geodata.cells import voronoi_cells

FR_GEO = Path(__file__).parents[2].parent / "shared" / "data" / "fr_geo"
METRIC = "EPSG:2154"
KM = 1000.0

# 6 7 8
# 3 4 5
# 0 1 2
ROOK_3X3 = [
    [0, 1], [0, 3], [1, 2], [1, 4], [2, 5], [3, 4],
    [3, 6], [4, 5], [4, 7], [5, 8], [6, 7], [7, 8],
]  # fmt: skip


def _cells(*polygons: shapely.Polygon, crs: str = METRIC) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(polygons), crs=crs)


def _grid(crs: str, size: float) -> gpd.GeoDataFrame:
    boxes = [
        shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size)
        for y in range(3)
        for x in range(3)
    ]
    return _cells(*boxes, crs=crs)


@pytest.mark.parametrize(("crs", "size"), [(METRIC, KM), ("EPSG:4326", 0.1)])
def test_a_grid_of_nine_has_twelve_borders(crs, size):
    assert neighbours(_grid(crs, size)).tolist() == ROOK_3X3


def test_voronoi_cells_of_a_lattice_touch_in_corners_without_being_neighbours():
    land = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 3, 3)], crs="EPSG:4326")
    lat, lon = (0.5 + axis.ravel() for axis in np.meshgrid(np.arange(3), np.arange(3)))
    # Laid out on the equator the lattice is almost, but not exactly, on common circles.
    cells = voronoi_cells(lon, lat, land, "EPSG:3857")
    assert len(neighbours(cells)) in {12, 13, 14, 15, 16}
    flat = voronoi_cells(lon, lat, land, "+proj=eqc +lat_ts=0 +datum=WGS84 +units=m")
    assert neighbours(flat).tolist() == ROOK_3X3


@pytest.mark.parametrize(
    ("gap_m", "pairs"), [(0.0, [[0, 1]]), (0.49, [[0, 1]]), (0.51, []), (-0.3, [[0, 1]])]
)
def test_borders_up_to_the_tolerance_apart_are_one_border(gap_m, pairs):
    left, right = shapely.box(0, 0, KM, KM), shapely.box(KM + gap_m, 0, 2 * KM, KM)
    assert neighbours(_cells(left, right)).tolist() == pairs


def test_a_larger_tolerance_serves_polygons_simplified_one_by_one():
    wavy = [(KM + 30 * (-1) ** step, 100.0 * step) for step in range(11)]
    left = shapely.Polygon([(0, 0), *wavy, (0, KM)])
    right = shapely.box(KM + 31, 0, 2 * KM, KM)
    assert neighbours(_cells(left, right)).tolist() == []
    assert neighbours(_cells(left, right), tolerance_m=70.0).tolist() == [[0, 1]]


def test_a_vertex_that_the_other_side_lacks_does_no_harm():
    left, right = shapely.box(0, 0, KM, KM), shapely.box(KM, 0, 2 * KM, KM)
    assert neighbours(_cells(left, shapely.segmentize(right, 130.0))).tolist() == [[0, 1]]


def test_half_a_side_is_a_border_and_a_corner_is_none():
    base = shapely.box(0, 0, KM, KM)
    beside, corner = shapely.box(KM, KM / 2, 2 * KM, 1.5 * KM), shapely.box(-KM, -KM, 0, 0)
    assert neighbours(_cells(base, beside, corner)).tolist() == [[0, 1]]


def test_a_cell_inside_the_hole_of_another_is_its_neighbour():
    inner = shapely.box(1, 1, 2, 2)
    scaled = [shapely.box(0, 0, 3, 3).difference(inner), inner]
    assert neighbours(
        _cells(*(shapely.transform(p, lambda xy: xy * KM) for p in scaled))
    ).tolist() == [[0, 1]]


@pytest.mark.parametrize(("border_m", "pairs"), [(0.4, []), (0.6, [[0, 1]]), (2.0, [[0, 1]])])
def test_a_border_drawn_alike_counts_when_it_is_longer_than_the_tolerance(border_m, pairs):
    # The squares meet in a short border at the corner (KM, KM), with the same two vertices.
    low, high = (KM, KM - border_m), (KM, KM)
    left = shapely.Polygon([(0, 0), (KM, 0), low, high, (0, KM)])
    right = shapely.Polygon([low, (2 * KM, KM - border_m), (2 * KM, 2 * KM), (KM, 2 * KM), high])
    assert neighbours(_cells(left, right)).tolist() == pairs


def test_a_cell_of_two_parts_side_by_side_is_not_its_own_neighbour():
    sides = shapely.MultiPolygon([shapely.box(0, 0, KM, KM), shapely.box(KM, 0, 2 * KM, KM)])
    assert neighbours(_cells(sides)).tolist() == []


def test_parts_of_one_cell_are_not_their_own_neighbours():
    two = shapely.MultiPolygon([shapely.box(0, 0, KM, KM), shapely.box(KM, KM, 2 * KM, 2 * KM)])
    assert neighbours(_cells(two)).tolist() == []


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_cells_have_no_neighbours(count):
    assert neighbours(_grid(METRIC, KM).iloc[:count]).shape == (0, 2)


def test_renumbering_the_cells_renumbers_the_pairs():
    belgium = country_outline("BEL")
    rng = np.random.default_rng(10)
    lat, lon = rng.uniform(49.6, 51.4, 200), rng.uniform(2.6, 6.3, 200)
    cells = voronoi_cells(lat, lon, belgium, pick_crs(belgium))
    order = rng.permutation(200)
    shuffled = neighbours(cells.iloc[order].reset_index(drop=True))
    back = np.sort(order[shuffled], axis=1)
    np.testing.assert_array_equal(np.unique(back, axis=0), neighbours(cells))


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=14))
@settings(max_examples=150, deadline=None)
def test_components_are_what_a_walk_reaches(n, pairs):
    edges = [pair for pair in pairs if max(pair) < n]
    reached = [{start} for start in range(n)]
    for _ in range(n):
        for a, b in edges:
            both = reached[a] | reached[b]
            for cell in both:
                reached[cell] = reached[cell] | both
    firsts = sorted({min(cells) for cells in reached})
    expected = [firsts.index(min(cells)) for cells in reached]
    assert components(n, np.array(edges, dtype=np.int64).reshape(-1, 2)).tolist() == expected


def test_a_long_chain_is_one_component():
    order = np.random.default_rng(11).permutation(5000)
    chain = np.column_stack([order[:-1], order[1:]])
    assert not components(5000, chain).any()
    assert components(0, np.empty((0, 2), dtype=np.int64)).tolist() == []


def test_the_examples_of_the_docstrings_hold():
    assert doctest.testmod(adjacency).failed == 0


@pytest.mark.shared
@pytest.mark.skipif(not FR_GEO.is_dir(), reason="the French boundaries are not here")
@pytest.mark.parametrize(
    ("layer", "pairs", "parts"), [("departements", 238, 7), ("arrondissements", 874, None)]
)
def test_french_units_have_the_neighbours_published_with_them(layer, pairs, parts):
    units = read_polygons(FR_GEO / f"{layer}.geojson", "code")
    published = pd.read_csv(FR_GEO / f"adjacence_{layer}.csv", dtype=str)
    found = neighbours(units)
    codes = units["code"].to_numpy(dtype=object)
    expected = {frozenset(pair) for pair in published[["code_a", "code_b"]].to_numpy()}
    assert len(found) == len(expected) == pairs
    assert {frozenset(pair) for pair in codes[found]} == expected
    # The mainland, Corsica and five overseas departments.
    assert parts is None or components(len(units), found).max() + 1 == parts
