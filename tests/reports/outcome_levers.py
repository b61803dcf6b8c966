"""Build the tables of an outcome that vary its assumptions."""

from __future__ import annotations

import pandas as pd

from scenarios.outcome_levers import REPLAY_COLUMNS, SENSITIVITY_COLUMNS


def make_sensitivity() -> pd.DataFrame:
    """Return three assumptions, one of each kind."""
    return pd.DataFrame(
        [
            ("conversion", "meeting", 0.1, 1000.0, 1080.0, 930.0, 5e5, 4.5e5, 5.5e5, "f"),
            ("minutes", "meeting", 0.1, 1000.0, 960.0, 1040.0, 5e5, 5e5, 5e5, "f"),
            ("deal_value", "", 0.1, 1000.0, 1111.0, 909.0, 5e5, 4.5e5, 5.5e5, "f"),
        ],
        columns=SENSITIVITY_COLUMNS,
    )


def make_replay() -> pd.DataFrame:
    """Return two months, the first in two pools."""
    return pd.DataFrame(
        [
            ("2026-01", "north", "gold", 2.0, 1.0, 2.0, 30.0, 50.0),
            ("2026-01", "south", "gold", 1.0, 1.0, 1.0, 10.0, 10.0),
            ("2026-02", "north", "gold", 2.0, 2.5, 2.0, 40.0, 20.0),
        ],
        columns=REPLAY_COLUMNS,
    )
