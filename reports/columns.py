"""The columns of every exported table, in the order in which they are written."""

from __future__ import annotations


def _columns(names: str) -> list[str]:
    return names.split()


TERRITORIES = _columns(
    "account_id name segment lat_deg lon_deg rep_id rep_name previous_rep_id moved locked "
    "stray_before stray_after workload_hours potential_eur revenue_eur travel_km travel_hours "
    "move_cost_eur runner_up_rep_id runner_up_extra_eur reason"
)
EDITABLE_TERRITORIES = _columns(
    "account_id name segment rep_id edit_reason rep_name previous_rep_id moved locked "
    "stray_before stray_after workload_hours potential_eur revenue_eur travel_km travel_hours "
    "move_cost_eur runner_up_rep_id runner_up_extra_eur reason lat_deg lon_deg"
)
REPS = _columns(
    "rep_id name pool kind fte accounts_before accounts_after accounts_gained accounts_given "
    "workload_hours_before workload_hours_after workload_target_hours workload_deviation "
    "potential_eur_before potential_eur_after potential_target_eur potential_deviation "
    "travel_hours_before travel_hours_after workload_room_eur_per_hour potential_room_ratio"
)
COMPACTNESS = _columns(
    "rep_id name pool accounts_before accounts_after pieces_before pieces_after "
    "stray_accounts_before stray_accounts_after accounts_among_others_before "
    "accounts_among_others_after mean_km_to_middle_before mean_km_to_middle_after "
    "median_km_to_middle_before median_km_to_middle_after polsby_popper_before "
    "polsby_popper_after reock_before reock_after drawn_from"
)
MOVES = _columns(
    "account_id name segment previous_rep_id rep_id rep_name workload_hours potential_eur "
    "revenue_eur move_cost_eur runner_up_rep_id runner_up_extra_eur reason"
)
ROLES = _columns(
    "rep_id name pool kind phase hours share_of_time productivity preference held_before reason"
)
HELP = _columns("rep_id name pool helps_pool phase hours share_of_time speed_factor standard_hours")
THROUGHPUT = _columns(
    "work roles deals_at_hand deals margin_eur margin_at_most_eur phase hour_value_eur"
)
ROLE_GOALS = _columns("period goal unit as_planned reachable proved")
ROLE_REASONS = _columns(
    "period kind subject rep_id pool phase short_hours saved_hours proved_hours reason"
)
CAPACITY = _columns(
    "month rep_id name pool place basis contract_days holiday_days leave_days worked_days "
    "hours_per_day part_time absence_share selling_share ramp_share retention_share "
    "over_assignment paid_hours holiday_hours leave_hours absence_hours other_work_hours "
    "ramp_hours attrition_hours buffer_hours hours expected_fte formula"
)
SOURCING = _columns("month pool phase source source_id hours cost_eur")
TARGETS = _columns("month pool phase activity source source_id name activities hours")
DECISIONS = _columns(
    "kind id name pool decided_month start_month end_month count hours cost_eur reason"
)
COVERAGE = _columns("month pool segment deals_target deals_planned deals_too_late margin_lost_eur")
LEADERSHIP = _columns("measure value words")
CASH = _columns(
    "month extra_margin_eur extra_received_eur extra_cost_eur extra_cash_eur cumulated_eur"
)
HIRE_CURVE = _columns("hires profit_eur not_proved_eur difference_eur planned")
PRICE_LIMITS = _columns(
    "provider_id name hours share_of_work min_term_months price_eur_per_hour "
    "pays_up_to_eur_per_hour"
)
LEVERS = _columns("kind name people month until amount unit cost_eur")
AGREEMENT = _columns("line unit sourcing plan difference")
SLA = _columns(
    "pool segment from_phase to_phase unit from_team to_team units_planned_per_week window_weeks "
    "units_promised_per_window time_limit_days return_duty"
)
TOO_LATE = _columns("month_due pool segment phase unit units deals_at_risk revenue_at_risk_eur")
SENSITIVITY = _columns(
    "assumption phase change_ratio hours_base hours_when_lower hours_when_higher "
    "revenue_base_eur revenue_when_lower_eur revenue_when_higher_eur formula"
)
REPLAY = _columns(
    "month pool segment deals_target deals_spread deals_cover hours_spread hours_cover"
)
SHORTFALLS = _columns("code subject amount unit reason remedy")
SET_ASIDE = _columns("account_id name code reason")
FINDINGS = _columns("file row column code severity table value message remedy action")
VIOLATIONS = _columns("rule subject amount limit message")
ASSUMPTIONS = _columns("key value unit grade origin source")
CHANGES = _columns("table id column before after")
KPIS = _columns("name value unit")
SOLVES = _columns("stage status objective_eur bound_eur gap stopped_by")
TERMS = _columns("stage term amount_eur")
