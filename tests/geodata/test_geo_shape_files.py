"""Files drawn by others are read or refused in plain words; our own keep every byte."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata import shape_files
from geodata.areas import country_outline, read_polygons, read_shapes, write_shapes

SQUARES = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]


def _units(crs: str | None = "EPSG:4326", **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": ["01", "2A"], **columns}, geometry=SQUARES, crs=crs)


def _feature(code: object, geometry: object) -> dict:
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def _polygon(ring: list) -> dict:
    return {"type": "Polygon", "coordinates": [ring]}


def _square(west: float, south: float, side: float = 1.0) -> dict:
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    return _polygon([[west + side * x, south + side * y] for x, y in corners])


def _write_geojson(path: Path, *features: dict, **more) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
@pytest.mark.parametrize("suffix", [".geojson", ".json", ".gpkg", ".parquet", ".GEOJSON"])
def test_units_come_back_from_each_format(tmp_path, suffix, crs):
    path = tmp_path / f"units{suffix}"
    units = _units(population=[5, 6]).to_crs(crs)
    if suffix == ".parquet":
        units.to_parquet(path)
    else:
        units.to_file(path, driver="GPKG" if suffix == ".gpkg" else "GeoJSON")
    read = read_polygons(path, "code")
    assert list(read.columns) == ["code", "geometry"]
    assert read["code"].tolist() == ["01", "2A"]
    assert read.crs == "EPSG:4326"
    assert read.geom_equals_exact(_units(), 1e-6).all()


@pytest.mark.parametrize(
    ("written", "read"),
    [([1, 20], ["1", "20"]), ([1.0, 20.0], ["1", "20"]), ([" 01", "2A "], ["01", "2A"])],
)
def test_ids_are_text_whatever_they_were(tmp_path, written, read):
    path = _write_geojson(
        tmp_path / "u.geojson", *(_feature(code, _square(i, 0)) for i, code in enumerate(written))
    )
    assert read_polygons(path, "code")["code"].tolist() == read


def test_a_third_dimension_is_dropped_and_a_bow_tie_mended(tmp_path):
    high = [[x, y, 120.0] for x, y in [(0, 0), (1, 0), (1, 1), (0, 0)]]
    path = _write_geojson(
        tmp_path / "u.geojson", _feature("a", _polygon(high)), _feature("b", _polygon(BOW_TIE))
    )
    read = read_polygons(path, "code")
    assert not read.has_z.any()
    assert read.is_valid.all()
    assert shapely.area(np.asarray(read.geometry.array)).tolist() == [0.5, 0.5]


GOOD = _feature("a", _square(0, 0))


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([GOOD, _feature("a", _square(1, 0))], r"code repeated \(1\): a"),
        ([GOOD, _feature(None, _square(1, 0))], "1 feature.s. without code, first: 2"),
        ([GOOD, _feature("  ", _square(1, 0))], "1 feature.s. without code, first: 2"),
        ([_feature("b", None), GOOD], r"no geometry \(1\): b"),
        ([_feature("b", {"type": "Polygon", "coordinates": []}), GOOD], r"no geometry \(1\): b"),
        ([_feature("b", {"type": "Point", "coordinates": [1, 1]}), GOOD], "not a polygon"),
        ([_feature("b", _square(1, 0, side=0.0)), GOOD], "not a polygon with an area"),
        ([_feature("b", _square(652_000, 6_862_000)), GOOD], r"not longitude and latitude.*: b"),
        ([_feature("b", _square(float("nan"), 1)), GOOD], r"u.geojson: "),
        (
            [{"type": "Feature", "properties": {"name": "x"}, "geometry": _square(0, 0)}],
            "no column",
        ),
        ([], r"u.geojson: "),
        ([17, "x"], r"u.geojson: "),
    ],
)
def test_a_defect_of_a_unit_is_named(tmp_path, features, message):
    path = _write_geojson(tmp_path / "u.geojson", *features)
    with pytest.raises(ValueError, match=message):
        read_polygons(path, "code")


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a map",
        b'{"type": "FeatureCollection", "features": [',
        b'{"type": "Topology", "objects": {}, "arcs": []}',
        b'{"type": "FeatureCollection"}',
        b"[" * 100_000,
        b"SQLite format 3\x00" + b"\xff" * 2000,
        b"PAR1" + b"\x00" * 64 + b"PAR1",
        b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
        b"</OGRVRTLayer></OGRVRTDataSource>",
        b"\xff\xfe\x00\x01" * 50,
    ],
    ids=range(10),
)
def test_what_is_no_map_is_refused_by_name(tmp_path, suffix, content):
    path = tmp_path / f"units{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"units\{suffix}: "):
        read_polygons(path, "code")


def test_another_kind_of_map_is_not_taken_for_geojson(tmp_path):
    square = {"type": "Polygon", "arcs": [[0]], "properties": {"code": "a"}}
    topology = {
        "type": "Topology",
        "arcs": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]],
        "objects": {"units": {"type": "GeometryCollection", "geometries": [square]}},
    }
    (tmp_path / "u.geojson").write_text(json.dumps(topology))
    with pytest.raises(ValueError, match="is not a GeoJSON FeatureCollection"):
        read_polygons(tmp_path / "u.geojson", "code")


def test_each_damaged_half_of_a_file_is_refused(tmp_path):
    _units().to_file(tmp_path / "u.gpkg", driver="GPKG")
    _units().to_parquet(tmp_path / "u.parquet")
    for name in ("u.gpkg", "u.parquet"):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(ValueError, match=name):
            read_polygons(tmp_path / name, "code")


def test_a_geopackage_of_several_layers_leaves_no_guess(tmp_path):
    for layer in ("north", "south"):
        _units().to_file(tmp_path / "u.gpkg", driver="GPKG", layer=layer)
    with pytest.raises(ValueError, match="must hold one layer of polygons, found north, south"):
        read_polygons(tmp_path / "u.gpkg", "code")


def test_a_database_without_a_map_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "u.gpkg") as database:
        database.execute("create table code (code text)")
    database.close()
    with pytest.raises(ValueError, match=r"u.gpkg: "):
        read_polygons(tmp_path / "u.gpkg", "code")


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_a_file_that_does_not_say_its_crs_is_refused(tmp_path, suffix):
    path = tmp_path / f"u{suffix}"
    if suffix == ".gpkg":
        with pytest.warns(UserWarning, match="crs"):
            _units(crs=None).to_file(path, driver="GPKG")
    else:
        _units(crs=None).to_parquet(path)
    with pytest.raises(ValueError, match="coordinate system"):
        read_polygons(path, "code")


def test_a_table_without_geometry_is_refused(tmp_path):
    pd.DataFrame({"code": ["a"]}).to_parquet(tmp_path / "u.parquet")
    with pytest.raises(ValueError, match="is not GeoParquet"):
        read_polygons(tmp_path / "u.parquet", "code")


@pytest.mark.parametrize("name", ["u.shp", "u.csv", "u", "u.geojson.zip"])
def test_other_formats_are_refused_with_the_list_of_ours(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ValueError, match=r"read from \.geojson, \.json, \.gpkg, \.parquet"):
        read_polygons(tmp_path / name, "code")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    (tmp_path / "folder.gpkg").mkdir()
    for name in ("nothing.geojson", "folder.gpkg"):
        with pytest.raises(ValueError, match="no such file"):
            read_polygons(tmp_path / name, "code")


@pytest.mark.parametrize(("spare", "fits"), [(0, True), (-1, False)])
def test_a_file_may_be_as_large_as_the_limit_and_no_larger(tmp_path, monkeypatch, spare, fits):
    path = _write_geojson(tmp_path / "u.geojson", GOOD)
    monkeypatch.setattr(shape_files, "LARGEST_BYTES", os.path.getsize(path) + spare)  # noqa: PTH202
    if fits:
        assert len(read_polygons(path, "code")) == 1
    else:
        with pytest.raises(ValueError, match="larger than"):
            read_polygons(path, "code")


def test_our_own_files_give_back_every_bit(tmp_path):
    outline = country_outline("GRC")
    write_shapes(outline, tmp_path / "a.parquet")
    again = read_shapes(tmp_path / "a.parquet")
    assert again.geom_equals(outline).all()
    assert again.crs == outline.crs
    assert again[["iso3", "name"]].equals(outline[["iso3", "name"]])


def test_equal_shapes_are_equal_files_even_a_second_later(tmp_path):
    outline = country_outline("GRC")
    write_shapes(outline, tmp_path / "a.parquet")
    time.sleep(1.1)
    write_shapes(read_shapes(tmp_path / "a.parquet"), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_no_shapes_are_a_file_too(tmp_path):
    write_shapes(_units().iloc[:0], tmp_path / "none.parquet")
    assert read_shapes(tmp_path / "none.parquet").empty


def test_a_file_that_is_not_ours_is_refused(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    for name in ("x.parquet", "y.parquet"):
        with pytest.raises(ValueError, match=name):
            read_shapes(tmp_path / name)
