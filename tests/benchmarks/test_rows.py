"""Rows believe the evaluation, not the solver; what is measured, made and told in a line."""

import json
import math

import numpy as np
import pytest
from tiny_instances import COUNTY, GAP, written

from benchmarks.measure import (
    Attempt,
    Used,
    attempt,
    bound_is_wrong,
    gap_between,
    measured,
    proven_gap,
)
from benchmarks.places import PlacesError
from benchmarks.published import is_connected, neighbours
from benchmarks.published_county import counties_case
from benchmarks.published_gap import gap_case
from benchmarks.rows import row_of, solution_files
from benchmarks.table import PUBLISHED, head, line
from benchmarks.territory import SizeError, placed, sized
from optimizer.result import Shortfall, Solution, SolverError, Status
from optimizer.territory_problem import TerritoryPlan

TABLE = "instance,best_known,optimal?,sense\ntiny,6,yes,min\ntiny,11,yes,max\n"
MISSED = Shortfall(code="window_above", subject="s", amount=1, unit="", reason="", remedy="")


@pytest.fixture
def case(tmp_path):
    written(tmp_path, "best_known.csv", TABLE)
    return gap_case(written(tmp_path, "tiny", GAP))


def plan_of(*seat):
    units = len(seat)
    return TerritoryPlan(
        seat=np.array(seat, dtype=np.int64),
        runner_up=np.full(units, -1),
        runner_up_extra_eur=np.zeros(units),
        window_price=np.zeros((2, 1)),
    )


def done(**solution):
    stated = {"status": Status.FEASIBLE, "sense": "min", **solution}
    return Attempt(used=Used(seconds=1.5), solution=Solution(**stated))


def test_a_sound_plan_has_its_value_gaps_and_file(case, tmp_path):
    found = done(plan=plan_of(0, 1, 1), objective=11.0, bound=5.5, relaxed_bound=5.0)
    row = row_of(case, "quartier", found, tmp_path / "out" / "tiny.sol")
    assert (row["status"], row["value"], row["best_known"]) == ("FEASIBLE", 11.0, 6.0)
    assert row["gap_to_best"] == pytest.approx(5 / 6)
    assert (row["gap"], row["gap_to_lp"]) == (pytest.approx(5 / 11), pytest.approx(6 / 11))
    assert (tmp_path / "out" / "tiny.sol").read_text() == "0 1 1\n"
    assert row["violations"] == 0


def test_the_greatest_value_is_told_in_its_own_sense(tmp_path):
    written(tmp_path, "best_known.csv", TABLE)
    case = gap_case(written(tmp_path, "tiny", GAP), sense="max")
    row = row_of(case, "quartier", done(plan=plan_of(0, 1, 0), objective=-6.0, bound=-12.0))
    assert (row["value"], row["bound"], row["best_known"]) == (6.0, 12.0, 11.0)
    assert row["gap_to_best"] == pytest.approx(5 / 11)
    assert row["violations"] == 0


@pytest.mark.parametrize(
    ("bound", "rounded", "status"),
    [(10.0, 10.0, "FEASIBLE"), (10.00001, 10.0, "FEASIBLE"), (10.001, 11.0, "OPTIMAL")],
)
def test_a_bound_on_integers_is_the_next_integer(case, bound, rounded, status):
    row = row_of(case, "quartier", done(plan=plan_of(0, 1, 1), objective=11.0, bound=bound))
    assert (row["bound"], row["status"]) == (rounded, status)


def test_a_bound_on_a_greatest_integer_is_the_one_below(tmp_path):
    case = gap_case(written(tmp_path, "tiny", GAP), sense="max")
    row = row_of(case, "quartier", done(plan=plan_of(0, 1, 0), objective=-6.0, bound=-6.9))
    assert (row["bound"], row["status"]) == (6.0, "OPTIMAL")


