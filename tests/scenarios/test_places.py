"""Coordinates count as exchanged only where that alone explains them (G5)."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from scenarios.places import FAR_FROM_COUNTRY_KM, Country, country_of

KM_PER_DEGREE = 111.195


def at(*places: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(places, columns=["lat_deg", "lon_deg"])


def swapped(country: Country, *places: tuple[float, float]) -> list[bool]:
    frame = at(*places)
    return country.holds_when_swapped(frame, country.km_outside(frame)).tolist()


def box(*bounds: float) -> Country:
    outline = gpd.GeoDataFrame(geometry=[shapely.box(*bounds)], crs="EPSG:4326")
    return Country(name="Box", outline=outline)


def test_swapped_coordinates_are_recognised_where_swapping_helps():
    paris, unknown, impossible = (48.8566, 2.3522), (float("nan"), 48.0), (95.0, 2.0)
    places = [paris, paris[::-1], unknown, (10.0, -120.0), impossible]
    assert swapped(country_of("FRA"), *places) == [False, True, False, False, False]


def test_a_point_that_is_inside_both_ways_is_taken_as_it_stands():
    nigeria = country_of("NGA")
    assert nigeria.km_outside(at((9.0, 8.0), (8.0, 9.0))).tolist() == [0.0, 0.0]
    assert swapped(nigeria, (9.0, 8.0)) == [False]


@pytest.mark.parametrize(("km", "exchanged"), [(24.9, False), (25.1, True)])
def test_only_a_point_far_outside_is_exchanged(km, exchanged):
    # Exchanged, the point south of the box lies in it.
    assert FAR_FROM_COUNTRY_KM == 25.0
    south = (0.5 - km / KM_PER_DEGREE, 0.6)
    assert swapped(box(0.0, 0.5, 10.0, 10.0), south) == [exchanged]
