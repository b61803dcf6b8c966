"""How a command ends: exit codes, and what it prints on stdout last."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import typer

PLANNED, USAGE, FINDINGS, NO_PLAN, REJECTED, INTERRUPTED = 0, 2, 3, 4, 5, 130


def leave(code: int, was_cancelled: bool) -> None:
    """End the command; at once after a cancellation."""
    # A cancelled solve may still run in a thread that nothing can stop: do not wait for it.
    sys.stdout.flush()
    sys.stderr.flush()
    if was_cancelled:
        os._exit(code)
    raise typer.Exit(code)


def write(text: str) -> None:
    """Write text to stdout, with one line end."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def write_json(document: Mapping[str, Any]) -> None:
    """Write one JSON object to stdout."""
    write(json.dumps(document, ensure_ascii=False, indent=2, default=str, allow_nan=False))
