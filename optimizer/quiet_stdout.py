"""Keep a C library's own prints off standard output, where a program may be writing JSON."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STDOUT, _STDERR = 1, 2
_lock = threading.Lock()
_open = 0
_saved = -1


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Send file descriptor 1 to standard error meanwhile; nests and works across threads.

    Text that Python itself has buffered for standard output is kept and arrives there.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _open, _saved  # noqa: PLW0603 - the descriptor is global to the process as well
    with _lock:
        _open += 1
        if _open > 1:
            return
        with suppress(OSError, ValueError):
            _flush()
            _saved = os.dup(_STDOUT)
            os.dup2(_STDERR, _STDOUT)


def _leave() -> None:
    global _open, _saved  # noqa: PLW0603
    with _lock:
        _open -= 1
        if _open or _saved < 0:
            return
        _flush_c()
        os.dup2(_saved, _STDOUT)
        os.close(_saved)
        _saved = -1


def _flush() -> None:
    sys.stdout.flush()
    _flush_c()


def _flush_c() -> None:
    """Empty C's buffers into wherever the descriptor points now."""
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).fflush(None)
