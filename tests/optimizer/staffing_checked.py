"""A problem and a plan written by hand that keeps every rule, for tests of the check."""

from __future__ import annotations

import numpy as np
from staffing_builders import make_demand, make_hire, make_problem, make_provider

from optimizer.staffing_problem import SHARED, HireGroup, StaffingPlan, StaffingProblem

POOL0, POOL1, SHARED_ROW = 0, 1, 2


def checked_problem(**changes) -> StaffingProblem:
    """Two persons, pools and phases (the second territorial), six months, both levers."""
    demand = make_demand(
        [
            (10.0, 100.0, [(SHARED, 0, 0, 1.0)]),
            (50.0, 100.0, [(SHARED, 0, 1, 1.0)]),
            (20.0, 100.0, [(POOL1, 1, 0, 1.0)]),
            (80.0, 100.0, [(POOL0, 1, 2, 1.0)]),
        ]
    )
    settings = {
        "can_do": [[1.0, 0.0], [0.0, 1.0]],
        "hours": 20.0,
        "months": 6,
        "pools": 2,
        "person_pool": (0, 1),
        "territorial": (1,),
        "documented": (0,),
        "preference": np.array([[0.5, 1.0], [1.0, 1.0]]),
        "preference_eur_per_hour": 2.0,
        "current_phases": np.array([[False, True], [False, False]]),
        "role_change_eur": 70.0,
        "hires": (
            make_hire(
                2, 6, ramp=(0.5,), lead_months=1, recruiting_eur=500.0, term_months=3, max_count=1
            ),
        ),
        "providers": (
            make_provider(
                phases=(0, 1),
                ramp=(0.5,),
                lead_months=1,
                min_term_months=2,
                setup_eur=300.0,
                retainer_eur_per_month=40.0,
                steering_hours=5.0,
            ),
        ),
    }
    return make_problem(demand, **(settings | changes))


def checked_plan() -> StaffingPlan:
    """A plan written by hand that keeps every rule, several of them at the edge."""
    plan = StaffingPlan(
        roles=np.array([[True, False], [False, True]]),
        person_hours=np.zeros((2, 2, 6)),
        steering_hours=np.zeros((2, 6)),
        hired=np.zeros((1, 2, 6), dtype=np.int64),
        hire_hours=np.zeros((1, 2, 2, 6)),
        hire_steering_hours=np.zeros((1, 2, 6)),
        provider_on=np.array([[False, True, True, False, False, False]]),
        provider_hours=np.zeros((1, 3, 2, 6)),
        served_units=np.array([10.0, 50.0, 20.0, 80.0]),
        hire_groups=(HireGroup(offer=0, pool=0, month=0, phases=(0, 1), count=1),),
    )
    plan.person_hours[0, 0, :2] = 10.0
    plan.person_hours[1, 1, 0] = 20.0
    plan.steering_hours[0, 1:3] = 5.0
    plan.hired[0, POOL0, 0] = 1
    plan.hire_hours[0, POOL0, 1, 2] = 80.0
    plan.provider_hours[0, SHARED_ROW, 0, 1] = 50.0
    plan.served_units[1] = 50.0
    return plan
