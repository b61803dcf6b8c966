"""Territories as polygons: cells of the accounts in the country, or the units given."""

import json

import numpy as np
import pytest
import shapely

from geodata.areas import area_km2
from scenarios.decide import Request, Watch
from scenarios.run import make_outcome
from scenarios.starter import write_starter


def square(unit_id, west, south):
    ring = [
        [west, south],
        [west + 1, south],
        [west + 1, south + 1],
        [west, south + 1],
        [west, south],
    ]
    return {
        "type": "Feature",
        "properties": {"unit_id": unit_id},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def with_units(tmp_path):
    """The starter with accounts in four squares of one degree: two units north, two south."""
    write_starter("outbound", tmp_path)
    units = {"NW": (4, 45), "NE": (5, 45), "SW": (5, 43), "SE": (6, 43)}
    features = [square(name, west, south) for name, (west, south) in units.items()]
    document = {"type": "FeatureCollection", "features": features}
    (tmp_path / "units.geojson").write_text(json.dumps(document), encoding="utf-8")
    rows = ["account_id,name,lat_deg,lon_deg,unit_id,segment,potential_eur,owner"]
    for name, (west, south) in units.items():
        rows += [
            f"{name}{i},{name} {i},{south + step},{west + step},{name},gold,100,R1"
            for i, step in enumerate((0.2, 0.3, 0.4))
        ]
    (tmp_path / "accounts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    toml = (tmp_path / "quartier.toml").read_text(encoding="utf-8")
    text = toml + '\n[sources]\nunits = "units.geojson"\n'
    (tmp_path / "quartier.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_given_polygons_are_joined_to_territories(with_units):
    outcome = make_outcome(Request(folder=with_units), Watch())
    assert outcome.state == "planned"
    shapes = outcome.territory_shapes
    assert shapes["rep_id"].tolist() == ["R1", "R2"]
    assert shapes.crs.to_epsg() == 4326
    # Two neighbouring squares make one territory, in the north and in the south.
    assert np.allclose(shapes.bounds, [(4, 45, 6, 46), (5, 43, 7, 44)], atol=1e-6)
    assert shapes.geometry.geom_type.tolist() == ["Polygon", "Polygon"]


def test_without_polygons_cells_fill_the_country(tmp_path):
    write_starter("outbound", tmp_path)
    outcome = make_outcome(Request(folder=tmp_path), Watch())
    territories = area_km2(outcome.territory_shapes).sum()
    assert np.isclose(territories, area_km2(outcome.country_shape).sum(), rtol=1e-3)
    assert sorted(outcome.territory_shapes["rep_id"]) == ["R1", "R2"]


def test_without_country_and_polygons_there_is_no_map(tmp_path):
    write_starter("outbound", tmp_path)
    toml = (tmp_path / "quartier.toml").read_text(encoding="utf-8")
    (tmp_path / "quartier.toml").write_text(toml.replace('country = "FRA"', ""), encoding="utf-8")
    outcome = make_outcome(Request(folder=tmp_path), Watch())
    assert outcome.territory_shapes.empty
    assert outcome.state == "planned"


def test_a_unit_without_accounts_is_no_hole_in_the_map(with_units):
    path = with_units / "units.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"].append(square("MM", 5, 44))
    document["features"].append(square("FAR", 8, 45))
    path.write_text(json.dumps(document), encoding="utf-8")
    shapes = make_outcome(Request(folder=with_units), Watch()).territory_shapes
    # The unit amid the four is drawn, the one beyond them is not.
    drawn = shapes.geometry.to_numpy()
    assert shapely.area(shapely.union_all(drawn)) == pytest.approx(5.0, abs=1e-6)
    assert shapely.area(drawn).sum() == pytest.approx(5.0, abs=1e-6)
