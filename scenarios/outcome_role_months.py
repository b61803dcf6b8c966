"""Say of every month that is short of own people's hours why it is (docs/model-roles.md, R28)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from optimizer.result import Options
from optimizer.staffing_problem import StaffingPlan
from optimizer.staffing_words import amount
from scenarios.build_roles import RoleView, month_views
from scenarios.build_staffing import StaffingCase
from scenarios.config import Config
from scenarios.decide import Watch
from scenarios.outcome_role_reasons import LEAST_HOURS, proofs_of

MONTH = "month"
GAP, EFFORT = 0.005, 1
MOST_PERSON_MONTHS = 400
"""Months times persons searched for better roles; beyond it proofs alone are told."""


@dataclass(frozen=True, kw_only=True)
class _Levels:
    """Hold hours short: as planned, with the plan's roles at best, with other roles, in any case.

    Each is at most the one before it.
    """

    planned: float
    same_roles: float
    other_roles: float
    proved: float
    searched: bool


def month_reasons(
    case: StaffingCase, plan: StaffingPlan, config: Config, options: Options, watch: Watch
) -> Iterator[dict[str, Any]]:
    """Yield one row for each month short by an hour or more, in order of the months.

    `short_hours` are those the plan leaves, `saved_hours` those that roles chosen for that month
    alone would cover beyond those of the plan, `proved_hours` those that no roles cover. Better
    roles are looked for in the shortest months, as far as the size of the team allows.
    """
    views = [view for view in month_views(case, plan, config) if _short(view) >= LEAST_HOURS]
    persons = max((view.persons.size for view in views), default=1)
    most = MOST_PERSON_MONTHS // max(1, persons)
    searched = {view.period for view in sorted(views, key=_short, reverse=True)[:most]}
    for view in views:
        search = view.period in searched and not watch.is_cancelled()
        yield _row(view, _levels(view, options, watch, search=search))


def _short(view: RoleView) -> float:
    return float(view.plan.short_hours.sum())


def _levels(view: RoleView, options: Options, watch: Watch, *, search: bool) -> _Levels:
    from optimizer.roles_plan import hours_with_roles

    planned = _short(view)
    same = hours_with_roles(view.under_plan_rules, view.plan.roles).short_hours.sum()
    same = min(planned, float(same))
    proofs = proofs_of(view, most=None)
    proved = max((proof.short_hours for proof, _ in proofs), default=0.0)
    other, bound = _best(view, options, watch) if search else (same, 0.0)
    other = min(same, other)
    return _Levels(
        planned=planned,
        same_roles=same,
        other_roles=other,
        proved=min(other, max(proved, bound)),
        searched=search,
    )


def _best(view: RoleView, options: Options, watch: Watch) -> tuple[float, float]:
    """Return the hours short with the best roles found for the month alone, and a lower bound."""
    from optimizer.roles import least_shortage

    limits = replace(options, gap=GAP, effort=EFFORT)
    found = least_shortage(
        view.under_plan_rules, limits, [view.plan.roles], cancelled=watch.cancelled
    )
    reached = _short(view) if found.objective is None else found.objective
    return reached, found.bound or 0.0


def _row(view: RoleView, levels: _Levels) -> dict[str, Any]:
    return {
        "period": view.period,
        "kind": MONTH,
        "subject": "",
        "short_hours": levels.planned,
        "saved_hours": levels.same_roles - levels.other_roles,
        "proved_hours": levels.proved,
        "reason": "; ".join(_parts(view, levels)),
    }


def _parts(view: RoleView, levels: _Levels) -> Iterator[str]:
    """Yield what is missing whatever the roles, what roles could do, and what they could not."""
    summed = 0.0
    if levels.proved >= LEAST_HOURS:
        proof, said = max(
            proofs_of(view, most=None), key=lambda each: each[0].short_hours, default=(None, "")
        )
        summed = 0.0 if proof is None else proof.short_hours
        yield from [said] if said else []
    searched = levels.proved - summed
    if searched >= LEAST_HOURS:
        more = " more" if summed else ""
        yield f"{amount(searched)} h{more} are missing whatever the roles"
    saved = levels.same_roles - levels.other_roles
    if saved >= LEAST_HOURS:
        yield f"other roles in this month alone would cover {amount(saved)} h"
    unproved = levels.other_roles - levels.proved
    if unproved >= LEAST_HOURS:
        which = "the best roles found" if levels.searched else "the roles of the plan"
        yield f"{amount(unproved)} h more stay short with {which}"
    idle = levels.planned - levels.same_roles
    if idle >= LEAST_HOURS:
        yield (
            f"for {amount(idle)} h there is time: their deals lack hours in another phase or"
            " month, or bring less than they cost"
        )
