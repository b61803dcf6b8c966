"""Run one solve and say what it took: seconds, processor seconds, peak memory, what was proved."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optimizer.result import Solution, SolverError

Row = dict[str, Any]
PROOF_SLACK = 1e-6
"""Relative; a bound may lie this far on the wrong side of a value before it is called wrong."""


@dataclass(kw_only=True)
class Used:
    """Hold what a stretch of work took; filled when it ends."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0

    def columns(self) -> Row:
        """Return the columns of a row."""
        return {
            "seconds": round(self.seconds, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "peak_mb": round(self.peak_mb),
        }


@contextmanager
def measured() -> Iterator[Used]:
    """Measure what stands inside; the peak is of the whole process, since its start if need be."""
    used = Used()
    _forget_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield used
    finally:
        used.seconds = time.perf_counter() - wall
        used.cpu_seconds = time.process_time() - cpu
        used.peak_mb = peak_mb()


def _forget_peak() -> None:
    """Let the peak start anew where the system can (Linux)."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """Return the largest resident memory in MB: since `measured` began, or since the start."""
    with suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
        if found:
            return int(found.group(1)) / 1024
    with suppress(ImportError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return 0.0


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Hold a solution, or the words of a solver that broke off, and what it took."""

    used: Used
    solution: Solution[Any] | None = None
    fault: str = ""
    notes: tuple[str, ...] = field(default=())


def attempt(solve: Callable[[], Solution[Any]]) -> Attempt:
    """Run a solve; a solver that breaks off makes a row like any other result."""
    with measured() as used:
        try:
            solution = solve()
        except (SolverError, MemoryError) as error:
            return Attempt(used=used, fault=f"{type(error).__name__}: {error}")
    return Attempt(used=used, solution=solution, notes=solution.notes)


def lp_bound(solution: Solution[Any]) -> float | None:
    """Return the bound of the linear relaxation where the solver reports it, else None."""
    return solution.relaxed_bound


def gap_between(value: float | None, reference: float | None) -> float | None:
    """Return (value - reference) / |reference| with its sign; None where a figure is missing."""
    if value is None or reference is None:
        return None
    if value == reference:
        return 0.0
    return (value - reference) / abs(reference) if reference else None


def proven_gap(value: float | None, bound: float | None) -> float | None:
    """Return |value - bound| / |value|; None where a figure is missing or nothing divides."""
    if value is None or bound is None:
        return None
    if value == bound:
        return 0.0
    return abs(value - bound) / abs(value) if value else None


def bound_is_wrong(value: float, bound: float | None, sense: str) -> bool:
    """Say whether a bound forbids a value that was found."""
    if bound is None:
        return False
    beyond = bound - value if sense == "min" else value - bound
    return beyond > PROOF_SLACK * max(1.0, abs(value))
