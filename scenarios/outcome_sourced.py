"""Tables of what sourcing decided for a plan, and whether both say the same (F30)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from optimizer.sourcing_prices import price_sourcing
from optimizer.staffing_problem import StaffingPlan
from scenarios.decide import Staffing
from scenarios.sourced import Sourced
from scenarios.sourced_offers import PIPELINE_LEFT

LEVER_COLUMNS = ["kind", "name", "people", "month", "until", "amount", "unit", "cost_eur"]
AGREEMENT_COLUMNS = ["line", "unit", "sourcing", "plan", "difference"]
LEAST = 1e-6

Row = tuple[Any, ...]


def lever_table(staffing: Staffing) -> pd.DataFrame:
    """Return one row per lever decided beside hires and contracts, and who it concerns."""
    sourced = staffing.sourced
    rows: list[Row] = []
    if sourced is not None:
        rows = [*_steps(staffing, sourced), *_tools(sourced), *_amounts(sourced)]
    table = pd.DataFrame(rows, columns=LEVER_COLUMNS)
    return table.astype({"amount": float, "cost_eur": float})


def _steps(staffing: Staffing, sourced: Sourced) -> Iterator[Row]:
    """Yield trainings and redundancies with the names of the people, a row a month."""
    names = staffing.case.people["name"].tolist()
    ids = staffing.case.people["rep_id"].tolist()
    joined: dict[tuple[str, str, int], list[tuple[int, float]]] = {}
    for step in sourced.careers.steps:
        key = step.kind, step.name, step.month
        joined.setdefault(key, []).append((step.person, step.cost_eur))
    for (kind, name, month), found in sorted(joined.items()):
        who = ", ".join(names[n] or ids[n] for n, _ in sorted(found))
        cost = math.fsum(eur for _, eur in found)
        when = sourced.case.problem.months[month]
        yield kind, name, who, when, "", float(len(found)), "persons", cost


def _tools(sourced: Sourced) -> Iterator[Row]:
    problem, plan = sourced.case.problem, sourced.plan
    first = len(problem.states) + len(problem.providers)
    for index, tool in enumerate(problem.automations):
        used = np.flatnonzero(plan.decisions.automated[index] > 0.5)
        if used.size:
            units = float(plan.units_worked[first + index].sum())
            cost = tool.setup_eur + tool.eur_per_month * used.size + tool.eur_per_unit * units
            start, end = problem.months[used[0]], problem.months[used[-1]]
            yield "tool", tool.automation_id, "", start, end, units, "units", cost


def _amounts(sourced: Sourced) -> Iterator[Row]:
    """Yield what is counted over the horizon: overtime, managers, late, waiting and lost work."""
    problem, plan, money = sourced.case.problem, sourced.plan, sourced.money_eur
    months = problem.months
    found = [
        ("overtime", "overtime_eur", float(plan.overtime_hours.sum()), "h"),
        ("managers", "manager_eur", float(plan.decisions.managers.sum()), "person-months"),
        ("late", "late_eur", float(plan.backlog.sum()), "deal-months"),
        ("waiting", "waiting_eur", float(plan.stock.sum()), "unit-months"),
        ("lost_deals", "lost_deal_eur", float(plan.uncovered.sum()), "deals"),
    ]
    for kind, term, amount, unit in found:
        if amount > LEAST and money.get(term):
            yield kind, "", "", months[0], months[-1], amount, unit, -money[term]


def agreement_table(
    staffing: Staffing, plan: StaffingPlan | None, currency: str = "EUR"
) -> pd.DataFrame:
    """Return what both models state: each line as sourcing has it and as the plan has it."""
    rows: list[Row] = []
    if staffing.sourced is not None and plan is not None:
        money = ((line, currency, *both) for line, *both in _money(staffing, staffing.sourced))
        lines = [*_volumes(staffing, staffing.sourced, plan), *money]
        rows = [(line, unit, one, two, two - one) for line, unit, one, two in lines]
    table = pd.DataFrame(rows, columns=AGREEMENT_COLUMNS)
    return table.astype(dict.fromkeys(AGREEMENT_COLUMNS[2:], float))


def _volumes(staffing: Staffing, sourced: Sourced, plan: StaffingPlan) -> Iterator[Row]:
    problem, of = staffing.case.problem, sourced.plan
    won = float(of.sold.sum())
    lines = len(sourced.case.problem.segments)
    now = plan.served_units[:-lines].sum() + sourced.work.secured.sum()
    yield "deals_won", "deals", won, float(now)
    yield "hires", "persons", float(of.decisions.hires.sum()), float(plan.hired.sum())
    bought = sum(float(offer.contract.hours.sum()) for offer in problem.providers if offer.contract)
    yield "provider_hours", "h", bought, float(plan.provider_hours.sum())
    flow, states = sourced.case.problem.flow, len(sourced.case.problem.states)
    own = float((flow.hours_per_unit[None, :, :, None, None] * of.units_worked[:states]).sum())
    yield "own_hours", "h", own, _own_hours(staffing, plan)


def _own_hours(staffing: Staffing, plan: StaffingPlan) -> float:
    """Return the standard hours that own people and hires give, out of what is served."""
    problem = staffing.case.problem
    demand = problem.demand
    served = float((demand.hours * plan.served_units[demand.cell]).sum())
    quality = np.array([offer.quality for offer in problem.providers])
    return served - float(quality @ plan.provider_hours.sum(axis=(1, 2, 3)))


def _money(staffing: Staffing, sourced: Sourced) -> Iterator[Row]:
    """Yield lines of money; the pay of the present team is in neither, but for pay saved."""
    eur = {
        name: math.fsum(amounts.flat)
        for name, amounts in price_sourcing(sourced.case.problem, sourced.plan).eur.items()
    }
    terms = staffing.solution.terms
    after = on_the_way_eur(staffing)
    secured = float((sourced.work.secured * sourced.case.problem.flow.margin_eur).sum())
    states = len(sourced.case.members)
    paid = [state.wage_eur for state in sourced.case.problem.states[states:]]
    hired = float((np.array(paid) * sourced.plan.headcount[states:]).sum()) if paid else 0.0
    worth = terms.get("margin_eur", 0.0) + terms.get(PIPELINE_LEFT, 0.0) - after
    yield "margin_eur", eur["margin_eur"], worth + secured
    yield "terminal_eur", eur["terminal_eur"], after
    yield "hire_eur", eur["recruiting_eur"] - hired, terms.get("hire_eur", 0.0)
    provider = math.fsum(amount for name, amount in eur.items() if name.startswith("provider_"))
    yield "provider_eur", provider, terms.get("provider_eur", 0.0)
    for term, amount in sourced.money_eur.items():
        if term != PIPELINE_LEFT:
            yield term, amount, terms.get(term, 0.0)


def on_the_way_eur(staffing: Staffing) -> float:
    """Return what units still on their way at the end are worth in the plan."""
    sourced, plan = staffing.sourced, staffing.solution.plan
    if sourced is None or plan is None:
        return 0.0
    lines = len(sourced.case.problem.segments)
    value = staffing.case.problem.demand.value_eur[-lines:] @ plan.served_units[-lines:]
    return float(value) + sourced.money_eur.get(PIPELINE_LEFT, 0.0)
