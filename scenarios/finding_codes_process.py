"""Findings on the process, the offers and the targets."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import rule_code

E, W = Severity.ERROR, Severity.WARNING

PROCESS_CODES = (
    rule_code(
        "phase_unknown",
        E,
        "A phase is not in the process table",
        "The row cannot be used.",
        "Correct the name, or add the phase to the process.",
        "phase = prospection where the process says prospecting",
    ),
    rule_code(
        "phases_few",
        W,
        "The process has fewer than four phases",
        "Splitting roles gains little with so few phases.",
        "Cut the process finer if different skills are at work in one phase.",
        "prospecting and closing only",
    ),
    rule_code(
        "phase_nobody",
        E,
        "Nobody can do a phase",
        "No rep has the skill, no hire offers it, and no provider may take it.",
        "Add a skill, a hire or a provider for the phase.",
        "proposal without any row in skills, hiring and providers",
    ),
    rule_code(
        "phase_without_norms",
        E,
        "A phase takes no time",
        "No activity norm holds for the phase in a segment, so its work would count as 0 hours.",
        "Add rows to activity_norms, with an empty segment for all.",
        "meeting without any activity",
    ),
    rule_code(
        "phase_rows_differ",
        E,
        "The rows of a phase contradict each other",
        "order, unit, territorial and documented belong to the phase and must be equal on its "
        "rows for different segments.",
        "Make them equal.",
        "meeting has order 3 for gold and 4 for silver",
    ),
    rule_code(
        "phase_segment_missing",
        E,
        "A phase has no row for a segment",
        "Neither a row for the segment nor one for every segment (segment empty) exists.",
        "Add the row.",
        "proposal for gold only, while silver is defined",
    ),
    rule_code(
        "order_broken",
        E,
        "The order of the phases has gaps or repeats",
        "Phases are numbered 1, 2, 3 and so on, each once.",
        "Number them again.",
        "1, 2, 2, 4",
    ),
    rule_code(
        "rate_missing",
        E,
        "A phase has neither conversion nor units_per_next",
        "It is not known how many units of the phase the next one needs.",
        "Fill one of the two.",
        "both empty",
    ),
    rule_code(
        "rate_twice",
        E,
        "A phase has both conversion and units_per_next",
        "They say the same thing in two ways; one must be empty.",
        "Empty one of the two.",
        "conversion = 0.25 and units_per_next = 4",
    ),
    rule_code(
        "rate_impossible",
        E,
        "A conversion is not a share",
        "It must be above 0 and at most 1. More than 1 is an activity count, for instance two "
        "proposals for one opportunity, and belongs in activity_norms.",
        "Write a share such as 0.25, or move the count to activity_norms.",
        "conversion = 20, conversion = 0",
    ),
    rule_code(
        "units_per_next_below_one",
        E,
        "Fewer than one unit is needed per unit of the next phase",
        "A unit cannot turn into more than one of the next phase.",
        "Write how many units of this phase one of the next needs, 1 or more; a share belongs "
        "in conversion.",
        "units_per_next = 0.25",
    ),
    rule_code(
        "offer_above_phase_limit",
        W,
        "A hire is offered for more phases than a person may hold",
        "Each person hired will hold at most max_phases_per_person of them.",
        "Nothing, or name fewer phases.",
        "phases = prospecting|appointment|meeting with a limit of 2",
    ),
    rule_code(
        "fixed_term_without_months",
        E,
        "A fixed term has no length",
        "contract is fixed_term and term_months is empty or 0.",
        "Fill term_months, or set contract to permanent.",
        "contract = fixed_term, term_months empty",
    ),
    rule_code(
        "provider_phase_undocumented",
        E,
        "A provider is offered for a phase that is not documented",
        "A phase can be handed over only when its scope and script are written down.",
        "Set documented to yes on the phase when that is so, or remove the row.",
        "proposal offered while documented = no",
    ),
    rule_code(
        "provider_terms_differ",
        E,
        "The rows of a provider contradict each other",
        "A provider has one contract: price, set-up, capacity and the other terms must be equal "
        "on its rows.",
        "Make them equal, or name two providers.",
        "35 EUR/h for prospecting and 40 for appointment",
    ),
    rule_code(
        "pool_unknown",
        E,
        "A pool has no rep",
        "The target or pipeline belongs to a pool that no rep is in.",
        "Correct the pool, or leave it empty to share among pools.",
        "pool = south where the reps are in north and east",
    ),
    rule_code(
        "target_month_unreadable",
        E,
        "The month of a target cannot be read",
        "A target is for a month YYYY-MM or a year YYYY.",
        "Write 2027-03 or 2027.",
        "month = March",
    ),
    rule_code(
        "target_outside_horizon",
        W,
        "A target lies outside the horizon",
        "It is not planned for.",
        "Correct the month, or widen [horizon].",
        "month = 2029-01 in a plan of 2027",
    ),
    rule_code(
        "targets_missing",
        E,
        "No target lies in the horizon",
        "There is nothing to plan for.",
        "Add targets for the months planned, or correct [horizon].",
        "targets of 2026 in a plan of 2027",
    ),
    rule_code(
        "target_counted_twice",
        E,
        "A year and a month of it both have a target",
        "For the same segment and pool the month would count twice.",
        "Give months only, or the year only.",
        "2027 and 2027-03 for gold",
    ),
    rule_code(
        "pipeline_outside_horizon",
        W,
        "Pipeline is ready only after the horizon",
        "It is not credited.",
        "Correct ready_month, or widen [horizon].",
        "ready_month = 2030-01",
    ),
)
