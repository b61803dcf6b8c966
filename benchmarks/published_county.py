"""Read county districting instances and solve them as territories with free seats.

File: comment lines with `#`; `n k L U`; n rows `id population name`; m; m edges; n rows of n
distances in km. Each of k districts has L to U inhabitants and, if asked, is connected; least
sum of population x km^2 / 1e6 to the districts' centres (Hess and others, 1965; Validi,
Buchanan and Lykhovyd, 2022). A file `XX_nn.population` replaces the populations of `../XX.txt`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.best_known import find_best, find_table, names_of
from benchmarks.published import (
    Case,
    Evaluation,
    InstanceError,
    Numbers,
    districts,
    is_connected,
    neighbours,
    read_text,
    words_of,
)
from benchmarks.published_vacant import centre_of_each, centres_problem
from optimizer.territory_problem import Floats, Ints, TerritoryProblem

PERTURBED = ".population"
DEVIATION = 0.005
"""Largest relative deviation of a district's population from the k-th part."""
SCALE = 1e6


@dataclass(frozen=True, kw_only=True)
class Counties:
    """Hold n counties: population (n,), edges (m, 2), distance (n, n) km, k districts, L, U."""

    population: Floats
    edges: Ints
    distance_km: Floats
    districts: int
    least: float
    most: float

    def cost(self) -> Floats:
        """Return (n, n) population x km^2 / 1e6 of giving county i to centre j."""
        return self.population[:, None] * self.distance_km**2 / SCALE


def read_counties(path: Path) -> Counties:
    """Read one instance, or one with replaced populations.

    Raises
    ------
    InstanceError
        When a file is not what its head says.
    """
    if path.name.endswith(PERTURBED):
        return _perturbed(path)
    text = read_text(path)
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    head = Numbers(path, lines[0] if lines else "0")
    count, parts = head.count("number of counties"), head.count("number of districts")
    least, most = (float(limit) for limit in head.block(2, "L and U", least=0.0))
    head.end()
    if parts > count or least > most:
        raise InstanceError(path, f"{parts} districts of {count} counties, L {least}, U {most}")
    rest = Numbers(path, _without_names(path, lines, count))
    named = rest.integers(2 * count, "counties", 0, 10**12).reshape(count, 2)
    if (named[:, 0] != np.arange(count)).any():
        raise InstanceError(path, "counties are not numbered 0, 1, 2, ... in this order")
    edges = rest.count("number of edges", least=0)
    pairs = rest.integers(2 * edges, "edges", 0, count - 1).reshape(edges, 2)
    distance = rest.block(count * count, "distances", least=0.0).reshape(count, count)
    rest.end()
    return Counties(
        population=named[:, 1].astype(np.float64),
        edges=pairs,
        distance_km=distance,
        districts=parts,
        least=least,
        most=most,
    )


def _without_names(path: Path, lines: list[str], count: int) -> str:
    """Return all below the head as numbers: names of counties may be any words."""
    if len(lines) <= count:
        raise InstanceError(path, f"{count} counties announced, {len(lines) - 1} lines follow")
    counties = (" ".join(line.split()[:2]) for line in lines[1 : count + 1])
    return "\n".join([*counties, *lines[count + 1 :]])


def _perturbed(path: Path) -> Counties:
    state = path.name.split("_")[0]
    base = read_counties(path.absolute().parent.parent / f"{state}.txt")
    numbers = Numbers(path, read_text(path))
    people = numbers.integers(len(base.population), "populations", 0, 10**12).astype(np.float64)
    numbers.end()
    part = people.sum() / base.districts
    return replace(
        base,
        population=people,
        least=float(math.ceil((1 - DEVIATION) * part)),
        most=float(math.floor((1 + DEVIATION) * part)),
    )


def counties_problem(counties: Counties, connected: bool = True) -> TerritoryProblem:
    """Return the territory problem: k vacant seats with the same window at every site."""
    count = len(counties.population)
    window = (np.full((count, 1), counties.least), np.full((count, 1), counties.most))
    return centres_problem(
        counties.cost(),
        counties.population[:, None],
        ("population",),
        window,
        counties.districts,
        counties.edges if connected else None,
    )


def evaluate_counties(counties: Counties, connected: bool, answer: Ints) -> Evaluation:
    """Add up the costs to each district's best centre and name what is broken."""
    count = len(counties.population)
    if len(answer) != count or (answer < 0).any():
        return Evaluation(value=0.0, broken=("not every county has a district",))
    broken, value = [], 0.0
    parts = list(districts(answer))
    if len(parts) != counties.districts:
        broken.append(f"{len(parts)} districts, {counties.districts} asked for")
    cost, beside = counties.cost(), neighbours(count, counties.edges)
    for number, members in parts:
        value += float(cost[np.ix_(members, members)].sum(axis=0).min())
        people = counties.population[members].sum()
        if not counties.least <= people <= counties.most:
            broken.append(f"district {number} has {people:.0f} inhabitants")
        if connected and not is_connected(members, beside):
            broken.append(f"district {number} is not connected")
    return Evaluation(value=value, broken=tuple(broken))


def counties_case(path: Path, table: Path | None = None, connected: bool = True) -> Case:
    """Read one instance with its best known value."""
    counties = read_counties(path)
    wanted = {"objective": "sum pop", "contiguity": "yes" if connected else "no"}
    best = find_best(find_table(path, table), path, wanted)
    return Case(
        name=best.row["instance"] if best else names_of(path)[1],
        path=path,
        sense="min",
        problem=partial(counties_problem, counties, connected),
        answer=centre_of_each,
        evaluate=partial(evaluate_counties, counties, connected),
        text=words_of,
        best=best,
        notes=() if connected else ("districts need not be connected",),
    )
