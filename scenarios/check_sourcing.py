"""Rules on what only `quartier source` reads: names that exist, probabilities that are a whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.horizon import horizon_months
from scenarios.review import Review, listed

RENEWAL = "renewal_months"
WHOLE = 1e-6
"""Probabilities typed to six digits may miss 1 by so much."""
BEYOND_PLAN = (
    "price_eur_per_result",
    "included_results_per_month",
    "minimum_results_per_month",
    "included_hours_per_month",
    "minimum_hours_per_month",
    "success_fee_eur_per_deal",
    "pilot_steering_hours_per_month",
)


def trainings_make_better(review: Review) -> None:
    """Trainings are for a phase of the process, and change a factor."""
    trainings, phases = review.tables["trainings"], _phases(review)
    unknown = ~trainings["phase"].isin(["", *phases])
    rows = trainings.index[unknown]
    message = f"phases are {listed(phases, 10)}"
    review.flag("training_phase_unknown", "trainings", rows, "phase", message)
    same = [trainings[name].fillna(1.0) == 1.0 for name in ("conversion_factor", "speed_factor")]
    idle = trainings.index[same[0] & same[1]]
    message = "conversion_factor and speed_factor are 1"
    review.flag("training_without_effect", "trainings", idle, "conversion_factor", message)


def prices_belong_to_providers(review: Review) -> None:
    """Further prices are those of a provider, for results it brings."""
    prices, providers = review.tables["provider_prices"], review.tables["providers"]
    known = prices["provider_id"].isin(providers["provider_id"])
    rows = prices.index[~known]
    message = f"providers are {listed(providers['provider_id'].drop_duplicates(), 10)}"
    review.flag("provider_prices_unknown", "provider_prices", rows, "provider_id", message)
    worked = set(zip(providers["provider_id"], providers["phase"], strict=True))
    pairs = zip(prices["provider_id"], prices["result_phase"], strict=True)
    stranger = [bool(phase) and (provider, phase) not in worked for provider, phase in pairs]
    rows = prices.index[pd.Series(stranger, prices.index, dtype=bool) & known]
    message = "the provider has no row for this phase"
    review.flag("provider_result_phase_unknown", "provider_prices", rows, "result_phase", message)
    dearer = (prices[list(BEYOND_PLAN)].fillna(0.0) > 0).any(axis=1)
    message = "quartier plan does not know all prices of this provider"
    decided = review.config.sourcing.decide_in_plan
    rows = prices.index[dearer & known & (not decided)]
    review.flag("provider_prices_beyond_plan", "provider_prices", rows, "provider_id", message)


def pilots_have_months_and_people(review: Review) -> None:
    """Check that a pilot lasts, that whoever steers is there, and when phases are ready."""
    prices = review.tables["provider_prices"]
    stated = prices["pilot_capacity_share"].notna() | prices[
        "pilot_steering_hours_per_month"
    ].fillna(0).gt(0)
    rows = prices.index[stated & ~prices["pilot_months"].fillna(0).gt(0)]
    message = "terms of a pilot that lasts no month"
    review.flag("provider_pilot_without_months", "provider_prices", rows, "pilot_months", message)
    pools = review.tables["reps"]["pool"].drop_duplicates().tolist()
    strange = [any(pool not in pools for pool in named) for named in prices["steering_pools"]]
    rows = prices.index[pd.Series(strange, prices.index, dtype=bool)]
    message = f"pools are {listed(pools, 10)}"
    review.flag("steering_pool_unknown", "provider_prices", rows, "steering_pools", message)
    months = horizon_months(review.config)
    rows = prices.index[prices["ready_month"] > months[-1]]
    message = f"the horizon ends with {months[-1]}"
    review.flag("provider_never_ready", "provider_prices", rows, "ready_month", message)


def stops_come_within_the_horizon(review: Review) -> None:
    """Check that rights to stop have a month in which the demand is known, and terms that fit."""
    hiring = review.tables["hiring"]
    reveal, months = review.config.sourcing.reveal_month, horizon_months(review.config)
    if reveal is None:
        message = "sourcing.reveal_month is left out"
        for table, column in (("provider_prices", "stop_notice_months"), ("hiring", RENEWAL)):
            rows = review.tables[table].index[review.tables[table][column].notna()]
            review.flag("stop_without_reveal", table, rows, column, message)
    elif not months[0] <= reveal <= months[-1]:
        message = f"the horizon is {months[0]} to {months[-1]}"
        review.flag_whole("reveal_month_outside", "", message, "sourcing.reveal_month")
    fixed = hiring["contract"] == "fixed_term"
    within = fixed & hiring[RENEWAL].gt(0) & hiring[RENEWAL].lt(hiring["term_months"].fillna(0))
    ready = hiring["ramp"].map(len) <= hiring[RENEWAL].fillna(0)
    rows = hiring.index[hiring[RENEWAL].notna() & ~(within & ready)]
    message = "a renewal comes after the ramp and before the end of a fixed term"
    review.flag("renewal_outside_term", "hiring", rows, RENEWAL, message)


def redundancies_have_terms(review: Review) -> None:
    """Check that posts given up are those of people there, at a severance that is known."""
    posts, reps = review.tables["redundancies"], review.tables["reps"]
    known = posts["rep_id"].isin(reps["rep_id"])
    message = f"reps are {listed(reps['rep_id'], 10)}"
    review.flag("redundancy_rep_unknown", "redundancies", posts.index[~known], "rep_id", message)
    started = posts["rep_id"].isin(reps.loc[reps["start_date"].notna(), "rep_id"])
    counted = posts["gross_eur_per_month"].notna() & (posts["hired_on"].notna() | started)
    rows = posts.index[known & posts["severance_eur"].isna() & ~counted]
    message = "neither severance_eur, nor gross pay and the first day, are given"
    review.flag("redundancy_severance_unknown", "redundancies", rows, "severance_eur", message)
    months = review.config.horizon.months
    rows = posts.index[posts["lead_months"].fillna(0) >= months]
    message = f"the horizon has {months} months"
    review.flag("redundancy_beyond_horizon", "redundancies", rows, "lead_months", message)


def tools_work_phases(review: Review) -> None:
    """Check that tools work phases of the process."""
    tools, phases = review.tables["automations"], _phases(review)
    strange = [any(phase not in phases for phase in named) for named in tools["phases"]]
    rows = tools.index[pd.Series(strange, tools.index, dtype=bool)]
    message = f"phases are {listed(phases, 10)}"
    review.flag("automation_phase_unknown", "automations", rows, "phases", message)


def demand_is_one_of_the_cases(review: Review) -> None:
    """Check that each case has one probability, that they add up to 1, and fit the plan."""
    cases = review.tables["demand_scenarios"]
    if cases["probability"].notna().all() and len(cases):
        first = cases.groupby("name")["probability"].transform("first")
        differing = cases.index[(cases["probability"] - first).abs() > WHOLE]
        message = "another row of this name has another probability"
        review.flag(
            "demand_probability_differs", "demand_scenarios", differing, "probability", message
        )
        total = float(cases.drop_duplicates("name")["probability"].sum())
        if not len(differing) and abs(total - 1.0) > WHOLE:
            message = f"they add up to {total:g}"
            code = "demand_probabilities_no_whole"
            review.flag_whole(code, "demand_scenarios", message, "probability")
    segments = list(review.config.segments)
    rows = cases.index[~cases["segment"].isin(["", *segments])]
    message = f"segments are {listed(segments, 10)}"
    review.flag("demand_segment_unknown", "demand_scenarios", rows, "segment", message)
    months = horizon_months(review.config)
    rows = cases.index[~cases["month"].isin(["", *months])]
    message = f"the horizon is {months[0]} to {months[-1]}"
    review.flag("demand_month_outside", "demand_scenarios", rows, "month", message)


def conversions_stay_below_certainty(review: Review) -> None:
    """No factor alone lifts the conversion of a phase above 1."""
    rates, last = _highest_conversions(review), _last_phase(review)
    providers = review.tables["providers"]
    offered = providers.groupby("provider_id")["phase"].agg(list).to_dict()
    tables = {
        "trainings": ("conversion_factor", [[p] for p in review.tables["trainings"]["phase"]]),
        "provider_prices": (
            "conversion_factor",
            [offered.get(p, []) for p in review.tables["provider_prices"]["provider_id"]],
        ),
        "automations": ("conversion_factor", review.tables["automations"]["phases"].tolist()),
        "demand_scenarios": ("win_rate_factor", [[last]] * len(review.tables["demand_scenarios"])),
    }
    for table, (column, phases) in tables.items():
        factors = review.tables[table][column].fillna(1.0)
        most = [max((rates.get(p, 0.0) for p in named), default=0.0) for named in phases]
        rows = factors.index[factors * np.array(most, dtype=float) > 1.0 + WHOLE]
        message = "the conversion of the phase would be above 1"
        review.flag("conversion_beyond_certainty", table, rows, column, message)


def _highest_conversions(review: Review) -> dict[str, float]:
    """Return the highest conversion of each phase over its segments."""
    process = review.tables["process"]
    per_next = process["units_per_next"].where(process["units_per_next"] > 0)
    rate = process["conversion"].fillna(1.0 / per_next).fillna(0.0)
    return {str(phase): float(top) for phase, top in rate.groupby(process["phase"]).max().items()}


def _last_phase(review: Review) -> str:
    process = review.tables["process"]
    ordered = process.sort_values(["order", "phase"], kind="stable")["phase"]
    return str(ordered.iloc[-1]) if len(ordered) else ""


def risk_needs_cases(review: Review) -> None:
    """Warn of a weight on the worst cases where there is only one case."""
    cases = review.tables["demand_scenarios"]["name"].nunique()
    if review.config.risk.weight > 0 and cases < 2:
        message = f"risk.weight is {review.config.risk.weight:g}"
        review.flag_whole("risk_without_scenarios", "", message, "risk.weight")


def _phases(review: Review) -> list[str]:
    return [str(phase) for phase in review.tables["process"]["phase"].drop_duplicates()]


RULES = (
    trainings_make_better,
    prices_belong_to_providers,
    pilots_have_months_and_people,
    stops_come_within_the_horizon,
    redundancies_have_terms,
    tools_work_phases,
    demand_is_one_of_the_cases,
    conversions_stay_below_certainty,
    risk_needs_cases,
)
