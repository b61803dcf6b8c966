"""The words of a sourcing story on the terminal: states, measures, tables with their headings."""

from __future__ import annotations

from scenarios.outcome import INTERRUPTED, NO_PLAN, PLANNED, REJECTED

STATES = {
    PLANNED: "planned and checked",
    INTERRUPTED: "interrupted: the best plan found before the stop, checked",
    NO_PLAN: "no plan",
    REJECTED: "REJECTED by the independent check",
}
STOPPED = {
    "proof": "proved to be the best there is",
    "gap": "stopped at the gap asked for",
    "effort": "stopped at the limit of the search",
    "time": "stopped by the time limit: another run may find another plan",
    "cancel": "stopped by hand",
}
MEASURES = {
    "objective_eur": "worth of the plan",
    "baseline_eur": "worth of doing nothing",
    "extra_worth_eur": "worth more than doing nothing",
    "extra_cost_eur": "extra cost",
    "extra_margin_eur": "extra margin",
    "extra_profit_eur": "extra profit",
    "roi": "return on the extra cost",
    "saves_eur": "costs less by",
    "payback_month": "money back",
    "cash_low_eur": "deepest out of pocket",
    "margin_eur": "margin",
    "cost_eur": "cost of sales",
    "terminal_eur": "worth of what is on its way",
    "outstanding_eur": "paid after the horizon",
    "customers": "deals won",
    "cac_eur": "cost of a deal won",
    "marginal_cac_eur": "cost of each deal more",
    "coverage": "deals won of those wanted",
    "worst_month_coverage": "in the worst month",
    "worst_phase_coverage": "hours covered where fewest",
    "cvar_eur": "worth in the worst cases",
    "target_missed_probability": "probability to miss the target",
    "lowest_month_cash_eur": "lowest cash of a month",
    "largest_provider_share": "largest provider's share of work",
    "longest_commitment_months": "longest commitment, months",
    "evpi_eur": "worth of knowing the demand",
    "vss_eur": "worth of planning for all cases",
}
PERCENT = {
    "roi",
    "coverage",
    "worst_month_coverage",
    "worst_phase_coverage",
    "target_missed_probability",
    "largest_provider_share",
}
TITLES = (
    ("costs", "Cost", (("source", "paid for"), ("cost_eur", "EUR"), ("discounted_eur", "today"))),
    (
        "risk",
        "If demand turns out",
        (
            ("demand", "demand"),
            ("probability", "probability"),
            ("profit_eur", "profit"),
            ("deals_wanted", "wanted"),
            ("deals_won", "won"),
        ),
    ),
    (
        "stops",
        "Stop once the demand shows itself",
        (
            ("demand", "if demand is"),
            ("decide_by", "decide by"),
            ("kind", "what"),
            ("name", "name"),
            ("amount", "amount"),
            ("unit", "unit"),
            ("from_month", "from"),
        ),
    ),
    (
        "candidates",
        "Decisions compared",
        (
            ("decision", "made for"),
            ("worth_eur", "worth"),
            ("expected_eur", "expected"),
            ("cvar_eur", "worst cases"),
            ("worst_regret_eur", "regret at most"),
            ("worst_demand", "if"),
            ("chosen", "least regret at worst"),
        ),
    ),
    (
        "out_of_sample",
        "Out of sample: on demand drawn anew",
        (
            ("decision", "made for"),
            ("drawn", "draws"),
            ("mean_eur", "mean"),
            ("mean_error_eur", "+/-"),
            ("lowest_eur", "lowest"),
            ("less_than_plan_eur", "less than plan"),
            ("less_error_eur", "+/-"),
        ),
    ),
    (
        "profit_curve",
        "Profit by number of hires",
        (
            ("offer", "offer"),
            ("rule", ""),
            ("hires", "hires"),
            ("profit_eur", "profit"),
            ("bound_eur", "no plan above"),
        ),
    ),
    (
        "ladder",
        "Profit without a lever",
        (("without", "without"), ("profit_eur", "profit"), ("costs_eur", "lower by")),
    ),
    (
        "break_even",
        "Break-even prices",
        (
            ("lever", "what"),
            ("unit", "unit"),
            ("today", "today"),
            ("pays_below", "pays below"),
            ("pays_not_above", "never above"),
            ("kind", ""),
        ),
    ),
    (
        "one_more",
        "One person more, one trained already: what it would bring",
        (
            ("kind", ""),
            ("name", "who"),
            ("gain_eur", "at least"),
            ("gain_high_eur", "at most"),
        ),
    ),
)
