"""Keep the best design met, and read sites out of districts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from optimizer.territory_connect_graph import pieces_too_many
from optimizer.territory_connect_hess import Relaxed
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_program import CLOSE, design_eur, total_missed
from optimizer.territory_problem import Floats, Ints


@dataclass
class DesignSearch:
    """Hold the best design met and what is proved; `column` (G,) is the column of each item.

    `near`, `relaxed`: pairs within reach, and the best bound with the pairs it leaves, once asked.
    """

    ground: Ground
    column: Ints | None = None
    value: float = np.inf
    excess: float = np.inf
    hits: int = 0
    bound: float = -np.inf
    infeasible: bool = False
    relaxed: Relaxed | None = None
    near: NDArray[np.bool_] | None = None

    def offer(self, column: Ints | None) -> None:
        """Keep a design when fewer windows are missed, or as few at less EUR."""
        if column is None:
            return
        value, excess = self._rank(column)
        if excess == self.excess == 0 and abs(value - self.value) <= CLOSE * abs(value):
            self.hits += 1
        if (excess, value) < (self.excess, self.value):
            better = value < self.value - CLOSE * abs(value) or excess < self.excess
            self.hits = 1 if better else self.hits
            self.column, self.value, self.excess = column, value, excess

    def _rank(self, column: Ints) -> tuple[float, float]:
        excess = float(total_missed(self.ground, column).sum())
        many = pieces_too_many(self.ground.graph, column, len(self.ground.home)).sum()
        return design_eur(self.ground, column), round(excess + float(many), 9)

    @property
    def kept(self) -> bool:
        """Return whether a design is known that keeps every window."""
        return self.excess == 0

    @property
    def proved(self) -> bool:
        """Return whether nothing is left to find."""
        close = self.kept and self.bound >= self.value - CLOSE * abs(self.value)
        return self.infeasible or close


def districts_of(ground: Ground, column: Ints) -> Ints:
    """Return districts (G,): seats, then opened sites numbered by column."""
    opened = np.unique(column[column >= ground.seats])
    at = ground.seats + np.searchsorted(opened, column)
    return np.where(column < ground.seats, column, at).astype(np.int64)


def columns_of(ground: Ground, district: Ints) -> Ints | None:
    """Return the columns (G,) that serve districts (G,) at least EUR, each site used once."""
    opened = np.unique(district[district >= ground.seats])
    column = district.copy()
    if not opened.size:
        return column if not ground.least else None
    eur = np.stack([_site_eur(ground, district == number) for number in opened])
    if opened.size > eur.shape[1]:
        return None
    rows, sites = linear_sum_assignment(eur)
    for row, site in zip(rows, sites, strict=True):
        column[district == opened[row]] = ground.seats + site
    return column


def _site_eur(ground: Ground, members: NDArray[np.bool_]) -> Floats:
    """Return (J,) EUR of a district at each site, windows missed and absent homes priced away."""
    sites = slice(ground.seats, None)
    eur = ground.cost[members][:, sites].sum(axis=0) + ground.open_eur[sites]
    load = ground.size[members, -1].sum(axis=0)
    out = np.maximum(ground.lower[sites] - load, load - ground.upper[sites])
    home = ground.home[sites]
    absent = (home >= 0) & ~members[home]
    eur = np.where(np.isfinite(eur), eur, 1e15) + 1e15 * absent
    return eur + 1e9 * np.where(out >= 1e-7, out, 0.0).sum(axis=1)
