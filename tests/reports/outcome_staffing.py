"""Build the funnel, the roles and the sourcing of a small outcome; hours add up to the need."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd
from outcome_territories import FIELD_REPS

MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))
SEASON = (0.8, 0.9, 1.0, 1.0, 1.1, 1.2, 0.7, 0.6, 1.2, 1.3, 1.3, 0.9)
INSIDE = {"I1": ("Emma Roux", "north"), "I2": ("Farid Kaya", "south")}
PHASES = {  # phase: unit, units per deal, hours per unit, territorial
    "prospecting": ("prospect", 60.0, 0.30, False),
    "appointment": ("prospect", 9.0, 0.70, False),
    "meeting": ("opportunity", 3.0, 3.0, True),
    "proposal": ("opportunity", 2.0, 4.0, True),
}
DEALS = {"gold": 3.0, "silver": 5.0}
REVENUE_PER_DEAL = {"gold": 30_000.0, "silver": 12_000.0}
SHARED_POOL = "(shared)"
ROLES = (  # rep, phase, share of time, productivity, preference, held before
    ("R1", "meeting", 0.6, 1.1, 0.9, True),
    ("R1", "proposal", 0.4, 1.0, 0.7, True),
    ("R2", "meeting", 0.5, 1.0, 0.6, True),
    ("R2", "proposal", 0.5, 1.2, 0.8, False),
    ("R3", "meeting", 0.55, 1.0, 0.8, True),
    ("R3", "proposal", 0.45, 0.9, 0.4, True),
    ("R4", "meeting", 0.5, 0.9, 0.7, True),
    ("R4", "proposal", 0.5, 1.0, 0.5, True),
    ("I1", "prospecting", 1.0, 1.2, 0.9, True),
    ("I2", "prospecting", 0.3, 1.0, 0.3, False),
    ("I2", "appointment", 0.7, 1.1, 0.8, True),
)


def make_roles() -> pd.DataFrame:
    """Return the phases each person holds, two at most; 1,200 hours a person."""
    people = {r: (v[0], v[1], "field") for r, v in FIELD_REPS.items()}
    people |= {r: (v[0], v[1], "inside") for r, v in INSIDE.items()}
    return pd.DataFrame(
        [
            {
                "rep_id": rep,
                "name": people[rep][0],
                "pool": people[rep][1],
                "kind": people[rep][2],
                "phase": phase,
                "hours": 1200.0 * share,
                "share_of_time": share,
                "productivity": productivity,
                "preference": preference,
                "held_before": held,
                "reason": "kept" if held else "most productive of the pool in this phase",
            }
            for rep, phase, share, productivity, preference, held in ROLES
        ]
    )


def make_funnel() -> pd.DataFrame:
    """Return need and deals by month, pool, segment and phase; deals on the last phase only."""
    rows = []
    for season, month in zip(SEASON, MONTHS, strict=True):
        for pool in ("north", "south"):
            for segment, base in DEALS.items():
                deals = round(base * season, 2)
                planned = round(deals * (0.9 if season > 1.15 else 1.0), 2)
                for phase, (unit, units, hours, _) in PHASES.items():
                    last = phase == "proposal"
                    rows.append(
                        {
                            "month": month,
                            "pool": pool,
                            "segment": segment,
                            "phase": phase,
                            "unit": unit,
                            "units": deals * units,
                            "hours": deals * units * hours,
                            "deals_target": deals if last else float("nan"),
                            "deals_planned": planned if last else float("nan"),
                        }
                    )
    return pd.DataFrame(rows)


def make_activities(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return one activity a phase, three calls a prospect, one of the others a unit."""
    per_unit = {"prospecting": ("call", 3.0), "appointment": ("call", 2.0)}
    per_unit |= {"meeting": ("meeting", 1.0), "proposal": ("proposal", 1.0)}
    table = funnel[["month", "pool", "segment", "phase"]].copy()
    table["activity"] = [per_unit[p][0] for p in funnel["phase"]]
    table["activities"] = [
        u * per_unit[p][1] for u, p in zip(funnel["units"], funnel["phase"], strict=True)
    ]
    table["hours"] = funnel["hours"]
    return table


