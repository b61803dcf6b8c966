"""Tables of levers for `quartier source`: trainings, contracts, redundancies, tools, demand."""

from __future__ import annotations

from scenarios.table_spec import DATE, LIST, MONTH, TableSpec, count, number, of_kind, text

READ_BY = "Read by `quartier source` and plans that take its decisions."

TRAININGS = TableSpec(
    name="trainings",
    key=("name",),
    required=False,
    description="Trainings for the people there are; one a person. " + READ_BY,
    columns=(
        text("name", "unique name", required=True),
        text("phase", "the phase it makes better", required=True),
        number("conversion_factor", "ratio", "on the conversion out of the phase; empty: 1"),
        number("speed_factor", "ratio", "on the hours done in an hour; empty: 1", high=10),
        number("cost_eur", "EUR", "price of training one person", required=True),
        number("hours_lost", "h", "hours a person loses in the month of the decision"),
        count("months", "months", "from the decision to the effect; empty: at once"),
        count("max_count", "persons", "most people trained of each group alike; empty: all"),
    ),
)
PROVIDER_PRICES = TableSpec(
    name="provider_prices",
    key=("provider_id",),
    required=False,
    description="Further terms of a provider's contract, beside those of providers; prices add up. "
    + READ_BY,
    columns=(
        text("provider_id", "a provider of the table providers", required=True),
        number("price_eur_per_result", "EUR", "price of a unit passed on out of result_phase"),
        text("result_phase", "the phase whose results are paid; empty: its last one"),
        number("included_results_per_month", "units/month", "results the retainer includes"),
        number("minimum_results_per_month", "units/month", "least results billed while it runs"),
        number("included_hours_per_month", "h/month", "hours the retainer includes"),
        number("minimum_hours_per_month", "h/month", "least hours billed while it runs"),
        number("success_fee_eur_per_deal", "EUR", "fee for each deal expected of its units"),
        number("conversion_factor", "ratio", "on the conversion of its units; empty: 1", high=3),
        count("notice_months", "months", "notice of a contract that runs already"),
        count("running_since_months", "months", "months it has run; empty: a new contract"),
        count(
            "stop_notice_months",
            "months",
            "notice of a stop decided once the demand is known, from reveal_month of quartier.toml "
            "on; empty: no such stop",
        ),
        of_kind("steering_pools", LIST, "pools whose people steer it; empty: all"),
        of_kind(
            "ready_month",
            MONTH,
            "first month its phases are ready to be handed over (scope, script, follow-up); it "
            "starts no sooner; empty: by lead_months",
        ),
        count("pilot_months", "months", "pilot after each start, before its ramp; empty: none"),
        number("pilot_capacity_share", "ratio", "of its capacity in the pilot; empty: 1", high=1),
        number("pilot_steering_hours_per_month", "h/month", "own hours on top in the pilot"),
    ),
)
REDUNDANCIES = TableSpec(
    name="redundancies",
    key=("rep_id",),
    required=False,
    description="People whose post may be given up; nobody else is let go. " + READ_BY,
    columns=(
        text("rep_id", "the person", required=True),
        number("severance_eur", "EUR", "paid once; empty: by seniority, from the two below"),
        number("gross_eur_per_month", "EUR/month", "gross pay, on which severance is counted"),
        of_kind("hired_on", DATE, "first day with the firm; empty: start_date of reps"),
        count("lead_months", "months", "earliest month after the first: procedure and notice"),
    ),
)
AUTOMATIONS = TableSpec(
    name="automations",
    key=("automation_id",),
    required=False,
    description="Tools that work units without people. " + READ_BY,
    columns=(
        text("automation_id", "unique id", required=True),
        of_kind("phases", LIST, "phases it works", required=True),
        number("capacity_units_per_month", "units/month", "most units a month", required=True),
        number("max_share", "ratio", "most of a phase's units; empty: all", high=1),
        number("conversion_factor", "ratio", "on the conversion of its units; empty: 1", high=3),
        number("setup_eur", "EUR", "paid once"),
        number("cost_eur_per_month", "EUR/month", "from the first month of use on"),
        number("cost_eur_per_unit", "EUR", "for each unit"),
        count("lead_months", "months", "earliest month of use after the first"),
    ),
)
DEMAND_SCENARIOS = TableSpec(
    name="demand_scenarios",
    key=("name", "segment", "month"),
    required=False,
    description="How demand may turn out; hires and contracts are decided before it is known. "
    "Factors of all rows of a name that fit multiply. " + READ_BY,
    columns=(
        text("name", "name of the case, such as weak", required=True),
        number("probability", "ratio", "the same on all its rows", high=1, required=True),
        text("segment", "a segment of quartier.toml; empty: every segment"),
        of_kind("month", MONTH, "a month; empty: every month"),
        number("target_factor", "ratio", "on the deals there are to win; empty: 1", high=100),
        number("win_rate_factor", "ratio", "on the last conversion; empty: 1", high=100),
    ),
)
SOURCING_TABLES = (TRAININGS, PROVIDER_PRICES, REDUNDANCIES, AUTOMATIONS, DEMAND_SCENARIOS)
