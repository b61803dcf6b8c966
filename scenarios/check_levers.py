"""Say which levers of a workspace a plan by itself leaves out, lest they be thought decided."""

from __future__ import annotations

from scenarios.config import Config
from scenarios.review import Review

BEYOND_PLAN = frozenset({"lever_beyond_plan", "provider_prices_beyond_plan"})
"""Findings that speak of plans in which sourcing does not decide the levers."""

TABLES_OF_LEVERS = {
    "trainings": "trainings",
    "redundancies": "redundancies",
    "automations": "tools that work units",
    "demand_scenarios": "cases of demand",
}


def levers_reach_the_plan(review: Review) -> None:
    """Warn of each lever that the plan does not decide on, unless sourcing decides for it."""
    if review.config.sourcing.decide_in_plan:
        return
    for table, what in TABLES_OF_LEVERS.items():
        count = len(review.tables[table])
        if count:
            message = f"quartier plan does not use {what}: {count} row(s)"
            review.flag_whole("lever_beyond_plan", table, message)
    for rule, what in _rules_in_use(review.config).items():
        message = f"quartier plan does not know {what}"
        review.flag_whole("lever_beyond_plan", "", message, rule)


def _rules_in_use(config: Config) -> dict[str, str]:
    """Return the rules that open a lever, and what it is."""
    sourcing = config.sourcing
    used = {
        "overtime.hours_max_per_month": ("overtime", config.overtime.hours_max_per_month > 0),
        "managers.span": ("managers", config.managers.span is not None),
        "sourcing.late_deals_max": ("late work", sourcing.late_deals_max > 0),
        "sourcing.waiting_units_max": ("work ahead", sourcing.waiting_units_max > 0),
        "sourcing.lost_deal_eur": ("a price of lost deals", sourcing.lost_deal_eur > 0),
        "sourcing.terminal_factor": ("worth after the horizon", sourcing.terminal_factor > 0),
    }
    return {rule: what for rule, (what, in_use) in used.items() if in_use}


RULES = (levers_reach_the_plan,)
