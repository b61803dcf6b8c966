"""The GeoPackage holds what the plan holds, byte for byte the same each time."""

from __future__ import annotations

import time
import warnings
from dataclasses import replace

import geopandas as gpd
import pyogrio
import pytest
from outcome_builders import make_empty_outcome, make_outcome

from geodata.areas import Shapes
from reports.geopackage import write_geopackage


@pytest.fixture(scope="module")
def outcome():
    return make_outcome()


def test_territories_carry_the_figures_of_their_reps(outcome, tmp_path):
    write_geopackage(outcome, tmp_path / "plan.gpkg")
    drawn = gpd.read_file(tmp_path / "plan.gpkg", layer="territories")
    reps = outcome.reps.set_index("rep_id").loc[drawn["rep_id"]]
    assert drawn["rep_id"].tolist() == outcome.territory_shapes["rep_id"].tolist()
    for column, source in {
        "rep_name": "name",
        "accounts": "accounts_after",
        "workload_hours": "workload_hours_after",
        "workload_deviation": "workload_deviation",
        "potential_eur": "potential_eur_after",
        "potential_deviation": "potential_deviation",
    }.items():
        assert drawn[column].tolist() == reps[source].tolist(), column
    assert drawn.crs == "EPSG:4326"
    squares = outcome.territory_shapes.geometry
    assert (
        drawn.normalize()
        .geom_equals(squares.map(lambda square: type(drawn.geometry.iloc[0])([square])).normalize())
        .all()
    )


def test_accounts_lie_where_they_are_and_name_both_reps(outcome, tmp_path):
    write_geopackage(outcome, tmp_path / "plan.gpkg")
    accounts = gpd.read_file(tmp_path / "plan.gpkg", layer="accounts")
    plan = outcome.territories
    for column in ("account_id", "name", "rep_id", "previous_rep_id", "moved"):
        assert accounts[column].tolist() == plan[column].tolist(), column
    assert accounts["moved"].dtype == bool
    assert accounts.geometry.x.tolist() == plan["lon_deg"].tolist()
    assert accounts.geometry.y.tolist() == plan["lat_deg"].tolist()


def test_an_account_without_coordinates_keeps_its_row(outcome, tmp_path):
    plan = outcome.territories.copy()
    plan.loc[[3, 5], ["lat_deg", "lon_deg"]] = [[float("nan"), 2.0], [46.0, float("nan")]]
    write_geopackage(replace(outcome, territories=plan), tmp_path / "plan.gpkg")
    accounts = gpd.read_file(tmp_path / "plan.gpkg", layer="accounts")
    assert accounts.index[accounts.geometry.isna()].tolist() == [3, 5]
    assert len(accounts) == len(plan)


def test_the_same_plan_is_the_same_file_even_a_second_later(outcome, tmp_path):
    write_geopackage(outcome, tmp_path / "one.gpkg")
    time.sleep(1.1)
    write_geopackage(outcome, tmp_path / "two.gpkg")
    write_geopackage(outcome, tmp_path / "two.gpkg")
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.gpkg", "two.gpkg"]


def test_another_plan_is_another_file(outcome, tmp_path):
    write_geopackage(outcome, tmp_path / "one.gpkg")
    plan = outcome.territories.assign(moved=~outcome.territories["moved"])
    write_geopackage(replace(outcome, territories=plan), tmp_path / "two.gpkg")
    assert (tmp_path / "one.gpkg").read_bytes() != (tmp_path / "two.gpkg").read_bytes()


def test_the_fixed_date_is_taken_back(outcome, tmp_path):
    write_geopackage(outcome, tmp_path / "plan.gpkg")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_without_drawn_territories_the_accounts_stand_alone(outcome, tmp_path):
    blank = Shapes({"rep_id": [], "name": [], "geometry": []}, geometry="geometry", crs="EPSG:4326")
    write_geopackage(replace(outcome, territory_shapes=blank), tmp_path / "plan.gpkg")
    assert [layer for layer, _ in pyogrio.list_layers(tmp_path / "plan.gpkg")] == ["accounts"]


def test_without_territories_there_is_no_file_and_an_old_one_goes(outcome, tmp_path):
    path = tmp_path / "plan.gpkg"
    write_geopackage(outcome, path)
    write_geopackage(make_empty_outcome("no_plan"), path)
    assert not path.exists()


def test_shapes_in_another_projection_are_brought_to_degrees(outcome, tmp_path):
    shapes = outcome.territory_shapes.to_crs("EPSG:2154")
    write_geopackage(replace(outcome, territory_shapes=shapes), tmp_path / "plan.gpkg")
    drawn = gpd.read_file(tmp_path / "plan.gpkg", layer="territories")
    assert drawn.total_bounds == pytest.approx(outcome.territory_shapes.total_bounds, abs=1e-6)


def test_writing_warns_of_nothing(outcome, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_geopackage(outcome, tmp_path / "plan.gpkg")
