"""Check the hires of a staffing plan without the solver (docs/model-staffing.md, S4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_problem import HireGroup, HireOffer, StaffingPlan, StaffingProblem
from optimizer.verify import Violation
from optimizer.verify_shares import share_open

Floats = NDArray[np.float64]

HOURS = 1e-4


def hires_within_offer(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S4: no more hires than the offer allows, all pools and months together."""
    for index, offer in enumerate(problem.hires):
        count = int(plan.hired[index].sum())
        if count > offer.max_count:
            yield Violation(
                rule="hire_count",
                subject=offer.offer_id,
                amount=count,
                limit=offer.max_count,
                message=f"{count} hires of {offer.offer_id}, at most {offer.max_count} are offered",
            )


def hires_join_offered_pools(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S4: hires join only the pools of their offer."""
    for index, pool in np.argwhere(plan.hired.sum(axis=2) > 0).tolist():
        offer = problem.hires[index]
        if pool not in offer.pools:
            yield Violation(
                rule="hire_pool",
                subject=f"{offer.offer_id}, {problem.pools[pool]}",
                amount=int(plan.hired[index, pool].sum()),
                limit=0,
                message=f"{offer.offer_id} is not offered in {problem.pools[pool]}",
            )


def hires_arrive_in_time(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S4: nobody is hired who would arrive after the horizon."""
    months = len(problem.months)
    for index, _, decided in np.argwhere(plan.hired > 0).tolist():
        offer = problem.hires[index]
        if decided + offer.lead_months >= months:
            yield Violation(
                rule="hire_arrival",
                subject=f"{offer.offer_id}, {problem.months[decided]}",
                amount=decided + offer.lead_months,
                limit=months - 1,
                message=f"{offer.offer_id} decided in {problem.months[decided]} arrives after the"
                " last month",
            )


def hires_able(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S4: hires work only in phases their offer can do."""
    for index, offer in enumerate(problem.hires):
        hours = plan.hire_hours[index].sum(axis=(0, 2))
        for phase in np.flatnonzero((hours > HOURS) & (offer.productivity <= 0)).tolist():
            yield Violation(
                rule="hire_able",
                subject=f"{offer.offer_id}, {problem.phases[phase]}",
                amount=float(hours[phase]),
                limit=0.0,
                message=f"hires of {offer.offer_id} work {hours[phase]:.1f} h of"
                f" {problem.phases[phase]}, which they cannot do",
            )


def hires_hold_few_phases(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S4: every hire has a role, and none holds more phases than allowed."""
    for group in plan.hire_groups:
        offer = problem.hires[group.offer]
        able = all(offer.productivity[phase] > 0 for phase in group.phases)
        too_many = len(group.phases) * problem.least_share > 1.0 + HOURS
        if len(group.phases) > problem.max_phases or too_many or not able:
            yield _wrong_role(problem, group)
    for index, offer in enumerate(problem.hires):
        for pool, decided in np.argwhere(_needs_roles(problem, plan, offer, index)).tolist():
            count = int(plan.hired[index, pool, decided])
            given = sum(each.count for each in _groups(plan, index, pool) if each.month == decided)
            if given != count:
                yield Violation(
                    rule="hire_roles",
                    subject=f"{offer.offer_id}, {problem.pools[pool]}, {problem.months[decided]}",
                    amount=given,
                    limit=count,
                    message=f"{count} hires of {offer.offer_id}, but roles for {given}",
                )


def _needs_roles(
    problem: StaffingProblem, plan: StaffingPlan, offer: HireOffer, index: int
) -> NDArray[np.bool_]:
    """Return (G, T): roles may go unsaid where the offer cannot do too many phases anyway."""
    unsaid = not plan.hire_groups and int((offer.productivity > 0).sum()) <= problem.max_phases
    said = np.zeros(plan.hired.shape[1:], dtype=bool)
    for group in plan.hire_groups:
        if group.offer == index:
            said[group.pool, group.month] = True
    return said if unsaid else said | (plan.hired[index] > 0)


def _wrong_role(problem: StaffingProblem, group: HireGroup) -> Violation:
    offer = problem.hires[group.offer]
    names = ", ".join(problem.phases[phase] for phase in group.phases)
    return Violation(
        rule="hire_roles",
        subject=f"{offer.offer_id}, {problem.pools[group.pool]}",
        amount=len(group.phases),
        limit=problem.max_phases,
        message=f"hires of {offer.offer_id} cannot hold {names}: too many phases, or not able",
    )


def hires_have_the_hours(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S4: hires work no more than those present can, ramp included, in the roles they hold.

    By Hall's theorem the hours can be shared out among the hires exactly when, for every set of
    phases, its hours fit those of the hires who hold at least one of them. Where phases keep a
    share of the time (S16), a hire has only the rest for the others; as the hours open to sets of
    phases are submodular, the same sets still suffice (Edmonds, sums of polymatroids, 1970).
    """
    for index, pool in np.ndindex(plan.hired.shape[:2]):
        groups = _groups(plan, index, pool) or _one_group(problem, plan, index, pool)
        for month in range(len(problem.months)):
            short = _overfull(problem, plan, index, pool, month, groups)
            if short is not None:
                yield short


def _overfull(
    problem: StaffingProblem,
    plan: StaffingPlan,
    index: int,
    pool: int,
    month: int,
    groups: Sequence[HireGroup],
) -> Violation | None:
    offer = problem.hires[index]
    worked = plan.hire_hours[index, pool, :, month]
    steering = float(plan.hire_steering_hours[index, pool, month])
    busy = np.flatnonzero(worked > 0).tolist()
    everything = float(worked.sum()) + steering
    total = sum(_hours_of(offer, group, month) for group in groups)
    total += _overtime(problem, groups, index, pool, month, None)
    checks = [(everything, total)]
    for phases in chain.from_iterable(combinations(busy, size) for size in range(1, len(busy) + 1)):
        have = sum(
            _hours_of(offer, group, month) * _share_for(problem, group, phases) for group in groups
        )
        have += _overtime(problem, groups, index, pool, month, phases)
        checks.append((float(worked[list(phases)].sum()), have))
    amount, limit = max(checks, key=lambda check: check[0] - check[1])
    if amount <= limit + HOURS:
        return None
    subject = f"{offer.offer_id}, {problem.pools[pool]}, {problem.months[month]}"
    return Violation(
        rule="hire_hours",
        subject=subject,
        amount=amount,
        limit=limit,
        message=f"{subject}: hires work {amount:.1f} h, those present have {limit:.1f} h",
    )


def _overtime(
    problem: StaffingProblem,
    groups: Sequence[HireGroup],
    index: int,
    pool: int,
    month: int,
    phases: Sequence[int] | None,
) -> float:
    """S17: return overtime decided before that is open to some phases (None: to all)."""
    total = 0.0
    for each in problem.hires[index].decided or ():
        if each.pool == pool and any(group.phases == each.phases for group in groups):
            held = HireGroup(offer=index, pool=pool, month=month, phases=each.phases, count=1)
            share = 1.0 if phases is None else _share_for(problem, held, phases)
            total += float(each.overtime_hours[month]) * share
    return total


def _share_for(problem: StaffingProblem, group: HireGroup, phases: Sequence[int]) -> float:
    """Return the share of their time that hires of a group have for some of the phases."""
    taken = len(set(phases) & set(group.phases))
    return share_open(problem.least_share, len(group.phases), taken) if taken else 0.0


def _groups(plan: StaffingPlan, index: int, pool: int) -> list[HireGroup]:
    return [group for group in plan.hire_groups if (group.offer, group.pool) == (index, pool)]


def _one_group(
    problem: StaffingProblem, plan: StaffingPlan, index: int, pool: int
) -> list[HireGroup]:
    """Give unsaid roles: all that the offer can do; `hires_hold_few_phases` judges that."""
    able = tuple(np.flatnonzero(problem.hires[index].productivity > 0).tolist())
    return [
        HireGroup(offer=index, pool=pool, month=month, phases=able, count=int(count))
        for month, count in enumerate(plan.hired[index, pool])
        if count
    ]


def _hours_of(offer: HireOffer, group: HireGroup, month: int) -> float:
    """Return the hours of a group in a month: none before arrival or after the term."""
    age = month - group.month - offer.lead_months
    if age < 0 or (offer.term_months and age >= offer.term_months):
        return 0.0
    share = offer.ramp[age] if age < len(offer.ramp) else 1.0
    return group.count * share * float(offer.hours_by_month[month])


HIRE_RULES = (
    hires_within_offer,
    hires_join_offered_pools,
    hires_arrive_in_time,
    hires_able,
    hires_hold_few_phases,
    hires_have_the_hours,
)
