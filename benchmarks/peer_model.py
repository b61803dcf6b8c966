"""State a territory problem as one direct integer program, for solvers to compare with.

Shares no code with the project's own territory solver. Contiguity and the limits of seats are
left out, what may be missed at a price is kept: the model says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.peer_pairs import Pairs, eligible_pairs, first_members, joined
from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem


@dataclass(frozen=True, kw_only=True)
class PeerModel:
    """Hold C binary columns and R rows; least `cost`.

    The first columns are pairs of unit and place (seats first, then sites), the others say
    whether a site is opened.

    Attributes
    ----------
    unit, place
        (P,) the ends of each pair; members of a group share the column of their first member.
    head
        (U,) first member of each unit's group, itself when alone.
    cost
        (C,) EUR a year.
    row, column, coefficient
        (N,) the matrix, sorted by row and column.
    lower, upper
        (R,) limits of the rows.
    seats
        Number of seats with a home; places from there on are sites.
    complete
        Whether every eligible pair is there.
    left_out, stricter
        Rules of the problem the model does not state, and those it keeps at any price.
    """

    unit: Ints
    place: Ints
    head: Ints
    cost: Floats
    row: Ints
    column: Ints
    coefficient: Floats
    lower: Floats
    upper: Floats
    seats: int
    complete: bool
    left_out: tuple[str, ...]
    stricter: tuple[str, ...]

    @property
    def proves(self) -> bool:
        """Say whether what no plan of the model reaches, no plan of the problem does."""
        return self.complete and not self.stricter

    def plan(self, values: Floats) -> TerritoryPlan:
        """Return the plan of a solution (C,)."""
        units, pairs = len(self.head), len(self.unit)
        place = np.full(units, -1, dtype=np.int64)
        taken = np.flatnonzero(values[:pairs] > 0.5)
        place[self.unit[taken]] = self.place[taken]
        place = place[self.head]
        opened = np.flatnonzero(values[pairs:] > 0.5)
        seat_of = np.concatenate([np.arange(self.seats), np.full(len(values) - pairs, -1)])
        seat_of[self.seats + opened] = self.seats + np.arange(len(opened))
        return TerritoryPlan(
            seat=np.append(seat_of, -1)[place].astype(np.int64),
            runner_up=np.full(units, -1, dtype=np.int64),
            runner_up_extra_eur=np.zeros(units),
            window_price=np.zeros((self.seats, 1)),
            site=opened.astype(np.int64),
        )


class _Rows:
    """Collect rows in parts."""

    def __init__(self) -> None:
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.coefficient: list[Floats] = []
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self._count = 0

    def add(
        self, row: Ints, column: Ints, coefficient: Floats, lower: Floats, upper: Floats
    ) -> None:
        """Add len(lower) rows; `row` counts from 0 within them."""
        self.row.append(row + self._count)
        self.column.append(column)
        self.coefficient.append(coefficient)
        self.lower.append(lower)
        self.upper.append(upper)
        self._count += len(lower)


def peer_model(problem: TerritoryProblem, nearest: int | None = None) -> PeerModel:
    """Return the program over all eligible pairs, or the `nearest` cheapest of each unit.

    Today's seat always takes part. Units that no place may serve are left out.
    """
    pairs = eligible_pairs(problem, nearest)
    head = first_members(problem.group)
    unit, place, cost, first = joined(pairs, head)
    sites = len(problem.vacant.site_ids) if problem.vacant else 0
    rows = _Rows()
    _one_place(rows, unit)
    for kind in range(len(problem.measure_names)):
        _window(rows, problem, pairs, first, place, kind, len(unit))
    _moves(rows, problem, pairs, first)
    if problem.vacant:
        _sites(rows, problem, unit, place)
    column, row = np.concatenate(rows.column), np.concatenate(rows.row)
    coefficient = np.concatenate(rows.coefficient)
    order = np.lexsort((column, row))
    opened = problem.vacant.open_cost if problem.vacant else np.zeros(0)
    return PeerModel(
        unit=unit,
        place=place,
        head=head,
        cost=np.concatenate([cost, opened]) if sites else cost,
        row=row[order],
        column=column[order],
        coefficient=coefficient[order],
        lower=np.concatenate(rows.lower),
        upper=np.concatenate(rows.upper),
        seats=len(problem.seat_ids),
        complete=pairs.complete,
        left_out=_left_out(problem),
        stricter=_stricter(problem),
    )


def _one_place(rows: _Rows, unit: Ints) -> None:
    _, row = np.unique(unit, return_inverse=True)
    one = np.ones(int(row.max(initial=-1)) + 1)
    rows.add(row, np.arange(len(unit)), np.ones(len(unit)), one, one)


def _window(
    rows: _Rows,
    problem: TerritoryProblem,
    pairs: Pairs,
    first: Ints,
    place: Ints,
    kind: int,
    columns: int,
) -> None:
    """Keep each place's load of one measure between its limits; a closed site carries nothing."""
    seats = len(problem.seat_ids)
    used = np.flatnonzero(first >= 0)
    unit, at = pairs.unit[used], pairs.place[used]
    size = problem.measures[unit, kind].copy()
    if problem.seat_measures is not None:
        fixed = at < seats
        size[fixed] = problem.seat_measures[unit[fixed], at[fixed], kind]
    size = np.bincount(first[used], weights=size, minlength=columns).astype(np.float64)
    lower, upper = (limit[:, kind] for limit in problem.windows())
    held = np.flatnonzero(place < seats)
    rows.add(place[held], held, size[held], lower, upper)
    if problem.vacant:
        vacant = np.flatnonzero(place >= seats)
        row, site = place[vacant] - seats, np.arange(len(problem.vacant.site_ids))
        for limits, sign in ((problem.vacant.upper, 1.0), (problem.vacant.lower, -1.0)):
            bounded = np.isfinite(limits[:, kind])
            number = np.cumsum(bounded) - 1
            here = bounded[row]
            rows.add(
                np.concatenate([number[row[here]], number[bounded]]),
                np.concatenate([vacant[here], columns + site[bounded]]),
                np.concatenate([sign * size[vacant[here]], -sign * limits[bounded, kind]]),
                np.full(int(bounded.sum()), -np.inf),
                np.zeros(int(bounded.sum())),
            )


