"""A plan with every lever says what sourcing says, to the cent and to the hour."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sourcing_workspace import provider, shop, two_phases, with_rows
from test_build_sourcing import BY_HAND, HIRE, TOOL, TRAINING
from workspace_builders import Draft

from optimizer.sourcing_problem import SourcingProblem
from optimizer.staffing_problem import HireOffer
from optimizer.verify_staffing import violations_staffing
from scenarios.adopt import read_published
from scenarios.build_sourcing import build_sourcing_case
from scenarios.check_given import check_given
from scenarios.check_levers import BEYOND_PLAN
from scenarios.decide import Request, Staffing, Territories, Watch, solve_staffing_of
from scenarios.errors import UsageError
from scenarios.outcome_funnel import coverage_table
from scenarios.outcome_sourced import agreement_table, lever_table
from scenarios.read import load_workspace
from scenarios.run import make_outcome, read_workspace
from scenarios.sourced_people import TRAINING as TRAINED
from scenarios.sourcing import source_workspace
from scenarios.sourcing_write import write_sourcing

EXAMPLES = Path(__file__).parents[2] / "examples"


def staffed(draft: Draft, folder: Path, adopt: str = "") -> Staffing:
    """Return the staffing of a workspace in which sourcing decides, checked."""
    draft.rule("sourcing", decide_in_plan=not adopt)
    workspace = draft.load(folder)
    assert not workspace.has_errors, workspace.findings
    request = Request(folder=folder, adopt=adopt)
    staffing = solve_staffing_of(workspace, Territories(), (), None, request, Watch())
    assert staffing.solution.plan is not None
    assert violations_staffing(staffing.case.problem, staffing.solution.plan) == ()
    assert list(check_given(staffing)) == []
    return staffing


def lines(staffing: Staffing) -> dict[str, tuple[float, float]]:
    table = agreement_table(staffing, staffing.solution.plan).set_index("line")
    return {str(line): (row["sourcing"], row["plan"]) for line, row in table.iterrows()}


def late_and_ahead(draft: Draft) -> Draft:
    """Three months; the second asks for more than it can do, work may come before and after."""
    draft.config["horizon"]["months"] = 3
    draft.tables["targets"] = [
        {"month": f"2027-0{month}", "segment": "standard", "revenue_eur": str(1000 * deals)}
        for month, deals in ((1, 4), (2, 12), (3, 4))
    ]
    two_phases(draft)
    return draft.rule(
        "sourcing", late_deals_max=2.0, late_eur_per_deal_month=10.0, waiting_units_max=4.0,
        waiting_eur_per_unit_month=1.0, terminal_factor=0.5,
    )  # fmt: skip


def trained_in_part(draft: Draft) -> Draft:
    """Two sellers of two phases, one of whom may be trained to convert better."""
    two_phases(draft)
    with_rows(draft, "reps", {"rep_id": "r2", "pool": "sales", "kind": "inside", "fte": "1"})
    with_rows(draft, "skills", *({"rep_id": "r2", "phase": phase} for phase in ("sell", "close")))
    draft.tables["process"][1] |= {"units_per_next": "2"}
    row = {"name": "T", "phase": "close", "conversion_factor": "1.5", "cost_eur": "50"}
    return with_rows(draft, "trainings", {**row, "max_count": "1"})


KEPT = (
    "nothing", "pay", "overtime", "training", "training takes a month",
    "hire", "managers", "result price", "minimum results", "success fee",
    "provider that converts less", "tool", "lost deal", "universe", "worst demand", "redundancy",
    "redundancy after notice",
)  # fmt: skip
CASES: dict[str, Callable[[Draft], Draft]] = {
    **{name: BY_HAND[name][0] for name in KEPT},
    "late and ahead": late_and_ahead,
    "trained in part": trained_in_part,
}


@pytest.mark.parametrize("name", CASES)
def test_every_lever_says_the_same_in_both_models(name: str, tmp_path: Path) -> None:
    staffing = staffed(CASES[name](shop()), tmp_path / "shop")
    for line, (sourcing, plan) in lines(staffing).items():
        assert plan == pytest.approx(sourcing, abs=0.005), line


def test_everything_together_says_the_same(tmp_path: Path) -> None:
    draft = trained_in_part(shop(14, 14)).rule("overtime", hours_max_per_month=6.0)
    terms, prices = provider(price_eur_per_result="200", conversion_factor="0.5")
    with_rows(with_rows(draft, "providers", terms), "provider_prices", prices)
    with_rows(with_rows(draft, "hiring", HIRE), "automations", TOOL)
    staffing = staffed(draft, tmp_path / "shop")
    for line, (sourcing, plan) in lines(staffing).items():
        assert plan == pytest.approx(sourcing, abs=0.005), line
    coverage = coverage_table(staffing, staffing.solution.plan)
    sold = staffing.sourced.plan.sold.sum()
    assert coverage["deals_planned"].sum() == pytest.approx(sold, abs=1e-6)


@pytest.fixture(scope="module")
def expansion() -> Staffing:
    """Return the worked example, in which every lever is used at once."""
    request = Request(folder=EXAMPLES / "expansion")
    workspace = read_workspace(request)
    assert workspace.config.sourcing.decide_in_plan
    return solve_staffing_of(workspace, Territories(), (), None, request, Watch())


def test_the_expansion_says_the_same_in_both_models(expansion: Staffing) -> None:
    assert list(check_given(expansion)) == []
    assert violations_staffing(expansion.case.problem, expansion.solution.plan) == ()
    found = lines(expansion)
    assert {"training_eur", "overtime_eur", "manager_eur", "terminal_eur"} <= set(found)
    for line, (sourcing, plan) in found.items():
        assert plan == pytest.approx(sourcing, abs=0.005), line


def test_the_people_trained_are_named(expansion: Staffing) -> None:
    trained = lever_table(expansion).set_index("kind").loc[TRAINED]
    assert trained["people"] == "Dora, Emil"
    assert trained["cost_eur"] == 6_400


def given(staffing: Staffing, **changes: object) -> Staffing:
    return replace(staffing, case=replace(
        staffing.case, problem=replace(staffing.case.problem, **changes)
    ))  # fmt: skip


def one_more(offer: HireOffer) -> HireOffer:
    first = offer.decided[0]
    counts = first.counts.copy()
    counts[0] += 1
    return replace(offer, decided=(replace(first, counts=counts), *offer.decided[1:]))


def broken_statements(staffing: Staffing) -> dict[str, Staffing]:
    """Return the case with one thing sourcing did not decide, by the rule that says so."""
    problem, sourced = staffing.case.problem, staffing.sourced
    more = problem.person_hours.copy()
    more[0, 0] += 50.0
    careers = replace(sourced.careers, steps=sourced.careers.steps[1:])
    left = replace(sourced.careers, state=np.full_like(sourced.careers.state, -1))
    contract = problem.providers[0].contract
    longer = replace(problem.providers[0], contract=replace(
        contract, hours=contract.hours * 1.01
    ))  # fmt: skip
    money = replace(problem.given, money_eur=(*problem.given.money_eur, ("late_eur", 0.02)))
    hired = tuple(one_more(offer) if offer.decided else offer for offer in problem.hires)
    return {
        "given_overtime": given(staffing, person_hours=more),
        "given_people": replace(staffing, sourced=replace(sourced, careers=careers)),
        "given_leavers": replace(staffing, sourced=replace(sourced, careers=left)),
        "given_hires": given(staffing, hires=hired),
        "given_contracts": given(staffing, providers=(longer,)),
        "given_worth": given(staffing, given=money),
    }


@pytest.mark.parametrize(
    "rule",
    [
        "given_overtime", "given_people", "given_leavers", "given_hires", "given_contracts",
        "given_worth",
    ],
)  # fmt: skip
def test_what_sourcing_did_not_decide_is_refused(expansion: Staffing, rule: str) -> None:
    found = {violation.rule for violation in check_given(broken_statements(expansion)[rule])}
    assert rule in found


def test_two_plans_with_every_lever_are_the_same(expansion: Staffing) -> None:
    request = Request(folder=EXAMPLES / "expansion")
    again = solve_staffing_of(
        read_workspace(request), Territories(), (), None, request, Watch()
    )  # fmt: skip
    assert again.solution.plan.person_hours.tobytes() == (
        expansion.solution.plan.person_hours.tobytes()
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a shop with a training, a tool and a contract, and its published sourcing run."""
    draft, (terms, prices) = shop(12, 12), provider(price_eur_per_result="200")
    with_rows(with_rows(draft, "providers", terms), "provider_prices", prices)
    with_rows(with_rows(draft, "trainings", TRAINING), "automations", TOOL)
    folder = draft.rule("managers", span=4.0, cost_eur_per_month=1.0).write(
        tmp_path_factory.mktemp("published") / "shop"
    )
    story = source_workspace(Request(folder=folder), Watch())
    write_sourcing(story, folder)
    return folder, story.run_id


