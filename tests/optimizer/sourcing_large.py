"""Build sourcing problems of the size of a large firm, for measurements."""

from __future__ import annotations

import numpy as np

from optimizer.sourcing_problem import (
    HireOption,
    ManagerRule,
    Move,
    Provider,
    SourcingProblem,
    StaffState,
    UnitFlow,
)

RATES = (0.25, 0.5, 0.6, 0.7, 0.8, 0.3)
HOURS = (0.3, 0.6, 2.0, 4.0, 3.0, 1.5)


def large_problem(
    *,
    months: int = 24,
    phases: int = 6,
    segments: int = 10,
    providers: int = 8,
    scenarios: int = 5,
    risk_weight: float = 0.3,
    deals_a_month: float = 40.0,
    seed: int = 1,
) -> SourcingProblem:
    """Return a firm with callers, sellers, trained sellers, part-timers and providers."""
    dice = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(np.arange(months) * np.pi / 6 + dice.uniform(0, 6))
    weight = dice.dirichlet(np.full(segments, 3.0))
    factor = np.linspace(0.8, 1.2, scenarios) if scenarios > 1 else np.ones(1)
    target = deals_a_month * weight[:, None, None] * season[None, :, None] * factor
    rates = np.array(RATES[-phases:])[:, None] * dice.uniform(0.8, 1.1, (phases, segments))
    hours = np.array(HOURS[-phases:])[:, None] * dice.uniform(0.8, 1.2, (phases, segments))
    per_deal = hours * np.cumprod(1 / rates[::-1], axis=0)[::-1]
    prospects = (
        target / np.prod(rates, axis=0)[:, None, None] * dice.uniform(0.9, 1.6, (segments, 1, 1))
    )
    flow = UnitFlow(
        hours_per_unit=hours,
        conversion=np.minimum(rates, 1.0),
        target=target,
        margin_eur=(per_deal.sum(axis=0) * dice.uniform(60, 160, segments))[:, None],
        lag=np.array([[0.7, 0.3]] * phases),
        prospects=prospects,
        terminal_factor=0.6,
        pipeline=_pipeline(target, rates, months, segments, phases),
    )
    need = per_deal @ weight * deals_a_month / 95.0
    return SourcingProblem(
        months=tuple(f"m{t}" for t in range(months)),
        phases=tuple(f"phase{p}" for p in range(phases)),
        segments=tuple(f"s{g}" for g in range(segments)),
        flow=flow,
        scenarios=tuple(f"w{w}" for w in range(scenarios)),
        probability=np.full(scenarios, 1 / scenarios),
        risk_weight=risk_weight,
        risk_level=0.8,
        staff_decision_months=(np.arange(months) % 3 == 0).astype(float),
        **_people(phases, need),
        providers=tuple(_provider(dice, v, phases, segments, need) for v in range(providers)),
    )


def _pipeline(target, rates, months, segments, phases):
    """Fill the phases of the first month, so that not everything waits for new prospects."""
    found = np.zeros((phases + 1, segments, months))
    expected = target.mean(axis=2)[:, 0]
    for phase in range(1, phases):
        found[phase, :, 0] = 0.3 * expected / np.prod(rates[phase:], axis=0)
    return found


def _people(phases: int, need: np.ndarray) -> dict:
    half = phases // 2
    front, back = np.zeros(phases), np.zeros(phases)
    front[:half], back[half:] = 1.0, 1.0
    both = np.full(phases, 0.85)
    trained = np.ones(phases)
    trained[-1] = 1.3
    heads = (0.6 * need[:half].sum(), 0.6 * need[half:].sum())

    def state(name, speed, wage, start=0.0, hours=95.0, **more):
        return StaffState(
            state_id=name, hours_per_head=hours, speed=speed, wage_eur=wage, tools_eur=200.0,
            start_headcount=float(np.round(start)), attrition_first_year=0.0365,
            attrition_later=0.018, first_year_months=12, overtime_hours_max=10.0,
            overtime_yearly_max=220.0, overtime_eur=55.0, **more,
        )  # fmt: skip

    states = (
        state("caller", front, 3800.0, heads[0]),
        state("seller", back, 5900.0, heads[1], layoff_allowed=True, severance_eur=9000.0,
              frozen_months=3),
        state("full cycle", both, 5600.0),
        state("part time caller", front, 2100.0, hours=48.0),
        state("seller trained", back, 6100.0, conversion_factor=trained),
    )  # fmt: skip
    hires = tuple(
        HireOption(option_id=f"hire {states[k].state_id}", state=k, lead_months=lead,
                   ramp=(0.25, 0.5, 0.75), recruiting_eur=7000.0, max_per_month=6.0,
                   max_total=40.0, term_months=term)
        for k, lead, term in ((0, 1, 0), (1, 2, 0), (2, 2, 0), (3, 1, 9), (0, 1, 6))
    )  # fmt: skip
    move = Move(move_id="training", source=1, target=4, duration_months=1, hours_lost=(40.0,),
                eur=6000.0, max_per_month=5.0)  # fmt: skip
    managers = ManagerRule(states=tuple(range(5)), span=9.0, wage_eur=8000.0)
    return {"states": states, "hires": hires, "moves": (move,), "managers": (managers,)}


def _provider(dice, index: int, phases: int, segments: int, need: np.ndarray) -> Provider:
    half = phases // 2
    reach = tuple(sorted(dice.choice(segments, size=max(1, segments // 2), replace=False).tolist()))
    return Provider(
        provider_id=f"provider{index}",
        phases=tuple(range(half)),
        segments=reach,
        capacity_hours=float(need[:half].sum() * 95.0 * dice.uniform(0.1, 0.4)),
        effectiveness=float(dice.uniform(0.85, 0.97)),
        quality=float(dice.uniform(0.8, 0.97)),
        setup_eur=float(dice.uniform(3000, 9000)),
        retainer_eur=float(dice.uniform(500, 2500)),
        eur_per_hour=float(dice.uniform(18, 42)),
        minimum_hours=float(dice.integers(0, 2) * 40),
        min_term_months=int(dice.integers(3, 10)),
        ramp=(0.6, 0.8),
        steering_hours=12.0,
        steering_states=(1,),
    )
