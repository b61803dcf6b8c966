"""Read a plan out of the solved model and price it (docs/model-staffing.md, S9)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_columns import EUR, HireColumns, ProviderColumns, TeamColumns
from optimizer.staffing_model import StaffingModel
from optimizer.staffing_offers import hire_cost_eur
from optimizer.staffing_patterns import Pattern, specialisation_gain
from optimizer.staffing_problem import HireGroup, StaffingPlan, StaffingProblem

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOUR_DUST = 1e-7
"""Hours below this are what a solver's tolerance leaves behind, not work."""


def read_plan(stated: StaffingModel, values: Floats) -> StaffingPlan:
    """Turn column values, whole numbers already whole, into a plan."""
    problem, columns = stated.problem, stated.columns
    plan = nothing_done(problem)
    for team in columns.teams:
        _read_team(plan, problem, team, values)
    for group in columns.hires:
        _read_hires(plan, group, values)
    for provider in columns.providers:
        _read_provider(plan, provider, values)
    plan.served_units[:] = np.clip(values[columns.served], 0.0, problem.demand.units)
    return replace(
        plan,
        hire_groups=tuple(group for each in columns.hires for group in _groups(each, values)),
    )


def nothing_done(problem: StaffingProblem) -> StaffingPlan:
    """Return the plan that decides nothing and serves nothing."""
    people, phases, months = len(problem.person_ids), len(problem.phases), len(problem.months)
    pools, offers, providers = len(problem.pools), len(problem.hires), len(problem.providers)
    return StaffingPlan(
        roles=np.zeros((people, phases), dtype=bool),
        person_hours=np.zeros((people, phases, months)),
        steering_hours=np.zeros((people, months)),
        hired=np.zeros((offers, pools, months), dtype=np.int64),
        hire_hours=np.zeros((offers, pools, phases, months)),
        hire_steering_hours=np.zeros((offers, pools, months)),
        provider_on=np.zeros((providers, months), dtype=bool),
        provider_hours=np.zeros((providers, pools + 1, phases, months)),
        served_units=np.zeros(len(problem.demand.cell_ids)),
        help_hours=None
        if problem.help_speed is None
        else np.zeros((people, pools, phases, months)),
    )


def price_plan(problem: StaffingProblem, plan: StaffingPlan) -> dict[str, float]:
    """Return the terms of the objective in EUR, costs negative (S9)."""
    months = len(problem.months)
    hire = sum(
        float(plan.hired[index].sum(axis=0) @ hire_cost_eur(offer, months))
        for index, offer in enumerate(problem.hires)
    )
    provider = math.fsum(
        _provider_cost_eur(problem, plan, index) for index in range(len(problem.providers))
    )
    dislike = (plan.person_hours.sum(axis=2) * (1.0 - problem.preference)).sum()
    known = problem.current_phases.any(axis=1)
    new_phases = int((plan.roles & ~problem.current_phases)[known].sum())
    terms = {
        "margin_eur": float(problem.demand.value_eur @ plan.served_units),
        "hire_eur": 0.0 - hire,
        "provider_eur": 0.0 - provider,
        "preference_eur": 0.0 - problem.preference_eur_per_hour * float(dislike),
        "role_change_eur": 0.0 - problem.role_change_eur * new_phases,
    }
    if plan.help_hours is not None:
        helped = float(plan.help_hours.sum())
        terms["help_eur"] = 0.0 - problem.help_price_eur_per_hour * helped
    return {**terms, **dict(problem.given.money_eur if problem.given else ())}


def _provider_cost_eur(problem: StaffingProblem, plan: StaffingPlan, index: int) -> float:
    offer, on = problem.providers[index], plan.provider_on[index]
    if offer.contract is not None:
        return offer.contract.cost_eur
    starts = int((on & ~np.r_[False, on[:-1]]).sum())
    return (
        offer.setup_eur * starts
        + offer.retainer_eur_per_month * int(on.sum())
        + offer.price_eur_per_hour * float(plan.provider_hours[index].sum())
    )


