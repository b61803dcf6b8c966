"""Projections, areas, territories joined from cells, simplification, compactness."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geodata.areas import (
    area_km2,
    compactness,
    country_outline,
    dissolve,
    pick_crs,
    project,
    simplify_coverage,
    to_wgs84,
)
from geodata.cells import voronoi_cells
from geodata.points import outside_km

METRIC = "EPSG:2154"


def _shapes(polygons: list[shapely.Polygon], crs: str | None = METRIC) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(polygons), crs=crs)


def _grid(columns: int, rows: int, size: float = 1000.0) -> gpd.GeoDataFrame:
    """Cells row by row from the south-west.

    6 7 8
    3 4 5
    0 1 2
    """
    boxes = [
        shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size)
        for y in range(rows)
        for x in range(columns)
    ]
    return _shapes(boxes)


@pytest.mark.parametrize("iso3", ["FRA", "NOR", "CHL", "FJI", "ECU"])
def test_area_agrees_with_geodesics_on_the_ellipsoid(iso3):
    outline = country_outline(iso3)
    parts = shapely.orient_polygons(shapely.get_parts(outline.geometry.iloc[0]))
    geodesic = sum(Geod(ellps="WGS84").geometry_area_perimeter(part)[0] for part in parts)
    assert area_km2(outline)[0] == pytest.approx(geodesic / 1e6, rel=5e-4)


def test_area_does_not_depend_on_the_projection_it_comes_in():
    outline = country_outline("BEL")
    assert area_km2(project(outline, "EPSG:3035"))[0] == pytest.approx(area_km2(outline)[0], 1e-4)


def test_the_picked_projection_is_equal_area_and_centred():
    square = _shapes([shapely.box(4, 50, 6, 52)], "EPSG:4326")
    crs = pick_crs(square)
    lat, lon = (float(part.split("=")[1]) for part in crs.split()[1:3])
    assert (lat, lon) == pytest.approx((51.0, 5.0), abs=0.05)
    assert project(square, crs).area.iloc[0] / 1e6 == pytest.approx(area_km2(square)[0], rel=1e-3)


def test_the_same_outline_gets_the_same_projection_text_whatever_crs_it_comes_in():
    outline = country_outline("BEL")
    assert pick_crs(outline) == pick_crs(project(outline, "EPSG:3035"))


@pytest.mark.parametrize(
    ("crs", "message"),
    [
        ("nonsense", "is not known"),
        ("EPSG:999999", "is not known"),
        ("", "is not known"),
        ("EPSG:4326", "not a projection in metres"),
        ("EPSG:2263", "not a projection in metres"),
        ("EPSG:4978", "not a projection in metres"),
    ],
)
def test_a_crs_that_cannot_measure_in_metres_is_refused(crs, message):
    with pytest.raises(ValueError, match=message):
        project(country_outline("BEL"), crs)


@pytest.mark.parametrize(
    ("iso3", "crs"),
    [
        ("NZL", "+proj=ortho +lat_0=50 +lon_0=4 +units=m"),  # the far side has no coordinates
        ("NZL", "EPSG:2154"),  # coordinates, but wild ones
        ("BEL", "EPSG:2145"),  # a slip of the finger: Alabama
    ],
)
def test_a_crs_made_for_elsewhere_is_refused(iso3, crs):
    with pytest.raises(ValueError, match="choose one made for them"):
        project(country_outline(iso3), crs)


def test_a_crs_that_reaches_a_part_of_the_shapes_will_do():
    assert project(country_outline("FRA"), "EPSG:2154").crs == "EPSG:2154"


def test_shapes_without_crs_or_area_are_refused():
    with pytest.raises(ValueError, match="coordinate system"):
        area_km2(_shapes([shapely.box(0, 0, 1, 1)], None))
    with pytest.raises(ValueError, match="no area"):
        pick_crs(_shapes([shapely.Polygon()], "EPSG:4326"))


def test_cells_of_one_label_become_one_territory():
    joined = dissolve(_grid(3, 3), ["b", "b", "c", "a", "b", "c", "a", "a", "c"])
    assert joined["label"].tolist() == ["a", "b", "c"]
    assert joined.area.tolist() == [3e6, 3e6, 3e6]
    assert set(joined.geom_type) == {"Polygon"}
    assert joined.crs == METRIC


def test_cells_with_a_missing_or_empty_label_belong_to_nobody():
    joined = dissolve(_grid(2, 2), ["a", None, "", "a"])
    assert joined["label"].tolist() == ["a"]
    assert joined.area.tolist() == [2e6]
    assert dissolve(_grid(2, 1), ["", None]).empty


def test_numbers_are_labels_too_and_sort_as_numbers():
    assert dissolve(_grid(3, 1), np.array([10, 9, 10]))["label"].tolist() == [9, 10]


def test_there_must_be_a_label_for_each_cell():
    with pytest.raises(ValueError, match="9 cells need as many labels, not 8"):
        dissolve(_grid(3, 3), ["a"] * 8)


def test_the_order_of_the_cells_changes_nothing():
    cells, labels = _grid(4, 4), np.array(list("aabbaabbccddccdd"))
    order = np.random.default_rng(4).permutation(16)
    one = dissolve(cells, labels)
    other = dissolve(cells.iloc[order].reset_index(drop=True), labels[order])
    assert one["label"].tolist() == other["label"].tolist()
    assert one.normalize().geom_equals_exact(other.normalize(), 0).all()


@pytest.mark.parametrize("offset", [-20.0, 20.0], ids=["overlap", "crack"])
def test_overlaps_and_cracks_of_the_drawing_leave_no_sliver(offset):
    # The middle cell is drawn 20 m too wide, or too narrow, along the middle of its east side.
    left = shapely.box(0, 0, 1000, 3000)
    dent = [(1000, 0), (1000, 1000), (1000 + offset, 1500), (1000, 2000), (1000, 3000)]
    right = shapely.Polygon([*dent, (2000, 3000), (2000, 0)])
    joined = dissolve(_shapes([left, right]), ["a", "a"])
    assert shapely.get_num_interior_rings(joined.geometry.iloc[0]) == 0
    assert joined.geom_type.tolist() == ["Polygon"]
    assert joined.area.iloc[0] == pytest.approx(6e6, rel=1e-3)
    apart = dissolve(_shapes([left, right]), ["a", "b"])
    assert shapely.coverage_is_valid(np.asarray(apart.geometry.array))


def test_a_lake_wider_than_a_crack_stays():
    ring = [
        shapely.box(0, 0, 3000, 1000),
        shapely.box(0, 2000, 3000, 3000),
        shapely.box(0, 1000, 1000, 2000),
        shapely.box(2000, 1000, 3000, 2000),
    ]
    joined = dissolve(_shapes(ring), ["a"] * 4)
    assert shapely.get_num_interior_rings(joined.geometry.iloc[0]) == 1


def _belgian_territories() -> gpd.GeoDataFrame:
    belgium = country_outline("BEL")
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(49.6, 51.4, 300), rng.uniform(2.6, 6.3, 300)
    inside = outside_km(lat, lon, belgium) == 0
    cells = voronoi_cells(lat[inside], lon[inside], belgium, pick_crs(belgium))
    return dissolve(cells, np.digitize(lon[inside], [3.6, 4.2, 4.8, 5.4]))


@pytest.mark.parametrize("degrees", [False, True])
def test_simplified_territories_still_share_their_borders(degrees):
    territories = _belgian_territories()
    if degrees:
        territories = to_wgs84(territories)
    simple = simplify_coverage(territories, 1500.0)
    before, after = (
        shapely.get_num_coordinates(np.asarray(shapes.geometry.array)).sum()
        for shapes in (territories, simple)
    )
    assert after < 0.9 * before
    assert shapely.coverage_is_valid(np.asarray(simple.geometry.array))
    assert simple.crs == territories.crs
    assert simple["label"].tolist() == territories["label"].tolist()
    assert area_km2(simple).sum() == pytest.approx(area_km2(territories).sum(), rel=0.01)


def test_no_tolerance_removes_no_corner():
    square = _grid(1, 1)
    assert simplify_coverage(square, 0.0).geom_equals(square).all()
    assert simplify_coverage(square.iloc[:0], 10.0).empty


def test_compactness_of_known_figures():
    disc = shapely.Point(0, 0).buffer(1000.0, quad_segs=256)
    figures = _shapes([disc, shapely.box(0, 0, 10, 10), shapely.box(0, 0, 1000, 1)])
    measured = compactness(figures)
    square, bar = 4 * np.pi * 100 / 1600, 4 * np.pi * 1000 / 2002**2
    assert measured["polsby_popper"].tolist() == pytest.approx([1.0, square, bar], rel=1e-4)
    discs = [1.0, 2 / np.pi, 4 * 1000 / (np.pi * 1_000_001)]
    assert measured["reock"].tolist() == pytest.approx(discs, rel=1e-4)


def test_compactness_in_degrees_is_that_on_the_ground():
    square = project(country_outline("BEL"), "EPSG:3035")
    ground, degrees = compactness(square), compactness(to_wgs84(square))
    np.testing.assert_allclose(ground, degrees, rtol=1e-3)


def test_an_empty_shape_has_no_compactness():
    figures = _shapes([shapely.Polygon(), shapely.box(0, 0, 1, 1)])
    assert compactness(figures).isna().all(axis=1).tolist() == [True, False]
