"""The demo of French town halls is consistent with itself, with its README and its sources."""

import csv
import importlib
import os
import re
import sys
import tomllib
from collections import Counter, defaultdict
from math import cos, hypot, radians
from pathlib import Path

import pytest

from scenarios.build_funnel import plan_funnels
from scenarios.build_targets import pool_shares
from scenarios.capacity import capacity_of
from scenarios.errors import Severity
from scenarios.overlay import apply_scenario, scenario_names
from scenarios.read import load_workspace
from scenarios.tables import TABLES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "communes"
CENTROIDS = ROOT.parent / "shared" / "data" / "fr_geo" / "communes.csv"
PACKAGES = ("QUARTIER_COMMUNES_PACKAGE", "QUARTIER_GEONAMES_PACKAGE")
GENERATED = ("accounts", "units", "reps", "skills", "pipeline", "match_report")
HORIZON_START = "2027-01-01"


def read(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


ACCOUNTS, REPS, UNITS = read("accounts"), read("reps"), read("units")
HERE_IN_2027 = [r for r in REPS if not r["end_date"] or r["end_date"] >= HORIZON_START]
FIELD = [rep for rep in HERE_IN_2027 if rep["kind"] == "field"]
README = (FOLDER / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def workspace():
    return load_workspace(FOLDER)


@pytest.fixture(scope="module")
def load_of_team(workspace):
    """Return hours asked of the team by phase, and hours it has, over the horizon."""
    tables = workspace.tables
    hours = capacity_of(tables["reps"], tables["leave"], workspace.config).hours
    funnels = plan_funnels(workspace, pool_shares(workspace, None))
    need = Counter()
    for plan in funnels.values():
        for phase, line in plan.hours.items():
            need[phase] += float(sum(line))
    return need, float(hours.sum())


def km_apart(a, b):
    """Return a flat distance, good to a per cent over a few hundred kilometres of France."""
    lat = radians((float(a["lat_deg"]) + float(b["lat_deg"])) / 2)
    north = float(a["lat_deg"]) - float(b["lat_deg"])
    return 111.2 * hypot(north, (float(a["lon_deg"]) - float(b["lon_deg"])) * cos(lat))


@pytest.mark.parametrize("table", [*GENERATED[:-1], "process", "targets", "hiring", "providers"])
def test_columns_are_those_of_the_contract(table):
    spec = TABLES[table]
    columns = set(read(table)[0])
    assert columns <= {column.name for column in spec.columns}
    assert {column.name for column in spec.columns if column.required} <= columns


def test_every_commune_stands_once_under_its_insee_code():
    codes = [account["account_id"] for account in ACCOUNTS]
    assert len(codes) == len(set(codes)) == 5397
    assert codes == sorted(codes)
    assert all(re.fullmatch(r"(\d\d|2[AB])\d{3}", code) for code in codes)
    assert all(a["unit_id"] == a["account_id"][:2] for a in ACCOUNTS)
    assert min(int(a["population"]) for a in ACCOUNTS) >= 2000
    assert {a["unit_id"] for a in ACCOUNTS} == {u["unit_id"] for u in UNITS}
    assert len(UNITS) == 96


def test_segments_follow_population():
    for account in ACCOUNTS:
        size = int(account["population"])
        assert account["segment"] == (
            "gold" if size >= 20_000 else "silver" if size >= 5_000 else "bronze"
        )
    counts = Counter(account["segment"] for account in ACCOUNTS)
    for segment in ("gold", "silver", "bronze"):
        assert f"({counts[segment]:,})" in README


def test_potential_is_the_formula_of_the_readme_and_paris_does_not_rule():
    for account in ACCOUNTS:
        assert int(account["potential_eur"]) == round(100 * int(account["population"]) ** 0.6, -1)
    potential = {a["account_id"]: int(a["potential_eur"]) for a in ACCOUNTS}
    full_time = sum(potential.values()) / sum(float(rep["fte"]) for rep in FIELD)
    assert potential["75056"] / full_time == pytest.approx(0.22, abs=0.005)


def test_match_rate_is_the_one_the_readme_states():
    placed = [a for a in ACCOUNTS if a["lat_deg"]]
    people, everybody = (sum(int(a["population"]) for a in rows) for rows in (placed, ACCOUNTS))
    methods = Counter(row["method"] for row in read("match_report"))
    by_name = len(placed) - methods["other name"] - methods["seat"]
    text = " ".join(README.split())
    assert (
        f"{len(placed):,} of {len(ACCOUNTS):,} communes are placed "
        f"({len(placed) / len(ACCOUNTS):.2%}; {people / everybody:.2%} of the inhabitants): "
        f"{by_name:,} by name, {methods['other name']} by another name, "
        f"{methods['seat']} by their seat; {methods['none']} are not matched"
    ).replace("%", " %") in text


def test_every_account_without_place_is_in_the_report_with_a_reason():
    without = {a["account_id"] for a in ACCOUNTS if not a["lat_deg"]}
    unmatched = {r["account_id"]: r for r in read("match_report") if r["method"] == "none"}
    assert set(unmatched) == without
    assert all(row["rejected"] for row in unmatched.values())
    assert all(bool(a["lat_deg"]) == bool(a["lon_deg"]) for a in ACCOUNTS)


def test_no_place_serves_two_accounts():
    points = Counter((a["lat_deg"], a["lon_deg"]) for a in ACCOUNTS if a["lat_deg"])
    assert max(points.values()) == 1


def test_units_lie_at_the_weighted_mean_of_their_placed_accounts():
    members = defaultdict(list)
    for account in ACCOUNTS:
        if account["lat_deg"]:
            members[account["unit_id"]].append(account)
    for unit in UNITS:
        rows = members[unit["unit_id"]]
        weight = sum(int(a["population"]) for a in rows)
        for column in ("lat_deg", "lon_deg"):
            mean = sum(int(a["population"]) * float(a[column]) for a in rows) / weight
            assert float(unit[column]) == pytest.approx(mean, abs=1e-5)


def test_every_account_but_one_island_has_a_group_and_no_group_outgrows_a_territory():
    assert [a["name"] for a in ACCOUNTS if not a["group_id"]] == ["L'Île-d'Yeu"]
    assert all(re.fullmatch(r"\d{9}", a["group_id"]) for a in ACCOUNTS if a["group_id"])
    potential = Counter()
    for account in ACCOUNTS:
        potential[account["group_id"]] += int(account["potential_eur"])
    full_time = sum(potential.values()) / sum(float(rep["fte"]) for rep in FIELD)
    assert max(potential.values()) < full_time


def test_owners_are_field_reps_and_a_department_has_one():
    field = {rep["rep_id"]: rep for rep in REPS if rep["kind"] == "field"}
    owners = defaultdict(set)
    for account in ACCOUNTS:
        assert bool(account["owner"]) == bool(account["owner_since"])
        if account["owner"]:
            owners[account["unit_id"]].add(account["owner"])
            assert account["owner_since"] >= field[account["owner"]]["start_date"]
            assert account["owner_since"] < HORIZON_START
    assert all(len(reps) == 1 for reps in owners.values())
    nobody = sum(not account["owner"] for account in ACCOUNTS) / len(ACCOUNTS)
    assert 0.03 <= nobody <= 0.05
    assert all(a["owner"] and a["segment"] == "gold" for a in ACCOUNTS if a["locked"] == "yes")


def test_todays_territories_are_uneven_and_the_readme_says_how(workspace):
    segments = workspace.config.segments
    hours = Counter()
    for account in ACCOUNTS:
        rules = segments[account["segment"]]
        hours[account["owner"]] += rules.visits_per_year * rules.hours_per_visit
    fair = sum(hours.values()) / sum(float(rep["fte"]) for rep in FIELD)
    shares = [hours[rep["rep_id"]] / float(rep["fte"]) / fair for rep in FIELD]
    assert max(shares) > 2
    assert min(shares) < 0.5


def test_team_is_the_one_described():
    inside = [rep for rep in REPS if rep["kind"] == "inside"]
    assert (len(FIELD), len(inside), len({rep["pool"] for rep in REPS})) == (41, 19, 12)
    assert {rep["fte"] for rep in REPS} == {"1", "0.8", "0.5"}
    towns = {(a["lat_deg"], a["lon_deg"]) for a in ACCOUNTS}
    assert all((rep["lat_deg"], rep["lon_deg"]) in towns for rep in REPS)
    assert len({rep["name"] for rep in REPS}) == len(REPS)
    assert sum(not rep["max_travel_km"] for rep in FIELD) >= 3


def test_skills_cover_todays_phases_and_stay_in_their_limits():
    skills = defaultdict(set)
    for row in read("skills"):
        skills[row["rep_id"]].add(row["phase"])
        assert 0.8 <= float(row["productivity"]) <= 1.2
        assert 0.0 <= float(row["preference"]) <= 1.0
    assert set(skills) == {rep["rep_id"] for rep in REPS}
    for rep in REPS:
        assert set(rep["current_phases"].split("|")) <= skills[rep["rep_id"]]


def test_overrides_move_accounts_that_are_not_locked():
    accounts = {account["account_id"]: account for account in ACCOUNTS}
    field = {rep["rep_id"] for rep in FIELD}
    for row in read("overrides"):
        account = accounts[row["account_id"]]
        assert row["rep_id"] in field - {account["owner"]}
        assert account["locked"] == "no"
        assert row["reason"]
        assert row["author"]


def test_check_finds_no_error_and_the_defects_the_readme_announces(workspace):
    codes = Counter(finding.code for finding in workspace.findings)
    assert [f for f in workspace.findings if f.severity is Severity.ERROR] == []
    assert codes["coordinates_missing"] == 240
    assert codes["override_expired"] == 1
    nievre = sum(account["owner"] == "F42" for account in ACCOUNTS)
    assert codes["owner_left"] == nievre > 0
    assert workspace.set_aside.empty or set(workspace.set_aside["table"]) == {"overrides"}


def test_year_is_about_a_tenth_more_than_the_team_can_do(load_of_team):
    need, capacity = load_of_team
    # Travel, about a quarter of the field hours, comes on top of the funnel.
    with_travel = sum(need.values()) + 0.27 * need["meeting"]
    assert 0.95 <= sum(need.values()) / capacity <= 1.05
    assert 1.05 <= with_travel / capacity <= 1.20


def test_visits_are_the_meetings_of_the_target(workspace, load_of_team):
    need, _ = load_of_team
    rules = workspace.config.segments
    visits = sum(
        rules[a["segment"]].visits_per_year * rules[a["segment"]].hours_per_visit for a in ACCOUNTS
    )
    assert visits == pytest.approx(need["meeting"], rel=0.05)


def test_opening_pipeline_saves_most_of_the_first_deals(workspace):
    plans = plan_funnels(workspace, pool_shares(workspace, None)).values()
    at_risk = sum(float(sum(plan.deals_at_risk)) for plan in plans)
    wanted = sum(float(sum(plan.problem.deals_by_month)) for plan in plans)
    assert 0 < at_risk / wanted < 0.05
    assert not any(left for plan in plans for left in plan.pipeline_left.values())


def test_every_scenario_applies_and_is_listed(workspace):
    listed = tomllib.loads((FOLDER / "quartier.toml").read_text("utf-8"))["scenarios"]
    assert listed == list(scenario_names(workspace))
    assert len(listed) == 6
    for name in listed:
        overlaid = apply_scenario(workspace, name)
        assert len(overlaid.changes) > 0
        assert overlaid.title


@pytest.mark.shared
def test_places_lie_in_their_communes():
    if not CENTROIDS.is_file():
        pytest.skip("the centroids of the communes are not beside the project")
    with CENTROIDS.open(encoding="utf-8", newline="") as file:
        centroids = {
            row["code_commune"]: {"lat_deg": row["lat"], "lon_deg": row["lon"]}
            for row in csv.DictReader(file)
            if row["lat"]
        }
    off = [
        km_apart(account, centroids[account["account_id"]])
        for account in ACCOUNTS
        if account["lat_deg"] and account["account_id"] in centroids
    ]
    assert len(off) > 5100
    assert max(off) < 20
    assert sum(km > 10 for km in off) == 3
    assert f"{sum(km <= 5 for km in off) / len(off):.1%}".replace("%", " %") in README


def test_rebuild_gives_the_same_files(tmp_path):
    packages = [os.environ.get(name, "") for name in PACKAGES]
    if not all(packages):
        pytest.skip(f"set {' and '.join(PACKAGES)} to the packages named in the README")
    sys.path.append(str(FOLDER))
    sources, build = (importlib.import_module(name) for name in ("sources", "build"))
    geography = sources.read_geography(Path(packages[0]))
    build.build(geography, sources.read_places(packages[1]), tmp_path)
    for name in GENERATED:
        assert (tmp_path / f"{name}.csv").read_bytes() == (FOLDER / f"{name}.csv").read_bytes()
