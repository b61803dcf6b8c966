"""Write the choice of seats as a linear model over some item-seat pairs and solve it.

Rows stand in the order: one seat per item (T3), limits seat by seat (T4, T17), the move limit
(T6). A column is a pair; `columns` are positions in `items.pairs`, in rising order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.territory_pairs import Items
from optimizer.territory_prices import Prices
from optimizer.territory_problem import Floats, Ints

ROW_SCALE = 100.0
"""Limit rows are written in hundredths of a relative unit, so that the solver's own row
tolerance (1e-6) is 1e-8 of a target."""


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """Hold an optimal LP: `share` (n,) of each column, EUR, prices, hard limits missed."""

    share: Floats
    value: float
    prices: Prices
    excess: float


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Hold an integer solve: `pair` (G,) or None, EUR no plan over these columns goes below."""

    outcome: Outcome
    pair: Ints | None
    bound: float


def solve_relaxed(
    items: Items,
    columns: Ints,
    penalty: float,
    seconds: float,
    cancelled: Callable[[], bool] | None = None,
) -> Relaxed | None:
    """Solve the LP with elastic limits at `penalty` EUR per relative unit missed (T7).

    None when time ran out first. Every item needs a column.
    """
    free = np.full(items.count, -1, dtype=np.int64)
    stated = _state(items, columns, free, penalty)
    answer = solve(stated.model(integer=False), Limits(seconds=seconds, cancelled=cancelled))
    if answer.outcome is not Outcome.SOLVED or answer.values is None or answer.row_prices is None:
        return None
    # The model maximises gain = -cost, so its row prices are minus the EUR prices.
    price = -answer.row_prices * stated.unit
    window = np.zeros_like(items.lower)
    window[stated.seat, stated.row] = price[stated.items : -1] * ROW_SCALE
    slack = np.maximum(answer.values[len(columns) :], 0.0) / ROW_SCALE
    hard = np.isinf(items.miss_price[stated.row[stated.slack_row]])
    return Relaxed(
        share=answer.values[: len(columns)],
        value=-float(answer.objective or 0.0) * stated.unit,
        prices=Prices(window=window, move=max(0.0, -float(price[-1]))),
        excess=float(slack[hard].sum()),
    )


def solve_integer(
    items: Items, columns: Ints, pair: Ints, penalty: float | None, limits: Limits
) -> Chosen:
    """Choose pairs for the items that have columns; all others stay on `pair` (G,).

    Hard limits stay hard when `penalty` is None, else they are elastic at that price (T5).
    """
    fixed = pair.copy()
    fixed[items.pairs.item[columns]] = -1
    stated = _state(items, columns, fixed, penalty)
    answer = solve(stated.model(integer=True), limits)
    settled = float(items.pairs.cost[fixed[fixed >= 0]].sum()) + stated.constant
    bound = settled - answer.bound * stated.unit
    if answer.values is None:
        return Chosen(outcome=answer.outcome, pair=None, bound=bound)
    taken = columns[answer.values[: len(columns)] > 0.5]
    chosen = pair.copy()
    chosen[items.pairs.item[taken]] = taken
    return Chosen(outcome=answer.outcome, pair=chosen, bound=bound)


@dataclass(frozen=True, kw_only=True)
class _Stated:
    """Hold the parts of a model: limit row i is row `row[i]` of seat `seat[i]`.

    `slack_row` (n,) limit row, `slack_sign` (n,) and `slack_cost` (n,) EUR of each slack column;
    `unit` EUR that count as 1; `constant` EUR missed by what is fixed and has no row here.
    """

    items: int
    cost: Floats
    seat: Ints
    row: Ints
    lower: Floats
    upper: Floats
    slack_row: Ints
    slack_sign: Floats
    slack_cost: Floats
    entries: tuple[Ints, Ints, Floats]
    moves_left: int
    unit: float
    constant: float

    def model(self, *, integer: bool) -> LinearModel:
        """Return the model; columns are the pairs, then the slacks."""
        n, slacks = len(self.cost), len(self.slack_row)
        row, column, value = self.entries
        one, top = np.ones(self.items), np.full(n + slacks, np.inf)
        top[:n] = 1.0
        return LinearModel(
            gain=-np.concatenate([self.cost, self.slack_cost / ROW_SCALE]) / self.unit,
            lower=np.zeros(n + slacks),
            upper=top,
            integer=np.arange(n + slacks) < (n if integer else 0),
            row_lower=np.concatenate([one, self.lower * ROW_SCALE, [-np.inf]]),
            row_upper=np.concatenate([one, self.upper * ROW_SCALE, [float(self.moves_left)]]),
            row=row,
            column=column,
            coefficient=value,
        )


