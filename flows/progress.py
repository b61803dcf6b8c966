"""Show progress on stderr and turn Ctrl-C into a request to stop with the best plan so far."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import isfinite
from types import FrameType

from rich.console import Console

from optimizer.result import Progress

WORTH_TELLING_SECONDS = 0.5


class _Console(Console):
    """Print on, or no more: a reader of progress that is gone does not end the work."""

    def on_broken_pipe(self) -> None:
        """Be quiet; the default ends the process, and stdout with it."""
        self.quiet = True


class Listener:
    """Print what a run is doing; quiet when asked, one line each when stderr is no terminal."""

    def __init__(self, quiet: bool = False) -> None:
        self._console = _Console(stderr=True, quiet=quiet, highlight=False, soft_wrap=True)
        self._status = self._console.status("starting") if self._console.is_terminal else None
        self._last = ""

    def __enter__(self) -> Listener:
        """Start the live line."""
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the live line."""
        if self._status:
            self._status.stop()

    def __call__(self, progress: Progress) -> None:
        """Show one step."""
        line = f"{progress.stage}: {progress.message}{_proof(progress)}"
        if self._status:
            self._status.update(line)
        if progress.stage != self._last or not self._status:
            self._last = progress.stage
            with suppress(OSError):
                self._console.print(f"  {line}", markup=False)


def _proof(progress: Progress) -> str:
    value = progress.objective
    bound = progress.bound if isfinite(progress.bound or 0.0) else None
    if value is None:
        return "" if bound is None else f" (no plan yet, bound {bound:,.0f})"
    proved = "" if bound is None else f", bound {bound:,.0f}"
    return f" (value {value:,.0f}{proved})"


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Yield `cancelled()`: True once Ctrl-C was pressed. A second Ctrl-C ends at once."""
    stop = threading.Event()

    def first(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # The handler may have interrupted a write to stderr, whose buffer cannot be entered twice.
        with suppress(OSError):
            os.write(2, b"stopping; the best plan so far is kept (Ctrl-C again ends at once)\n")

    if threading.current_thread() is not threading.main_thread():
        yield stop.is_set
        return
    before = signal.signal(signal.SIGINT, first)
    try:
        yield stop.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def say(message: str) -> None:
    """Write a line to stderr, where it can be written."""
    with suppress(OSError):
        sys.stderr.write(message + "\n")


def tell_compiling() -> None:
    """Say what compiling took, if anything had to be compiled."""
    from optimizer.compile_clock import COMPILING

    if COMPILING.seconds() > WORTH_TELLING_SECONDS:
        say(
            f"compiling took {COMPILING.seconds():.1f} s, once on this machine: "
            "in the seconds of the first rows, in no limit"
        )
