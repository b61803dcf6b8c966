"""Watch the wall clock and the wish to stop during one solve."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from optimizer.compile_clock import COMPILING
from optimizer.mathopt import Limits
from optimizer.result import Cancelled, OnProgress, Options, Progress

OnStep = Callable[[str, float], None]
"""Hears what a step before the first plan does, and the bound so far, -inf for none."""


class Watch:
    """Say how much time is left and who ended the solve, if anybody did."""

    def __init__(
        self, options: Options, on_progress: OnProgress | None, cancelled: Cancelled | None
    ) -> None:
        self._options = options
        self._on_progress = on_progress
        self._cancelled = cancelled or _never
        self._begun = _now()
        self.stopped_by: str | None = None
        self.bounds_hold = True
        """False while choices of the problem are fixed: bounds then hold for these alone."""

    def cancelled(self) -> bool:
        """Return whether the caller wants an end."""
        return self._cancelled()

    def seconds(self) -> float:
        """Return seconds since the start, those of compiling left out."""
        return _now() - self._begun

    def seconds_left(self) -> float:
        """Return seconds until the backstop, 0 when the solve is to end now."""
        return 0.0 if self.stop() else max(0.0, self._options.seconds - self.seconds())

    def stop(self) -> bool:
        """Return whether the solve is to end now; once True, always True."""
        if self.stopped_by is None and self._cancelled():
            self.stopped_by = "cancel"
        if self.stopped_by is None and self.seconds() >= self._options.seconds:
            self.stopped_by = "time"
        return self.stopped_by is not None

    def limits(self, nodes: int | None, gap: float = 0.0) -> Limits:
        """Return the limits of one integer program that starts now."""
        return Limits(
            seconds=self.seconds_left(),
            nodes=nodes,
            gap=gap,
            seed=self._options.seed,
            cancelled=self._cancelled,
        )

    def tell(self, message: str, objective: float | None, bound: float) -> None:
        """Report progress; a bound that proves nothing about the problem is left out."""
        if self._on_progress is not None:
            proved = bound if self.bounds_hold and math.isfinite(bound) else None
            self._on_progress(
                Progress(stage="territories", message=message, objective=objective, bound=proved)
            )

    def tell_step(self, message: str, bound: float) -> None:
        """Report what is done before there is a plan."""
        self.tell(message, None, bound)


def _now() -> float:
    return time.perf_counter() - COMPILING.seconds()


def _never() -> bool:
    return False
