"""Pay and hours of people, hires and providers add up, whoever comes when."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.decide import Request, Territories, Watch, solve_staffing_of
from scenarios.outcome_decisions import decision_table
from scenarios.outcome_staffing import sourcing_table
from scenarios.read import load_workspace
from scenarios.run import make_outcome
from scenarios.starter import write_starter

SEASON = Path(__file__).parents[2] / "examples" / "season"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Return the plan of the starter with a mid-year arrival and deals that await signature."""
    folder = tmp_path_factory.mktemp("arrival")
    write_starter("outbound", folder)
    _edit(
        folder / "reps.csv",
        "R3,Example Inside One,south-east,inside,,,1,48000,,",
        "R3,Example Inside One,south-east,inside,,,1,48000,2027-07-01,",
    )
    with (folder / "pipeline.csv").open("a", encoding="utf-8") as file:
        file.write("won,gold,2027-01,2\n")
    return make_outcome(Request(folder=folder), Watch())


@pytest.fixture(scope="module")
def season():
    workspace = load_workspace(SEASON)
    return solve_staffing_of(workspace, Territories(), (), None, Request(folder=SEASON), Watch())


def test_the_pay_of_whoever_works_adds_up_to_what_is_paid(outcome):
    work = outcome.sourcing[outcome.sourcing["source"] == "staff"]
    paid = work.groupby("source_id")["cost_eur"].sum()
    yearly = {"R1": 68_000, "R2": 66_000, "R3": 48_000 / 2, "R4": 24_000}
    assert paid.to_dict() == pytest.approx(yearly), "R3 is there and paid for half of the year"
    assert paid.sum() == pytest.approx(outcome.kpis["staff_cost_eur"])


def test_the_margin_is_that_of_all_deals_planned_signatures_included(outcome):
    values = {"gold": 20_000.0, "silver": 9_000.0, "bronze": 4_000.0}
    planned = outcome.coverage["deals_planned"] * outcome.coverage["segment"].map(values)
    wanted = outcome.coverage["deals_target"] * outcome.coverage["segment"].map(values)
    kpis = outcome.kpis
    assert kpis["margin_eur"] == pytest.approx(planned.sum(), abs=0.01)
    assert kpis["margin_eur"] + kpis["margin_lost_eur"] == pytest.approx(wanted.sum(), abs=0.01)
    (solve,) = (s for s in outcome.solves if s.stage == "staffing")
    assert kpis["margin_eur"] == pytest.approx(solve.terms["margin_eur"] + 2 * 20_000, abs=0.01)


def test_sourcing_and_what_is_paid_once_add_up_to_the_cost_of_the_decisions(season):
    plan, problem = season.solution.plan, season.case.problem
    cost = sourcing_table(season, plan).groupby("source")["cost_eur"].sum()
    decided = decision_table(season, plan, {}).set_index("kind")
    (offer,), (provider,) = problem.hires, problem.providers
    once = decided.loc["hire", "count"] * offer.recruiting_eur
    assert cost["hire"] + once == pytest.approx(decided.loc["hire", "cost_eur"])
    months = int(plan.provider_on.sum())
    fixed = provider.setup_eur + months * provider.retainer_eur_per_month
    assert cost["provider"] + fixed == pytest.approx(decided.loc["provider", "cost_eur"])


def _two_arrivals(season, second: int):
    """Return the season with one of its two hires decided in a later month."""
    plan = season.solution.plan
    assert plan.hired[0, 0].tolist() == [2] + [0] * 11
    hired = plan.hired.copy()
    hired[0, 0, [0, second]] = 1
    return replace(plan, hired=hired)


def test_hours_of_a_month_go_to_the_hires_who_are_there(season):
    plan, months = _two_arrivals(season, 6), 12
    (offer,) = season.case.problem.hires
    worked = plan.hire_hours[0, 0].sum(axis=0)
    ramp = [*offer.ramp, *([1.0] * months)]
    shared = sum(worked[t] * ramp[t - 8] / (ramp[t - 8] + ramp[t - 2]) for t in range(8, months))
    first, second = decision_table(season, plan, {}).query("kind == 'hire'").itertuples()
    assert (first.start_month, second.start_month) == ("2026-03", "2026-09")
    assert second.hours == pytest.approx(shared)
    assert first.hours == pytest.approx(worked.sum() - shared)


def test_a_hire_without_an_hour_of_work_is_said_to_have_none(season):
    plan = replace(season.solution.plan, hire_hours=np.zeros_like(season.solution.plan.hire_hours))
    hire = decision_table(season, plan, {}).query("kind == 'hire'").iloc[0]
    assert hire["reason"].startswith("no hours used; ")
