"""What a connected district can reach: lightest paths, up to the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_territory_connect import grid
from test_territory_connect_design import make_design_problem

from optimizer.territory_connect_graph import item_graph
from optimizer.territory_connect_land import ground_of
from optimizer.territory_connect_reach import reach, reachable
from optimizer.territory_problem import Floats, Ints


def by_rounds(edges: Ints, inside: np.ndarray, weight: Floats, root: int) -> Floats:
    """Return the lightest paths by Bellman's rounds."""
    length = np.full(len(weight), np.inf)
    length[root] = weight[root]
    for _ in weight:
        for one, other in [*edges.tolist(), *edges[:, ::-1].tolist()]:
            if inside[other]:
                length[other] = min(length[other], length[one] + weight[other])
    return length


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 20.0))
def test_lightest_paths_are_those_found_round_by_round_up_to_the_limit(seed, limit):
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, 12, (18, 2))
    edges = edges[edges[:, 0] != edges[:, 1]]
    graph = item_graph(edges, np.arange(12), 12)
    weight, inside = rng.integers(0, 5, 12).astype(float), rng.random(12) < 0.8
    inside[0] = True
    found = reach(graph.start, graph.neighbour, inside, weight, 0, limit)
    expected = by_rounds(edges, inside, weight, 0)
    assert found.tolist() == np.where(expected <= limit, expected, np.inf).tolist()


@pytest.mark.parametrize(("room", "reached"), [(-0.5, 3), (0.0, 4), (0.5, 4)])
def test_a_path_may_weigh_as_much_as_the_window_admits(room, reached):
    problem = make_design_problem([1.0] * 6, grid(1, 6), 1, 6.0)
    assert problem.vacant is not None
    vacant = replace(problem.vacant, upper=np.full((6, 1), 4.0 + room))
    ground = ground_of(problem, vacant)
    assert reachable(ground, ground.allowed)[:, 0].sum() == reached


def test_without_an_upper_limit_all_of_the_part_is_reached():
    problem = make_design_problem([1.0] * 6, grid(1, 6), 1, 6.0)
    assert problem.vacant is not None
    vacant = replace(problem.vacant, upper=np.full((6, 1), np.inf))
    ground = ground_of(problem, vacant)
    assert reachable(ground, ground.allowed).all()
