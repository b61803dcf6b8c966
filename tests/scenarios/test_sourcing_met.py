"""A better plan that a question leads to is taken over, and all is said of that one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from leadership_builders import EXACT, shop
from sourcing_workspace import shop as workspace_shop
from sourcing_workspace import with_rows

from optimizer.leadership_baseline import exactly_hired
from optimizer.result import Solution, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing, with_decisions
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem, no_decisions
from optimizer.sourcing_scenarios import mean_scenario, one_scenario
from optimizer.verify import Violation
from scenarios import sourcing
from scenarios.decide import Request, Watch
from scenarios.sourcing import SourcingStory, source_workspace
from scenarios.sourcing_curve import hire_curve
from scenarios.sourcing_met import WORTH_TAKING_EUR, best_met

Solved = Solution[SourcingPlan]


def idle(problem: SourcingProblem, bound: float) -> Solved:
    """Return what a poor search ends with: nobody hired, trained or paid, and a bound."""
    found = evaluate_sourcing(problem, no_decisions(problem), EXACT)
    return replace(found, status=Status.FEASIBLE, bound=bound, stopped_by="gap")


def test_decisions_take_the_place_of_a_plan_and_the_bound_stays() -> None:
    problem = shop(target=8.0, wage=300.0)
    best = solve_sourcing(problem, EXACT)
    assert best.plan is not None
    assert best.objective is not None
    decisions = best.plan.decisions
    for bound, status, stopped_by in (
        (best.objective, Status.OPTIMAL, "proof"),
        (best.objective + 10.0, Status.FEASIBLE, "gap"),
    ):
        found = with_decisions(problem, idle(problem, bound), decisions, EXACT)
        assert found is not None
        assert (found.objective, found.bound) == pytest.approx((best.objective, bound))
        assert (found.status, found.stopped_by) == (status, stopped_by)
        assert sum(found.terms.values()) == pytest.approx(found.objective)


def test_decisions_that_break_a_rule_lead_to_no_plan() -> None:
    problem = shop(target=8.0)
    bound_to_hire = replace(problem, hires=(replace(problem.hires[0], min_total=1.0),))
    solved = solve_sourcing(bound_to_hire, EXACT)
    assert with_decisions(bound_to_hire, solved, no_decisions(problem), EXACT) is None


def test_the_best_answer_is_taken_whatever_their_order() -> None:
    problem = shop(target=20.0, wage=300.0)
    best = solve_sourcing(problem, EXACT)
    assert best.objective is not None
    poor = idle(problem, best.objective)
    answers = [solve_sourcing(exactly_hired(problem, 0, count), EXACT) for count in range(3)]
    values = [each.objective for each in answers]
    assert len(set(values)) == 3
    for order in (answers, answers[::-1]):
        found = best_met(problem, poor, order, (), EXACT, Watch())
        assert found.objective == pytest.approx(max(values))
        assert found.status is Status.OPTIMAL


def test_an_answer_that_breaks_a_rule_of_the_whole_is_not_taken() -> None:
    problem = shop(target=4.0, wage=500.0)
    committed = replace(problem, hires=(replace(problem.hires[0], min_total=1.0),))
    solved = solve_sourcing(committed, EXACT)
    nobody = solve_sourcing(exactly_hired(committed, 0, 0), EXACT)
    assert nobody.objective > solved.objective + WORTH_TAKING_EUR
    assert best_met(committed, solved, [nobody], (), EXACT, Watch()) is solved


@pytest.mark.parametrize(("more", "taken"), [(0.99, False), (1.01, True)])
def test_a_plan_worth_a_euro_more_is_taken_and_less_is_arithmetic(more: float, taken: bool) -> None:
    problem = shop(target=5.0, heads=1.0, hires=(), providers=(), trained=True)
    problem = replace(problem, moves=(replace(problem.moves[0], eur=100.0 - more),))
    poor = idle(problem, 1_000.0)
    found = best_met(problem, poor, [solve_sourcing(problem, EXACT)], (), EXACT, Watch())
    assert (found is not poor) is taken


def uncertain() -> SourcingProblem:
    return shop(target=np.array([[4.0, 12.0]]), scenarios=2, wage=240.0, trained=False)


def test_decisions_made_for_other_demand_are_worked_out_for_this_one() -> None:
    problem = uncertain()
    best = solve_sourcing(problem, EXACT)
    foreseen = [
        *(solve_sourcing(one_scenario(problem, index), EXACT) for index in range(2)),
        solve_sourcing(mean_scenario(problem), EXACT),
    ]
    poor = idle(problem, best.bound or 0.0)
    worth = [
        evaluate_sourcing(problem, each.plan.decisions, EXACT).objective
        for each in foreseen
        if each.plan is not None
    ]
    found = best_met(problem, poor, (), foreseen, EXACT, Watch())
    assert poor.objective < max(worth)
    assert found.objective == pytest.approx(max(worth))
    stopped = best_met(problem, poor, (), foreseen, EXACT, Watch(cancelled=lambda: True))
    assert stopped is poor


def test_the_number_the_plan_hires_is_a_point_of_the_curve_though_it_was_not_asked() -> None:
    problem = shop(target=20.0, wage=300.0)
    solved = solve_sourcing(problem, EXACT)
    answers = (((0, 0), solve_sourcing(exactly_hired(problem, 0, 0), EXACT)),)
    curve = hire_curve(problem, solved, answers)
    assert [(each.point.count, each.planned) for each in curve] == [(0, 2), (2, 2)]
    assert curve[1].point.profit_eur == solved.objective
    assert curve[1].point.bound_eur == solved.bound


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    draft = workspace_shop()
    hire = {
        "offer_id": "H", "role": "Seller", "phases": "sell", "cost_eur_per_month": "300",
        "recruiting_eur": "100", "max_count": "1",
    }  # fmt: skip
    with_rows(draft, "hiring", hire)
    weak = {"name": "weak", "probability": "0.5", "target_factor": "0.5"}
    with_rows(draft, "demand_scenarios", weak, {"name": "strong", "probability": "0.5"})
    return draft.write(tmp_path_factory.mktemp("met") / "shop")


def search_poorly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the search end with doing nothing, 13,000, though it proves no more than 14,300."""

    def solve(problem: SourcingProblem, *_: object) -> Solved:
        return idle(problem, 14_300.0)

    monkeypatch.setattr(sourcing, "solve_sourcing", solve)


