"""Make whole decisions out of fractional ones, or out of another plan.

A *decision vector* has one entry a column, of which only the integer columns count: who holds
which pattern, who is hired, which engagements run. Everything else follows by a linear program.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_columns import HireColumns, ProviderColumns, TeamColumns
from optimizer.staffing_model import StaffingModel
from optimizer.staffing_offers import Run
from optimizer.staffing_problem import HireGroup, StaffingPlan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WHOLE = 1e-6
EXTRA_LEVERS = 20


def round_decisions(stated: StaffingModel, relaxed: Floats) -> Floats:
    """Round the linear relaxation: roles to the nearest, hires down, engagements above a half.

    Two engagements above a half cannot clash, since clashing ones share at most one (S5).
    """
    decisions = np.zeros_like(relaxed)
    for team in stated.columns.teams:
        people = len(team.team.members)
        decisions[team.holders] = largest_remainders(relaxed[team.holders], people)
    for group in stated.columns.hires:
        decisions[group.hired] = np.floor(relaxed[group.hired] + WHOLE)
    for provider in stated.columns.providers:
        decisions[provider.chosen] = relaxed[provider.chosen] > 0.5 + WHOLE
    return decisions


def without_levers(stated: StaffingModel, decisions: Floats) -> Floats:
    """Return the same roles without hires and providers, but for those decided before."""
    kept, least = decisions.copy(), stated.model.lower
    for group in stated.columns.hires:
        kept[group.hired] = least[group.hired]
    for provider in stated.columns.providers:
        kept[provider.chosen] = least[provider.chosen]
    return kept


def largest_remainders(shares: Floats, total: int) -> Floats:
    """Round `shares` to whole numbers that add up to `total`; ties go to the first."""
    whole = np.floor(shares + WHOLE)
    missing = total - int(whole.sum())
    order = np.argsort(-(shares - whole), kind="stable")
    whole[order[:missing]] += 1.0
    return whole


def rounding_neighbourhood(stated: StaffingModel, relaxed: Floats) -> tuple[Floats, Floats]:
    """Return bounds (C,), (C,) that leave each integer column its floor and its ceiling.

    Most decisions are whole in the relaxation already; deciding the rest exactly is the
    "relaxation enforced neighbourhood search" of Berthold (2014).
    """
    lower, upper = stated.model.lower.copy(), stated.model.upper.copy()
    whole = np.flatnonzero(stated.model.integer)
    lower[whole] = np.maximum(lower[whole], np.floor(relaxed[whole] + WHOLE))
    upper[whole] = np.minimum(upper[whole], np.ceil(relaxed[whole] - WHOLE))
    return lower, upper


def promising_neighbourhood(
    stated: StaffingModel, relaxed: Floats, reduced_gains: Floats, best: Floats | None
) -> Floats:
    """Return upper bounds (C,) that close the integer columns the relaxation likes least.

    Open stay the columns in use, in the relaxation or in the best plan, and the next best by
    reduced gain: as many more patterns as there are teams and a few more hires and engagements.
    """
    columns = stated.columns
    patterns = _joined([team.holders for team in columns.teams])
    levers = _joined(
        [group.hired.ravel() for group in columns.hires]
        + [provider.chosen for provider in columns.providers]
    )
    used = relaxed > WHOLE if best is None else (relaxed > WHOLE) | (best > WHOLE)
    upper = stated.model.upper.copy()
    extras = ((patterns, len(columns.teams)), (levers, EXTRA_LEVERS))
    for group, extra in extras:
        idle = group[~used[group]]
        upper[idle[np.argsort(-reduced_gains[idle], kind="stable")[extra:]]] = 0.0
    return upper


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def decisions_of(stated: StaffingModel, plan: StaffingPlan) -> Floats | None:
    """Return the decisions of a plan, None when they do not fit the problem."""
    decisions = np.zeros_like(stated.model.gain)
    try:
        for team in stated.columns.teams:
            _place_roles(decisions, team, plan)
        for group in stated.columns.hires:
            _place_hires(decisions, group, plan)
        for provider in stated.columns.providers:
            _place_engagements(decisions, provider, plan)
    except (IndexError, LookupError):
        return None
    return decisions


def _place_roles(decisions: Floats, team: TeamColumns, plan: StaffingPlan) -> None:
    """Give each person the pattern that loses fewest phases of the role, then the smallest."""
    for person in team.team.members:
        held = set(np.flatnonzero(plan.roles[person]).tolist())
        nearest = min(
            range(len(team.team.patterns)),
            key=lambda index: (
                len(held - set(team.team.patterns[index].phases)),
                len(team.team.patterns[index].phases),
            ),
        )
        decisions[team.holders[nearest]] += 1.0


def _place_hires(decisions: Floats, group: HireColumns, plan: StaffingPlan) -> None:
    known = {pattern.phases: index for index, pattern in enumerate(group.patterns)}
    for hires in plan.hire_groups or _single_pattern(group, plan):
        if (hires.offer, hires.pool) == (group.offer_index, group.pool):
            decisions[group.hired[known[hires.phases], hires.month]] += hires.count


def _single_pattern(group: HireColumns, plan: StaffingPlan) -> list[HireGroup]:
    return [
        HireGroup(
            offer=group.offer_index,
            pool=group.pool,
            month=month,
            phases=group.patterns[0].phases,
            count=int(count),
        )
        for month, count in enumerate(plan.hired[group.offer_index, group.pool])
        if count
    ]


def _place_engagements(decisions: Floats, provider: ProviderColumns, plan: StaffingPlan) -> None:
    known = {run: index for index, run in enumerate(provider.runs)}
    on = plan.provider_on[provider.provider_index].astype(int)
    edges = np.diff(np.r_[0, on, 0])
    for start, end in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True):
        decisions[provider.chosen[known[Run(start=int(start), end=int(end))]]] = 1.0
