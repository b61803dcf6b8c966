"""How a command ends: exit codes, and what it prints on stdout last."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

from optimizer.result import SOLVER_THREAD

PLANNED, USAGE, FINDINGS, NO_PLAN, REJECTED, INTERRUPTED = 0, 2, 3, 4, 5, 130


def keep_stdout_ours() -> None:
    """Let what this program writes, and nothing else, arrive on standard output.

    A solver left behind after Ctrl-C may still print, amid the JSON of the command: from here on
    what a C library prints goes to standard error, for as long as the process lives.
    """
    # Without a descriptor, as in tests, or with one closed, there is nothing to keep apart.
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


def end_process(code: int) -> NoReturn:
    """End the process without winding up the interpreter."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def still_solving() -> bool:
    """Return whether a solver, or a scenario being planned, was left behind in its thread.

    Nothing can stop it, and an interpreter that ends around it may end with a segmentation fault
    in place of the exit code.
    """
    return any(thread.name.startswith(SOLVER_THREAD) for thread in threading.enumerate())


def write(text: str) -> None:
    """Write text to stdout, with one line end."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def write_json(document: Mapping[str, Any]) -> None:
    """Write one JSON object to stdout."""
    write(json.dumps(document, ensure_ascii=False, indent=2, default=str, allow_nan=False))
