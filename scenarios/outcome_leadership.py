"""Tables of an outcome that leadership reads: return, payback, cash, curve and price limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from optimizer.leadership_staffing import (
    StaffingMoney,
    hire_curve,
    money_by_month,
    without_offers,
)
from optimizer.leadership_staffing_limits import PriceLimit, price_limits
from optimizer.result import Options, Solution
from optimizer.staffing_problem import StaffingPlan
from scenarios.build_staffing import StaffingCase
from scenarios.config import Config
from scenarios.decide import Request, Staffing, Watch
from scenarios.outcome_leadership_measures import MEASURE_COLUMNS, measure_table, shares_of_work

CASH_COLUMNS = [
    "month",
    "extra_margin_eur",
    "extra_received_eur",
    "extra_cost_eur",
    "extra_cash_eur",
    "cumulated_eur",
]
CURVE_COLUMNS = ["hires", "profit_eur", "not_proved_eur", "difference_eur", "planned"]
LIMIT_COLUMNS = [
    "provider_id",
    "name",
    "hours",
    "share_of_work",
    "min_term_months",
    "price_eur_per_hour",
    "pays_up_to_eur_per_hour",
]
BASELINE_GAP, CURVE_GAP, LIMIT_GAP = 0.002, 0.005, 0.01
EFFORT = 100
SECONDS = 30.0
AROUND = 2
ROUGH_GAP = 0.05
MANY_PEOPLE_MONTHS, MOST_PEOPLE_MONTHS = 1_500, 10_000
"""Beyond the first the relaxation and its rounding are enough; beyond the second the curve and the
price limits are left out: each point is a solve of its own."""


def leadership_tables(
    staffing: Staffing,
    config: Config,
    coverage: pd.DataFrame,
    names: dict[str, str],
    request: Request,
    watch: Watch | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the four tables; empty without a plan, or when nothing can be hired or bought.

    Empty as well where sourcing decided the levers: what they are worth is told by its own run.

    The baseline is "do nothing": the same people with roles as they suit best, no hire and no
    provider. `coverage` is the table of that name, `names` says how offers are called.
    """
    problem, plan = staffing.case.problem, staffing.solution.plan
    if plan is None or staffing.sourced or not (problem.hires or problem.providers):
        return _frames()
    watch = watch or Watch()
    baseline = _solve_baseline(staffing, request, watch)
    if baseline.plan is None:
        return _frames()
    won, paid_after = _due_months(staffing.case), _paid_after_months(staffing.case, config)
    money = money_by_month(problem, plan, won, paid_after)
    before = money_by_month(without_offers(problem), baseline.plan, won, paid_after)
    cash = _cash(problem.months, money, before)
    limits = _limits(staffing, request, watch)
    return _frames(
        leadership=measure_table(staffing, plan, baseline.plan, money, before, cash, coverage),
        cash=cash,
        hire_curve=_curve(staffing, request, watch),
        price_limits=_limit_table(staffing, plan, limits, names),
    )


def _frames(**found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    empty = {
        "leadership": MEASURE_COLUMNS,
        "cash": CASH_COLUMNS,
        "hire_curve": CURVE_COLUMNS,
        "price_limits": LIMIT_COLUMNS,
    }
    return {name: found.get(name, pd.DataFrame(columns=cols)) for name, cols in empty.items()}


def _options(case: StaffingCase, request: Request, gap: float) -> Options:
    """Return limits that do not use the clock, but for a backstop."""
    enough = gap if _people_months(case) <= MANY_PEOPLE_MONTHS else ROUGH_GAP
    return Options(seconds=SECONDS, effort=EFFORT, gap=enough, seed=request.seed)


def _people_months(case: StaffingCase) -> int:
    return len(case.problem.person_ids) * len(case.problem.months)


def _solve_baseline(staffing: Staffing, request: Request, watch: Watch) -> Solution[StaffingPlan]:
    from optimizer.staffing import solve_staffing

    problem = without_offers(staffing.case.problem)
    return solve_staffing(
        problem, _options(staffing.case, request, BASELINE_GAP), cancelled=watch.cancelled
    )


def _due_months(case: StaffingCase) -> np.ndarray:
    place = {month: at for at, month in enumerate(case.problem.months)}
    return np.array([place[month] for month in case.cells["month"]], dtype=np.int64)


def _paid_after_months(case: StaffingCase, config: Config) -> np.ndarray:
    months = {name: rules.paid_after_months for name, rules in config.segments.items()}
    return np.array([months[name] for name in case.cells["segment"]], dtype=np.int64)


def _cash(months: tuple[str, ...], money: StaffingMoney, before: StaffingMoney) -> pd.DataFrame:
    margin = money.margin_eur - before.margin_eur
    received = money.received_eur - before.received_eur
    cash = received - money.cost_eur
    columns = (months, margin, received, money.cost_eur, cash, np.cumsum(cash))
    return pd.DataFrame(dict(zip(CASH_COLUMNS, columns, strict=True)))


def _is_large(case: StaffingCase) -> bool:
    return _people_months(case) > MOST_PEOPLE_MONTHS


def _curve(staffing: Staffing, request: Request, watch: Watch) -> pd.DataFrame:
    problem, solution = staffing.case.problem, staffing.solution
    if not problem.hires or _is_large(staffing.case) or watch.is_cancelled():
        return pd.DataFrame(columns=CURVE_COLUMNS)
    assert solution.plan is not None
    planned = int(solution.plan.hired.sum())
    most = sum(offer.max_count for offer in problem.hires)
    near = range(max(0, planned - AROUND), min(most, planned + AROUND) + 1)
    counts = sorted({0, *near})
    options = _options(staffing.case, request, CURVE_GAP)
    points = hire_curve(problem, solution, counts, options, watch.cancelled)
    known = {point.count: point for point in points if point.profit_eur is not None}
    best = known[planned].profit_eur or 0.0
    rows = [
        (
            count,
            point.profit_eur,
            None if point.bound_eur is None else point.bound_eur - (point.profit_eur or 0.0),
            (point.profit_eur or 0.0) - best,
            count == planned,
        )
        for count, point in known.items()
    ]
    return pd.DataFrame(rows, columns=CURVE_COLUMNS)


def _limits(staffing: Staffing, request: Request, watch: Watch) -> tuple[PriceLimit, ...]:
    if _is_large(staffing.case) or watch.is_cancelled():
        return ()
    options = _options(staffing.case, request, LIMIT_GAP)
    return price_limits(staffing.case.problem, staffing.solution, options, watch.cancelled)


def _limit_table(
    staffing: Staffing, plan: StaffingPlan, limits: tuple[PriceLimit, ...], names: dict[str, str]
) -> pd.DataFrame:
    shares = shares_of_work(staffing, plan)
    rows: list[tuple[Any, ...]] = []
    for limit in limits:
        offer = staffing.case.problem.providers[limit.provider]
        rows.append(
            (
                offer.provider_id,
                names.get(offer.provider_id, offer.provider_id),
                limit.hours,
                float(shares[limit.provider]),
                offer.min_term_months,
                limit.price_eur_per_hour,
                limit.pays_up_to_eur_per_hour,
            )
        )
    table = pd.DataFrame(rows, columns=LIMIT_COLUMNS)
    return table.astype({"pays_up_to_eur_per_hour": float})
