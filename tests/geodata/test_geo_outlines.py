"""Every country can be asked for, none runs around the world, far parts can be left out."""

from __future__ import annotations

import gzip
import hashlib
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from babel.core import get_global

from geodata.areas import area_km2, country_outline, mainland, pick_crs, project
from geodata.outlines import DATA, country_codes
from geodata.topology import read_topology

PARIS, AJACCIO, SAINT_DENIS = (48.8566, 2.3522), (41.92, 8.73), (-20.88, 55.45)


# Far and near, large and tiny, on the equator and on both sides of the 180th meridian.
SAMPLE = ["AUS", "BEL", "DEU", "ECU", "FJI", "FRA", "GIB", "GRC", "KIR", "MCO", "NLD", "XKX", "ZAF"]


@pytest.mark.parametrize("iso3", SAMPLE)
def test_each_country_is_one_valid_row_on_the_map(iso3):
    outline = country_outline(iso3)
    assert outline["iso3"].tolist() == [iso3]
    assert outline.crs == "EPSG:4326"
    assert outline.is_valid.all()
    assert set(outline.geom_type) <= {"Polygon", "MultiPolygon"}
    west, south, east, north = outline.total_bounds
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90
    drawn = project(outline, pick_crs(outline))
    assert drawn.is_valid.all()
    assert drawn.area.iloc[0] / 1e6 == pytest.approx(area_km2(outline)[0], rel=1e-3)


def test_the_codes_agree_with_cldr():
    aliases = get_global("territory_aliases")
    for iso3, (numeric, name) in country_codes().items():
        if numeric:
            assert aliases[iso3] == aliases[numeric], name
    assert [iso3 for iso3, (numeric, _) in country_codes().items() if not numeric] == ["XKX"]
    assert len({numeric for numeric, _ in country_codes().values()}) == len(country_codes())


def test_the_outlines_are_those_the_attribution_names():
    content = gzip.decompress((DATA / "countries-10m.json.gz").read_bytes())
    digest = hashlib.sha256(content).hexdigest()
    assert re.findall(r"`([0-9a-f]{64})`", (DATA / "README.md").read_text("utf-8")) == [digest]


def test_each_code_has_an_outline_in_the_file():
    drawn = read_topology(DATA / "countries-10m.json.gz", "countries").objects
    numbers = {country.get("id") for country in drawn}
    names = {country["properties"]["name"] for country in drawn}
    for numeric, name in country_codes().values():
        assert numeric in numbers if numeric else name in names
        assert name in names
    assert len(country_codes()) == 237


def test_no_outline_runs_once_around_the_world():
    for iso3 in ("FJI", "KIR", "NZL", "RUS", "USA"):
        west, _, east, _ = shapely.bounds(
            shapely.get_parts(country_outline(iso3).geometry.iloc[0])
        ).T
        assert (east - west).max() < 180, iso3
        assert west.min() >= -180
        assert east.max() <= 180


@pytest.mark.parametrize(
    ("iso3", "published_km2"),
    [("FJI", 18_272), ("RUS", 17_098_246), ("DEU", 357_600), ("NZL", 268_021), ("XKX", 10_887)],
)
def test_areas_come_near_the_published_ones(iso3, published_km2):
    assert area_km2(country_outline(iso3))[0] == pytest.approx(published_km2, rel=0.04)


@pytest.mark.parametrize(("written", "found"), [("fra", "FRA"), (" DEU ", "DEU")])
def test_codes_are_read_with_indulgence(written, found):
    assert country_outline(written)["iso3"].tolist() == [found]


@pytest.mark.parametrize("code", ["FR", "", "France", "250", "ATA", "VAT"])
def test_an_unknown_code_is_refused_with_an_example(code):
    with pytest.raises(ValueError, match=r"not known; give three letters such as FRA"):
        country_outline(code)


def test_an_outline_changed_by_its_caller_is_fresh_the_next_time():
    outline = country_outline("FRA")
    outline.loc[0, "name"] = "changed"
    assert country_outline("FRA")["name"].tolist() == ["France"]


def test_metropolitan_france_is_what_lies_near_its_accounts():
    france = country_outline("FRA")
    metropolitan = mainland(france, [PARIS, AJACCIO, (np.nan, 3.0)])
    west, south, east, north = metropolitan.total_bounds
    assert -6 < west < east < 10
    assert 41 < south < north < 52
    assert area_km2(metropolitan)[0] == pytest.approx(551_500, rel=0.01)
    assert metropolitan["name"].tolist() == ["France"]


def test_an_account_keeps_the_part_it_lies_on():
    france = country_outline("FRA")
    near = mainland(france, [PARIS], within_km=50.0)
    with_corsica = mainland(france, [PARIS, AJACCIO], within_km=50.0)
    with_reunion = mainland(france, [PARIS, SAINT_DENIS], within_km=50.0)
    assert area_km2(with_corsica)[0] - area_km2(near)[0] == pytest.approx(8_680, rel=0.03)
    assert area_km2(with_reunion)[0] - area_km2(near)[0] == pytest.approx(2_512, rel=0.05)


@pytest.mark.parametrize(("within_km", "parts"), [(110.0, 1), (112.0, 2), (0.0, 1)])
def test_a_part_stays_up_to_the_distance_and_not_beyond(within_km, parts):
    # The second square begins one degree, 111.2 km, east of the account at the border.
    squares = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)])
    outline = gpd.GeoDataFrame(geometry=[squares], crs="EPSG:4326")
    kept = mainland(outline, [(0.5, 1.0)], within_km)
    assert shapely.get_num_geometries(kept.geometry.iloc[0]) == parts


@pytest.mark.parametrize("points", [np.empty((0, 2)), [(np.nan, np.nan)], [(0.0, -150.0)]])
def test_without_a_point_near_any_part_the_whole_outline_stays(points):
    outline = country_outline("FRA")
    assert mainland(outline, points).geom_equals(outline).all()


def test_fiji_keeps_both_sides_of_the_180th_meridian():
    fiji = mainland(country_outline("FJI"), [(-16.8, 179.9)])
    west, _, east, _ = fiji.total_bounds
    assert (west, east) == pytest.approx((-180.0, 180.0))
    assert pick_crs(fiji).startswith("+proj=laea +lat_0=-17")
