"""Build the accounts, the reps and the shapes of a small outcome: four quadrants."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geodata.areas import Shapes
from geodata.graphs import units_by_place
from scenarios.outcome_compactness import compactness_table

FIELD_REPS = {
    "R1": ("Alice Martin", "north", 48.1, 1.4),
    "R2": ("Boris Lefèvre", "north", 47.9, 4.6),
    "R3": ("Chloé Durand", "south", 46.1, 1.2),
    "R4": ("Driss Benali", "south", 45.9, 4.4),
}
POTENTIAL = {"gold": 60_000.0, "silver": 24_000.0, "bronze": 9_000.0}
WORKLOAD = {"gold": 48.0, "silver": 22.0, "bronze": 9.0}


def _quadrant(lat: float, lon: float) -> str:
    return {(True, False): "R1", (True, True): "R2", (False, False): "R3", (False, True): "R4"}[
        lat >= 47.0, lon >= 3.0
    ]


def _squared_distance(rep: str, lat: float, lon: float) -> float:
    _, _, home_lat, home_lon = FIELD_REPS[rep]
    return (lat - home_lat) ** 2 + (0.7 * (lon - home_lon)) ** 2


def _previous_rep(i: int, rep: str, lon: float) -> str:
    if i == 7:
        return ""
    swapped = {"R1": "R2", "R2": "R1", "R3": "R4", "R4": "R3"}[rep]
    return swapped if abs(lon - 3.0) < 0.7 and i % 4 != 0 else rep


def _account(i: int) -> dict[str, Any]:
    lon = 0.2 + 5.6 * ((0.5 + i * 0.7548776662) % 1.0)
    lat = 45.15 + 3.7 * ((0.5 + i * 0.5698402910) % 1.0)
    segment = ("gold", "silver", "silver", "bronze", "bronze", "silver", "bronze", "bronze")[i % 8]
    rep = _quadrant(lat, lon)
    others = sorted(
        (r for r in FIELD_REPS if r != rep), key=lambda r: _squared_distance(r, lat, lon)
    )
    previous = _previous_rep(i, rep, lon)
    moved = previous not in {"", rep}
    travel_km = round(8 * 111.0 * _squared_distance(rep, lat, lon) ** 0.5, 1)
    potential = POTENTIAL[segment] * (1 + 0.03 * (i % 7))
    return {
        "account_id": f"A{i:03d}",
        "name": f"Clinique n° {i}" if i % 2 else f"Dupont & Fils {i}",
        "segment": segment,
        "lat_deg": round(lat, 5),
        "lon_deg": round(lon, 5),
        "rep_id": rep,
        "rep_name": FIELD_REPS[rep][0],
        "previous_rep_id": previous,
        "moved": moved,
        "locked": i == 12,
        "stray_before": i == 3,
        "stray_after": i in {3, 5},
        "workload_hours": WORKLOAD[segment] + i % 5,
        "potential_eur": potential,
        "revenue_eur": round(0.3 * potential, 2),
        "travel_km": travel_km,
        "travel_hours": round(travel_km / 65.0, 2),
        "move_cost_eur": round(0.006 * potential, 2) if moved else 0.0,
        "runner_up_rep_id": others[0],
        "runner_up_extra_eur": round(120.0 + 31.0 * (i % 9), 2),
        "reason": "nearer to its rep and brings the workload into the window" if moved else "kept",
    }


def make_territories(count: int = 48) -> pd.DataFrame:
    """Return the accounts of four quadrants, spread evenly."""
    return pd.DataFrame([_account(i) for i in range(count)])


def _rep_row(rep: str, territories: pd.DataFrame, totals: tuple[float, float]) -> dict[str, Any]:
    name, pool, lat, lon = FIELD_REPS[rep]
    after = territories[territories["rep_id"] == rep]
    before = territories[territories["previous_rep_id"] == rep]
    workload_target, potential_target = totals[0] / 4, totals[1] / 4
    return {
        "rep_id": rep,
        "name": name,
        "pool": pool,
        "kind": "field",
        "lat_deg": lat,
        "lon_deg": lon,
        "fte": 1.0,
        "accounts_before": len(before),
        "accounts_after": len(after),
        "workload_hours_before": before["workload_hours"].sum(),
        "workload_hours_after": after["workload_hours"].sum(),
        "workload_target_hours": workload_target,
        "workload_deviation_before": before["workload_hours"].sum() / workload_target - 1,
        "workload_deviation": after["workload_hours"].sum() / workload_target - 1,
        "potential_eur_before": before["potential_eur"].sum(),
        "potential_eur_after": after["potential_eur"].sum(),
        "potential_target_eur": potential_target,
        "potential_deviation_before": before["potential_eur"].sum() / potential_target - 1,
        "potential_deviation": after["potential_eur"].sum() / potential_target - 1,
        "travel_hours_before": 1.15 * before["travel_hours"].sum(),
        "travel_hours_after": after["travel_hours"].sum(),
        "accounts_gained": int((after["moved"]).sum()),
        "accounts_given": int((before["rep_id"] != rep).sum()),
    }


def make_reps(territories: pd.DataFrame) -> pd.DataFrame:
    """Return the four field reps, with sums over the accounts given."""
    totals = (territories["workload_hours"].sum(), territories["potential_eur"].sum())
    return pd.DataFrame([_rep_row(rep, territories, totals) for rep in FIELD_REPS])


def _box(
    name: dict[str, str], west: float, south: float, east: float, north: float
) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": name,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def make_territory_shapes() -> Shapes:
    """Return one quadrant a rep, EPSG:4326."""
    boxes = {"R1": (0, 47, 3, 49), "R2": (3, 47, 6, 49), "R3": (0, 45, 3, 47), "R4": (3, 45, 6, 47)}
    features = [
        _box({"rep_id": rep, "name": FIELD_REPS[rep][0]}, *box) for rep, box in boxes.items()
    ]
    return Shapes.from_features(features, crs="EPSG:4326")


def make_compactness(territories: pd.DataFrame) -> pd.DataFrame:
    """Return how the quadrants look, before and after."""
    shapes = make_territory_shapes()
    drawn = {"before": shapes, "after": shapes}
    edges = units_by_place(territories["lat_deg"], territories["lon_deg"])
    return compactness_table(territories, make_reps(territories), edges, drawn, "cells")


def make_country_shape() -> Shapes:
    """Return the outline of the country, one row, EPSG:4326."""
    return Shapes.from_features([_box({"name": "Squareland"}, 0, 45, 6, 49)], crs="EPSG:4326")
