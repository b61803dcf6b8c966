"""Findings on the history of the CRM, from which rates are calibrated."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import rule_code

E, Q, R, W = Severity.ERROR, Severity.QUARANTINE, Severity.REPAIR, Severity.WARNING

HISTORY_CODES = (
    rule_code(
        "history_stage_unknown",
        E,
        "A stage is mapped to no phase of the process",
        "calibration.stages maps a stage to a phase, or to phase:outcome with one of passed, won, "
        "lost, open.",
        "Correct the phase or the outcome under [calibration.stages].",
        '"Closed Won" = "closing:won" where the process has no closing',
    ),
    rule_code(
        "history_missing",
        W,
        "There is no history to calibrate from",
        "No usable row of opportunities is known at the date asked for. It stops "
        "`quartier calibrate`, not `quartier plan`.",
        "Add opportunities.csv with one row for each phase a unit entered, or ask for a later "
        "month.",
        "an empty opportunities.csv, or --until 2019-01 with a history from 2024",
    ),
    rule_code(
        "history_phase_unknown",
        Q,
        "A row of the history is in no phase of the process",
        "The row is set aside.",
        "Map the stage to a phase under [calibration.stages].",
        "phase = Qualification",
    ),
    rule_code(
        "history_dates_reversed",
        Q,
        "A unit leaves a phase before it enters",
        "The row is set aside: its time in the phase would be negative.",
        "Correct one of the two dates in the CRM.",
        "entered_on = 2026-05-02, left_on = 2026-04-28",
    ),
    rule_code(
        "history_date_implausible",
        Q,
        "A date of the history is before 1950 or after the horizon",
        "The row is set aside: the last month of the history is the end of what is known.",
        "Correct the date.",
        "entered_on = 0202-01-01",
    ),
    rule_code(
        "history_left_missing",
        Q,
        "A unit passed or was lost on no day",
        "The row is set aside: when it was closed decides what is still open.",
        "Fill left_on.",
        "outcome = won, left_on empty",
    ),
    rule_code(
        "history_outcome_missing",
        Q,
        "A unit left a phase, and nobody says how",
        "The row is set aside: no later phase shows that it passed.",
        "Fill outcome with passed, won or lost.",
        "left_on = 2026-04-28, outcome empty",
    ),
    rule_code(
        "history_open_left",
        R,
        "An open unit has a day on which it left",
        "The day is dropped: in many CRMs it is the day the deal is expected to close.",
        "Nothing, or correct the outcome.",
        "outcome = open, left_on = 2026-12-31",
    ),
    rule_code(
        "history_outcome_contradicted",
        R,
        "A unit lost or open in a phase entered a later one",
        "It is read as passed; where left_on is empty it is the day the later phase was entered.",
        "Correct the outcome in the CRM.",
        "lost in meeting, and a row in proposal",
    ),
    rule_code(
        "history_order_broken",
        W,
        "A unit entered a later phase before an earlier one",
        "Both rows are used; the time between them is not.",
        "Look at how the stages are dated.",
        "proposal entered on 2026-03-01, meeting on 2026-03-05",
    ),
    rule_code(
        "history_rep_unknown",
        W,
        "A person of the history is not among the reps",
        "The rows count for the whole and for their segment, not for a team or a person. One "
        "finding a name, at its first row.",
        "Add the person to reps, with an end_date for somebody who left.",
        "rep_id = R17, who is not in reps",
    ),
    rule_code(
        "history_account_unknown",
        W,
        "An account of the history is not among the accounts",
        "The rows count without a segment, unless they name one. One finding an account, at its "
        "first row.",
        "Add the account, or fill segment.",
        "account_id = A999",
    ),
    rule_code(
        "history_segment_unknown",
        W,
        "A segment of the history is not in quartier.toml",
        "The rows count for all segments together. One finding a name, at its first row.",
        "Correct the segment.",
        "segment = GTXPro where the segment is GTX Pro",
    ),
    rule_code(
        "history_segment_missing",
        W,
        "Rows of the history have no segment",
        "They count for all segments together.",
        "Fill segment, or account_id with an account that has one.",
        "neither segment nor account_id is given",
    ),
    rule_code(
        "history_opportunity_unknown",
        W,
        "An activity belongs to a unit that is not in the opportunities",
        "Its minutes count; it does not count towards activities per unit. One finding a unit, at "
        "its first row.",
        "Export the opportunities and the activities of the same period.",
        "opportunity_id = O-77 in activities only",
    ),
    rule_code(
        "history_activity_unknown",
        W,
        "An activity of the history has no norm",
        "It is calibrated under its own name. One finding a name, at its first row.",
        "Use the name of activity_norms, or add the norm.",
        "activity = Telefonat where the norm says call",
    ),
)
