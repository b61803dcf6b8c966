"""Shortfalls: the right reason for work left, and sums anybody can check."""

from __future__ import annotations

import re

import numpy as np
import pytest
from staffing_builders import (
    SHARED,
    hours_cells,
    make_demand,
    make_hire,
    make_problem,
    make_provider,
)
from staffing_cases import roles_problem, season_problem, small_problem

from optimizer.explain_staffing import explain_shortfalls
from optimizer.result import Options, Shortfall
from optimizer.staffing import solve_staffing
from optimizer.staffing_capacity import uncovered_hours
from optimizer.staffing_certificates import capacity_certificates

EXACT = Options(gap=0.0)


def shortfalls(problem) -> tuple[Shortfall, ...]:
    return solve_staffing(problem, EXACT).shortfalls


def codes(problem) -> list[str]:
    return [each.code for each in shortfalls(problem)]


def test_roles_case_proves_the_proposal_hours_first():
    proofs = [each for each in shortfalls(roles_problem(2)) if each.code == "capacity_certificate"]
    assert proofs[0].reason.startswith(
        "proposal needs 55 h, the two persons able have 44 h: 11 h short"
    )
    assert proofs[0].amount == pytest.approx(11)
    assert proofs[1].subject == "prospecting, appointment, meeting and proposal"
    assert proofs[1].amount == pytest.approx(19)


def test_minimal_sets_come_before_larger_ones_that_add_something():
    found = capacity_certificates(roles_problem(2))
    assert [each.phases for each in found] == [(3,), (0, 1, 2, 3)]


def test_a_larger_set_that_only_repeats_smaller_ones_is_left_out():
    # Each phase alone is 5 h short; together they are short by the same 10 h.
    problem = make_problem(
        hours_cells([15, 15]), can_do=[[1.0, 0.0], [0.0, 1.0]], hours=10.0, max_phases=1
    )
    assert [each.phases for each in capacity_certificates(problem)] == [(0,), (1,)]


@pytest.mark.parametrize(("need", "proofs"), [(99, 0), (100, 0), (101, 1)])
def test_a_proof_needs_more_work_than_hours(need, proofs):
    assert len(capacity_certificates(make_problem(hours_cells([need])))) == proofs


def test_a_proof_counts_the_fastest_way_to_work():
    problem = make_problem(hours_cells([131.0]), can_do=[[1.2]], specialisation_gain=(1.1, 1.05))
    assert capacity_certificates(problem) == ()
    slower = make_problem(hours_cells([131.0]), can_do=[[1.2]])
    assert capacity_certificates(slower)[0].short_hours == pytest.approx(11)


def test_a_proof_of_one_pool_names_the_pool_and_the_months():
    cells = [(150.0, 1.0, [(1, 0, month, 1.0)]) for month in (0, 1, 2, 4)]
    problem = make_problem(
        make_demand(cells),
        can_do=[[1.0], [1.0]],
        months=5,
        pools=2,
        person_pool=(0, 1),
        territorial=(0,),
    )
    (proof,) = [each for each in shortfalls(problem) if each.code == "capacity_certificate"]
    assert proof.reason == (
        "pool1: phase0 needs 600 h in 2026-01 to 2026-03, 2026-05, the one person able has 400 h:"
        " 200 h short whatever the roles"
    )


def test_a_proof_without_anybody_says_so():
    problem = make_problem(hours_cells([50.0]), can_do=[[0.0]])
    (proof,) = [each for each in shortfalls(problem) if each.code == "capacity_certificate"]
    assert "needs 50 h, and nobody able is there: 50 h short" in proof.reason


def test_a_proof_tells_how_much_levers_could_add():
    problem = make_problem(hours_cells([400.0]), hires=(make_hire(1, 1, max_count=2),))
    (proof,) = [each for each in shortfalls(problem) if each.code == "capacity_certificate"]
    assert proof.reason.endswith("of which hires and providers add 200 h")