def test_a_bound_on_fractions_stays_as_it_is(tmp_path):
    case = gap_case(written(tmp_path, "tiny", GAP.replace("1 9 2", "1.5 9 2")))
    row = row_of(case, "quartier", done(plan=plan_of(0, 1, 1), objective=11.5, bound=10.2))
    assert row["bound"] == 10.2


def test_a_plan_that_owns_up_to_a_missed_rule_is_no_plan_and_no_defect(case, tmp_path):
    found = done(plan=plan_of(0, 0, 1), objective=17.0, shortfalls=(MISSED,))
    row = row_of(case, "quartier", found, tmp_path / "x.sol")
    assert (row["status"], row["value"], row["violations"]) == ("UNKNOWN", None, 0)
    assert not (tmp_path / "x.sol").exists()
    assert any("agent 0 carries 5 of 4" in note for note in row["notes"])


@pytest.mark.parametrize(
    ("solution", "words"),
    [
        ({"plan": plan_of(0, 0, 1), "objective": 17.0}, "agent 0 carries 5 of 4"),
        ({"plan": plan_of(0, 1, 1), "objective": 10.0}, "the solver says 10"),
        ({"plan": plan_of(0, 1, 0), "objective": 7.0, "bound": 6.5}, "forbids the plan"),
    ],
)
def test_what_the_evaluation_denies_is_a_defect(case, solution, words):
    row = row_of(case, "quartier", done(**solution))
    assert row["violations"] == 1
    assert any(words in note for note in row["notes"])


def test_centres_the_evaluation_improves_are_no_defect(tmp_path):
    case = counties_case(written(tmp_path, "tiny.txt", COUNTY))
    plan = TerritoryPlan(
        seat=np.array([0, 0, 1, 1]),
        runner_up=np.full(4, -1),
        runner_up_extra_eur=np.zeros(4),
        window_price=np.zeros((0, 1)),
        site=np.array([0, 2]),
    )
    row = row_of(case, "quartier", done(plan=plan, objective=5.5))
    assert (row["value"], row["violations"]) == (5.0, 0)


@pytest.mark.parametrize(
    ("bound", "status"), [(20.9, "UNKNOWN"), (21.0, "UNKNOWN"), (21.1, "INFEASIBLE")]
)
def test_a_bound_above_the_dearest_plan_proves_that_there_is_none(case, bound, status):
    # Each job at its dearest agent: 5 + 9 + 7 = 21.
    found = done(plan=plan_of(0, 0, 1), objective=99.0, bound=bound, shortfalls=(MISSED,))
    assert row_of(case, "quartier", found)["status"] == status


@pytest.mark.parametrize("status", [Status.INFEASIBLE, Status.UNKNOWN])
def test_without_a_plan_there_is_a_status_and_no_file(case, tmp_path, status):
    written(tmp_path, "x.sol", "0 1 0\n")  # of an earlier run
    row = row_of(case, "quartier", done(status=status), tmp_path / "x.sol")
    assert (row["status"], row["value"], row["solution"]) == (str(status), None, None)
    assert not (tmp_path / "x.sol").exists()


@pytest.mark.parametrize(
    ("solution", "words"),
    [
        ({"status": Status.INFEASIBLE}, "a plan worth 6 is published"),
        ({"plan": plan_of(0, 1, 1), "objective": 11.0, "bound": 6.1}, "excludes the published"),
        ({"plan": plan_of(0, 1, 1), "objective": 11.0, "bound": 6.0}, None),
    ],
)
def test_a_proof_against_the_published_value_is_said_and_is_no_defect(case, solution, words):
    row = row_of(case, "quartier", done(**solution))
    assert [words in note for note in row["notes"]] == ([True] if words else [])
    assert row["violations"] == 0


def test_a_bound_of_nothing_is_none(case):
    row = row_of(case, "quartier", done(status=Status.UNKNOWN, bound=-math.inf))
    assert row["bound"] is None
    json.dumps(row, allow_nan=False)


