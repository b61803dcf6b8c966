"""Write the choice of seats as a linear model over some item-seat columns and solve it.

Rows stand in the order: one seat per item (T3), windows seat by seat (T4), the move limit (T6).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.territory_groups import Items
from optimizer.territory_prices import Grid, Prices
from optimizer.territory_problem import Floats, Ints

ROW_SCALE = 100.0
"""Window rows are written in hundredths of a mean target, so that the solver's own row
tolerance (1e-6) is 1e-8 of a target."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """List the item-seat pairs a program may use; `item` and `seat` are (n,), by item."""

    item: Ints
    seat: Ints

    @staticmethod
    def where(marked: Grid) -> Columns:
        """Return the pairs marked in (G, S)."""
        item, seat = np.nonzero(marked)
        return Columns(item=item, seat=seat)


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """Hold an optimal LP: `share` (n,) of each column, EUR, prices, mean targets missed."""

    share: Floats
    value: float
    prices: Prices
    excess: float


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Hold an integer solve: `seat` (G,) or None, EUR no plan over these columns goes below."""

    outcome: Outcome
    seat: Ints | None
    bound: float


def solve_relaxed(
    items: Items,
    columns: Columns,
    penalty: float,
    seconds: float,
    cancelled: Callable[[], bool] | None = None,
) -> Relaxed | None:
    """Solve the LP with elastic windows at `penalty` EUR per mean target missed (T7).

    None when time ran out first. Every item needs a column.
    """
    unit = _money_unit(items, columns)
    model, seats = _model(items, columns, _all_free(items), unit, penalty, integer=False)
    answer = solve(model, Limits(seconds=seconds, cancelled=cancelled))
    if answer.outcome is not Outcome.SOLVED or answer.values is None or answer.row_prices is None:
        return None
    n, k = len(columns.item), items.size.shape[1]
    # The model maximises gain = -cost, so its row prices are minus the EUR prices.
    price = -answer.row_prices * unit
    window = np.zeros_like(items.lower)
    window[seats] = price[len(price) - 1 - len(seats) * k : -1].reshape(len(seats), k) * ROW_SCALE
    share, excess = answer.values[:n], float(answer.values[n:].sum()) / ROW_SCALE
    return Relaxed(
        share=share,
        value=float(items.cost[columns.item, columns.seat] @ share) + penalty * excess,
        prices=Prices(window=window, move=max(0.0, -float(price[-1]))),
        excess=excess,
    )


def solve_integer(
    items: Items, columns: Columns, seat: Ints, penalty: float | None, limits: Limits
) -> Chosen:
    """Choose seats for the items that have columns; all others stay on `seat` (G,).

    Windows are hard when `penalty` is None, else elastic at that price (T5).
    """
    fixed = np.ones(len(seat), dtype=bool)
    fixed[columns.item] = False
    unit = _money_unit(items, columns)
    model, _ = _model(items, columns, (fixed, seat), unit, penalty, integer=True)
    answer = solve(model, limits)
    settled = float(items.cost[np.flatnonzero(fixed), seat[fixed]].sum())
    bound = settled - answer.bound * unit
    if answer.values is None:
        return Chosen(outcome=answer.outcome, seat=None, bound=bound)
    taken = answer.values[: len(columns.item)] > 0.5
    chosen = seat.copy()
    chosen[columns.item[taken]] = columns.seat[taken]
    return Chosen(outcome=answer.outcome, seat=chosen, bound=bound)


def _all_free(items: Items) -> tuple[Grid, Ints]:
    return np.zeros(len(items.cost), dtype=bool), np.zeros(len(items.cost), dtype=np.int64)


def _model(
    items: Items,
    columns: Columns,
    settled: tuple[Grid, Ints],
    unit: float,
    penalty: float | None,
    *,
    integer: bool,
) -> tuple[LinearModel, Ints]:
    """Return the model, money counted in `unit` EUR, and the seats that have window rows."""
    fixed, seat = np.flatnonzero(settled[0]), settled[1]
    load = np.zeros_like(items.lower)
    np.add.at(load, seat[fixed], items.size[fixed])
    moves_left = items.max_moved - int(items.moved[fixed, seat[fixed]].sum())
    seats, seat_row = np.unique(columns.seat, return_inverse=True)
    free, item_row = np.unique(columns.item, return_inverse=True)
    windows = len(seats) * items.size.shape[1]
    slack = 0 if penalty is None else 2 * windows
    n = len(columns.item)
    row, column, coefficient = _entries(items, columns, item_row, seat_row, slack > 0)
    one = np.ones(len(free))
    lower, upper = ((limit - load)[seats].ravel() for limit in (items.lower, items.upper))
    cost = np.concatenate([items.cost[columns.item, columns.seat], np.full(slack, penalty or 0.0)])
    cost[n:] /= ROW_SCALE
    top = np.full(n + slack, np.inf)
    top[:n] = 1.0
    model = LinearModel(
        gain=-cost / unit,
        lower=np.zeros(n + slack),
        upper=top,
        integer=np.arange(n + slack) < (n if integer else 0),
        row_lower=np.concatenate([one, lower * ROW_SCALE, [-np.inf]]),
        row_upper=np.concatenate([one, upper * ROW_SCALE, [float(moves_left)]]),
        row=row,
        column=column,
        coefficient=coefficient,
    )
    return model, seats


def _entries(
    items: Items, columns: Columns, item_row: Ints, seat_row: Ints, elastic: bool
) -> tuple[Ints, Ints, Floats]:
    """Return row, column and value of every entry, sorted by row, zeros left out."""
    n, k = len(columns.item), items.size.shape[1]
    first = int(item_row.max(initial=-1)) + 1
    windows = (int(seat_row.max(initial=-1)) + 1) * k
    at, slot = np.arange(n), np.arange(windows)
    entries = [(item_row, at, np.ones(n))]
    for measure in range(k):
        size = items.size[columns.item, measure] * ROW_SCALE
        entries.append((first + seat_row * k + measure, at, size))
    if elastic:
        entries.append((first + slot, n + slot, np.ones(windows)))
        entries.append((first + slot, n + windows + slot, -np.ones(windows)))
    moved = items.moved[columns.item, columns.seat].astype(np.float64)
    entries.append((np.full(n, first + windows), at, moved))
    row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    kept = np.flatnonzero(value)
    order = kept[np.lexsort((column[kept], row[kept]))]
    return row[order], column[order], value[order]


def _money_unit(items: Items, columns: Columns) -> float:
    """Return an amount of EUR that makes a usual column cost about 1 (solver tolerances)."""
    amount = np.abs(items.cost[columns.item, columns.seat])
    usual = float(np.median(amount)) if len(amount) else 0.0
    return usual or float(amount.max(initial=0.0)) or 1.0
