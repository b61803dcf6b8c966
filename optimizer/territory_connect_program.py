"""Prove district designs: the integer program of Hess et al. (1965) with separator cuts by rounds.

Contiguity is added where a solution lacks it: an item cut off from its district's home belongs
to the district only if some item of a separator does. Every round solves a relaxation of the true
problem, so its bound is proved, and so is that no design exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel, ModelBuilder
from optimizer.mathopt import Answer, Limits, Outcome, solve
from optimizer.territory_connect_graph import pieces
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_reach import separator
from optimizer.territory_problem import Floats, Ints

CLOSE = 1e-6
"""Relative distance at which bound and value count as one."""
BETTER = CLOSE / 2
"""Relative distance by which a proof looks for more: a proved value is then surely close."""

ALMOST = 0.95
"""Share of the seconds left that a round may take."""

Cut = tuple[int, int, tuple[int, ...]]
"""Column, item, separator: the item joins the column's district only with one of the set."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Hold what the rounds brought.

    `column` (G,) is the best connected design met (None: none better than the one given),
    `bound` the EUR no design undercuts (inf: proved that none is cheaper than the given one).
    """

    column: Ints | None
    bound: float
    finished: bool


@dataclass
class HessProgram:
    """State the program over open pairs (G, C) and the cuts found so far."""

    ground: Ground
    open_pairs: NDArray[np.bool_]
    cuts: list[Cut] = field(default_factory=list)
    window_rows: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Give every open pair its number."""
        self.item, self.column = np.nonzero(self.open_pairs)
        self.number = np.full(self.open_pairs.shape, -1, dtype=np.int64)
        self.number[self.item, self.column] = np.arange(len(self.item))

    def model(self, value: float) -> LinearModel:
        """Return the program with the cuts, for designs of at most `value` EUR."""
        build, ground = ModelBuilder(), self.ground
        self.window_rows = []
        cost = ground.cost[self.item, self.column]
        build.add_columns(len(self.item), gain=-cost, upper=1.0, integer=True)
        opened = build.add_columns(len(ground.home), gain=-ground.open_eur, upper=1.0, integer=True)
        # Rows 0 to G - 1 are the items', as `prices` expects.
        for item in range(ground.items):
            build.add_row([(x, 1.0) for x in self._of(self.number[item])], lower=1.0, upper=1.0)
        for column in range(len(ground.home)):
            self._add_column(build, column, int(opened[column]))
        sites = [(int(x), 1.0) for x in opened[ground.seats :]]
        build.add_row(sites, lower=ground.least, upper=ground.most)
        self._add_cuts(build)
        if np.isfinite(value):
            terms = [(x, c) for x, c in enumerate(cost.tolist())]
            terms += [(int(x), float(e)) for x, e in zip(opened, ground.open_eur, strict=True)]
            build.add_row(terms, upper=value)
        return build.freeze()

    def prices(self, limits: Limits) -> tuple[Floats, Floats] | None:
        """Return prices of items (G,) and windows (C, K) from the linear relaxation."""
        answer = solve(self.model(np.inf).relaxed(), limits)
        if answer.row_prices is None or answer.outcome is not Outcome.SOLVED:
            return None
        window = np.zeros(self.ground.lower.shape)
        for number, column, row in self.window_rows:
            window[column, row] -= answer.row_prices[number]
        return -answer.row_prices[: self.ground.items], window

    def _of(self, numbers: Ints) -> list[int]:
        return numbers[numbers >= 0].tolist()

    def _add_column(self, build: ModelBuilder, column: int, opened: int) -> None:
        """Tie pairs to the opening of their column, and keep its windows."""
        ground, numbers = self.ground, self.number[:, column]
        members = np.flatnonzero(numbers >= 0)
        home = int(ground.home[column])
        for item in members.tolist():
            lower = 0.0 if item == home else -1.0
            build.add_row([(int(numbers[item]), 1.0), (opened, -1.0)], lower=lower, upper=0.0)
        dead = home >= 0 and numbers[home] < 0
        if dead or column < ground.seats:
            build.add_row([(opened, 1.0)], lower=0.0 if dead else 1.0, upper=0.0 if dead else 1.0)
        size = ground.size_at(column)[members]
        for row in range(size.shape[1]):
            load = [(int(numbers[g]), float(s)) for g, s in zip(members, size[:, row], strict=True)]
            low, high = ground.lower[column, row], ground.upper[column, row]
            for limit, at_least in ((low, -1e-9), (high, -np.inf)):
                if np.isfinite(limit):
                    at_most = np.inf if at_least > -np.inf else 1e-9
                    row_number = build.add_row(
                        [*load, (opened, -limit)], lower=at_least, upper=at_most
                    )
                    self.window_rows.append((row_number, column, row))

    def _add_cuts(self, build: ModelBuilder) -> None:
        for column, item, crossing in self.cuts:
            numbers = self.number[list(crossing), column]
            terms = [(x, 1.0) for x in self._of(numbers)]
            build.add_row([*terms, (int(self.number[item, column]), -1.0)], lower=0.0)

    def add_rims(self) -> None:
        """Add what holds for every pair: an item comes with a neighbour, or is next to home."""
        graph = self.ground.merged
        for item, column in zip(self.item.tolist(), self.column.tolist(), strict=True):
            home = int(self.ground.home[column])
            around = graph.neighbour[graph.start[item] : graph.start[item + 1]]
            if home < 0 or item == home or home in around or graph.part[item] < 0:
                continue
            if graph.part[item] == graph.part[home]:
                self.cuts.append((column, item, tuple(around.tolist())))

    def missing(self, column_of: Ints) -> list[Cut]:
        """Return cuts that a design (G,) breaks; none when it is connected."""
        label, found = pieces(self.ground.merged, column_of), []
        for column in np.unique(column_of).tolist():
            found += self._missing_of(label, column_of, column)
        return found

    def _missing_of(self, label: Ints, column_of: Ints, column: int) -> list[Cut]:
        """Return what the pieces of one district break, for every home the district holds."""
        members, part = np.flatnonzero(column_of == column), self.ground.merged.part
        columns = np.flatnonzero(np.isin(self.ground.home, members))
        found: list[Cut] = []
        for at in columns.tolist() if self.ground.home[column] >= 0 else [column]:
            root = max(int(self.ground.home[at]), members[0] if at == column else -1)
            body = label == label[root]
            away = (label[members] != label[root]) & (part[members] == part[root])
            for item in members[away & (part[members] >= 0)].tolist():
                if self.number[item, at] >= 0:
                    crossing = separator(self.ground.merged, self.open_pairs[:, at], body, item)
                    found.append((at, item, tuple(crossing.tolist())))
        return found


