"""Choose among connected districts listed whole: set partitioning, its prices, its best choice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_subset_rows import SubsetRows
from optimizer.territory_problem import Floats, Ints

Members = NDArray[np.bool_]
NEAR = 1e-9
BLOCK = 10_000
"""Districts multiplied at a time: as floating numbers they take eight times the memory."""


def paid(members: Members, item: Floats) -> Floats:
    """Return (L,) the prices of the items of each district, few districts at a time."""
    total = np.empty(len(members))
    for first in range(0, len(members), BLOCK):
        total[first : first + BLOCK] = members[first : first + BLOCK] @ item
    return total


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """Hold L connected districts: `members` (L, G), `eur` and `column` (L,) of the best site."""

    members: Members
    eur: Floats
    column: Ints

    @staticmethod
    def of(parts: list[Clusters]) -> Clusters:
        """Return the districts of all parts, of which there is one at least."""
        return Clusters(
            members=np.concatenate([part.members for part in parts]),
            eur=np.concatenate([part.eur for part in parts]),
            column=np.concatenate([part.column for part in parts]),
        )

    def kept(self, mask: NDArray[np.bool_] | Ints) -> Clusters:
        """Return the districts marked, or numbered, (L,)."""
        return Clusters(members=self.members[mask], eur=self.eur[mask], column=self.column[mask])

    def with_more(self, others: Clusters) -> Clusters:
        """Return these and the others, each set of items once, the first of equals."""
        every = Clusters.of([self, others])
        packed = np.ascontiguousarray(np.packbits(every.members, axis=1))
        keys = packed.view(np.dtype((np.void, packed.shape[1]))).reshape(-1)
        first = np.sort(np.unique(keys, return_index=True)[1])
        return every.kept(first)

    def reduced(self, item: Floats) -> Floats:
        """Return (L,) EUR less the prices of items (G,)."""
        return self.eur - paid(self.members, item)


def clusters_of(ground: Ground, members: Members) -> Clusters:
    """Return the districts (L, G) at their best sites, those that no site may serve left out."""
    sites = np.flatnonzero(ground.home >= 0)
    eur = members @ np.where(ground.allowed, ground.cost, 0.0)[:, sites] + ground.open_eur[sites]
    barred = members @ (~ground.allowed[:, sites]).astype(np.float64) > 0
    eur = np.where(members[:, ground.home[sites]] & ~barred, eur, np.inf)
    at = eur.argmin(axis=1) if len(members) else np.zeros(0, dtype=np.int64)
    least = eur[np.arange(len(members)), at]
    every = Clusters(members=members, eur=least, column=sites[at])
    return every.kept(np.isfinite(least))


def _model(
    ground: Ground, clusters: Clusters, dear: float, integer: bool, rows: SubsetRows
) -> LinearModel:
    """Return the program: every item in one district, as many as may open.

    With a finite `dear` items may be left out, and districts be too few, at that price: then it
    always has a solution. Rows 0 to G - 1 are the items', the next one counts, subset rows follow.
    """
    many, items = len(clusters.eur), ground.items
    spare = items + 1 if np.isfinite(dear) else 0
    item, column = np.nonzero(clusters.members.T)
    size = many + spare
    counted = np.concatenate([np.arange(many), np.arange(size - 1, size)[: spare and 1]])
    alone = np.arange(items) if spare else np.zeros(0, dtype=np.int64)
    cut, holder = np.nonzero(rows.held(clusters.members).T)
    row = np.concatenate([item, alone, np.full(len(counted), items), items + 1 + cut])
    at = np.concatenate([column, many + alone, counted, holder])
    order = np.lexsort((at, row))
    return LinearModel(
        gain=-np.concatenate([clusters.eur, np.full(spare, dear)]),
        lower=np.zeros(size),
        upper=np.full(size, 1.0 if integer else np.inf),
        integer=np.full(size, integer),
        row_lower=np.concatenate([np.ones(items), [ground.least], np.full(len(rows), -np.inf)]),
        row_upper=np.concatenate([np.ones(items), [ground.most], np.ones(len(rows))]),
        row=row[order],
        column=at[order],
        coefficient=np.ones(len(row)),
    )


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Hold what an item (G,) and a further district are worth in EUR, and the tolls of `rows`.

    `value`: of all; `share` (L,) of each district in the choice.
    """

    item: Floats
    district: float
    rows: SubsetRows
    value: float
    share: Floats

    @property
    def total(self) -> float:
        """Return what all items are worth, less the tolls: one district may hold each row."""
        return float(self.item.sum() - self.rows.toll.sum())

    def reduced(self, clusters: Clusters) -> Floats:
        """Return (L,) EUR of districts less the prices of their items, tolls paid."""
        return clusters.reduced(self.item) + self.rows.tolls(clusters.members)

    def towards(self, other: Prices, share: float) -> Prices:
        """Return prices between these and others, which have all rows of these, the same first."""
        toll = (1 - share) * other.rows.toll
        toll[: len(self.rows)] += share * self.rows.toll
        return replace(
            other,
            item=share * self.item + (1 - share) * other.item,
            district=share * self.district + (1 - share) * other.district,
            rows=replace(other.rows, toll=toll),
        )


def prices_of(
    ground: Ground, clusters: Clusters, dear: float, limits: Limits, rows: SubsetRows | None = None
) -> Prices | None:
    """Return the prices of the linear relaxation over the clusters, None when time runs out."""
    rows = SubsetRows.none() if rows is None else rows
    answer = solve(_model(ground, clusters, dear, False, rows), limits)
    if answer.row_prices is None or answer.values is None or answer.outcome is not Outcome.SOLVED:
        return None
    price = -answer.row_prices
    return Prices(
        item=price[: ground.items],
        district=float(price[ground.items]),
        rows=replace(rows, toll=np.maximum(-price[ground.items + 1 :], 0.0)),
        value=-float(answer.objective or 0.0),
        share=np.maximum(answer.values[: len(clusters.eur)], 0.0),
    )


def best_choice(ground: Ground, clusters: Clusters, limits: Limits) -> tuple[Ints | None, bool]:
    """Return the columns (G,) of the cheapest choice, None without any, and whether for sure."""
    if not len(clusters.eur):
        return None, True
    answer = solve(_model(ground, clusters, np.inf, True, SubsetRows.none()), limits)
    sure = answer.outcome in (Outcome.SOLVED, Outcome.INFEASIBLE)
    if answer.values is None:
        return None, sure
    chosen = np.flatnonzero(answer.values > 0.5)
    column = np.full(ground.items, -1, dtype=np.int64)
    for number in chosen.tolist():
        column[clusters.members[number]] = clusters.column[number]
    return column, sure
