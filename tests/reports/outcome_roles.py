"""Build the tables that judge the roles of a small outcome."""

from __future__ import annotations

import pandas as pd

from scenarios.outcome_help import HELP_COLUMNS
from scenarios.outcome_role_reasons import REASON_COLUMNS
from scenarios.outcome_roles import GOAL_COLUMNS
from scenarios.outcome_throughput import THROUGHPUT_COLUMNS

NAN = float("nan")


def make_help() -> pd.DataFrame:
    """Return two persons of the north who help the south."""
    rows = [
        ("R1", "Anna Martin", "north", "south", "meeting", 40.0, 0.04, 0.8, 32.0),
        ("R2", "Boris Petit", "north", "south", "meeting", 10.0, 0.01, 0.8, 8.0),
        ("R2", "Boris Petit", "north", "south", "proposal", 5.0, 0.005, 0.8, 4.0),
    ]
    return pd.DataFrame(rows, columns=HELP_COLUMNS)


def make_throughput() -> pd.DataFrame:
    """Return a team that could win more with other roles, and more still with more work."""
    rows = [
        ("as_wanted", "as_planned", 12.0, 9.5, 95_000.0, 96_000.0, "meeting", 120.0),
        ("as_wanted", "any", 12.0, 11.0, 110_000.0, 111_000.0, "meeting", 80.0),
        ("twice", "any", 24.0, 12.5, 125_000.0, 126_000.0, "", 0.0),
    ]
    return pd.DataFrame(rows, columns=THROUGHPUT_COLUMNS)


def make_role_goals() -> pd.DataFrame:
    """Return the goals of October, the month that asks most, and of the mean month."""
    rows = [
        ("2026-10", "shortage", "h", 84.0, 40.0, 38.5),
        ("2026-10", "backup", "holders", 3.0, NAN, NAN),
        ("2026-10", "apart", "phases", 1.0, NAN, NAN),
        ("2026-10", "unfair", "share", 0.25, NAN, NAN),
        ("mean month", "shortage", "h", 12.0, NAN, NAN),
        ("mean month", "backup", "holders", 3.0, NAN, NAN),
        ("mean month", "hand_offs", "customers", 41.0, NAN, NAN),
        ("mean month", "apart", "phases", 1.0, NAN, NAN),
        ("mean month", "unfair", "share", 0.125, NAN, NAN),
    ]
    return pd.DataFrame(rows, columns=GOAL_COLUMNS)


def make_role_reasons() -> pd.DataFrame:
    """Return months, a conflict, a proof, rules and levers; the pool has a hostile name."""
    month, proof = "2026-10", "north <b>: meeting needs 90 h; only R1 can do it, 51.5 h"
    clash = "these cannot all be kept: R1 does not hold proposal; proposal is covered (30 h)"
    rest = "other roles in this month alone would cover 4 h"
    rows = [
        ("2026-09", "month", "", "", "", "", 12.0, 4.0, 0.0, rest),
        (month, "month", "", "", "", "", 84.0, 44.0, 38.5, proof),
        (month, "conflict", "1", "", "", "", 40.0, NAN, NAN, clash),
        (month, "relaxed", "1", "R1", "", "proposal", 28.0, 12.0, 27.0, "R1 may hold proposal"),
        (month, "proof", "north: meeting", "", "", "", 38.5, NAN, 38.5, proof),
        (month, "rule", "free", "", "", "", 38.5, NAN, 38.5, "free split of hours"),
        (month, "rule", "limit:1", "", "", "", 55.0, NAN, 54.0, "at most 1 phase a person"),
        (month, "rule", "limit:2", "", "", "", 40.0, NAN, 38.5, "at most 2 phases a person"),
        (month, "rule", "pins", "", "", "", 44.0, NAN, 44.0, "and pins and bans"),
        (month, "person", "", "", "north", "meeting", 0.0, 40.0, 0.0, "one more person"),
        (month, "training", "", "I1", "north", "meeting", 21.0, 19.0, 20.0, "train I1"),
    ]
    return pd.DataFrame(rows, columns=REASON_COLUMNS)
