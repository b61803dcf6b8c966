"""Pools that help each other, and shares of the time that every phase held keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staffing_builders import hours_cells, make_demand, make_hire, make_problem
from staffing_cases import small_problem
from staffing_levers import planned, served, work
from test_staffing_oracle import value

from optimizer.linear_model import ModelBuilder
from optimizer.result import Options
from optimizer.roles import least_shortage
from optimizer.roles_problem import plain_roles
from optimizer.staffing import solve_staffing
from optimizer.staffing_certificates import capacity_certificates
from optimizer.staffing_columns import declare
from optimizer.staffing_fixed_roles import with_roles
from optimizer.staffing_model import build_staffing_model
from optimizer.verify_staffing import violations_staffing

EXACT = Options(gap=0.0)
ONE_WAY = np.array([[0.0, 0.5], [0.0, 0.0]])
BOTH_WAYS = np.array([[0.0, 0.5], [0.5, 0.0]])


def two_pools(home: float, away: float, **changes):
    """One person of 100 h in each of two pools; field work of both, an hour a unit."""
    demand = make_demand([work(0, home, 10.0, pool=0), work(0, away, 10.0, pool=1)])
    return make_problem(
        demand,
        **({"can_do": [[1.0], [1.0]], "pools": 2, "person_pool": (0, 1), "territorial": (0,)}
           | changes),
    )  # fmt: skip


def test_without_help_a_pool_keeps_its_idle_hours():
    assert served(two_pools(60.0, 150.0)) == pytest.approx(160.0)


@pytest.mark.parametrize(
    ("away", "done"), [(119.0, 179.0), (120.0, 180.0), (121.0, 180.0), (150.0, 180.0)]
)
def test_idle_hours_help_next_door_at_their_speed(away, done):
    """Forty hours are idle; at half speed they do twenty."""
    assert served(two_pools(60.0, away, help_speed=ONE_WAY)) == pytest.approx(done)


@pytest.mark.parametrize(
    ("share", "helped"), [(0.0, 0.0), (0.39, 39.0), (0.4, 40.0), (0.41, 40.0), (1.0, 40.0)]
)
def test_help_keeps_to_its_share_of_the_month(share, helped):
    """Forty hours of a hundred are idle: a share of 0.4 is the edge."""
    problem = two_pools(60.0, 150.0, help_speed=ONE_WAY, help_share_max=share)
    plan = planned(problem)
    assert plan.help_hours.sum() == pytest.approx(helped)
    assert violations_staffing(problem, plan) == ()


def test_a_share_of_help_that_is_none_is_refused():
    with pytest.raises(ValueError, match="help_share_max"):
        two_pools(60.0, 150.0, help_speed=ONE_WAY, help_share_max=1.01)


def test_help_is_shown_by_person_and_pool_and_is_among_the_hours_worked():
    plan = planned(two_pools(60.0, 150.0, help_speed=ONE_WAY))
    assert plan.help_hours[0, 1, 0, 0] == pytest.approx(40.0)
    assert plan.help_hours.sum() == pytest.approx(40.0)
    assert plan.person_hours[0, 0, 0] == pytest.approx(100.0)


def test_help_goes_one_way_only():
    plan = planned(two_pools(150.0, 60.0, help_speed=ONE_WAY))
    assert plan.help_hours.sum() == 0
    assert plan.served_units.sum() == pytest.approx(160.0)


def test_help_dearer_than_the_work_is_not_given():
    """An hour of help does half an hour of work worth 10 EUR."""
    for price, helped in ((4.9, 40.0), (5.1, 0.0)):
        priced = two_pools(60.0, 150.0, help_speed=ONE_WAY, help_price_eur_per_hour=price)
        assert planned(priced).help_hours.sum() == pytest.approx(helped)


def test_a_price_stops_pools_from_doing_each_others_work_for_nothing():
    swap = two_pools(80.0, 80.0, help_speed=np.ones((2, 2)), help_price_eur_per_hour=0.01)
    assert planned(swap).help_hours.sum() == 0


def test_a_skill_that_only_the_next_pool_needs_is_worth_holding():
    """Nobody works the second phase at home, so only help makes it part of a role."""
    demand = make_demand([work(0, 50.0, 10.0, phase=1, pool=1)])
    lone = {"can_do": [[1.0, 1.0]], "pools": 2, "person_pool": (0,), "territorial": (0, 1)}
    assert served(make_problem(demand, **lone)) == 0
    helped = make_problem(demand, help_speed=ONE_WAY, **lone)
    assert served(helped) == pytest.approx(50.0)
    assert planned(helped).roles.tolist() == [[False, True]]


def test_hires_and_shared_work_know_no_help():
    demand = make_demand([work(0, 10.0, 10.0)])
    problem = make_problem(
        demand, can_do=[[1.0], [1.0]], pools=2, person_pool=(0, 1), help_speed=BOTH_WAYS,
        hires=(make_hire(pools=(0, 1)),),
    )  # fmt: skip
    columns = declare(ModelBuilder(), problem)
    assert [team.help for team in columns.teams] == [(), ()]


def test_proofs_count_the_helpers_and_add_the_pools_up():
    """Each pool alone could be helped; both together lack hours that no proof of one shows."""
    problem = two_pools(130.0, 130.0, help_speed=np.ones((2, 2)))
    (proof,) = capacity_certificates(problem)
    assert proof.pool is None
    assert proof.short_hours == pytest.approx(60.0)
    apart = capacity_certificates(two_pools(130.0, 130.0))
    assert [proof.pool for proof in apart] == [0, 1]


def test_a_proof_of_one_pool_holds_with_all_its_helpers():
    (proof, *_) = capacity_certificates(two_pools(0.0, 170.0, help_speed=ONE_WAY))
    assert (proof.pool, proof.able) == (1, 2)
    assert proof.short_hours == pytest.approx(20.0)


@pytest.mark.parametrize(
    "speed", [np.zeros((2, 1)), np.full((2, 2), 1.1), np.full((2, 2), np.nan), -np.ones((2, 2))]
)
def test_speeds_that_make_no_sense_are_refused(speed):
    with pytest.raises(ValueError, match="help_speed"):
        two_pools(1.0, 1.0, help_speed=speed)


@pytest.mark.parametrize("seed", [3])
def test_more_help_never_costs_and_none_changes_nothing(seed):
    problem = small_problem(seed)
    pools = len(problem.pools)
    speeds = [np.zeros((pools, pools)), np.full((pools, pools), 0.5), np.ones((pools, pools))]
    values = [value(replace(problem, help_speed=speed)) for speed in speeds]
    assert values[0] == pytest.approx(value(problem), abs=1e-6)
    assert values[0] <= values[1] + 0.01 <= values[2] + 0.02


def test_full_help_for_nothing_is_one_pool():
    problem = small_problem(5)
    people = problem.person_pool
    free = replace(problem, help_speed=np.ones((len(problem.pools),) * 2))
    merged = replace(
        problem,
        person_pool=np.zeros_like(people),
        demand=replace(problem.demand, pool=np.minimum(problem.demand.pool, 0)),
        hires=(), providers=(),
    )  # fmt: skip
    assert value(replace(free, hires=(), providers=())) == pytest.approx(value(merged), rel=1e-6)


def test_without_rows_of_help_or_shares_the_model_is_the_same():
    """No column, no row and no coefficient more than in a problem that never heard of them."""
    problem = small_problem(6)
    plain = build_staffing_model(problem).model
    nobody = build_staffing_model(
        replace(problem, help_speed=np.zeros((len(problem.pools),) * 2))
    ).model
    for name in ("gain", "row", "column", "coefficient", "row_upper"):
        assert (getattr(plain, name) == getattr(nobody, name)).all()


# Least shares.


def test_two_phases_held_leave_the_larger_one_four_fifths_of_the_time():
    problem = make_problem(
        hours_cells([100.0, 10.0]), can_do=[[1.0, 1.0]], least_share=0.2,
        must_hold=np.array([[True, True]]),
    )  # fmt: skip
    plan = planned(problem)
    assert plan.person_hours[0, :, 0] == pytest.approx([80.0, 10.0])


@pytest.mark.parametrize(("need", "worth"), [(9.0, 100.0), (10.0, 100.0), (11.0, 102.0)])
def test_a_second_phase_must_bring_more_than_the_time_it_keeps(need, worth):
    """One phase alone brings 100; a second one, worth double, leaves 80 and adds its need."""
    demand = make_demand([work(0, 120.0, 1.0), work(0, need, 2.0, phase=1)])
    problem = make_problem(demand, can_do=[[1.0, 1.0]], least_share=0.2)
    assert value(problem) == pytest.approx(worth)


@pytest.mark.parametrize(("share", "phases"), [(0.5, 2), (0.51, 1), (0.34, 2), (0.33, 3)])
def test_nobody_holds_more_phases_than_shares_fit_into_the_time(share, phases):
    problem = make_problem(
        hours_cells([30.0] * 4), can_do=[[1.0] * 4], max_phases=4, least_share=share
    )
    assert problem.most_phases == phases
    assert planned(problem).roles.sum() <= phases


def test_hires_keep_shares_too():
    """A hire holds one phase of 100 h of work, or two and leaves a fifth of the time for each."""
    problem = make_problem(
        hours_cells([100.0, 5.0], 100.0), can_do=[[0.0, 0.0]], hours=0.0, least_share=0.2,
        hires=(make_hire(2, max_count=1),),
    )  # fmt: skip
    plan = planned(problem)
    assert plan.served_units.sum() == pytest.approx(100.0)
    assert plan.hire_groups[0].phases == (0,)
    assert served(replace(problem, least_share=0.0)) == pytest.approx(100.0)


def test_work_kept_away_by_a_share_is_said_to_be():
    problem = make_problem(
        hours_cells([100.0, 10.0]), can_do=[[1.0, 1.0]], least_share=0.2,
        must_hold=np.array([[True, True]]),
    )  # fmt: skip
    (shortfall, *_) = solve_staffing(problem, EXACT).shortfalls
    assert shortfall.code == "least_share"
    assert "10 h to spare" in shortfall.reason
    assert "20% of the time" in shortfall.reason


def test_pins_beyond_what_shares_leave_are_refused():
    with pytest.raises(ValueError, match="must_hold"):
        make_problem(
            hours_cells([1.0, 1.0]), can_do=[[1.0, 1.0]], least_share=0.6,
            must_hold=np.array([[True, True]]),
        )  # fmt: skip


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_shares_beyond_the_whole_are_refused(share):
    with pytest.raises(ValueError, match="least_share"):
        make_problem(hours_cells([1.0]), least_share=share)


@pytest.mark.parametrize("seed", [7])
def test_a_larger_share_never_pays(seed):
    problem = small_problem(seed)
    values = [value(replace(problem, least_share=share)) for share in (0.0, 0.2, 0.5)]
    assert values[0] + 0.01 >= values[1] >= values[2] - 0.01


def test_one_month_without_levers_is_what_the_role_model_finds():
    """The same rules in both models: help at half speed and a fifth of the time a phase."""
    rng = np.random.default_rng(11)
    need = rng.integers(20, 90, (2, 3)).astype(float)
    speed = rng.choice([0.0, 0.8, 1.0], (4, 3))
    home = np.array([0, 0, 1, 1])
    demand = make_demand(
        [work(0, need[q, p], 1.0, phase=p, pool=q) for q in range(2) for p in range(3)]
    )
    problem = make_problem(
        demand, can_do=speed.tolist(), hours=50.0, pools=2, person_pool=home.tolist(),
        territorial=(0, 1, 2), help_speed=BOTH_WAYS, least_share=0.2,
    )  # fmt: skip
    roles = plain_roles(
        pools=("a", "b"), phases=problem.phases, person_ids=problem.person_ids, need_hours=need,
        person_hours=np.full(4, 50.0), speed=speed, home_pool=home,
        helps=np.ones((4, 2), dtype=bool), help_factor=0.5, min_share=0.2,
        specialisation_gain=(1.0,), may_idle=True,
    )  # fmt: skip
    short = least_shortage(roles, Options(seconds=20.0, gap=0.0), []).objective
    assert need.sum() - value(problem) == pytest.approx(short, abs=1e-3)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    speed=st.sampled_from([0.0, 0.6, 1.0]),
    share=st.sampled_from([0.0, 0.2, 0.5]),
)
def test_every_plan_with_help_and_shares_passes_the_check(seed, speed, share):
    problem = small_problem(seed)
    pools = len(problem.pools)
    problem = replace(
        problem, help_speed=np.full((pools, pools), speed), help_price_eur_per_hour=0.5,
        least_share=share, max_phases=3,
    )  # fmt: skip
    solution = solve_staffing(problem, Options(gap=0.005))
    assert violations_staffing(problem, solution.plan) == ()
    assert sum(solution.terms.values()) == pytest.approx(solution.objective, abs=1e-6)
    again = with_roles(problem, solution, solution.plan.roles)
    assert again.objective == pytest.approx(solution.objective, rel=1e-6, abs=1e-3)
