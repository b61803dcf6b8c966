"""Units are read with suspicion, territories are drawn whole, and strays are seen."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from benchmarks.compactness_land import joined_units
from benchmarks.compactness_pictures import Picture, page
from benchmarks.unit_polygons import unit_of_commune, unit_polygons, units_missing
from geodata.compactness import holes

COMMUNES = """code_commune,code_departement,code_epci,zone
01001,01,200,metro
01002,01,,metro
02001,02,201,metro
97101,971,202,drom
"""
BOXES = {"200": (2, 48), "201": (4, 48), "203": (3, 48), "202": (9, 48)}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "communes.csv").write_text(COMMUNES, encoding="utf-8")
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": shapely.box(west, south, west + 1, south + 1).__geo_interface__,
        }
        for code, (west, south) in BOXES.items()
    ]
    document = json.dumps({"type": "FeatureCollection", "features": features})
    (tmp_path / "epci.geojson").write_text(document, encoding="utf-8")
    return tmp_path


def test_units_are_those_of_communes_on_the_mainland(folder):
    assert unit_polygons("epci", folder)["unit_id"].tolist() == ["200", "201"]
    assert unit_of_commune("epci", folder).to_dict() == {
        "01001": "200",
        "02001": "201",
        "97101": "202",
    }


def test_what_is_missing_is_named(folder):
    assert "departements.geojson" in units_missing(folder)
    (folder / "departements.geojson").write_text("{}", encoding="utf-8")
    assert units_missing(folder) == ""


def test_a_page_has_a_map_a_plan_with_its_holes_and_a_dot_a_stray():
    outer, hole = shapely.box(2, 47, 4, 49), shapely.box(2.5, 47.5, 3, 48)
    shapes = gpd.GeoDataFrame(
        {"rep_id": ["A", "B"]}, geometry=[shapely.difference(outer, hole), hole], crs="EPSG:4326"
    )
    stray = np.array([[48.5, 3.5], [47.7, 2.7]])
    drawn = Picture(caption="a < b", shapes=shapes, stray=stray)
    text = page("t", [drawn, Picture(caption="none", shapes=shapes, stray=stray[:0])])
    assert text.count("<figure>") == 2
    assert "a &lt; b" in text
    assert text.count("<circle") == 2
    ring, spot = re.findall(r' d="([^"]*)"', text)[:2]
    assert (ring.count("M"), spot.count("M")) == (2, 1)


@pytest.mark.skipif(bool(units_missing()), reason=f"reference data: {units_missing()}")
def test_the_corners_of_france_take_in_the_departments_between_without_a_hole():
    shapes = unit_polygons("departements")
    corners = shapes["unit_id"].isin(["06", "29", "59", "64", "66", "67", "76"]).to_numpy()
    held = shapes["unit_id"][corners]
    spots = shapely.point_on_surface(shapes.geometry.to_numpy())[corners]
    place = np.column_stack([shapely.get_y(spots), shapely.get_x(spots)])
    # An account without a unit is in the one at its place.
    joined = joined_units("departements", pd.Series(["", *held.iloc[1:]]), place)
    assert len(shapes) == 96
    assert joined.cell_of.tolist() == list(range(len(held)))
    # Communes founded anew have no polygon: two gaps that are in the data.
    drawn, given = (
        shapely.union_all(some.to_crs("EPSG:2154").geometry.to_numpy())
        for some in (joined.cells, shapes)
    )
    assert holes(np.array([drawn, given], dtype=object)).tolist() == [2, 2]
