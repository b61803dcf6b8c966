"""Choose the pools whose people change roles together (docs/model-roles.md, R15)."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from optimizer.roles_model import RoleModel
from optimizer.roles_plan import homes_of
from optimizer.roles_problem import Floats
from optimizer.roles_search import Search, Window


def everything(stated: RoleModel) -> Window:
    """Return the window of all pools that have people."""
    return Window(pools=tuple(homes_of(stated).tolist()))


def pairs(search: Search, sweep: int) -> list[Window]:
    """Return windows of two pools each that share helpers, the closest first, each pool once.

    Later sweeps take the next closest partners.
    """
    stated = search.stated
    pools = homes_of(stated).tolist()
    shared = _shared_people(stated)
    left, windows = list(pools), []
    while left:
        first = left.pop(0)
        ranked = sorted(left, key=lambda other: (-shared[first, other], other))
        if not ranked:
            windows.append(Window(pools=(first,)))
            break
        partner = ranked[min(sweep, len(ranked) - 1)]
        left.remove(partner)
        windows.append(Window(pools=(first, partner)))
    return windows


def _shared_people(stated: RoleModel) -> Floats:
    """Return (Q, Q): people who can work in both pools."""
    size = len(stated.problem.pools)
    shared = np.zeros((size, size))
    for team in stated.teams:
        for one, other in combinations(np.flatnonzero(team.rate.any(axis=1)).tolist(), 2):
            shared[one, other] += len(team.members)
            shared[other, one] += len(team.members)
    return shared
