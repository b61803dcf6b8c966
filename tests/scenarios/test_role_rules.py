"""What people decide on roles binds the plan, and the roles of every plan are judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typed_workspace import typed_frame

from optimizer.result import Options
from optimizer.roles_plan import hours_with_roles
from optimizer.roles_problem import RolePlan, plain_roles
from optimizer.staffing_fixed_roles import with_roles
from optimizer.verify_roles import violations_roles
from scenarios import refine_roles
from scenarios.build_roles import MEAN_MONTH, SHARED_POOL, RoleView, own_need, role_views
from scenarios.check_plan import check_decision
from scenarios.decide import Decision, Request, Territories, Watch, decide, solve_staffing_of
from scenarios.outcome_role_reasons import reason_table
from scenarios.outcome_roles import GOAL_COLUMNS, MOST_PERSONS, goal_values, role_tables
from scenarios.overlay import apply_scenario
from scenarios.read import load_workspace
from scenarios.refine_roles import refine_decision
from scenarios.role_rules import help_speeds
from scenarios.run import make_outcome
from scenarios.seats import seat_holders
from scenarios.starter import write_starter
from scenarios.tables import TABLES

SEASON = Path(__file__).parents[2] / "examples" / "season"
PINS = "rep_id,phase,rule,reason\n"


def planned(folder: Path, rules: str = "", roles: str = ""):
    """Return the plan of the starter under rules of roles."""
    write_starter("outbound", folder)
    if rules:
        (folder / "role_rules.csv").write_text(PINS + rules, encoding="utf-8")
    with (folder / "quartier.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[roles]\n{roles}\n")
    return make_outcome(Request(folder=folder), Watch())


def held(outcome) -> dict[str, set[str]]:
    rows = outcome.roles[outcome.roles["phase"] != ""]
    return {rep: set(group) for rep, group in rows.groupby("rep_id")["phase"]}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def ruled(tmp_path_factory):
    rules = "R4,research,must_hold,knows the regional key accounts\n"
    rules += "R3,research,may_not_hold,moves to another desk\n"
    return planned(tmp_path_factory.mktemp("ruled"), rules)


def test_a_pin_and_a_ban_bind_the_plan_and_cost_value(plain, ruled):
    assert "research" not in held(plain)["R4"], "else the pin would prove nothing"
    assert "research" in held(plain)["R3"], "else the ban would prove nothing"
    assert ruled.state == "planned"
    assert "research" in held(ruled)["R4"]
    assert "research" not in held(ruled)["R3"]
    assert ruled.kpis["profit"] <= plain.kpis["profit"]


def test_the_plan_tells_why_a_phase_must_be_held(ruled):
    row = ruled.roles.query("rep_id == 'R4' and phase == 'research'").iloc[0]
    assert "decided by hand: knows the regional key accounts" in row["reason"]


def test_somebody_whom_the_rules_leave_nothing_is_told_so(tmp_path):
    outcome = planned(
        tmp_path, "".join(f"R3,{p},may_not_hold,away\n" for p in ("research", "appointment"))
    )
    (reason,) = outcome.roles.query("rep_id == 'R3'")["reason"]
    assert reason == "the rules of roles leave no phase this person can do"


@pytest.mark.parametrize(("least", "able"), [("0.89", True), ("0.9", True), ("0.91", False)])
def test_a_phase_below_the_least_speed_is_held_by_nobody(tmp_path, least, able):
    write_starter("outbound", tmp_path)
    with (tmp_path / "quartier.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[roles]\nleast_speed = {least}\n")
    workspace = load_workspace(tmp_path)
    case = solve_staffing_of(
        workspace, Territories(), (), None, Request(folder=tmp_path), Watch()
    ).case
    person, phase = 3, case.problem.phases.index("appointment")
    assert case.rules.skills[person, phase] == 0.9
    assert (case.problem.productivity[person, phase] > 0) == able


def test_field_reps_whose_rules_leave_no_field_phase_hold_no_territory(tmp_path):
    write_starter("outbound", tmp_path)
    workspace = load_workspace(tmp_path)
    field = workspace.tables["process"].query("territorial")["phase"].unique()
    assert len(field)
    rules = [
        {"rep_id": "R2", "phase": p, "rule": "may_not_hold", "reason": "inside now"} for p in field
    ]
    tables = {**workspace.tables, "role_rules": typed_frame(TABLES["role_rules"], rules)}
    before = set(seat_holders(workspace.tables, workspace.config)["rep_id"])
    assert before - set(seat_holders(tables, workspace.config)["rep_id"]) == {"R2"}
    under = replace(workspace, tables=tables)
    decision = decide(under, Request(folder=tmp_path), Watch())
    assert check_decision(under, decision) == ()


@pytest.fixture(scope="module")
def season():
    request = Request(folder=SEASON, scenario="b-with-provider")
    workspace = apply_scenario(load_workspace(SEASON), request.scenario).workspace
    staffing = solve_staffing_of(workspace, Territories(), (), None, request, Watch())
    return workspace, staffing


def views(season):
    workspace, staffing = season
    return role_views(staffing.case, staffing.solution.plan, workspace.config)


def test_the_month_that_asks_most_and_the_mean_month_are_looked_at(season):
    _, staffing = season
    peak, mean = views(season)
    need = own_need(staffing.case.problem, staffing.solution.plan)
    asked = need.sum(axis=(0, 1))
    assert peak.period == staffing.case.problem.months[int(asked.argmax())]
    assert peak.problem.need_hours.sum() == pytest.approx(asked.max())
    assert mean.period == MEAN_MONTH
    assert mean.problem.need_hours.sum() == pytest.approx(asked.mean())


def test_what_the_staffing_plan_does_is_a_sound_plan_of_roles(season):
    for view in views(season):
        bare = replace(view.problem, min_share=0.0)
        assert violations_roles(bare, view.plan) == ()


def test_hours_short_and_hours_done_make_the_need_of_own_people(season):
    workspace, staffing = season
    table = role_tables(staffing, workspace.config, request())["role_goals"]
    short = table.query("goal == 'shortage'").set_index("period")["as_planned"]
    for view in views(season):
        done = (view.plan.hours * view.problem.speed[:, None, :]).sum()
        need = view.problem.need_hours.sum()
        assert need - done == pytest.approx(short[view.period], abs=1e-3)


def request() -> Request:
    return Request(folder=SEASON)


def test_hires_and_providers_are_taken_off_the_need(season):
    _, staffing = season
    problem, plan = staffing.case.problem, staffing.solution.plan
    alone = replace(plan, hire_hours=plan.hire_hours * 0, provider_hours=plan.provider_hours * 0)
    outside = sum(
        (offer.productivity[None, :, None] * hours).sum()
        for offer, hours in zip(problem.hires, plan.hire_hours, strict=True)
    ) + sum(
        offer.quality * hours.sum()
        for offer, hours in zip(problem.providers, plan.provider_hours, strict=True)
    )
    assert outside > 0
    both = own_need(problem, alone).sum() - own_need(problem, plan).sum()
    assert both == pytest.approx(outside)


def test_helping_pools_are_reached_at_their_speed_and_shared_work_by_all():
    workspace = load_workspace(SEASON)
    staffing = solve_staffing_of(workspace, Territories(), (), None, request(), Watch())
    problem = replace(staffing.case.problem, pools=("sales", "west"))
    plan = staffing.solution.plan
    hire = np.zeros((plan.hire_hours.shape[0], 2, *plan.hire_hours.shape[2:]))
    bought = np.zeros((plan.provider_hours.shape[0], 3, *plan.provider_hours.shape[2:]))
    plan = replace(plan, hire_hours=hire, provider_hours=bought)
    rows = [{"pool": "sales", "helps_pool": "west", "speed_factor": 0.8}]
    speeds = help_speeds(typed_frame(TABLES["helping"], rows), problem.pools)
    case = replace(staffing.case, problem=replace(problem, help_speed=speeds))
    view = role_views(case, plan, workspace.config)[0]
    assert view.problem.pools == ("sales", "west", SHARED_POOL)
    assert view.problem.pool_factor().tolist() == [[1.0, 0.8, 1.0]] * 3
    case = replace(case, problem=problem)
    alone = role_views(case, plan, workspace.config)[0]
    assert alone.problem.pool_factor().tolist() == [[1.0, 0.0, 1.0]] * 3


def test_an_appointment_and_its_meeting_in_one_hand_are_no_hand_off():
    """One person does all; the field phase stands in the pool, the other in the shared one."""
    units, need = np.array([[0.0, 5.0], [10.0, 0.0]]), np.array([[0.0, 10.0], [10.0, 0.0]])
    problem = plain_roles(
        pools=("north", SHARED_POOL), phases=("appointment", "meeting"), person_ids=("Ana",),
        need_hours=need, person_hours=np.array([20.0]), speed=np.ones((1, 2)), units=units,
        conversion=np.full((2, 2), 0.5), helps=np.array([[False, True]]),
        specialisation_gain=(1.0,),
    )  # fmt: skip
    plan = RolePlan(
        roles=np.ones((1, 2), dtype=bool), hours=need[None], short_hours=np.zeros((2, 2))
    )
    assert goal_values(problem, plan)["hand_offs"] == pytest.approx(0.0)
    other = replace(plan, hours=np.where(np.arange(2) == 1, need[None], 0.0))
    assert goal_values(problem, other)["hand_offs"] == pytest.approx(5.0)


def test_without_backups_asked_for_none_are_missing_and_with_them_they_are_counted(tmp_path, plain):
    assert "backup" not in set(plain.role_goals["goal"])
    asked = planned(tmp_path, roles="backup_holders = 2")
    missing = asked.role_goals.query("goal == 'backup'")["as_planned"]
    assert (missing > 0).all()
    assert asked.kpis["profit"] == plain.kpis["profit"], "counted only"


def test_the_tables_are_the_same_twice(season):
    workspace, staffing = season
    first, second = (role_tables(staffing, workspace.config, request()) for _ in range(2))
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, second[name])


def test_reachable_hours_lie_between_what_is_proved_and_what_is_planned(plain):
    (row,) = plain.role_goals.query("goal == 'shortage' and reachable.notna()").itertuples()
    assert row.proved - 1e-6 <= row.reachable <= row.as_planned + 1e-6


def test_a_short_month_is_explained_in_sums_anybody_can_check(season):
    workspace, staffing = season
    found = role_tables(staffing, workspace.config, request())
    reasons, goals = found["role_reasons"], found["role_goals"]
    short = goals.query("goal == 'shortage' and reachable.notna()")["reachable"].item()
    proofs = reasons.query("kind == 'proof'")
    assert short > 1
    assert len(proofs)
    assert proofs["short_hours"].max() <= short + 1e-3
    assert proofs["reason"].str.contains("whatever the plan").all()
    assert not reasons["reason"].str.contains("dual").any()
    rules = reasons.query("kind == 'rule'").set_index("subject")["short_hours"]
    assert rules["free"] <= rules["limit:4"] + 1e-6 <= rules["limit:1"] + 2e-6
    people = reasons.query("kind == 'person'")
    assert (people["saved_hours"] + people["short_hours"]).to_numpy() == pytest.approx(
        np.full(len(people), short), abs=1e-3
    )


def test_without_people_or_a_plan_the_tables_are_empty(season):
    workspace, staffing = season
    unplanned = replace(staffing, solution=replace(staffing.solution, status="UNKNOWN", plan=None,
                        objective=None, bound=None, terms={}))  # fmt: skip
    found = role_tables(unplanned, workspace.config, request())
    assert found["role_goals"].empty
    assert found["role_goals"].columns.tolist() == GOAL_COLUMNS
    assert found["role_reasons"].empty


def test_beyond_many_persons_goals_are_told_without_a_search(season, monkeypatch):
    workspace, staffing = season
    monkeypatch.setattr("scenarios.outcome_roles.MOST_PERSONS", 2)
    assert MOST_PERSONS > 2
    found = role_tables(staffing, workspace.config, request())
    assert found["role_goals"]["reachable"].isna().all()
    assert len(found["role_goals"])
    assert found["role_reasons"].empty


def refined(season, **rules):
    workspace, staffing = season
    roles = workspace.config.roles.model_copy(update={"refine": True, **rules})
    workspace = replace(workspace, config=workspace.config.model_copy(update={"roles": roles}))
    decision = Decision(territories=Territories(), staffing=staffing, rounds=1, last_change=0.0)
    return workspace, decision, refine_decision(workspace, decision, request(), Watch())


def test_roles_are_left_alone_unless_asked(season):
    _, before, after = refined(season, refine=False)
    assert after is before


def test_refined_roles_pass_the_check_and_cost_no_more_than_allowed(season):
    workspace, before, after = refined(season, refine_tolerance=0.01, backup_holders=3)
    old, new = before.staffing.solution, after.staffing.solution
    assert new.objective >= old.objective - 0.01 * abs(old.objective)
    assert check_decision(workspace, after) == ()
    assert len(new.notes) == len(old.notes) + 1
    assert "role" in new.notes[-1]


def test_what_costs_too_much_is_not_kept_and_said_so(season, monkeypatch):
    def nobody_in_the_first_phase(workspace, staffing, request, watch):
        roles = staffing.solution.plan.roles.copy()
        roles[:, 1:] = False
        return roles

    monkeypatch.setattr(refine_roles, "_better_roles", nobody_in_the_first_phase)
    _, before, after = refined(season, refine_tolerance=0.0)
    assert after.staffing.solution.plan is before.staffing.solution.plan
    assert refine_roles.KEPT in after.staffing.solution.notes[-1]


def test_roles_that_serve_the_goals_better_for_nothing_are_kept(season, monkeypatch):
    """Three phases each earn the same as all four, and hand over more customers."""
    workspace, staffing = season
    everything = staffing.solution.plan.roles
    fewer = ~np.eye(3, 4, k=1, dtype=bool)
    worse = with_roles(staffing.case.problem, staffing.solution, fewer)
    assert worse.objective == pytest.approx(staffing.solution.objective, abs=0.01)
    monkeypatch.setattr(refine_roles, "_better_roles", lambda *_: everything)
    start = workspace, replace(staffing, solution=worse)
    _, _, after = refined(start, refine_tolerance=1e-6)
    assert (after.staffing.solution.plan.roles == everything).all()
    assert after.staffing.solution.notes[-1].startswith("roles of 3 refined for 0.00%")
    _, _, back = refined((workspace, replace(staffing, solution=staffing.solution)))
    assert back.staffing.solution.notes[-1].startswith(refine_roles.KEPT)


def test_a_half_that_pays_is_kept_where_the_whole_does_not(season, monkeypatch):
    """One of the new roles is a loss; the others are tried without it."""
    workspace, staffing = season
    wanted = staffing.solution.plan.roles.copy()
    wanted[0, 1:] = False
    fewer = ~np.eye(3, 4, k=1, dtype=bool)
    worse = with_roles(staffing.case.problem, staffing.solution, fewer)
    monkeypatch.setattr(refine_roles, "_better_roles", lambda *_: wanted)
    start = workspace, replace(staffing, solution=worse)
    _, _, after = refined(start, refine_tolerance=1e-6)
    roles = after.staffing.solution.plan.roles
    assert (roles[0] == fewer[0]).all()
    assert (roles[1:] == wanted[1:]).any(axis=1).any()


def test_the_goals_count_phases_held_on_paper(season):
    peak = views(season)[0]
    problem, plan = peak.problem, peak.plan
    worked = plan.hours.sum(axis=1) / problem.person_hours[:, None]
    few = int((plan.roles & (worked < problem.min_share - 1e-6)).sum())
    assert goal_values(problem, plan)["below_share"] == few
    generous = replace(problem, min_share=0.0)
    assert goal_values(generous, plan)["below_share"] == 0


def short_view(need: float, speed: np.ndarray) -> RoleView:
    """Ana and Bo have 20 h each; 10 h of meetings and `need` h of proposals are wanted."""
    problem = plain_roles(
        pools=("north",), phases=("meeting", "proposal"), person_ids=("Ana", "Bo"),
        need_hours=np.array([[10.0, need]]), person_hours=np.full(2, 20.0), speed=speed,
        specialisation_gain=(1.0,), min_share=0.0, may_idle=True,
    )  # fmt: skip
    roles = np.array([[True, False], [False, True]])
    return RoleView(
        period="2026-01", problem=problem, plan=hours_with_roles(problem, roles),
        persons=np.arange(2),
    )  # fmt: skip


def reasons_of(view: RoleView) -> pd.DataFrame:
    return reason_table(view, view.plan, Options(seconds=20.0), 20.0, Watch())


def test_a_training_is_worth_what_the_idle_colleague_can_take_over():
    found = reasons_of(short_view(28.0, np.eye(2))).query("kind == 'training'")
    assert found[["rep_id", "phase"]].to_numpy().tolist() == [["Ana", "proposal"]]
    assert found["saved_hours"].item() == pytest.approx(8.0)
    assert found["short_hours"].item() == pytest.approx(0.0)


def test_no_training_is_proposed_where_the_whole_team_is_full():
    everything = reasons_of(short_view(40.0, np.ones((2, 2))))
    assert everything.query("kind == 'training'").empty
    assert len(everything.query("kind == 'person'"))


@pytest.mark.parametrize(("need", "explained"), [(20.5, False), (21.0, True), (21.5, True)])
def test_less_than_an_hour_short_needs_no_explanation(need, explained):
    assert bool(len(reasons_of(short_view(need, np.eye(2))))) == explained
