"""Compare plans: pieces too many first, then hard limits missed, then EUR (T5, T20)."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.territory_connect import connected_rank
from optimizer.territory_connect_graph import Graph, item_graph, stray_units
from optimizer.territory_pairs import Items, rank
from optimizer.territory_problem import Ints, TerritoryProblem

Rank = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Hold what plans of items are compared by.

    `graph` joins neighbouring items, None where contiguity is off; `stray_eur` > 0 where it is
    preferred: then strays are no fault and cost that much a unit. `seats` S leaves out the
    place of units that stay unserved, which need not hang together.
    """

    items: Items
    graph: Graph | None = None
    stray_eur: float = 0.0
    seats: int | None = None

    @staticmethod
    def of(problem: TerritoryProblem, items: Items) -> Judge:
        """Return the judge that the problem's contiguity asks for."""
        preferred = problem.contiguity == "preferred"
        if problem.contiguity == "off" or (preferred and problem.stray_eur <= 0):
            return Judge(items=items)
        graph = item_graph(problem.edges, items.of_unit, items.count)
        stray_eur = problem.stray_eur if preferred else 0.0
        seats = len(problem.seat_ids)
        return Judge(items=items, graph=graph, stray_eur=stray_eur, seats=seats)

    def rank(self, pair: Ints) -> Rank:
        """Return what the plan is judged by, less is better."""
        if self.graph is None:
            return rank(self.items, pair)
        return connected_rank(self.items, self.graph, pair, self.stray_eur, self.seats)

    def better(self, one: Ints, other: Ints) -> Ints:
        """Return the plan of better rank, the first among equals."""
        return one if self.rank(one) <= self.rank(other) else other

    def faults(self, pair: Ints) -> float:
        """Return by how much hard rules are missed, 0 when all are kept."""
        return float(sum(self.rank(pair)[:-1]))

    def eur(self, pair: Ints) -> float:
        """Return EUR with limits and strays that have a price."""
        return float(self.rank(pair)[-1])

    def stray_cost(self, pair: Ints) -> float:
        """Return EUR paid for strays."""
        if self.graph is None or self.stray_eur <= 0:
            return 0.0
        return self.stray_eur * stray_units(self.graph, self.items.pairs.seat[pair])
