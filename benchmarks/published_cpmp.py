"""Read capacitated p-median instances and solve them as territories with free seats.

File: `n p`, then n rows `x y Q q`: coordinates, capacity as a median, demand. A median serves
itself. Distances are Euclidean, rounded down, or a matrix file beside the instance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.best_known import find_best, find_table, names_of
from benchmarks.published import (
    MOST_POINTS,
    Case,
    Evaluation,
    InstanceError,
    Numbers,
    districts,
    read_text,
    words_of,
)
from benchmarks.published_vacant import centre_of_each, centres_problem
from optimizer.territory_problem import Floats, Ints, TerritoryProblem

EUCLIDEAN = "euclid"
FLOORED = "floor"
MATRIX = "matrix"
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Medians:
    """Hold n points: `at` (n, 2), capacity and demand (n,), p medians, distances (n, n) or None.

    Where `matrix` is None distances are Euclidean, rounded down when `floored`.
    """

    at: Floats
    capacity: Floats
    demand: Floats
    medians: int
    floored: bool = False
    matrix: Floats | None = None

    def distance(self) -> Floats:
        """Return (n, n)."""
        point = np.arange(len(self.demand))
        return self.between(point[:, None], point[None, :])

    def is_integral(self) -> bool:
        """Say whether all distances are integers by their kind."""
        if self.matrix is None:
            return self.floored
        return bool((self.matrix == np.rint(self.matrix)).all())

    def between(self, one: Ints, other: Ints) -> Floats:
        """Return the distances of pairs of points."""
        if self.matrix is not None:
            return self.matrix[one, other]
        apart = self.at[one] - self.at[other]
        distance = np.sqrt((apart * apart).sum(axis=-1))
        return np.floor(distance) if self.floored else distance


def read_medians(path: Path, distance: str = EUCLIDEAN) -> Medians:
    """Read one instance; `distance` is "euclid...", "floor..." or "matrix NAME".

    Raises
    ------
    InstanceError
        When the file or its matrix is not what its head says.
    """
    numbers = Numbers(path, read_text(path))
    points = numbers.count("number of points", most=MOST_POINTS)
    medians = numbers.count("number of medians")
    rows = numbers.block(4 * points, "points").reshape(points, 4)
    numbers.end()
    if medians > points:
        raise InstanceError(path, f"{medians} medians among {points} points")
    if (rows[:, 2:] < 0).any():
        raise InstanceError(path, "a capacity or a demand is below 0")
    if not distance.startswith((EUCLIDEAN, FLOORED, MATRIX)):
        raise InstanceError(path, f"unknown kind of distance '{distance[:40]}'")
    return Medians(
        at=rows[:, :2],
        capacity=rows[:, 2],
        demand=rows[:, 3],
        medians=medians,
        floored=distance.startswith(FLOORED),
        matrix=_matrix(path, distance, points) if distance.startswith(MATRIX) else None,
    )


def _matrix(path: Path, distance: str, points: int) -> Floats:
    """Read the matrix named, which lies beside the instance, plain or packed."""
    name = Path(distance.removeprefix(MATRIX).strip()).name
    files = [path.parent / name, path.parent / f"{name}.gz"]
    found = next((file for file in files if file.is_file()), None)
    if not name or found is None:
        raise InstanceError(path, f"its matrix of distances '{name[:40]}' is not beside it")
    numbers = Numbers(found, read_text(found))
    matrix = numbers.block(points * points, "distances", least=0.0).reshape(points, points)
    numbers.end()
    return matrix


def medians_problem(medians: Medians) -> TerritoryProblem:
    """Return the territory problem: p vacant seats, each with the capacity of its site."""
    upper = medians.capacity[:, None]
    return centres_problem(
        medians.distance(),
        medians.demand[:, None],
        ("demand",),
        (np.full_like(upper, -np.inf), upper),
        medians.medians,
    )


def evaluate_medians(medians: Medians, answer: Ints) -> Evaluation:
    """Add up distances to medians and name what is broken: number, capacity, self-service."""
    points = len(medians.demand)
    if len(answer) != points or ((answer < 0) | (answer >= points)).any():
        return Evaluation(value=0.0, broken=("not every point has a median",))
    broken = []
    used = np.unique(answer)
    if len(used) != medians.medians:
        broken.append(f"{len(used)} medians, {medians.medians} asked for")
    for median, members in districts(answer):
        load, most = medians.demand[members].sum(), medians.capacity[median]
        if load > most + ROUNDING * max(1.0, most):
            broken.append(f"median {median} carries {load:g} of {most:g}")
        if answer[median] != median:
            broken.append(f"median {median} is served from {answer[median]}")
    value = float(medians.between(np.arange(points), answer).sum())
    return Evaluation(value=value, broken=tuple(broken))


def medians_case(path: Path, table: Path | None = None, distance: str | None = None) -> Case:
    """Read one instance with its best known value; the table says how distances are meant."""
    best = find_best(find_table(path, table), path, {})
    kind = distance or (best.row.get("distance") if best else None) or EUCLIDEAN
    medians = read_medians(path, kind)
    return Case(
        name=best.row["instance"] if best else names_of(path)[1],
        path=path,
        sense="min",
        problem=partial(medians_problem, medians),
        answer=centre_of_each,
        evaluate=partial(evaluate_medians, medians),
        text=words_of,
        best=best,
        integral=medians.is_integral(),
        notes=(f"distances: {kind}",),
    )
