"""The staffing model stated as a flow, to check both models against each other (F25).

The coverage model of `staffing_problem` asks for hours of cells; here each cell is a segment, and
each month, phase and place it asks for hours in is a step of the flow that all its units pass
through, in order of the months. Teams become states that share a headcount: the role is chosen
by a move in the first month. The translation is exact and long-winded; it shows that the flow
model carries all the other one says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import ModelBuilder
from optimizer.sourcing_problem import (
    HireLimit,
    HireOption,
    Move,
    Provider,
    SourcingProblem,
    StaffState,
    UnitFlow,
)
from optimizer.staffing_columns import HireColumns, TeamColumns, declare
from optimizer.staffing_problem import SHARED, ProviderOffer, StaffingProblem

Floats = NDArray[np.float64]

NOBODY = "no work needed"


class Step(NamedTuple):
    """Say when, in which phase and where hours are asked for; SHARED: anywhere."""

    month: int
    phase: int
    pool: int


def staffing_as_flow(problem: StaffingProblem) -> SourcingProblem:
    """Return a sourcing problem with the same optimum."""
    # A flow has no words for help between pools, least shares and what sourcing decided before.
    assert problem.help_speed is None
    assert not problem.least_share
    assert problem.given is None
    assert problem.pace is None
    steps = _steps(problem)
    columns = declare(ModelBuilder(), problem)
    states, moves = _teams(problem, steps, columns.teams)
    first = len(states)
    states += [_hire_state(problem, steps, *each) for each in _hire_roles(columns.hires)]
    options = [
        _option(hire, first + index) for index, (hire, _) in enumerate(_hire_roles(columns.hires))
    ]
    return SourcingProblem(
        months=problem.months,
        phases=tuple(_name(problem, step) for step in steps),
        segments=problem.demand.cell_ids,
        flow=_flow(problem, steps),
        states=(*states, _passing_state()),
        hires=tuple(options),
        hire_limits=_limits(problem, columns.hires),
        moves=tuple(moves),
        providers=tuple(
            made for offer in problem.providers for made in _provider(problem, steps, offer)
        ),
    )


def _steps(problem: StaffingProblem) -> list[Step]:
    demand = problem.demand
    rows = zip(demand.month.tolist(), demand.phase.tolist(), demand.pool.tolist(), strict=True)
    return sorted({Step(*row) for row in rows})


def _name(problem: StaffingProblem, step: Step) -> str:
    where = "" if step.pool == SHARED else f", {problem.pools[step.pool]}"
    return f"{problem.months[step.month]}, {problem.phases[step.phase]}{where}"


def _flow(problem: StaffingProblem, steps: Sequence[Step]) -> UnitFlow:
    demand, months = problem.demand, len(problem.months)
    place = {step: index for index, step in enumerate(steps)}
    hours = np.zeros((len(steps), len(demand.cell_ids)))
    rows = zip(demand.month.tolist(), demand.phase.tolist(), demand.pool.tolist(), strict=True)
    for row, cell, each in zip(rows, demand.cell.tolist(), demand.hours.tolist(), strict=True):
        hours[place[Step(*row)], cell] += each
    due = np.array([step.month for step in steps])
    target = np.zeros((len(demand.cell_ids), months, 1))
    target[:, -1, 0] = demand.units
    return UnitFlow(
        hours_per_unit=hours,
        conversion=np.array(1.0),
        target=target,
        margin_eur=demand.value_eur[:, None],
        workable=(due[:, None, None] == np.arange(months)).astype(np.float64),
        stock_max=_waiting(due, months),
        prospects=_once(demand.units, months),
    )


def _waiting(due: NDArray[np.int64], months: int) -> Floats:
    """Return (steps + 1, 1, T): units wait from the month of a step to that of the next."""
    since = np.concatenate([[0], due])[:, None]
    until = np.concatenate([due, [months]])[:, None]
    now = np.arange(months)
    return np.where((now >= since) & (now < until), np.inf, 0.0)[:, None, :]


def _once(units: Floats, months: int) -> Floats:
    """Let the units of a cell come in once, in the first month."""
    coming = np.zeros((len(units), months, 1))
    coming[:, 0, 0] = units
    return coming


def _speed(
    problem: StaffingProblem, steps: Sequence[Step], phases: Sequence[int], pool: int, rate: Floats
) -> Floats:
    """Return (steps,): hours of standard work in an hour, in the role and the place."""
    return np.array([
        rate[step.phase] if step.phase in phases and step.pool in (SHARED, pool) else 0.0
        for step in steps
    ])  # fmt: skip


def _teams(
    problem: StaffingProblem, steps: Sequence[Step], teams: Sequence[TeamColumns]
) -> tuple[list[StaffState], list[Move]]:
    """Let everybody start in the first role of the team, and move to another in month one."""
    states: list[StaffState] = []
    moves: list[Move] = []
    now = (np.arange(len(problem.months)) == 0).astype(np.float64)
    for number, columns in enumerate(teams):
        base = len(states)
        team, first = columns.team, columns.patterns[0]
        dislike = problem.preference_eur_per_hour * (1.0 - team.preference)
        for index, pattern in enumerate(columns.patterns):
            rate = team.productivity * pattern.gain
            states.append(
                StaffState(
                    state_id=f"team {number + 1}, role {index + 1}",
                    hours_per_head=team.hours,
                    speed=_speed(problem, steps, pattern.phases, team.pool, rate),
                    start_headcount=0.0 if index else float(len(team.members)),
                    wage_eur=first.price_eur * now,
                    eur_per_hour=np.array([dislike[step.phase] for step in steps]),
                )
            )
            if index:
                moves.append(
                    Move(
                        move_id=f"team {number + 1} to role {index + 1}",
                        source=base,
                        target=base + index,
                        eur=pattern.price_eur - first.price_eur,
                        months=now,
                    )
                )
    return states, moves


def _hire_roles(hires: Sequence[HireColumns]) -> list[tuple[HireColumns, tuple[int, ...]]]:
    return [(hire, pattern.phases) for hire in hires for pattern in hire.patterns]


def _hire_state(
    problem: StaffingProblem, steps: Sequence[Step], hire: HireColumns, phases: tuple[int, ...]
) -> StaffState:
    return StaffState(
        state_id=f"{hire.offer.offer_id}, {problem.pools[hire.pool]}, {phases}",
        hours_per_head=hire.offer.hours_by_month,
        speed=_speed(problem, steps, phases, hire.pool, hire.offer.productivity),
        wage_eur=np.array(hire.offer.cost_eur_per_month),
    )


def _option(hire: HireColumns, state: int) -> HireOption:
    offer = hire.offer
    return HireOption(
        option_id=f"{offer.offer_id} {state}",
        state=state,
        lead_months=offer.lead_months,
        ramp=offer.ramp,
        recruiting_eur=offer.recruiting_eur,
        max_total=float(offer.max_count),
        term_months=offer.term_months,
    )


def _limits(problem: StaffingProblem, hires: Sequence[HireColumns]) -> tuple[HireLimit, ...]:
    """Cap an offer over all pools and roles together."""
    roles = _hire_roles(hires)
    found = []
    for index, offer in enumerate(problem.hires):
        options = tuple(i for i, (hire, _) in enumerate(roles) if hire.offer_index == index)
        if options:
            found.append(HireLimit(options=options, max_total=float(offer.max_count)))
    return tuple(found)


def _provider(
    problem: StaffingProblem, steps: Sequence[Step], offer: ProviderOffer
) -> list[Provider]:
    """Return the provider at the steps it may work, none when there are none."""
    reached = tuple(
        index
        for index, step in enumerate(steps)
        if step.phase in offer.phases
        and problem.documented[step.phase]
        and (step.pool == SHARED or step.pool in offer.pools)
    )
    if not reached:
        return []
    return [
        Provider(
            provider_id=offer.provider_id,
            phases=reached,
            capacity_hours=np.array(offer.capacity_hours),
            effectiveness=np.array(offer.quality),
            setup_eur=np.array(offer.setup_eur),
            retainer_eur=np.array(offer.retainer_eur_per_month),
            eur_per_hour=offer.price_eur_per_hour,
            min_term_months=max(1, offer.min_term_months),
            lead_months=offer.lead_months,
            ramp=offer.ramp,
            steering_hours=offer.steering_hours,
        )
    ]


def _passing_state() -> StaffState:
    """Return nobody: who passes units through the steps that ask for no hours of theirs."""
    return StaffState(state_id=NOBODY, hours_per_head=np.array(0.0), speed=np.array(1.0))