def prove(
    program: HessProgram,
    value: float,
    *,
    seconds_left: Callable[[], float],
    stop: Callable[[], bool],
    seed: int,
) -> Proof:
    """Look for a connected design cheaper than `value` (inf: for any) until none is left.

    Cuts follow a solution that is not connected. What a round proves holds whatever its end.
    """
    best: Ints | None = None
    bound = -np.inf
    while not stop() and seconds_left() > 0:
        # A round that is broken off tells nothing: it is to end just before.
        limits = Limits(seconds=ALMOST * seconds_left(), seed=seed, cancelled=stop, gap=BETTER)
        margin = value - BETTER * abs(value) if np.isfinite(value) else value
        answer = solve(program.model(margin), limits)
        bound = max(bound, min(-answer.bound, margin))
        if answer.outcome is Outcome.INFEASIBLE:
            return Proof(column=best, bound=margin, finished=True)
        if answer.values is None:
            break
        column_of = _columns(program, answer)
        cuts = program.missing(column_of)
        if not cuts:
            best, value = column_of, design_eur(program.ground, column_of)
            if answer.outcome is Outcome.SOLVED:
                return Proof(column=best, bound=min(-answer.bound, value), finished=True)
        program.cuts += cuts
    return Proof(column=best, bound=min(bound, value), finished=False)


def _columns(program: HessProgram, answer: Answer) -> Ints:
    assert answer.values is not None
    chosen = np.flatnonzero(answer.values[: len(program.item)] > 0.5)
    column_of = np.full(program.ground.items, -1, dtype=np.int64)
    column_of[program.item[chosen]] = program.column[chosen]
    return column_of


def design_eur(ground: Ground, column_of: Ints) -> float:
    """Return EUR a year of a design (G,), sites opened included."""
    opened = np.unique(column_of)
    return float(
        ground.cost[np.arange(ground.items), column_of].sum() + ground.open_eur[opened].sum()
    )


def total_missed(ground: Ground, column_of: Ints) -> Floats:
    """Return (C,) by how much each open column's windows are missed, in mean windows."""
    missed = np.zeros(len(ground.home))
    for column in np.unique(column_of).tolist():
        load = ground.size_at(column)[column_of == column].sum(axis=0)
        out = np.maximum(ground.lower[column] - load, load - ground.upper[column])
        missed[column] = np.where(out >= 1e-7, out, 0.0).sum()
    return missed
