"""The small example workspaces hold the figures their READMEs speak of."""

import csv
import json
import re
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer.funnel import ActivityNorm, FunnelPlan, FunnelProblem, Stage, fraction, need
from scenarios.config import Config
from scenarios.tables import BOOLEAN, INTEGER, LIST, NUMBER, TABLES

ROOT = Path(__file__).parents[1]
EXAMPLES = ("action-plan", "season")
SEASON_CASE = ROOT.parent / "shared" / "cases" / "season_5_to_2.json"
FILES = [
    (example, path.stem)
    for example in EXAMPLES
    for path in sorted((ROOT / "examples" / example).glob("*.csv"))
]


def read(example: str, table: str) -> list[dict[str, str]]:
    path = ROOT / "examples" / example / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def config_of(example: str) -> Config:
    text = (ROOT / "examples" / example / "quartier.toml").read_text("utf-8")
    return Config.model_validate(tomllib.loads(text))


def plan_of(example: str) -> FunnelPlan:
    """Return the funnel of the workspace, read without the readers of the application."""
    value = fraction(config_of(example).segments["standard"].revenue_per_deal_eur)
    stages = [
        Stage(
            phase=row["phase"],
            unit=row["unit"],
            units_per_next=fraction(row["units_per_next"]),
            lag_months=fraction(row["lag_months"]),
        )
        for row in sorted(read(example, "process"), key=lambda row: int(row["order"]))
    ]
    norms = [
        ActivityNorm(
            phase=row["phase"],
            activity=row["activity"],
            per_unit=fraction(row["activities_per_unit"]),
            minutes=fraction(row["minutes_per_activity"]),
        )
        for row in read(example, "activity_norms")
    ]
    deals = [fraction(row["revenue_eur"]) / value for row in read(example, "targets")]
    return need(
        FunnelProblem(stages=tuple(stages), norms=tuple(norms), deals_by_month=tuple(deals))
    )


def fits(kind: str, text: str) -> bool:
    patterns = {
        NUMBER: r"\d+(\.\d+)?",
        INTEGER: r"\d+",
        BOOLEAN: r"yes|no",
        LIST: r"[^|]+(\|[^|]+)*",
    }
    return not text or re.fullmatch(patterns.get(kind, r"\S.*"), text) is not None


@pytest.mark.parametrize("example", EXAMPLES)
def test_rules_are_valid_and_months_are_those_of_the_horizon(example):
    config = config_of(example)
    months = [row["month"] for row in read(example, "targets")]
    assert months[0] == config.horizon.first_month
    assert len(months) == len(set(months)) == config.horizon.months
    assert {row["segment"] for row in read(example, "targets")} == set(config.segments)


@pytest.mark.parametrize(("example", "table"), FILES)
def test_tables_have_known_columns_unique_keys_and_values_of_their_kind(example, table):
    rows, spec = read(example, table), TABLES[table]
    assert set(rows[0]) <= {column.name for column in spec.columns}
    assert {c.name for c in spec.columns if c.required} <= set(rows[0])
    keys = [tuple(row.get(name, "") for name in spec.key) for row in rows]
    assert len(keys) == len(set(keys))
    for row in rows:
        for name, text in row.items():
            column = spec.column(name)
            assert fits(column.kind, text), (name, text)
            assert not column.choices or text in ("", *column.choices)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_required_table_is_there_and_no_territories_are(example):
    there = {table for of, table in FILES if of == example}
    assert {name for name, spec in TABLES.items() if spec.required} <= there
    assert "accounts" not in there


@pytest.mark.parametrize("example", EXAMPLES)
def test_people_are_known_and_can_do_phases_of_the_process(example):
    phases = {row["phase"] for row in read(example, "process")}
    people = {row["rep_id"]: row["current_phases"].split("|") for row in read(example, "reps")}
    skills = {(row["rep_id"], row["phase"]) for row in read(example, "skills")}
    assert {phase for _, phase in skills} <= phases
    assert {rep for rep, _ in skills} == set(people)
    assert {(rep, phase) for rep, held in people.items() for phase in held} <= skills


@pytest.mark.parametrize("example", EXAMPLES)
def test_scenarios_are_those_listed_and_change_what_is_there(example):
    files = sorted((ROOT / "examples" / example / "scenarios").glob("*.toml"))
    assert sorted(config_of(example).scenarios) == [path.stem for path in files]
    for path in files:
        scenario = tomllib.loads(path.read_text("utf-8"))
        assert scenario["title"]
        for change in scenario.get("change", []):
            assert len(change.keys() - {"table", "where"}) == 1
            for column, value in change["where"].items():
                assert value in [row[column] for row in read(example, change["table"])]


