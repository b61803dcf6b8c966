"""Findings on rules of roles: pins, bans, and pools that help each other."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import rule_code

E, W = Severity.ERROR, Severity.WARNING

ROLE_CODES = (
    rule_code(
        "role_rule_rep_unknown",
        E,
        "A rule on roles names somebody who is not there",
        "Quartier does not guess whom a decision is about.",
        "Correct rep_id, or remove the row.",
        "role_rules.rep_id R99, reps are R01 to R12",
    ),
    rule_code(
        "role_rule_clash",
        E,
        "A person must and may not hold the same phase",
        "Quartier does not choose between two decisions.",
        "Remove one of the rows.",
        "R01 must_hold proposal and R01 may_not_hold proposal",
    ),
    rule_code(
        "role_rule_above_limit",
        E,
        "A person must hold more phases than anybody may hold",
        "No role keeps both rules.",
        "Remove a row, or raise staffing.max_phases_per_person.",
        "three rows must_hold for R01 while the limit is 2",
    ),
    rule_code(
        "role_rule_unable",
        E,
        "A person must hold a phase that the skills rule out",
        "A phase is held by people able to do it, at roles.least_speed or faster.",
        "Give the skill in skills, lower roles.least_speed, or remove the row.",
        "R01 must_hold proposal, and skills has no row for it",
    ),
    rule_code(
        "role_rule_idle",
        W,
        "A person may not hold a phase that the skills rule out anyway",
        "The row changes nothing.",
        "Remove it, or correct the phase.",
        "R01 may_not_hold proposal, and skills has no row for it",
    ),
    rule_code(
        "role_rule_ends_territory",
        W,
        "Rules on roles take a field rep out of the field",
        "The rep holds no territory; its accounts go to others.",
        "Lift a rule, or set kind = inside.",
        "kind = field, and meeting, the only field phase, is ruled out",
    ),
    rule_code(
        "helping_itself",
        E,
        "A pool is said to help itself",
        "Its people always do its work, at their own speed.",
        "Name another pool, or remove the row.",
        "pool north, helps_pool north",
    ),
)
