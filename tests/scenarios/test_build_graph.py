"""Accounts are neighbours as their territories are drawn: in units, in cells on land, as points."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from scenarios.build_graph import account_edges

# Toulon, Nice, Ajaccio, Bastia: two on the mainland, two on Corsica.
COASTS = pd.DataFrame(
    {
        "lat_deg": [43.12, 43.70, 41.92, 42.70],
        "lon_deg": [5.93, 7.26, 8.74, 9.45],
        "unit_id": ["83", "06", "2A", "2B"],
    }
)
MAINLAND, CORSICA = (0, 1), (2, 3)


def edges(country="FRA", bridges=False, shapes=None):
    config = SimpleNamespace(
        territory=SimpleNamespace(bridge_islands=bridges),
        workspace=SimpleNamespace(country=country, crs=""),
    )
    workspace = SimpleNamespace(config=config, unit_shapes=shapes, tables={"accounts": COASTS})
    return {tuple(pair) for pair in account_edges(workspace, COASTS).tolist()}


def units(*names):
    boxes = [shapely.box(x, 42, x + 1, 43) for x in range(len(names))]
    return gpd.GeoDataFrame({"unit_id": names}, geometry=boxes, crs="EPSG:4326")


def test_water_parts_accounts_in_a_country():
    assert edges() == {MAINLAND, CORSICA}


def test_a_bridge_joins_an_island_by_the_shortest_way():
    # Nice to Ajaccio is nearer than Nice to Bastia; Toulon is farther from both.
    over = edges(bridges=True) - {MAINLAND, CORSICA}
    assert len(over) == 1
    assert over <= {(1, 2), (1, 3)}


def test_without_a_country_accounts_are_neighbours_by_place():
    assert edges(country="") > {MAINLAND, CORSICA}


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (("83", "06", "2A", "2B"), {(0, 1), (1, 2), (2, 3)}),  # a row of units
        # Bastia's unit has no polygon: it is in the one nearest to its point, Ajaccio's.
        (("83", "06", "2A"), {(0, 1), (1, 2), (1, 3), (2, 3)}),
        (("83", "06", "13", "2A", "2B"), {(0, 1), (1, 2), (2, 3)}),  # an empty unit between
        (("83", "13", "06", "13", "13", "2A", "2B"), {(0, 1), (1, 2), (2, 3)}),  # three of them
    ],
)
def test_units_are_neighbours_by_border_also_across_empty_ones(names, known):
    names = [f"{name}{row}" if name == "13" else name for row, name in enumerate(names)]
    assert edges(shapes=units(*names)) == known


def test_polygons_without_rows_are_no_polygons():
    assert edges(shapes=units()) == {MAINLAND, CORSICA}
