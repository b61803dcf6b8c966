"""Assignments and medians: what is read, what a plan is worth by hand, what the loader says."""

import numpy as np
import pytest
from tiny_instances import CPMP, GAP, ints, needs_shared, shared_loader, with_shared, written

from benchmarks.published import InstanceError
from benchmarks.published_cpmp import (
    evaluate_medians,
    medians_case,
    medians_problem,
    read_medians,
)
from benchmarks.published_gap import evaluate_gap, gap_case, gap_problem, read_gap
from benchmarks.published_vacant import centre_of_each
from optimizer.territory_problem import TerritoryPlan

# --- generalised assignment


@pytest.fixture
def gap(tmp_path):
    return read_gap(written(tmp_path, "tiny", GAP))


@pytest.mark.parametrize(
    ("answer", "value", "broken"),
    [
        (ints(0, 1, 0), 6, ()),
        (ints(0, 1, 1), 11, ()),
        (ints(0, 0, 1), 17, ("agent 0 carries 5 of 4",)),
        (ints(1, 1, 1), 15, ("agent 1 carries 7 of 4",)),
        (ints(1, 0, 0), 16, ("agent 0 carries 5 of 4",)),
        (ints(0, 1), 0, ("not every job has one agent",)),
        (ints(0, 1, -1), 0, ("not every job has one agent",)),
        (ints(0, 1, 2), 0, ("not every job has one agent",)),
    ],
)
def test_an_assignment_is_worth_its_costs_and_keeps_capacities(gap, answer, value, broken):
    found = evaluate_gap(gap, answer)
    assert (found.value, found.broken) == (value, broken)


def test_an_agent_is_a_seat_with_an_upper_limit_and_weights_of_its_own(gap):
    problem = gap_problem(gap)
    lower, upper = problem.windows()
    assert upper.tolist() == [[4], [4]]
    assert (lower == -np.inf).all()
    assert problem.cost.tolist() == [[1, 5], [9, 3], [2, 7]]
    assert problem.measures_at(ints(0, 0, 1), ints(0, 1, 1)).tolist() == [[2], [3], [2]]


def test_the_greatest_cost_is_the_least_of_its_negative(gap):
    assert (gap_problem(gap, "max").cost == -gap_problem(gap).cost).all()


@with_shared
def test_an_assignment_is_written_as_the_loader_takes_it(gap, tmp_path):
    loader = shared_loader()
    case = gap_case(written(tmp_path, "tiny", GAP))
    agents = ints(*map(int, case.text(ints(0, 1, 0)).split()))
    assert loader.gap_eval(agents, *loader.gap(tmp_path / "tiny")) == (6, True)


@with_shared
def test_published_assignments_are_read_as_the_loader_reads_them():
    loader = shared_loader()
    path = needs_shared() / "gap" / "instances" / "yagiura2004" / "e10100"
    gap, expected = read_gap(path), loader.gap(path)
    rng = np.random.default_rng(1)
    for ours, theirs in zip((gap.cost, gap.weight, gap.capacity), expected, strict=True):
        assert (ours == theirs).all()
    for _ in range(20):
        answer = rng.integers(len(gap.capacity), size=gap.cost.shape[1])
        found = evaluate_gap(gap, answer)
        assert (found.value, not found.broken) == loader.gap_eval(answer, *expected)


# --- capacitated p-median


@pytest.fixture
def medians(tmp_path):
    return read_medians(written(tmp_path, "tiny", CPMP))


@pytest.mark.parametrize(
    ("answer", "value", "broken"),
    [
        (ints(0, 0, 2, 2), 2, 0),
        (ints(1, 1, 3, 3), 2, 0),
        (ints(0, 0, 0, 3), 11, 1),  # three of capacity two
        (ints(0, 1, 2, 2), 1, 1),  # three medians
        (ints(1, 0, 2, 2), 3, 3),  # medians that are served elsewhere, and one too many
        (ints(0, 0, 2, 4), 0, 1),
        (ints(0, 0, 2), 0, 1),
    ],
)
def test_medians_cost_distances_and_carry_their_capacity(medians, answer, value, broken):
    found = evaluate_medians(medians, answer)
    assert found.value == value
    assert len(found.broken) == broken


@pytest.mark.parametrize(("kind", "distance"), [("euclid (double)", 2**0.5), ("floor(euclid)", 1)])
def test_distances_are_meant_as_the_table_says(kind, distance, tmp_path):
    text = "2 1\n0 0 9 1\n1 1 9 1\n"
    medians = read_medians(written(tmp_path, "x", text), kind)
    assert medians.distance()[0, 1] == pytest.approx(distance)


def test_distances_may_be_a_matrix_beside_the_instance(tmp_path):
    written(tmp_path, "own.grd", "0 4\n5 0\n")
    path = written(tmp_path, "x", "2 1\n0 0 9 1\n1 1 9 1\n")
    medians = read_medians(path, "matrix own.grd")
    assert medians.distance().tolist() == [[0, 4], [5, 0]]
    assert evaluate_medians(medians, ints(1, 1)).value == 4
    with pytest.raises(InstanceError, match="not beside it"):
        read_medians(path, "matrix ../../etc/passwd")
    with pytest.raises(InstanceError, match="unknown kind"):
        read_medians(path, "manhattan")


def test_every_point_is_a_vacant_site_with_its_own_capacity(medians):
    vacant = medians_problem(medians).vacant
    assert (vacant.least, vacant.most) == (2, 2)
    assert vacant.upper.tolist() == [[2], [2], [2], [2]]
    assert (vacant.lower == -np.inf).all()
    assert vacant.home_unit.tolist() == [0, 1, 2, 3]
    assert vacant.cost[0].tolist() == [0, 1, 10, 11]


def test_the_site_of_the_seat_is_the_answer():
    plan = TerritoryPlan(
        seat=ints(1, 1, 0, -1, 2),
        runner_up=ints(-1, -1, -1, -1, -1),
        runner_up_extra_eur=np.zeros(5),
        window_price=np.zeros((0, 1)),
        site=ints(3, 0),
    )
    assert centre_of_each(plan).tolist() == [0, 0, 3, -1, -1]


def test_more_medians_than_points_are_refused(tmp_path):
    with pytest.raises(InstanceError, match="5 medians among 4 points"):
        read_medians(written(tmp_path, "x", CPMP.replace("4 2", "4 5", 1)))


@with_shared
def test_published_medians_are_evaluated_as_the_loader_does():
    loader = shared_loader()
    row = next(r for r in loader.best_known("cpmp") if r["instance"] == "cpmp02")
    path = needs_shared() / "cpmp" / row["file"]
    case = medians_case(path)
    n, p, xy, capacity, demand = loader.cpmp(path)
    distance = loader.cpmp_dist(row, xy)
    assert case.best.value == 740
    assert case.problem().vacant.cost.tolist() == distance.tolist()
    rng = np.random.default_rng(2)
    for number in (p, p, p + 1):
        chosen = rng.choice(n, size=number, replace=False)
        answer = chosen[np.argmin(distance[:, chosen], axis=1)]
        value, feasible = loader.cpmp_eval(answer, distance, p, capacity, demand)
        found = case.evaluate(ints(*map(int, case.text(answer).split())))
        assert found.value == pytest.approx(value)
        assert (not found.broken) == feasible
