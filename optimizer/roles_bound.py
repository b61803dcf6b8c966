"""Prove more than the relaxation does: one whole-number program a pool, joined by prices.

Lagrangian decomposition (Guignard and Kim, Mathematical Programming 39, 1987): the hours a pool
gets from helpers are bought and sold at prices, so pools come apart. Any prices give a bound;
those of the linear relaxation give at least the relaxation's (docs/model-roles.md, R16).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer, solve
from optimizer.roles_model import NONE, RoleModel
from optimizer.roles_part import part_of
from optimizer.roles_problem import Floats, Ints
from optimizer.roles_search import Budget

POOL_NODES = 500
POOL_SECONDS = 6.0
"""Backstop of one pool's program; its bound holds whenever it ends."""
SLOWER = 0.7
"""Factor on the step of the prices after a round that did not raise the bound."""


@dataclass(frozen=True, kw_only=True)
class _Priced:
    """Hold what one round of prices gave: the bound, and hours bought less hours sold (Q, P)."""

    bound: float
    wanted: Floats


def pool_bound(
    stated: RoleModel, relaxed: Answer, budget: Budget, *, reached: float, rounds: int
) -> float:
    """Return a lower bound of the shortage, better by rounds of prices (Polyak's step).

    `reached` is the shortage of the best plan known; without prices the relaxation's bound.
    """
    best = stated.goals[0].constant - relaxed.bound
    if relaxed.row_prices is None:
        return best
    value, pace = _value_of_supply(stated, relaxed.row_prices), 1.0
    for _ in range(rounds):
        if budget.over():
            break
        priced = _priced_pools(stated, value, budget)
        if not np.isfinite(priced.bound):
            break
        pace = pace if priced.bound > best else pace * SLOWER
        best = max(best, priced.bound)
        distance = float((priced.wanted**2).sum())
        if distance <= 0 or best >= reached:
            break
        step = pace * max(reached - priced.bound, 0.0) / distance
        value = np.clip(value + step * priced.wanted, 0.0, stated.problem.weight)
    return best


def _priced_pools(stated: RoleModel, value: Floats, budget: Budget) -> _Priced:
    pools = np.unique(stated.home_of_holder()).tolist()

    def answer(pool: int) -> Answer:
        limits = replace(budget.limits(nodes=POOL_NODES, seconds=POOL_SECONDS), gap=0.0)
        return solve(_pool_program(stated, pool, value), limits)

    with ThreadPoolExecutor(max_workers=max(1, budget.options.workers)) as threads:
        answers = list(threads.map(answer, pools))
    covered = sum(each.bound for each in answers) + _unclaimed(stated, value)
    wanted = np.zeros_like(value)
    for pool, each in zip(pools, answers, strict=True):
        if each.values is not None:
            _add_trade(stated, pool, each.values, wanted)
    return _Priced(bound=stated.goals[0].constant - covered, wanted=wanted)


def _add_trade(stated: RoleModel, pool: int, values: Floats, wanted: Floats) -> None:
    """Add the hours the pool buys, take off those its people sell to other pools."""
    hours, mine = stated.hours, stated.home_of_holder() == pool
    own = mine[hours.holder]
    size = int(mine.sum()) + int(own.sum())
    worked = values[int(mine.sum()) : size] * hours.rate[own]
    away = hours.pool[own] != pool
    np.subtract.at(wanted, (hours.pool[own][away], hours.phase[own][away]), worked[away])
    phases, _ = _bought(stated, pool)
    wanted[pool, phases] += values[size:]


def _value_of_supply(stated: RoleModel, row_prices: Floats) -> Floats:
    """Return (Q, P): what an effective hour supplied is worth after the price of its need."""
    weight, rows = stated.problem.weight, stated.cover_row
    price = np.where(rows >= 0, row_prices[np.maximum(rows, 0)], 0.0)
    return np.clip(weight - price, 0.0, weight)


def _pool_program(stated: RoleModel, pool: int, value: Floats) -> LinearModel:
    """Return the program of one pool: its people, and hours bought from helpers."""
    roles = stated.home_of_holder() == pool
    hours = stated.hours
    free = np.concatenate((roles, roles[hours.holder]))
    away = hours.pool != pool
    gain = -stated.goals[0].cost
    gain[hours.columns[away]] = (value[hours.pool, hours.phase] * hours.rate)[away]
    nothing = np.zeros(gain.size)
    part = part_of(replace(stated.model, gain=gain), free, nothing)
    return _with_bought_hours(stated, part.model, pool, value)


def _bought(stated: RoleModel, pool: int) -> tuple[Ints, Ints]:
    """Return the phases the pool can buy hours for, and the rows they go to in its program."""
    mine = stated.home_of_holder() == pool
    free = np.concatenate((mine, mine[stated.hours.holder]))
    used = np.zeros(stated.model.row_lower.size, dtype=bool)
    used[stated.model.row[free[stated.model.column]]] = True
    number = np.where(used, np.cumsum(used) - 1, NONE)
    cover = stated.cover_row[pool]
    rows = np.where(cover >= 0, number[np.maximum(cover, 0)], NONE)
    phases = np.flatnonzero((rows >= 0) & (_most_from_helpers(stated, pool) > 0))
    return phases, rows[phases]


def _with_bought_hours(
    stated: RoleModel, model: LinearModel, pool: int, value: Floats
) -> LinearModel:
    """Add a column of bought hours to each need of the pool that helpers can serve."""
    phases, rows = _bought(stated, pool)
    problem = stated.problem
    most = np.minimum(_most_from_helpers(stated, pool), problem.need_hours[pool])[phases]
    columns = model.gain.size + np.arange(phases.size)
    row, column = np.append(model.row, rows), np.append(model.column, columns)
    order = np.lexsort((column, row))
    return replace(
        model,
        gain=np.append(model.gain, (problem.weight - value)[pool, phases]),
        lower=np.append(model.lower, np.zeros(phases.size)),
        upper=np.append(model.upper, most),
        integer=np.append(model.integer, np.zeros(phases.size, dtype=bool)),
        row=row[order],
        column=column[order],
        coefficient=np.append(model.coefficient, np.ones(phases.size))[order],
    )


def _most_from_helpers(stated: RoleModel, pool: int) -> Floats:
    """Return (P,): the effective hours helpers could give each phase at the very most."""
    gain = max(stated.problem.specialisation_gain)
    given = [
        len(team.members) * team.hours * gain * team.rate[pool]
        for team in stated.teams
        if team.home != pool
    ]
    return np.sum(given, axis=0) if given else np.zeros(len(stated.problem.phases))


def _unclaimed(stated: RoleModel, value: Floats) -> float:
    """Return what helpers could at most bring to needs that no pool's program has a row for.

    A pool without people of its own, or a phase none of them can do, still may get helpers.
    """
    hours, home = stated.hours, stated.home_of_holder()
    problem, total = stated.problem, 0.0
    claimed = stated.cover_row < 0
    # A pool's program has a row for every need that one of its own people can serve.
    own = hours.pool == home[hours.holder]
    claimed[hours.pool[own], hours.phase[own]] = True
    for pool in range(len(problem.pools)):
        most = np.minimum(_most_from_helpers(stated, pool), problem.need_hours[pool])
        total += float(((problem.weight - value)[pool] * most)[~claimed[pool]].sum())
    return total
