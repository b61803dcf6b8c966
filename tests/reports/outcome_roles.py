"""Build the tables that judge the roles of a small outcome."""

from __future__ import annotations

import pandas as pd

from scenarios.outcome_help import HELP_COLUMNS
from scenarios.outcome_role_reasons import REASON_COLUMNS
from scenarios.outcome_roles import GOAL_COLUMNS

NAN = float("nan")


def make_help() -> pd.DataFrame:
    """Return two persons of the north who help the south."""
    rows = [
        ("R1", "Anna Martin", "north", "south", "meeting", 40.0, 0.04, 0.8, 32.0),
        ("R2", "Boris Petit", "north", "south", "meeting", 10.0, 0.01, 0.8, 8.0),
        ("R2", "Boris Petit", "north", "south", "proposal", 5.0, 0.005, 0.8, 4.0),
    ]
    return pd.DataFrame(rows, columns=HELP_COLUMNS)


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
    """Return a proof, three rules, a person and a training; the pool has a hostile name."""
    month, proof = "2026-10", "north <b>: meeting needs 90 h; only R1 can do it, 51.5 h"
    rows = [
        (month, "proof", "north: meeting", "", "", "", 38.5, NAN, 38.5, proof),
        (month, "rule", "free", "", "", "", 38.5, NAN, 38.5, "free split of hours"),
        (month, "rule", "limit:1", "", "", "", 55.0, NAN, 54.0, "at most 1 phase a person"),
        (month, "rule", "limit:2", "", "", "", 40.0, NAN, 38.5, "at most 2 phases a person"),
        (month, "rule", "pins", "", "", "", 44.0, NAN, 44.0, "and pins and bans"),
        (month, "person", "", "", "north", "meeting", 0.0, 40.0, 0.0, "one more person"),
        (month, "training", "", "I1", "north", "meeting", 21.0, 19.0, 20.0, "train I1"),
    ]
    return pd.DataFrame(rows, columns=REASON_COLUMNS)
