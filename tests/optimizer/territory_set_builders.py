"""Build small regions of seats and items, and say by enumeration what is true of them."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_pattern_kernels import EDGE, Offers, Windows
from optimizer.territory_pattern_ways import Ways, no_ways
from optimizer.territory_problem import Floats
from optimizer.territory_set_cover import Branches, no_branches
from optimizer.territory_set_list import Region, Sets, no_sets


@cache
def halves(rows: int) -> tuple[Ways, Ways]:
    """Return room for two lists of ways, the same each time."""
    return no_ways(rows), no_ways(rows)


@cache
def sets() -> Sets:
    """Return room for sets, the same each time."""
    return no_sets()


@cache
def branches() -> Branches:
    """Return room for a search among sets, the same each time."""
    return no_branches()


def make_windows(rng: np.random.Generator, load: Floats) -> Windows:
    """Build windows that hold these loads (S, R), some open, some soft, some met to the unit.

    A price is never above what missing the limit costs, and 0 where there is no limit to pay for.
    """
    lower = load - rng.integers(0, 4, load.shape)
    upper = load + rng.integers(0, 4, load.shape)
    lower[rng.random(load.shape) < 0.15] = -np.inf
    upper[rng.random(load.shape) < 0.15] = np.inf
    rows = load.shape[1]
    miss = np.where(rng.random(rows) < 0.5, np.inf, rng.integers(4, 20, rows))
    price = rng.integers(-4, 5, load.shape).astype(float)
    price = np.where(np.isinf(lower), np.minimum(price, 0.0), price)
    price = np.where(np.isinf(upper), np.maximum(price, 0.0), price)
    return Windows(lower, upper, price, miss)


def make_region(
    seed: int, seats: int = 3, items: int = 7, rows: int = 2, share: float = 0.9
) -> Region:
    """Build a region of whole numbers with a plan that keeps all windows.

    `share` of the pairs that the plan does not use are there.
    """
    rng = np.random.default_rng([seed, seats, items, rows])
    planted = rng.integers(seats, size=items)
    there = rng.random((seats, items)) < share
    there[planted, np.arange(items)] = True
    seat, item = np.nonzero(there)
    size = rng.integers(1, 9, (len(item), rows)).astype(float)
    load = np.zeros((seats, rows))
    held = planted[item] == seat
    np.add.at(load, seat[held], size[held])
    return Region(
        net=rng.integers(-9, 10, len(item)).astype(float),
        items=items,
        offers=Offers(np.searchsorted(seat, np.arange(seats + 1)), item, size),
        windows=make_windows(rng, load),
    )


def missed_eur(windows: Windows, seat: int, load: Floats) -> Floats:
    """Return (n,) EUR for loads (n, R) outside the windows of a seat, inf where they are hard."""
    off = np.maximum(np.maximum(windows.lower[seat] - load, load - windows.upper[seat]), 0.0)
    miss = np.where(off > EDGE, windows.miss, 0.0)
    return np.asarray((np.where(off > EDGE, off, 1.0) * miss).sum(axis=1))


def sets_of(region: Region, seat: int) -> dict[frozenset[int], float]:
    """Return the EUR of all sets of a seat that its hard windows allow, prices left out."""
    first, last = region.offers.start[seat : seat + 2]
    net, size = region.net[first:last], region.offers.size[first:last]
    taken = np.array(list(product((False, True), repeat=last - first)), dtype=bool)
    eur = taken @ net + missed_eur(region.windows, seat, taken @ size)
    item = region.offers.item[first:last]
    return {
        frozenset(item[taken[k]].tolist()): float(eur[k]) for k in np.flatnonzero(np.isfinite(eur))
    }


def least_eur(region: Region) -> float:
    """Return what the cheapest plan of a region costs, inf where none keeps the windows."""
    seats = len(region.offers.start) - 1
    best = {frozenset[int](): 0.0}
    for seat in range(seats):
        ways: dict[frozenset[int], float] = {}
        for taken, eur in sets_of(region, seat).items():
            for before, so_far in best.items():
                if not taken & before:
                    both = taken | before
                    ways[both] = min(ways.get(both, np.inf), so_far + eur)
        best = ways
    return best.get(frozenset(range(region.items)), np.inf)


def members(listed: Sets, at: int) -> frozenset[int]:
    """Return the items of a listed set by its bits, which its list of items must repeat."""
    bits = "".join(f"{int(word):064b}"[::-1] for word in listed.word[at])
    held = [item for item, bit in enumerate(bits) if bit == "1"]
    assert listed.member[at, : listed.size[at]].tolist() == held
    return frozenset(held)


def item_bits(taken: list[int], words: int) -> NDArray[np.uint64]:
    """Return items as bits (words,)."""
    word = np.zeros(words, dtype=np.uint64)
    for item in taken:
        word[item // 64] |= np.uint64(1) << np.uint64(item % 64)
    return word
