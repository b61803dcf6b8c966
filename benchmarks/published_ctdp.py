"""Read commercial territory design instances and solve them as territories with free seats.

File: `n m p tau`, n rows `id x y w1 w2 w3`, m edges of ids. Each of p districts is connected and
has every activity within tau of its p-th part; least sum of distances to the districts' centres
(Rios-Mercado and Fernandez, 2009).
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
    is_connected,
    neighbours,
    read_text,
)
from benchmarks.published_vacant import centre_of_each, centres_problem
from optimizer.territory_problem import Floats, Ints, TerritoryProblem

ACTIVITIES = ("activity_1", "activity_2", "activity_3")
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Design:
    """Hold n nodes: ids (n,), `at` (n, 2), weights (n, 3), edges (m, 2) by position, p, tau."""

    ids: Ints
    at: Floats
    weights: Floats
    edges: Ints
    districts: int
    tolerance: float

    def distance(self) -> Floats:
        """Return (n, n)."""
        across, along = (self.at[:, None, d] - self.at[None, :, d] for d in (0, 1))
        return np.hypot(across, along)

    def window(self) -> tuple[Floats, Floats]:
        """Return the least and the most (3,) a district carries of each activity."""
        share = self.weights.sum(axis=0) / self.districts
        return share * (1 - self.tolerance), share * (1 + self.tolerance)


def read_design(path: Path) -> Design:
    """Read one instance.

    Raises
    ------
    InstanceError
        When the file is not what its head says, ids repeat, or an edge names no node.
    """
    numbers = Numbers(path, read_text(path))
    nodes = numbers.count("number of nodes", most=MOST_POINTS)
    edges = numbers.count("number of edges", least=0)
    parts, tolerance = numbers.count("number of districts"), float(numbers.block(1, "tau", 0.0)[0])
    rows = numbers.block(6 * nodes, "nodes").reshape(nodes, 6)
    pairs = numbers.integers(2 * edges, "edges", -(10**15), 10**15).reshape(edges, 2)
    numbers.end()
    if parts > nodes:
        raise InstanceError(path, f"{parts} districts of {nodes} nodes")
    if (rows[:, 3:] < 0).any():
        raise InstanceError(path, "an activity is below 0")
    ids = rows[:, 0].astype(np.int64)
    if (ids != rows[:, 0]).any() or len(np.unique(ids)) < nodes:
        raise InstanceError(path, "ids of nodes are not distinct integers")
    return Design(
        ids=ids,
        at=rows[:, 1:3],
        weights=rows[:, 3:],
        edges=_positions(path, ids, pairs),
        districts=parts,
        tolerance=tolerance,
    )


def _positions(path: Path, ids: Ints, pairs: Ints) -> Ints:
    """Return edges by position of their nodes."""
    order = np.argsort(ids, kind="stable")
    at = np.minimum(np.searchsorted(ids[order], pairs), len(ids) - 1)
    positions = order[at]
    unknown = pairs[ids[positions] != pairs]
    if len(unknown):
        raise InstanceError(path, f"an edge names node {unknown[0]}, which is not there")
    if (positions[:, 0] == positions[:, 1]).any():
        raise InstanceError(path, "an edge leads from a node to itself")
    return positions


def design_problem(design: Design) -> TerritoryProblem:
    """Return the territory problem: p vacant seats, connected, one window for all sites."""
    nodes = len(design.ids)
    lower, upper = design.window()
    return centres_problem(
        design.distance(),
        design.weights,
        ACTIVITIES,
        (np.tile(lower, (nodes, 1)), np.tile(upper, (nodes, 1))),
        design.districts,
        design.edges,
    )


def evaluate_design(design: Design, answer: Ints) -> Evaluation:
    """Add up distances to each district's best centre and name what is broken."""
    nodes = len(design.ids)
    if len(answer) != nodes or (answer < 0).any():
        return Evaluation(value=0.0, broken=("not every node has a district",))
    broken, value = [], 0.0
    parts = list(districts(answer))
    if len(parts) != design.districts:
        broken.append(f"{len(parts)} districts, {design.districts} asked for")
    lower, upper = design.window()
    beside = neighbours(nodes, design.edges)
    distance = design.distance()
    for number, members in parts:
        value += float(distance[np.ix_(members, members)].sum(axis=0).min())
        load = design.weights[members].sum(axis=0)
        slack = ROUNDING * design.tolerance * upper
        outside = (load < lower - slack) | (load > upper + slack)
        broken += [f"district {number}: {ACTIVITIES[k]}" for k in np.flatnonzero(outside).tolist()]
        if not is_connected(members, beside):
            broken.append(f"district {number} is not connected")
    return Evaluation(value=value, broken=tuple(broken))


def design_text(design: Design, answer: Ints) -> str:
    """Return one district a line, `centre: nodes`, in the file's own ids."""
    lines = []
    distance = design.distance()
    for _, members in districts(answer):
        best = int(np.argmin(distance[np.ix_(members, members)].sum(axis=0)))
        nodes = " ".join(str(node) for node in design.ids[members].tolist())
        lines.append(f"{design.ids[members[best]]}: {nodes}\n")
    return "".join(lines)


def design_case(path: Path, table: Path | None = None) -> Case:
    """Read one instance with its best known value."""
    design = read_design(path)
    best = find_best(find_table(path, table), path, {})
    return Case(
        name=best.row["instance"] if best else names_of(path)[1],
        path=path,
        sense="min",
        problem=partial(design_problem, design),
        answer=centre_of_each,
        evaluate=partial(evaluate_design, design),
        text=partial(design_text, design),
        best=best,
    )