@pytest.mark.parametrize("example", EXAMPLES)
def test_readme_names_every_scenario(example):
    text = (ROOT / "examples" / example / "README.md").read_text("utf-8")
    assert f"quartier plan examples/{example}" in text
    for name in config_of(example).scenarios:
        assert f"quartier plan examples/{example} --scenario {name}" in text


def test_action_plan_is_the_worked_example_every_month():
    plan = plan_of("action-plan")
    assert plan.problem.deals_by_month == (3, 3, 3)
    assert plan.units["prospecting"] == (240,) * 3
    assert plan.units["meeting"] == (12,) * 3
    assert plan.activities == {
        ("prospecting", "call"): (720,) * 3,
        ("appointment", "call"): (96,) * 3,
        ("meeting", "meeting"): (12,) * 3,
        ("proposal", "proposal"): (24,) * 3,
    }
    assert [hours[0] for hours in plan.hours.values()] == [60, 24, 24, 48]


def test_season_takes_5_20_17_and_14_hours_a_deal_and_wants_95_deals():
    plan = plan_of("season")
    assert sum(plan.problem.deals_by_month) == 95
    assert [plan.hours_per_deal[stage.phase][0, 0] for stage in plan.problem.stages] == [
        5,
        20,
        17,
        14,
    ]


@pytest.mark.shared
def test_season_is_the_reference_case():
    if not SEASON_CASE.exists():
        pytest.skip("the reference data is not beside the project")
    case = json.loads(SEASON_CASE.read_text("utf-8"))
    config, plan = config_of("season"), plan_of("season")
    (hire,), providers = read("season", "hiring"), read("season", "providers")
    team, offer, outside = case["team"], case["hire"], case["provider"]
    segment = config.segments["standard"]
    assert [row["month"] for row in read("season", "targets")] == case["months"]
    assert plan.problem.deals_by_month == tuple(map(fraction, case["target_deals_A"]))
    assert {p: plan.hours_per_deal[p][0, 0] for p in plan.hours} == case["hours_per_deal"]
    margin = segment.revenue_per_deal_eur * segment.margin_rate
    assert margin == case["contribution_margin_per_deal_eur"]
    assert len(read("season", "reps")) == team["existing_reps"]
    hours = config.staffing.productive_hours_per_fte_month
    assert hours == team["productive_hours_per_rep_month"]
    assert numbers(hire, "max_count cost_eur_per_month recruiting_eur lead_months") == [
        team["max_hires"],
        offer["loaded_cost_eur_per_month"],
        offer["recruiting_cost_eur"],
        offer["lead_months"],
    ]
    assert ramp(hire) == offer["ramp"]
    assert [row["phase"] for row in providers] == outside["phases"]
    for row in providers:
        columns = (
            "price_eur_per_hour quality capacity_hours_per_month setup_eur"
            " retainer_eur_per_month min_term_months steering_hours_per_month"
        )
        assert numbers(row, columns) == [
            outside["price_eur_per_hour"],
            outside["effectiveness"],
            outside["capacity_hours_per_month"],
            outside["setup_eur"],
            outside["retainer_eur_per_month"],
            outside["min_commitment_months"],
            outside["pilot_internal_hours_per_month"],
        ]
        assert ramp(row) == outside["ramp"]
    documented = {row["phase"]: row["documented"] == "yes" for row in read("season", "process")}
    assert documented == {a["phase"]: a["outsourceable"] for a in case["funnel"]["activities"]}
    uplift = {
        change["scale"]["revenue_eur"]
        for name in ("b-with-provider", "b-without-provider")
        for change in scenario("season", name)["change"]
        if "scale" in change
    }
    assert uplift == {case["target_uplift_B"]}


@pytest.mark.shared
def test_readme_of_season_promises_the_proved_results_of_the_reference_case():
    if not SEASON_CASE.exists():
        pytest.skip("the reference data is not beside the project")
    expected = json.loads(SEASON_CASE.read_text("utf-8"))["expected"]
    readme = (ROOT / "examples" / "season" / "README.md").read_text("utf-8")
    table = [line.split(" | ") for line in readme.splitlines() if line.startswith(("| A,", "| B,"))]
    promised = [
        (int(hires), Fraction(profit.rstrip(" |").replace(",", "")))
        for _, hires, _, _, _, profit in table
    ]
    assert promised == [
        (case["hires"], fraction(case["profit_before_existing_team_eur"]))
        for case in expected.values()
    ]


def scenario(example: str, name: str) -> dict:
    path = ROOT / "examples" / example / "scenarios" / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def numbers(row: dict[str, str], columns: str) -> list[float]:
    return [float(row[column]) for column in columns.split()]


def ramp(row: dict[str, str]) -> list[float]:
    return [float(share) for share in row["ramp"].split("|")]