def _read_team(
    plan: StaffingPlan, problem: StaffingProblem, team: TeamColumns, values: Floats
) -> None:
    """Hand the team's patterns to its members in order, equal hours within a pattern."""
    waiting = list(team.team.members)
    holders = np.rint(values[team.holders]).astype(int)
    for index, (pattern, count) in enumerate(zip(team.team.patterns, holders, strict=True)):
        members, waiting = waiting[:count], waiting[count:]
        if members:
            for phase, row in zip(pattern.phases, team.hours[index], strict=True):
                plan.person_hours[members, phase] = _clean(values[row]) / count
            _read_help(plan, team, index, members, values)
        for person in members:
            worked = plan.person_hours[person].any(axis=1)
            plan.roles[person] = _roles(problem, person, pattern, worked)
    _hand_out_steering(plan, team, _clean(values[team.steering]))


def _read_help(
    plan: StaffingPlan, team: TeamColumns, pattern: int, members: list[int], values: Floats
) -> None:
    """Add the hours that holders of a pattern work in helped pools."""
    for each in team.help:
        if each.pattern == pattern and plan.help_hours is not None:
            hours = _clean(values[each.hours]) / len(members)
            plan.help_hours[members, each.pool, each.phase] = hours
            plan.person_hours[members, each.phase] += hours


def _roles(problem: StaffingProblem, person: int, pattern: Pattern, worked: Bools) -> Bools:
    """Return the phases worked or pinned; without either, today's role as far as allowed.

    A phase opened by the pattern and never worked would be a role on paper only.
    """
    kept = problem.pinned_phases(person).copy()
    field, worked = problem.field_phases(person), worked | kept
    if field.any() and not (worked & field).any():
        # A territory needs its holder in the field, with hours there or without.
        kept[list(pattern.phases)] = True
        return kept
    if worked.any():
        # A gain that grew with the number of phases would be lost with the unused phase.
        if specialisation_gain(problem, int(worked.sum())) >= pattern.gain:
            return worked
        kept[list(pattern.phases)] = True
        return kept
    held = np.flatnonzero(problem.current_phases[person] & (problem.productivity[person] > 0))
    kept[held[: problem.most_phases]] = True
    return kept


def _hand_out_steering(plan: StaffingPlan, team: TeamColumns, steering: Floats) -> None:
    """Give each month's steering hours to the first members with hours to spare."""
    for month in np.flatnonzero(steering):
        owed = float(steering[month])
        for person in team.team.members:
            spare = team.team.hours[month] - plan.person_hours[person, :, month].sum()
            given = min(owed, max(0.0, float(spare)))
            plan.steering_hours[person, month] = given
            owed -= given


def _read_hires(plan: StaffingPlan, group: HireColumns, values: Floats) -> None:
    offer, pool = group.offer_index, group.pool
    decided = np.rint(values[group.hired]).astype(np.int64).sum(axis=0)
    plan.hired[offer, pool, : decided.size] += decided
    for pattern, columns in zip(group.patterns, group.hours, strict=True):
        plan.hire_hours[offer, pool, list(pattern.phases)] += _clean(values[columns])
    plan.hire_steering_hours[offer, pool] += _clean(values[group.steering])


def _groups(group: HireColumns, values: Floats) -> list[HireGroup]:
    counts = np.rint(values[group.hired]).astype(int)
    return [
        HireGroup(
            offer=group.offer_index,
            pool=group.pool,
            month=int(month),
            phases=group.patterns[pattern].phases,
            count=int(counts[pattern, month]),
        )
        for pattern, month in np.argwhere(counts > 0)
    ]


def _read_provider(plan: StaffingPlan, provider: ProviderColumns, values: Floats) -> None:
    for run, chosen in zip(provider.runs, values[provider.chosen], strict=True):
        if chosen > 0.5:
            plan.provider_on[provider.provider_index, run.start : run.end] = True
    for (pool, phase), columns in zip(provider.buckets, provider.hours, strict=True):
        plan.provider_hours[provider.provider_index, pool, phase] = _clean(values[columns])


def _clean(hours: Floats) -> Floats:
    return np.where(hours < HOUR_DUST, 0.0, hours)


def hour_values_eur(stated: StaffingModel, row_prices: Floats) -> Floats:
    """Return (G + 1, P, T): EUR that one more standard hour would bring, decisions kept."""
    problem = stated.problem
    values = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    for bucket, row in stated.cover_rows.items():
        values[bucket] = max(0.0, -float(row_prices[row]) / EUR)
    return values
