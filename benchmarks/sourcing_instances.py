"""Make sourcing problems of a firm's size: months, phases, segments, providers, scenarios."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import (
    HireOption,
    ManagerRule,
    Move,
    Provider,
    SourcingProblem,
    StaffState,
    UnitFlow,
)

Floats = NDArray[np.float64]

CONVERSION = (0.35, 0.40, 0.50, 0.50, 0.45, 0.30)
HOURS = (0.15, 0.40, 0.60, 2.0, 4.0, 3.0)
"""Rates and hours of up to six phases, from identification to closing; the last ones are used."""
HEAD_HOURS = 95.0
SEASON = (0.9, 0.95, 1.1, 1.0, 1.15, 1.2, 0.8, 0.6, 1.1, 1.2, 1.2, 0.8)


@dataclass(frozen=True, kw_only=True)
class SourcingSize:
    """Hold the size of a firm.

    `quarterly`: staff is decided every third month only. `stops`: the demand is known after a
    quarter of the horizon, contracts may then be stopped with two months' notice, and fixed terms
    end after half of them where they are not renewed.
    """

    name: str
    months: int
    phases: int
    segments: int
    providers: int
    scenarios: int
    deals_a_month: float
    risk_weight: float = 0.3
    quarterly: bool = False
    stops: bool = False


SMALL = SourcingSize(
    name="small firm", months=12, phases=4, segments=3, providers=3, scenarios=3, deals_a_month=12
)
FULL = SourcingSize(
    name="full size", months=24, phases=6, segments=10, providers=8, scenarios=5, deals_a_month=45
)


def sourcing_instance(size: SourcingSize, seed: int) -> SourcingProblem:
    """Return a firm that has two thirds of the people its target needs."""
    dice = np.random.default_rng(seed)
    flow, hours_a_deal = _flow(size, dice)
    heads = hours_a_deal.mean(axis=1) * size.deals_a_month / HEAD_HOURS
    months = np.arange(size.months)
    states, hires, moves = _people(size.phases, heads)
    problem = SourcingProblem(
        months=tuple(f"month {t + 1}" for t in months.tolist()),
        phases=tuple(f"phase {p + 1}" for p in range(size.phases)),
        segments=tuple(f"segment {g + 1}" for g in range(size.segments)),
        flow=flow,
        states=states,
        hires=hires,
        moves=moves,
        managers=(ManagerRule(states=tuple(range(len(states))), span=9.0, wage_eur=7_800.0),),
        providers=tuple(_provider(size, dice, v, heads) for v in range(size.providers)),
        scenarios=tuple(f"scenario {w + 1}" for w in range(size.scenarios)),
        probability=np.full(size.scenarios, 1.0 / size.scenarios),
        risk_weight=size.risk_weight,
        risk_level=0.8 if size.scenarios >= 5 else 0.5,
        staff_decision_months=np.where(months % 3 == 0, 1.0, 0.0 if size.quarterly else 1.0),
    )
    return _with_stops(problem) if size.stops else problem


def _with_stops(problem: SourcingProblem) -> SourcingProblem:
    hires = tuple(
        replace(each, renewal_months=each.term_months // 2) if each.term_months else each
        for each in problem.hires
    )
    offers = tuple(replace(each, stop_notice_months=2) for each in problem.providers)
    reveal = len(problem.months) // 4
    return replace(problem, hires=hires, providers=offers, reveal_month=reveal)


def _flow(size: SourcingSize, dice: np.random.Generator) -> tuple[UnitFlow, Floats]:
    """Return the funnel and the hours (P, G) a deal takes in each phase."""
    shape = (size.phases, size.segments)
    rate = np.array(CONVERSION[-size.phases :])[:, None] * dice.uniform(0.85, 1.15, shape)
    hours = np.array(HOURS[-size.phases :])[:, None] * dice.uniform(0.8, 1.25, shape)
    units_a_deal = np.asarray(np.cumprod(1.0 / rate[::-1], axis=0)[::-1], dtype=np.float64)
    hours_a_deal = hours * units_a_deal
    season = np.array([SEASON[t % 12] for t in range(size.months)])
    outlook = np.linspace(0.75, 1.25, size.scenarios) if size.scenarios > 1 else np.ones(1)
    weight = dice.dirichlet(np.full(size.segments, 4.0))
    target = size.deals_a_month * weight[:, None, None] * season[None, :, None] * outlook
    # Between a little more and three times what an own hour costs, as segments differ.
    margin = hours_a_deal.sum(axis=0) * dice.uniform(70.0, 190.0, size.segments)
    market = target.mean(axis=2, keepdims=True) * units_a_deal[0][:, None, None]
    flow = UnitFlow(
        hours_per_unit=hours,
        conversion=rate,
        lag=_lags(size.phases),
        target=target,
        margin_eur=margin[:, None],
        prospects=market * dice.uniform(1.0, 1.8, (size.segments, 1, 1)) * outlook,
        pipeline=_pipeline(target, units_a_deal),
        terminal_factor=0.6,
    )
    return flow, hours_a_deal


def _lags(phases: int) -> Floats:
    """Return (P, L): early phases pass on within the month, later ones partly a month later."""
    late = np.linspace(0.0, 0.5, phases)
    return np.column_stack([1.0 - late, late])


def _pipeline(target: Floats, units_a_deal: Floats) -> Floats:
    """Put half a month of work in front of every phase but the first."""
    phases, segments = units_a_deal.shape
    found = np.zeros((phases + 1, segments, target.shape[1]))
    found[1:phases, :, 0] = 0.5 * units_a_deal[1:] * target.mean(axis=2)[:, 0]
    return found


def _people(
    phases: int, heads: Floats
) -> tuple[tuple[StaffState, ...], tuple[HireOption, ...], tuple[Move, ...]]:
    front = (np.arange(phases) < phases // 2).astype(float)
    back = 1.0 - front
    trained = np.where(np.arange(phases) == phases - 1, 1.25, 1.0)
    opened, closed = float(heads @ front), float(heads @ back)

    def state(name: str, speed: Floats, wage: float, start: float, factor: Floats) -> StaffState:
        return StaffState(
            state_id=name, hours_per_head=np.array(HEAD_HOURS), speed=speed,
            conversion_factor=factor, wage_eur=np.array(wage), tools_eur=np.array(180.0),
            start_headcount=float(round(start)), attrition_first_year=0.0365,
            attrition_later=0.018, first_year_months=12, overtime_hours_max=10.0,
            overtime_yearly_max=110.0, overtime_eur=wage / HEAD_HOURS * 1.25,
        )  # fmt: skip

    plain = np.ones(phases)
    states = (
        state("caller", front, 3_700.0, 0.65 * opened, plain),
        state("seller", back, 5_900.0, 0.65 * closed, plain),
        state("full cycle", 0.9 * plain, 5_400.0, 0.0, plain),
        state("trained seller", back, 6_100.0, 0.0, trained),
    )
    hires = tuple(
        HireOption(
            option_id=f"hire {states[index].state_id}{' fixed term' if term else ''}",
            state=index, lead_months=lead, ramp=(0.25, 0.5, 0.75), recruiting_eur=fee,
            max_per_month=np.array(6.0), max_total=30.0, term_months=term,
        )
        for index, lead, fee, term in (
            (0, 1, 4_000.0, 0), (1, 2, 9_000.0, 0), (2, 2, 7_000.0, 0), (0, 1, 2_000.0, 6),
        )
    )  # fmt: skip
    training = Move(
        move_id="training", source=1, target=3, duration_months=1, hours_lost=(40.0,),
        eur=6_000.0, max_per_month=np.array(5.0),
    )  # fmt: skip
    return states, hires, (training,)


def _provider(size: SourcingSize, dice: np.random.Generator, index: int, heads: Floats) -> Provider:
    """Return a provider of the first half of the phases, far or near, by the hour or retainer."""
    reach = dice.choice(size.segments, max(1, round(0.6 * size.segments)), replace=False)
    work = float(heads[: size.phases // 2].sum()) * HEAD_HOURS
    price = float(dice.uniform(16.0, 40.0))
    return Provider(
        provider_id=f"provider {index + 1}",
        phases=tuple(range(size.phases // 2)),
        segments=tuple(sorted(reach.tolist())),
        capacity_hours=np.array(work * dice.uniform(0.15, 0.45)),
        effectiveness=np.array(0.80 + 0.004 * price),
        quality=np.array(0.75 + 0.005 * price),
        setup_eur=np.array(float(dice.uniform(3_000.0, 10_000.0))),
        retainer_eur=np.array(float(dice.uniform(500.0, 3_000.0))),
        eur_per_hour=price,
        minimum_hours=40.0 * float(dice.integers(0, 3)),
        min_term_months=int(dice.integers(3, 10)),
        ramp=(0.6, 0.8),
        steering_hours=12.0,
        steering_states=(1,),
    )
