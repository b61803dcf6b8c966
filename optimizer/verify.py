"""Name a broken rule: what every independent check of a plan returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Violation:
    """Name one rule a plan breaks, where, and by how much.

    Attributes
    ----------
    rule
        Short name of the rule, the same as in docs/model.md.
    subject
        What breaks it: ids and months, readable by the planner.
    amount, limit
        What the plan holds and what the rule allows, both in the unit that `message` names.
    message
        One plain sentence.
    """

    rule: str
    subject: str
    amount: float
    limit: float
    message: str
