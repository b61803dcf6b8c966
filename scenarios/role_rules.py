"""What people decided on roles, as arrays, and the skills that are left under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.tables_roles import MAY_NOT_HOLD, MUST_HOLD

Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class RoleRules:
    """Hold the rules on roles of N persons and P phases.

    Attributes
    ----------
    must_hold, may_not_hold
        (N, P) phases somebody holds in any plan, and in none.
    skills
        (N, P) standard hours per hour before these rules, 0: cannot do the phase.
    reasons
        Positions of person and phase -> why it must be held.
    """

    must_hold: Bools
    may_not_hold: Bools
    skills: NDArray[np.float64]
    reasons: Mapping[tuple[int, int], str] = field(default_factory=dict)


def role_rules(
    table: pd.DataFrame,
    people: pd.DataFrame,
    phases: tuple[str, ...],
    skills: NDArray[np.float64],
) -> RoleRules:
    """Return the rules of the table `role_rules` in the order of people and phases."""
    must = np.zeros((len(people), len(phases)), dtype=bool)
    not_held, reasons = must.copy(), {}
    place = {rep: row for row, rep in enumerate(people["rep_id"])}
    for row in rows_of(table):
        if row.rep_id in place and row.phase in phases:
            cell = place[row.rep_id], phases.index(row.phase)
            (must if row.rule == MUST_HOLD else not_held)[cell] = True
            if row.rule == MUST_HOLD:
                reasons[cell] = row.reason
    return RoleRules(must_hold=must, may_not_hold=not_held, skills=skills, reasons=reasons)


def allowed_skills(tables: Mapping[str, pd.DataFrame], config: Config) -> pd.DataFrame:
    """Return the rows of `skills` that a plan may use.

    Left out are phases somebody may not hold, those done too slowly, and, where pins fill a role
    to its limit, all others.
    """
    skills, rules = tables["skills"], tables["role_rules"]
    too_slow = skills["productivity"].fillna(1.0) < config.roles.least_speed
    pairs = pd.Series(_pairs(skills), index=skills.index, dtype=object)
    banned = pairs.isin(_pairs(rules[rules["rule"] == MAY_NOT_HOLD]))
    pinned = rules[rules["rule"] == MUST_HOLD].drop_duplicates(["rep_id", "phase"])
    counts = pinned.groupby("rep_id").size()
    full = counts.index[counts >= config.staffing.max_phases_per_person]
    crowded = skills["rep_id"].isin(full) & ~pairs.isin(_pairs(pinned))
    return skills[~too_slow & ~banned & ~crowded]


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["rep_id"], frame["phase"], strict=True))
