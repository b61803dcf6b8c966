"""Put an outcome together from a checked decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.areas import no_shapes
from optimizer.explain_territories import reasons
from optimizer.result import Solution
from optimizer.verify import Violation
from scenarios.assumption_scope import ONE_PLAN, PLAN, Scope
from scenarios.build_graph import account_edges
from scenarios.decide import Decision, Request, Watch
from scenarios.errors import Finding
from scenarios.kpis import kpi_values
from scenarios.land import country_of, planar_crs
from scenarios.outcome import INTERRUPTED, NO_PLAN, PLANNED, REJECTED, Outcome, SolveRecord
from scenarios.outcome_assumptions import assumption_table
from scenarios.outcome_capacity import capacity_table
from scenarios.outcome_compactness import AFTER, BEFORE, compactness_table
from scenarios.outcome_decisions import decision_table
from scenarios.outcome_funnel import activity_table, coverage_table, funnel_table, too_late_table
from scenarios.outcome_help import HELP_COLUMNS, help_table
from scenarios.outcome_leadership import leadership_tables
from scenarios.outcome_levers import replay_table, sensitivity_table, universe_shortfalls
from scenarios.outcome_roles import role_tables
from scenarios.outcome_shapes import (
    drawn_from,
    previous_shapes,
    territory_shapes,
)
from scenarios.outcome_sla import sla_table
from scenarios.outcome_sourced import agreement_table, lever_table
from scenarios.outcome_staffing import (
    DECISION_COLUMNS,
    ROLE_COLUMNS,
    role_table,
    sourcing_table,
)
from scenarios.outcome_strays import with_strays
from scenarios.outcome_territories import (
    REP_COLUMNS,
    TERRITORY_COLUMNS,
    rep_table,
    territory_table,
)
from scenarios.outcome_throughput import throughput_table
from scenarios.outcome_uncovered import SOURCING_COLUMNS
from scenarios.overlay import Overlaid
from scenarios.provenance import provenance, run_id
from scenarios.workspace import Workspace

Tables = dict[str, pd.DataFrame]

SOURCING = "sourcing"
"""Stage of the solve that decides the levers."""


def assemble(
    request: Request,
    overlaid: Overlaid,
    decision: Decision,
    violations: Sequence[Violation],
    started: datetime,
    interrupted: bool = False,
    watch: Watch | None = None,
) -> Outcome:
    """Return the outcome of a decision; its state says whether it may be published."""
    workspace = overlaid.workspace
    tables = {**_territory_tables(workspace, decision), **_staffing_tables(workspace, decision)}
    tables |= _leadership_tables(workspace, decision, tables["coverage"], request, watch)
    outline = country_of(workspace)
    crs = planar_crs(workspace, outline)
    tables |= role_tables(decision.staffing, workspace.config, request, watch)
    tables["throughput"] = throughput_table(decision.staffing, workspace.config, request, watch)
    edges = _neighbours(workspace, decision)
    tables["territories"] = with_strays(tables["territories"], edges)
    drawn = territory_shapes(workspace, tables["territories"], outline, crs)
    before = previous_shapes(workspace, tables["territories"], outline, crs)
    tables["compactness"] = compactness_table(
        tables["territories"],
        tables["reps"],
        edges,
        {BEFORE: before, AFTER: drawn},
        drawn_from(workspace, outline),
    )
    return Outcome(
        run_id=run_id(request),
        workspace=workspace.config.workspace.name,
        scenario=overlaid.scenario,
        title=overlaid.title,
        state=_state(decision, violations, interrupted),
        currency=workspace.config.workspace.currency,
        language=workspace.config.workspace.language,
        crs=crs,
        solves=_solve_records(decision),
        kpis=kpi_values(workspace, decision, tables),
        shortfalls=tuple(asdict(item) for item in _shortfalls(workspace, decision)),
        **tables,
        set_aside=_set_aside(workspace),
        findings=_findings(workspace),
        violations=_rows(violations, Violation),
        assumptions=assumption_table(workspace, overlaid.changes, _scope(decision)),
        changes=overlaid.changes,
        territory_shapes=drawn,
        country_shape=no_shapes() if outline is None else outline,
        provenance=provenance(request, decision, started),
    )


def _scope(decision: Decision) -> Scope:
    return PLAN if decision.staffing.sourced is None else ONE_PLAN


def _neighbours(workspace: Workspace, decision: Decision) -> NDArray[np.int64]:
    """Return the neighbouring accounts (E, 2) by which pieces of territories are told."""
    case = decision.territories.case
    if case is None:
        return np.empty((0, 2), dtype=np.int64)
    return account_edges(workspace, case.accounts)


def _state(decision: Decision, violations: Sequence[Violation], interrupted: bool) -> str:
    solutions = [s for _, s in _solutions(decision)]
    if any(solution.plan is None for solution in solutions):
        return NO_PLAN
    if violations:
        return REJECTED
    return INTERRUPTED if interrupted else PLANNED


def _solutions(decision: Decision) -> list[tuple[str, Solution[Any]]]:
    named: list[tuple[str, Solution[Any]]] = [("staffing", decision.staffing.solution)]
    sourced = decision.staffing.sourced
    if sourced is not None:
        named.insert(0, (SOURCING, sourced.decided or sourced.solution))
    if decision.territories.solution is not None:
        named.insert(0, ("territories", decision.territories.solution))
    return named


def _solve_records(decision: Decision) -> tuple[SolveRecord, ...]:
    return tuple(
        SolveRecord(
            stage=stage,
            status=solution.status.value,
            sense=solution.sense,
            objective=solution.objective,
            bound=solution.bound,
            gap=solution.gap,
            stopped_by=solution.stopped_by,
            terms=dict(solution.terms),
            notes=solution.notes,
        )
        for stage, solution in _solutions(decision)
    )


def _shortfalls(workspace: Workspace, decision: Decision) -> list[Any]:
    # Those of sourcing are over all cases of demand; the plan's own are with staffing.
    solutions = [solution for stage, solution in _solutions(decision) if stage != SOURCING]
    of_solvers = [item for solution in solutions for item in solution.shortfalls]
    return [*of_solvers, *universe_shortfalls(workspace, decision.staffing.case.funnels)]


def _territory_tables(workspace: Workspace, decision: Decision) -> Tables:
    case, solution = decision.territories.case, decision.territories.solution
    if case is None or solution is None or solution.plan is None:
        return {
            "territories": pd.DataFrame(columns=TERRITORY_COLUMNS),
            "reps": pd.DataFrame(columns=REP_COLUMNS),
        }
    plan = solution.plan
    territories = territory_table(
        case,
        workspace.config,
        plan.seat,
        plan.runner_up,
        plan.runner_up_extra_eur,
        reasons(case.problem, plan, case.bans, case.seats["rep_id"].tolist()),
    )
    return {"territories": territories, "reps": rep_table(case, territories, plan.window_price)}


def _staffing_tables(workspace: Workspace, decision: Decision) -> Tables:
    config, staffing = workspace.config, decision.staffing
    plan = staffing.solution.plan
    coverage = coverage_table(staffing, plan)
    tables = {
        "capacity": capacity_table(staffing.case.people, staffing.case.capacity),
        "coverage": coverage,
        "funnel": funnel_table(staffing, config, coverage),
        "activities": activity_table(staffing),
        "too_late": too_late_table(staffing, config),
        "sensitivity": sensitivity_table(staffing.case.funnels, config),
        "replay": replay_table(staffing.case.funnels, staffing.case.problem.months),
        "sla": sla_table(staffing, config, _offer_names(workspace)),
        "roles": pd.DataFrame(columns=ROLE_COLUMNS),
        "sourcing": pd.DataFrame(columns=SOURCING_COLUMNS),
        "decisions": pd.DataFrame(columns=DECISION_COLUMNS),
        "help_given": pd.DataFrame(columns=HELP_COLUMNS),
        "levers": lever_table(staffing),
        "agreement": agreement_table(staffing, plan, config.workspace.currency),
    }
    if plan is not None:
        tables["roles"] = role_table(staffing, plan)
        tables["sourcing"] = sourcing_table(staffing, plan)
        tables["help_given"] = help_table(staffing, plan)
        tables["decisions"] = decision_table(staffing, plan, _offer_names(workspace))
    return tables


def _leadership_tables(
    workspace: Workspace,
    decision: Decision,
    coverage: pd.DataFrame,
    request: Request,
    watch: Watch | None,
) -> Tables:
    names, config = _offer_names(workspace), workspace.config
    return leadership_tables(decision.staffing, config, coverage, names, request, watch)


def _offer_names(workspace: Workspace) -> dict[str, str]:
    hiring, providers = workspace.tables["hiring"], workspace.tables["providers"]
    roles = dict(zip(hiring["offer_id"], hiring["role"], strict=True))
    named = providers[providers["name"] != ""]
    return {**roles, **dict(zip(named["provider_id"], named["name"], strict=True))}


def _set_aside(workspace: Workspace) -> pd.DataFrame:
    frame = workspace.set_aside
    accounts = frame[frame["table"] == "accounts"].rename(columns={"id": "account_id"})
    return accounts[["account_id", "name", "code", "reason"]].reset_index(drop=True)


def _findings(workspace: Workspace) -> pd.DataFrame:
    frame = _rows(workspace.findings, Finding)
    frame["severity"] = frame["severity"].map(str)
    return frame


def _rows(items: Sequence[Any], kind: type) -> pd.DataFrame:
    columns = [field.name for field in fields(kind)]
    return pd.DataFrame([asdict(item) for item in items], columns=columns)
