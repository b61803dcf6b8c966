"""Draw small sourcing problems with every lever, for properties that hold of all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sourcing_builders import (
    make_flow,
    make_hire,
    make_managers,
    make_move,
    make_problem,
    make_provider,
    make_state,
    make_tool,
)

from optimizer.sourcing_problem import SourcingProblem


def random_problem(seed: int, **changes) -> SourcingProblem:
    """Return two phases, two segments, four months, two scenarios and one of each lever."""
    dice = np.random.default_rng(seed)
    months, phases, segments, scenarios = 4, 2, 2, 2
    flow = make_flow(
        hours_per_unit=dice.uniform(0.5, 2.0, (phases, segments)).round(1),
        conversion=np.array([dice.uniform(0.3, 0.9, segments).round(1), [0.5, 0.5]]),
        target=dice.integers(2, 9, (segments, months, scenarios)).astype(float),
        margin_eur=dice.integers(80, 200, (segments, 1)).astype(float),
        lag=np.array([[0.5, 0.5], [1.0, 0.0]]) if seed % 2 else np.array([[1.0]]),
        prospects=dice.integers(20, 60, (segments, 1, 1)).astype(float),
        pipeline=dice.integers(0, 3, (phases + 1, segments, months)).astype(float),
        stock_max=np.array([0.0, 5.0, 3.0])[:, None, None],
        holding_eur=2.0,
        ageing=0.1,
        backlog_max=float(seed % 3),
        backlog_eur=5.0,
        terminal_factor=0.5,
    )
    own = {
        "attrition_first_year": 0.1,
        "attrition_later": 0.05,
        "first_year_months": 2,
        "layoff_allowed": True,
        "severance_eur": 150.0,
    }
    states = (
        make_state(state_id="callers", speed=[1.0, 0.0], start_headcount=2.0, wage_eur=90.0, **own),
        make_state(
            state_id="sellers", speed=[0.7, 1.0], start_headcount=1.0, wage_eur=120.0,
            conversion_factor=[1.0, 1.4], overtime_hours_max=2.0, overtime_eur=15.0, **own,
        ),
    )  # fmt: skip
    settings = {
        "states": states,
        "hires": (
            make_hire(lead_months=1, ramp=(0.5,), recruiting_eur=60.0, max_total=2.0),
            make_hire(option_id="seller", state=1, max_total=1.0, term_months=2),
        ),
        "moves": (make_move(duration_months=1, hours_lost=(4.0,), eur=50.0, max_total=2.0),),
        "managers": (make_managers(states=(0, 1), span=3.0, wage_eur=40.0),),
        "providers": (
            make_provider(
                eur_per_hour=float(dice.integers(8, 25)), retainer_eur=20.0, setup_eur=30.0,
                min_term_months=2, ramp=(0.5,), effectiveness=0.9, quality=0.9,
                steering_hours=1.0, capacity_hours=25.0, included_hours=2.0, minimum_hours=1.0,
            ),
        ),
        "automations": (
            make_tool(max_share=0.4, conversion_factor=0.7, setup_eur=40.0, eur_per_unit=3.0),
        ),
    }  # fmt: skip
    return make_problem(
        flow, months=months, phases=phases, segments=segments, scenarios=scenarios,
        **{**settings, **changes},
    )  # fmt: skip


def wild_problem(seed: int) -> SourcingProblem:
    """Return a random problem with the rarer rules switched on by chance; it may have no plan."""
    dice = np.random.default_rng(seed + 1_000_000)
    base = random_problem(seed)

    def chance(share: float = 0.4) -> bool:
        return bool(dice.random() < share)

    flow = replace(
        base.flow,
        surplus_margin_eur=np.full((2, 4), 20.0 if chance() else 0.0),
        uncovered_eur=np.full(2, 6.0 if chance() else 0.0),
        universe=np.full(2, 50.0 if chance() else np.inf),
        recontact_months=int(dice.integers(1, 4)) if chance() else None,
        units_max=np.full((2, 2, 4), 30.0 if chance() else np.inf),
        stock_min=np.array([0.0, 0.5, 0.0])[:, None, None] * np.ones((3, 2, 4)) * chance(),
        start_stock=np.array([[0.0], [3.0], [2.0]]) * np.ones((3, 2)) * chance(0.7),
        kept=np.array([[0.0], [0.0], [1.0]]) * np.ones((3, 2)) * chance(0.2),
        start_backlog=np.full(2, 1.0 if chance() else 0.0),
        workable=(dice.random((2, 2, 4)) < 0.9).astype(float),
        conversion_factor=dice.uniform(0.7, 1.3, (2, 2, 4, 2)).round(2),
    )
    callers, sellers = base.states
    callers = replace(
        callers,
        short_time_max=1.0 * chance(),
        short_time_eur=-10.0,
        counts_as_excess=chance(),
        excess_eur=5.0,
        start_first_year=(1.0, 0.5) if chance() else (),
        headcount_min=np.full(4, 0.5 if chance() else 0.0),
        headcount_max=np.full(4, 4.0 if chance() else np.inf),
        layoff_max_share=0.5 if chance() else np.inf,
        joiners_leave_at_once=chance(),
        frozen_months=int(dice.integers(0, 3)),
    )
    sellers = replace(
        sellers,
        overtime_yearly_max=6.0 if chance() else np.inf,
        joiners_leave_at_once=chance(),
        eur_per_unit=np.array([1.0, 2.0]),
        eur_per_hour=np.array([0.5, 0.0]),
        tools_eur=np.full(4, 3.0),
    )
    hire, seller = base.hires
    hire = replace(hire, coaching_hours=(3.0, 1.0) if chance() else (), coaching_state=1)
    moves = (
        replace(base.moves[0], ramp=(0.5,), leaving_share=0.2 if chance() else None),
        make_move(
            move_id="back", source=1, target=0, automatic_share=0.1 if chance() else None,
            max_share=0.5, share_of=(0, 1), whole=False,
        ),
    )  # fmt: skip
    offer = replace(
        base.providers[0],
        eur_per_result=float(dice.integers(0, 3)),
        included_results=2.0 * chance(),
        minimum_results=1.0 * chance(),
        success_eur=5.0 * chance(),
        running_since_months=1 if chance() else None,
        notice_months=int(dice.integers(0, 3)),
        lead_months=int(dice.integers(0, 2)),
        whole=chance(0.7),
        steering_states=(1,) if chance() else None,
    )
    offer = replace(offer, pilot_steering_hours=(2.0, 0.5) if offer.whole else ())
    tool = replace(base.automations[0], lead_months=int(dice.integers(0, 2)), eur_per_month=4.0)
    return replace(
        base,
        flow=flow,
        states=(callers, sellers),
        hires=(hire, replace(seller, coaching_hours=(1.0,))),
        moves=moves,
        providers=(offer,),
        automations=(tool,),
        managers=(make_managers(states=(0, 1), span=2.5, wage_eur=30.0, whole=chance()),),
        discount=0.98 ** np.arange(4) if chance() else np.ones(4),
        staff_decision_months=np.array([1.0, 1.0, 0.0, 1.0]) if chance() else np.ones(4),
        excess_max=np.full(4, 3.0 if chance() else np.inf),
        risk_weight=float(dice.choice([0.0, 0.5])),
        risk_level=0.5,
    )
