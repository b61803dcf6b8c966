"""The main job on a small workspace: what goes in comes out, and a wrong plan never leaves."""

from dataclasses import replace

import numpy as np
import pytest

from reports.publish import publish
from scenarios.decide import Decision, Request, Watch, solve_staffing_of, solve_territories_of
from scenarios.outcome import INTERRUPTED, NO_PLAN, PLANNED, REJECTED
from scenarios.run import Steps, make_outcome
from scenarios.starter import write_starter


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine")
    write_starter("outbound", folder)
    return folder


@pytest.fixture(scope="module")
def outcome(folder):
    return make_outcome(Request(folder=folder), Watch())


def test_every_account_is_planned_once_or_set_aside(folder, outcome):
    rows = len((folder / "accounts.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert len(outcome.territories) + len(outcome.set_aside) == rows
    assert outcome.territories["account_id"].is_unique


def test_all_sources_together_give_the_hours_of_the_funnel_with_travel(outcome):
    keys = ["month", "phase"]
    need = outcome.funnel.groupby(keys)["hours"].sum()
    sourced = outcome.sourcing.groupby(keys)["hours"].sum().reindex(need.index, fill_value=0.0)
    field = need.index.get_level_values("phase") == "presentation"
    assert np.allclose(sourced[~field], need[~field], atol=1e-4)
    travel = (sourced[field] / need[field]).dropna()
    assert np.allclose(travel, travel.iloc[0])
    assert travel.iloc[0] > 1, "travel comes on top of field hours"
    assert outcome.too_late["units"].sum() > 0, "the example has work that is too late"


def test_reps_table_adds_up_to_the_accounts(outcome):
    for measure in ("workload_hours", "potential_eur"):
        assert np.isclose(
            outcome.reps[f"{measure}_after"].sum(), outcome.territories[measure].sum()
        )
    assert outcome.reps["accounts_after"].sum() == len(outcome.territories)
    assert outcome.reps["accounts_gained"].sum() == outcome.territories["moved"].sum()


def test_nobody_holds_more_than_two_phases(outcome):
    held = outcome.roles[outcome.roles["phase"] != ""].groupby("rep_id").size()
    assert held.max() <= 2


def test_profit_is_margin_less_added_cost(outcome):
    kpis = outcome.kpis
    assert np.isclose(kpis["profit"], kpis["margin_eur"] - kpis["added_cost_eur"])
    assert np.isclose(kpis["added_cost_eur"], outcome.decisions["cost_eur"].sum(), atol=0.01)


def test_margin_is_deals_planned_at_their_value(folder, outcome):
    values = {"gold": 20_000.0, "silver": 9_000.0, "bronze": 4_000.0}
    planned = outcome.coverage["deals_planned"] * outcome.coverage["segment"].map(values)
    assert np.isclose(outcome.kpis["margin_eur"], planned.sum())


def test_a_locked_account_stays(outcome):
    locked = outcome.territories[outcome.territories["locked"]]
    assert locked["account_id"].tolist() == ["A03"]
    assert not locked["moved"].any()


def test_the_plan_is_ready_to_publish(outcome):
    assert outcome.state == PLANNED
    assert outcome.violations.empty
    assert all(solve.gap is not None for solve in outcome.solves)


def test_two_runs_write_the_same_bytes_but_for_the_provenance(folder, tmp_path):
    folders = []
    for name in ("a", "b"):
        made = make_outcome(Request(folder=folder), Watch())
        made = replace(made, provenance={})
        folders.append(publish(made, tmp_path / name))
    names = sorted(p.relative_to(folders[0]) for p in folders[0].rglob("*") if p.is_file())
    assert {"plan.xlsx", "report.html", "territories.gpkg", "plan.json"} <= set(map(str, names))
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def wrong_seat(decision_plan):
    seat = decision_plan.seat.copy()
    seat[:] = 0
    return replace(decision_plan, seat=seat)


def test_a_plan_that_fails_its_check_is_kept_and_never_exported(folder, tmp_path):
    def all_to_one(workspace, seats, request, watch):
        found = solve_territories_of(workspace, seats, request, watch)
        spoiled = wrong_seat(found.solution.plan)
        solution = replace(found.solution, plan=spoiled, shortfalls=())
        return replace(found, solution=solution)

    made = make_outcome(Request(folder=folder), Watch(), Steps(territories=all_to_one))
    assert made.state == REJECTED
    assert len(made.violations)
    published = publish(made, tmp_path)
    assert (published / "report.html").exists()
    assert not list(published.glob("*.csv"))
    assert not (published / "plan.xlsx").exists()
    assert not (published / "territories.gpkg").exists()


def test_a_staffing_value_that_the_plan_does_not_have_is_refused(folder):
    def boastful(workspace, territories, holders, hint, request, watch):
        found = solve_staffing_of(workspace, territories, holders, hint, request, watch)
        terms = {**found.solution.terms, "margin_eur": found.solution.terms["margin_eur"] + 1}
        solution = replace(
            found.solution,
            terms=terms,
            objective=found.solution.objective + 1,
            bound=found.solution.bound + 1,
        )
        return replace(found, solution=solution)

    made = make_outcome(Request(folder=folder), Watch(), Steps(staffing=boastful))
    assert made.state == REJECTED
    assert made.violations["rule"].tolist() == ["staffing_value"]


def test_a_holder_without_a_phase_in_the_field_is_refused(folder):
    from scenarios.check_plan import check_decision
    from scenarios.decide import decide
    from scenarios.read import load_workspace

    workspace = load_workspace(folder)
    decision = decide(workspace, Request(folder=folder), Watch())
    plan = decision.staffing.solution.plan
    roles = plan.roles.copy()
    roles[:, decision.staffing.case.problem.territorial] = False
    solution = replace(decision.staffing.solution, plan=replace(plan, roles=roles))
    spoiled = Decision(
        territories=decision.territories,
        staffing=replace(decision.staffing, solution=solution),
        rounds=1,
        last_change=0.0,
    )
    rules = {violation.rule for violation in check_decision(workspace, spoiled)}
    assert "holder_in_the_field" in rules


def test_an_account_lost_on_the_way_is_refused(folder):
    from scenarios.check_plan import check_decision
    from scenarios.decide import decide
    from scenarios.read import load_workspace

    workspace = load_workspace(folder)
    decision = decide(workspace, Request(folder=folder), Watch())
    fewer = {**workspace.tables, "accounts": workspace.tables["accounts"].iloc[1:]}
    rules = {v.rule for v in check_decision(replace(workspace, tables=fewer), decision)}
    assert {"rows_conserved", "accounts_planned_once"} <= rules


def test_cancelled_from_the_start_still_gives_a_checked_plan(folder):
    made = make_outcome(Request(folder=folder), Watch(cancelled=lambda: True))
    assert made.state in {INTERRUPTED, NO_PLAN}
    assert made.violations.empty


def test_no_people_is_a_result_with_reasons(folder, tmp_path):
    write_starter("outbound", tmp_path)
    skills = (tmp_path / "skills.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in skills if "presentation" not in line]
    (tmp_path / "skills.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    from scenarios.errors import InputError

    with pytest.raises(InputError) as raised:
        make_outcome(Request(folder=tmp_path), Watch())
    assert any("presentation" in f.message + f.value for f in raised.value.findings)


def test_a_signed_deal_in_the_pipeline_counts_without_work(tmp_path):
    write_starter("outbound", tmp_path)
    before = make_outcome(Request(folder=tmp_path), Watch()).coverage
    with (tmp_path / "pipeline.csv").open("a", encoding="utf-8") as file:
        file.write("won,silver,2027-01,1\n")
    after = make_outcome(Request(folder=tmp_path), Watch()).coverage
    january = (before["month"] == "2027-01") & (before["segment"] == "silver")
    target = before.loc[january, "deals_target"].iloc[0]
    assert after.loc[january, "deals_planned"].iloc[0] >= min(1.0, target)
    assert after["deals_planned"].sum() >= before["deals_planned"].sum() - 1e-6


def test_whoever_left_before_the_horizon_holds_no_phase(tmp_path):
    write_starter("outbound", tmp_path)
    reps = (tmp_path / "reps.csv").read_text(encoding="utf-8")
    gone = "R9,Example Gone,south-east,inside,,,1,48000,,2026-06-30,appointment\n"
    (tmp_path / "reps.csv").write_text(reps + gone, encoding="utf-8")
    with (tmp_path / "skills.csv").open("a", encoding="utf-8") as file:
        file.write("R9,appointment,1,0.5\n")
    roles = make_outcome(Request(folder=tmp_path), Watch()).roles.set_index("rep_id")
    assert roles.loc["R9", "phase"] == ""
    assert roles.loc["R9", "reason"] == "not employed in the horizon"


def test_a_scenario_without_accounts_is_planned_without_territories(folder):
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "funnel-only.toml").write_text(
        '[[change]]\ntable = "accounts"\ndrop = true\n', encoding="utf-8"
    )
    planned = make_outcome(Request(folder=folder, scenario="funnel-only"), Watch())
    assert planned.violations.empty
    assert planned.state == PLANNED


def test_accounts_keep_somebody_in_the_field_when_no_field_work_pays(tmp_path):
    write_starter("outbound", tmp_path)
    for name, old, new in (
        ("reps.csv", ",field,", ",both,"),
        ("accounts.csv", ",yes", ","),
        ("quartier.toml", "margin_rate = 0.5", "margin_rate = 0.0"),
        ("quartier.toml", "max_phases_per_person = 2", "max_phases_per_person = 1"),
    ):
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    planned = make_outcome(Request(folder=tmp_path), Watch())
    assert planned.state == PLANNED


def test_the_holder_of_a_locked_account_may_not_leave_the_field(tmp_path):
    write_starter("outbound", tmp_path)
    for name, old, new in (
        ("reps.csv", "R1,Example Field North,south-east,field", "R1,North,south-east,both"),
        ("quartier.toml", "margin_rate = 0.5", "margin_rate = 0.0"),
    ):
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    planned = make_outcome(Request(folder=tmp_path), Watch())
    owner = planned.territories.set_index("account_id")["rep_id"]
    assert planned.state == PLANNED
    assert owner["A03"] == "R1", "locked, and R1 would find no paying work in the field"
