"""Re-plan a real panel year after year under a limit on moves, and draw the front of one year.

    python -m benchmarks.continuity PANEL.csv COMMUNES.csv [--seats 40] [--caps 2,5,10,20,100]

Territories start as whole departments with the nearest rep, unbalanced. Each year's plan is the
next year's present; accounts come and go as they did. Every plan is checked independently, and
the limit on moves is asserted. Set OPENBLAS_NUM_THREADS=1 for steady times on few cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.continuity_data import (
    Floats,
    Ints,
    Year,
    homes_by_halving,
    make_year_problem,
    read_years,
    seats_by_department,
    yearly_km,
)
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryProblem
from optimizer.verify_territories import verify_territories

CAPS = (0.02, 0.05, 0.10, 0.20, 1.0)
FRONT_CAPS = (0.0, 0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 1.0)
SPEED_KMH = 65.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """Hold one line of the table; amounts a year."""

    year: int
    cap: float
    accounts: int
    moved: int
    allowed: int
    worst_deviation: float
    missed: int
    travel_km: float
    value_eur: float
    gap: float

    def line(self) -> str:
        """Return the row as text."""
        share = self.moved / max(1, self.accounts)
        return (
            f"{self.year} {self.cap:>6.1%} {self.accounts:>6} {self.moved:>6} {self.allowed:>6} "
            f"{share:>6.1%} {self.worst_deviation:>7.1%} {self.missed:>4} "
            f"{self.travel_km:>10,.0f} {self.travel_km / SPEED_KMH:>8,.0f} "
            f"{self.value_eur:>10,.0f} {self.gap:>7.2%}"
        )


HEAD = (
    "year    cap  owned  moved  limit  share   worst miss  travel km  hours/y  EUR/year     gap\n"
    "               today                   workload                        travel+moves"
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """Hold who has which account, and since when, by account id."""

    seat: dict[str, int]
    years: dict[str, float]

    @classmethod
    def of(cls, year: Year, seat: Ints, tenure_years: float) -> Held:
        """Return the holding of all accounts of a year."""
        return cls(
            seat=dict(zip(year.account_ids, seat.tolist(), strict=True)),
            years=dict.fromkeys(year.account_ids, tenure_years),
        )

    def present(self, year: Year) -> tuple[Ints, Floats]:
        """Return (U,) today's seat, -1 for a new account, and its tenure in years."""
        ids = year.account_ids
        seat = np.array([self.seat.get(one, -1) for one in ids], dtype=np.int64)
        return seat, np.array([self.years.get(one, 0.0) for one in ids])

    def after(self, year: Year, seat: Ints) -> Held:
        """Return the holding a year later; a new owner starts at none."""
        before, tenure = self.present(year)
        tenure = np.where(before == seat, tenure + 1.0, 0.0)
        return Held(
            seat=dict(zip(year.account_ids, seat.tolist(), strict=True)),
            years=dict(zip(year.account_ids, tenure.tolist(), strict=True)),
        )


def plan_year(
    number: int, year: Year, homes: Floats, held: Held, cap: float, options: Options
) -> tuple[Row, Ints]:
    """Plan one year from what is held; return the line of the table and the seats.

    Raises
    ------
    AssertionError
        When more accounts move than the cap allows, or the plan breaks another rule.
    """
    current, tenure = held.present(year)
    problem = make_year_problem(year, homes, current, tenure, cap)
    solution = solve_territories(problem, options)
    assert solution.plan is not None
    seat = solution.plan.seat
    found = verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
    assert not found, found[0]
    owned = current >= 0
    moved, allowed = int((owned & (seat != current)).sum()), int(cap * owned.sum() + 1e-9)
    assert moved <= allowed, f"{moved} accounts moved, {allowed} may"
    row = Row(
        year=number,
        cap=cap,
        accounts=int(owned.sum()),
        moved=moved,
        allowed=allowed,
        worst_deviation=worst_deviation(problem, seat),
        missed=sum(s.code.startswith("window_") for s in solution.shortfalls),
        travel_km=float(yearly_km(year, homes)[np.arange(len(seat)), seat].sum()),
        value_eur=solution.terms["travel_eur"] + solution.terms["moves_eur"],
        gap=solution.gap or 0.0,
    )
    return row, seat


def worst_deviation(problem: TerritoryProblem, seat: Ints) -> float:
    """Return the largest distance of a seat's workload from its target, relative."""
    load = np.bincount(seat, weights=problem.measures[:, 0], minlength=len(problem.seat_ids))
    return float(np.abs(load / problem.targets[:, 0] - 1).max())


def panel(years: dict[int, Year], homes: Floats, cap: float, options: Options) -> Iterator[Row]:
    """Re-plan every year after the first under one cap, each plan carried into the next year."""
    first, *later = sorted(years)
    held = Held.of(years[first], seats_by_department(years[first], homes), 3.0)
    for number in later:
        row, seat = plan_year(number, years[number], homes, held, cap, options)
        held = held.after(years[number], seat)
        yield row


def front(
    years: dict[int, Year], homes: Floats, caps: tuple[float, ...], options: Options
) -> Iterator[Row]:
    """Plan the second year from the first under each cap."""
    first, second = sorted(years)[:2]
    held = Held.of(years[first], seats_by_department(years[first], homes), 3.0)
    for cap in caps:
        yield plan_year(second, years[second], homes, held, cap, options)[0]


def main() -> None:
    args = _arguments()
    years = read_years(args.panel, args.communes)
    homes = homes_by_halving(years[min(years)], args.seats)
    options = Options(seconds=args.seconds, effort=args.effort)
    print(HEAD)
    for cap in args.caps:
        for row in panel(years, homes, cap, options):
            print(row.line(), flush=True)
    print(f"\nfront of {sorted(years)[1]}\n{HEAD}")
    for row in front(years, homes, FRONT_CAPS, options):
        print(row.line(), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("panel", type=Path)
    parser.add_argument("communes", type=Path)
    parser.add_argument("--seats", type=int, default=40)
    parser.add_argument("--caps", type=_caps, default=CAPS, help="in per cent, by commas")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--effort", type=int, default=1)
    return parser.parse_args()


def _caps(text: str) -> tuple[float, ...]:
    return tuple(float(part) / 100 for part in text.split(",") if part)


if __name__ == "__main__":
    main()
