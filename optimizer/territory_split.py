"""Solve the relaxation over a market of open items by dual simplex, prices kept in a box (T19).

Slacks of the limits are priced so that no price leaves a box around the last ones (Marsten,
Hogan and Blankenship, Operations Research 23(3), 1975).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import SolverError
from optimizer.territory_market import Market
from optimizer.territory_prices import Prices
from optimizer.territory_problem import Floats, Ints

ROW_SCALE = 100.0


@dataclass(frozen=True, kw_only=True)
class Split:
    """Hold the relaxed plan of open items.

    Attributes
    ----------
    share
        (P,) of each pair.
    value
        EUR of the pairs, and of limits missed at their own price.
    boxed
        Relative units and units moved by which limits are missed at the price of the box.
    excess
        Relative units by which hard limits are missed.
    """

    share: Floats
    value: float
    boxed: float
    excess: float
    prices: Prices


@dataclass(frozen=True, kw_only=True)
class Box:
    """Hold (S', R) least and highest window price and the highest price of a move."""

    low: Floats
    high: Floats
    move: float


def box_around(market: Market, prices: Prices, width: Floats) -> Box:
    """Return the box `width` (S', R) x reach around the prices, within where prices are cut."""
    terms = market.terms
    return Box(
        low=np.clip(prices.window - width * terms.reach, terms.low, terms.high),
        high=np.clip(prices.window + width * terms.reach, terms.low, terms.high),
        move=prices.move + float(width.max(initial=0.0)) * terms.move_reach,
    )


def split_items(
    market: Market, box: Box, seconds: float, cancelled: Callable[[], bool]
) -> Split | None:
    """Solve the linear program over the market's pairs; None when it was not solved in time."""
    seat, row = np.nonzero(market.limited)
    unit = _money_unit(market)
    model = _model(market, box, seat, row, unit)
    limits = Limits(seconds=seconds, cancelled=cancelled, by_dual_simplex=True)
    try:
        answer = solve(model, limits)
    except SolverError:
        return None
    if answer.outcome is not Outcome.SOLVED or answer.values is None or answer.row_prices is None:
        return None
    share, slack = np.split(answer.values, [len(market.pairs.cost)])
    missed = np.maximum(slack[:-1], 0.0) / ROW_SCALE
    price = np.concatenate([market.terms.high[seat, row], -market.terms.low[seat, row]])
    inside = price > np.concatenate([box.high[seat, row], -box.low[seat, row]])
    hard = price >= market.terms.penalty
    # The model maximises gain = -cost, so its row prices are minus the EUR prices.
    dual = -answer.row_prices * unit
    window = np.zeros_like(market.lower)
    window[seat, row] = dual[len(market.pairs.start) - 1 : -1] * ROW_SCALE
    return Split(
        share=share,
        value=float(market.pairs.cost @ share) + float((missed * price)[~inside].sum()),
        boxed=float(missed[inside].sum() + max(0.0, slack[-1])),
        excess=float(missed[hard].sum()),
        prices=Prices(window=window, move=max(0.0, -float(dual[-1]))),
    )


def _money_unit(market: Market) -> float:
    """Return EUR that make a usual cost about 1, for the solver's tolerances."""
    amounts = np.abs(market.pairs.cost)
    return float(np.median(amounts[amounts > 0])) if (amounts > 0).any() else 1.0


def _model(market: Market, box: Box, seat: Ints, row: Ints, unit: float) -> LinearModel:
    """Return the program: pairs, slacks below, slacks above, one slack for moves."""
    pairs, limits = market.pairs, len(seat)
    n, items = len(pairs.cost), len(pairs.start) - 1
    slack_cost = np.concatenate([box.high[seat, row], -box.low[seat, row]]) / ROW_SCALE
    bounds = [(limit[seat, row] * ROW_SCALE) for limit in (market.lower, market.upper)]
    one = np.ones(items)
    entry_row, column, value = _entries(market, seat, row)
    return LinearModel(
        gain=-np.concatenate([pairs.cost, slack_cost, [box.move]]) / unit,
        lower=np.zeros(n + 2 * limits + 1),
        upper=np.full(n + 2 * limits + 1, np.inf),
        integer=np.zeros(n + 2 * limits + 1, dtype=bool),
        row_lower=np.concatenate([one, bounds[0], [-np.inf]]),
        row_upper=np.concatenate([one, bounds[1], [market.most_moved]]),
        row=entry_row,
        column=column,
        coefficient=value,
    )


def _entries(market: Market, seat: Ints, row: Ints) -> tuple[Ints, Ints, Floats]:
    """Return row, column and value of every entry, sorted by row, zeros left out."""
    pairs, limits = market.pairs, len(seat)
    n, items = len(pairs.cost), len(pairs.start) - 1
    number = np.full(market.limited.shape, -1, dtype=np.int64)
    number[seat, row] = items + np.arange(limits)
    every, slot = np.arange(n), np.arange(limits)
    parts: list[tuple[Ints, Ints, Floats]] = [(pairs.item, every, np.ones(n))]
    for k in range(len(market.limited.T)):
        held = np.flatnonzero(number[pairs.seat, k] >= 0)
        parts.append((number[pairs.seat[held], k], held, pairs.size[held, k] * ROW_SCALE))
    parts.append((items + slot, n + slot, np.ones(limits)))
    parts.append((items + slot, n + limits + slot, -np.ones(limits)))
    moves = np.full(n, items + limits)
    parts.append((moves, every, pairs.moved.astype(np.float64)))
    parts.append((np.array([items + limits]), np.array([n + 2 * limits]), -np.ones(1)))
    entry_row = np.concatenate([part[0] for part in parts])
    column = np.concatenate([part[1] for part in parts])
    value = np.concatenate([part[2] for part in parts])
    kept = np.flatnonzero(value)
    order = kept[np.lexsort((column[kept], entry_row[kept]))]
    return entry_row[order], column[order], value[order]
