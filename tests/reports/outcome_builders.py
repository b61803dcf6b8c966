"""Build small outcomes for the tests of the reports: complete, consistent, quick to make.

`make_outcome(**changes)` gives one plan of two pools, four reps with 48 accounts, two inside
people, four phases and twelve months; the tables agree with each other and with the KPIs. A test
states only what matters to it. `make_empty_outcome(state)` gives what a run without a plan leaves.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pandas as pd
from outcome_capacity import make_capacity
from outcome_leadership import make_cash, make_hire_curve, make_measures, make_price_limits
from outcome_levers import make_replay, make_sensitivity
from outcome_roles import make_help, make_role_goals, make_role_reasons, make_throughput
from outcome_staffing import (
    MONTHS,
    REVENUE_PER_DEAL,
    make_activities,
    make_coverage,
    make_decisions,
    make_funnel,
    make_roles,
    make_sla,
    make_sourcing,
)
from outcome_territories import (
    make_compactness,
    make_country_shape,
    make_reps,
    make_territories,
    make_territory_shapes,
)

from scenarios.errors import Finding
from scenarios.outcome import NO_PLAN, PLANNED, Outcome, SolveRecord
from scenarios.outcome_compactness import compactness_kpis
from scenarios.outcome_sourced import AGREEMENT_COLUMNS, LEVER_COLUMNS


def _too_late() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "month_due": MONTHS[0],
                "pool": pool,
                "segment": "gold",
                "phase": "prospecting",
                "unit": "prospect",
                "units": 30.0,
                "deals_at_risk": 0.5,
                "revenue_at_risk_eur": 15_000.0,
            }
            for pool in ("north", "south")
        ]
    )


def _set_aside() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": ["A900", "A901"],
            "name": ["Nowhere & Co", "Lost at Sea"],
            "code": ["Q102", "Q104"],
            "reason": ["no coordinates and no unit", "lies outside the country"],
        }
    )


def _findings() -> pd.DataFrame:
    columns = [f.name for f in fields(Finding)]
    accounts = ("accounts.csv", "accounts")
    rows = [
        (2 + i, "revenue_eur", "Q210", "repair", "1 200,5", "number with a space and a comma")
        for i in range(5)
    ]
    rows += [(52, "lat_deg", "Q102", "quarantine", "", "no coordinates and no unit")]
    rows += [(53, "lat_deg", "Q104", "quarantine", "12.0", "lies outside the country")]
    rows += [(9, "owner", "Q140", "warning", "R9", "the owner is not in reps")]
    remedies = {"Q210": "export numbers without spaces", "Q102": "fill lat_deg and lon_deg"}
    actions = {"repair": "read as 1200.5", "quarantine": "account set aside", "warning": ""}
    return pd.DataFrame(
        [
            (
                accounts[0],
                row,
                col,
                code,
                sev,
                accounts[1],
                value,
                text,
                remedies.get(code, ""),
                actions[sev],
            )
            for row, col, code, sev, value, text in rows
        ],
        columns=columns,
    )


def make_violations(count: int = 1) -> pd.DataFrame:
    """Return what the independent check says against a plan; none when count is 0."""
    rows = [
        ("workload_window", f"R{i + 1}", 640.0, 610.0, "workload above its window")
        for i in range(count)
    ]
    return pd.DataFrame(rows, columns=["rule", "subject", "amount", "limit", "message"])


def _assumptions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": [
                "travel.speed_kmh",
                "territory.workload_tolerance",
                "territory.potential_tolerance",
            ],
            "value": ["65", "0.1", "0.15"],
            "unit": ["km/h", "ratio", "ratio"],
            "grade": ["B", "", ""],
            "origin": ["workspace", "default", "workspace"],
            "source": ["measured on 40 tours", "a rule to choose", "not stated"],
        }
    )


def _changes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "table": ["providers", "targets"],
            "id": ["ACME", "2026"],
            "column": ["price_eur_per_hour", "revenue_eur"],
            "before": ["48.0", "2900000.0"],
            "after": ["52.0", "3200000.0"],
        }
    )


def _solves(profit: float, margin_eur: float) -> tuple[SolveRecord, ...]:
    staffing = SolveRecord(
        stage="staffing",
        status="FEASIBLE",
        sense="max",
        objective=profit,
        bound=1.003 * profit,
        gap=0.003,
        stopped_by="gap",
        terms={
            "margin_eur": margin_eur,
            "hire_eur": 0.6 * (profit - margin_eur),
            "provider_eur": 0.4 * (profit - margin_eur),
        },
        notes=("roles were fixed pool by pool",),
    )
    territories = SolveRecord(
        stage="territories",
        status="OPTIMAL",
        sense="min",
        objective=48_120.0,
        bound=48_120.0,
        gap=0.0,
        stopped_by="proof",
        terms={"travel": 45_900.0, "moves": 2_220.0},
    )
    return staffing, territories


def _before_after_kpis(reps: pd.DataFrame) -> dict[str, float]:
    return {
        "worst_workload_deviation_before": float(reps["workload_deviation_before"].abs().max()),
        "worst_workload_deviation_after": float(reps["workload_deviation"].abs().max()),
        "worst_potential_deviation_before": float(reps["potential_deviation_before"].abs().max()),
        "worst_potential_deviation_after": float(reps["potential_deviation"].abs().max()),
        "travel_hours_before": float(reps["travel_hours_before"].sum()),
        "travel_hours_after": float(reps["travel_hours_after"].sum()),
    }


def _kpis(tables: dict[str, pd.DataFrame]) -> dict[str, float]:
    cost = tables["sourcing"].groupby("source")["cost_eur"].sum()
    hours = tables["sourcing"].groupby("source")["hours"].sum()
    coverage, accounts = tables["coverage"], tables["territories"]
    revenue = float((coverage["deals_planned"] * coverage["segment"].map(REVENUE_PER_DEAL)).sum())
    margin, added = 0.4 * revenue, float(cost["hire"] + cost["provider"])
    owned = int((accounts["previous_rep_id"] != "").sum())
    return {
        "profit": margin - added,
        "margin_eur": margin,
        "added_cost_eur": added,
        "hire_cost_eur": float(cost["hire"]),
        "provider_cost_eur": float(cost["provider"]),
        "staff_cost_eur": float(cost["staff"]),
        "target_deals": float(coverage["deals_target"].sum()),
        "planned_deals": float(coverage["deals_planned"].sum()),
        "coverage": float(coverage["deals_planned"].sum() / coverage["deals_target"].sum()),
        "revenue_planned_eur": revenue,
        "hires": 1.0,
        "provider_hours": float(hours["provider"]),
        "uncovered_hours": float(hours["uncovered"]),
        "accounts": float(len(accounts)),
        "accounts_moved": float(accounts["moved"].sum()),
        "moved_share": float(accounts["moved"].sum() / owned),
        "accounts_set_aside": 2.0,
        "findings_errors": 0.0,
        "findings_warnings": 1.0,
        "deals_too_late": float(coverage["deals_too_late"].sum()),
        **_before_after_kpis(tables["reps"]),
        **compactness_kpis(tables["compactness"]),
    }


def make_tables() -> dict[str, pd.DataFrame]:
    """Return every table of the outcome by name, agreeing with each other."""
    territories, funnel = make_territories(), make_funnel()
    sourcing = make_sourcing(funnel)
    return {
        "territories": territories,
        "reps": make_reps(territories),
        "compactness": make_compactness(territories),
        "roles": make_roles(),
        "sourcing": sourcing,
        "decisions": make_decisions(sourcing),
        "funnel": funnel,
        "activities": make_activities(funnel),
        "too_late": _too_late(),
        "sensitivity": make_sensitivity(),
        "replay": make_replay(),
        "coverage": make_coverage(funnel),
        "capacity": make_capacity(),
        "help_given": make_help(),
        "throughput": make_throughput(),
        "role_goals": make_role_goals(),
        "role_reasons": make_role_reasons(),
        "leadership": make_measures(),
        "cash": make_cash(),
        "hire_curve": make_hire_curve(),
        "price_limits": make_price_limits(),
        "levers": pd.DataFrame(columns=LEVER_COLUMNS),
        "agreement": pd.DataFrame(columns=AGREEMENT_COLUMNS),
        "sla": make_sla(funnel),
        "set_aside": _set_aside(),
        "findings": _findings(),
        "violations": make_violations(0),
        "assumptions": _assumptions(),
        "changes": _changes(),
    }


def make_outcome(**changes: Any) -> Outcome:
    """Return a complete planned outcome with some fields replaced."""
    tables = make_tables()
    kpis = _kpis(tables)
    outcome = Outcome(
        run_id="20260105-090000-base",
        workspace="squareland",
        scenario="base",
        title="Plan 2026",
        state=PLANNED,
        currency="EUR",
        language="en",
        crs="EPSG:2154",
        solves=_solves(kpis["profit"], kpis["margin_eur"]),
        kpis=kpis,
        shortfalls=(
            {
                "code": "S301",
                "subject": "prospecting 2026-09",
                "amount": 84.0,
                "unit": "hours",
                "reason": "no source is left in this month",
                "remedy": "start the provider one month earlier",
            },
        ),
        territory_shapes=make_territory_shapes(),
        country_shape=make_country_shape(),
        provenance={
            "started": "2026-01-05T09:00:00+01:00",
            "seconds": 41.2,
            "version": "0.1.0",
            "seed": 1,
            "machine": "Linux x86_64",
            "inputs": {"accounts.csv": "sha256:0f3a", "reps.csv": "sha256:77b1"},
        },
        **tables,
    )
    return replace(outcome, **changes)


def make_empty_outcome(state: str = NO_PLAN, **changes: Any) -> Outcome:
    """Return what is left when no plan was found: input findings, shortfalls, no plan tables."""
    outcome = make_outcome()
    kept = {"findings", "set_aside", "assumptions", "changes", "country_shape"}
    empty = {
        f.name: getattr(outcome, f.name).iloc[:0]
        for f in fields(outcome)
        if isinstance(getattr(outcome, f.name), pd.DataFrame) and f.name not in kept
    }
    unsolved = SolveRecord(
        stage="territories",
        status="INFEASIBLE",
        sense="min",
        objective=None,
        bound=None,
        gap=None,
        stopped_by="proof",
    )
    changed = {"state": state, "kpis": {}, "solves": (unsolved,), **empty, **changes}
    return replace(outcome, **changed)
