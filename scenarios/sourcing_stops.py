"""List what a sourcing plan stops in which demand, and until when that is to be decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from optimizer.sourcing_problem import SourcingPlan, SourcingProblem

Row = tuple[Any, ...]

STOP, LAPSE = "stop", "non-renewal"


def stop_rows(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    """Yield demand, decide_by, kind, name, amount, unit and from_month, demand by demand.

    A contract is listed with the month in which notice is given, the first month without it and
    how many months it would have gone on; terms not renewed in the month of their renewal.
    """
    for scenario, demand in enumerate(problem.scenarios):
        found = [*_stops(problem, plan, scenario), *_lapses(problem, plan, scenario)]
        # Sorting is stable: within a month contracts come first, in their order.
        for decided, *what, month in sorted(found, key=lambda row: row[0]):
            yield demand, problem.months[decided], *what, problem.months[month]


def _stops(problem: SourcingProblem, plan: SourcingPlan, scenario: int) -> Iterator[Row]:
    for offer, stopped in zip(problem.providers, plan.terminated[..., scenario], strict=True):
        edges = np.diff(stopped > 0.5, prepend=False, append=False)
        first, after = np.flatnonzero(edges).reshape(-1, 2).T
        for month, end in zip(first.tolist(), after.tolist(), strict=True):
            notice = offer.stop_notice_months or 0
            yield month - notice, STOP, offer.provider_id, float(end - month), "months", month


def _lapses(problem: SourcingProblem, plan: SourcingPlan, scenario: int) -> Iterator[Row]:
    for option, lapsed in zip(problem.hires, plan.lapsed[..., scenario], strict=True):
        for month in np.flatnonzero(lapsed > 1e-6).tolist():
            renewal = month + option.lead_months + (option.renewal_months or 0)
            yield renewal, LAPSE, option.option_id, float(lapsed[month]), "persons", renewal
