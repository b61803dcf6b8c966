"""Run something beside the search when a second worker is there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from optimizer.result import SOLVER_THREAD

Found = TypeVar("Found")


class Beside(Generic[Found]):
    """Run one piece of work in a thread and keep what it found until it is asked for."""

    def __init__(self, run: Callable[[], Found]) -> None:
        self._run = run
        self._found: Found | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._work, name=SOLVER_THREAD, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._found = self._run()
        except Exception as error:  # handed to the thread that asks, which raises it
            self._error = error

    def done(self) -> bool:
        """Return whether the work has ended."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait for the end, so long at most: a process should not end while a solver runs."""
        self._thread.join(seconds)

    def take(self) -> Found | None:
        """Wait for the end and return what was found; raise what was raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found
