"""Distance becomes road, hours and a year's driving by the rules of the model page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.points import great_circle_km
from geodata.travel import TravelModel

ROUTING = Path(__file__).parents[2].parent / "shared" / "data" / "routing"


def test_a_year_of_visits_by_hand():
    model = TravelModel(detour_factor=1.5, speed_kmh=60.0, visits_per_trip=2.0)
    km, hours = model.yearly_travel([[10.0, 0.0], [20.0, 40.0]], [12.0, 1.0])
    # 12 visits are 6 return trips of 2 x 15 km; 1 visit is half a return trip of 2 x 30 km.
    assert km.tolist() == [[180.0, 0.0], [30.0, 60.0]]
    assert hours.tolist() == [[3.0, 0.0], [0.5, 1.0]]


def test_the_parts_compose_to_the_year():
    model = TravelModel()
    km, hours = model.yearly_travel([[37.0]], [model.visits_per_trip])
    assert km[0, 0] == 2 * model.road_km(37.0)
    assert hours[0, 0] == model.trip_hours(km[0, 0])


def test_more_visits_per_trip_divide_travel_and_speed_divides_hours_only():
    base = TravelModel(speed_kmh=50.0, visits_per_trip=2.0)
    km, hours = base.yearly_travel([[30.0]], [10.0])
    km_shared, _ = TravelModel(speed_kmh=50.0, visits_per_trip=4.0).yearly_travel([[30.0]], [10.0])
    km_fast, hours_fast = TravelModel(speed_kmh=100.0).yearly_travel([[30.0]], [10.0])
    assert km_shared == km / 2
    assert (km_fast, hours_fast) == (km, hours / 2)


def test_an_account_without_visits_costs_no_travel_even_where_it_has_no_place():
    km, hours = TravelModel().yearly_travel([[np.nan, 5.0], [np.nan, 5.0]], [0.0, 1.0])
    assert km[0].tolist() == hours[0].tolist() == [0.0, 0.0]
    assert np.isnan(km[1, 0])


@pytest.mark.parametrize(
    "figures",
    [{"detour_factor": 1.0}, {"visits_per_trip": 1.0}, {"speed_kmh": 0.1}],
)
def test_the_lowest_figures_are_accepted(figures):
    assert TravelModel(**figures).road_km(0.0) == 0.0


@pytest.mark.parametrize(
    "figures",
    [
        {"detour_factor": 0.99},
        {"detour_factor": np.nan},
        {"visits_per_trip": 0.99},
        {"visits_per_trip": np.inf},
        {"speed_kmh": 0.0},
        {"speed_kmh": np.inf},
    ],
)
def test_impossible_figures_are_refused_by_name(figures):
    with pytest.raises(ValueError, match=next(iter(figures))):
        TravelModel(**figures)


def test_distances_and_visits_must_fit_together():
    with pytest.raises(ValueError, match="need visits"):
        TravelModel().yearly_travel(np.zeros((3, 2)), np.zeros(2))


@pytest.mark.shared
@pytest.mark.skipif(not ROUTING.is_dir(), reason="the measured road matrices are not here")
@pytest.mark.parametrize(("country", "median"), [("andorra", 1.55), ("liechtenstein", 1.21)])
@pytest.mark.parametrize("engine", ["osrm_km", "valhalla_km"])
def test_measured_detours_bracket_the_default(country, median, engine):
    matrix = pd.read_csv(ROUTING / f"{country}_matrix.csv")
    places = pd.read_csv(ROUTING / f"{country}_places.csv").set_index("geonameid")
    start, end = places.loc[matrix["from_geonameid"]], places.loc[matrix["to_geonameid"]]
    straight = great_circle_km(*(column for p in (start, end) for column in (p["lat"], p["lon"])))
    np.testing.assert_allclose(straight, matrix["great_circle_km"], atol=6e-4)
    apart = straight > 0
    detour = np.nanmedian(matrix[engine][apart] / straight[apart])
    assert detour == pytest.approx(median, abs=0.01)
    assert 1.20 < TravelModel().detour_factor < 1.55
