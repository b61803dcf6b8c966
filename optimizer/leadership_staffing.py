"""Leadership's measures of a staffing plan: the same definitions on the coverage model (L16)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership_curve import CurvePoint
from optimizer.linear_model import LinearModel
from optimizer.result import Cancelled, Options, Solution, Status
from optimizer.staffing_decisions import decisions_of
from optimizer.staffing_model import StaffingModel, build_staffing_model
from optimizer.staffing_offers import presence
from optimizer.staffing_plan import price_plan, read_plan
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.staffing_search import PROVED, Search, bound_above

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MONEY = ("margin_eur", "hire_eur", "provider_eur")
"""Terms that are money; the others are prices of the planner's own."""


@dataclass(frozen=True, kw_only=True)
class StaffingMoney:
    """Hold money by month, all (T,) and at or above 0.

    Attributes
    ----------
    margin_eur, received_eur
        Margin of the deals won in the month, and what of it is received in the month; received
        after the horizon is in no month.
    hire_eur, provider_eur
        Cost of levers.
    """

    margin_eur: Floats
    received_eur: Floats
    hire_eur: Floats
    provider_eur: Floats

    @property
    def cost_eur(self) -> Floats:
        """Return (T,): what hires and providers cost."""
        return self.hire_eur + self.provider_eur


def without_offers(problem: StaffingProblem) -> StaffingProblem:
    """Return the problem of doing nothing: nobody hired, nothing bought; roles are free (L1)."""
    return replace(problem, hires=(), providers=())


def money_by_month(
    problem: StaffingProblem,
    plan: StaffingPlan,
    due_month: Ints,
    paid_after_months: Ints | int = 0,
) -> StaffingMoney:
    """Return when the money of a plan comes and goes.

    Parameters
    ----------
    due_month
        (C,) the month in which a cell's deals are won.
    paid_after_months
        (C,) or one figure: months from then to the money.
    """
    months = len(problem.months)
    value = problem.demand.value_eur * plan.served_units
    paid = due_month + paid_after_months
    within = paid < months
    return StaffingMoney(
        margin_eur=_by_month(due_month, value, months),
        received_eur=_by_month(paid[within], value[within], months),
        hire_eur=_hire_eur(problem, plan),
        provider_eur=_provider_eur(problem, plan),
    )


def _by_month(month: Ints, value: Floats, months: int) -> Floats:
    found = np.zeros(months)
    np.add.at(found, month, value)
    return found


def _hire_eur(problem: StaffingProblem, plan: StaffingPlan) -> Floats:
    """Return (T,): recruiting on arrival, pay in each month present."""
    found = np.zeros(len(problem.months))
    for offer, hired in zip(problem.hires, plan.hired.sum(axis=1), strict=True):
        for decided in np.flatnonzero(hired).tolist():
            there = presence(offer, decided, len(found))
            found[there.start] += hired[decided] * offer.recruiting_eur
            found[there.start : there.stop] += hired[decided] * offer.cost_eur_per_month
    return found


def _provider_eur(problem: StaffingProblem, plan: StaffingPlan) -> Floats:
    found = np.zeros(len(problem.months))
    for index, offer in enumerate(problem.providers):
        on = plan.provider_on[index]
        found += offer.setup_eur * (on & ~np.r_[False, on[:-1]])
        found += offer.retainer_eur_per_month * on
        found += offer.price_eur_per_hour * plan.provider_hours[index].sum(axis=(0, 1))
    return found


def hire_curve(
    problem: StaffingProblem,
    solved: Solution[StaffingPlan],
    counts: Sequence[int],
    options: Options,
    cancelled: Cancelled | None = None,
) -> tuple[CurvePoint, ...]:
    """Return the best profit with exactly so many hires, all offers together, all else free (L13).

    Profit is margin less cost of hires and providers; the bound is on the objective, so the gap
    between them also holds what the planner's own prices take.
    """
    stated = build_staffing_model(problem)
    known = None if solved.plan is None else int(solved.plan.hired.sum())
    return tuple(
        _point(count, solved)
        if count == known
        else _solved_point(stated, count, solved, options, cancelled)
        for count in counts
    )


def _point(count: int, solved: Solution[StaffingPlan]) -> CurvePoint:
    profit = sum(solved.terms.get(name, 0.0) for name in MONEY)
    return _curve_point(count, profit, solved.objective, solved.bound)


def _curve_point(
    count: int, profit_eur: float, objective: float | None, bound: float | None
) -> CurvePoint:
    """Return a point; its bound is the profit plus what is not proved about the objective."""
    assert objective is not None
    slack = None if bound is None else bound - objective
    proved = slack is not None and slack <= PROVED * abs(objective)
    return CurvePoint(
        count=count,
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        profit_eur=profit_eur,
        bound_eur=None if slack is None else profit_eur + slack,
    )


def _solved_point(
    stated: StaffingModel,
    count: int,
    solved: Solution[StaffingPlan],
    options: Options,
    cancelled: Cancelled | None,
) -> CurvePoint:
    if count > _most_hires(stated):
        return CurvePoint(count=count, status=Status.INFEASIBLE, profit_eur=None, bound_eur=None)
    counted = replace(stated, model=_with_count(stated, count))
    hint = None if solved.plan is None else decisions_of(stated, solved.plan)
    search = Search(counted, options, lambda *_: None, cancelled)
    found = search.run([] if hint is None else [hint])
    if found.values is None:
        return CurvePoint(count=count, status=Status.UNKNOWN, profit_eur=None, bound_eur=None)
    terms = price_plan(stated.problem, read_plan(counted, found.values))
    objective = math.fsum(terms.values())
    profit = sum(terms[name] for name in MONEY)
    return _curve_point(count, profit, objective, bound_above(objective, found.bound_eur))


def _most_hires(stated: StaffingModel) -> int:
    """Return how many can be hired in time, all offers together."""
    offers = {
        group.offer_index: group.offer.max_count
        for group in stated.columns.hires
        if group.hired.size
    }
    return sum(offers.values())


def _with_count(stated: StaffingModel, count: int) -> LinearModel:
    """Return the model with a row more: so many hires in all."""
    model = stated.model
    hired = np.sort(np.concatenate([group.hired.ravel() for group in stated.columns.hires]))
    number = model.row_lower.size
    return replace(
        model,
        row_lower=np.append(model.row_lower, float(count)),
        row_upper=np.append(model.row_upper, float(count)),
        row=np.append(model.row, np.full(hired.size, number)),
        column=np.append(model.column, hired),
        coefficient=np.append(model.coefficient, np.ones(hired.size)),
    )
