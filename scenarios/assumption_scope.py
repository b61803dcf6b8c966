"""Say which rules and columns a command reads, and where their defaults come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from scenarios.assumption_sources import (
    OF_COLUMNS,
    STRUCTURAL,
    Origin,
    origin_of_rule,
)

SECTIONS = (
    "horizon",
    "segments",
    "funnel",
    "staffing",
    "roles",
    "calendar",
    "capacity",
    "travel",
    "territory",
    "solve",
)
_NONE = Origin("none assumed", "D")
_NOT_PRICED = Origin("not priced unless you say so", "D")

OF_SOURCING_RULES: dict[str, Origin] = {
    "overtime.hours_max_per_month": Origin("no overtime unless you allow it", "D"),
    "overtime.hours_max_per_year": Origin("no yearly limit assumed", "D"),
    "overtime.price_eur_per_hour": _NOT_PRICED,
    "managers.span": Origin("managers are not counted unless you say so", "D"),
    "managers.cost_eur_per_month": _NOT_PRICED,
    "risk.weight": Origin("assumed: the mean of all cases counts, whatever their spread", "D"),
    "risk.level": Origin("assumed: the worst fifth", "D"),
    "sourcing.decide_in_plan": Origin("a plan decides on hires and hourly contracts alone", "D"),
    "sourcing.reveal_month": Origin("all is decided before the demand is known", "D"),
    "sourcing.late_deals_max": Origin("assumed: a deal not won in its month is lost", "D"),
    "sourcing.late_eur_per_deal_month": _NOT_PRICED,
    "sourcing.waiting_units_max": Origin("assumed: new work is not done ahead", "D"),
    "sourcing.waiting_eur_per_unit_month": _NOT_PRICED,
    "sourcing.waiting_loss_share": Origin("assumed: what waits is not lost", "D"),
    "sourcing.lost_deal_eur": Origin("assumed: a lost deal costs its margin and no more", "D"),
    "sourcing.terminal_factor": Origin("what is on its way at the end is not counted", "D"),
    "sourcing.travel_share": _NONE,
    "sourcing.discount_rate_per_year": Origin("assumed: later money counts as much", "D"),
}
OF_SOURCING_COLUMNS: dict[str, Origin | None] = {
    "trainings.conversion_factor": Origin("assumed: conversion stays as it is", "D"),
    "trainings.speed_factor": Origin("assumed: the speed stays as it is", "D"),
    "trainings.cost_eur": None,
    "trainings.hours_lost": _NONE,
    "trainings.months": Origin("assumed: the effect is there at once", "D"),
    "provider_prices.price_eur_per_result": None,
    "provider_prices.success_fee_eur_per_deal": None,
    "provider_prices.conversion_factor": Origin("assumed: as good as own people's", "D"),
    "provider_prices.pilot_capacity_share": Origin("assumed: full capacity in the pilot", "D"),
    "provider_prices.pilot_steering_hours_per_month": _NONE,
    "redundancies.severance_eur": Origin(
        "French Labour Code, R1234-2: a quarter of a month's pay a year, a third after ten", "A"
    ),
    "redundancies.gross_eur_per_month": None,
    "redundancies.lead_months": Origin("assumed: no procedure and no notice", "D"),
    "automations.capacity_units_per_month": None,
    "automations.conversion_factor": Origin("assumed: as good as a person's", "D"),
    "automations.cost_eur_per_month": None,
    "demand_scenarios.probability": None,
    "demand_scenarios.target_factor": Origin("assumed: as the targets say", "D"),
    "demand_scenarios.win_rate_factor": Origin("assumed: as the process says", "D"),
}
SOURCING_STRUCTURAL = (
    (
        "model.headcount",
        "expected",
        "persons",
        Origin("leavers are counted as parts of people, as expected", "D"),
    ),
    (
        "model.demand_drawn_anew",
        "normal",
        "",
        Origin("out of sample: normal, with mean and covariance of the cases stated", "D"),
    ),
)


class Scope(NamedTuple):
    """Hold what a command takes for granted: sections of rules, columns, what its model fixes."""

    sections: tuple[str, ...]
    columns: Mapping[str, Origin | None]
    structural: tuple[tuple[str, str, str, Origin], ...]

    def origin(self, key: str) -> Origin | None:
        """Return where the default of a rule comes from; None for a key nobody has graded."""
        return OF_SOURCING_RULES.get(key) or origin_of_rule(key)


PLAN = Scope(SECTIONS, OF_COLUMNS, STRUCTURAL)
SOURCING = Scope(
    (
        "horizon",
        "segments",
        "funnel",
        "staffing",
        "calendar",
        "capacity",
        "overtime",
        "managers",
        "sourcing",
        "risk",
        "solve",
    ),
    {**OF_COLUMNS, **OF_SOURCING_COLUMNS},
    SOURCING_STRUCTURAL,
)
"""What `quartier plan` and `quartier source` read."""
ONE_PLAN = Scope(
    (*SECTIONS[:-1], *SOURCING.sections[6:]),
    SOURCING.columns,
    (
        *(each for each in STRUCTURAL if each[0] != "model.hours_moved_between_months"),
        SOURCING_STRUCTURAL[0],
    ),
)
"""What `quartier plan` reads where sourcing decides the levers: units may wait and be late."""