def _sources(pool: str, phase: str, t: int) -> list[tuple[str, str, float, float]]:
    """Return (source, id, capacity in hours, EUR an hour) in the order they are used."""
    field = [(r, v[1]) for r, v in FIELD_REPS.items()]
    if PHASES[phase][3]:
        return [("staff", r, 60.0, 45.0) for r, home in field if home == pool]
    if phase == "appointment":
        return [("staff", "I2", 70.0, 40.0), ("hire", "H1", 60.0 if t >= 4 else 0.0, 38.0)]
    hire = ("hire", "H1", (0.0, 25.0, 50.0, 75.0, 100.0)[max(0, min(4, t - 2))], 38.0)
    provider = ("provider", "ACME", 90.0 if t in {4, 5, 8, 9, 10} else 0.0, 52.0)
    return [("staff", "I1", 120.0, 40.0), ("staff", "I2", 30.0, 40.0), hire, provider]


def make_sourcing(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return hours by source; in each month and phase they add up to the need of the funnel."""
    shared = funnel.assign(
        pool=[
            pool if PHASES[phase][3] else SHARED_POOL
            for pool, phase in zip(funnel["pool"], funnel["phase"], strict=True)
        ]
    )
    need = shared.groupby(["month", "pool", "phase"], sort=True)["hours"].sum()
    rows = []
    for (month, pool, phase), wanted in need.items():
        left = wanted
        for source, source_id, capacity, price in _sources(pool, phase, MONTHS.index(month)):
            hours = min(left, capacity)
            left -= hours
            rows.append((month, pool, phase, source, source_id, hours, hours * price))
        rows.append((month, pool, phase, "uncovered", "", left, 0.0))
    columns = ["month", "pool", "phase", "source", "source_id", "hours", "cost_eur"]
    table = pd.DataFrame(rows, columns=columns)
    return table[table["hours"] > 1e-9].reset_index(drop=True)


def make_decisions(sourcing: pd.DataFrame) -> pd.DataFrame:
    """Return one hire and one provider."""
    used = sourcing.groupby("source")[["hours", "cost_eur"]].sum()
    rows = []
    for kind, ident, name, dates, reason in (
        ("hire", "H1", "Inside sales", (MONTHS[0], MONTHS[2], ""), "cheaper than leaving deals"),
        ("provider", "ACME", "Acme Calls", (MONTHS[4], MONTHS[4], MONTHS[10]), "peak of autumn"),
    ):
        rows.append(
            {
                "kind": kind,
                "id": ident,
                "name": name,
                "pool": "north" if kind == "hire" else SHARED_POOL,
                "decided_month": dates[0],
                "start_month": dates[1],
                "end_month": dates[2],
                "count": 1,
                "hours": used.loc[kind, "hours"],
                "cost_eur": used.loc[kind, "cost_eur"],
                "reason": reason,
            }
        )
    return pd.DataFrame(rows)


def make_coverage(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return deals wanted, planned and too late by month, pool and segment."""
    last = funnel[funnel["phase"] == "proposal"]
    table = last[["month", "pool", "segment", "deals_target", "deals_planned"]].reset_index(
        drop=True
    )
    table["deals_too_late"] = [0.5 if m == MONTHS[0] else 0.0 for m in table["month"]]
    missed = table["deals_target"] - table["deals_planned"]
    table["margin_lost_eur"] = missed * table["segment"].map(REVENUE_PER_DEAL) * 0.4
    return table


def make_sla(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return one hand-off a pool, segment and pair of consecutive phases."""
    weekly = funnel.groupby(["pool", "segment", "phase"])["units"].sum() / 52
    names, rows = list(PHASES), []
    for pool in ("north", "south"):
        for segment in DEALS:
            for giver, taker in pairwise(names):
                handed = float(weekly[pool, segment, taker])
                weeks = min(52, math.ceil(20 / handed))
                rows.append(
                    {
                        "pool": pool,
                        "segment": segment,
                        "from_phase": giver,
                        "to_phase": taker,
                        "unit": PHASES[taker][0],
                        "from_team": _team(giver),
                        "to_team": _team(taker),
                        "units_planned_per_week": handed,
                        "window_weeks": weeks,
                        "units_promised_per_window": int(0.7 * handed * weeks),
                        "time_limit_days": 7,
                        "return_duty": "work 100 % of the units within 7 days",
                    }
                )
    return pd.DataFrame(rows)


def _team(phase: str) -> str:
    if PHASES[phase][3]:
        return "field"
    return "inside; hires; Acme Calls" if phase == "prospecting" else "inside; hires"
