"""Enumerate the sets of options of a region that can cost less than its plan (T11).

Costs are regrets at shadow prices, so no term of a set is negative: with options in ascending
order, a branch ends as soon as the extras alone reach what the best set costs. Budgets grow
step by step, since what is found early makes the later, larger enumeration small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

from optimizer.territory_grid import Grid
from optimizer.territory_kernel import moves_cost, row_cost, seat_cost
from optimizer.territory_problem import Floats, Ints

if TYPE_CHECKING:
    from optimizer.territory_exchange import Zone

DEEPEST = 24
"""Most options in a set."""
FIRST_BUDGET, GROWTH = 0.125, 1.6
"""Share of the region's EUR that extras may reach at first, and how it grows."""
TRIAL, CHOSEN, MOVES = 0, 1, 2
"""Columns of `Zone.path`."""
EXTRAS, TOTAL = 0, 1
"""Columns of `Zone.sums`."""
PAIR, SLOT, FROM, TO, MORE = 0, 1, 2, 3, 4
"""Columns of `Zone.option`."""
BASE, HELD, USED = 0, 1, 2
"""Columns of `Zone.slot`."""


@njit(cache=True, nogil=True)
def enumerate_sets(
    grid: Grid, zone: Zone, sizes: tuple[int, int, int], now: float, moves: int, most: int
) -> tuple[int, int]:
    """Find the set of least EUR below `now`; return sets tried and its size, -1 for none.

    `sizes` are the region's seats and options and the most sets to try; `moves` are the units
    moved when every item stands on its base, `most` how many may.
    """
    seats, options, left = sizes
    start = moves_cost(grid, moves)
    for c in range(seats):
        start += seat_cost(zone.line, zone.load, c)
    best, size = now - 1e-9 * (1.0 + now), -1
    if start < best and moves <= most:
        best, size = start, 0
    zone.sums[0, EXTRAS] = 0.0
    zone.sums[0, TOTAL] = start
    zone.path[0, MOVES] = moves
    budget = FIRST_BUDGET * now
    while left > 0:
        best, left, found = _search(grid, zone, options, left, (best, budget), most)
        if found > 0:
            size = found
        if budget >= best:
            break
        budget *= GROWTH
    return sizes[2] - left, size


@njit(cache=True, nogil=True)
def _search(
    grid: Grid, zone: Zone, options: int, left: int, limits: tuple[float, float], most: int
) -> tuple[float, int, int]:
    """Try all sets within the budget, depth first; return the best EUR, sets left and size."""
    best, budget, depth, k, size = limits[0], min(limits), 0, 0, -1
    # Local names keep the reference counts of the arrays out of the loop.
    _, _, slot, option, extra, step, load, line, path, sums = zone
    while True:
        full = k >= options or left <= 0 or depth >= DEEPEST
        if full or sums[depth, EXTRAS] + extra[k] >= budget:
            depth -= 1
            if depth < 0:
                return best, left, size
            k = path[depth, TRIAL]
            _put(option, slot, step, load, k, -1.0)
        elif slot[option[k, SLOT], USED] == 0:
            left -= 1
            change, more = extra[k] + _windows(option, step, load, line, k), option[k, MORE]
            moves = path[depth, MOVES]
            if more != 0:
                change += moves_cost(grid, moves + more) - moves_cost(grid, moves)
            total = sums[depth, TOTAL] + change
            if total < best and moves + more <= most:
                best, budget, size = total, min(budget, total), depth + 1
                path[depth, TRIAL] = k
                _choose(path, size)
            spent = sums[depth, EXTRAS] + extra[k]
            if k + 1 < options and spent + extra[k + 1] < budget:
                path[depth, TRIAL] = k
                _put(option, slot, step, load, k, 1.0)
                depth += 1
                path[depth, MOVES] = moves + more
                sums[depth, EXTRAS] = spent
                sums[depth, TOTAL] = total
        k += 1


@njit(cache=True, nogil=True)
def _windows(option: Ints, step: Floats, load: Floats, line: Floats, k: int) -> float:
    """Return by how many EUR option k changes what loads cost."""
    rows = load.shape[1]
    a, b = option[k, FROM], option[k, TO]
    change = 0.0
    for r in range(rows):
        x, y = load[a, r], load[b, r]
        change += row_cost(line, a, r, x - step[k, r]) - row_cost(line, a, r, x)
        change += row_cost(line, b, r, y + step[k, rows + r]) - row_cost(line, b, r, y)
    return change


@njit(cache=True, nogil=True)
def _choose(path: Ints, size: int) -> None:
    """Remember the set under trial as the best one."""
    for depth in range(size):
        path[depth, CHOSEN] = path[depth, TRIAL]


@njit(cache=True, nogil=True)
def _put(option: Ints, slot: Ints, step: Floats, load: Floats, k: int, sign: float) -> None:
    """Carry out option k (sign 1) or take it back (-1)."""
    rows = load.shape[1]
    for r in range(rows):
        load[option[k, FROM], r] -= sign * step[k, r]
        load[option[k, TO], r] += sign * step[k, rows + r]
    slot[option[k, SLOT], USED] = 1 if sign > 0 else 0
