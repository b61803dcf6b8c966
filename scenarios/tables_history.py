"""Tables of what happened, for calibration, and of what there is to work on."""

from __future__ import annotations

from scenarios.table_spec import DATE, TableSpec, choice, count, number, of_kind, text

WON, PASSED, LOST, OPEN = "won", "passed", "lost", "open"

OPPORTUNITIES = TableSpec(
    name="opportunities",
    key=("opportunity_id", "phase"),
    required=False,
    bulk=True,
    description="History of the CRM: one row for each phase a unit entered, won, lost or open.",
    columns=(
        text("opportunity_id", "id of the unit in the CRM: lead, opportunity", required=True),
        text(
            "phase",
            "a phase of the process, or a stage named in calibration.stages",
            required=True,
        ),
        text("account_id", "the account; gives the segment where that is empty"),
        text("segment", "a segment of quartier.toml; empty: the account's"),
        text("rep_id", "who worked it; gives the team"),
        of_kind("entered_on", DATE, "day it entered the phase", required=True),
        of_kind("left_on", DATE, "day it left the phase; empty: still there"),
        choice(
            "outcome",
            (PASSED, WON, LOST, OPEN),
            "passed to the next phase (or won), lost, or open; empty: read off the later phases",
        ),
    ),
)
ACTIVITIES = TableSpec(
    name="activities",
    key=("activity_id",),
    required=False,
    bulk=True,
    description="History of the CRM: one row for each call, meeting or proposal done.",
    columns=(
        text("activity_id", "unique id", required=True),
        text("phase", "a phase of the process, or a stage of calibration.stages", required=True),
        text("activity", "call, meeting, proposal, as in activity_norms", required=True),
        text("opportunity_id", "the unit it was done for"),
        text("account_id", "the account"),
        text("rep_id", "who did it"),
        of_kind("done_on", DATE, "the day", required=True),
        number("minutes", "min", "time taken, preparation included", high=1440),
    ),
)
UNIVERSE = TableSpec(
    name="universe",
    key=("segment", "pool"),
    required=False,
    description="How many units there are to start with, such as prospects; more cannot be worked.",
    columns=(
        text("segment", "a segment of quartier.toml; empty: all together"),
        text("pool", "a pool of reps; empty: all together"),
        number("units", "units", "units of the first phase that exist", required=True),
        count(
            "recontact_months",
            "months",
            "months until one may be worked again; empty: once in the horizon",
        ),
    ),
)
