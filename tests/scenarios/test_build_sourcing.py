"""A workspace becomes the sourcing problem it says, priced by hand and by known answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sourcing_workspace import provider, shop, two_phases, with_rows
from workspace_builders import Draft

from optimizer.leadership_baseline import do_nothing, without
from optimizer.leadership_curve import Lever, offered_levers
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.verify_sourcing import violations_sourcing
from scenarios import build_sourcing_groups
from scenarios.build_sourcing import SourcingCase, build_sourcing_case
from scenarios.decide import Request
from scenarios.errors import UsageError
from scenarios.read import load_workspace
from scenarios.run import lay_scenario, read_workspace

EXAMPLES = Path(__file__).parents[2] / "examples"
EXACT = Options(gap=0.0)


def built(draft: Draft, folder: Path) -> SourcingCase:
    workspace = draft.load(folder)
    assert not workspace.has_errors, workspace.findings
    return build_sourcing_case(workspace)


def solved(problem: SourcingProblem) -> Solution[SourcingPlan]:
    """Return the optimum, checked without the solver."""
    found = solve_sourcing(problem, EXACT)
    assert found.plan is not None
    assert violations_sourcing(problem, found.plan, found.objective) == ()
    return found


def worth(draft: Draft, folder: Path) -> float | None:
    return solved(built(draft, folder).problem).objective


@pytest.mark.parametrize(
    ("scenario", "hires", "profit_eur"),
    [
        ("a-without-provider", 5, 1_044_357.14),
        ("a-with-provider", 2, 1_216_426.24),
        ("b-without-provider", 6, 1_103_935.71),
        ("b-with-provider", 2, 1_325_086.62),
    ],
)
def test_the_season_has_its_known_optimum(scenario: str, hires: int, profit_eur: float) -> None:
    request = Request(folder=EXAMPLES / "season", scenario=scenario)
    workspace = lay_scenario(read_workspace(request), request).workspace
    found = solved(build_sourcing_case(workspace).problem)
    assert found.plan is not None
    assert found.plan.decisions.hires.sum() == hires
    assert found.objective == pytest.approx(profit_eur, abs=0.005)
    assert found.bound == pytest.approx(profit_eur, abs=0.01)


TRAINING = {"name": "T", "phase": "sell", "speed_factor": "1.25", "cost_eur": "500"}
HIRE = {
    "offer_id": "H", "role": "Seller", "phases": "sell", "cost_eur_per_month": "300",
    "recruiting_eur": "100", "max_count": "1",
}  # fmt: skip
TOOL = {
    "automation_id": "A", "phases": "sell", "capacity_units_per_month": "1",
    "cost_eur_per_month": "100", "cost_eur_per_unit": "50",
}  # fmt: skip
WEAK = {"name": "weak", "probability": "0.5", "target_factor": "0.6"}
STRONG = {"name": "strong", "probability": "0.5"}


def demand(draft: Draft, weight: float) -> Draft:
    with_rows(draft, "demand_scenarios", WEAK, STRONG)
    return draft.rule("risk", weight=weight, level=0.5)


def bought(**prices: str) -> Callable[[Draft], Draft]:
    terms, further = provider(**prices)
    return lambda d: with_rows(with_rows(d, "providers", terms), "provider_prices", further)


def overtime(hours: float, yearly: float | None = None) -> Callable[[Draft], Draft]:
    rules = {"hours_max_per_month": hours, "price_eur_per_hour": 48.0}
    if yearly is not None:
        rules["hours_max_per_year"] = yearly
    return lambda d: d.rule("overtime", **rules)


def dear(**terms: str) -> Callable[[Draft], Draft]:
    """Pay the one seller 10,000 EUR a month, and let the post be given up."""
    return lambda d: with_rows(
        d.cells("reps", cost_eur_per_year="120000"), "redundancies", {"rep_id": "r1", **terms}
    )


# 80 hours a month are 8 deals of 1,000 EUR; each line adds one thing and its worth by hand.
BY_HAND: dict[str, tuple[Callable[[Draft], Draft], float]] = {
    "nothing": (lambda d: d, 16_000),
    "pay": (lambda d: d.cells("reps", cost_eur_per_year="1200"), 16_000 - 200),
    "overtime": (overtime(20), 20_000 - 40 * 48),
    # Two months of a year's 180 hours: 30, three deals.
    "overtime of a year": (overtime(20, 180), 19_000 - 30 * 48),
    "training": (lambda d: with_rows(d, "trainings", TRAINING), 20_000 - 500),
    "training takes a month": (
        lambda d: with_rows(d, "trainings", {**TRAINING, "months": "1"}),
        18_000 - 500,
    ),
    "training for nobody": (
        lambda d: with_rows(d, "trainings", {**TRAINING, "max_count": "0"}),
        16_000,
    ),
    "hire": (lambda d: with_rows(d, "hiring", HIRE), 20_000 - 700),
    "managers": (lambda d: d.rule("managers", span=4.0, cost_eur_per_month=300.0), 16_000 - 600),
    "result price": (bought(price_eur_per_result="400"), 16_000 + 4 * 600),
    "included results": (
        bought(price_eur_per_result="400", included_results_per_month="1"),
        16_000 + 4_000 - 2 * 400,
    ),
    "minimum results": (
        bought(price_eur_per_result="600", minimum_results_per_month="3"),
        16_000 + 4_000 - 6 * 600,
    ),
    "success fee": (bought(success_fee_eur_per_deal="100"), 16_000 + 4 * 900),
    "provider that converts less": (bought(conversion_factor="0.5"), 16_000 + 2 * 1_000),
    "tool": (lambda d: with_rows(d, "automations", TOOL), 18_000 - 2 * 150),
    "tool with a share": (
        lambda d: with_rows(d, "automations", {**TOOL, "max_share": "0"}),
        16_000,
    ),
    "lost deal": (lambda d: d.rule("sourcing", lost_deal_eur=50.0), 16_000 - 4 * 50),
    "universe": (
        lambda d: with_rows(d, "universe", {"segment": "standard", "units": "9"}),
        9_000,
    ),
    "universe met again": (
        lambda d: with_rows(d, "universe", {"units": "9", "recontact_months": "1"}),
        16_000,
    ),
    "mean demand": (lambda d: demand(d, 0.0), 14_000),
    "worst demand": (lambda d: demand(d, 1.0), 12_000),
    "half the weight on the worst": (lambda d: demand(d, 0.5), 13_000),
    # 10,000 EUR a month for deals of 8,000.
    "redundancy": (dear(severance_eur="500"), -500),
    "redundancy that costs as much": (dear(severance_eur="3999"), -3_999),
    "redundancy too dear": (dear(severance_eur="4001"), 16_000 - 20_000),
    "redundancy after notice": (dear(severance_eur="500", lead_months="1"), -2_000 - 500),
    "redundancy beyond the horizon": (dear(severance_eur="500", lead_months="2"), -4_000),
    # 25 months of service with the first: 25 / 12 years at a quarter of a month's pay.
    "redundancy by seniority": (
        dear(gross_eur_per_month="1200", hired_on="2025-01-01"),
        -1_200 / 4 * 25 / 12,
    ),
    "pilot with half the capacity": (
        bought(price_eur_per_result="400", pilot_months="1", pilot_capacity_share="0.5"),
        16_000 + 3 * 600,
    ),
    "pilot that takes hours": (
        bought(price_eur_per_result="400", pilot_months="1", pilot_steering_hours_per_month="10"),
        16_000 + 4 * 600 - 1_000,
    ),
    "pilot under way": (
        bought(
            price_eur_per_result="400",
            pilot_months="2",
            pilot_steering_hours_per_month="10",
            pilot_capacity_share="0.5",
            running_since_months="1",
        ),
        16_000 + 3 * 600 - 1_000,
    ),
    "ready before": (bought(price_eur_per_result="400", ready_month="2026-05"), 18_400),
    "ready in the first month": (bought(price_eur_per_result="400", ready_month="2027-01"), 18_400),
    "ready in the last month": (bought(price_eur_per_result="400", ready_month="2027-02"), 17_200),
    "ready afterwards": (bought(price_eur_per_result="400", ready_month="2027-03"), 16_000),
    "discount": (
        lambda d: d.rule("sourcing", discount_rate_per_year=0.2),
        8_000 + 8_000 * 1.2 ** (-1 / 12),
    ),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_each_rule_is_worth_what_it_is_by_hand(tmp_path: Path, case: str) -> None:
    change, expected = BY_HAND[case]
    assert worth(change(shop()), tmp_path) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("most", "expected"), [(0, 12_000), (1, 12_900), (2, 13_800), (3, 13_800)])
def test_deals_may_be_late_at_their_price(tmp_path: Path, most: int, expected: float) -> None:
    rules = {"late_deals_max": float(most), "late_eur_per_deal_month": 100.0}
    assert worth(shop(10, 4).rule("sourcing", **rules), tmp_path) == pytest.approx(expected)


@pytest.mark.parametrize(("most", "deals"), [(0, 8), (2, 9), (4, 10), (6, 10)])
def test_units_worked_ahead_wait_in_front_of_the_next_phase(
    tmp_path: Path, most: int, deals: int
) -> None:
    draft = two_phases(shop(0, 10)).rule("sourcing", waiting_units_max=float(most))
    assert worth(draft, tmp_path) == pytest.approx(1_000 * deals)


def test_units_of_the_pipeline_may_wait_though_new_ones_may_not(tmp_path: Path) -> None:
    draft = two_phases(shop(0, 16))
    lot = {"phase": "close", "segment": "standard", "ready_month": "2027-01", "units": "16"}
    assert worth(with_rows(draft, "pipeline", lot), tmp_path) == pytest.approx(16_000)


def test_deals_won_but_not_signed_take_no_hours(tmp_path: Path) -> None:
    lot = {"phase": "won", "segment": "standard", "ready_month": "2027-02", "units": "2"}
    assert worth(with_rows(shop(), "pipeline", lot), tmp_path) == pytest.approx(18_000)


def test_what_is_on_its_way_is_worth_its_share_at_the_end(tmp_path: Path) -> None:
    # Deals of the second month are signed after the horizon.
    draft = shop(0, 10).cells("process", lag_months="1").rule("sourcing", terminal_factor=0.5)
    assert worth(draft, tmp_path) == pytest.approx(8_000 + 0.5 * 8_000)


def test_factors_of_all_rows_that_fit_multiply(tmp_path: Path) -> None:
    rows = (
        {"name": "weak", "probability": "1", "target_factor": "0.5", "win_rate_factor": "0.8"},
        {"name": "weak", "probability": "1", "month": "2027-02", "target_factor": "0.6"},
        {"name": "weak", "probability": "1", "segment": "standard", "win_rate_factor": "0.5"},
    )
    flow = built(with_rows(shop(), "demand_scenarios", *rows), tmp_path).problem.flow
    assert flow.target[0, :, 0] == pytest.approx([5, 3])
    assert flow.conversion_factor[0, 0, :, 0] == pytest.approx([0.4, 0.4])


def alike(draft: Draft, count: int) -> Draft:
    """Let so many people alike share the two phases."""
    two_phases(draft)
    draft.tables["reps"] = [
        {**draft.tables["reps"][0], "rep_id": f"r{n}", "current_phases": "sell"}
        for n in range(count)
    ]
    draft.tables["skills"] = [
        {"rep_id": f"r{n}", "phase": phase} for n in range(count) for phase in ("sell", "close")
    ]
    return draft


@pytest.mark.parametrize(("people", "at_their_mean"), [(12, False), (13, True)])
def test_people_hold_one_role_and_those_of_larger_teams_are_taken_at_their_mean(
    tmp_path: Path, people: int, at_their_mean: bool
) -> None:
    case = built(alike(shop(), people).rule("staffing", max_phases_per_person=1), tmp_path)
    assert any("one role each" in note for note in case.notes)
    assert any("at their mean" in note for note in case.notes) is at_their_mean
    assert sum(state.start_headcount for state in case.problem.states) == people


@pytest.mark.parametrize(("most", "applied"), [(2, True), (1, False)])
def test_a_limit_that_makes_too_many_states_is_told_not_to_be_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, applied: bool
) -> None:
    # One group of two roles: one state for each.
    monkeypatch.setattr(build_sourcing_groups, "MOST_STATES", most)
    case = built(alike(shop(), 13).rule("staffing", max_phases_per_person=1), tmp_path)
    assert any("one role each" in note for note in case.notes) is applied
    assert any("not applied" in note for note in case.notes) is not applied
    assert len(case.problem.states) == (2 if applied else 1)


@pytest.mark.parametrize(("most", "deals"), [(1, 6 * 16), (2, 13 * 8)])
def test_nobody_of_a_large_team_holds_more_phases_than_allowed(
    tmp_path: Path, most: int, deals: int
) -> None:
    # One phase each: of 13 people 6 work the scarcer one, at 5 hours a deal of 80.
    draft = alike(shop(200, 0), 13).rule("staffing", max_phases_per_person=most)
    assert worth(draft, tmp_path) == pytest.approx(1_000 * deals)


def test_people_of_a_large_team_are_one_group_just_when_they_have_the_same_choice(
    tmp_path: Path,
) -> None:
    draft = alike(shop(), 13)
    draft.tables["reps"][0]["cost_eur_per_year"] = "13000"
    draft.tables["skills"][1]["productivity"] = "0.5"
    draft.tables["skills"] = [
        row for row in draft.tables["skills"]
        if (row["rep_id"], row["phase"]) != ("r5", "close")
    ]  # fmt: skip
    states = built(draft, tmp_path).problem.states
    both, one = sorted((s for s in states), key=lambda s: -s.start_headcount)
    assert (both.start_headcount, one.start_headcount) == (12.0, 1.0)
    assert np.count_nonzero(both.speed) == 2
    assert np.count_nonzero(one.speed) == 1
    assert sorted(both.speed) == pytest.approx([11.5 / 12, 1.0])
    assert both.wage_eur == pytest.approx(13_000 / 12 / 12)


@pytest.mark.parametrize("today", ["close", "sell"])
def test_a_large_team_starts_in_the_role_most_of_it_holds_today(tmp_path: Path, today: str) -> None:
    draft = alike(shop(), 13).rule("staffing", max_phases_per_person=1)
    draft.column("reps", "current_phases", *([today] * 13))
    (held,) = (s for s in built(draft, tmp_path).problem.states if s.start_headcount)
    assert held.state_id.endswith(f"[{today}]")


@pytest.mark.parametrize(("most", "expected"), [(1, 16_000), (2, 24_000)])
def test_nobody_holds_more_phases_than_allowed(tmp_path: Path, most: int, expected: int) -> None:
    # Three people of one phase each leave one idle half the time: 80 / 5 = 16 units at the neck.
    draft = alike(shop(30, 0), 3).rule("staffing", max_phases_per_person=most)
    assert worth(draft, tmp_path) == pytest.approx(expected)


def test_roles_stay_free_where_nothing_is_done_or_trained(tmp_path: Path) -> None:
    problem = built(
        alike(shop(8, 8), 2).rule("staffing", max_phases_per_person=1), tmp_path
    ).problem
    assert problem.moves
    assert offered_levers(problem) == ()
    for left in (do_nothing(problem), without(problem, Lever.TRAINING)):
        assert solved(left).objective == pytest.approx(solved(problem).objective)


def test_field_phases_are_worked_for_the_own_pool_only(tmp_path: Path) -> None:
    draft = shop().cells("process", territorial="yes")
    with_rows(draft, "reps", {**draft.tables["reps"][0], "rep_id": "r2", "pool": "south"})
    with_rows(draft, "skills", {"rep_id": "r2", "phase": "sell"})
    for row in draft.tables["targets"]:
        row["pool"] = "sales"
    south = {"month": "2027-01", "segment": "standard", "pool": "south", "revenue_eur": "1000"}
    case = built(with_rows(draft, "targets", south), tmp_path)
    # The other pool's 15 free hours a month cannot help: 8 deals twice, and its own one.
    assert solved(case.problem).objective == pytest.approx(17_000)
    assert "people in field phases work for their own pool only" in case.notes


def test_targets_of_nothing_are_said_and_not_solved(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing"):
        build_sourcing_case(shop(0, 0).load(tmp_path))


def test_only_pools_named_steer_a_provider(tmp_path: Path) -> None:
    draft = shop()
    with_rows(draft, "reps", {"rep_id": "r2", "pool": "desk", "kind": "inside", "fte": "1"})
    with_rows(draft, "skills", {"rep_id": "r2", "phase": "sell"})
    with_rows(draft, "hiring", {**HIRE, "pools": "desk"})
    with_rows(draft, "trainings", TRAINING)
    terms, prices = provider(price_eur_per_result="400", steering_pools="desk")
    with_rows(draft, "providers", {**terms, "steering_hours_per_month": "1"})
    problem = built(with_rows(draft, "provider_prices", prices), tmp_path).problem
    (offer,) = problem.providers
    assert offer.steering_states is not None
    named = {problem.states[k].state_id.split(" ")[0] for k in offer.steering_states}
    others = {s.state_id.split(" ")[0] for k, s in enumerate(problem.states)
              if k not in offer.steering_states}  # fmt: skip
    assert named == {"r2", "hired:"}
    assert others == {"r1"}
    assert any("T" in problem.states[k].state_id for k in offer.steering_states)


def test_people_let_go_on_other_terms_are_another_group(tmp_path: Path) -> None:
    draft = shop()
    for name in ("r2", "r3"):
        with_rows(draft, "reps", {"rep_id": name, "pool": "sales", "kind": "inside", "fte": "1"})
        with_rows(draft, "skills", {"rep_id": name, "phase": "sell"})
    with_rows(draft, "redundancies", {"rep_id": "r2", "severance_eur": "900", "lead_months": "1"})
    states = built(draft, tmp_path).problem.states
    working = [s for s in states if s.speed.any()]
    assert [(s.state_id, s.start_headcount, s.layoff_allowed) for s in working] == [
        ("r1, r3 [sell]", 2.0, False),
        ("r2 [sell]", 1.0, True),
    ]
    assert (working[1].severance_eur.tolist(), working[1].frozen_months) == ([900, 900], 1)


def test_a_first_day_is_taken_from_reps_where_no_other_is_given(tmp_path: Path) -> None:
    draft = shop().cells("reps", start_date="2025-01-01")
    with_rows(draft, "redundancies", {"rep_id": "r1", "gross_eur_per_month": "1200"})
    (state,) = (s for s in built(draft, tmp_path).problem.states if s.speed.any())
    assert state.severance_eur.tolist() == pytest.approx([300 * 25 / 12, 300 * 26 / 12])


def test_money_comes_by_the_margins_of_the_segments(tmp_path: Path) -> None:
    draft = shop().rule("segments", late={"revenue_per_deal_eur": 3000.0, "paid_after_months": 2})
    case = built(
        with_rows(draft, "targets", {"month": "2027-01", "segment": "late", "revenue_eur": "5000"}),
        tmp_path,
    )
    assert case.dates.deal_paid_shares == pytest.approx((0.8, 0.0, 0.2))


def test_the_expansion_holds_every_lever() -> None:
    problem = build_sourcing_case(load_workspace(EXAMPLES / "expansion")).problem
    assert set(Lever) - set(offered_levers(problem)) == {Lever.REDUNDANCY}
    assert problem.probability == pytest.approx([0.25, 0.5, 0.25])
    assert problem.managers[0].states == tuple(range(len(problem.states)))
    trained = [s for s in problem.states if np.any(s.conversion_factor != 1)]
    assert [s.conversion_factor.tolist() for s in trained] == [[1, 1, 1.15]]