def told(folder: Path) -> SourcingStory:
    return source_workspace(Request(folder=folder), Watch())


def test_a_story_is_told_of_the_better_plan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search_poorly(monkeypatch)
    story = told(folder)
    assert (story.state, story.status, story.gap) == ("planned", "OPTIMAL", 0.0)
    assert story.objective == pytest.approx(14_300.0, abs=0.01)
    assert sum(story.terms.values()) == pytest.approx(story.objective)
    assert story.tables["decisions"]["name"].tolist() == ["H"]
    candidates = story.tables["candidates"].set_index(["made_for", "demand"])["worth_eur"]
    assert candidates["plan", ""] == pytest.approx(14_300.0, abs=0.01)
    assert story.tables["ladder"]["profit_eur"][0] == pytest.approx(14_300.0, abs=0.01)
    curve = story.tables["profit_curve"].set_index("hires")["profit_eur"]
    assert curve[1] == pytest.approx(14_300.0, abs=0.01)
    assert "it is worth 1,300.00 more than the one that the search ended with" in story.notes[-1]


def test_a_better_plan_that_fails_its_check_is_shown_nowhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search_poorly(monkeypatch)
    broken = Violation(rule="hours", subject="r1", amount=90.0, limit=80.0, message="too many")

    def check(
        problem: SourcingProblem, plan: SourcingPlan, objective: float
    ) -> tuple[Violation, ...]:
        return (broken,) if objective > 13_500.0 else ()

    monkeypatch.setattr(sourcing, "violations_sourcing", check)
    story = told(folder)
    assert (story.state, story.violations) == ("rejected", (broken,))
    assert (story.objective, dict(story.tables)) == (None, {})
