"""Find the cheapest seats of many units in compiled loops; nothing here knows of plans.

Units come in blocks of neighbours. For a block, a few seats are tried first; of the others, only
those that could beat what the units then hold. The result is that of trying all seats.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Seats = NDArray[np.int32]

BLOCK_UNITS = 128
"""Neighbours that share one order of seats."""
FIRST_SEATS = 40
"""Seats tried to learn which others need not be."""


class Units(NamedTuple):
    """Hold n units, neighbours side by side.

    `km` (n, D); `eur_per_km` and `kind` (n,); `size` (n, R); `today` (n,) seat today or -1,
    `today_saves` (n,) EUR saved there, `only_today` (n,) whether no other seat is allowed;
    `unserved` (n,) EUR for no seat, inf where that is not allowed.
    """

    km: Floats
    eur_per_km: Floats
    kind: Ints
    size: Floats
    today: Ints
    today_saves: Floats
    only_today: NDArray[np.bool_]
    unserved: Floats


class SeatPrices(NamedTuple):
    """Hold S seats: `km` (D, S), `price` (R, S) EUR, `closed` (kinds, S) 0.0 or inf."""

    km: Floats
    price: Floats
    closed: Floats


@njit(cache=True, nogil=True)
def insert(value: float, seat: int, values: Floats, seats: Seats) -> None:
    """Insert into ascending `values` (K,), the last one falls out; equals go by seat."""
    at = values.size - 1
    if value > values[at] or (value == values[at] and (np.isinf(value) or seat > seats[at])):
        return
    while at > 0 and (values[at - 1] > value or (values[at - 1] == value and seats[at - 1] > seat)):
        values[at], seats[at] = values[at - 1], seats[at - 1]
        at -= 1
    values[at], seats[at] = value, seat


@njit(cache=True, nogil=True)
def keep_cheapest(rows: Floats, values: Floats, seats: Seats) -> None:
    """Write the K least entries of each row (n, S), ascending; inf and -1 where there are less."""
    for i in range(rows.shape[0]):
        values[i, :] = np.inf
        seats[i, :] = -1
        for s in range(rows.shape[1]):
            if rows[i, s] < values[i, -1]:
                insert(rows[i, s], s, values[i], seats[i])


@njit(cache=True, nogil=True)
def keep_cheapest_by_distance(u: Units, s: SeatPrices, values: Floats, seats: Seats) -> None:
    """Write the K cheapest seats of the units, ascending, as `keep_cheapest` does: (n, K)."""
    values[:] = np.inf
    seats[:] = -1
    for first in range(0, len(u.kind), BLOCK_UNITS):
        last = min(len(u.kind), first + BLOCK_UNITS)
        least = _at_best(u, s, first, last)
        for i in range(first, last):
            _own_seats(u, s, i, values[i], seats[i])
        few = np.inf
        if least.size > FIRST_SEATS:
            few = np.partition(least, FIRST_SEATS)[FIRST_SEATS]
        _try(u, s, first, last, np.flatnonzero(least <= few), values, seats)
        worst = _worst_kept(u, first, last, values)
        rest = np.flatnonzero((least > few) & (least <= worst))
        _try(u, s, first, last, rest, values, seats)


@njit(cache=True, nogil=True)
def _at_best(u: Units, s: SeatPrices, first: int, last: int) -> Floats:
    """Return (S,) least adjusted cost, as km, that a seat can have for any unit of the block."""
    least = np.full(s.km.shape[1], -np.inf)
    if u.eur_per_km[first:last].min() <= 0.0:
        return least
    middle, radius = _circle(u, first, last)
    least[:] = 0.0
    for d in range(middle.size):
        at, axis = middle[d], s.km[d]
        for t in range(least.size):
            least[t] += (at - axis[t]) * (at - axis[t])
    for t in range(least.size):
        apart = np.sqrt(least[t]) - radius
        least[t] = 0.5 * (apart + abs(apart))
    low, high = _ratios(u, first, last)
    for r in range(low.size):
        # The dearer end of a range of ratios is its middle plus half its width, without a branch.
        ratio, width, price = 0.5 * (low[r] + high[r]), 0.5 * (high[r] - low[r]), s.price[r]
        for t in range(least.size):
            least[t] -= ratio * price[t] + width * abs(price[t])
    return least


@njit(cache=True, nogil=True)
def _circle(u: Units, first: int, last: int) -> tuple[Floats, float]:
    """Return middle (D,) and radius of a circle around the block, km."""
    middle = np.zeros(u.km.shape[1])
    for i in range(first, last):
        for d in range(middle.size):
            middle[d] += u.km[i, d] / (last - first)
    radius = 0.0
    for i in range(first, last):
        apart = 0.0
        for d in range(middle.size):
            apart += (u.km[i, d] - middle[d]) ** 2
        radius = max(radius, np.sqrt(apart))
    return middle, radius


@njit(cache=True, nogil=True)
def _ratios(u: Units, first: int, last: int) -> tuple[Floats, Floats]:
    """Return (R,) least and largest size per EUR a km in the block."""
    low, high = np.full(u.size.shape[1], np.inf), np.full(u.size.shape[1], -np.inf)
    for i in range(first, last):
        for r in range(low.size):
            ratio = u.size[i, r] / u.eur_per_km[i]
            low[r], high[r] = min(low[r], ratio), max(high[r], ratio)
    return low, high


@njit(cache=True, nogil=True)
def _worst_kept(u: Units, first: int, last: int, values: Floats) -> float:
    """Return the dearest last value of the block's units, as km."""
    worst = -np.inf
    for i in range(first, last):
        if not u.only_today[i]:
            worst = max(worst, values[i, -1] / u.eur_per_km[i])
    return worst


