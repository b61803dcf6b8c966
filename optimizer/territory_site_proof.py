"""Prove a choice of sites by an integer program over the arcs a better one could use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.mathopt import Limits, solve
from optimizer.territory_problem import Ints
from optimizer.territory_site_bound import SiteBound
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_program import Arcs, site_program
from optimizer.territory_site_regions import adjusted_cost
from optimizer.territory_site_search import Choice

ROOM = 1e-9
"""Relative room given to a comparison of sums of floats."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Hold the best choice known after the proof, and EUR that none undercuts."""

    choice: Choice
    bound: float


def useful_arcs(
    data: SiteData, bound: SiteBound, value: float, most: int
) -> tuple[Ints, Ints] | None:
    """Return centre and item of every arc that a choice cheaper than `value` EUR may use.

    A centre that must be open and serve an item is worth at least its value, and at least its
    value with items cut plus the adjusted cost of the arc where that is positive; it takes the
    place of the dearest site of the bound. None when there are more than `most`.
    """
    left = value - bound.bound + ROOM * abs(value)
    base = bound.value.copy()
    base[: data.sites] = np.minimum(base[: data.sites], bound.threshold)
    every, centres, items, count = np.arange(data.items), [], [], 0
    for c in np.flatnonzero(bound.value - base <= left):
        more = np.maximum(adjusted_cost(data, bound, np.full(data.items, c), every), 0.0)
        forced = np.maximum(bound.value[c], bound.cut_value[c] + more) - base[c]
        kept = np.flatnonzero((forced <= left) & (data.cost[c] < data.forbidden))
        centres.append(np.full(len(kept), c))
        items.append(kept)
        count += len(kept)
        if count > most:
            return None
    return np.concatenate(centres), np.concatenate(items)


def prove(
    data: SiteData, bound: SiteBound, choice: Choice, limits: Limits, most_arcs: int
) -> Proof | None:
    """Return what the program proves; None when it would be too large, or windows are missed.

    A choice that uses an arc left out costs at least as much as the one known.
    """
    if data.excess(choice.opened, choice.centre) > 0:
        return None
    value = data.value(choice.opened, choice.centre)
    arcs = useful_arcs(data, bound, value, most_arcs)
    if arcs is None:
        return None
    centre, item = arcs
    used = np.isin(centre * data.items + item, choice.centre * data.items + np.arange(data.items))
    if used.sum() < data.items:
        return None
    program = site_program(data, _arcs(data, choice, centre, item))
    answer = solve(program.model, limits, program.hint(choice.opened, choice.centre))
    if answer.values is not None:
        opened, served = program.read(answer.values)
        found = Choice(opened=opened, centre=served)
        if data.rank(opened, served) < data.rank(choice.opened, choice.centre):
            choice = found
    least = data.value(choice.opened, choice.centre)
    return Proof(choice=choice, bound=max(bound.bound, min(least, -answer.bound)))


def _arcs(data: SiteData, choice: Choice, centre: Ints, item: Ints) -> Arcs:
    """Return the arcs with the centres they need; a site without the arc of its home is none."""
    home = np.concatenate([data.home, np.full(data.centres - data.sites, -1)])
    homely = np.zeros(data.centres, dtype=bool)
    homely[centre[home[centre] == item]] = True
    homely |= home < 0
    centres = np.unique(np.concatenate([centre[homely[centre]], choice.opened, data.standing()]))
    kept = np.isin(centre, centres)
    return Arcs(
        items=np.arange(data.items),
        centres=centres,
        item=item[kept],
        centre=np.searchsorted(centres, centre[kept]),
        least=data.least,
        most=data.most,
        must=centres >= data.sites,
    )
