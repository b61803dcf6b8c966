"""How a command ends: exit codes, and what it prints on stdout last."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn, TextIO

from optimizer.result import SOLVER_THREAD

PLANNED, USAGE, FINDINGS, NO_PLAN, REJECTED, INTERRUPTED = 0, 2, 3, 4, 5, 130
READER_GONE = 141
"""What a shell reports of a tool whose reader closed the pipe: 128 + SIGPIPE."""
STDOUT = "standard output"


def keep_stdout_ours() -> None:
    """Let what this program writes, and nothing else, arrive on standard output.

    A solver left behind after Ctrl-C may still print, amid the JSON of the command: from here on
    what a C library prints goes to standard error, for as long as the process lives.
    """
    _open_what_is_closed()
    # Without a descriptor, as in tests, there is nothing to keep apart.
    with suppress(OSError, ValueError, AttributeError):
        before, errors = sys.stdout, sys.stderr.fileno()
        before.flush()
        ours = os.dup(before.fileno())
        os.dup2(errors, before.fileno())
        sys.stdout = io.TextIOWrapper(
            os.fdopen(ours, "wb"),
            encoding=before.encoding,
            errors=before.errors,
            line_buffering=before.isatty(),
        )


def _open_what_is_closed() -> None:
    """Let a standard stream that was closed by whoever started the process lead nowhere.

    The first file opened would otherwise take its number, and what a library prints would land
    in that file.
    """
    while (spare := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(spare)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def settle_streams(code: int) -> int:
    """Write out what is left, and return the exit code: another one where stdout cannot be written.

    What a stream cannot take is dropped, or the interpreter would complain of it at its end.
    """
    fault = _flush_or_drop(sys.stdout)
    if fault is not None and code == PLANNED:
        code = READER_GONE if isinstance(fault, BrokenPipeError) else USAGE
    _flush_or_drop(sys.stderr)
    return code


def _flush_or_drop(stream: TextIO) -> OSError | None:
    try:
        stream.flush()
    except OSError as fault:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        return fault
    return None


def end_process(code: int) -> NoReturn:
    """End the process without winding up the interpreter."""
    os._exit(settle_streams(code))


def still_solving() -> bool:
    """Return whether a solver, or a scenario being planned, was left behind in its thread.

    Nothing can stop it, and an interpreter that ends around it may end with a segmentation fault
    in place of the exit code.
    """
    return any(thread.name.startswith(SOLVER_THREAD) for thread in threading.enumerate())


def write(text: str) -> None:
    """Write text to stdout, with one line end, at once: rows of a benchmark come one by one.

    Raises
    ------
    SystemExit
        When whoever read stdout is gone: nothing that is written matters any more.
    OSError
        When stdout cannot be written otherwise, with its name.
    """
    try:
        sys.stdout.write(text.rstrip("\n") + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise SystemExit(READER_GONE) from None
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, STDOUT) from None


def write_json(document: Mapping[str, Any]) -> None:
    """Write one JSON object to stdout."""
    write(json.dumps(document, ensure_ascii=False, indent=2, default=str, allow_nan=False))