@pytest.fixture(scope="module")
def problem(published: tuple[Path, str]) -> SourcingProblem:
    return build_sourcing_case(load_workspace(published[0])).problem


def test_a_published_run_is_adopted_to_the_cent(published: tuple[Path, str]) -> None:
    folder, run = published
    outcome = make_outcome(Request(folder=folder, adopt=run[:12]), Watch())
    assert outcome.state == "planned"
    assert not set(outcome.findings["code"]) & BEYOND_PLAN
    assert outcome.provenance["adopted_run"] == run[:12]
    document = json.loads((folder / "runs" / run / "sourcing.json").read_text(encoding="utf-8"))
    assert outcome.kpis["profit"] == pytest.approx(document["objective"], abs=0.01)
    table = outcome.agreement.set_index("line")
    assert table["difference"].abs().max() < 0.005
    assert set(outcome.levers["kind"]) == {"managers", "tool", "training"}


def test_without_adopting_each_lever_left_out_is_named(published: tuple[Path, str]) -> None:
    folder, _ = published
    outcome = make_outcome(Request(folder=folder), Watch())
    found = outcome.findings[outcome.findings["code"] == "lever_beyond_plan"]
    assert sorted(zip(found["table"], found["column"], strict=True)) == [
        ("", "managers.span"), ("automations", ""), ("trainings", ""),
    ]  # fmt: skip
    assert "provider_prices_beyond_plan" in set(outcome.findings["code"])
    assert outcome.levers.empty
    assert outcome.agreement.empty


