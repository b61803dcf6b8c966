"""Measure what compact territories cost: EUR, travel and looks under rising prices of compactness.

    python -m benchmarks.compactness examples/communes [--stray 20,100,500] [--square 0.5,2]
    python -m benchmarks.compactness --panel PANEL.csv COMMUNES.csv --seats 40
    python -m benchmarks.compactness --units departements --tolerance 0.5

`off` is the plan without a word on compactness; `stray X` prefers contiguity at X EUR a stray
account, `required` demands it; `square W` adds W times the cost squared over the mean cost, so that
long trips count more. EUR are travel and moves alone, the same in every row. A workspace brings
its own rules; a panel is read as in benchmarks.continuity, its territories today are departments.
With `--units` the accounts of an EPCI or département stay together, and its polygon is drawn whole.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.compactness_land import Land, land_of_panel, land_of_workspace
from benchmarks.compactness_pictures import Picture, page
from benchmarks.unit_polygons import UNITS, units_missing
from geodata.areas import Shapes, dissolve
from geodata.cells import distinct_places, heaviest_label
from geodata.compactness import holes, pieces
from geodata.points import geometries_of
from geodata.shapes import in_metres
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryProblem
from optimizer.verify_territories import verify_territories
from scenarios.outcome_compactness import compactness_kpis, compactness_table


def squared(problem: TerritoryProblem, weight: float) -> TerritoryProblem:
    """Return the problem with costs that grow with their square; what is forbidden stays so."""
    cost = problem.costs().rows(0, len(problem.unit_ids))
    mean = float(cost.min(axis=1).mean())
    with np.errstate(invalid="ignore"):
        return replace(problem, cost=cost + weight * cost**2 / mean)


def variants(
    problem: TerritoryProblem, strays: list[float], weights: list[float]
) -> Iterator[tuple[str, TerritoryProblem]]:
    """Yield each variant with its name, the loosest first."""
    yield "off", problem
    for eur in strays:
        yield f"stray {eur:g}", replace(problem, contiguity="preferred", stray_eur=eur)
    yield "required", replace(problem, contiguity="required")
    for weight in weights:
        yield f"square {weight:g}", squared(problem, weight)


def measure(land: Land, seat: NDArray[np.int64]) -> dict[str, float]:
    """Return EUR of travel and moves at the land's own costs, km, and how the plan looks."""
    problem, at = land.problem, np.arange(len(seat))
    today = problem.current_seat
    moved = (today >= 0) & (seat != today)
    served = seat >= 0
    travel = problem.costs().at(at[served], seat[served]).sum()
    return {
        "eur": float(travel + problem.move_cost[moved & served].sum()),
        "km": float(land.travel_km[at[served], seat[served]].sum()),
        "moved": float(moved.sum() / max(1, (today >= 0).sum())),
        **looks(land, seat),
    }


def looks(land: Land, seat: NDArray[np.int64]) -> dict[str, float]:
    """Return the measures of compactness of a plan, and the holes in its territories."""
    names = np.array([*land.problem.seat_ids, ""], dtype=object)[seat]
    frame = pd.DataFrame(land.place, columns=["lat_deg", "lon_deg"])
    frame = frame.assign(rep_id=names, previous_rep_id="")
    reps = pd.DataFrame({"rep_id": list(land.problem.seat_ids), "name": "", "pool": ""})
    shapes = territories(land, seat)
    count = holes(geometries_of(in_metres(shapes)))
    drawn = {"before": shapes.iloc[:0], "after": shapes}
    table = compactness_table(frame, reps, land.problem.edges, drawn, "cells")
    return {**compactness_kpis(table), "holes": float(count.sum())}


def territories(land: Land, seat: NDArray[np.int64]) -> Shapes:
    """Return one polygon a territory; a cell goes to the seat with most workload in it."""
    names = np.array([*land.problem.seat_ids, ""], dtype=object)[seat]
    labels = heaviest_label(land.cell_of, names, land.problem.measures[:, 0])
    return dissolve(land.cells, labels).rename(columns={"label": "rep_id"})


