"""The part of the page about levers that sourcing decided for the plan."""

from __future__ import annotations

from dataclasses import dataclass

from reports.page_tables import Table, Writer
from scenarios.outcome import Outcome

LEVER_KINDS = {
    "kind": "name:lever_kind",
    "name": "text",
    "people": "text",
    "month": "month",
    "until": "month",
    "amount": "deals",
    "unit": "name:lever_unit",
    "cost_eur": "money",
}
AGREEMENT_KINDS = {
    "line": "name:agreement",
    "unit": "name:lever_unit",
    "sourcing": "deals",
    "plan": "deals",
    "difference": "deals",
}


@dataclass(frozen=True, kw_only=True)
class Levers:
    """Hold what was decided beside hires and contracts, and what both models say."""

    decided: Table | None
    agreement: Table


def levers_view(outcome: Outcome, writer: Writer) -> Levers | None:
    """Return the levers, None where the plan decided on hires and hourly contracts alone."""
    if not len(outcome.agreement):
        return None
    decided = None
    if len(outcome.levers):
        decided = writer.table(outcome.levers, LEVER_KINDS, caption="levers.table")
    agreement = writer.table(outcome.agreement, AGREEMENT_KINDS, caption="agreement.table")
    return Levers(decided=decided, agreement=agreement)
