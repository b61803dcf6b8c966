"""Districts: what is read, what a plan is worth by hand, what is broken, what the loader says."""

from functools import partial

import numpy as np
import pytest
from tiny_instances import COUNTY, CTDP, ints, needs_shared, shared_loader, with_shared, written

from benchmarks.published import InstanceError
from benchmarks.published_county import (
    counties_case,
    counties_problem,
    evaluate_counties,
    read_counties,
)
from benchmarks.published_ctdp import (
    design_case,
    design_problem,
    design_text,
    evaluate_design,
    read_design,
)

# --- commercial territory design


@pytest.fixture
def design(tmp_path):
    return read_design(written(tmp_path, "tiny", CTDP))


@pytest.mark.parametrize(
    ("answer", "value", "broken"),
    [
        (ints(0, 0, 3, 3), 1 + 3, 0),
        (ints(0, 1, 1, 0), 6 + 2, 1),  # one is in two pieces
        (ints(0, 0, 0, 3), 1 + 2, 6),  # three activities above, three below
        (ints(0, 0, 0, 0), 1 + 2 + 5, 4),  # one district, three activities above
        (ints(0, 0, 3, -1), 0, 1),
    ],
)
def test_districts_cost_distances_to_their_best_centre(design, answer, value, broken):
    found = evaluate_design(design, answer)
    assert found.value == value
    assert len(found.broken) == broken


@pytest.mark.parametrize(("tau", "kept"), [("0.4999", False), ("0.5", True), ("0.5001", True)])
def test_an_activity_may_lie_exactly_on_its_limit(tau, kept, tmp_path):
    design = read_design(written(tmp_path, "x", CTDP.replace("3 2 0\n", f"3 2 {tau}\n", 1)))
    assert (evaluate_design(design, ints(0, 3, 3, 3)).broken == ()) is kept


def test_nodes_are_written_by_the_ids_of_the_file(design):
    assert design_text(design, ints(1, 1, 2, 2)) == "5: 5 6\n7: 7 8\n"


def test_the_problem_asks_for_connected_districts_within_tau(tmp_path):
    problem = design_problem(
        read_design(written(tmp_path, "x", CTDP.replace("2 0\n", "2 0.5\n", 1)))
    )
    assert problem.contiguity == "required"
    assert problem.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert problem.vacant.lower[0].tolist() == [1, 1, 1]
    assert problem.vacant.upper[3].tolist() == [3, 3, 3]
    assert (problem.vacant.least, problem.vacant.most) == (2, 2)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("7 8\n", "7 9\n", "names node 9"),
        ("7 8\n", "7 7\n", "to itself"),
        ("6 1 0", "5 1 0", "distinct"),
        ("4 3 2", "4 3 5", "5 districts of 4"),
    ],
)
def test_a_graph_that_does_not_fit_is_refused(old, new, words, tmp_path):
    with pytest.raises(InstanceError, match=words):
        read_design(written(tmp_path, "x", CTDP.replace(old, new, 1)))


@with_shared
def test_published_designs_are_evaluated_as_the_loader_does():
    loader = shared_loader()
    path = needs_shared() / "ctdp" / "instances" / "2DU60-05-10_p4.txt"
    case = design_case(path)
    given = loader.ctdp(path)
    assert case.best.value == pytest.approx(5350.16)
    rng = np.random.default_rng(3)
    for _ in range(5):
        answer = rng.integers(4, size=60)
        parts = [list(map(int, line.split(": ")[1].split())) for line in _lines(case, answer)]
        value, feasible = loader.ctdp_eval(parts, *given)
        found = case.evaluate(answer)
        assert found.value == pytest.approx(value)
        assert (not found.broken) == feasible


def _lines(case, answer):
    return case.text(answer).splitlines()


# --- counties


@pytest.fixture
def counties(tmp_path):
    return read_counties(written(tmp_path, "tiny.txt", COUNTY))


@pytest.mark.parametrize(
    ("answer", "value", "broken"),
    [
        (ints(0, 0, 2, 2), 1 + 4, 0),
        (ints(0, 1, 1, 0), 25 + 25, 1),  # one is in two pieces
        (ints(0, 0, 0, 3), 26, 2),
        (ints(0, 1, 2, 2), 4, 3),  # three districts, two of them too small
        (ints(0, 0, 2, -1), 0, 1),
    ],
)
def test_counties_cost_population_times_squared_distance(counties, answer, value, broken):
    found = evaluate_counties(counties, True, answer)
    assert found.value == pytest.approx(value)
    assert len(found.broken) == broken


def test_pieces_are_no_fault_where_any_shape_will_do(counties):
    assert evaluate_counties(counties, False, ints(0, 1, 1, 0)).broken == ()
    assert counties_problem(counties, connected=False).contiguity == "off"
    assert counties_problem(counties).contiguity == "required"


def test_names_of_counties_may_be_several_words(counties):
    assert counties.population.tolist() == [1e6] * 4
    assert counties.edges.tolist() == [[0, 1], [1, 2], [2, 3]]


def test_perturbed_populations_replace_those_of_the_state_and_move_the_limits(tmp_path):
    written(tmp_path, "XX.txt", COUNTY)
    path = written(tmp_path / "perturbed", "XX_03.population", "1000\n1001\n1002\n1003\n")
    counties = read_counties(path)
    assert counties.population.tolist() == [1000, 1001, 1002, 1003]
    assert (counties.least, counties.most) == (1993, 2013)  # 2003 -/+ 10.015
    with pytest.raises(InstanceError, match="expected"):
        read_counties(written(tmp_path / "perturbed", "XX_04.population", "1\n2\n"))
    with pytest.raises(InstanceError, match=r"YY\.txt"):
        read_counties(written(tmp_path / "perturbed", "YY_04.population", "1\n2\n"))


@pytest.mark.parametrize(
    ("old", "new"),
    [("2 1000000 East", "7 1000000 East"), ("2 3\n0 1 5", "2 4\n0 1 5"), ("4 2 2", "4 5 2")],
)
def test_counties_that_do_not_fit_are_refused(old, new, tmp_path):
    assert COUNTY.count(old) == 1
    with pytest.raises(InstanceError):
        read_counties(written(tmp_path, "x.txt", COUNTY.replace(old, new)))


@with_shared
def test_published_counties_are_evaluated_as_the_loader_does():
    loader = shared_loader()
    folder = needs_shared() / "districting_county"
    case = counties_case(folder / "ME.txt")
    population, edges, distance, parts, least, most = loader.county(folder / "ME.txt")
    assert case.best.value == pytest.approx(19093.26)
    rng = np.random.default_rng(4)
    for _ in range(10):
        answer = rng.integers(parts, size=len(population))
        read_back = ints(*map(int, case.text(answer).split()))
        value, balanced, connected, _ = loader.county_eval(
            read_back, population, edges, distance, parts, least, most
        )
        found = case.evaluate(answer)
        assert found.value == pytest.approx(value)
        assert (not found.broken) == (balanced and connected)


@with_shared
def test_limits_of_published_perturbed_counties_are_those_of_the_table():
    folder = needs_shared() / "districting_county" / "perturbed"
    read = {path.name: counties_case(path) for path in sorted(folder.glob("*.population"))[:12]}
    for case in read.values():
        assert isinstance(case.evaluate, partial)
        counties = case.evaluate.args[0]
        assert counties.least == float(case.best.row["L"])
        assert counties.most == float(case.best.row["U"])
