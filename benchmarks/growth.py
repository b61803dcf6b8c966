"""Measure how processor time grows with the size of a territory problem, at equal units a seat.

    python -m benchmarks.growth --size 5000x10 --size 50000x100 --size 500000x1000 --gap 0.001

Each size is solved to the same proven gap. `first 1 %` is when a plan within 1 % of the final
bound was first known, `gap` when the gap was proved, `all` the whole solve. The exponents are
those of the least-squares line through the logarithms: 1 is time in proportion to the units.
The search is compiled on a small problem before the first size; what only large problems use is
compiled in the first run of an installation, so take the second.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from benchmarks.measure import measured
from benchmarks.territory import sized
from optimizer.result import Options, Progress, relative_gap
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryProblem
from optimizer.verify_territories import verify_territories

DEFAULT_SIZES = ("5000x10", "50000x100", "500000x1000")
WITHIN = 0.01
"""Distance to the final bound at which a plan counts as good."""
WARM_UP = "600x6"
COLUMNS = ("first_cpu_seconds", "gap_cpu_seconds", "cpu_seconds")


@dataclass(frozen=True, kw_only=True)
class Grown:
    """Hold one size: processor seconds of all threads until each stage; NaN when not reached."""

    size: str
    units: int
    first_cpu_seconds: float
    gap_cpu_seconds: float
    cpu_seconds: float
    seconds: float
    gap: float
    windows_missed: int
    violations: int
    peak_mb: float


@dataclass
class Stages:
    """Note when each plan and bound became known."""

    begun: float = field(default_factory=time.process_time)
    seen: list[tuple[float, float, float]] = field(default_factory=list)

    def __call__(self, progress: Progress) -> None:
        """Take one message of the solver."""
        if progress.objective is not None and progress.bound is not None:
            now = time.process_time() - self.begun
            self.seen.append((now, progress.objective, progress.bound))

    def first_within(self, share: float, bound: float) -> float:
        """Return when a plan was first within a share of a bound, NaN if never."""
        return self._first(lambda value, _: relative_gap(value, bound) <= share)

    def first_proved(self, gap: float) -> float:
        """Return when a gap was first proved, NaN if never."""
        return self._first(lambda value, bound: relative_gap(value, bound) <= gap)

    def _first(self, reached: Callable[[float, float], bool]) -> float:
        return next((now for now, value, bound in self.seen if reached(value, bound)), np.nan)


def measure(size: str, options: Options) -> Grown:
    """Solve one size and check the plan independently."""
    problem = sized(size, options.seed).problem()
    with measured() as used:
        stages = Stages()
        solution = solve_territories(problem, options, on_progress=stages)
    assert solution.plan is not None, f"{size}: {solution.status}"
    assert solution.objective is not None
    assert solution.bound is not None
    stages.seen.append((used.cpu_seconds, solution.objective, solution.bound))
    found = verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
    return Grown(
        size=size,
        units=len(problem.unit_ids),
        first_cpu_seconds=stages.first_within(WITHIN, solution.bound),
        gap_cpu_seconds=stages.first_proved(options.gap),
        cpu_seconds=used.cpu_seconds,
        seconds=used.seconds,
        gap=solution.gap if solution.gap is not None else np.nan,
        windows_missed=sum(s.code.startswith("window_") for s in solution.shortfalls),
        violations=len(found),
        peak_mb=used.peak_mb,
    )


def exponent(units: Sequence[float], seconds: Sequence[float]) -> float:
    """Return b of seconds = a units^b by least squares of logarithms; NaN below two sizes.

    Examples
    --------
    >>> round(exponent([10, 100, 1000], [2, 40, 800]), 3)
    1.301
    """
    n, t = np.asarray(units, dtype=float), np.asarray(seconds, dtype=float)
    known = (n > 0) & (t > 0)
    if known.sum() < 2:
        return float("nan")
    return float(np.polyfit(np.log(n[known]), np.log(t[known]), 1)[0])


def line(row: Grown) -> str:
    """Return one line of the Markdown table."""
    return (
        f"| {row.size} | {row.first_cpu_seconds:.1f} | {row.gap_cpu_seconds:.1f} "
        f"| {row.cpu_seconds:.1f} | {row.seconds:.1f} | {row.gap:.3%} | {row.windows_missed} "
        f"| {row.peak_mb:,.0f} |"
    )


def table(rows: Sequence[Grown]) -> str:
    """Return the Markdown table, the exponents in its last line."""
    units = [row.units for row in rows]
    powers = [exponent(units, [getattr(row, name) for row in rows]) for name in COLUMNS]
    head = "| units x seats | first 1 % | gap | all | seconds | proven gap | windows missed | MB |"
    rule = "|---|---:|---:|---:|---:|---:|---:|---:|"
    last = "| exponent | " + " | ".join(f"{power:.2f}" for power in powers) + " | | | | |"
    return "\n".join([head, rule, *map(line, rows), last])


def compile_search() -> TerritoryProblem:
    """Solve a small problem, so that no size pays for compiling; return it."""
    problem = sized(WARM_UP, 1).problem()
    solve_territories(problem, Options(seconds=20.0, effort=1))
    return problem


def main() -> None:
    """Measure from the command line of Python."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", action="append", help="units x seats, may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--gap", type=float, default=0.001)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    options = Options(seconds=args.seconds, gap=args.gap, seed=args.seed, workers=args.workers)
    compile_search()
    rows = []
    for size in args.size or DEFAULT_SIZES:
        rows.append(measure(size, options))
        gc.collect()
        if not args.json:
            print(line(rows[-1]), flush=True)
    print(json.dumps([asdict(row) for row in rows]) if args.json else "\n" + table(rows))


if __name__ == "__main__":
    main()
