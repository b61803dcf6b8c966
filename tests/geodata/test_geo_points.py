"""Distances hold to known values and to an independent library; bad coordinates are found."""

from __future__ import annotations

import doctest

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geodata import points
from geodata.outlines import country_outline, mainland
from geodata.points import (
    EARTH_RADIUS_KM,
    border_segments,
    distance_matrix_km,
    great_circle_km,
    mean_place,
    outside_km,
    plane_km,
)

PARIS, LYON, QUITO = (48.8566, 2.3522), (45.7640, 4.8357), (-0.1807, -78.4678)
DEGREE_KM = np.pi / 180 * EARTH_RADIUS_KM
LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


def _outline(*polygons: shapely.Polygon) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.MultiPolygon(polygons)], crs="EPSG:4326")


SQUARE = _outline(shapely.box(0, 0, 10, 10))


def _metropolitan_france() -> gpd.GeoDataFrame:
    return mainland(country_outline("FRA"), [PARIS])


def test_the_examples_of_the_docstrings_hold():
    assert doctest.testmod(points).failed == 0


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ((0.0, 0.0), (0.0, 0.0), 0.0),
        ((0.0, 0.0), (1.0, 0.0), DEGREE_KM),
        ((60.0, 0.0), (60.0, 180.0), 60 * DEGREE_KM),
        ((90.0, 17.0), (-90.0, -130.0), 180 * DEGREE_KM),
        ((0.0, 0.0), (0.0, 180.0), 180 * DEGREE_KM),
        ((10.0, 179.5), (10.0, -179.5), 109.50),
    ],
)
def test_distances_that_can_be_worked_out_by_hand(start, end, km):
    assert great_circle_km(*start, *end) == pytest.approx(km, rel=1e-4, abs=1e-12)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
@settings(max_examples=200, deadline=None)
def test_distance_agrees_with_geodesics_on_a_ball_and_is_symmetric(lat1, lon1, lat2, lon2):
    ball = Geod(a=EARTH_RADIUS_KM * 1000, b=EARTH_RADIUS_KM * 1000)
    expected = ball.inv(lon1, lat1, lon2, lat2)[2] / 1000
    km = great_circle_km(lat1, lon1, lat2, lon2)
    # Near antipodes the haversine keeps 8 digits: some 20 cm.
    assert km == pytest.approx(expected, rel=1e-9, abs=2e-4)
    assert km == great_circle_km(lat2, lon2, lat1, lon1)


def test_places_a_centimetre_apart_keep_six_digits():
    apart_deg = 1e-7
    assert great_circle_km(48.0, 2.0, 48.0 + apart_deg, 2.0) == pytest.approx(
        apart_deg * DEGREE_KM, rel=1e-6
    )


def test_a_missing_coordinate_gives_a_missing_distance():
    km = great_circle_km([np.nan, 48.0, 48.0], 2.0, 48.0, [2.0, np.nan, 2.0])
    assert np.isnan(km[:2]).all()
    assert km[2] == 0


def test_a_distance_does_not_depend_on_the_others_computed_with_it():
    rng = np.random.default_rng(1)
    table = np.column_stack([rng.uniform(-90, 90, 1001), rng.uniform(-180, 180, 1001)])
    together = great_circle_km(table[:, 0], table[:, 1], *QUITO)
    alone = [float(great_circle_km(lat, lon, *QUITO)) for lat, lon in table]
    assert together.tolist() == alone
    assert great_circle_km(table[::3, 0], table[::3, 1], *QUITO).tolist() == alone[::3]


def test_the_matrix_holds_the_distance_of_each_pair(monkeypatch):
    accounts = np.array([PARIS, LYON, QUITO, (np.nan, 2.0), PARIS])
    seats = np.array([LYON, PARIS])
    expected = [[great_circle_km(*account, *seat) for seat in seats] for account in accounts]
    np.testing.assert_array_equal(distance_matrix_km(accounts, seats), expected)
    monkeypatch.setattr(points, "_BLOCK_CELLS", 4)
    np.testing.assert_array_equal(distance_matrix_km(accounts, seats), expected)


