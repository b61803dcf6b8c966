"""Units may be polygons: their points come from inside, and bad polygons are an error."""

from __future__ import annotations

from pathlib import Path

from workspace_builders import Draft, codes

from scenarios.errors import Severity
from scenarios.read import load_workspace


def test_units_may_be_polygons(tmp_path: Path) -> None:
    square = "[[[2.0,48.5],[2.6,48.5],[2.6,49.1],[2.0,49.1],[2.0,48.5]]]"
    feature = '{"type":"Feature","properties":%s,"geometry":{"type":"Polygon","coordinates":%s}}'
    far = square.replace("48.5", "45.3").replace("49.1", "46.0").replace("2.", "4.")
    body = ",".join(
        [feature % ('{"code": "75", "nom": "Nord"}', square), feature % ('{"code": 69}', far)]
    )
    draft = Draft().without("units").rule("sources", units="map.geojson")
    draft.rule("columns", units={"unit_id": "code", "name": "nom"})
    draft.column("accounts", "unit_id", "75", "75", "69", "69", "69").cells(
        "accounts", 4, lat_deg=""
    )
    folder = draft.write(tmp_path)
    (folder / "map.geojson").write_text(
        f'{{"type":"FeatureCollection","features":[{body}]}}', encoding="utf-8"
    )
    workspace = load_workspace(folder)
    units, accounts = workspace.tables["units"], workspace.tables["accounts"]
    assert units["unit_id"].tolist() == ["75", "69"]
    assert workspace.unit_shapes is not None
    assert list(workspace.unit_shapes.columns) == ["unit_id", "geometry"]
    assert (
        units.loc[3, ["lat_deg", "lon_deg"]].tolist()
        == accounts.loc[6, ["lat_deg", "lon_deg"]].tolist()
    )
    assert codes(workspace) == ["coordinates_missing"]


def test_polygons_that_cannot_be_used_are_an_error(tmp_path: Path) -> None:
    folder = Draft().without("units").write(tmp_path)
    (folder / "units.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"unit_id":"1"},'
        '"geometry":{"type":"Point","coordinates":[1,2]}}]}',
        encoding="utf-8",
    )
    errors = [f for f in load_workspace(folder).findings if f.severity is Severity.ERROR]
    assert [(f.table, f.code) for f in errors] == [("units", "source_unreadable")]
