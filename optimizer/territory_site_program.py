"""State the choice of sites and service as an integer program over chosen arcs.

An arc is a centre and an item it may serve. Every arc of a site needs the site open (the strong
formulation: its relaxation is as good as the Lagrangian bound).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_data import SiteData

Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Arcs:
    """Hold what a program may use.

    Attributes
    ----------
    items, centres
        The items to serve and the centres to serve them from, both ascending.
    item, centre
        (A,) positions in `items` and `centres` of each arc's ends.
    least, most
        How many of the sites among `centres` to open.
    must
        (N,) bool: whether the centre is open in any case.
    """

    items: Ints
    centres: Ints
    item: Ints
    centre: Ints
    least: int
    most: int
    must: Bools


class _Rows:
    """Collect rows as arrays."""

    def __init__(self) -> None:
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.coefficient: list[Floats] = []
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.count = 0

    def add(self, lower: Floats, upper: Floats) -> int:
        """Add rows with these sides and return the number of the first."""
        first, self.count = self.count, self.count + len(lower)
        self.lower.append(lower)
        self.upper.append(upper)
        return first

    def put(self, row: Ints, column: Ints, coefficient: Floats) -> None:
        """Add entries."""
        self.row.append(row)
        self.column.append(column)
        self.coefficient.append(coefficient)


@dataclass(frozen=True, kw_only=True)
class SiteProgram:
    """Hold a program: columns are the arcs, then one a centre, then priced misses.

    The arc of a site's home item is the site's own column: it is served there or the site is
    closed.
    """

    data: SiteData
    arcs: Arcs
    model: LinearModel
    column: Ints
    """(A,) column of each arc."""

    def read(self, values: Floats) -> tuple[Ints, Ints]:
        """Return the centres opened and the centre of each item, both as numbers of centres."""
        arcs = self.arcs
        used = values[self.column] > 0.5
        centre = np.full(len(arcs.items), -1, dtype=np.int64)
        centre[arcs.item[used]] = arcs.centres[arcs.centre[used]]
        opened = arcs.centres[values[len(arcs.item) + np.arange(len(arcs.centres))] > 0.5]
        return opened[opened < self.data.sites], centre

    def hint(self, opened: Ints, centre: Ints) -> Floats:
        """Return the values of a choice; `centre` is that of each item of the program."""
        arcs = self.arcs
        values = np.zeros(self.model.gain.size)
        used = arcs.centres[arcs.centre] == centre[arcs.item]
        values[self.column[used]] = 1.0
        is_open = arcs.must | np.isin(arcs.centres, opened)
        values[len(arcs.item) + np.flatnonzero(is_open)] = 1.0
        return values


def site_program(data: SiteData, arcs: Arcs) -> SiteProgram:
    """Return the program; windows without a price are hard."""
    item, centre = arcs.items[arcs.item], arcs.centres[arcs.centre]
    is_site = arcs.centres < data.sites
    home = np.full(len(arcs.centres), -1, dtype=np.int64)
    home[is_site] = data.home[arcs.centres[is_site]]
    at_home = home[arcs.centre] == item
    first_open = len(item)
    column = np.where(at_home, first_open + arcs.centre, np.arange(len(item)))
    rows = _Rows()
    _serve_each_item(rows, arcs, column)
    _open_count(rows, arcs, is_site)
    _serve_from_open(rows, arcs, at_home)
    priced = _windows(rows, data, arcs, column)
    cost = np.where(at_home, 0.0, data.cost[centre, item])
    opening = np.zeros(len(arcs.centres))
    opening[is_site] = data.open_cost[arcs.centres[is_site]]
    np.add.at(opening, arcs.centre[at_home], data.cost[centre[at_home], item[at_home]])
    free = np.concatenate([np.where(at_home, 0.0, 1.0), np.ones(len(arcs.centres))])
    return SiteProgram(
        data=data,
        arcs=arcs,
        column=column,
        model=_model(rows, np.concatenate([cost, opening]), free, arcs, priced),
    )


def _serve_each_item(rows: _Rows, arcs: Arcs, column: Ints) -> None:
    """Send every item to exactly one centre."""
    once = np.ones(len(arcs.items))
    first = rows.add(once, once)
    rows.put(first + arcs.item, column, np.ones(len(arcs.item)))


def _open_count(rows: _Rows, arcs: Arcs, is_site: Bools) -> None:
    """Keep the number of sites opened between least and most."""
    first = rows.add(np.array([float(arcs.least)]), np.array([float(arcs.most)]))
    sites = len(arcs.item) + np.flatnonzero(is_site)
    rows.put(np.full(len(sites), first), sites, np.ones(len(sites)))


def _serve_from_open(rows: _Rows, arcs: Arcs, at_home: Bools) -> None:
    """Serve items from open centres only."""
    linked = np.flatnonzero(~at_home & ~arcs.must[arcs.centre])
    first = rows.add(np.full(len(linked), -np.inf), np.zeros(len(linked)))
    number = first + np.arange(len(linked))
    rows.put(number, linked, np.ones(len(linked)))
    rows.put(number, len(arcs.item) + arcs.centre[linked], -np.ones(len(linked)))


def _windows(rows: _Rows, data: SiteData, arcs: Arcs, column: Ints) -> list[float]:
    """Keep each window of each open centre; return the prices of the columns for misses."""
    item, centre = arcs.items[arcs.item], arcs.centres[arcs.centre]
    size = data.size[data.kind[centre], item]
    priced: list[float] = []
    free = len(arcs.item) + len(arcs.centres)
    for k in range(size.shape[1]):
        for limit, sign in ((data.upper, 1.0), (-data.lower, -1.0)):
            bounded = np.flatnonzero(np.isfinite(limit[arcs.centres, k]))
            number = np.full(len(arcs.centres), -1, dtype=np.int64)
            first = rows.add(np.full(len(bounded), -np.inf), np.zeros(len(bounded)))
            number[bounded] = first + np.arange(len(bounded))
            inside = number[arcs.centre] >= 0
            rows.put(number[arcs.centre[inside]], column[inside], sign * size[inside, k])
            rows.put(
                number[bounded],
                len(arcs.item) + bounded,
                -limit[arcs.centres[bounded], k],
            )
            if np.isfinite(data.miss_price[k]):
                misses = free + len(priced) + np.arange(len(bounded))
                rows.put(number[bounded], misses, -np.ones(len(bounded)))
                priced += [float(data.miss_price[k])] * len(bounded)
    return priced


def _model(rows: _Rows, cost: Floats, free: Floats, arcs: Arcs, priced: list[float]) -> LinearModel:
    """Join everything; entries of the same place are added up."""
    row, column = np.concatenate(rows.row), np.concatenate(rows.column)
    key = row * (len(cost) + len(priced)) + column
    unique, inverse = np.unique(key, return_inverse=True)
    lower = np.zeros(len(cost) + len(priced))
    lower[len(arcs.item) : len(cost)] = arcs.must
    return LinearModel(
        gain=-np.concatenate([cost, priced]),
        lower=lower,
        upper=np.concatenate([free, np.full(len(priced), np.inf)]),
        integer=np.arange(len(lower)) < len(cost),
        row_lower=np.concatenate(rows.lower),
        row_upper=np.concatenate(rows.upper),
        row=unique // len(lower),
        column=unique % len(lower),
        coefficient=np.bincount(inverse, np.concatenate(rows.coefficient)).astype(np.float64),
    )