def _moves(rows: _Rows, problem: TerritoryProblem, pairs: Pairs, first: Ints) -> None:
    owned = problem.current_seat >= 0
    if problem.max_moved_share >= 1.0 or not owned.any():
        return
    most = math.floor(problem.max_moved_share * int(owned.sum()) + 1e-9)
    moved = owned[pairs.unit] & (pairs.place != problem.current_seat[pairs.unit]) & (first >= 0)
    column, count = np.unique(first[moved], return_counts=True)
    limit = np.array([float(most)])
    weight = count.astype(np.float64)
    rows.add(np.zeros(len(column), dtype=np.int64), column, weight, np.array([-np.inf]), limit)


def _sites(rows: _Rows, problem: TerritoryProblem, unit: Ints, place: Ints) -> None:
    """Serve from opened sites only, open as many as asked for, and keep residents at home."""
    vacant, seats = problem.vacant, len(problem.seat_ids)
    assert vacant is not None
    columns, sites = len(unit), len(vacant.site_ids)
    at = np.flatnonzero(place >= seats)
    link, site = np.arange(len(at)), columns + place[at] - seats
    at_home = vacant.home_unit[place[at] - seats] == unit[at]
    rows.add(
        np.concatenate([link, link]),
        np.concatenate([at, site]),
        np.concatenate([np.ones(len(at)), -np.ones(len(at))]),
        np.where(at_home, 0.0, -np.inf),
        np.zeros(len(at)),
    )
    rows.add(
        np.zeros(sites, dtype=np.int64),
        columns + np.arange(sites),
        np.ones(sites),
        np.array([float(vacant.least)]),
        np.array([float(vacant.most)]),
    )


def _left_out(problem: TerritoryProblem) -> tuple[str, ...]:
    limits = problem.limits
    left = {
        "contiguity": problem.contiguity != "off",
        "limits of seats": any(getattr(limits, name).size for name in vars(limits)),
    }
    return tuple(name for name, is_there in left.items() if is_there)


def _stricter(problem: TerritoryProblem) -> tuple[str, ...]:
    kept = {
        "windows that may be missed at a price": bool(np.isfinite(problem.miss_price).any()),
        "service of units that may be left out at a price": bool(
            np.isfinite(problem.unserved_price).any()
        ),
    }
    return tuple(name for name, is_there in kept.items() if is_there)
