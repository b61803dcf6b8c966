"""Neighbours on land are the pairs whose drawn cells share a border."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.adjacency import components, neighbours
from geodata.areas import country_outline, mainland, pick_crs
from geodata.cells import distinct_places, voronoi_cells
from geodata.graphs import units_by_land
from geodata.land_borders import land_border_edges

UTM = "EPSG:32631"
SQUARE = shapely.box(2.0, 47.0, 3.0, 48.0)


def _land(*parts):
    return gpd.GeoDataFrame(geometry=list(parts), crs="EPSG:4326")


def _drawn(lat, lon, outline, crs):
    pairs = neighbours(voronoi_cells(lat, lon, outline, crs))
    return np.unique(np.sort(pairs, axis=1), axis=0).tolist()


@given(seed=st.integers(0, 10_000), count=st.integers(2, 25))
@settings(max_examples=8)
def test_pairs_are_those_of_the_cells_drawn_on_a_bay_and_an_island(seed, count):
    bay = SQUARE.difference(shapely.box(2.4, 47.4, 3.0, 47.5))
    outline = _land(bay, shapely.box(3.2, 47.2, 3.4, 47.4))
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(46.9, 48.1, count), rng.uniform(1.9, 3.5, count)
    found = land_border_edges(lat, lon, outline, UTM)
    assert found.tolist() == _drawn(lat, lon, outline, UTM)


def test_pairs_are_those_of_the_cells_drawn_in_a_real_country():
    rng = np.random.default_rng(1)
    place = np.column_stack([rng.uniform(42.5, 50.5, 150), rng.uniform(-3.0, 7.0, 150)])
    outline = mainland(country_outline("FRA"), place)
    crs = pick_crs(outline)
    found = land_border_edges(*place.T, outline, crs)
    assert found.tolist() == _drawn(*place.T, outline, crs)


@pytest.mark.parametrize(("width", "joined"), [(0.01, True), (0.0, False)])
def test_land_joins_what_water_parts(width, joined):
    strip = shapely.box(2.45, 47.5 - width, 2.55, 47.5 + width)
    outline = _land(shapely.box(2.0, 47.0, 2.45, 48.0), strip, shapely.box(2.55, 47.0, 3.0, 48.0))
    edges = land_border_edges([47.5, 47.5], [2.2, 2.8], outline, UTM)
    assert edges.tolist() == ([[0, 1]] if joined else [])


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_one_place_have_no_neighbours(count):
    edges = land_border_edges([47.5] * count, [2.5] * count, _land(SQUARE), UTM)
    assert edges.shape == (0, 2)


def test_units_of_one_place_are_neighbours_and_one_without_a_place_has_none():
    lat, lon = [47.5, 47.5, np.nan, 47.6], [2.2, 2.2, np.nan, 2.8]
    assert units_by_land(lat, lon, _land(SQUARE), UTM).tolist() == [[0, 1], [0, 3], [1, 3]]


def test_the_graph_of_the_mainland_hangs_together():
    lat, lon = np.random.default_rng(3).uniform([47, 2], [48, 3], (80, 2)).T
    _, place = distinct_places(lat, lon)
    edges = land_border_edges(lat, lon, _land(SQUARE), UTM)
    assert components(int(place.max()) + 1, edges).max() == 0
