"""Build items of few seats to search by whole sets, and list all plans of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from test_territory_kernel import make_items

from optimizer.territory_bound import relax
from optimizer.territory_ejection import search_chains
from optimizer.territory_pairs import Items, outside
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_round import rounded


def never() -> bool:
    return False


def plans(items: Items) -> tuple[Ints, Floats]:
    """Return all plans (N, G) that keep the hard windows, and their EUR, cheapest first."""
    starts = items.pairs.start
    choice = [range(starts[g], starts[g + 1]) for g in range(items.count)]
    pair = np.array(list(product(*choice)))
    load = np.zeros((len(pair), *items.lower.shape))
    for item in range(items.count):
        at = pair[:, item]
        load[np.arange(len(pair)), items.pairs.seat[at]] += items.pairs.size[at]
    off = outside(load, items.lower, items.upper).sum(axis=1)
    hard = np.isinf(items.miss_price)
    eur = items.pairs.cost[pair].sum(axis=1) + off[:, ~hard] @ items.miss_price[~hard]
    kept = (off[:, hard] == 0.0).all(axis=1)
    order = np.argsort(eur[kept], kind="stable")
    return pair[kept][order], eur[kept][order]


def wide(seed: int, units: int = 7, rows: int = 2, share: float = 1.0, room: float = 0.2) -> Items:
    """Build items of three seats with room in the windows; some pairs left out."""
    items = make_items(units=units, rows=rows, seed=seed)
    items = replace(items, lower=items.lower - room, upper=items.upper + room)
    if share == 1.0:
        return items
    held = plans(items)[0][-1]
    kept = np.random.default_rng(seed).random(len(items.pairs.item)) < share
    kept[held] = True
    return replace(items, pairs=items.pairs.where(kept))


def one_sided_or_priced(seed: int = 3) -> list[Items]:
    """Build items without lower limits, without upper ones, and with misses that have a price."""
    items = wide(seed)
    return [
        replace(items, lower=np.full_like(items.lower, -np.inf)),
        replace(items, upper=np.full_like(items.upper, np.inf)),
        replace(items, miss_price=np.array([np.inf, 30.0])),
        replace(items, miss_price=np.array([30.0, np.inf])),
        replace(items, miss_price=np.array([np.inf, 0.0])),
        replace(items, miss_price=np.array([200.0, 3.0])),
        replace(
            items,
            miss_price=np.array([30.0, 60.0]),
            lower=items.lower - 0.4,
            upper=items.upper - 0.4,
        ),
    ]


def dear(items: Items) -> Ints:
    """Return a plan that keeps the windows and is far from the cheapest one."""
    return feasible(replace(items, pairs=replace(items.pairs, cost=-items.pairs.cost)))


def feasible(items: Items) -> Ints:
    """Return a plan that keeps the windows, by a short search by chains."""
    relaxation = relax(items, lambda: 60.0, never)
    begun, prices = rounded(items, relaxation), relaxation.prices
    found = search_chains(items, begun, prices.window, 0.0, steps=100_000, seed=1, stop=never)
    assert items.excess(found) == 0.0
    return found
