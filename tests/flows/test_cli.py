"""The command line: what it prints, what it writes, and the exit codes of its contract."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.cli import _exit_code, main
from flows.progress import say, stop_on_interrupt


@pytest.fixture
def quartier(capsys):
    """Return a function that runs the command and returns (exit code, stdout, stderr)."""

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        captured = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), captured.out, captured.err

    return run


def test_plan_prints_the_season_case_as_json(quartier, copy_of_example):
    folder = copy_of_example("season")
    code, out, _ = quartier("plan", folder, "--scenario", "b-with-provider", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["kpis"]["hires"] == 2
    assert document["kpis"]["profit"] == 1325086.62
    assert (Path(document["run_folder"]) / "report.html").exists()


def test_plan_prints_a_summary(quartier, copy_of_example):
    code, out, _ = quartier("plan", copy_of_example("action-plan"))
    assert code == 0
    assert "report.html" in out


def test_check_of_a_clean_workspace_exits_0(quartier, copy_of_example):
    code, out, _ = quartier("check", copy_of_example("season"), "--json")
    assert code == 0
    assert json.loads(out)["rows_read"]["reps"] == 3


def test_check_and_plan_of_a_broken_workspace_exit_3(quartier, copy_of_example):
    folder = copy_of_example("season")
    reps = (folder / "reps.csv").read_text(encoding="utf-8").splitlines()
    (folder / "reps.csv").write_text("\n".join([*reps, reps[1] + "x"]) + "\n", encoding="utf-8")
    code, out, _ = quartier("check", folder)
    assert code == 3
    assert "reps.csv" in out
    code, out, err = quartier("plan", folder)
    assert code == 3
    assert "reps.csv" in err
    assert "Traceback" not in out + err
    assert not (folder / "runs").exists()


def test_findings_as_json_on_plan_too(quartier, copy_of_example):
    folder = copy_of_example("season")
    (folder / "reps.csv").unlink()
    code, out, _ = quartier("plan", folder, "--json")
    assert code == 3
    assert json.loads(out)["findings"]


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "no-such-folder"],
        ["check", "no-such-folder"],
        ["compare", "no-such-folder"],
    ],
)
def test_a_folder_that_is_not_there_is_an_input_finding(quartier, words):
    code, out, err = quartier(*words)
    assert code == 3
    assert "no-such-folder" in out + err


def test_an_unknown_scenario_exits_2(quartier, copy_of_example):
    code, _, err = quartier("plan", copy_of_example("season"), "--scenario", "b-with-providers")
    assert code == 2
    assert "did you mean 'b-with-provider'" in err


@pytest.mark.parametrize("words", [["plan"], ["nonsense"], ["plan", "x", "--seed", "minus"]])
def test_a_command_that_cannot_be_understood_exits_2(quartier, words):
    assert quartier(*words)[0] == 2


@pytest.mark.parametrize("template", ["outbound", "inbound"])
def test_init_writes_a_workspace_that_plans(quartier, tmp_path, template):
    folder = tmp_path / "mine"
    assert quartier("init", folder, "--template", template)[0] == 0
    assert quartier("check", folder)[0] == 0
    code, out, _ = quartier("plan", folder, "--json")
    assert code == 0
    assert json.loads(out)["kpis"]["accounts"] == 12


def test_init_never_overwrites(quartier, tmp_path):
    (tmp_path / "reps.csv").write_text("mine", encoding="utf-8")
    code, _, err = quartier("init", tmp_path)
    assert code == 2
    assert "reps.csv" in err
    assert [p.name for p in tmp_path.iterdir()] == ["reps.csv"]


def test_compare_puts_scenarios_side_by_side(quartier, copy_of_example):
    folder = copy_of_example("season")
    code, out, _ = quartier(
        "compare", folder, "--scenarios", "a-without-provider,b-with-provider", "--json"
    )
    document = json.loads(out)
    assert code == 0
    assert document["baseline"] == "a-without-provider"
    assert [row["kpis"]["hires"] for row in document["scenarios"]] == [5, 2]
    assert document["left_out"] == []
    written = sorted(p.name for p in Path(document["folder"]).iterdir())
    assert written == ["comparison.csv", "comparison.html"]


def test_explain_and_open_find_the_latest_run(quartier, tmp_path):
    folder = tmp_path / "mine"
    quartier("init", folder)
    quartier("plan", folder)
    code, out, _ = quartier("explain", folder, "latest", "account", "A01")
    assert code == 0
    assert "A01" in out
    code, out, _ = quartier("explain", folder, "latest", "account", "A01", "--json")
    assert json.loads(out)["account_id"] == "A01"
    code, _, err = quartier("explain", folder, "latest", "account", "A1")
    assert code == 2
    assert "A01" in err
    code, out, _ = quartier("open", folder, "--no-show")
    assert code == 0
    assert Path(out.strip()).name == "report.html"


def test_explain_without_a_run_exits_2(quartier, copy_of_example):
    code, _, err = quartier("explain", copy_of_example("season"), "latest", "rep", "R1")
    assert code == 2
    assert "quartier plan" in err


@contextmanager
def planning(folder, until):
    """Start a plan in a process group of its own, as a terminal does, up to a line of progress."""
    command = [sys.executable, "-c", "from flows.cli import run; run()", "plan", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stderr=pipe, stdout=pipe, text=True, start_new_session=True
    ) as run:
        assert any(until in line for line in run.stderr)
        yield run


def test_ctrl_c_keeps_the_best_plan(copy_of_example):
    folder = copy_of_example("communes")
    with planning(folder, "territories: first plan (value") as run:
        os.killpg(run.pid, signal.SIGINT)
        started = time.monotonic()
        out, err = run.communicate(timeout=90)
    assert run.returncode == 130, err
    assert "best plan so far" in err
    assert "interrupted: the best plan found before the stop" in out
    assert time.monotonic() - started < 60
    [plan] = (folder / "runs").glob("*/plan.json")
    document = json.loads(plan.read_text(encoding="utf-8"))
    assert document["state"] == "interrupted"
    assert (plan.parent / "territories.csv").exists()


def test_ctrl_c_twice_ends_a_plan_at_once_and_leaves_nothing_half_done(copy_of_example):
    folder = copy_of_example("communes")
    with planning(folder, "(no plan yet, bound") as run:
        os.killpg(run.pid, signal.SIGINT)
        # Two signals that have not been taken count as one.
        assert any("Ctrl-C again ends at once" in line for line in run.stderr)
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=30)
    assert (run.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert not list(folder.glob("runs/*"))


def test_without_a_terminal_progress_is_plain_lines_on_stderr(copy_of_example):
    command = [sys.executable, "-c", "from flows.cli import main; main()", "plan"]
    ended = subprocess.run(
        [*command, str(copy_of_example("action-plan"))],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert "staffing" in ended.stderr
    assert "\x1b" not in ended.stderr


class Interrupting(io.RawIOBase):
    """A file during whose first write the user presses Ctrl-C."""

    pressed = False

    def writable(self):
        return True

    def write(self, data):
        if not self.pressed:
            self.pressed = True
            signal.raise_signal(signal.SIGINT)
        return len(data)


def test_ctrl_c_in_the_middle_of_a_write_is_taken(capfd, monkeypatch):
    """A buffer cannot be entered twice: the note of the handler goes round it."""
    stderr = io.TextIOWrapper(io.BufferedWriter(Interrupting()), write_through=True)
    monkeypatch.setattr(sys, "stderr", stderr)
    with stop_on_interrupt() as cancelled:
        say("a line during which the user presses Ctrl-C")
        stderr.flush()
        assert cancelled()
    assert "best plan so far" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("state", "code"), [("planned", 0), ("no_plan", 4), ("rejected", 5), ("interrupted", 130)]
)
def test_every_state_has_its_exit_code(state, code):
    assert _exit_code(state) == code


def test_a_place_that_cannot_be_written_exits_2_in_words(quartier, tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    code, printed, told = quartier("init", str(tmp_path / "taken"))
    assert (code, printed) == (2, "")
    assert told.startswith("quartier: ")
    assert "taken" in told


def test_open_says_when_the_report_is_gone(quartier, tmp_path):
    run = tmp_path / "runs" / "base-1"
    run.mkdir(parents=True)
    (run / "plan.json").write_text("{}", encoding="utf-8")
    code, printed, told = quartier("open", str(tmp_path), "base-1", "--no-show")
    assert (code, printed) == (2, "")
    assert "report.html" in told


def test_a_solver_that_breaks_off_is_no_plan_and_no_traceback(quartier, copy_of_example):
    folder = copy_of_example("action-plan")
    process = (folder / "process.csv").read_text(encoding="utf-8").splitlines()
    header = process[0].split(",")
    rows = [dict(zip(header, line.split(","), strict=True)) for line in process[1:]]
    for row in rows:
        row["units_per_next"] = "1000000000"
    lines = [",".join(header), *(",".join(row.values()) for row in rows)]
    (folder / "process.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, out, err = quartier("plan", folder)
    assert "Traceback" not in out + err
    assert code == 4
    assert "absurd size" in err
