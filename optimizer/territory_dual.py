"""Climb the smoothed Lagrangian dual by Newton steps: prices of limits and moves (T8, T9, T19).

Every item spreads itself over its seats as a Gibbs distribution of adjusted costs, and every
limit is met at a mix of its two ends in the same way; the dual is then smooth and concave, and
Newton steps with a proximal term climb it from any start (Cuturi, NeurIPS 2013, for the
smoothing; Kitagawa, Merigot and Thibert, J. Eur. Math. Soc. 21(9), 2019, for Newton steps on
power diagrams).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse.linalg import splu

from optimizer.territory_market import Market
from optimizer.territory_prices import Prices
from optimizer.territory_problem import Floats, Ints

ACTIVE_SHARE = 1e-6
CROSSING_SHARE = 0.03
"""Shares below count in the diagonal of the curvature only: cheaper, and steps stay safe."""
SHORTEST = 1 / 64
FIRM = 1e9
CALM = 1e-3
"""Steepest slope, in relative units, at which a stage ends."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Hold one stage of a climb.

    Attributes
    ----------
    heat
        Temperature, in spreads of each item.
    steps
        Most Newton steps.
    leash
        How far prices may go before seats are ranked anew, in `Terms.reach`.
    """

    heat: float
    steps: int
    leash: float


@dataclass(frozen=True, kw_only=True)
class Point:
    """Hold the smoothed dual at some prices: value, slopes (S' R + 1,), shares (P,).

    `bend` (S' R + 1,) is the curvature of the limits' own part.
    """

    flat: Floats
    value: float
    slope: Floats
    share: Floats
    bend: Floats


def climb_smoothly(
    market: Market, prices: Prices, stage: Stage, stop: Callable[[], bool]
) -> tuple[Prices, float]:
    """Return better prices and how steep the dual still is, in relative units."""
    begun = flatten(prices)
    if not len(market.weight):
        return prices, 0.0
    low, high = _leash(market, begun, stage.leash)
    here, damping = evaluate(market, np.clip(begun, low, high), stage.heat), 1.0
    for _ in range(stage.steps):
        if stop() or np.abs(here.slope).max() < CALM:
            break
        ahead = _step(market, here, stage.heat, damping, (low, high))
        damping = damping * 8.0 if ahead is None else max(damping / 3.0, 1e-3)
        here = ahead or here
    return unflatten(here.flat, market.lower.shape), float(np.abs(here.slope[:-1]).max(initial=0.0))


def flatten(prices: Prices) -> Floats:
    """Return (S' R + 1,): window prices seat by seat, then minus the move price."""
    return np.append(prices.window.ravel(), -prices.move)


def unflatten(flat: Floats, shape: tuple[int, ...]) -> Prices:
    """Return the prices of `flatten`."""
    return Prices(window=flat[:-1].reshape(shape), move=max(0.0, -float(flat[-1])))


def _leash(market: Market, flat: Floats, length: float) -> tuple[Floats, Floats]:
    """Return (S' R + 1,) where prices may go: `length` x reach around, no farther than allowed."""
    terms, reach = market.terms, _reach(market)
    low, high = np.append(terms.low.ravel(), -np.inf), np.append(terms.high.ravel(), 0.0)
    return np.clip(flat - length * reach, low, high), np.clip(flat + length * reach, low, high)


def _reach(market: Market) -> Floats:
    return np.append(market.terms.reach.ravel(), market.terms.move_reach)


def evaluate(market: Market, flat: Floats, heat: float) -> Point:
    """Return the smoothed dual at flat prices."""
    pairs, warm = market.pairs, heat * market.spread
    window = flat[:-1].reshape(market.lower.shape)
    adjusted = pairs.cost.copy()
    for row in range(pairs.size.shape[1]):
        adjusted -= pairs.size[:, row] * window[pairs.seat, row]
    if flat[-1]:
        adjusted -= flat[-1] * pairs.moved
    starts, counts = pairs.start[:-1], np.diff(pairs.start)
    least = np.minimum.reduceat(adjusted, starts)
    adjusted -= np.repeat(least, counts)
    adjusted /= np.repeat(-warm, counts)
    share = np.exp(adjusted, out=adjusted)
    total = np.add.reduceat(share, starts)
    share /= np.repeat(total, counts)
    value = float(market.weight @ (least - warm * np.log(total)))
    room, wanted, bend = _limits(market, flat, heat)
    slope = wanted - _load(market, share * np.repeat(market.weight, counts))
    return Point(flat=flat, value=value + room, slope=slope, share=share, bend=bend)


def _load(market: Market, used: Floats) -> Floats:
    """Return (S' R + 1,) what the rows and the move limit carry."""
    pairs, (seats, rows) = market.pairs, market.lower.shape
    load = np.zeros((seats, rows))
    for row in range(rows):
        load[:, row] = np.bincount(pairs.seat, weights=used * pairs.size[:, row], minlength=seats)
    load[~market.limited] = 0.0
    moved = used @ pairs.moved if np.isfinite(market.most_moved) else 0.0
    return np.append(load.ravel(), moved)


def _limits(market: Market, flat: Floats, heat: float) -> tuple[float, Floats, Floats]:
    """Return value, wanted load and curvature (S' R + 1,) of limits met at a mix of both ends."""
    most = market.most_moved if np.isfinite(market.most_moved) else 0.0
    low = np.append(market.lower.ravel(), 0.0)
    width = np.append(market.upper.ravel(), most) - low
    warm = heat * _reach(market)
    tilt = np.clip(flat / warm, -500.0, 500.0)
    at_upper = 1.0 / (1.0 + np.exp(tilt))
    value = flat * low - warm * width * np.logaddexp(0.0, -tilt)
    return float(value.sum()), low + width * at_upper, width * at_upper * (1 - at_upper) / warm


def _step(
    market: Market, here: Point, heat: float, damping: float, leash: tuple[Floats, Floats]
) -> Point | None:
    """Return the first better point along the damped Newton direction, None without one."""
    direction = _direction(market, here, heat, damping, leash)
    length = 1.0
    while length >= SHORTEST:
        ahead = evaluate(market, np.clip(here.flat + length * direction, *leash), heat)
        if ahead.value > here.value:
            return ahead
        length /= 2
    return None


def _direction(
    market: Market, here: Point, heat: float, damping: float, leash: tuple[Floats, Floats]
) -> Floats:
    """Solve (curvature + proximal term) direction = slope; the term fades as slopes do."""
    by_row = np.abs(here.slope[:-1].reshape(market.lower.shape))
    steep = np.broadcast_to(by_row.max(axis=0, initial=0.0), by_row.shape)
    steep = np.maximum(np.append(steep.ravel(), abs(here.slope[-1])), 1e-9)
    proximal = damping * steep / _reach(market)
    # A price at the end of its leash that would go on stands still (projected Newton steps:
    # Bertsekas, SIAM J. Control and Optimization 20(2), 1982).
    held = (here.flat <= leash[0]) & (here.slope < 0) | (here.flat >= leash[1]) & (here.slope > 0)
    proximal[held] *= FIRM
    system = (_curvature(market, here, heat) + diags_array(here.bend + proximal)).tocsc()
    factors = splu(system, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    return np.asarray(factors.solve(here.slope))


def _curvature(market: Market, here: Point, heat: float) -> csr_array:
    """Return minus the second derivative of the items' part, (S' R + 1) squared."""
    pairs = market.pairs
    most = np.maximum.reduceat(here.share, pairs.start[:-1])
    open_item = most < 1 - ACTIVE_SHARE
    kept = np.flatnonzero((here.share > ACTIVE_SHARE) & open_item[pairs.item])
    weight = (market.weight / (heat * market.spread))[pairs.item[kept]] * here.share[kept]
    brings = _brings(market, kept)
    squares = brings.T @ brings.multiply(weight[:, None]).tocsr()
    return squares - _crossing(market, here, heat, kept[here.share[kept] > CROSSING_SHARE])


def _brings(market: Market, kept: Ints) -> csr_array:
    """Return (n, S' R + 1) what the pairs `kept` bring to every row."""
    pairs, (seats, rows) = market.pairs, market.lower.shape
    n, width = len(kept), seats * rows + 1
    column, value = np.full((n, rows + 1), width - 1), np.zeros((n, rows + 1))
    column[:, :rows] = pairs.seat[kept, None] * rows + np.arange(rows)
    value[:, :rows] = np.where(market.limited[pairs.seat[kept]], pairs.size[kept], 0.0)
    if np.isfinite(market.most_moved):
        value[:, rows] = pairs.moved[kept]
    first = np.arange(0, (rows + 1) * n + 1, rows + 1)
    brings = csr_array((value.ravel(), column.ravel(), first), shape=(n, width))
    brings.eliminate_zeros()
    return brings


def _crossing(market: Market, here: Point, heat: float, kept: Ints) -> csr_array:
    """Return what falls off the curvature because an item's shares add up to one."""
    item = market.pairs.item[kept]
    place, number = np.unique(item, return_inverse=True)
    weight = np.sqrt(market.weight / (heat * market.spread))[item] * here.share[kept]
    mix = csr_array((weight, (number, np.arange(len(kept)))), shape=(len(place), len(kept)))
    mean = mix @ _brings(market, kept)
    return mean.T @ mean
