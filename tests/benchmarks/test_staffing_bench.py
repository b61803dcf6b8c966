"""Role benchmarks: instances are what they say, rows tell the truth, published answers hold."""

from __future__ import annotations

import json
import sys

import pytest
from tiny_instances import needs_shared
from typer.testing import CliRunner

from benchmarks import staffing
from benchmarks.published_roles import PublishedRole, assignments, chains, short_team
from benchmarks.runs import SOLVER, Watched
from benchmarks.staffing import ROLES, measure_roles
from benchmarks.staffing_instances import RoleSize, role_instance
from benchmarks.table import head, line
from flows.bench import bench
from optimizer.result import Options
from optimizer.roles import least_shortage
from optimizer.roles_peers import INEXACT, ROLE_PEERS, solve_roles_by_peer
from optimizer.verify_roles import violations_roles

TINY = RoleSize(persons=6, phases=4, pools=2, load=1.2)


def test_an_instance_has_the_load_it_says():
    problem = role_instance(RoleSize(load=1.1), seed=3)
    assert problem.need_hours.sum() == pytest.approx(1.1 * problem.person_hours.sum())
    assert (len(problem.person_ids), problem.need_hours.shape) == (200, (20, 6))
    known = (problem.speed > 0).sum(axis=1)
    assert set(known.tolist()) == {3, 4}
    assert 0.2 < problem.helps.any(axis=1).mean() < 0.4
    assert not (problem.helps & problem.at_home()).any()


def test_one_seed_makes_one_instance():
    one, two, other = (role_instance(TINY, seed) for seed in (1, 1, 2))
    assert one.need_hours.tobytes() == two.need_hours.tobytes()
    assert one.need_hours.tobytes() != other.need_hours.tobytes()


def test_a_single_pool_has_nobody_to_help():
    assert not role_instance(RoleSize(persons=4, pools=1), 1).helps.any()


@pytest.mark.parametrize("peer", list(ROLE_PEERS))
def test_peers_solve_the_same_problem(peer):
    problem = role_instance(RoleSize(persons=3, phases=3, pools=1, load=1.2), 1)
    ours = least_shortage(problem, Options(seconds=20.0, gap=0.0))
    theirs = solve_roles_by_peer(problem, peer, Options(seconds=20.0))
    assert violations_roles(problem, theirs.plan) == ()
    assert theirs.objective >= ours.objective - 1e-4
    if peer not in INEXACT:
        assert theirs.objective == pytest.approx(ours.objective, abs=1e-4)
        assert theirs.bound == pytest.approx(ours.objective, abs=1e-4)


def test_rows_say_shortage_in_hours_and_as_a_share_of_the_work():
    options = Options(seconds=10.0, gap=0.0)
    (row, *more) = measure_roles([TINY], [1], options, Watched(), goals=True, peers=False)
    assert [each["solver"] for each in more] == ["quartier, goals"]
    assert row["solver"] == SOLVER
    assert row["violations"] == 0
    assert row["short_hours"] >= row["bound_hours"] - 1e-9 >= row["lp_bound_hours"] - 1e-6
    assert row["short_share"] == f"{row['short_hours'] / row['work_hours']:.3%}"
    assert TINY.name in line(row, ROLES)
    assert head(ROLES).startswith("instance")


def test_the_command_prints_a_table_and_json(monkeypatch, capsys):
    size = ["--persons", "4", "--pools", "1", "--phases", "3", "--load", "0.9"]
    monkeypatch.setattr(sys, "argv", ["staffing", *size])
    staffing.main()
    assert "roles-4x3x1@0.90" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["staffing", *size, "--json"])
    staffing.main()
    assert json.loads(capsys.readouterr().out)[0]["instance"] == "roles-4x3x1@0.90"


@pytest.mark.parametrize("case", [assignments, short_team])
def test_published_answers_are_reproduced(case):
    assert [each.name for each in case() if not each.agrees] == []


@pytest.mark.shared
def test_the_assignment_of_the_library_is_reproduced_both_ways():
    path = needs_shared() / "gap" / "instances" / "cattrysse1994" / "gap1-0"
    found = [each for each in assignments(path) if each.source == "OR-Library"]
    assert len(found) == 2
    assert [each.name for each in found if not each.agrees] == []


def test_chains_of_two_nearly_do_what_total_flexibility_does():
    found = {each.name: each for each in chains(draws=60)}
    dedicated = found["one product a plant, sales"]
    total = found["every product in every plant, sales"]
    chain = found["closed chain of two, sales"].ours
    assert dedicated.agrees
    assert total.agrees
    assert (chain - dedicated.ours) / (total.ours - dedicated.ours) > 0.93
    couples = found["isolated couples, sales"].ours
    assert (couples - dedicated.ours) / (total.ours - dedicated.ours) < 0.6


def test_an_answer_beyond_its_tolerance_differs():
    near = {"name": "", "source": "", "published": 10.0, "tolerance": 1.0}
    answers = [PublishedRole(ours=ours, **near).agrees for ours in (10.9, 11.0, 11.1)]
    assert answers == [True, True, False]


def test_the_command_of_the_bench_tells_rows_and_checks_plans():
    words = ["staffing", "--persons", "4", "--pools", "1", "--phases", "3", "--load", "1.2"]
    done = CliRunner().invoke(bench, [*words, "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["suite"] == "roles"
    assert [row["violations"] for row in told["rows"]] == [0]
    table = CliRunner().invoke(bench, words)
    assert "roles-4x3x1@1.20" in table.stdout
