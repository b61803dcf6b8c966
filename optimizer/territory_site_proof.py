"""Prove a choice of sites by an integer program over the arcs a better one could use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.territory_problem import Ints
from optimizer.territory_site_bound import SiteBound, least_values
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
    outcome: Outcome


def useful_arcs(
    data: SiteData, bound: SiteBound, room_eur: float, most: int
) -> tuple[Ints, Ints] | None:
    """Return centre and item of every arc that a choice within `room_eur` of the bound may use.

    A centre that must be open and serve an item is worth at least its value, and at least its
    value with items cut plus the adjusted cost of the arc where that is positive; it takes the
    place of the dearest site of the bound. None when there are more than `most`.
    """
    base = least_values(data, bound)
    every, count = np.arange(data.items), 0
    centres, items = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for c in np.flatnonzero(bound.value - base <= room_eur):
        more = np.maximum(adjusted_cost(data, bound, np.full(data.items, c), every), 0.0)
        forced = np.maximum(bound.value[c], bound.cut_value[c] + more) - base[c]
        kept = np.flatnonzero((forced <= room_eur) & (data.cost[c] < data.forbidden))
        centres.append(np.full(len(kept), c))
        items.append(kept)
        count += len(kept)
        if count > most:
            return None
    return np.concatenate(centres), np.concatenate(items)


def room_above(data: SiteData, bound: SiteBound, choice: Choice) -> float:
    """Return EUR between the bound and a choice: what a cheaper one may use lies within."""
    value = data.value(choice.opened, choice.centre)
    return max(0.0, value - bound.bound - value_step(data) + ROOM * abs(value))


def value_step(data: SiteData) -> float:
    """Return EUR by which choices differ at least: 1 where all costs are integers, else 0."""
    cost = data.cost[data.cost < data.forbidden]
    opening = data.open_cost[np.isfinite(data.open_cost)]
    whole = all(bool((part == np.rint(part)).all()) for part in (opening, cost))
    return 1.0 if whole and np.isinf(data.miss_price).all() else 0.0


def next_value(data: SiteData, eur: float) -> float:
    """Return the least value from `eur` on that a choice may have."""
    step = value_step(data)
    return float(np.ceil(eur - ROOM * abs(eur))) if step and np.isfinite(eur) else eur


def prove(
    data: SiteData,
    bound: SiteBound,
    choice: Choice,
    room_eur: float,
    arcs: tuple[Ints, Ints],
    limits: Limits,
) -> Proof:
    """Return the best choice that uses the arcs given or those of `choice`, and what is proved.

    `arcs` are all that a choice within `room_eur` of the bound may use: another one costs more.
    """
    centre, item = _with_arcs_of(data, choice, *arcs)
    program = site_program(data, _arcs(data, choice, centre, item))
    answer = solve(program.model, limits, program.hint(choice.opened, choice.centre))
    if answer.values is not None:
        opened, served = program.read(answer.values)
        found = Choice(opened=opened, centre=served)
        if data.rank(opened, served) < data.rank(choice.opened, choice.centre):
            choice = found
    least = data.value(choice.opened, choice.centre)
    proved = next_value(data, min(least, -answer.bound, bound.bound + room_eur))
    return Proof(choice=choice, bound=max(bound.bound, proved), outcome=answer.outcome)


def _with_arcs_of(data: SiteData, choice: Choice, centre: Ints, item: Ints) -> tuple[Ints, Ints]:
    """Return the arcs and those that a choice uses, by centre and item, none twice."""
    known = choice.centre * data.items + np.arange(data.items)
    every = np.unique(np.concatenate([centre * data.items + item, known]))
    return every // data.items, every % data.items


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
