"""Measure the time that compiling takes, which happens once on a machine and is kept.

Limits of a solve leave it out: a first run would otherwise spend its seconds on compiling and
end with a poor plan, the next one with a good plan.
"""

from __future__ import annotations

import time

from numba.core import event


class CompileClock(event.Listener):
    """Add up seconds between start and end of compiling, nested starts counted once.

    Numba compiles under one lock, so starts and ends of two threads never mix.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._since = 0.0
        self._total = 0.0

    def on_start(self, _event: event.Event) -> None:
        """Begin to count, unless something that is being compiled asked for this."""
        if self._depth == 0:
            self._since = time.perf_counter()
        self._depth += 1

    def on_end(self, _event: event.Event) -> None:
        """Stop counting when the outermost has ended."""
        if self._depth == 1:
            # Another thread may ask in between: it may be told too much for a moment, which gives
            # its solve time, never too little, which would end it.
            now = time.perf_counter()
            self._total += now - self._since
            self._since = now
        self._depth -= 1

    def seconds(self) -> float:
        """Return seconds so far, those of what is being compiled now included."""
        under_way = time.perf_counter() - self._since if self._depth else 0.0
        return self._total + under_way


COMPILING = CompileClock()
event.register("numba:compile", COMPILING)
