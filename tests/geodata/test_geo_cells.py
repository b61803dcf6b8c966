"""Cells fill the land, never overlap, and hold what is nearest to their place."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.areas import area_km2, country_outline, dissolve, mainland, pick_crs, project, to_wgs84
from geodata.cells import (
    OFFSHORE_DISC_M,
    distinct_places,
    heaviest_label,
    voronoi_cells,
)
from geodata.points import outside_km

LAND = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 4, 3)], crs="EPSG:4326")
CRS = pick_crs(LAND)
# Tenths of a degree on and around the land: many points coincide, line up or lie on a circle.
TENTHS = st.tuples(st.integers(-2, 32), st.integers(-2, 42))


def _geometries(cells: gpd.GeoDataFrame) -> np.ndarray:
    return np.asarray(cells.geometry.array)


def _metres(lat, lon) -> np.ndarray:
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    return np.asarray(project(places, CRS).geometry.array)


@given(st.lists(TENTHS, min_size=1, max_size=25))
@settings(max_examples=60, deadline=None)
def test_cells_share_out_all_land_and_each_holds_its_place(tenths):
    lat, lon = np.array(tenths, dtype=float).T / 10
    cells = voronoi_cells(lat, lon, LAND, CRS)
    polygons, sites = _geometries(cells), _metres(lat[cells["point"]], lon[cells["point"]])
    assert len(cells) == len(set(tenths))
    assert shapely.coverage_is_valid(polygons)
    assert not shapely.is_empty(polygons).any()
    assert (shapely.distance(polygons, sites) < 0.002).all()
    land = project(LAND, CRS).geometry.iloc[0]
    shared = shapely.area(shapely.intersection(polygons, land, grid_size=0.001)).sum()
    assert shared == pytest.approx(land.area, rel=1e-8)


def test_an_edge_that_all_but_coincides_with_the_coast_loses_no_cell():
    # Clipping the fourth cell to the land alone returns two points instead of a polygon.
    lat, lon = np.array([(0, 0), (0, 7), (0, 28), (8, 6), (25, 11)], dtype=float).T / 10
    shares = voronoi_cells(lat, lon, LAND, CRS).area / project(LAND, CRS).area.iloc[0]
    assert shares.tolist() == pytest.approx([0.0144, 0.0526, 0.3471, 0.1821, 0.4038], abs=1e-3)


def test_every_spot_of_a_cell_is_nearest_to_its_place():
    rng = np.random.default_rng(6)
    lat, lon = rng.uniform(0, 3, 80), rng.uniform(0, 4, 80)
    cells = voronoi_cells(lat, lon, LAND, CRS)
    spots = _metres(rng.uniform(0.1, 2.9, 500), rng.uniform(0.1, 3.9, 500))
    spot, cell = shapely.STRtree(_geometries(cells)).query(spots, predicate="intersects")[:, :]
    apart = shapely.distance(spots[:, None], _metres(lat, lon)[None, :])
    assert len(np.unique(spot)) == 500
    np.testing.assert_allclose(apart[spot, cell], apart[spot].min(axis=1), atol=0.01)


def test_the_order_of_the_points_changes_the_order_of_the_cells_only():
    rng = np.random.default_rng(7)
    lat, lon = rng.uniform(0, 3, 40), rng.uniform(0, 4, 40)
    order = rng.permutation(40)
    cells = voronoi_cells(lat, lon, LAND, CRS)
    shuffled = voronoi_cells(lat[order], lon[order], LAND, CRS)
    overlap = shapely.intersection(
        _geometries(cells)[order], _geometries(shuffled), grid_size=0.001
    )
    np.testing.assert_allclose(shapely.area(overlap), cells.area.to_numpy()[order], rtol=1e-6)


def test_points_at_one_place_share_a_cell_and_points_without_place_have_none():
    lat = [1.0, 2.0, 1.0, np.nan, 2.0, 1.0 + 4e-6, 1.0 + 1.1e-5]
    lon = [1.0, 3.0, 1.0, 1.0, 3.0, 1.0, 1.0]
    first, place = distinct_places(lat, lon)
    assert first.tolist() == [0, 1, 6]
    assert place.tolist() == [0, 1, 0, -1, 1, 0, 2]
    cells = voronoi_cells(lat, lon, LAND, CRS)
    assert cells["point"].tolist() == [0, 1, 6]


def test_both_sides_of_the_180th_meridian_are_one_place():
    assert distinct_places([5.0, 5.0], [180.0, -180.0])[1].tolist() == [0, 0]


@pytest.mark.parametrize("points", [[(1.5, 2.0)], [(np.nan, 0.0), (1.5, 2.0)]])
def test_a_single_place_gets_all_the_land(points):
    cells = voronoi_cells(*np.array(points).T, LAND, CRS)
    assert area_km2(cells).tolist() == pytest.approx(area_km2(LAND).tolist(), rel=1e-3)


def test_no_places_give_no_cells():
    assert voronoi_cells([], [], LAND, CRS).empty
    assert voronoi_cells([np.nan], [1.0], LAND, CRS).empty


def test_a_lattice_gives_squares():
    lat, lon = (grid.ravel() + 0.5 for grid in np.meshgrid(np.arange(3), np.arange(4)))
    cells = voronoi_cells(lat, lon, LAND, CRS)
    np.testing.assert_allclose(area_km2(cells), area_km2(LAND)[0] / 12, rtol=3e-3)


def test_a_point_off_the_coast_gets_the_disc_around_it():
    # Half a degree west of the land, behind a point on the coast.
    cells = voronoi_cells([1.5, 1.5], [-0.5, 0.001], LAND, CRS)
    offshore = cells.geometry.iloc[0]
    assert offshore.area == pytest.approx(np.pi * OFFSHORE_DISC_M**2, rel=0.01)
    assert offshore.contains(_metres([1.5], [-0.5])[0])


def test_a_point_just_off_the_coast_keeps_its_land_too():
    cells = voronoi_cells([1.5], [-0.001], LAND, CRS)
    land = project(LAND, CRS).area.iloc[0]
    half_disc = np.pi * OFFSHORE_DISC_M**2 / 2
    assert cells.area.iloc[0] == pytest.approx(land + half_disc, abs=0.2 * half_disc)


def test_land_of_several_parts_is_shared_out_across_the_water():
    islands = gpd.GeoDataFrame(
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)], crs="EPSG:4326"
    )
    cells = voronoi_cells([0.5, 0.9], [0.5, 0.9], islands, CRS)
    assert cells.area.sum() / 1e6 == pytest.approx(area_km2(islands).sum(), rel=1e-3)
    assert cells.geom_type.tolist() == ["Polygon", "MultiPolygon"]


def test_cells_across_the_180th_meridian_come_back_to_both_sides_of_the_map():
    fiji = mainland(country_outline("FJI"), [(-17.8, 178.0)])
    lat, lon = np.array([(-17.8, 178.0), (-16.6, 179.2), (-16.8, -179.97), (-18.1, 178.4)]).T
    cells = voronoi_cells(lat, lon, fiji, pick_crs(fiji))
    assert area_km2(cells).sum() == pytest.approx(area_km2(fiji)[0], rel=2e-3)
    drawn = to_wgs84(cells)
    assert drawn.is_valid.all()
    west, _, east, _ = shapely.bounds(shapely.get_parts(_geometries(drawn))).T
    assert (east - west).max() < 10
    assert (west.min(), east.max()) == pytest.approx((-180.0, 180.0), abs=1e-6)
    assert pick_crs(cells) == pick_crs(fiji)


def test_a_geographic_crs_is_refused():
    with pytest.raises(ValueError, match="not a projection in metres"):
        voronoi_cells([1.0], [1.0], LAND, "EPSG:4326")


def test_5400_cells_of_france_take_less_than_three_seconds():
    rng = np.random.default_rng(8)
    lat, lon = rng.uniform(42.5, 51, 12_000), rng.uniform(-4.5, 8, 12_000)
    france = mainland(country_outline("FRA"), np.column_stack([lat, lon]))
    near = np.flatnonzero(outside_km(lat, lon, france) < 2.0)[:5400]
    start = time.process_time()
    cells = voronoi_cells(lat[near], lon[near], france, "EPSG:2154")
    assert time.process_time() - start < 3.0
    assert len(cells) == 5400
    assert shapely.coverage_is_valid(_geometries(cells))


def test_a_place_shows_the_label_with_the_most_weight():
    place = np.array([0, 0, 0, 1, 1, -1, 2])
    labels = ["b", "a", "b", "d", "c", "z", "e"]
    weights = [2.0, 3.0, 2.0, 1.0, 1.0, 99.0, np.nan]
    assert heaviest_label(place, labels, weights).tolist() == ["b", "c", "e"]


def test_a_negative_weight_takes_nothing_from_its_label():
    place = np.zeros(3, dtype=np.int64)
    assert heaviest_label(place, ["a", "a", "b"], [-5.0, 4.0, 1.0]).tolist() == ["a"]


def test_territories_of_points_cover_the_country_and_leave_no_sliver():
    rng = np.random.default_rng(9)
    lat, lon = rng.uniform(0, 3, 60), rng.uniform(0, 4, 60)
    lat[50:], lon[50:] = lat[:10], lon[:10]
    labels = np.where(lon < 2, "west", "east").astype(object)
    labels[50] = "outvoted"
    weights = np.where(np.arange(60) == 50, 0.5, 1.0)
    _, place = distinct_places(lat, lon)
    drawn = dissolve(voronoi_cells(lat, lon, LAND, CRS), heaviest_label(place, labels, weights))
    assert drawn["label"].tolist() == ["east", "west"]
    assert drawn.geom_type.tolist() == ["Polygon", "Polygon"]
    assert shapely.get_num_interior_rings(_geometries(drawn)).tolist() == [0, 0]
    assert area_km2(drawn).sum() == pytest.approx(area_km2(LAND)[0], rel=1e-3)
