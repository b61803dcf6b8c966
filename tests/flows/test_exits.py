"""How a process ends when its standard streams are closed, full, or read by nobody any more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LENGTH = 200_000
"""Characters that no pipe holds at once."""
LONG = f"""
import sys, time, flows.cli as cli
from flows.exits import write
from flows.progress import Listener
from optimizer.result import Progress

@cli.app.command()
def long(code: int, steps: int = 0) -> None:
    with Listener() as listener:
        for number in range(steps):
            listener(Progress(stage="step", message=str(number)))
            time.sleep(0.1)
    write({LENGTH} * "x")
    sys.exit(code)

cli.run()
"""
"""The command line with a command that writes much and ends with a code of its own."""


def shell(redirected: str, *words: object, script: str = LONG) -> tuple[int, str]:
    """Run a command with streams as the shell says; return its exit code and its stderr."""
    ended = subprocess.run(
        ["bash", "-c", f'"$@" {redirected}', "-", sys.executable, "-c", script, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("code", [0, 3])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_leave_the_exit_code_of_the_command(closed, code):
    assert shell(closed, "long", code) == (code, "")


@pytest.mark.parametrize("reader", ["head -c 1", "true"])
def test_a_reader_that_leaves_ends_the_command_quietly_as_it_does_other_tools(reader):
    assert shell(f"| {reader} > /dev/null; exit ${{PIPESTATUS[0]}}", "long", 0) == (141, "")


def test_a_reader_that_stays_gets_everything():
    counted = "| (sleep 0.2; wc -c >&2); exit ${PIPESTATUS[0]}"
    assert shell(counted, "long", 3) == (3, f"{LENGTH + 1}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_under_stdout_is_said_in_words():
    full = "quartier: standard output: No space left on device\n"
    assert shell("> /dev/full", "long", 0) == (2, full)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_help_that_cannot_be_written_is_no_success():
    code, told = shell("> /dev/full", "--help")
    assert (code, "Traceback" in told, "Exception ignored" in told) == (2, False, False)


def test_what_is_opened_later_does_not_take_the_place_of_a_closed_stdout(tmp_path):
    """A solver that prints to descriptor 1 would otherwise write into the file."""
    opening = (
        "import os, sys, flows.cli as cli\n"
        "def main():\n"
        "    with open(sys.argv[1], 'w') as file:\n"
        "        os.write(1, b'a solver speaks')\n"
        "    sys.exit(0)\n"
        "cli.main = main\n"
        "cli.run()\n"
    )
    assert shell(">&-", tmp_path / "table.csv", script=opening)[0] == 0
    assert (tmp_path / "table.csv").read_bytes() == b""


def test_work_goes_on_and_is_told_though_nobody_reads_its_progress(tmp_path):
    out = tmp_path / "out"
    code, _ = shell(f"2> >(head -n 1 > /dev/null) > {out}", "long", 3, "--steps", 4)
    assert (code, out.stat().st_size) == (3, LENGTH + 1)


def test_ctrl_c_is_taken_though_its_note_cannot_be_written():
    pressed = (
        "import signal, sys, flows.cli as cli\n"
        "from flows.progress import stop_on_interrupt\n"
        "def main():\n"
        "    with stop_on_interrupt() as cancelled:\n"
        "        signal.raise_signal(signal.SIGINT)\n"
        "        sys.exit(130 if cancelled() else 1)\n"
        "cli.main = main\n"
        "cli.run()\n"
    )
    nobody = "2>&1 | (exec <&-; sleep 1); exit ${PIPESTATUS[0]}"
    assert shell(nobody, script=pressed)[0] == 130
