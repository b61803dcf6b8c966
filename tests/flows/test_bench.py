"""`quartier bench`: rows on stdout, exit codes, plans in files, what a broken file leads to."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tiny_instances import COUNTY, CPMP, CTDP, GAP, SHARED, written

import benchmarks.runs
import benchmarks.territory
from benchmarks.peers import PeerLimits, solve_by_peer
from flows.cli import main

TABLE = "instance,best_known,optimal?,sense,objective,contiguity\ntiny,{},yes,,,\n"
SETS = {
    "gap": (GAP, 6, "0 1 0\n"),
    "cpmp": (CPMP, 2, None),
    "ctdp": (CTDP, 4, None),
    "county": (COUNTY, 5, None),
}


@pytest.fixture
def bench(capsys):
    """Return a function that runs the command and returns (exit code, stdout, stderr)."""

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main(["bench", *map(str, words)])
        captured = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), captured.out, captured.err

    return run


@pytest.fixture
def exact(monkeypatch):
    """Let a general solver stand in for the territory solver: fast and exact on tiny problems."""

    def solve(problem, options, hint=None, on_progress=None, cancelled=None):
        return solve_by_peer(problem, "highs", PeerLimits(seconds=options.seconds), cancelled)

    monkeypatch.setattr(benchmarks.runs, "solve_territories", solve)
    monkeypatch.setattr(benchmarks.territory, "solve_territories", solve)


@pytest.mark.parametrize("name", SETS)
def test_a_published_set_is_solved_compared_and_written(name, bench, exact, tmp_path):
    text, best, solution = SETS[name]
    written(tmp_path, "best_known.csv", TABLE.format(best))
    path = written(tmp_path, "tiny.txt", text)
    code, out, _ = bench(name, path, "--seconds", 9, "--json", "--solutions", tmp_path / "out")
    document = json.loads(out)
    (row,) = document["rows"]
    assert code == 0
    assert (document["suite"], document["seconds"], document["seed"]) == (name, 9, 1)
    assert (row["instance"], row["value"], row["gap_to_best"]) == ("tiny", best, 0.0)
    assert row["seconds"] >= 0
    assert row["peak_mb"] > 0
    plan = (tmp_path / "out" / "tiny.sol").read_text("utf-8")
    assert row["solution"] == str(tmp_path / "out" / "tiny.sol")
    assert plan == solution or (solution is None and plan.count("\n") in {1, 2})


@pytest.mark.parametrize("name", SETS)
def test_the_solver_itself_proves_a_tiny_instance(name, bench, tmp_path):
    text, best, _ = SETS[name]
    path = written(tmp_path, "tiny.txt", text)
    code, out, err = bench(name, path, "--seconds", 60, "--json")
    (row,) = json.loads(out)["rows"]
    assert (code, err) == (0, "")
    assert (row["status"], row["value"], row["violations"]) == ("OPTIMAL", best, 0)
    assert row["bound"] == pytest.approx(best)
    # The proof ends it, not the clock, though some choices of sites have no plan at all.
    assert row["stopped_by"] == "proof"


def test_the_greatest_cost_goes_to_a_file_of_its_own(bench, exact, tmp_path):
    path = written(tmp_path, "tiny", GAP)
    words = ("--sense", "max", "--json", "--solutions", tmp_path / "out")
    _, out, _ = bench("gap", path, *words)
    assert json.loads(out)["rows"][0]["value"] == 11
    assert (tmp_path / "out" / "tiny-max.sol").read_text("utf-8") == "0 1 1\n"


def test_peers_stand_beside_the_solver(bench, exact, tmp_path):
    _, out, _ = bench("gap", written(tmp_path, "tiny", GAP), "--peer", "--json")
    rows = json.loads(out)["rows"]
    assert [row["solver"] for row in rows] == ["quartier", "highs", "cp-sat", "scip"]
    assert {row["value"] for row in rows} == {6.0}


def test_rows_are_lines_of_a_table(bench, exact, tmp_path):
    table = written(tmp_path / "mine", "table.csv", TABLE.format(5))
    code, out, _ = bench("gap", written(tmp_path, "tiny", GAP), "--best", table)
    assert code == 0
    assert out.splitlines()[0].split()[:3] == ["instance", "solver", "status"]
    assert "20.000%" in out.splitlines()[1]


def test_an_instance_without_a_plan_is_reported_and_has_no_file(bench, exact, tmp_path):
    path = written(tmp_path, "tiny", GAP.replace("4 4", "1 1"))
    code, out, _ = bench("gap", path, "--json", "--solutions", tmp_path / "out")
    (row,) = json.loads(out)["rows"]
    assert (code, row["status"], row["value"]) == (0, "INFEASIBLE", None)
    assert not list(tmp_path.glob("out/*"))


def test_broken_files_end_in_a_line_each_before_anything_is_solved(bench, tmp_path):
    good = written(tmp_path, "good", GAP)
    bad = written(tmp_path, "bad", GAP.replace("9", "nine"))
    code, out, err = bench("gap", good, bad, tmp_path / "absent", "--json")
    assert code == 3
    assert err.splitlines() == [
        f"quartier: {bad}: line 2: 'nine' is not a number",
        f"quartier: {tmp_path / 'absent'}: No such file or directory",
    ]
    assert len(json.loads(out)["faults"]) == 2


def test_a_broken_table_of_best_known_values_exits_3(bench, tmp_path):
    table = written(tmp_path, "mine.csv", "name\nx\n")
    code, _, err = bench("gap", written(tmp_path, "tiny", GAP), "--best", table)
    assert code == 3
    assert err == f"quartier: {table}: no column 'instance'\n"


@pytest.mark.parametrize(
    "words",
    [
        ("gap",),
        ("nothing",),
        ("gap", "x", "--seconds", "0"),
        ("gap", "x", "--sense", "most"),
        ("territory", "--size", "10"),
        ("territory", "--places", "atlantis"),
    ],
)
def test_words_that_mean_nothing_exit_2(bench, words):
    assert bench(*words)[0] == 2


def test_a_folder_that_cannot_be_made_is_known_before_the_solve(bench, tmp_path):
    path = written(tmp_path, "tiny", GAP)
    code, out, err = bench("gap", path, "--solutions", path)
    assert (code, out) == (2, "")
    assert err == f"quartier: {path}: File exists\n"


def test_a_plan_the_evaluation_denies_exits_5(bench, monkeypatch, tmp_path):
    def boast(problem, options, hint=None, on_progress=None, cancelled=None):
        found = solve_by_peer(problem, "highs", PeerLimits(seconds=9.0))
        return type(found)(status=found.status, sense="min", plan=found.plan, objective=5.0)

    monkeypatch.setattr(benchmarks.runs, "solve_territories", boast)
    code, out, _ = bench("gap", written(tmp_path, "tiny", GAP))
    assert code == 5
    assert "the solver says 5, the plan is worth 6" in out


def test_made_territories_are_measured_with_peers(bench, exact):
    code, out, _ = bench("territory", "--size", "30x3", "--seconds", 5, "--peer", "--json")
    rows = json.loads(out)["rows"]
    assert code == 0
    assert [row["solver"] for row in rows] == ["quartier", "highs", "cp-sat", "scip"]
    assert {row["violations"] for row in rows} == {0}
    wanted = {"instance", "status", "value_eur", "bound_eur", "gap", "lp_bound_eur", "gap_to_lp"}
    wanted |= {"windows_missed", "seconds", "peak_mb", "bound_seconds"}
    assert wanted <= set(rows[0])
    assert 0 <= rows[0]["bound_seconds"] <= rows[0]["seconds"]


def test_an_interrupt_keeps_the_rows_so_far_and_exits_130(tmp_path):
    slow = (
        "import sys, time; import benchmarks.runs as runs\n"
        "from benchmarks.peers import PeerLimits, solve_by_peer\n"
        "calls = []\n"
        "def solve(problem, options, hint=None, on_progress=None, cancelled=None):\n"
        "    calls.append(1)\n"
        "    if len(calls) == 2:\n"
        "        open('second', 'w').close()\n"
        "        while not cancelled(): time.sleep(0.02)\n"
        "    return solve_by_peer(problem, 'highs', PeerLimits(seconds=9.0))\n"
        "runs.solve_territories = solve\n"
        "from flows.cli import run; run()\n"
    )
    files = [written(tmp_path, name, GAP).name for name in ("a", "b", "c")]
    command = [sys.executable, "-c", slow, "bench", "gap", *files, "--json"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=pipe, stderr=pipe, text=True
    ) as running:
        until = time.monotonic() + 60
        while not (tmp_path / "second").exists() and time.monotonic() < until:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert len(json.loads(out)["rows"]) == 2


def test_a_command_ends_with_its_code_though_a_solver_was_left_behind(tmp_path):
    # A second thread that would be waited for shows whether the interpreter is wound up.
    left = (
        "import threading, time\n"
        "from optimizer.result import SOLVER_THREAD\n"
        "sleep = lambda: time.sleep(40)\n"
        "threading.Thread(target=sleep, name=SOLVER_THREAD, daemon=True).start()\n"
        "threading.Thread(target=sleep).start()\n"
        "import sys; from flows.cli import run\n"
        "sys.argv[1:] = ['check', 'nowhere']; run()\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ended = subprocess.run(
        [sys.executable, "-c", left],
        check=False,
        cwd=tmp_path,
        env=env,
        capture_output=True,
        timeout=30,
    )
    assert ended.returncode == 3, ended.stderr


def test_what_a_solver_left_behind_prints_is_not_amid_the_output(tmp_path):
    left = (
        "import os\n"
        "from flows import cli\n"
        "def main():\n"
        "    cli.write('one'); os.write(1, b'noise\\n'); cli.write('two \u00e9')\n"
        "cli.main = main; cli.run()\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-X", "utf8", "-c", left]
    ended = subprocess.run(command, check=True, cwd=tmp_path, env=env, capture_output=True)
    assert ended.stdout.decode("utf-8") == "one\ntwo \u00e9\n"
    assert ended.stderr == b"noise\n"


@pytest.mark.shared
def test_a_published_optimum_is_met(bench):
    path = SHARED / "gap" / "instances" / "cattrysse1994" / "gap1-0"
    if not path.is_file():
        pytest.skip("the published sets are not kept beside the project")
    code, out, _ = bench("gap", path, "--seconds", 20, "--json")
    (row,) = json.loads(out)["rows"]
    assert (code, row["instance"]) == (0, "cattrysse1994/gap1-0")
    assert (row["value"], row["best_known"], row["status"]) == (261.0, 261.0, "OPTIMAL")
