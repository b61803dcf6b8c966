"""Run every rule on the typed tables of a workspace, in the order in which they mend them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scenarios import (
    check_accounts,
    check_capacity,
    check_history,
    check_ids,
    check_levers,
    check_measures,
    check_numbers,
    check_offers,
    check_overrides,
    check_people,
    check_places,
    check_process,
    check_roles,
    check_sourcing,
    check_targets,
    check_territory_rules,
)
from scenarios.errors import Severity
from scenarios.finding_code import Stage
from scenarios.finding_codes import CODES
from scenarios.review import Review
from scenarios.tables import TABLES
from scenarios.workspace import Workspace

Rule = Callable[[Review], None]

RULES: tuple[Rule, ...] = (
    *check_history.FIRST,
    *check_numbers.RULES,
    *check_ids.RULES,
    *check_places.RULES,
    *check_accounts.RULES,
    *check_people.RULES,
    *check_capacity.RULES,
    *check_measures.RULES,
    *check_process.RULES,
    *check_offers.RULES,
    *check_roles.RULES,
    *check_sourcing.RULES,
    *check_levers.RULES,
    *check_targets.RULES,
    *check_overrides.RULES,
    *check_territory_rules.RULES,
    *check_history.RULES,
)
"""Cells first, then ids, places, people and what refers to them."""


_ABSENT = {"column_missing", "column_unmapped"}


def run_rules(review: Review) -> None:
    """Apply every rule; tables are mended and findings added."""
    for rule in RULES:
        rule(review)


def recheck(workspace: Workspace) -> Workspace:
    """Return the workspace checked again, after a scenario changed its tables or rules.

    Findings made while reading, on rows set aside, and those that changed data stay; all others
    are made anew.
    The frames of `workspace` are not touched.
    """
    gone = set(zip(workspace.set_aside["table"], workspace.set_aside["row"], strict=True))
    kept = [
        f
        for f in workspace.findings
        if f.action or CODES[f.code].stage is Stage.READING or (f.table, f.row) in gone
    ]
    review = Review(
        config=workspace.config,
        files={name: workspace.file_of(name) for name in workspace.sources},
        tables=dict(workspace.tables),
        unit_shapes=workspace.unit_shapes,
        findings=kept,
        aside=workspace.set_aside.to_dict("records"),  # type: ignore[arg-type]
        unreadable={(f.table, f.row, f.column) for f in kept if f.row},
        absent={(f.table, f.column) for f in kept if f.code in _ABSENT},
    )
    _required_tables_have_rows(review)
    run_rules(review)
    return replace(
        workspace,
        tables=review.tables,
        set_aside=review.set_aside_frame(),
        findings=review.sorted_findings(),
    )


def _required_tables_have_rows(review: Review) -> None:
    """Report a table the scenario emptied; one that came empty was reported when it was read."""
    reported = {each.table for each in review.findings if each.severity is Severity.ERROR}
    for spec in TABLES.values():
        if spec.required and review.tables[spec.name].empty and spec.name not in reported:
            review.flag_whole("table_missing", spec.name, "the scenario drops all its rows")
