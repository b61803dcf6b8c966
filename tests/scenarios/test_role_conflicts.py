"""Every short month has its reason, and rules that cannot all be kept are named with ways out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer.result import Options
from optimizer.roles import least_shortage
from optimizer.roles_plan import hours_with_roles
from optimizer.roles_problem import plain_roles
from scenarios import outcome_role_conflicts, outcome_role_months
from scenarios.build_roles import SHARED_POOL, RoleView, month_views
from scenarios.decide import Request, Territories, Watch, solve_staffing_of
from scenarios.outcome_role_conflicts import (
    CONFLICT,
    RELAXED,
    WITHOUT_RULES,
    conflict_rows,
    relaxed,
)
from scenarios.outcome_role_months import month_reasons
from scenarios.outcome_roles import options_of, role_tables
from scenarios.overlay import apply_scenario
from scenarios.read import load_workspace

SEASON = Path(__file__).parents[2] / "examples" / "season"
OPTIONS = Options(seconds=20.0, gap=0.0, effort=1)


def month(need, speed, hours=20.0, **rules) -> RoleView:
    """Return a month of two or more persons in one pool whose roles are the best there are."""
    people = len(speed)
    problem = plain_roles(
        pools=("north", SHARED_POOL), phases=("meeting", "proposal", "calls")[: len(need)],
        person_ids=tuple(f"R{n + 1}" for n in range(people)),
        need_hours=np.array([need, [0.0] * len(need)], dtype=float),
        person_hours=np.full(people, hours), speed=np.array(speed, dtype=float),
        specialisation_gain=(1.0,), may_idle=True, **rules,
    )  # fmt: skip
    bare = replace(problem, min_share=0.0)
    plan = hours_with_roles(bare, least_shortage(bare, OPTIONS).plan.roles)
    return RoleView(period="2026-01", problem=problem, plan=plan, persons=np.arange(people))


def told(view: RoleView) -> list[dict]:
    return list(conflict_rows(view, view.plan, OPTIONS, Watch()))


def held(*rows) -> np.ndarray:
    return np.array(rows, dtype=bool)


def test_rules_that_cost_nothing_are_no_conflict():
    assert told(month([20.0, 20.0], [[1, 1], [1, 1]])) == []


def test_hours_missing_whatever_the_rules_are_no_conflict_of_rules():
    """Eighty hours for forty: the proof says it, no rule is to blame."""
    assert told(month([40.0, 40.0], [[1, 1], [1, 1]])) == []


def test_a_ban_that_leaves_work_is_named_with_what_lifting_it_brings():
    """Only R1 may do proposals: 10 of 30 h stay undone, though R2 has 10 h and could do them."""
    view = month([10.0, 30.0], [[1, 1], [1, 1]], bans=held([0, 0], [0, 1]))
    conflict, *ways = told(view)
    assert conflict["kind"] == CONFLICT
    assert conflict["short_hours"] == pytest.approx(10.0)
    assert "R2 does not hold proposal" in conflict["reason"]
    assert "did not confirm" not in conflict["reason"]
    assert all(way["kind"] == RELAXED for way in ways)
    lift = next(way for way in ways if way["reason"] == "R2 may hold proposal")
    assert (lift["rep_id"], lift["phase"]) == ("R2", "proposal")
    assert lift["saved_hours"] == pytest.approx(10.0)
    assert lift["short_hours"] == pytest.approx(0.0)


def test_a_pin_and_a_limit_that_clash_are_both_ways_out():
    """R1 must hold calls that nobody needs; with one phase each nobody is left for proposals."""
    pins = held([0, 0, 1], [0, 0, 0])
    view = month([20.0, 20.0, 0.0], [[1, 1, 1], [1, 1, 1]], pins=pins, max_phases=1)
    conflict, *ways = told(view)
    assert conflict["short_hours"] == pytest.approx(20.0)
    saved = {way["reason"]: way["saved_hours"] for way in ways}
    assert saved["R1 need not hold calls"] == pytest.approx(20.0)
    assert saved["everybody may hold two phases"] == pytest.approx(20.0)
    assert saved[WITHOUT_RULES] == pytest.approx(20.0)
    assert not any("is left" in reason for reason in saved), "leaving work is no way out"


def test_a_rule_beside_the_point_is_not_among_the_conflict():
    bans = held([0, 0, 1], [0, 1, 1])
    view = month([10.0, 30.0, 0.0], [[1, 1, 1], [1, 1, 1]], bans=bans)
    assert "calls" not in " ".join(row["reason"] for row in told(view))


def test_a_share_that_is_kept_can_be_the_rule_that_leaves_work():
    """Three phases for one person at 0.3 of the time each leave 8 h for 12 h of meetings."""
    view = month([12.0, 4.0, 4.0], [[1, 1, 1]], max_phases=3)
    view = replace(view, kept_share=0.3)
    best = least_shortage(view.under_plan_rules, OPTIONS).plan
    rows = list(conflict_rows(view, best, OPTIONS, Watch()))
    saved = {row["reason"]: row.get("saved_hours") for row in rows}
    assert saved["phases held keep no share of the time"] == pytest.approx(4.0)


@pytest.mark.parametrize(("most", "minimal"), [(2, True), (1, False)])
def test_for_large_teams_rules_are_given_up_one_by_one(monkeypatch, most, minimal):
    monkeypatch.setattr(outcome_role_conflicts, "MOST_PERSONS", most)
    view = month([10.0, 30.0], [[1, 1], [1, 1]], bans=held([0, 0], [0, 1]))
    clash, *ways = told(view)
    assert clash["reason"].startswith("these cannot all be kept") == minimal
    if not minimal:
        assert clash["reason"].endswith("together leave 10 h more than none would")
    saved = {way["reason"]: way["saved_hours"] for way in ways}
    assert saved["R2 may hold proposal"] == pytest.approx(10.0)
    assert list(saved)[-1] == WITHOUT_RULES


def test_relaxing_takes_away_one_rule_and_no_other():
    view = month([1.0, 1.0], [[1, 1], [1, 1]], bans=held([1, 0], [0, 1]))
    from optimizer.roles_rules import RoleRule

    lifted = relaxed(view.problem, RoleRule(kind="ban", person=1, phase=1))
    assert lifted.bans.tolist() == [[True, False], [False, False]]
    assert view.problem.bans.sum() == 2, "the month itself stays as it is"


@pytest.fixture(scope="module")
def season():
    request = Request(folder=SEASON, scenario="a-without-provider")
    workspace = apply_scenario(load_workspace(SEASON), request.scenario).workspace
    staffing = solve_staffing_of(workspace, Territories(), (), None, request, Watch())
    return workspace, staffing, request


def months(season, **changes):
    workspace, staffing, request = season
    plan = staffing.solution.plan
    options = options_of(request)
    return list(month_reasons(staffing.case, plan, workspace.config, options, Watch()))


def test_every_short_month_and_no_other_has_a_reason(season):
    workspace, staffing, _ = season
    views = month_views(staffing.case, staffing.solution.plan, workspace.config)
    short = {v.period: float(v.plan.short_hours.sum()) for v in views}
    rows = months(season)
    assert [row["period"] for row in rows] == [p for p, hours in short.items() if hours >= 1.0]
    assert rows, "a season without short months proves nothing"
    for row in rows:
        assert row["short_hours"] == pytest.approx(short[row["period"]])
        assert row["reason"]


def test_what_is_missing_and_what_roles_could_do_never_add_up_to_more_than_is_short(season):
    for row in months(season):
        assert 0.0 <= row["proved_hours"] + row["saved_hours"] <= row["short_hours"] + 1e-6


def test_beyond_the_size_searched_proofs_alone_give_the_reason(season, monkeypatch):
    monkeypatch.setattr(outcome_role_months, "MOST_PERSON_MONTHS", 0)
    for row in months(season):
        assert row["saved_hours"] == pytest.approx(0.0)
        assert row["reason"]
        assert "best roles found" not in row["reason"], "none were looked for"


def test_a_month_with_other_roles_at_hand_says_so():
    """R1 holds meetings, R2 proposals of which there are more; both could do both."""
    view = month([10.0, 30.0], [[1, 1], [1, 1]])
    roles = held([1, 0], [0, 1])
    view = replace(view, plan=hours_with_roles(view.under_plan_rules, roles))
    levels = outcome_role_months._levels(view, OPTIONS, Watch(), search=True)
    assert (levels.planned, levels.same_roles) == pytest.approx((10.0, 10.0))
    assert levels.other_roles == pytest.approx(0.0)
    assert list(outcome_role_months._parts(view, levels)) == [
        "other roles in this month alone would cover 10 h"
    ]


@pytest.mark.parametrize(("search", "said"), [(True, False), (False, True)])
def test_without_a_search_what_stays_short_is_put_down_to_the_roles_of_the_plan(search, said):
    """R1 could do proposals and R2 meetings; as they are, 10 h stay short and no sum proves it."""
    view = month([10.0, 30.0], [[1, 1], [1, 1]])
    roles = held([1, 0], [0, 1])
    view = replace(view, plan=hours_with_roles(view.under_plan_rules, roles))
    levels = outcome_role_months._levels(view, OPTIONS, Watch(), search=search)
    (part,) = outcome_role_months._parts(view, levels)
    assert (part == "10 h more stay short with the roles of the plan") == said


def test_time_that_is_there_and_not_used_is_no_fault_of_the_roles():
    view = month([10.0, 10.0], [[1, 1], [1, 1]])
    idle = replace(view.plan, hours=view.plan.hours * 0, short_hours=view.problem.need_hours)
    levels = outcome_role_months._levels(replace(view, plan=idle), OPTIONS, Watch(), search=True)
    (said,) = outcome_role_months._parts(view, levels)
    assert said.startswith("for 20 h there is time")


def test_the_table_holds_months_first_and_no_missing_words(season):
    workspace, staffing, request = season
    table = role_tables(staffing, workspace.config, request, Watch())["role_reasons"]
    kinds = table["kind"].tolist()
    assert kinds[0] == "month"
    assert not table[["kind", "subject", "rep_id", "pool", "phase", "reason"]].isna().any(axis=None)