def _edit(change: Callable[[dict], object]) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document), encoding="utf-8")

    return edit


def _first(kind: str) -> Callable[[dict], dict]:
    return lambda d: next(row for row in d["tables"]["decisions"] if row["kind"] == kind)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no json": (lambda path: path.write_text("{", encoding="utf-8"), "cannot be read"),
    "a list": (lambda path: path.write_text("[]", encoding="utf-8"), "holds no object"),
    "bytes": (lambda path: path.write_bytes(b"\xff\xfe\x00"), "cannot be read"),
    "another scenario": (_edit(lambda d: d.update(scenario="x")), "another scenario"),
    "rejected": (_edit(lambda d: d.update(state="rejected")), "no plan to adopt"),
    "no tables": (_edit(lambda d: d.pop("tables")), "no decisions"),
    "rows of text": (_edit(lambda d: d["tables"].update(decisions=["x"])), "no row"),
    "other months": (_edit(lambda d: d.update(months=["2031-01"])), "other months"),
    "unknown tool": (_edit(lambda d: _first("tool")(d).update(name="Z")), "does not have"),
    "name of no text": (_edit(lambda d: _first("tool")(d).update(name=["Z"])), "does not have"),
    "no month": (_edit(lambda d: _first("tool")(d).update(month="2027-13")), "no month"),
    "half the world": (_edit(lambda d: _first("training")(d).update(amount=1e9)), "training of"),
    "not a number": (_edit(lambda d: _first("training")(d).update(amount="1")), "training of"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_run_that_does_not_fit_is_refused(
    name: str, published: tuple[Path, str], problem: SourcingProblem, tmp_path: Path
) -> None:
    damage, words = HOSTILE[name]
    folder, run = published
    shutil.copytree(folder, tmp_path / "shop")
    damage(tmp_path / "shop" / "runs" / run / "sourcing.json")
    with pytest.raises(UsageError, match=words):
        read_published(tmp_path / "shop", run, "base").adopted(problem)


def test_a_run_edited_beyond_what_is_there_is_refused(
    published: tuple[Path, str], tmp_path: Path
) -> None:
    """One seller is there; two cannot be trained."""
    folder, run = published
    shutil.copytree(folder, tmp_path / "shop")
    twice = _edit(lambda d: _first("training")(d).update(amount=2))
    twice(tmp_path / "shop" / "runs" / run / "sourcing.json")
    with pytest.raises(UsageError, match="break"):
        make_outcome(Request(folder=tmp_path / "shop", adopt=run), Watch())


@pytest.mark.parametrize("run", ["source-nothing", "../source", ""])
def test_a_run_that_is_not_there_is_refused(run: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no sourcing run"):
        read_published(shop().write(tmp_path / "shop"), run, "base")


def test_only_the_pools_named_steer_a_contract(tmp_path: Path) -> None:
    """Two pools of one seller each; the provider takes 5 h a month of the second."""
    draft = shop(20, 20)
    with_rows(draft, "reps", {"rep_id": "r2", "pool": "lab", "kind": "inside", "fte": "1"})
    with_rows(draft, "skills", {"rep_id": "r2", "phase": "sell"})
    terms, prices = provider(steering_pools="lab")
    with_rows(draft, "providers", {**terms, "steering_hours_per_month": "5"})
    with_rows(draft, "provider_prices", prices)
    plan = staffed(draft, tmp_path / "shop").solution.plan
    assert plan.provider_on.all()
    assert plan.steering_hours.sum(axis=1) == pytest.approx([0.0, 10.0])


def test_hours_of_deals_given_up_are_those_of_the_funnel(tmp_path: Path) -> None:
    """Twelve deals of 10 h are asked for in each month, 8 are won: 40 h are left of each."""
    from scenarios.outcome_staffing import sourcing_table

    staffing = staffed(shop(12, 12), tmp_path / "shop")
    table = sourcing_table(staffing, staffing.solution.plan)
    left = table[table["source"] == "uncovered"]
    assert left["hours"].tolist() == pytest.approx([40.0, 40.0])
    assert table["hours"].sum() == pytest.approx(240.0)


def test_a_right_to_stop_by_demand_changes_nothing_of_what_the_plan_commits_to(
    tmp_path: Path,
) -> None:
    # Twice the demand may come; in the demand that the targets say nobody would keep the contract.
    draft, (terms, priced) = shop(8, 8), provider(stop_notice_months="0")
    draft.config["sourcing"] = {"reveal_month": "2027-02"}
    with_rows(draft, "providers", {**terms, "retainer_eur_per_month": "800"})
    with_rows(draft, "provider_prices", priced)
    strong = {"name": "strong", "probability": "0.9", "target_factor": "1.25"}
    with_rows(draft, "demand_scenarios", strong, {"name": "as targeted", "probability": "0.1"})
    found = staffed(draft, tmp_path)
    (offer,) = found.case.problem.providers
    assert offer.contract is not None
    assert offer.contract.running.tolist() == [True, True]
    assert offer.contract.month_cost_eur.tolist() == [800.0, 800.0]
    assert all(one == pytest.approx(other) for one, other in lines(found).values())
