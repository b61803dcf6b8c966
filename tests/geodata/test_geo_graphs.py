"""Units are neighbours by border or by place, and islands are bridged the shortest way."""

import numpy as np
import pytest

from geodata.adjacency import components
from geodata.graphs import MOST_JOINED, bridged, spread, units_by_place


def test_places_in_a_row_are_a_chain():
    edges = units_by_place([48.0, 48.2, 48.1, 48.3], [2.0] * 4)
    assert edges.tolist() == [[0, 2], [1, 2], [1, 3]]


def test_units_of_one_place_are_neighbours_of_each_other_and_of_the_next_place():
    edges = units_by_place([48.0, 48.0, 48.1], [2.0, 2.0, 2.0])
    assert edges.tolist() == [[0, 1], [0, 2], [1, 2]]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_one_unit_have_no_neighbours(count):
    assert units_by_place([48.0] * count, [2.0] * count).shape == (0, 2)


@pytest.mark.parametrize("seed", range(5))
def test_the_graph_of_places_hangs_together(seed):
    lat, lon = np.random.default_rng(seed).uniform(40, 50, (2, 200))
    edges = units_by_place(lat, lon)
    assert components(200, edges).max() == 0
    assert len(edges) < 2 * 200


def test_crowded_cells_hold_together_with_few_edges():
    edges = spread(np.array([[0, 1]]), np.repeat([0, 1], 500))
    assert len(edges) <= 3 * 500 * MOST_JOINED
    assert np.bincount(edges.ravel()).min() >= 2 * MOST_JOINED


@pytest.mark.parametrize("size", [3, 60])
def test_islands_are_bridged_where_the_water_is_narrowest(size):
    lat = np.concatenate([np.linspace(40, 45, 100), np.linspace(46, 47, size), [50.0]])
    lon = np.full(len(lat), 3.0)
    mainland = np.column_stack([np.arange(99), np.arange(1, 100)])
    island = np.column_stack([np.arange(100, 99 + size), np.arange(101, 100 + size)])
    edges = np.vstack([mainland, island])
    found = bridged(edges, lat, lon)
    added = {tuple(pair) for pair in found.tolist()} - {tuple(pair) for pair in edges.tolist()}
    assert added == {(99, 100), (99 + size, 100 + size)}
    assert bridged(found, lat, lon).tolist() == found.tolist()