@pytest.mark.parametrize(("units", "seats"), [(0, 3), (3, 0), (0, 0)])
def test_a_matrix_without_rows_or_columns_is_empty(units, seats):
    assert distance_matrix_km(np.zeros((units, 2)), np.zeros((seats, 2))).shape == (units, seats)


def test_the_mean_of_places_across_the_180th_meridian_lies_on_it():
    assert mean_place([10, 10], [179, -179]) == pytest.approx((10.0, 180.0), abs=0.01)
    assert mean_place([0, 0], [0, 90], [3.0, 0.0]) == pytest.approx((0.0, 0.0))


def test_the_plane_is_true_from_its_centre():
    rng = np.random.default_rng(2)
    lat, lon = rng.uniform(-80, 80, 50), rng.uniform(-180, 180, 50)
    flat = plane_km(lat, lon, PARIS)
    np.testing.assert_allclose(np.hypot(*flat.T), great_circle_km(lat, lon, *PARIS), rtol=1e-9)
    assert plane_km(*PARIS, PARIS).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("lat", "lon", "km"),
    [
        (5.0, 5.0, 0.0),
        (0.0, 5.0, 0.0),
        (-0.001, 5.0, 0.001 * DEGREE_KM),
        (-1.0, 5.0, DEGREE_KM),
        (5.0, -20.0, 20 * DEGREE_KM * np.cos(np.radians(5))),
        (-3.0, -4.0, float(great_circle_km(-3, -4, 0, 0))),
    ],
)
def test_a_point_is_as_far_outside_as_its_nearest_border(lat, lon, km):
    assert outside_km([lat], [lon], SQUARE)[0] == pytest.approx(km, rel=2e-3, abs=1e-9)


def test_unknown_and_impossible_coordinates_are_told_apart():
    km = outside_km([np.nan, 5, 90.01, 5, 4857.0, 90], [5, np.nan, 5, -180.01, 5, 5], SQUARE)
    assert np.isnan(km[:2]).all()
    assert np.isinf(km[2:5]).all()
    assert np.isfinite(km[5])


def test_a_hole_and_a_second_part_have_borders_too():
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    outline = _outline(ring, shapely.box(20, 0, 21, 1))
    km = outside_km([5, 0.5, 0.5], [5, 20.5, 19.0], outline)
    assert km[0] == pytest.approx(DEGREE_KM * np.cos(np.radians(5)), rel=1e-2)
    assert km[1] == 0
    assert km[2] == pytest.approx(DEGREE_KM, rel=1e-3)


def test_distances_to_a_real_coast_are_within_a_percent_of_brute_force():
    france = _metropolitan_france()
    rng = np.random.default_rng(3)
    lat, lon = rng.uniform(36, 57, 80), rng.uniform(-15, 20, 80)
    km = outside_km(lat, lon, france)
    away = km > 0
    pieces = border_segments(france.geometry.iloc[0])
    share = np.linspace(0, 1, 13)[:, None]
    trail_lon = (pieces[:, 0] + share * (pieces[:, 2] - pieces[:, 0])).ravel()
    trail_lat = (pieces[:, 1] + share * (pieces[:, 3] - pieces[:, 1])).ravel()
    brute = distance_matrix_km(
        np.column_stack([lat, lon])[away], np.column_stack([trail_lat, trail_lon])
    ).min(axis=1)
    assert away.sum() > 50
    np.testing.assert_allclose(km[away], brute, rtol=0.01, atol=1.0)


def test_a_long_border_along_a_parallel_is_followed_all_the_way():
    band = _outline(shapely.box(-60, 50, 60, 60))
    km = outside_km([60.5] * 3, [-50.0, 10.0, 50.0], band)
    np.testing.assert_allclose(km, 0.5 * DEGREE_KM, rtol=0.01)


def test_nothing_can_be_outside_an_empty_outline():
    with pytest.raises(ValueError, match="outline is empty"):
        outside_km([1.0], [1.0], gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"))
