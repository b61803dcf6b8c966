"""Prove the best connected plan of few pairs: an integer program with separator cuts by rounds.

Two units of one seat in one part of the graph, not neighbours, need an item of every separator
between them (Carvajal and others, 2013). Cuts are added where a solution lacks them, so that
every round solves a relaxation and its bound is proved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.linear_model import LinearModel, ModelBuilder
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.territory_connect import connected_rank
from optimizer.territory_connect_graph import Graph, pieces
from optimizer.territory_connect_program import BETTER, CLOSE
from optimizer.territory_connect_reach import separator
from optimizer.territory_pairs import Items
from optimizer.territory_problem import Floats, Ints

PROVABLE_PAIRS = 3_000

SeatCut = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Seat, one or two items, separator: all of the items only with one of the separator."""


@dataclass(frozen=True, kw_only=True)
class ConnectProof:
    """Hold the best plan `pair` (G,) known, and the EUR that no connected plan undercuts.

    The bound is for plans that keep every hard limit; inf: proved that there is none.
    """

    pair: Ints
    bound: float
    finished: bool


def connect_exact(
    items: Items,
    graph: Graph,
    pair: Ints,
    window_price: Floats,
    move_price: float,
    *,
    seconds_left: Callable[[], float],
    stop: Callable[[], bool],
    seed: int = 1,
    seats: int | None = None,
) -> ConnectProof:
    """Prove the best connected plan that keeps the hard limits, where few pairs can be in it.

    `pair` (G,) is a plan known, `window_price` (S, R) and `move_price` any prices of the limits:
    they strike out pairs by reduced cost (T13). With too many pairs left only the bound of the
    prices comes back.
    """
    known = connected_rank(items, graph, pair, seats=seats)
    value = known[2] if known[:2] == (0, 0.0) else np.inf
    extra, bound = reduced_cost(items, window_price, move_price)
    open_pairs = np.flatnonzero(bound + extra <= value + CLOSE * abs(value))
    if len(open_pairs) > PROVABLE_PAIRS:
        return ConnectProof(pair=pair, bound=min(bound, value), finished=False)
    last = items.seats if seats is None else seats
    program = _Program(items, graph, open_pairs, last)
    return _rounds(program, pair, value, bound, seconds_left, stop, seed)


def reduced_cost(items: Items, window_price: Floats, move_price: float) -> tuple[Floats, float]:
    """Return (P,) EUR a pair adds to the bound at these prices, and the bound (T8, T9)."""
    priced = np.isfinite(items.miss_price)
    most = np.where(priced, items.miss_price, np.inf)
    price = np.clip(window_price, -most, most)
    price = np.where((price > 0) & np.isinf(items.lower), 0.0, price)
    price = np.where((price < 0) & np.isinf(items.upper), 0.0, price)
    pairs, move = items.pairs, max(move_price, 0.0)
    adjusted = pairs.cost + move * pairs.moved - (price[pairs.seat] * pairs.size).sum(axis=1)
    least = np.minimum.reduceat(adjusted, pairs.start[:-1])
    low = np.where(price > 0, items.lower, 0.0) * np.maximum(price, 0.0)
    high = np.where(price < 0, items.upper, 0.0) * np.minimum(price, 0.0)
    bound = least.sum() + (low + high).sum() - move * items.max_moved
    return adjusted - least[pairs.item], float(bound)


def _rounds(
    program: _Program,
    pair: Ints,
    value: float,
    bound: float,
    seconds_left: Callable[[], float],
    stop: Callable[[], bool],
    seed: int,
) -> ConnectProof:
    """Solve and cut until no plan below `value` is left."""
    best = pair
    while not stop() and seconds_left() > 0:
        limits = Limits(seconds=seconds_left(), seed=seed, cancelled=stop, gap=BETTER)
        most = value - BETTER * abs(value) if np.isfinite(value) else value
        answer = solve(program.model(most), limits)
        if answer.outcome is Outcome.INFEASIBLE:
            return ConnectProof(pair=best, bound=most, finished=True)
        if answer.outcome is Outcome.SOLVED:
            bound = max(bound, min(-answer.bound, value))
        if answer.values is None:
            break
        found = program.read(answer.values)
        cuts = program.missing(found)
        told = set(program.cuts)
        if cuts and told.issuperset(cuts):
            # Items whose units lie apart can leave nothing that a cut could say.
            break
        if not cuts:
            rank = connected_rank(program.items, program.graph, found, seats=program.seats)
            if rank[:2] != (0, 0.0) or rank[2] >= value:
                break
            best, value = found, rank[2]
            if answer.outcome is Outcome.SOLVED:
                return ConnectProof(pair=best, bound=min(bound, value), finished=True)
        program.cuts += cuts
    return ConnectProof(pair=best, bound=min(bound, value), finished=False)


