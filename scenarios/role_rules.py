"""What people decided on roles, as arrays, and the skills that are left under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
    full = counts.index[counts >= most_phases(config)]
    crowded = skills["rep_id"].isin(full) & ~pairs.isin(_pairs(pinned))
    return skills[~too_slow & ~banned & ~crowded]


def kept_share(config: Config) -> float:
    """Return the share of the time that every phase held keeps, 0 where none is kept."""
    return config.roles.least_share_per_phase if config.roles.keep_least_share else 0.0


def most_phases(config: Config) -> int:
    """Return the most phases one person may hold, shares of the time included."""
    most, share = config.staffing.max_phases_per_person, kept_share(config)
    return min(most, int(1.0 / share + 1e-9)) if share else most


def sharing_rules(
    tables: Mapping[str, pd.DataFrame], config: Config, pools: tuple[str, ...]
) -> dict[str, Any]:
    """Return the fields of a staffing problem on help between pools and shares of phases."""
    return {
        "help_speed": help_speeds(tables["helping"], pools),
        "help_price_eur_per_hour": config.roles.help_eur_per_hour,
        "help_share_max": config.roles.help_share_max,
        "least_share": kept_share(config),
    }


def help_speeds(table: pd.DataFrame, pools: tuple[str, ...]) -> NDArray[np.float64] | None:
    """Return (G, G) how fast people of the row's pool work in the column's; None: no help."""
    speeds = np.zeros((len(pools), len(pools)))
    for row in rows_of(table):
        if row.pool in pools and row.helps_pool in pools:
            speed = 1.0 if pd.isna(row.speed_factor) else float(row.speed_factor)
            speeds[pools.index(row.pool), pools.index(row.helps_pool)] = speed
    np.fill_diagonal(speeds, 0.0)
    return speeds if speeds.any() else None


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["rep_id"], frame["phase"], strict=True))
