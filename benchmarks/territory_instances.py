"""Generate territory problems that look like a sales organisation; same seed, same problem."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints, TerritoryProblem

KM_PER_DEGREE = 111.2


def clustered_points(count: int, seed: int) -> Floats:
    """Return (count, 2) km: cities with Zipf populations, 18 % of the points in the country."""
    rng = np.random.default_rng([seed, 1])
    cities = int(20 + 1.5 * np.sqrt(count))
    centre = rng.uniform(0, 900, size=(cities, 2))
    weight = 1.0 / np.arange(1, cities + 1)
    city = rng.choice(cities, size=count, p=weight / weight.sum())
    spread = 6 + 60 * weight[city]
    points = centre[city] + rng.normal(size=(count, 2)) * spread[:, None]
    rural = rng.random(count) < 0.18
    points[rural] = rng.uniform(0, 900, size=(int(rural.sum()), 2))
    return points


def commune_points(count: int, seed: int, communes: Path) -> Floats:
    """Return (count, 2) km drawn from mainland communes with probability population ** 0.7."""
    with communes.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["zone"] == "metro" and row["lat"]]
    degrees = np.array([(float(row["lat"]), float(row["lon"])) for row in rows])
    weight = np.array([float(row["population_2023"] or 0) for row in rows]) ** 0.7
    rng = np.random.default_rng([seed, 1])
    degrees = degrees[rng.choice(len(rows), size=count, p=weight / weight.sum())]
    km = KM_PER_DEGREE * degrees * [1.0, np.cos(np.radians(46.5))]
    return km[:, ::-1] + rng.normal(scale=2.0, size=(count, 2))


def make_instance(
    units: int, seats: int, seed: int = 1, communes: Path | None = None
) -> TerritoryProblem:
    """Build U accounts and S reps with an outdated owner map, skewed potentials and locks.

    The biggest accounts hold about a third of a mean territory's potential; windows are +-10 %
    on workload and +-15 % on potential; a move costs a share of the account's potential.
    """
    rng = np.random.default_rng([seed, 2])
    points = commune_points(units, seed, communes) if communes else clustered_points(units, seed)
    potential = np.clip(rng.lognormal(9.0, 1.3, units), 1_500, None)
    potential = np.minimum(potential, 0.35 * potential.sum() / seats)
    hours = 4 + 0.35 * potential**0.45 * rng.uniform(0.8, 1.25, units)
    homes = _homes(points, hours, seats, rng)
    distance = np.linalg.norm(points[:, None] - homes[None], axis=2)
    visits = np.ceil(hours / 6)
    # A travelled km costs car and time; beyond 150 km a night adds to the visit.
    cost = visits[:, None] * (2 * 1.25 * distance * 0.95 + 110.0 * (distance > 150))
    current = _outdated_owners(points, homes, rng)
    cost[_not_served(units, seats, current, rng)] = np.inf
    fte = rng.choice([1.0, 0.8, 0.5], size=seats, p=[0.8, 0.15, 0.05])
    measures = np.column_stack([hours, potential])
    return TerritoryProblem(
        unit_ids=tuple(f"A{i:06d}" for i in range(units)),
        seat_ids=tuple(f"R{s:04d}" for s in range(seats)),
        measure_names=("workload_hours", "potential_eur"),
        measures=measures,
        targets=np.outer(fte / fte.sum(), measures.sum(axis=0)),
        tolerance=np.array([0.10, 0.15]),
        cost=cost,
        current_seat=current,
        move_cost=0.02 * potential * rng.uniform(0.2, 1.0, units),
        locked=(current >= 0) & (rng.random(units) < 0.02),
        group=_families(units, rng),
    )


def _homes(points: Floats, hours: Floats, seats: int, rng: np.random.Generator) -> Floats:
    """Place reps where the work is: halve the work again and again, then move home by noise."""
    cells = [np.arange(len(points))]
    while len(cells) < seats:
        cells.sort(key=lambda cell: -hours[cell].sum())
        cell = cells.pop(0)
        axis = int(np.argmax(points[cell].std(axis=0)))
        order = cell[np.argsort(points[cell, axis], kind="stable")]
        cut = int(np.searchsorted(np.cumsum(hours[order]), hours[order].sum() / 2))
        cut = min(max(cut, 1), len(order) - 1)
        cells += [order[:cut], order[cut:]]
    middle = np.array([points[cell].mean(axis=0) for cell in cells])
    return middle + rng.normal(scale=18.0, size=middle.shape)


def _outdated_owners(points: Floats, homes: Floats, rng: np.random.Generator) -> Ints:
    """Give accounts to the nearest of yesterday's homes; 5 % have no owner any more."""
    moved = rng.random(len(homes)) < 0.12
    old = homes + rng.normal(scale=25.0, size=homes.shape)
    old[moved] = points[rng.choice(len(points), size=int(moved.sum()))]
    owner = np.linalg.norm(points[:, None] - old[None], axis=2).argmin(axis=1)
    owner[rng.random(len(points)) < 0.05] = -1
    return owner.astype(np.int64)


def _not_served(
    units: int, seats: int, current: Ints, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return (U, S) True where a rep lacks the skill; today's owner always has it."""
    needs_skill = rng.random(units) < 0.15
    unskilled = rng.random(seats) < 0.35
    unskilled[:2] = False
    lacks = needs_skill[:, None] & unskilled[None]
    owned = np.flatnonzero(current >= 0)
    lacks[owned, current[owned]] = False
    return lacks


def _families(units: int, rng: np.random.Generator) -> Ints:
    """Return (U,) group numbers: 1 % of the accounts form pairs of neighbours in the list."""
    group = np.full(units, -1, dtype=np.int64)
    heads = rng.choice(units - 1, size=units // 100, replace=False)
    for number, head in enumerate(np.sort(heads)):
        group[head : head + 2] = number
    return group
