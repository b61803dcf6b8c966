"""Note when a solve told which bound, also before it had a plan."""

from __future__ import annotations

import time

from benchmarks.measure import PROOF_SLACK
from optimizer.result import OnProgress, Progress


class Bounds:
    """Listen to a solve, note its bounds and pass everything on."""

    def __init__(self, on_progress: OnProgress | None = None) -> None:
        self._on_progress = on_progress
        self._begun = time.perf_counter()
        self.told: list[tuple[float, float]] = []
        """Seconds since the start, and the bound told then, EUR."""

    def __call__(self, progress: Progress) -> None:
        """Take one message of the solver."""
        if progress.bound is not None:
            self.told.append((time.perf_counter() - self._begun, progress.bound))
        if self._on_progress is not None:
            self._on_progress(progress)

    def seconds_until(self, bound: float | None, seconds: float) -> float | None:
        """Return when the `bound` at the end was first told, `seconds` if only then; None without.

        A bound within a millionth of it counts as the same; the problem is to be minimised.
        """
        if bound is None:
            return None
        enough = bound - PROOF_SLACK * max(1.0, abs(bound))
        return round(next((now for now, told in self.told if told >= enough), seconds), 2)
