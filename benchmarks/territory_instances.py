"""Generate territory problems that look like a sales organisation; same seed, same problem."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from optimizer.territory_costs import DistanceCosts
from optimizer.territory_problem import Floats, Ints, TerritoryProblem

KM_PER_DEGREE = 111.2
TOLERANCE = (0.05, 0.10)
KIND_SHARES = (0.85, 0.10, 0.05)
"""Share of accounts that need no skill, a common one, a rare one."""
SKILLED_SHARES = (1.0, 0.65, 0.40)
"""Share of reps that have it."""


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
    units: int,
    seats: int,
    seed: int = 1,
    communes: Path | None = None,
    tolerance: tuple[float, float] = TOLERANCE,
) -> TerritoryProblem:
    """Build U accounts and S reps with an outdated owner map, skewed potentials and locks.

    Accounts need no skill, a common or a rare one; 12 % of the reps are new and 5 % of the
    accounts have no owner; 2 % are locked. A move costs a share of the account's potential.
    Nothing is held for every pair of account and rep.
    """
    points = commune_points(units, seed, communes) if communes else clustered_points(units, seed)
    rng = np.random.default_rng([seed, 3])
    potential = np.clip(rng.lognormal(9.0, 1.1, units), 1_500, None)
    return problem_on_points(points, potential, seats, rng, tolerance)


def problem_on_points(
    points: Floats,
    potential: Floats,
    seats: int,
    rng: np.random.Generator,
    tolerance: tuple[float, float] = TOLERANCE,
    most: float = 0.30,
) -> TerritoryProblem:
    """Return the problem of accounts at (U, D) km with potentials (U,) EUR; D is 2 or 3.

    Potentials are cut at `most` mean territories.
    """
    units = len(points)
    potential = np.minimum(potential, most * potential.sum() / seats)
    hours = _workload(potential, rng)
    homes = _homes(points, hours, seats, rng)
    kind = rng.choice(len(KIND_SHARES), size=units, p=KIND_SHARES)
    serves = rng.random((len(SKILLED_SHARES), seats)) < np.array(SKILLED_SHARES)[:, None]
    serves[:, :2] = True
    current = _skilled_owners(points, homes, kind, serves, rng)
    fte = _fte(seats, rng)
    measures = np.column_stack([hours, potential])
    return TerritoryProblem(
        unit_ids=tuple(f"A{i:07d}" for i in range(units)),
        seat_ids=tuple(f"R{s:04d}" for s in range(seats)),
        measure_names=("workload_hours", "potential_eur"),
        measures=measures,
        targets=np.outer(fte / fte.sum(), measures.sum(axis=0)),
        tolerance=np.array(tolerance),
        cost=DistanceCosts(
            unit_km=points,
            seat_km=homes,
            eur_per_km=np.ceil(hours / 6) * 2 * 1.25 * 0.95,
            kind=kind,
            serves=serves,
        ),
        current_seat=current,
        move_cost=0.02 * potential * rng.uniform(0.2, 1.0, units),
        locked=(current >= 0) & (rng.random(units) < 0.02),
        group=_families(units, rng),
    )


def free_of_rules(problem: TerritoryProblem) -> TerritoryProblem:
    """Return the problem with every rep able to serve all, nothing locked, no families."""
    cost = problem.cost
    assert isinstance(cost, DistanceCosts)
    return replace(
        problem,
        cost=replace(cost, serves=np.ones_like(cost.serves)),
        locked=np.zeros_like(problem.locked),
        group=np.full_like(problem.group, -1),
    )


def _workload(potential: Floats, rng: np.random.Generator) -> Floats:
    """Return (U,) hours a year: less than in proportion to the potential."""
    return np.asarray(4 + 0.35 * potential**0.45 * rng.uniform(0.8, 1.25, len(potential)))


def _fte(seats: int, rng: np.random.Generator) -> Floats:
    return rng.choice([1.0, 0.8, 0.5], size=seats, p=[0.8, 0.15, 0.05])


def _homes(points: Floats, hours: Floats, seats: int, rng: np.random.Generator) -> Floats:
    """Place reps where the work is: halve the work again and again, then move home by noise."""
    cells = [(hours.sum(), np.arange(len(points)))]
    while len(cells) < seats:
        cells.sort(key=lambda cell: -cell[0])
        _, cell = cells.pop(0)
        axis = int(np.argmax(points[cell].std(axis=0)))
        order = cell[np.argsort(points[cell, axis], kind="stable")]
        cut = int(np.searchsorted(np.cumsum(hours[order]), hours[order].sum() / 2))
        cut = min(max(cut, 1), len(order) - 1)
        cells += [(hours[part].sum(), part) for part in (order[:cut], order[cut:])]
    middle = np.array([points[cell].mean(axis=0) for _, cell in cells])
    return middle + rng.normal(scale=18.0, size=middle.shape)


def _yesterdays_homes(points: Floats, homes: Floats, rng: np.random.Generator) -> Floats:
    """Return (S, D) km: 12 % of the reps are new and took over an account list elsewhere."""
    moved = rng.random(len(homes)) < 0.12
    old = homes + rng.normal(scale=25.0, size=homes.shape)
    old[moved] = points[rng.choice(len(points), size=int(moved.sum()))]
    return old


def _skilled_owners(
    points: Floats,
    homes: Floats,
    kind: Ints,
    serves: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Ints:
    """Give accounts to the nearest of yesterday's homes with the skill; 5 % have no owner."""
    old = _yesterdays_homes(points, homes, rng)
    owner = np.full(len(points), -1, dtype=np.int64)
    for number, skilled in enumerate(serves):
        able, asked = np.flatnonzero(skilled), np.flatnonzero(kind == number)
        owner[asked] = able[KDTree(old[able]).query(points[asked])[1]]
    owner[rng.random(len(points)) < 0.05] = -1
    return owner


def _families(units: int, rng: np.random.Generator) -> Ints:
    """Return (U,) group numbers: 1 % of the accounts form pairs of neighbours in the list."""
    group = np.full(units, -1, dtype=np.int64)
    heads = rng.choice(units - 1, size=units // 100, replace=False)
    for number, head in enumerate(np.sort(heads)):
        group[head : head + 2] = number
    return group
