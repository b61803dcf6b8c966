"""Measure what compact territories cost: EUR, travel and looks under rising prices of compactness.

    python -m benchmarks.compactness examples/communes [--stray 20,100,500] [--square 0.5,2]
    python -m benchmarks.compactness --panel PANEL.csv COMMUNES.csv --seats 40

`off` is the plan without a word on compactness; `stray X` prefers contiguity at X EUR a stray
account, `required` demands it; `square W` adds W times the cost squared over the mean cost, so that
long trips count more. EUR are travel and moves alone, the same in every row. A workspace brings
its own rules; a panel is read as in benchmarks.continuity, its territories today are departments.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.continuity_data import (
    homes_by_halving,
    make_year_problem,
    read_years,
    seats_by_department,
    yearly_km,
)
from geodata.areas import Shapes, country_outline, dissolve, mainland, pick_crs
from geodata.cells import distinct_places, heaviest_label, voronoi_cells
from geodata.graphs import bridged, units_by_land
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryProblem
from optimizer.verify_territories import verify_territories
from scenarios.build_graph import account_edges
from scenarios.build_territory import build_territory_case
from scenarios.decide import Request
from scenarios.outcome_compactness import compactness_kpis, compactness_table
from scenarios.run import read_workspace
from scenarios.seats import seat_holders

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Land:
    """Hold a problem with neighbours and the map it is drawn on.

    Attributes
    ----------
    problem
        With `edges`, contiguity off.
    place
        (U, 2) lat, lon in degrees.
    travel_km
        (U, S) a year.
    cells
        Land of each distinct place.
    """

    problem: TerritoryProblem
    place: Floats
    travel_km: Floats
    cells: Shapes


def land_of_workspace(folder: Path) -> Land:
    """Return the land of a workspace under its base rules."""
    workspace = read_workspace(Request(folder=folder))
    case = build_territory_case(workspace, seat_holders(workspace.tables, workspace.config))
    assert case is not None, "the workspace has no accounts or no reps in the field"
    place = case.accounts[["lat_deg", "lon_deg"]].to_numpy(float)
    edges = account_edges(workspace, case.accounts)
    return Land(
        problem=replace(case.problem, edges=edges, contiguity="off"),
        place=place,
        travel_km=case.travel_km,
        cells=_cells(place, workspace.config.workspace.country or "FRA"),
    )


def land_of_panel(panel: Path, communes: Path, seats: int) -> Land:
    """Return the land of the last year of a panel, owned by departments."""
    years = read_years(panel, communes)
    year = years[max(years)]
    homes = homes_by_halving(year, seats)
    current = seats_by_department(year, homes)
    problem = make_year_problem(year, homes, current, np.full(len(current), 3.0), 1.0)
    outline = mainland(country_outline("FRA"), year.place)
    lat, lon = year.place.T
    edges = units_by_land(lat, lon, outline, pick_crs(outline))
    return Land(
        problem=replace(problem, edges=bridged(edges, lat, lon)),
        place=year.place,
        travel_km=yearly_km(year, homes),
        cells=_cells(year.place, "FRA"),
    )


def _cells(place: Floats, country: str) -> Shapes:
    outline = mainland(country_outline(country), place)
    return voronoi_cells(place[:, 0], place[:, 1], outline, pick_crs(outline))


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
    """Return the measures of compactness of a plan."""
    names = np.array([*land.problem.seat_ids, ""], dtype=object)[seat]
    frame = pd.DataFrame(land.place, columns=["lat_deg", "lon_deg"])
    frame = frame.assign(rep_id=names, previous_rep_id="")
    reps = pd.DataFrame({"rep_id": list(land.problem.seat_ids), "name": "", "pool": ""})
    _, place = distinct_places(*land.place.T)
    labels = heaviest_label(place, names, land.problem.measures[:, 0])
    shapes = dissolve(land.cells, labels).rename(columns={"label": "rep_id"})
    drawn = {"before": shapes.iloc[:0], "after": shapes}
    table = compactness_table(frame, reps, land.problem.edges, drawn, "cells")
    return compactness_kpis(table)


def line(name: str, row: dict[str, float]) -> str:
    """Return one line of the table."""
    return (
        f"{name:<12}{row['eur']:>12,.0f}{row['km']:>12,.0f}{row['moved']:>8.1%}"
        f"{row['stray_share_after']:>8.1%}{row['contiguous_share_after']:>9.1%}"
        f"{row['among_others_share_after']:>9.1%}{row['mean_km_to_middle_after']:>8.1f}"
        f"{row['polsby_popper_after']:>8.3f}{row['reock_after']:>7.3f}"
        f"{row.get('missed', 0.0):>6.0f}{row.get('gap', np.nan):>8.2%}{row.get('cpu', 0):>7.1f}"
    )


HEAD = (
    f"{'':<12}{'EUR/year':>12}{'travel km':>12}{'moved':>8}{'stray':>8}{'in one':>9}{'amid':>9}"
    f"{'km mid':>8}{'P-P':>8}{'Reock':>7}{'miss':>6}{'gap':>8}{'CPU s':>7}"
)


def main() -> None:
    args = _arguments()
    if args.panel:
        panel, communes = args.panel
        land = land_of_panel(panel, communes, args.seats)
    else:
        land = land_of_workspace(args.workspace)
    print(HEAD)
    if (land.problem.current_seat >= 0).any():
        print(line("today", measure(land, land.problem.current_seat)))
    options = Options(seconds=args.seconds, effort=args.effort)
    for name, problem in variants(land.problem, args.stray, args.square):
        begun = time.process_time()
        solution = solve_territories(problem, options)
        cpu = time.process_time() - begun
        if solution.plan is None:
            print(f"{name:<12}{solution.status}")
            continue
        found = verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
        assert not found, found[0]
        missed = sum(s.code.startswith("window_") for s in solution.shortfalls)
        told = {"missed": missed, "gap": solution.gap or 0.0, "cpu": cpu}
        print(line(name, {**measure(land, solution.plan.seat), **told}), flush=True)


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",") if part]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("workspace", type=Path, nargs="?", default=Path("examples/communes"))
    parser.add_argument("--panel", type=Path, nargs=2, metavar=("PANEL", "COMMUNES"))
    parser.add_argument("--seats", type=int, default=40)
    parser.add_argument("--stray", type=_numbers, default=[20.0, 100.0, 500.0])
    parser.add_argument("--square", type=_numbers, default=[0.5, 2.0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--effort", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
