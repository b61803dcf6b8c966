"""Improve a plan by annealing over regions, within a number of steps (T11).

Every move plans a few neighbouring seats anew, nearly exactly, under costs with random noise
(perturb and optimise: Charon and Hudry, the noising method, Operations Research Letters 14,
1993). The noise falls with the gap that is left; limits missed cost more and more; at the end a
strict search without noise makes the plan keep every limit it can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_exchange import MOST_SEATS, Zone, make_zone
from optimizer.territory_grid import (
    BEST,
    MISSED,
    NOW,
    REGRET,
    SIZE,
    WAITING,
    Grid,
    Plan,
    make_grid,
    make_lines,
)
from optimizer.territory_kernel import make_plan, settle
from optimizer.territory_pairs import Items, rank
from optimizer.territory_prices import Prices, cut_prices
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_sweep import sweep

LEAST_SLICES, SLICE = 40, 1_000_000
"""Slices of a cooling, at least; steps between two looks at `stop`: hundredths of a second."""
SETS, SETS_AT_REST = 2_000, 10_000
"""Most sets of options tried in a region, with noise and without."""
HOT, COLD = 0.1, 0.012
"""Noise on a cost as a share of the mean gap of a seat, at the start and at the end.

One slow cooling goes further than several quick ones: on 5,000 x 100 within 0.69 % of the
relaxation, where eight in the same number of steps end at 0.90 %.
"""
USUAL_ITEMS = 50
"""Items a seat beyond which noise gets less: more of them share the gap of a seat."""
FIRST, STRICT = 0.05, 0.15
"""Share of the steps without noise before the cooling, and with strict limits after it."""
MILD_PRICE, STRICT_PRICE = 3.0, 100.0
"""Penalty outside a limit as a multiple of the price, at first and in strict search."""
RAISE, LOWER, STRICTER = 1.2, 0.9, 10.0
"""Factors on penalties between slices: limits missed, kept; all of them while one strict limit
is missed."""


@dataclass
class Search:
    """Hold a search under way; `best` is the best plan and `judged` what it is judged by."""

    items: Items
    price: Floats
    grid: Grid
    stop: Callable[[], bool]
    on_better: Callable[[Ints], None] | None
    best: Ints
    most_seats: int = 3
    judged: tuple[int, float, float] = field(init=False)
    zone: Zone = field(init=False)

    def __post_init__(self) -> None:
        self.judged = self.judge(self.best)
        self.zone = make_zone(self.grid)

    @classmethod
    def begin(
        cls,
        items: Items,
        pair: Ints,
        prices: Prices,
        stop: Callable[[], bool],
        on_better: Callable[[Ints], None] | None = None,
    ) -> Search | None:
        """Return a search from a plan (G,), prices cut; None where no item has a choice."""
        if not len(pair) or np.diff(items.pairs.start).max() < 2:
            return None
        prices = cut_prices(items, prices, np.inf)
        grid = make_grid(items, prices.window, prices.move)
        return cls(items, prices.window, grid, stop, on_better, pair, min(3, items.seats))

    def judge(self, pair: Ints) -> tuple[int, float, float]:
        """Return moves over the limit, then the rank."""
        return max(0, self.items.moves(pair) - self.items.max_moved), *rank(self.items, pair)

    def offer(self, pair: Ints) -> None:
        """Keep a plan that is better."""
        judged = self.judge(pair)
        if judged < self.judged:
            self.judged, self.best = judged, pair.copy()
            if self.on_better is not None:
                self.on_better(self.best.copy())

    def work(self, plan: Plan, heat: float, steps: int) -> None:
        """Sweep regions; make them larger while most are searched completely."""
        sets = SETS if heat > 0 else SETS_AT_REST
        tried, regions = sweep(self.grid, plan, self.zone, self.most_seats, heat, sets, steps)
        if tried < 0.25 * sets * regions:
            self.most_seats = min(MOST_SEATS, len(plan.seat), self.most_seats + 1)
        elif tried > 0.8 * sets * regions:
            self.most_seats = max(2, self.most_seats - 1)


def search(
    items: Items,
    pair: Ints,
    window_price: Floats,
    move_price: float,
    *,
    steps: int,
    seed: int,
    stop: Callable[[], bool],
    on_better: Callable[[Ints], None] | None = None,
) -> Ints:
    """Return the best plan found from the plan given, never one of worse rank.

    Parameters
    ----------
    items
        The items; `items.pairs` are the pairs the search may use.
    pair
        (G,) the pair each item takes at the start; limits may be missed.
    window_price
        (S, R) EUR per relative unit, > 0 where the seat needs more, < 0 where less.
    move_price
        EUR per moved unit, >= 0.
    steps
        Most work, in sets of changes tried and pairs listed; the same number gives the same plan.
    seed
        Start of the random numbers.
    stop
        Asked several times a second; True ends the search.
    on_better
        Called with every better plan (G,) at the end of a round.

    Returns
    -------
    Ints
        (G,) pairs, best by `territory_pairs.rank` among plans that keep `items.max_moved`.
    """
    pair = pair.astype(np.int64)
    prices = Prices(window=window_price, move=move_price)
    work = Search.begin(items, pair, prices, stop, on_better)
    if work is None:
        return pair
    if not stop():
        _anneal(work, steps, seed)
    return work.best


def _anneal(work: Search, steps: int, seed: int) -> None:
    """Cool down from the best plan, then search under strict limits."""
    penalty = penalties(work, MILD_PRICE)
    lines = make_lines(work.items, work.price, penalty)
    plan = make_plan(work.grid, work.best, lines, 1000 * seed)
    _descend(work, plan, int(FIRST * steps))
    _cool(work, plan, penalty, HOT, int((1 - STRICT) * steps))
    if plan.energy[BEST] < np.inf:
        plan.pair[:] = plan.best
        plan.tally[WAITING] = -1
    _insist(work, plan, int(STRICT * steps))
    if plan.energy[BEST] < np.inf:
        work.offer(plan.best)
    work.offer(plan.pair)


def _insist(work: Search, plan: Plan, steps: int) -> None:
    """Search without noise under strict limits, stricter while one stays missed."""
    penalty = penalties(work, STRICT_PRICE)
    slices = max(4, steps // SLICE)
    for _ in range(slices):
        if work.stop():
            break
        plan.line[:] = make_lines(work.items, work.price, penalty)
        settle(work.grid, plan)
        work.work(plan, 0.0, max(1, steps // slices))
        if plan.tally[MISSED] > 0:
            penalty[:, np.isinf(work.items.miss_price)] *= STRICTER
    settle(work.grid, plan)


def missed_limits(work: Search, plan: Plan) -> NDArray[np.bool_]:
    """Mark (S, R) hard limits that are missed."""
    limit = work.grid.limit
    return (plan.load < limit[..., 0]) | (plan.load > limit[..., 1])


def penalties(work: Search, factor: float) -> Floats:
    """Return (S, R) EUR per relative unit missed: `factor` prices, the usual one where none."""
    price, sizes = np.abs(work.price), work.grid.worth[:, SIZE:]
    usual = float(price.mean()) if price.size else 0.0
    if usual == 0.0 and sizes.any():
        usual = float(work.grid.worth[:, REGRET].mean() / np.abs(sizes).mean())
    hard = np.isinf(work.items.miss_price)
    penalty = np.maximum(factor * np.maximum(price, usual), 1e-9)
    return np.where(hard, penalty, work.items.miss_price)


def _descend(work: Search, plan: Plan, steps: int) -> None:
    """Search without noise, limits as they are priced."""
    left = steps
    while left > 0 and not work.stop():
        work.work(plan, 0.0, min(left, SLICE))
        left -= SLICE


def _cool(work: Search, plan: Plan, floor: Floats, hot: float, steps: int) -> None:
    """Let the noise fall with the gap; raise penalties where limits stay missed."""
    slices = max(LEAST_SLICES, steps // SLICE)
    penalty, gap = floor.copy(), np.inf
    for k in range(slices):
        if work.stop():
            break
        share = hot + (COLD - hot) * k / (slices - 1)
        # The least gap met, or noise that makes the gap grow would feed itself.
        gap = min(gap, plan.energy[NOW], plan.energy[BEST])
        heat = share * gap / max(len(plan.seat), len(plan.pair) / USUAL_ITEMS)
        work.work(plan, heat, max(1, steps // slices))
        penalty = np.maximum(penalty * np.where(missed_limits(work, plan), RAISE, LOWER), floor)
        plan.line[:] = make_lines(work.items, work.price, penalty)
        settle(work.grid, plan)
