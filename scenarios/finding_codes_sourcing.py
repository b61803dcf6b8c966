"""Findings on what only `quartier source` reads: trainings, price forms, demand scenarios."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import rule_code

E, W = Severity.ERROR, Severity.WARNING

SOURCING_CODES = (
    rule_code(
        "training_phase_unknown",
        E,
        "A training is for a phase that is not in the process",
        "Nobody would be better at anything.",
        "Correct phase in trainings, or add the phase to the process.",
        "phase = metings",
    ),
    rule_code(
        "training_without_effect",
        E,
        "A training makes nobody better",
        "Neither conversion_factor nor speed_factor is given, or both are 1.",
        "Give conversion_factor, such as 1.2, or speed_factor; or remove the row.",
        "cost_eur = 1200 with both factors empty",
    ),
    rule_code(
        "provider_prices_unknown",
        E,
        "Price terms are given for an unknown provider",
        "No row of providers has this id.",
        "Correct provider_id, or add the provider.",
        "provider_id = call-co, for CallCo",
    ),
    rule_code(
        "provider_result_phase_unknown",
        E,
        "Results are paid out of a phase the provider does not work",
        "Nothing would ever be paid.",
        "Name a phase the provider has a row for, or leave result_phase empty.",
        "result_phase = proposal for a provider of prospecting",
    ),
    rule_code(
        "provider_prices_beyond_plan",
        W,
        "A provider has prices that only quartier source knows",
        "quartier plan counts price by the hour, set-up and retainer; with the others the provider "
        "is dearer than it says.",
        "Decide on the provider by quartier source; or give the plan a price by the hour that "
        "stands for all.",
        "price_eur_per_result = 90 beside price_eur_per_hour = 0",
    ),
    rule_code(
        "provider_pilot_without_months",
        E,
        "Terms of a pilot are given, but it lasts no month",
        "They would change nothing.",
        "Give pilot_months, such as 2, or empty the terms of the pilot.",
        "pilot_capacity_share = 0.3 with pilot_months empty",
    ),
    rule_code(
        "steering_pool_unknown",
        E,
        "A provider is steered by an unknown pool",
        "No person of reps is in this pool, so nobody could steer.",
        "Correct steering_pools, or leave it empty for all pools.",
        "steering_pools = north, for pools east and west",
    ),
    rule_code(
        "provider_never_ready",
        W,
        "The phases of a provider are ready after the horizon",
        "The contract starts in no month of the plan.",
        "Correct ready_month, or plan a longer horizon.",
        "ready_month = 2028-03 in a plan of 2027",
    ),
    rule_code(
        "redundancy_rep_unknown",
        E,
        "A redundancy is for a person who is not in reps",
        "Nobody could be let go.",
        "Correct rep_id in redundancies, or remove the row.",
        "rep_id = R99",
    ),
    rule_code(
        "redundancy_severance_unknown",
        E,
        "The severance of a redundancy cannot be worked out",
        "Letting somebody go would be free.",
        "Give severance_eur (0 if nothing is due); or gross_eur_per_month and hired_on.",
        "gross_eur_per_month = 3100 without hired_on and without start_date in reps",
    ),
    rule_code(
        "redundancy_beyond_horizon",
        W,
        "A redundancy is possible after the horizon only",
        "Nobody is let go in the plan.",
        "Correct lead_months, or plan a longer horizon.",
        "lead_months = 12 in a plan of 12 months",
    ),
    rule_code(
        "automation_phase_unknown",
        E,
        "A tool is for a phase that is not in the process",
        "It would work nothing.",
        "Correct phases in automations.",
        "phases = prospects",
    ),
    rule_code(
        "conversion_beyond_certainty",
        E,
        "A factor lifts a conversion above 1",
        "More units would come out of the phase than go in.",
        "Lower the factor: at most 1 over the conversion of the phase.",
        "conversion_factor = 2.5 on a conversion of 0.5",
    ),
    rule_code(
        "demand_probability_differs",
        E,
        "Rows of one demand scenario have different probabilities",
        "A case happens with one probability.",
        "Give the same probability on all rows of a name.",
        "weak with 0.3 and with 0.25",
    ),
    rule_code(
        "demand_probabilities_no_whole",
        E,
        "The probabilities of the demand scenarios do not add up to 1",
        "One of the cases happens, and only one.",
        "Correct the probabilities; a case that cannot be left out may be named as expected.",
        "0.3, 0.5 and 0.3",
    ),
    rule_code(
        "demand_segment_unknown",
        E,
        "A demand scenario is for an unknown segment",
        "quartier.toml has no such segment.",
        "Correct segment, or leave it empty for every segment.",
        "segment = golden",
    ),
    rule_code(
        "demand_month_outside",
        W,
        "A demand scenario is for a month outside the horizon",
        "The row changes nothing.",
        "Correct month, or leave it empty for every month.",
        "month = 2029-01 in a plan of 2027",
    ),
    rule_code(
        "risk_without_scenarios",
        W,
        "The worst cases have a weight, and there is one case only",
        "With the expected demand alone the mean is the worst case.",
        "Add the table demand_scenarios, or set risk.weight = 0.",
        "risk.weight = 0.3 without demand_scenarios",
    ),
)
