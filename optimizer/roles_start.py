"""Find the first roles: relax, then fix pool by pool (docs/model-roles.md, R13)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.mathopt import Outcome, solve
from optimizer.roles_part import part_of
from optimizer.roles_problem import Bools, Floats
from optimizer.roles_search import WHOLE, Search, neighbours

FIX_NODES = 60
PART_GAP = 1e-3
FIX_SECONDS = 8.0
"""Backstop of one pool; the nodes end it first on an idle machine."""


def relax_and_fix(search: Search, relaxed: Floats) -> Floats:
    """Return roles near the relaxation: one pool whole at a time, people near it still relaxed.

    After Pochet and Wolsey, Production Planning by Mixed Integer Programming (2006), 3.6; the
    windows are pools. What lies outside a window keeps its values, so each step stays feasible.
    """
    x = relaxed.copy()
    stated, whole = search.stated, search.stated.holder_count
    fixed = np.zeros(whole, dtype=bool)
    for pool in _hardest_first(search):
        mine = (stated.home_of_holder() == pool) & ~fixed
        if mine.any() and not search.budget.over():
            x = _fix_pool(search, x, mine, fixed)
        fixed |= mine
    return _rounded(search, x)


def _fix_pool(search: Search, x: Floats, mine: Bools, fixed: Bools) -> Floats:
    stated = search.stated
    teams = np.unique(stated.holders.team[mine])
    near = np.isin(stated.holders.team, neighbours(stated, teams))
    roles = near & ~fixed
    opened = roles | (near & (x[: stated.holder_count] > WHOLE))
    free = np.concatenate((roles, opened[stated.hours.holder]))
    part = part_of(search.model, free, x)
    integer = np.zeros_like(part.model.integer)
    integer[np.isin(part.columns, np.flatnonzero(mine))] = True
    limits = search.budget.limits(nodes=FIX_NODES, seconds=FIX_SECONDS, gap=PART_GAP)
    answer = solve(replace(part.model, integer=integer), limits)
    if answer.values is None or answer.outcome is Outcome.INFEASIBLE:
        return x
    return part.put_back(answer.values, x)


def _hardest_first(search: Search) -> list[int]:
    """Order the pools: those the relaxation leaves most uncovered first, ties by position."""
    stated = search.stated
    need = stated.problem.need_hours.sum(axis=1)
    nominal = np.array(
        [
            sum(len(t.members) * t.hours for t in stated.teams if t.home == pool)
            for pool in range(len(stated.problem.pools))
        ]
    )
    return np.argsort(nominal - need, kind="stable").tolist()


def _rounded(search: Search, x: Floats) -> Floats:
    """Round what is left fractional: in each team the largest shares first."""
    stated, point = search.stated, x.copy()
    holders = point[: stated.holder_count]
    for t, team in enumerate(stated.teams):
        own = np.flatnonzero(stated.holders.team == t)
        counts = np.floor(holders[own] + WHOLE)
        missing = len(team.members) - int(counts.sum())
        order = np.argsort(-(holders[own] - counts), kind="stable")[:missing]
        counts[order] += 1
        holders[own] = counts
    return point