def _state(items: Items, columns: Ints, fixed: Ints, penalty: float | None) -> _Stated:
    """Collect the parts; `fixed` (G,) is the pair of each item that has no columns, -1 else."""
    pairs, settled = items.pairs, fixed[fixed >= 0]
    load = np.zeros_like(items.lower)
    np.add.at(load, pairs.seat[settled], pairs.size[settled])
    seats, seat_row = np.unique(pairs.seat[columns], return_inverse=True)
    free, item_row = np.unique(pairs.item[columns], return_inverse=True)
    limited = np.isfinite(items.lower[seats]) | np.isfinite(items.upper[seats])
    at, row = np.nonzero(limited)
    lower, upper = ((limit - load)[seats][at, row] for limit in (items.lower, items.upper))
    slack_row, slack_sign, slack_cost = _slacks(items, row, lower, upper, penalty)
    number = np.full(limited.shape, -1, dtype=np.int64)
    number[at, row] = len(free) + np.arange(len(at))
    slack = (len(free) + slack_row, len(columns) + np.arange(len(slack_row)), slack_sign)
    last = (np.full(len(columns), len(free) + len(at)), np.arange(len(columns)))
    parts = [
        (item_row, np.arange(len(columns)), np.ones(len(columns))),
        *_limit_entries(items, columns, number[seat_row]),
        slack,
        (*last, pairs.moved[columns].astype(np.float64)),
    ]
    return _Stated(
        items=len(free),
        cost=pairs.cost[columns],
        seat=seats[at],
        row=row,
        lower=lower,
        upper=upper,
        slack_row=slack_row,
        slack_sign=slack_sign,
        slack_cost=slack_cost,
        entries=_sorted_entries(parts),
        moves_left=items.max_moved - int(pairs.moved[settled].sum()),
        unit=_money_unit(pairs.cost[columns]),
        constant=_missed_elsewhere(items, load, seats, penalty),
    )


def _slacks(
    items: Items, row: Ints, lower: Floats, upper: Floats, penalty: float | None
) -> tuple[Ints, Floats, Floats]:
    """Return limit row, sign and price of the slack columns: one each way with a limit."""
    price = items.miss_price[row]
    if penalty is not None:
        price = np.where(np.isinf(price), penalty, price)
    below = np.flatnonzero(np.isfinite(price) & np.isfinite(lower))
    above = np.flatnonzero(np.isfinite(price) & np.isfinite(upper))
    sign = np.concatenate([np.ones(len(below)), -np.ones(len(above))])
    slack_row = np.concatenate([below, above])
    return slack_row, sign, price[slack_row]


def _limit_entries(
    items: Items, columns: Ints, number: NDArray[np.int64]
) -> list[tuple[Ints, Ints, Floats]]:
    """Return what each column brings to its seat's rows; `number` (n, R) of the row, -1 none."""
    entries = []
    for row in range(number.shape[1]):
        held = np.flatnonzero(number[:, row] >= 0)
        size = items.pairs.size[columns[held], row] * ROW_SCALE
        entries.append((number[held, row], held, size))
    return entries


def _sorted_entries(
    parts: list[tuple[Ints, Ints, Floats]],
) -> tuple[Ints, Ints, Floats]:
    """Return row, column and value of every entry, sorted by row, zeros left out."""
    row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    kept = np.flatnonzero(value)
    order = kept[np.lexsort((column[kept], row[kept]))]
    return row[order], column[order], value[order]


def _missed_elsewhere(items: Items, load: Floats, seats: Ints, penalty: float | None) -> float:
    """Return EUR missed by seats that no column can change."""
    away = np.ones(items.seats, dtype=bool)
    away[seats] = False
    miss = np.maximum(np.maximum(items.lower - load, load - items.upper), 0.0)[away]
    price = np.where(np.isinf(items.miss_price), penalty or 0.0, items.miss_price)
    return float((miss * price).sum())


def _money_unit(cost: Floats) -> float:
    """Return an amount of EUR that makes a usual column cost about 1 (solver tolerances)."""
    amount = np.abs(cost)
    usual = float(np.median(amount)) if len(amount) else 0.0
    return usual or float(amount.max(initial=0.0)) or 1.0
