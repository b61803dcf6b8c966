"""Where each default comes from, and how far it can be trusted.

Grades: A law or official statistics, B survey, C claim of the trade, D assumed by Quartier. Rules
that somebody chooses and that estimate nothing (limits, switches, solver settings) have none.
"""

from __future__ import annotations

from typing import NamedTuple

GRADES = {
    "A": "law or official statistics",
    "B": "survey",
    "C": "claim of the trade",
    "D": "assumed",
}
RULE = "a rule to choose, nothing is estimated"


class Origin(NamedTuple):
    """Hold the source of a figure and its grade, "" for a rule."""

    source: str
    grade: str = ""


_NOT_PRICED = Origin("not priced unless you say so", "D")

OF_RULES: dict[str, Origin] = {
    "staffing.productive_hours_per_fte_month": Origin(
        "assumed, as neither flat hours nor a country is given", "D"
    ),
    "staffing.availability": Origin("assumed: every month alike", "D"),
    "staffing.max_phases_per_person": Origin(
        "trade practice: nobody does more than two phases well", "C"
    ),
    "staffing.specialisation_gain": Origin(
        "none assumed: a gain is often promised, and nobody published one for sales", "D"
    ),
    "staffing.preference_eur_per_hour": _NOT_PRICED,
    "staffing.role_change_eur": _NOT_PRICED,
    "calendar.country": Origin("public holidays by the law of each country (python-holidays)", "A"),
    "calendar.subdivision": Origin("nationwide public holidays only", "D"),
    "calendar.working_weekdays": Origin("assumed: Monday to Friday", "D"),
    "calendar.leave_profile": Origin(
        "assumed; leave follows school holidays and the summer (INSEE, leave in 2010)", "D"
    ),
    "calendar.closed_days": Origin("none assumed", "D"),
    "calendar.worked_holidays": Origin("none assumed", "D"),
    "capacity.absence_share": Origin(
        "French private sector: 4.8 % in 2023 (WTW), 5.8 % in 2024 (Mercer)", "B"
    ),
    "capacity.selling_share": Origin(
        "assumed for people kept to the process; surveys give 33-38 % of pure selling time, "
        "without preparation, e-mail and proposals",
        "D",
    ),
    "capacity.ramp": Origin(
        "three months are what the trade says; surveys give 3.2 months for prospecting and 5 for "
        "closing roles (Bridge Group)",
        "C",
    ),
    "capacity.first_year_attrition": Origin(
        "not counted; a survey gives 36 % of permanent sales hires in France (Uptoo)", "D"
    ),
    "capacity.later_attrition": Origin(
        "not counted; a survey gives about 30 % a year in the United States", "D"
    ),
    "capacity.over_assignment": Origin(
        "none; 1.20 to 1.25 is customary in the trade, and criticised", "D"
    ),
    "funnel.seasonality": Origin("assumed: every month alike", "D"),
    "segments.margin_rate": Origin("assumed: all revenue is margin", "D"),
    "segments.paid_after_months": Origin("assumed: a deal is cash when it is won", "D"),
    "segments.visits_per_year": Origin("none assumed", "D"),
    "segments.hours_per_visit": Origin("none assumed", "D"),
    "travel.detour_factor": Origin("assumed", "D"),
    "travel.speed_kmh": Origin("assumed: mixed roads", "D"),
    "travel.visits_per_trip": Origin("assumed", "D"),
    "travel.cost_eur_per_km": Origin("assumed: a company car, all costs", "D"),
    "travel.cost_eur_per_hour": Origin("assumed: loaded cost of an hour", "D"),
    "territory.move_cost_share": Origin("assumed: revenue put at risk by a new face", "D"),
    "territory.handover_eur": Origin("assumed: an hour or so of two people", "D"),
    "territory.tenure_full_years": Origin("assumed", "D"),
    "territory.stray_eur": Origin("assumed, and used with contiguity = preferred only", "D"),
    "territory.seat_cost_eur_per_year": _NOT_PRICED,
}
"""Key of quartier.toml, segments without their name -> where its default comes from."""

RULE_KEYS = frozenset(
    {
        "territory.workload_tolerance",
        "territory.potential_tolerance",
        "territory.balance_workload",
        "territory.balance_potential",
        "territory.max_moved_share",
        "territory.keep_groups_together",
        "territory.keep_units_together",
        "territory.keep_parents_together",
        "territory.min_accounts",
        "territory.max_accounts",
        "territory.max_given_accounts",
        "territory.max_taken_accounts",
        "territory.max_given_revenue_eur",
        "territory.max_taken_revenue_eur",
        "territory.contiguity",
        "territory.bridge_islands",
        "territory.max_new_seats",
        "territory.max_sites",
        "territory.workload_miss_eur_per_hour",
        "territory.potential_miss_share",
        "territory.unserved_value_share",
    }
)
RULE_SECTIONS = ("horizon", "solve", "roles")

OF_COLUMNS: dict[str, Origin | None] = {
    "reps.fte": Origin("assumed: full time", "D"),
    "reps.contract_hours_per_week": None,
    "reps.leave_days_per_year": None,
    "reps.absence_share": None,
    "reps.selling_share": None,
    "reps.ramp": None,
    "skills.productivity": Origin("assumed: everybody works at the standard speed", "D"),
    "skills.preference": Origin("assumed: nobody prefers anything", "D"),
    "helping.speed_factor": Origin("assumed: as fast as at home", "D"),
    "process.units_per_next": None,
    "process.conversion": None,
    "process.lag_months": Origin("assumed: the next phase works the unit in the same month", "D"),
    "activity_norms.activities_per_unit": None,
    "activity_norms.minutes_per_activity": None,
    "hiring.productivity": Origin("assumed: the standard speed once ramped", "D"),
    "hiring.ramp": Origin("none: productive from the first day", "D"),
    "hiring.cost_eur_per_month": None,
    "hiring.recruiting_eur": Origin("none assumed; the trade says 5,000 to 10,000 EUR", "D"),
    "hiring.lead_months": Origin("none assumed; the trade says 1 to 3 months", "D"),
    "providers.price_eur_per_hour": None,
    "providers.quality": Origin(
        "assumed: as good as own people; to be measured in the first three months", "D"
    ),
    "providers.ramp": Origin("none: productive from the first day", "D"),
    "providers.setup_eur": Origin("none assumed", "D"),
    "providers.steering_hours_per_month": Origin("none assumed; 10-20 % of a person is usual", "D"),
}
"""Column of a table -> where the value of an empty cell comes from, None when there is none."""

STRUCTURAL = (
    (
        "model.terminal_value_eur",
        "0",
        "EUR",
        Origin("what hires and contracts bring after the horizon is not counted", "D"),
    ),
    (
        "model.hours_moved_between_months",
        "0",
        "h",
        Origin("work is done in the month it is due, never ahead or late", "D"),
    ),
)
"""What the models take for granted and no rule changes: key, value, unit, origin."""


def origin_of_rule(key: str) -> Origin | None:
    """Return where the default of a rule comes from; None for a key nobody has graded.

    >>> origin_of_rule("segments.gold.margin_rate").grade
    'D'
    """
    if key in RULE_KEYS or key.partition(".")[0] in RULE_SECTIONS:
        return Origin(RULE)
    return OF_RULES.get(without_segment(key))


def without_segment(key: str) -> str:
    """Return a key of [segments.<name>] without the name; others as they are."""
    if not key.startswith("segments."):
        return key
    return f"segments.{key.rsplit('.', 1)[-1]}"
