"""The outcome of one run: everything a report needs, in tables with units in their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geodata.areas import Shapes

PLANNED, INTERRUPTED, NO_PLAN, REJECTED = "planned", "interrupted", "no_plan", "rejected"


@dataclass(frozen=True, kw_only=True)
class SolveRecord:
    """Hold what one solver proved; amounts in EUR over the horizon (staffing) or a year."""

    stage: str
    status: str
    sense: str
    objective: float | None
    bound: float | None
    gap: float | None
    stopped_by: str
    terms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Hold one checked plan.

    Tables (columns; money in the workspace's currency)
    ------
    territories
        account_id, name, segment, lat_deg, lon_deg, rep_id, rep_name, previous_rep_id, moved
        (bool), locked (bool), stray_before, stray_after (bool: cut off from the largest piece of
        the territory), workload_hours, potential_eur, revenue_eur, travel_km (a year),
        travel_hours (a year), move_cost_eur, runner_up_rep_id, runner_up_extra_eur, reason
    reps
        rep_id, name, pool, kind, lat_deg, lon_deg, fte, accounts_before, accounts_after,
        workload_hours_before, workload_hours_after, workload_target_hours,
        workload_deviation_before,
        workload_deviation (ratio), potential_eur_before, potential_eur_after,
        potential_target_eur, potential_deviation_before, potential_deviation (ratio),
        travel_hours_before, travel_hours_after, accounts_gained, accounts_given,
        workload_room_eur_per_hour, potential_room_ratio (what one more unit of room in the
        balance window would save a year; reps that hold territories only)
    compactness
        rep_id, name, pool, and before and after: accounts, pieces (parts that do not touch),
        stray_accounts (beyond the largest part), accounts_among_others (in the hull of another
        territory's accounts), mean_km_to_middle, median_km_to_middle, polsby_popper, reock;
        drawn_from ("units", "cells" around accounts, "hulls" of accounts)
    capacity
        month, rep_id, name, pool, place (of the public holidays), basis ("calendar", "flat"),
        contract_days, holiday_days, leave_days, worked_days, hours_per_day, part_time,
        absence_share, selling_share, ramp_share, retention_share (ratios), over_assignment,
        paid_hours, holiday_hours, leave_hours, absence_hours, other_work_hours, ramp_hours,
        attrition_hours, buffer_hours (what is taken off, adding up), hours, expected_fte, formula
    roles
        rep_id, name, pool, kind, phase, hours (over the horizon), share_of_time (ratio),
        productivity, preference, held_before (bool), reason
    help_given
        rep_id, name, pool (the own one), helps_pool, phase, hours (over the horizon, among those
        of roles), share_of_time (ratio), speed_factor, standard_hours (what the pool gets of them)
    throughput
        work ("as_wanted", "twice" as much), roles ("as_planned", "any"), deals_at_hand, deals,
        margin_eur, margin_at_most_eur (of a mean month, own people alone), phase, hour_value_eur
        (where an hour more would bring most, and how much)
    role_goals
        period (the month that asks most of own people, and "mean month"), goal, unit, as_planned,
        reachable (hours the best roles found would leave short), proved (the least any roles
        leave)
    role_reasons
        period, kind ("month" for each month that is short; for the one that asks most "proof",
        "conflict", "relaxed", "rule", "person", "training"), subject (phases of a proof; number of
        a conflict; a rule: free, limit:K, share, backups, pins), rep_id, pool, phase, short_hours,
        saved_hours, proved_hours, reason (why own people cannot cover it; empty when they can)
    sourcing
        month, pool ("(shared)" for phases that are not territorial), phase, source ("staff",
        "hire", "provider", "uncovered"), source_id ("too late" for uncovered work on deals out of
        reach), hours (standard hours), cost_eur
    decisions
        kind ("hire", "provider"), id, name, pool, decided_month, start_month, end_month, count,
        hours, cost_eur, reason
    funnel
        month, pool, segment, phase, unit, units, hours, deals_target, deals_planned
        (deals columns filled on the last phase only)
    activities
        month, pool, segment, phase, activity, activities, hours
    too_late
        month_due, pool, segment, phase, unit, units, deals_at_risk, revenue_at_risk_eur
    sensitivity
        assumption ("conversion", "minutes", "deal_value"), phase, change_ratio, hours_base,
        hours_when_lower, hours_when_higher (of the whole target), revenue_base_eur,
        revenue_when_lower_eur, revenue_when_higher_eur (of the work as planned), formula
    replay
        month, pool, segment, deals_target, deals_spread, deals_cover, hours_spread, hours_cover
        (the funnel run forward: as planned, and so that deals never fall behind; empty when all
        lags are of whole months)
    coverage
        month, pool, segment, deals_target, deals_planned, deals_too_late, margin_lost_eur
    sla
        pool, segment, from_phase, to_phase, unit, from_team, to_team, units_planned_per_week,
        window_weeks, units_promised_per_window, time_limit_days, return_duty (what each side of a
        hand-off owes the other; planned means the work the plan does)
    leadership
        measure, value, words (the plan against doing nothing: nobody hired, nothing bought;
        words: a month, a provider, or "never out of pocket", "not within horizon")
    cash
        month, extra_margin_eur (of deals won), extra_received_eur, extra_cost_eur,
        extra_cash_eur, cumulated_eur (against doing nothing; recruiting is paid when the person
        starts)
    hire_curve
        hires (exactly so many), profit_eur, not_proved_eur (most by which a better plan may
        beat it), difference_eur (from the plan), planned (bool)
    price_limits
        provider_id, name, hours, share_of_work (ratio), min_term_months, price_eur_per_hour,
        pays_up_to_eur_per_hour (proved; the break-even is this or more)
    levers
        kind ("training", "redundancy", "tool", "overtime", "managers", "late", "waiting",
        "lost_deals"), name, people (names), month, until, amount, unit, cost_eur: what sourcing
        decided beside hires and contracts; empty unless it decides the levers of the plan
    agreement
        line, unit, sourcing, plan, difference: what sourcing says beside what the plan says
    set_aside
        account_id, name, code, reason
    findings
        the columns of `scenarios.errors.Finding`
    violations
        rule, subject, amount, limit, message (empty for a plan that passes)
    assumptions
        key, value, unit, grade (A law or statistics, B survey, C claim of the trade, D assumed;
        "" for rules that estimate nothing and for sources without a grade), origin ("default",
        "workspace", "scenario", "model"), source
    changes
        table, id, column, before, after (what the scenario changed)

    `territory_shapes` one polygon a rep (columns rep_id, rep_name, geometry; EPSG:4326);
    `country_shape` the outline, one row. `kpis` are plain numbers by name; `provenance` is the
    only place for times, machine and versions.
    """

    run_id: str
    workspace: str
    scenario: str
    title: str
    state: str
    currency: str
    language: str
    crs: str
    solves: tuple[SolveRecord, ...]
    kpis: Mapping[str, float]
    shortfalls: tuple[Mapping[str, Any], ...]
    territories: pd.DataFrame
    reps: pd.DataFrame
    roles: pd.DataFrame
    sourcing: pd.DataFrame
    decisions: pd.DataFrame
    funnel: pd.DataFrame
    activities: pd.DataFrame
    too_late: pd.DataFrame
    coverage: pd.DataFrame
    sla: pd.DataFrame
    set_aside: pd.DataFrame
    findings: pd.DataFrame
    violations: pd.DataFrame
    assumptions: pd.DataFrame
    changes: pd.DataFrame
    territory_shapes: Shapes
    country_shape: Shapes
    compactness: pd.DataFrame = field(default_factory=pd.DataFrame)
    sensitivity: pd.DataFrame = field(default_factory=pd.DataFrame)
    replay: pd.DataFrame = field(default_factory=pd.DataFrame)
    capacity: pd.DataFrame = field(default_factory=pd.DataFrame)
    help_given: pd.DataFrame = field(default_factory=pd.DataFrame)
    throughput: pd.DataFrame = field(default_factory=pd.DataFrame)
    role_goals: pd.DataFrame = field(default_factory=pd.DataFrame)
    role_reasons: pd.DataFrame = field(default_factory=pd.DataFrame)
    leadership: pd.DataFrame = field(default_factory=pd.DataFrame)
    cash: pd.DataFrame = field(default_factory=pd.DataFrame)
    hire_curve: pd.DataFrame = field(default_factory=pd.DataFrame)
    price_limits: pd.DataFrame = field(default_factory=pd.DataFrame)
    levers: pd.DataFrame = field(default_factory=pd.DataFrame)
    agreement: pd.DataFrame = field(default_factory=pd.DataFrame)
    provenance: Mapping[str, Any] = field(default_factory=dict)