def test_a_solver_that_breaks_off_makes_a_row(case):
    def breaks():
        raise SolverError("absurd figures")

    row = row_of(case, "quartier", attempt(breaks))
    assert row["status"] == "UNKNOWN"
    assert any("absurd figures" in note for note in row["notes"])


def test_files_of_one_name_get_their_folder_in_front(tmp_path):
    names = ["chu/c1", "yag/c1", "yag/d1"]
    written(tmp_path, "best_known.csv", "instance\n" + "\n".join(names) + "\n")
    cases = [gap_case(written(tmp_path / n.split("/")[0], n.split("/")[1], GAP)) for n in names]
    files = [file.name for file in solution_files(cases, tmp_path / "out")]
    assert files == ["chu-c1.sol", "yag-c1.sol", "d1.sol"]
    assert solution_files(cases, None) == [None, None, None]


def test_files_that_cannot_be_told_apart_are_numbered(tmp_path):
    case = gap_case(written(tmp_path, "tiny", GAP))
    names = [file.name for file in solution_files([case, case], tmp_path)]
    assert len(set(names)) == 2


@pytest.mark.parametrize(
    ("value", "reference", "gap"),
    [(11.0, 10.0, 0.1), (9.0, 10.0, -0.1), (-9.0, -10.0, 0.1), (0.0, 0.0, 0.0), (1.0, 0.0, None)],
)
def test_a_gap_has_the_sign_of_the_difference(value, reference, gap):
    assert gap_between(value, reference) == (None if gap is None else pytest.approx(gap))
    assert gap_between(None, reference) is None


@pytest.mark.parametrize(
    ("value", "bound", "gap"), [(10.0, 9.0, 0.1), (0.0, 0.0, 0.0), (0.0, 1.0, None)]
)
def test_a_proven_gap_is_relative_to_the_value(value, bound, gap):
    assert proven_gap(value, bound) == (None if gap is None else pytest.approx(gap))
    assert proven_gap(value, None) is None


@pytest.mark.parametrize(
    ("bound", "sense", "wrong"),
    [
        (100.00009, "min", False),
        (100.0002, "min", True),
        (99.9998, "max", True),
        (None, "min", False),
    ],
)
def test_a_bound_beyond_rounding_is_wrong(bound, sense, wrong):
    assert bound_is_wrong(100.0, bound, sense) is wrong


def test_memory_and_time_of_a_stretch_are_measured():
    with measured() as used:
        block = np.ones(30_000_000)
        assert block.sum() > 0
    assert used.peak_mb > 200
    assert 0 < used.seconds < 60


def test_a_line_tells_infeasible_apart_from_unknown(case):
    row = row_of(case, "quartier", done(status=Status.INFEASIBLE))
    told = line({**row, "best_known": None, "best_status": "proven infeasible"}, PUBLISHED)
    assert told.split()[2:5] == ["INFEASIBLE", "-", "infeasible"]
    assert head(PUBLISHED).split()[:3] == ["instance", "solver", "status"]


@pytest.mark.parametrize("size", ["5", "x", "10x", "-5x3", "10x11", "9x2", "10x1", "1e3x20", "²x2"])
def test_a_size_that_is_none_is_refused(size):
    with pytest.raises(SizeError, match="size"):
        sized(size, 1)


def test_the_smallest_size_is_built():
    assert sized("10x2", 1).problem().cost.shape == (10, 2)


def test_made_accounts_have_neighbours_where_territories_must_be_connected():
    problem = sized("30x3", 1, contiguous=True).problem()
    beside = neighbours(30, problem.edges)
    assert problem.contiguity == "required"
    assert is_connected(np.arange(30), beside)
    # A triangulation of n points in the plane has at most 3 n - 6 edges, each once.
    assert 30 <= len(problem.edges) <= 84
    assert len(np.unique(problem.edges, axis=0)) == len(problem.edges)


def test_unknown_places_are_refused():
    with pytest.raises(PlacesError, match="no places 'atlantis'"):
        placed("atlantis", 1)