@njit(cache=True, nogil=True)
def _own_seats(u: Units, s: SeatPrices, i: int, values: Floats, seats: Seats) -> None:
    """Insert the seat today and staying unserved."""
    t = u.today[i]
    if t >= 0:
        value = 0.0
        for d in range(u.km.shape[1]):
            value += (u.km[i, d] - s.km[d, t]) ** 2
        value = u.eur_per_km[i] * np.sqrt(value) + s.closed[u.kind[i], t] - u.today_saves[i]
        for r in range(u.size.shape[1]):
            value -= u.size[i, r] * s.price[r, t]
        insert(value, t, values, seats)
    if not u.only_today[i]:
        insert(u.unserved[i], s.km.shape[1], values, seats)


@njit(cache=True, nogil=True)
def _try(
    u: Units, s: SeatPrices, first: int, last: int, chosen: Ints, values: Floats, seats: Seats
) -> None:
    """Insert the chosen seats, except today's, for every unit of the block."""
    some = SeatPrices(_columns(s.km, chosen), _columns(s.price, chosen), _columns(s.closed, chosen))
    row = np.empty(chosen.size)
    for i in range(first, last):
        if u.only_today[i]:
            continue
        _price(u, some, i, row)
        for at in range(chosen.size):
            if row[at] <= values[i, -1] and chosen[at] != u.today[i]:
                insert(row[at], chosen[at], values[i], seats[i])


@njit(cache=True, nogil=True)
def _columns(table: Floats, chosen: Ints) -> Floats:
    part = np.empty((table.shape[0], chosen.size))
    for line in range(table.shape[0]):
        for at in range(chosen.size):
            part[line, at] = table[line, chosen[at]]
    return part


@njit(cache=True, nogil=True)
def _price(u: Units, s: SeatPrices, i: int, row: Floats) -> None:
    """Fill `row` with EUR per km x distance + `closed` - sizes x prices."""
    row[:] = 0.0
    for d in range(u.km.shape[1]):
        x, axis = u.km[i, d], s.km[d]
        for t in range(row.size):
            row[t] += (x - axis[t]) * (x - axis[t])
    dear, closed = u.eur_per_km[i], s.closed[u.kind[i]]
    for t in range(row.size):
        row[t] = dear * np.sqrt(row[t]) + closed[t]
    for r in range(u.size.shape[1]):
        size, price = u.size[i, r], s.price[r]
        for t in range(row.size):
            row[t] -= size * price[t]
