"""The table of hand-offs on the page: what each side owes the other."""

from __future__ import annotations

from reports.page_tables import Table, Writer
from scenarios.outcome import Outcome

ROWS_SHOWN = 40


def sla_view(outcome: Outcome, writer: Writer) -> Table | None:
    """Return the hand-offs with volumes and time limits, None when there is no plan."""
    if not len(outcome.sla):
        return None
    teams = {
        name: [team_text(str(label), writer) for label in outcome.sla[name]]
        for name in ("from_team", "to_team")
    }
    columns = {
        "pool": "name:pool",
        "segment": "text",
        "from_phase": "name:phase",
        "to_phase": "name:phase",
        "from_team": "text",
        "to_team": "text",
        "unit": "name:unit",
        "units_planned_per_week": "deals",
        "window_weeks": "number",
        "units_promised_per_window": "number",
        "time_limit_days": "number",
    }
    return writer.table(outcome.sla.assign(**teams), columns, caption="sla.table", limit=ROWS_SHOWN)


def team_text(label: str, writer: Writer) -> str:
    """Return the label of a team in the language; names of providers stand as they are."""
    return "; ".join(writer.texts.name("sla_team", part) for part in label.split("; "))
