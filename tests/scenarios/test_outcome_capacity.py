"""The table of working time: losses add up, formulas give their numbers, flat hours stay flat."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from capacity_cases import make_config, make_leave, make_reps
from workspace_builders import Draft

from scenarios.build_funnel import plan_funnels
from scenarios.build_staffing import build_staffing_case
from scenarios.build_targets import pool_shares
from scenarios.capacity import capacity_of
from scenarios.config import Config
from scenarios.kpis import _staff_cost
from scenarios.outcome_capacity import CAPACITY_COLUMNS, LOSSES, capacity_table

WORDS = ("part time", "absence", "selling", "ramp", "expected to be there", "over-assignment")


def table(config: Config, *people: dict, leave: tuple[tuple[str, ...], ...] = ()) -> pd.DataFrame:
    reps = make_reps(*people)
    return capacity_table(reps, capacity_of(reps, make_leave(*leave), config))


def value_of(formula: str) -> float:
    """Work out the right side of a formula by its signs alone."""
    _, _, right = formula.partition(" = ")
    for word in (*WORDS, "of the month employed", "days", " h"):
        right = right.replace(word, "")
    assert set(right) <= set("0123456789.e+-x()/ "), right
    return float(eval(right.replace("x", "*")))  # the signs above are all there are


FULL = {
    "capacity": {
        "absence_share": 0.05,
        "selling_share": 0.6,
        "later_attrition": 0.2,
        "first_year_attrition": 0.3,
    },
    "calendar": {"leave_days_per_year": 25},
}
PEOPLE = (
    {},
    {"fte": 0.8, "start_date": "2026-02-16"},
    {"subdivision": "57", "end_date": "2026-09-11"},
    {"country": "BEL", "selling_share": 0.4},
)


def test_hours_paid_less_all_losses_are_the_hours_for_customers():
    found = table(
        make_config(**FULL), *PEOPLE, leave=(("R1", "2026-07-06", "2026-07-31", "other"),)
    )
    left = found["paid_hours"] - found[list(LOSSES)].sum(axis=1)
    assert left.to_numpy() == pytest.approx(found["hours"].to_numpy(), abs=1e-9)
    assert (found[list(LOSSES)].to_numpy() > -1e-9).all()
    assert (found[[*LOSSES]].sum() > 0).tolist() == [True] * 6 + [False]


def test_a_buffer_is_a_loss_of_its_own():
    config = make_config(capacity={"over_assignment": 1.25, "ramp": ()})
    found = table(config)
    assert found["buffer_hours"].to_numpy() == pytest.approx(
        0.2 * found["paid_hours"] - 0.2 * found["holiday_hours"]
    )


def test_formulas_give_the_hours_they_stand_for():
    found = table(make_config(**FULL), *PEOPLE)
    for hours, formula in zip(found["hours"], found["formula"], strict=True):
        assert float(formula.split(" h")[0]) == pytest.approx(hours, rel=1e-5)
        assert value_of(formula) == pytest.approx(hours, rel=2e-5, abs=1e-6), formula


def test_a_formula_names_each_factor():
    config = make_config("2026-05", 1, capacity={"absence_share": 0.05, "selling_share": 0.6})
    formula = table(config, {"fte": 0.8, "start_date": "2026-03-01"})["formula"][0]
    assert formula == (
        "40.698 h = 17 days x 7 h x 0.8 part time x (1 - 0.05) absence x 0.6 selling x 0.75 ramp"
    )


def test_a_formula_leaves_out_what_changes_nothing():
    assert table(make_config("2026-05", 1))["formula"][0] == "119 h = 17 days x 7 h"


@pytest.mark.parametrize(
    ("start", "formula"),
    [("2026-05-29", "7 h = 1 day x 7 h"), ("2026-05-28", "14 h = 2 days x 7 h")],
)
def test_one_day_is_said_in_the_singular(start, formula):
    config = make_config("2026-05", 1, capacity={"ramp": ()})
    assert table(config, {"start_date": start})["formula"][0] == formula


def test_flat_hours_lose_nothing_and_say_what_they_are():
    rules = {"productive_hours_per_fte_month": 95, "availability": [0.9] * 12}
    found = table(make_config("2026-04", 1, staffing=rules), {"fte": 0.8, "end_date": "2026-04-15"})
    assert found["basis"].tolist() == ["flat"]
    assert found["formula"][0] == "34.2 h = 85.5 h x 0.8 part time x 0.5 of the month employed"
    assert found["paid_hours"].tolist() == found["hours"].tolist()
    assert found[list(LOSSES)].to_numpy().sum() == 0
    assert value_of(found["formula"][0]) == pytest.approx(34.2)


def test_the_table_has_a_row_a_person_and_month_and_typed_columns():
    found = table(make_config(**FULL), *PEOPLE)
    assert list(found.columns) == CAPACITY_COLUMNS
    assert len(found) == len(PEOPLE) * 12
    assert found["place"].unique().tolist() == ["FRA", "FRA 57", "BEL"]
    text = {"month", "rep_id", "name", "pool", "place", "basis", "formula"}
    assert {name for name in found if found[name].dtype == "str"} == text


def test_nobody_gives_an_empty_table():
    reps = make_reps().iloc[:0]
    found = capacity_table(reps, capacity_of(reps, make_leave(), make_config()))
    assert found.empty
    assert list(found.columns) == CAPACITY_COLUMNS


def test_the_hours_of_the_table_are_those_of_the_staffing_problem(tmp_path):
    draft = (
        Draft().with_leave("R2 2027-08-02 2027-08-20 paid").cells("reps", 2, absence_share="0.1")
    )
    workspace = draft.load(tmp_path)
    case = build_staffing_case(workspace, plan_funnels(workspace, pool_shares(workspace, None)), {})
    found = capacity_table(case.people, case.capacity)
    wide = found.pivot_table(index="rep_id", columns="month", values="hours", sort=True)
    assert np.array_equal(wide.to_numpy(), case.problem.person_hours)
    assert case.problem.person_hours[1, 7] < 0.5 * case.problem.person_hours[1, 5]
    ratio = case.problem.person_hours[2] / case.problem.person_hours[0]
    assert ratio == pytest.approx(0.9 / 0.95)


def test_offers_have_the_hours_of_the_calendar(tmp_path):
    workspace = Draft().rule("calendar", country="FRA").load(tmp_path)
    case = build_staffing_case(workspace, plan_funnels(workspace, pool_shares(workspace, None)), {})
    assert case.problem.hires[0].hours_by_month == pytest.approx(case.problem.person_hours[0])


def test_pay_falls_with_the_people_expected(tmp_path):
    def paid(name: str, **capacity: float) -> float:
        draft = Draft().rule("calendar", country="FRA").column("reps", "cost_eur_per_year", "60000")
        workspace = draft.rule("capacity", **capacity).load(tmp_path / name)
        shares = pool_shares(workspace, None)
        return _staff_cost(build_staffing_case(workspace, plan_funnels(workspace, shares), {}))

    assert paid("all") == pytest.approx(3 * 60_000)
    # The mean of a year in which 36 % leave, at a constant monthly rate.
    monthly = 1 - 0.64 ** (1 / 12)
    mean = sum((1 - monthly) ** month * (1 - monthly / 2) for month in range(12)) / 12
    assert paid("leaving", later_attrition=0.36) == pytest.approx(3 * 60_000 * mean, abs=1)