@dataclass
class _Program:
    """State the program over `open_pairs` (N,) and the cuts found so far."""

    items: Items
    graph: Graph
    open_pairs: Ints
    seats: int
    cuts: list[SeatCut] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Give every open pair its number."""
        pairs = self.items.pairs
        self.item, self.seat = pairs.item[self.open_pairs], pairs.seat[self.open_pairs]
        self.number = np.full((self.items.count, self.items.seats), -1, dtype=np.int64)
        self.number[self.item, self.seat] = np.arange(len(self.item))

    def model(self, most: float) -> LinearModel:
        """Return the program with its cuts, for plans of at most `most` EUR."""
        build, pairs = ModelBuilder(), self.items.pairs
        cost = pairs.cost[self.open_pairs]
        build.add_columns(len(self.item), gain=-cost, upper=1.0, integer=True)
        for item in range(self.items.count):
            build.add_row(self._terms(self.number[item]), lower=1.0, upper=1.0)
        terms = [(x, c) for x, c in enumerate(cost.tolist())]
        terms += self._add_limits(build)
        moved = pairs.moved[self.open_pairs]
        build.add_row(
            [(int(x), float(moved[x])) for x in np.flatnonzero(moved)], upper=self.items.max_moved
        )
        if np.isfinite(most):
            build.add_row(terms, upper=most)
        for seat, ends, crossing in self.cuts:
            row = self._terms(self.number[list(crossing), seat])
            row += [(x, -1.0) for x, _ in self._terms(self.number[list(ends), seat])]
            build.add_row(row, lower=1.0 - len(ends))
        return build.freeze()

    def _terms(self, numbers: Ints) -> list[tuple[int, float]]:
        return [(x, 1.0) for x in numbers[numbers >= 0].tolist()]

    def _add_limits(self, build: ModelBuilder) -> list[tuple[int, float]]:
        """Keep the limits of seats; return the cost terms of those that have a price."""
        items, paid = self.items, []
        size = items.pairs.size[self.open_pairs]
        for seat, row in np.argwhere(np.isfinite(items.lower) | np.isfinite(items.upper)).tolist():
            at = np.flatnonzero(self.seat == seat)
            load = [(int(x), float(size[x, row])) for x in at]
            if np.isfinite(items.miss_price[row]):
                price = float(items.miss_price[row])
                short, over = build.add_columns(2, gain=-price).tolist()
                load += [(short, 1.0), (over, -1.0)]
                paid += [(short, price), (over, price)]
            low, high = items.lower[seat, row], items.upper[seat, row]
            build.add_row(load, lower=float(low) - 1e-8, upper=float(high) + 1e-8)
        return paid

    def read(self, values: Floats) -> Ints:
        """Return the plan (G,) of a solution."""
        chosen = self.open_pairs[np.flatnonzero(values[: len(self.item)] > 0.5)]
        pair = np.zeros(self.items.count, dtype=np.int64)
        pair[self.items.pairs.item[chosen]] = chosen
        return pair

    def missing(self, pair: Ints) -> list[SeatCut]:
        """Return cuts that a plan (G,) breaks; none when every seat is in one piece a part."""
        seat = self.items.pairs.seat[pair]
        seat = np.where(seat < self.seats, seat, -1)
        label, at = pieces(self.graph, seat), self.graph.of_items(seat)
        found: list[SeatCut] = []
        linked = np.flatnonzero((at >= 0) & (self.graph.part >= 0))
        first = linked[np.unique(label[linked], return_index=True)[1]]
        for one in first.tolist():
            same = (at[first] == at[one]) & (self.graph.part[first] == self.graph.part[one])
            for other in first[same & (first > one)].tolist():
                found += self._between(int(at[one]), label, one, other)
        return found

    def _between(self, seat: int, label: Ints, one: int, other: int) -> list[SeatCut]:
        """Return the cuts for two pieces, seen from either."""
        within = self.graph.of_items(self.number[:, seat]) >= 0
        found: list[SeatCut] = []
        for here, there in ((one, other), (other, one)):
            crossing = separator(self.graph, within, label == label[here], there)
            ends = tuple(sorted({int(self.graph.of_unit[u]) for u in (here, there)}))
            blocked = {int(g) for g in self.graph.of_unit[crossing]}
            found.append((seat, ends, tuple(sorted(blocked))))
        return found