def test_nobody_able_names_the_provider_that_waits_for_documents():
    problem = make_problem(
        hours_cells([10.0]), can_do=[[0.0]], documented=(), providers=(make_provider(),)
    )
    (first, *_) = shortfalls(problem)
    assert first.code == "nobody_able"
    assert "document the phase so that provider may take it" in first.remedy


def test_full_people_and_no_lever_is_capacity():
    (first, *_) = shortfalls(make_problem(hours_cells([120.0])))
    assert (first.code, first.unit) == ("capacity", "h")
    assert first.amount == pytest.approx(20)


def test_a_lever_that_does_not_pay_is_named():
    problem = make_problem(
        hours_cells([120.0]), hires=(make_hire(1, 1, offer_id="junior", max_count=1),)
    )
    (first, *_) = shortfalls(problem)
    assert first.code == "costs_more"
    assert "junior" in first.reason


def test_a_lever_used_up_is_capacity_again():
    problem = make_problem(
        hours_cells([320.0], value_eur=1000.0), hires=(make_hire(1, 1, max_count=1),)
    )
    assert codes(problem)[0] == "capacity"


def test_idle_people_in_other_roles_point_to_the_phase_limit():
    problem = make_problem(hours_cells([60.0, 60.0]), can_do=[[1.0, 1.0]], max_phases=1)
    assert codes(problem)[0] == "role_limit"


def test_work_worth_less_than_its_price_is_left_with_people_idle():
    problem = make_problem(
        hours_cells([10.0]), preference=np.array([[0.0]]), preference_eur_per_hour=2.0
    )
    (first,) = shortfalls(problem)
    assert first.code == "costs_more"


@pytest.mark.parametrize(
    ("deals", "lost"),
    [(6.0, "1 unit worth 100 is left"), (6.1, "1.1 units worth 110 are left")],
)
def test_one_unit_is_said_in_the_singular(deals, lost):
    deal = (deals, 100.0, [(SHARED, 0, 0, 5.0), (SHARED, 1, 0, 20.0)])
    problem = make_problem(make_demand([deal]), can_do=[[1.0, 0.0], [0.0, 1.0]])
    assert lost in shortfalls(problem)[0].reason


def test_a_lost_deal_is_charged_to_its_bottleneck_only():
    deal = (10.0, 100.0, [(SHARED, 0, 0, 5.0), (SHARED, 1, 0, 20.0)])
    problem = make_problem(make_demand([deal]), can_do=[[1.0, 0.0], [0.0, 1.0]])
    (first, proof) = shortfalls(problem)
    assert first.subject.startswith("phase1")
    assert first.amount == pytest.approx(100)
    assert "5 units worth 500 are left" in first.reason
    assert proof.subject == "phase1"


@pytest.mark.parametrize("seed", range(4))
def test_hours_charged_are_hours_uncovered(seed):
    problem = small_problem(seed)
    plan = solve_staffing(problem, EXACT).plan
    found = explain_shortfalls(problem, plan)
    charged = sum(each.amount for each in found if each.code != "capacity_certificate")
    assert charged <= uncovered_hours(problem, plan).sum() + 1e-6
    assert (charged > 0) == (uncovered_hours(problem, plan).sum() > 1e-3)


def test_without_prices_the_busiest_phase_is_the_bottleneck():
    plan = solve_staffing(roles_problem(2), EXACT).plan
    found = explain_shortfalls(roles_problem(2), plan)
    # Everybody is busy all month, so every phase with work left is as scarce as any other.
    assert sum(each.amount for each in found if each.code == "capacity") == pytest.approx(19)
    assert "proposal, 2026-01" in {each.subject for each in found}


def test_a_manager_can_read_every_sentence():
    for problem in (roles_problem(1), season_problem(1.1, provider=True), small_problem(1)):
        for each in shortfalls(problem):
            text = f"{each.subject} {each.reason} {each.remedy}".lower()
            assert not re.search(r"\bdual|shadow|slack|constraint|variable\b", text)
            assert each.amount > 0
