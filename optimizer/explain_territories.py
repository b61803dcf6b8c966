"""Say in one plain sentence per unit why it got its seat, and what a window is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.territory_conditions import necessary_conditions
from optimizer.territory_problem import Floats, TerritoryPlan, TerritoryProblem

__all__ = ["necessary_conditions", "reasons", "window_prices"]


@dataclass(frozen=True, kw_only=True)
class _Context:
    """Hold what the sentences need: loads (S, K) before and after, and the windows."""

    problem: TerritoryProblem
    plan: TerritoryPlan
    before: Floats
    after: Floats
    lower: Floats
    upper: Floats


def reasons(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[str, ...]:
    """Return one sentence for every unit, in order."""
    lower, upper = problem.windows()
    context = _Context(
        problem=problem,
        plan=plan,
        before=_loads(problem, problem.current_seat),
        after=_loads(problem, plan.seat),
        lower=lower,
        upper=upper,
    )
    return tuple(_reason(context, unit) for unit in range(len(problem.unit_ids)))


def window_prices(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[str, ...]:
    """Return a sentence for every window whose room has a price, dearest window first.

    The worth is the shadow price times 1 % of the target: an estimate for small changes.
    """
    worth = plan.window_price * problem.targets / 100
    load = _loads(problem, plan.seat)
    order = np.argsort(-worth, axis=None, kind="stable")
    priced = [divmod(int(i), worth.shape[1]) for i in order if worth.flat[i] >= 0.5]
    sentences = []
    for seat, k in priced:
        side = "upper" if load[seat, k] >= problem.targets[seat, k] else "lower"
        sentences.append(
            f"{problem.seat_ids[seat]}: the {side} end of its {_label(problem, k)} window "
            f"costs; 1 % of the target more room would save about {worth[seat, k]:,.0f} EUR a year"
        )
    return tuple(sentences)


def _loads(problem: TerritoryProblem, seat: np.ndarray) -> Floats:
    load = np.zeros(problem.targets.shape)
    held = np.flatnonzero((seat >= 0) & (seat < len(problem.seat_ids)))
    np.add.at(load, seat[held], problem.measures[held])
    return load


def _label(problem: TerritoryProblem, k: int) -> str:
    """Return a measure's name without its unit: workload_hours reads workload."""
    name = problem.measure_names[k]
    return name.rsplit("_", 1)[0].replace("_", " ") if "_" in name else name


def _reason(context: _Context, unit: int) -> str:
    problem = context.problem
    seat, today = int(context.plan.seat[unit]), int(problem.current_seat[unit])
    if seat < 0:
        return _unserved_reason(problem, unit)
    name = problem.seat_ids[seat]
    if problem.locked[unit]:
        return f"stays with {name}: locked"
    if today == seat:
        return f"stays with {name}: {_why_stay(context, unit, seat)}"
    if today < 0:
        return f"goes to {name}: {_why_new(context, unit, seat)}"
    return f"moves from {problem.seat_ids[today]} to {name}: {_why_move(context, unit)}"


def _unserved_reason(problem: TerritoryProblem, unit: int) -> str:
    if problem.locked[unit]:
        return f"unserved: locked to {problem.seat_ids[problem.current_seat[unit]]}, not eligible"
    return "unserved: no seat may serve it"


def _why_stay(context: _Context, unit: int, seat: int) -> str:
    problem, cost = context.problem, context.problem.cost[unit]
    cheapest = int(cost.argmin())
    if cost[seat] <= cost[cheapest]:
        return "nearest and no balance gain elsewhere"
    other, saving = problem.seat_ids[cheapest], float(cost[seat] - cost[cheapest])
    if saving <= problem.move_cost[unit]:
        return (
            f"{other} would save {_eur(saving)} of travel a year, less than the move costs "
            f"({_eur(float(problem.move_cost[unit]))})"
        )
    return (
        f"{other} would save {_eur(saving)} of travel a year, but "
        f"{_balance(context, unit, cheapest, seat)}"
    )


def _why_new(context: _Context, unit: int, seat: int) -> str:
    problem, cost = context.problem, context.problem.cost[unit]
    cheapest = int(cost.argmin())
    if cost[seat] <= cost[cheapest]:
        return "nearest of the seats that may serve it"
    return (
        f"{_eur(float(cost[seat] - cost[cheapest]))} of travel a year more than "
        f"{problem.seat_ids[cheapest]}, but {_balance(context, unit, cheapest, seat)}"
    )


def _why_move(context: _Context, unit: int) -> str:
    problem = context.problem
    seat, today = int(context.plan.seat[unit]), int(problem.current_seat[unit])
    if not np.isfinite(problem.cost[unit, today]):
        return f"{problem.seat_ids[today]} may no longer serve it"
    saving = float(problem.cost[unit, today] - problem.cost[unit, seat])
    money = (
        f"saves {_eur(saving)} of travel a year"
        if saving >= 0
        else f"costs {_eur(-saving)} of travel a year"
    )
    pressed = _pressed(context, unit, today, seat)
    if pressed:
        return f"{pressed}; {money}"
    if problem.group[unit] >= 0:
        return f"together with its group; {money}"
    return (
        f"{money}, more than the move costs"
        if saving > problem.move_cost[unit]
        else (f"makes room in a chain of exchanges; {money}")
    )


def _pressed(context: _Context, unit: int, source: int, target: int) -> str:
    """Name the window that today's load misses and that this move helps."""
    problem = context.problem
    for k in np.flatnonzero(problem.measures[unit] > 0).tolist():
        if context.before[source, k] > context.upper[source, k]:
            return f"{problem.seat_ids[source]} is above its {_label(problem, k)} window"
        if context.before[target, k] < context.lower[target, k]:
            return f"{problem.seat_ids[target]} is below its {_label(problem, k)} window"
    return ""


def _balance(context: _Context, unit: int, cheaper: int, chosen: int) -> str:
    """Say which window keeps the unit from the cheaper seat."""
    problem, plan = context.problem, context.plan
    size = problem.measures[unit]
    full = size * plan.window_price[cheaper] * (context.after[cheaper] > problem.targets[cheaper])
    short = size * plan.window_price[chosen] * (context.after[chosen] < problem.targets[chosen])
    if max(full.max(initial=0.0), short.max(initial=0.0)) <= 0:
        return "balance or the limit on moves is better kept so"
    if full.max(initial=0.0) >= short.max(initial=0.0):
        k = int(full.argmax())
        return f"{problem.seat_ids[cheaper]} is at the top of its {_label(problem, k)} window"
    k = int(short.argmax())
    return f"{problem.seat_ids[chosen]} needs it for its {_label(problem, k)} window"


def _eur(amount: float) -> str:
    return f"{amount:,.0f} EUR"
