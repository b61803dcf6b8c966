"""A comparison that is stopped: what had begun is compared, a second Ctrl-C ends at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows import cli
from flows.compare import compare_scenarios
from scenarios.decide import Request

NAMES = ("base", "one-phase-each", "trained-win-rate")


def test_scenarios_that_had_not_begun_are_left_out_but_never_the_baseline(copy_of_example):
    request = Request(folder=copy_of_example("action-plan"))
    found = compare_scenarios(request, NAMES, cancelled=lambda: True)
    assert [outcome.scenario for outcome in found.outcomes] == ["base"]
    assert found.outcomes[0].state == "interrupted"
    assert found.left_out == NAMES[1:]
    assert (found.folder / "comparison.html").is_file()


def test_a_stopped_comparison_ends_with_130_and_names_what_is_left_out(
    copy_of_example, monkeypatch, capsys
):
    @contextmanager
    def pressed() -> Iterator[Callable[[], bool]]:
        yield lambda: True

    monkeypatch.setattr(cli, "stop_on_interrupt", pressed)
    with pytest.raises(SystemExit) as ended:
        cli.main(["compare", str(copy_of_example("action-plan")), "--json"])
    out, err = capsys.readouterr()
    assert ended.value.code == 130
    assert json.loads(out)["left_out"] == sorted(NAMES[1:])
    assert f"left out, since the run was stopped: {NAMES[1]}, {NAMES[2]}" in err


def test_a_second_ctrl_c_ends_a_comparison_at_once(copy_of_example, tmp_path):
    slow = (
        "import time; import flows.compare as compare\n"
        "def begin(request, watch):\n"
        "    open('begun', 'w').close()\n"
        "    time.sleep(60)\n"
        "compare.run_directly = begin\n"
        "from flows.cli import run; run()\n"
    )
    command = [sys.executable, "-c", slow, "compare", str(copy_of_example("action-plan"))]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=pipe, stderr=pipe) as running:
        until = time.monotonic() + 60
        while not Path(tmp_path, "begun").exists() and time.monotonic() < until:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        assert b"stopping" in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
    assert running.returncode == 130
