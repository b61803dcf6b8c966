"""Tie the accounts cut off from their territory to the home of their rep, for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reports.map_canvas import Canvas, has_place, places_of
from scenarios.outcome import Outcome

STRAY_AFTER, STRAY_BEFORE = "o", "p"
"""Classes of accounts that are cut off, by the new owner and by the previous one."""


@dataclass(frozen=True, kw_only=True)
class Ties:
    """Hold the lines of one rep as a path."""

    path: str
    colour: int


def stray_classes(row: Mapping[Any, Any]) -> str:
    """Return the classes of an account that is cut off, with a space before; else nothing."""
    flags = {STRAY_AFTER: "stray_after", STRAY_BEFORE: "stray_before"}
    return "".join(f" {name}" for name, flag in flags.items() if row.get(flag))


def strays(territories: pd.DataFrame, when: str) -> pd.DataFrame:
    """Return the accounts that are cut off "before" or "after"; none where nobody said so."""
    column = f"stray_{when}"
    if column not in territories:
        return territories.iloc[:0]
    return territories[territories[column].astype(bool)]


def ties(outcome: Outcome, canvas: Canvas, colours: Mapping[str, int]) -> tuple[Ties, ...]:
    """Return the lines from each account cut off by the plan to its rep's home, by rep."""
    reps = outcome.reps[has_place(outcome.reps)]
    homes = dict(zip(reps["rep_id"], canvas.place(places_of(reps)).tolist(), strict=True))
    away = strays(outcome.territories, "after")
    away = away[has_place(away)]
    placed = canvas.place(places_of(away))
    seen = canvas.frame.holds(placed) if len(away) else np.zeros(0, dtype=bool)
    lines: dict[str, str] = {}
    for rep, (x, y), shown in zip(away["rep_id"], placed.tolist(), seen.tolist(), strict=True):
        if shown and rep in homes:
            home_x, home_y = homes[rep]
            line = f"M{x:.1f} {y:.1f}L{home_x:.1f} {home_y:.1f}"
            lines[rep] = lines.get(rep, "") + line
    return tuple(Ties(path=lines[rep], colour=colours[rep]) for rep in sorted(lines))