def picture(land: Land, seat: NDArray[np.int64], caption: str) -> Picture:
    """Return the map of a plan with its stray accounts."""
    _, place = distinct_places(*land.place.T)
    away = pieces(seat, place, place[land.problem.edges]) > 0
    return Picture(caption=caption, shapes=territories(land, seat), stray=land.place[away])


def line(name: str, row: dict[str, float]) -> str:
    """Return one line of the table."""
    return (
        f"{name:<12}{row['eur']:>12,.0f}{row['km']:>12,.0f}{row['moved']:>8.1%}"
        f"{row['stray_share_after']:>8.1%}{row['contiguous_share_after']:>9.1%}"
        f"{row['among_others_share_after']:>9.1%}{row['mean_km_to_middle_after']:>8.1f}"
        f"{row['polsby_popper_after']:>8.3f}{row['reock_after']:>7.3f}"
        f"{row['holes']:>6.0f}{row.get('missed', 0.0):>6.0f}"
        f"{row.get('gap', np.nan):>8.2%}{row.get('cpu', 0):>7.1f}"
    )


HEAD = (
    f"{'':<12}{'EUR/year':>12}{'travel km':>12}{'moved':>8}{'stray':>8}{'in one':>9}{'amid':>9}"
    f"{'km mid':>8}{'P-P':>8}{'Reock':>7}{'holes':>6}{'miss':>6}{'gap':>8}{'CPU s':>7}"
)


def main() -> None:
    args = _arguments()
    if args.units and units_missing():
        print(f"skipped: {units_missing()}")
        return
    land, pictures = _land(args), []
    print(HEAD)
    today = land.problem.current_seat
    if (today >= 0).any():
        print(line("today", measure(land, today)))
        pictures.append(picture(land, today, "today"))
    options = Options(seconds=args.seconds, effort=args.effort)
    for name, problem in variants(land.problem, args.stray, args.square):
        seat, told = solved(problem, options)
        if seat is None:
            print(f"{name:<12} no plan")
            continue
        print(line(name, {**measure(land, seat), **told}), flush=True)
        pictures.append(picture(land, seat, name))
    if args.draw:
        args.draw.write_text(page("The price of compactness", pictures), encoding="utf-8")


def _land(args: argparse.Namespace) -> Land:
    if args.panel:
        panel, communes = args.panel
        land = land_of_panel(panel, communes, args.seats, args.units)
    else:
        land = land_of_workspace(args.workspace, args.units)
    if args.tolerance is None:
        return land
    wide = np.full_like(land.problem.tolerance, args.tolerance)
    return replace(land, problem=replace(land.problem, tolerance=wide))


def solved(
    problem: TerritoryProblem, options: Options
) -> tuple[NDArray[np.int64] | None, dict[str, float]]:
    """Return the checked plan, None without one, and windows missed, gap and CPU seconds."""
    begun = time.process_time()
    solution = solve_territories(problem, options)
    cpu = time.process_time() - begun
    if solution.plan is None:
        return None, {}
    found = verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
    assert not found, found[0]
    missed = sum(s.code.startswith("window_") for s in solution.shortfalls)
    return solution.plan.seat, {"missed": missed, "gap": solution.gap or 0.0, "cpu": cpu}


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",") if part]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("workspace", type=Path, nargs="?", default=Path("examples/communes"))
    parser.add_argument("--panel", type=Path, nargs=2, metavar=("PANEL", "COMMUNES"))
    parser.add_argument("--units", choices=UNITS, default="", help="keep units together")
    parser.add_argument("--tolerance", type=float, help="of every balance window, ratio")
    parser.add_argument("--draw", type=Path, help="HTML page of maps to write")
    parser.add_argument("--seats", type=int, default=40)
    parser.add_argument("--stray", type=_numbers, default=[20.0, 100.0, 500.0])
    parser.add_argument("--square", type=_numbers, default=[0.5, 2.0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--effort", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
