"""The figures leadership reads first, each from the tables of the outcome."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from scenarios.build_staffing import StaffingCase
from scenarios.decide import Decision, Staffing
from scenarios.errors import Finding, Severity
from scenarios.outcome_compactness import compactness_kpis
from scenarios.outcome_leadership_measures import leadership_kpis
from scenarios.outcome_sourced import on_the_way_eur
from scenarios.outcome_strays import stray_kpis
from scenarios.sourced_offers import PIPELINE_LEFT
from scenarios.workspace import Workspace


def kpi_values(
    workspace: Workspace, decision: Decision, tables: Mapping[str, pd.DataFrame]
) -> dict[str, float]:
    """Return every KPI by name; money in the workspace's currency over the horizon."""
    return {
        **_money(workspace, decision.staffing, tables["coverage"]),
        "staff_cost_eur": _staff_cost(decision.staffing.case),
        **_coverage(workspace, tables["coverage"]),
        **_sourcing(tables["sourcing"], tables["decisions"]),
        **leadership_kpis(tables["leadership"]),
        **_territories(tables["territories"], tables["reps"]),
        **_territory_cost(decision),
        **stray_kpis(tables["territories"]),
        **compactness_kpis(tables["compactness"]),
        **_input(workspace),
        "loop_rounds": float(decision.rounds),
        "loop_last_change": decision.last_change,
    }


def _money(workspace: Workspace, staffing: Staffing, coverage: pd.DataFrame) -> dict[str, float]:
    """Return the money terms; profit is before the pay of the present team.

    The margin is that of all deals planned: deals that only wait for their signature are not
    among the solver's, whatever is planned they come in.
    """
    terms = staffing.solution.terms
    rules = workspace.config.segments
    per_deal = {name: r.revenue_per_deal_eur * r.margin_rate for name, r in rules.items()}
    margin = float((coverage["deals_planned"] * coverage["segment"].map(per_deal)).sum())
    # Subtracted, not negated: a cost of nothing is 0, not -0.
    hire, provider = 0.0 - terms.get("hire_eur", 0.0), 0.0 - terms.get("provider_eur", 0.0)
    money = {
        "profit": round(margin - hire - provider - _levers(staffing), 2),
        "margin_eur": round(margin, 2),
        "added_cost_eur": round(hire + provider + _levers(staffing), 2),
        "hire_cost_eur": round(hire, 2),
        "provider_cost_eur": round(provider, 2),
    }
    if staffing.sourced is None:
        return money
    after = round(on_the_way_eur(staffing), 2)
    return {**money, "lever_cost_eur": round(_levers(staffing), 2), "on_the_way_eur": after}


def _levers(staffing: Staffing) -> float:
    """Return what levers beside hires and contracts cost, pay saved taken off."""
    if staffing.sourced is None:
        return 0.0
    money = staffing.sourced.money_eur
    return -sum(eur for term, eur in money.items() if term != PIPELINE_LEFT)


def _staff_cost(case: StaffingCase) -> float:
    """Return the pay of the present team over the horizon, of leavers as far as expected."""
    months = (case.capacity.employed * case.capacity.retention).sum(axis=1)
    return round(float((case.people["cost_eur_per_year"].fillna(0.0) / 12 * months).sum()), 2)


def _coverage(workspace: Workspace, coverage: pd.DataFrame) -> dict[str, float]:
    values = {s: rule.revenue_per_deal_eur for s, rule in workspace.config.segments.items()}
    revenue = coverage["deals_planned"] * coverage["segment"].map(values).astype(float)
    target, planned = coverage["deals_target"].sum(), coverage["deals_planned"].sum()
    return {
        "target_deals": float(target),
        "planned_deals": float(planned),
        "coverage": float(planned / target) if target else 1.0,
        "deals_too_late": float(coverage["deals_too_late"].sum()),
        "revenue_planned_eur": float(revenue.sum()),
        "margin_lost_eur": float(coverage["margin_lost_eur"].sum()),
    }


def _sourcing(sourcing: pd.DataFrame, decisions: pd.DataFrame) -> dict[str, float]:
    hours = sourcing.groupby("source")["hours"].sum()
    hires = decisions.loc[decisions["kind"] == "hire", "count"].sum()
    names = {
        "staff": "staff_hours",
        "hire": "hire_hours",
        "provider": "provider_hours",
        "uncovered": "uncovered_hours",
    }
    return {
        "hires": int(hires),
        **{name: float(hours.get(source, 0.0)) for source, name in names.items()},
    }


def _territories(territories: pd.DataFrame, reps: pd.DataFrame) -> dict[str, float]:
    if territories.empty:
        return {}
    moved = int(territories["moved"].sum())
    owned = int((territories["previous_rep_id"] != "").sum())
    worst = {
        f"worst_{measure}_deviation_{when}": _worst(reps, measure, when)
        for measure in ("workload", "potential")
        for when in ("before", "after")
    }
    return {
        "accounts": len(territories),
        "accounts_moved": moved,
        "moved_share": moved / owned if owned else 0.0,
        **worst,
        "travel_hours_before": float(reps["travel_hours_before"].sum()),
        "travel_hours_after": float(reps["travel_hours_after"].sum()),
    }


def _territory_cost(decision: Decision) -> dict[str, float]:
    """Return a year's travel and moves, without what rules add to the objective."""
    solution = decision.territories.solution
    if solution is None or solution.plan is None:
        return {}
    cost = solution.terms.get("travel_eur", 0.0) + solution.terms.get("moves_eur", 0.0)
    return {"travel_moves_eur": round(cost, 2)}


def _worst(reps: pd.DataFrame, measure: str, when: str) -> float:
    column = f"{measure}_deviation" + ("_before" if when == "before" else "")
    return float(reps[column].abs().max())


def _input(workspace: Workspace) -> dict[str, float]:
    return {
        "accounts_set_aside": int((workspace.set_aside["table"] == "accounts").sum()),
        "findings_errors": _count(workspace.findings, Severity.ERROR),
        "findings_quarantined": _count(workspace.findings, Severity.QUARANTINE),
        "findings_repaired": _count(workspace.findings, Severity.REPAIR),
        "findings_warnings": _count(workspace.findings, Severity.WARNING),
    }


def _count(findings: tuple[Finding, ...], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)
