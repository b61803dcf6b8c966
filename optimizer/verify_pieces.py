"""Check that territories hang together, and count what lies away from the rest (T20)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from optimizer.territory_problem import Ints
from optimizer.verify import Violation
from optimizer.verify_territory_facts import Facts, violation


def check_contiguity(facts: Facts) -> Iterator[Violation]:
    """T20: a seat's units in one connected part of the graph are one piece, if that is required.

    Pieces too many pass when as many are declared as `not_connected`.
    """
    if facts.problem.contiguity != "required" or not len(facts.served):
        return
    seat, _ = _pieces(facts)[0].T
    pieces = np.bincount(seat, minlength=facts.seats)
    parts = np.bincount(_held_parts(facts)[:, 0], minlength=facts.seats)
    for s in np.flatnonzero(pieces > parts).tolist():
        subject, too_many = facts.seat_name(s), int(pieces[s] - parts[s])
        if too_many <= facts.declared.get(("not_connected", subject), 0.0):
            continue
        message = f"Its territory falls into {too_many} pieces too many."
        yield violation("contiguity", subject, pieces[s], parts[s], message)


def stray_units(facts: Facts) -> int:
    """Return how many units lie away from their seat's largest piece, part by part."""
    if not len(facts.served):
        return 0
    pieces, sizes = _pieces(facts)
    seat = pieces[:, 0]
    part = _parts(facts)[pieces[:, 1]]
    group = np.unique(np.column_stack([seat, part]), axis=0, return_inverse=True)[1].ravel()
    largest = np.zeros(int(group.max()) + 1, dtype=np.int64)
    np.maximum.at(largest, group, sizes)
    return int(sizes.sum() - largest.sum())


def _pieces(facts: Facts) -> tuple[Ints, Ints]:
    """Return seat and first unit of each piece, (N, 2), and its number of units, (N,)."""
    edges, seat = facts.problem.edges, facts.plan.seat
    together = seat[edges[:, 0]] == seat[edges[:, 1]]
    label = _components(edges[together], len(seat))[facts.served]
    _, first, sizes = np.unique(label, return_index=True, return_counts=True)
    units = facts.served[first]
    return np.column_stack([seat[units], units]), sizes


def _held_parts(facts: Facts) -> Ints:
    """Return the pairs of seat and part of the graph in which it holds units, (N, 2)."""
    pairs = np.column_stack([facts.plan.seat[facts.served], _parts(facts)[facts.served]])
    return np.unique(pairs, axis=0)


def _parts(facts: Facts) -> Ints:
    return _components(facts.problem.edges, len(facts.plan.seat))


def _components(edges: Ints, units: int) -> Ints:
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(units, units))
    return connected_components(graph, directed=False)[1].astype(np.int64)
