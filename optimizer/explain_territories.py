"""Say in one plain sentence per unit why it got its seat, and what a window is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from optimizer.explain_territory_facts import Facts, cap_in_the_way, gather
from optimizer.territory_conditions import necessary_conditions
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem

__all__ = ["necessary_conditions", "reasons", "window_prices"]


def reasons(
    problem: TerritoryProblem,
    plan: TerritoryPlan,
    bans: Mapping[tuple[int, int], str] | None = None,
    seat_names: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Return one sentence for every unit, in order.

    Parameters
    ----------
    bans
        Positions of unit and seat -> why a person ruled this pair out (its cost is infinite).
    seat_names
        (S + V,) names of the seats, vacant ones opened behind; the problem's ids when not given.
    """
    facts = gather(problem, plan, bans or {}, seat_names)
    return tuple(_reason(facts, unit) for unit in range(len(problem.unit_ids)))


def window_prices(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[str, ...]:
    """Return a sentence for every window whose room has a price, dearest window first.

    The worth is the shadow price times 1 % of the target: an estimate for small changes.
    """
    worth = plan.window_price * problem.targets / 100
    load = gather(problem, plan, {}, None).after
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


def _label(problem: TerritoryProblem, k: int) -> str:
    """Return a measure's name without its unit: workload_hours reads workload."""
    name = problem.measure_names[k]
    return name.rsplit("_", 1)[0].replace("_", " ") if "_" in name else name


def _reason(facts: Facts, unit: int) -> str:
    problem = facts.problem
    seat, today = int(facts.plan.seat[unit]), int(problem.current_seat[unit])
    if seat < 0:
        return _unserved_reason(facts, unit) + _ruled_out(facts, unit)
    name = facts.names[seat]
    if problem.locked[unit]:
        why = problem.lock_reason[unit] if problem.lock_reason else ""
        return f"stays with {name}: locked" + (f", {why}" if why else "")
    if today == seat:
        return f"stays with {name}: {_why_stay(facts, unit, seat)}{_ruled_out(facts, unit)}"
    if today < 0:
        return f"goes to {name}: {_why_new(facts, unit, seat)}{_ruled_out(facts, unit)}"
    why = f"{_why_move(facts, unit)}{_ruled_out(facts, unit, named=today)}"
    return f"moves from {facts.names[today]} to {name}: {why}"


def _ruled_out(facts: Facts, unit: int, named: int = -1) -> str:
    """Name the seats that a decision rules out for the unit, but for the one named already."""
    others = [(seat, why) for seat, why in facts.bans.get(unit, ()) if seat != named]
    return "".join(f"; {facts.names[seat]} is ruled out: {why}" for seat, why in others)


def _unserved_reason(facts: Facts, unit: int) -> str:
    problem = facts.problem
    if problem.locked[unit]:
        return f"unserved: locked to {problem.seat_ids[problem.current_seat[unit]]}, not eligible"
    price = problem.unserved_price[unit] if problem.unserved_price.size else np.inf
    if np.isfinite(price):
        return f"unserved: leaving it out costs {_eur(float(price))} a year, serving it more"
    return "unserved: no seat may serve it"


def _why_stay(facts: Facts, unit: int, seat: int) -> str:
    problem, cost = facts.problem, facts.cost(unit)
    cheapest = int(cost.argmin())
    if cost[seat] <= cost[cheapest]:
        return "nearest and no balance gain elsewhere"
    other, saving = facts.names[cheapest], float(cost[seat] - cost[cheapest])
    if saving <= problem.move_cost[unit]:
        return (
            f"{other} would save {_eur(saving)} of travel a year, less than the move costs "
            f"({_eur(float(problem.move_cost[unit]))})"
        )
    return (
        f"{other} would save {_eur(saving)} of travel a year, but "
        f"{_obstacle(facts, unit, cheapest, seat)}"
    )


def _why_new(facts: Facts, unit: int, seat: int) -> str:
    cost = facts.cost(unit)
    cheapest = int(cost.argmin())
    if cost[seat] <= cost[cheapest]:
        return "nearest of the seats that may serve it"
    return (
        f"{_eur(float(cost[seat] - cost[cheapest]))} of travel a year more than "
        f"{facts.names[cheapest]}, but {_obstacle(facts, unit, cheapest, seat)}"
    )


def _why_move(facts: Facts, unit: int) -> str:
    problem, cost = facts.problem, facts.cost(unit)
    seat, today = int(facts.plan.seat[unit]), int(problem.current_seat[unit])
    banned = dict(facts.bans.get(unit, ()))
    if today in banned:
        return f"{facts.names[today]} is ruled out: {banned[today]}"
    if not np.isfinite(cost[today]):
        return f"{facts.names[today]} may no longer serve it"
    saving = float(cost[today] - cost[seat])
    money = (
        f"saves {_eur(saving)} of travel a year"
        if saving >= 0
        else f"costs {_eur(-saving)} of travel a year"
    )
    pressed = _pressed(facts, unit, today, seat)
    if pressed:
        return f"{pressed}; {money}"
    if problem.group[unit] >= 0:
        return f"together with its group; {money}"
    return (
        f"{money}, more than the move costs"
        if saving > problem.move_cost[unit]
        else (f"makes room in a chain of exchanges; {money}")
    )


def _pressed(facts: Facts, unit: int, source: int, target: int) -> str:
    """Name the window or cap that is missed today and that this move helps."""
    problem, most = facts.problem, facts.problem.limits.most_units
    for k in np.flatnonzero(facts.measures(unit, source) > 0).tolist():
        if facts.before[source, k] > facts.upper[source, k]:
            return f"{facts.names[source]} is above its {_label(problem, k)} window"
        if facts.before[target, k] < facts.lower[target, k]:
            return f"{facts.names[target]} is below its {_label(problem, k)} window"
    if most.size and facts.held_before[source] > most[source]:
        return f"{facts.names[source]} has more accounts than it may"
    return ""


def _obstacle(facts: Facts, unit: int, cheaper: int, chosen: int) -> str:
    """Say which cap, rule or window keeps the unit from the cheaper seat."""
    today = int(facts.problem.current_seat[unit])
    return cap_in_the_way(facts, unit, today, chosen, cheaper) or _balance(
        facts, unit, cheaper, chosen
    )


def _balance(facts: Facts, unit: int, cheaper: int, chosen: int) -> str:
    """Say which window keeps the unit from the cheaper seat."""
    problem = facts.problem
    full = facts.measures(unit, cheaper) * facts.price[cheaper]
    full = full * (facts.after[cheaper] > facts.middle[cheaper])
    short = facts.measures(unit, chosen) * facts.price[chosen]
    short = short * (facts.after[chosen] < facts.middle[chosen])
    if max(full.max(initial=0.0), short.max(initial=0.0)) <= 0:
        return "balance or the limit on moves is better kept so"
    if full.max(initial=0.0) >= short.max(initial=0.0):
        k = int(full.argmax())
        return f"{facts.names[cheaper]} is at the top of its {_label(problem, k)} window"
    k = int(short.argmax())
    return f"{facts.names[chosen]} needs it for its {_label(problem, k)} window"


def _eur(amount: float) -> str:
    return f"{amount:,.0f} EUR"
