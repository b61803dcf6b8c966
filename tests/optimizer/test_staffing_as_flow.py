"""The flow model carries the coverage model's content: both reach the same optimum (F25)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from sourcing_builders import EXACT
from staffing_as_flow import staffing_as_flow
from staffing_builders import make_demand, make_hire, make_problem, make_provider
from staffing_cases import season_problem
from test_staffing_oracle import tiny_problems

from optimizer.result import Status
from optimizer.sourcing import solve_sourcing
from optimizer.staffing import solve_staffing
from optimizer.staffing_problem import SHARED


def both(problem) -> tuple[float, float]:
    staffing = solve_staffing(problem, EXACT)
    sourcing = solve_sourcing(staffing_as_flow(problem), EXACT)
    assert staffing.status is sourcing.status is Status.OPTIMAL
    return staffing.objective, sourcing.objective


@pytest.mark.parametrize(("uplift", "provider"), [(1.0, False), (1.1, True)])
def test_the_seasonal_case_is_worth_the_same(uplift, provider):
    staffing, sourcing = both(season_problem(uplift, provider=provider))
    assert sourcing == pytest.approx(staffing, abs=0.01)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(tiny_problems())
def test_roles_pools_and_hires_are_worth_the_same(problem):
    staffing, sourcing = both(problem)
    assert sourcing == pytest.approx(staffing, abs=0.01)


def every_lever():
    """Two pools, two phases over three months, preferences, hires for a term, a provider."""
    demand = make_demand(
        [
            (6.0, 90.0, [(SHARED, 0, 0, 2.0), (0, 1, 1, 3.0)]),
            (9.0, 80.0, [(SHARED, 0, 1, 2.0), (1, 1, 2, 3.0)]),
            (7.0, 70.0, [(SHARED, 0, 0, 1.0), (SHARED, 0, 1, 1.0), (0, 1, 2, 2.0)]),
        ]
    )
    return make_problem(
        demand,
        can_do=[[1.0, 0.8], [0.9, 1.0], [1.0, 0.0]],
        hours=12.0,
        months=3,
        pools=2,
        person_pool=(0, 1, 1),
        territorial=(1,),
        documented=(0,),
        max_phases=1,
        specialisation_gain=(1.1, 1.0),
        preference=np.array([[0.5, 1.0], [1.0, 0.2], [1.0, 1.0]]),
        preference_eur_per_hour=3.0,
        in_field=np.array([True, True, False]),
        role_change_eur=4.0,
        current_phases=np.array([[True, False], [False, True], [False, True]]),
        hires=(
            make_hire(2, 3, pools=(0, 1), hours_by_month=np.full(3, 10.0), lead_months=1,
                      ramp=(0.5,), cost_eur_per_month=150.0, term_months=1, max_count=2),
        ),
        providers=(
            make_provider(capacity_hours=9.0, price_eur_per_hour=12.0, retainer_eur_per_month=20.0,
                          quality=0.9, min_term_months=2, steering_hours=1.0, pools=(0, 1)),
        ),
    )  # fmt: skip


def test_every_lever_is_worth_the_same():
    staffing, sourcing = both(every_lever())
    assert sourcing == pytest.approx(staffing, abs=0.01)
    assert staffing > 0
