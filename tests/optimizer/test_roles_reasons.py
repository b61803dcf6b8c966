"""Why it does not fit: proofs by adding up, prices of rules, conflicts, what more would bring."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from role_builders import EXACT, all_roles, best_hours, make_roles, marks, random_roles

from optimizer.result import Options
from optimizer.roles import least_shortage, solve_roles
from optimizer.roles_certificates import clusters, role_certificates
from optimizer.roles_conflicts import conflict_words, role_conflicts, verify_conflict
from optimizer.roles_core import CoreFinder
from optimizer.roles_problem import RoleProblem
from optimizer.roles_reasons import certificate_of_roles, check_roles
from optimizer.roles_rules import RoleRule, possible, rules_of, under
from optimizer.roles_values import (
    hour_values,
    training_cases,
    value_of_persons,
    value_of_trainings,
)
from optimizer.roles_waterfall import rule_waterfall

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
QUICK = Options(seconds=5.0, gap=0.0)


def team(**changes) -> RoleProblem:
    """Eight persons of 22 h, four phases; proposals are what only two can do."""
    can_do = [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [1, 1, 1, 0],
        [0, 1, 1, 0],
        [0, 1, 1, 1],
        [0, 0, 1, 1],
        [1, 1, 0, 0],
    ]
    problem = make_roles([60.0, 40.0, 40.0, 55.0], can_do, 22.0, **changes)
    names = ("Eve", "Max", "Lea", "Tom", "Kim", "Ana", "Bo", "Sam")
    phases = ("prospecting", "appointments", "meetings", "proposals")
    return replace(problem, person_ids=names, phases=phases)


# --- what the data alone show


def test_data_name_phases_nobody_can_do_and_persons_able_in_nothing():
    problem = make_roles([5.0, 5.0], [[1.0, 0.2], [0.0, 0.0]], least_able=1)
    found = {each.code: each.subject for each in check_roles(problem)}
    assert found == {"nobody_able": "pool0, phase1", "able_in_nothing": "p1"}


@pytest.mark.parametrize(("wanted", "codes"), [(1, []), (2, []), (3, ["too_few_able"])])
def test_too_few_able_is_told_beyond_the_edge(wanted, codes):
    problem = make_roles([5.0], [[1.0], [1.0]], backup_holders=[[wanted]])
    assert [each.code for each in check_roles(problem)] == codes


def test_somebody_away_is_not_able():
    problem = make_roles([5.0], [[1.0], [1.0]], [0.0, 20.0], least_able=2)
    assert [each.amount for each in check_roles(problem)] == [1.0]


# --- certificates


def test_a_proof_reads_as_a_manager_would_say_it():
    first, whole = role_certificates(team())
    words = certificate_of_roles(team(), first).reason
    assert words == (
        "proposals needs 55 h; only Ana and Bo can do it, 44 h: short 11 h whatever the plan"
    )
    assert (first.short_hours, whole.short_hours) == (11.0, 19.0)


def test_the_plan_of_a_short_team_carries_the_proofs_before_the_phases():
    codes = [each.code for each in solve_roles(team(), EXACT).shortfalls]
    assert codes[:2] == ["capacity_certificate"] * 2
    assert set(codes[2:]) == {"capacity"}


@pytest.mark.parametrize(("need", "proofs"), [(19.0, 0), (20.0, 0), (20.1, 1)])
def test_a_proof_needs_more_work_than_hours(need, proofs):
    assert len(role_certificates(make_roles([need], [[1.0]]))) == proofs


def test_gain_speed_and_share_of_time_count_at_their_best():
    # Pinned to phase 0 as well, p0 has 80 % of 20 h at 1.2 and the gain of two phases, .5.
    problem = make_roles(
        [1.0, 30.0],
        [[1.0, 1.2]],
        pins=marks((1, 2), (0, 0)),
        min_share=0.2,
        specialisation_gain=(1.0, 0.5),
    )
    (proof,) = role_certificates(problem)
    assert proof.own_hours == pytest.approx(0.8 * 20 * 1.2 * 0.5)


def test_helpers_count_in_every_pool_they_reach_and_once_in_the_whole():
    problem = make_roles([[20.0], [20.0]], [[1.0]], 20.0, home_pool=[0], helps=[[False, True]])
    (proof,) = role_certificates(problem)
    assert (proof.pools, proof.short_hours) == ((0, 1), 20.0)


def test_pools_hang_together_through_people_who_share_them():
    helps = [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    problem = make_roles([[1.0]] * 4, [[1.0]] * 3, home_pool=[0, 1, 3], helps=helps)
    assert clusters(problem) == [(0, 1, 2), (3,)]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_roles_cover_what_a_proof_calls_short(seed):
    problem = random_roles(seed)
    for proof in role_certificates(problem):
        cells = np.ix_(proof.pools, proof.phases)
        only = np.zeros_like(problem.weight)
        only[cells] = 1.0
        plans = (best_hours(replace(problem, weight=only), r) for r in all_roles(problem))
        least = min(float(plan.short_hours[cells].sum()) for plan in plans)
        assert least >= proof.short_hours - 1e-6


# --- the price of rules


def test_rules_are_priced_one_by_one():
    steps = {step.rules: step.short for step in rule_waterfall(team(), QUICK)}
    assert steps == pytest.approx(
        {
            "free split of hours": 19.0,
            "at most 3 phases a person": 19.0,
            "at most 2 phases a person": 19.0,
            "at most 1 phase a person": 27.0,
        }
    )


def test_shares_backups_and_pins_have_prices_of_their_own():
    # p1 holding both phases for the backup costs the 20 % it keeps for phase 0.
    problem = make_roles(
        [20.0, 20.0],
        [[1, 0], [1, 1]],
        backup_holders=[[2, 1]],
        min_share=0.2,
        pins=marks((2, 2), (1, 0)),
        bans=marks((2, 2), (1, 1)),
    )
    shorts = [step.short for step in rule_waterfall(problem, QUICK)]
    assert shorts == pytest.approx([0.0, 0.0, 0.0, 0.0, 4.0, 20.0], abs=1e-6)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_more_phases_a_person_never_cost_hours(seed):
    problem = random_roles(seed, specialisation_gain=(1.0,))
    steps = [s.short for s in rule_waterfall(problem, QUICK) if "person" in s.rules]
    assert steps == sorted(steps, key=lambda short: round(short, 5))


# --- conflicts


def test_the_planted_conflict_is_one_need_alone():
    (first, *others) = role_conflicts(team(), QUICK)
    assert first.rules == (RoleRule(kind="cover", pool=0, phase=3),)
    assert first.words == "proposals is covered (55 h): impossible by itself"
    assert first.verified
    assert all(each.verified for each in others)


def test_a_limit_on_phases_can_be_the_reason():
    problem = make_roles([5.0, 5.0], [[1, 1]], max_phases=1)
    (conflict,) = role_conflicts(problem, QUICK)
    assert sorted(rule.kind for rule in conflict.rules) == ["cover", "cover", "max_phases"]
    assert conflict.words == (
        "these cannot all be kept: p0 may hold one phase at most;"
        " phase0 is covered (5 h); phase1 is covered (5 h)"
    )
    assert conflict.verified


def test_a_pin_against_a_ban_is_a_conflict():
    places = marks((1, 2), (0, 0))
    problem = make_roles([5.0, 5.0], [[1, 1]], pins=places, bans=places)
    kinds = {rule.kind for conflict in role_conflicts(problem, QUICK) for rule in conflict.rules}
    assert {"pin", "ban"} <= kinds


def test_backups_and_shares_can_be_the_reason():
    problem = make_roles([20.0, 5.0], [[1, 1]], backup_holders=[[0, 1]], min_share=0.2)
    first = role_conflicts(problem, QUICK)[0]
    assert first.verified
    assert RoleRule(kind="cover", pool=0, phase=0) in first.rules


@pytest.mark.parametrize(("need", "possible"), [(21.0, True), (22.0, True), (22.1, False)])
@pytest.mark.parametrize("gains", [(1.1,), (1.1, 1.0)])
def test_the_first_solver_knows_hours_and_gains_to_the_edge(need, possible, gains):
    problem = make_roles([need, 0.0], [[1, 1]], 20.0, specialisation_gain=gains)
    finder = CoreFinder(problem, rules_of(problem), 5.0, 2.0)
    assert (finder.core(finder.rules) is None) == possible


@pytest.mark.parametrize(("main", "possible"), [(16.0, True), (16.1, False)])
def test_the_first_solver_keeps_the_least_share_of_a_pinned_phase(main, possible):
    problem = make_roles([main, 1.0], [[1, 1]], 20.0, min_share=0.2, pins=marks((1, 2), (0, 1)))
    finder = CoreFinder(problem, rules_of(problem), 5.0, 2.0)
    assert (finder.core(finder.rules) is None) == possible


def test_rules_that_are_not_needed_are_filtered_out(monkeypatch):
    found = CoreFinder.core

    def everything(self, rules):
        return None if found(self, rules) is None else tuple(r for r in self.rules if r in rules)

    monkeypatch.setattr(CoreFinder, "core", everything)
    (first, *_) = role_conflicts(team(), QUICK)
    assert first.rules == (RoleRule(kind="cover", pool=0, phase=3),)


def test_rules_that_can_be_kept_make_no_conflict():
    assert role_conflicts(make_roles([5.0], [[1.0]]), QUICK) == ()


def test_no_more_conflicts_than_asked_for():
    problem = make_roles([9.0] * 7, [[1] * 7], 1.0, max_phases=1)
    assert len(role_conflicts(problem, QUICK)) == 5
    assert len(role_conflicts(problem, QUICK, most=2)) == 2


@pytest.mark.parametrize("seed", range(12))
def test_a_conflict_is_impossible_and_minimal_by_trying_all_roles(seed):
    problem = random_roles(seed)
    for conflict in role_conflicts(problem, QUICK, most=2):
        assert not _possible(problem, conflict.rules)
        for rule in conflict.rules:
            rest = [each for each in conflict.rules if each != rule]
            assert _possible(problem, rest)
        assert conflict.verified


def _possible(problem: RoleProblem, rules) -> bool:
    """Try all roles, with the limit on phases only for those whose limit is among the rules."""
    case = replace(under(problem, rules), max_phases=3)
    limited = [rule.person for rule in rules if rule.kind == "max_phases"]
    wanted = case.backup_holders
    for roles in all_roles(case):
        if all(len(roles[i]) <= problem.max_phases for i in limited):
            plan = best_hours(case, roles)
            present = plan.roles & (case.person_hours > 0)[:, None]
            holders = case.reach().T.astype(int) @ present.astype(int)
            if plan.short_hours.sum() < 1e-5 and (holders >= wanted).all():
                return True
    return False


def test_where_the_first_solver_finds_nothing_proofs_by_adding_up_are_thinned_out(monkeypatch):
    monkeypatch.setattr(CoreFinder, "minimal_core", lambda self, rules: None)
    problem = make_roles([25.0, 5.0, 30.0], [[1, 1, 0], [0, 0, 1]])
    conflicts = role_conflicts(problem, QUICK)
    phases = [[rule.phase for rule in conflict.rules] for conflict in conflicts]
    assert phases == [[2], [0]]
    assert all(conflict.verified for conflict in conflicts)


def test_a_second_solver_can_say_no():
    problem = make_roles([5.0, 5.0], [[1, 1]])
    cover = RoleRule(kind="cover", pool=0, phase=0)
    assert not verify_conflict(problem, [cover], 5.0)
    assert possible(problem, rules_of(problem), 5.0) is True
    short = make_roles([25.0, 25.0], [[1, 1]])
    spare = RoleRule(kind="cover", pool=0, phase=1)
    assert verify_conflict(short, [cover], 5.0)
    assert not verify_conflict(short, [cover, spare], 5.0), "one of the two can be spared"


def test_every_kind_of_rule_has_its_words():
    problem = make_roles(
        [[5.0, 5.0]] * 2,
        [[1, 1], [1, 1]],
        pins=marks((2, 2), (0, 0)),
        bans=marks((2, 2), (1, 1)),
        backup_holders=[[2, 0], [0, 0]],
        min_share=0.2,
        max_phases=1,
    )
    assert conflict_words(problem, rules_of(problem)) == (
        "these cannot all be kept: p0 may hold one phase at most;"
        " each phase held takes at least 20% of the time; two hold phase0 in pool0;"
        " p1 does not hold phase1; p0 holds phase0;"
        " phase0 in pool0 is covered (5 h); phase1 in pool0 is covered (5 h);"
        " phase0 in pool1 is covered (5 h); phase1 in pool1 is covered (5 h)"
    )


# --- what more would bring


def test_an_hour_is_worth_what_it_saves():
    plan = least_shortage(team(), EXACT).plan
    values = hour_values(team(), plan)
    assert values.shape == (1, 4)
    assert values[0, 3] == pytest.approx(1.0)
    fits = make_roles([10.0], [[1.0]])
    assert hour_values(fits, least_shortage(fits, EXACT).plan).tolist() == [[0.0]]


def test_one_more_specialist_helps_most_where_work_is_short():
    plan = least_shortage(team(), EXACT).plan
    found = value_of_persons(team(), plan, QUICK, hours=22.0)
    assert [(each.phase, round(each.short, 6)) for each in found] == [
        (3, 0.0),
        (0, 11.0),
        (1, 11.0),
        (2, 11.0),
    ]


def test_a_training_is_solved_again():
    problem = make_roles([10.0, 20.0], [[1, 0], [1, 0]])
    plan = least_shortage(problem, EXACT).plan
    assert set(training_cases(problem, plan)) == {(0, 1), (1, 1)}
    found = value_of_trainings(problem, plan, QUICK)
    assert [round(each.saved, 6) for each in found] == [20.0, 20.0]
    assert found[0].change == "train p0 for phase1"


def test_nobody_is_trained_for_what_is_banned_or_already_known():
    problem = make_roles([10.0, 30.0], [[1, 1], [1, 0]], bans=marks((2, 2), (1, 1)))
    plan = least_shortage(problem, EXACT).plan
    assert training_cases(problem, plan) == []


@pytest.mark.shared
@pytest.mark.skipif(not CASES.is_dir(), reason="the reference cases are not there")
def test_the_planted_case_comes_out_as_published():
    case = json.loads((CASES / "roles_short.json").read_text("utf-8"))
    expected = case["expected"]
    problem = make_roles(case["need_hours"], case["can_do"], case["capacity_hours"])
    steps = {step.rules: step.short for step in rule_waterfall(problem, QUICK)}
    assert steps["free split of hours"] == pytest.approx(expected["short_hours_free_split"])
    assert steps["at most 2 phases a person"] == pytest.approx(expected["short_hours_two_phases"])
    assert steps["at most 1 phase a person"] == pytest.approx(expected["short_hours_one_phase"])
    plan = least_shortage(problem, EXACT).plan
    one_more = {each.phase: each.short for each in value_of_persons(problem, plan, QUICK, hours=22)}
    proposals = expected["short_after_one_more_proposal_specialist"]
    elsewhere = expected["short_after_one_more_specialist_elsewhere"]
    assert one_more.pop(3) == pytest.approx(proposals, abs=1e-6)
    assert list(one_more.values()) == pytest.approx([elsewhere] * 3)
    first = role_certificates(problem)[0]
    assert (first.need_hours, first.own_hours, first.short_hours) == (55.0, 44.0, 11.0)
