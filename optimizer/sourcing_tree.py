"""Bound all plans by branching on managers, rows drawn anew from the limits of each node (F27).

A month's managers are few values apart, and with every limit the rows over two months bite more:
some dozens of nodes do what thousands of a general branch and bound do. Once a node's managers are
whole, branch and bound makes its other decisions whole.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer, Limits, Outcome, solve
from optimizer.sourcing_master import Master
from optimizer.sourcing_spans import Row, Span
from optimizer.sourcing_tangents import Tangent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WHOLE = 1e-5
TIGHT = 1e-6
ROWS_AT_ONCE, ROOT_ROUNDS, NODE_ROUNDS = 40, 8, 3


@dataclass(frozen=True, kw_only=True)
class Node:
    """Hold limits (M,) of the managers, the rows drawn from them, and what they allow (kEUR)."""

    lower: Floats
    upper: Floats
    bound: float
    values: Floats
    rows: tuple[Row, ...]
    nodes: int


class ManagerTree:
    """Keep the open nodes; the highest of their bounds holds for every plan."""

    def __init__(
        self, master: Master, spans: Sequence[Span], limits: Callable[[], Limits], workers: int
    ) -> None:
        self._master, self._spans = master, spans
        self._limits, self._workers = limits, workers
        none = np.zeros(0, dtype=np.int64)
        self._managers = np.concatenate([none, *(span.managers for span in spans)])
        self._open: list[tuple[float, int, Node]] = []
        self._number = 0

    @property
    def bound(self) -> float:
        """Return what no plan exceeds: -inf when no node is left, +inf before the root."""
        if not self._number:
            return np.inf
        return -self._open[0][0] if self._open else -np.inf

    def plant(self, tangents: Sequence[Tangent], nodes: int) -> None:
        """Solve the root."""
        model = self._master.model(tangents)
        lower = np.concatenate([np.zeros(0), *(span.least for span in self._spans)])
        root = Node(
            lower=lower,
            upper=np.full(lower.size, np.inf),
            bound=np.inf,
            values=np.zeros_like(model.gain),
            rows=(),
            nodes=nodes,
        )
        self._push(self._relaxed(model, root, ROOT_ROUNDS))

    def grow(
        self, tangents: Sequence[Tangent], splits: int, enough: float, gap: float
    ) -> Answer | None:
        """Split the nodes of the highest bound, until it is `enough` (kEUR).

        Once such a node has whole managers, everything in it is made whole, and that answer is
        returned: what it says of the scenarios may be too much, and more tangents tell.
        """
        model = self._master.model(tangents)
        with ThreadPoolExecutor(max(1, min(2, self._workers))) as pool:
            for _ in range(splits):
                if self.bound <= enough or self._limits().seconds <= 0:
                    return None
                node = heapq.heappop(self._open)[2]
                column = self._parted(node)
                if column is None:
                    return self._finish(model, node, gap)
                halves = pool.map(
                    lambda half: self._relaxed(model, half, NODE_ROUNDS),
                    _halves(node, column, float(self._within_limits(node)[column])),
                )
                for half in list(halves):
                    self._push(half)
        return None

    def _push(self, node: Node | None) -> None:
        if node is not None:
            heapq.heappush(self._open, (-node.bound, self._number, node))
        self._number += 1

    def _parted(self, node: Node) -> int | None:
        """Return the month whose managers are furthest from whole."""
        managers = self._within_limits(node)
        away = np.abs(managers - np.rint(managers))
        return int(np.argmax(away)) if away.max(initial=0.0) > WHOLE else None

    def _within_limits(self, node: Node) -> Floats:
        """Return (M,): managers; a solver's tolerance beyond a limit would cross the two halves."""
        return np.clip(node.values[self._managers], node.lower, node.upper)

    def _within(self, model: LinearModel, node: Node) -> LinearModel:
        lower, upper = model.lower.copy(), model.upper.copy()
        lower[self._managers] = np.maximum(lower[self._managers], node.lower)
        upper[self._managers] = np.minimum(upper[self._managers], node.upper)
        return replace(model, lower=lower, upper=upper)

    def _relaxed(self, model: LinearModel, node: Node, rounds: int) -> Node | None:
        """Return the node with its bound and its rows, None when no decisions keep its limits."""
        inside = self._within(model, node).relaxed()
        for _ in range(rounds):
            answer = solve(self._master.with_cuts(inside, node.rows), self._limits())
            if answer.outcome is Outcome.INFEASIBLE:
                return None
            if answer.values is None or answer.outcome is not Outcome.SOLVED:
                return node
            bound = max(answer.bound, answer.objective or answer.bound)
            node = replace(node, bound=min(node.bound, bound), values=answer.values)
            broken = self._broken(node)
            kept = tuple(row for row in node.rows if _tight(row, answer.values))
            node = replace(node, rows=kept + broken)
            if not broken:
                break
        return node

    def _broken(self, node: Node) -> tuple[Row, ...]:
        found: list[Row] = []
        start = 0
        for span in self._spans:
            end = start + span.managers.size
            found += span.violated(node.values, node.lower[start:end], node.upper[start:end])
            start = end
        return tuple(sorted(found, key=lambda row: -row.violation)[:ROWS_AT_ONCE])

    def _finish(self, model: LinearModel, node: Node, gap: float) -> Answer:
        inside = self._master.with_cuts(self._within(model, node), node.rows)
        limits = replace(self._limits(), nodes=node.nodes, gap=gap, proving=True)
        answer = solve(inside, limits)
        if answer.outcome is not Outcome.INFEASIBLE:
            solved = answer.outcome is Outcome.SOLVED
            nodes = node.nodes if solved else 2 * node.nodes
            self._push(replace(node, bound=min(node.bound, answer.bound), nodes=nodes))
        return answer


def _tight(row: Row, values: Floats) -> bool:
    return bool(row.values @ values[row.columns] - row.lower <= TIGHT)


def _halves(node: Node, column: int, managers: float) -> tuple[Node, Node]:
    upper, lower = node.upper.copy(), node.lower.copy()
    upper[column], lower[column] = np.floor(managers), np.floor(managers) + 1.0
    return replace(node, upper=upper), replace(node, lower=lower)
