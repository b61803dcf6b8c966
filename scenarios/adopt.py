"""Take the decisions of a published sourcing run back as they were written (F30).

The file may have been edited by anybody: what does not fit this workspace is refused, and what
fits is worked out and checked again by the models.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import Decisions, SourcingProblem, no_decisions
from scenarios.errors import UsageError
from scenarios.outcome import INTERRUPTED, PLANNED
from scenarios.sourced import Adopted
from scenarios.sourcing_decisions import CONTRACT, HIRE, MANAGERS, REDUNDANCY, ROLE, TOOL, TRAINING
from scenarios.sourcing_write import DOCUMENT
from scenarios.store import matching_run, runs_folder

MOST_BYTES = 64_000_000


@dataclass(frozen=True, kw_only=True)
class PublishedRun:
    """Hold a published sourcing run: its id, and the rows of its table of decisions."""

    run_id: str
    months: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]

    def adopted(self, problem: SourcingProblem) -> Adopted:
        """Return the decisions as the problem has them.

        Raises
        ------
        UsageError
            When a decision is not one of this workspace.
        """
        if self.months != problem.months:
            raise UsageError(f"run '{self.run_id}' is for other months than this workspace plans")
        decisions = no_decisions(problem)
        known = _places(problem)
        for row in self.rows:
            for place, amount in _entries(row, problem.months, self.run_id):
                array, at = _found(known, row, self.run_id)
                getattr(decisions, array)[at, place] = amount
        return Adopted(run_id=self.run_id, decisions=_managers_kept(decisions))


def read_published(workspace_folder: Path, run: str, scenario: str) -> PublishedRun:
    """Return the sourcing run of this id, or of the only id that starts so.

    Raises
    ------
    UsageError
        When there is no such run, it cannot be read, is for another scenario, or has no plan.
    """
    folder = _folder(workspace_folder, run)
    document = _document(folder)
    if document.get("scenario") != scenario:
        raise UsageError(f"run '{folder.name}' is for another scenario than '{scenario}'")
    if document.get("state") not in {PLANNED, INTERRUPTED}:
        raise UsageError(f"run '{folder.name}' has no plan to adopt")
    tables = document.get("tables")
    rows = tables.get("decisions") if isinstance(tables, dict) else None
    months = document.get("months")
    if not (isinstance(rows, list) and isinstance(months, list)):
        raise UsageError(f"run '{folder.name}' cannot be read: it has no decisions")
    if not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"run '{folder.name}' cannot be read: a decision is no row")
    return PublishedRun(run_id=folder.name, months=tuple(map(str, months)), rows=tuple(rows))


def published_file(workspace_folder: Path, run: str) -> Path:
    """Return the file of a sourcing run, by its id or the start of it."""
    return _folder(workspace_folder, run) / DOCUMENT


def _folder(workspace_folder: Path, run: str) -> Path:
    known = sorted(path.parent for path in runs_folder(workspace_folder).glob(f"*/{DOCUMENT}"))
    if not known:
        raise UsageError(
            f"{workspace_folder} has no sourcing run yet: quartier source {workspace_folder}"
        )
    return matching_run(known, run, "sourcing run")


def _document(folder: Path) -> dict[str, Any]:
    path = folder / DOCUMENT
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"run '{folder.name}' cannot be read: {DOCUMENT} is too large")
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"run '{folder.name}' cannot be read: {error}") from None
    if not isinstance(document, dict):
        raise UsageError(f"run '{folder.name}' cannot be read: {DOCUMENT} holds no object")
    return document


Place = tuple[str, int]


def _places(problem: SourcingProblem) -> dict[tuple[str, str], Place]:
    """Return kind and name of every decision there may be -> its array and row."""
    moves = enumerate(problem.moves)
    named: list[tuple[str, str, Sequence[str]]] = [
        (HIRE, "hires", [option.option_id for option in problem.hires]),
        (REDUNDANCY, "layoffs", [state.state_id for state in problem.states]),
        (CONTRACT, "running", [offer.provider_id for offer in problem.providers]),
        (TOOL, "automated", [tool.automation_id for tool in problem.automations]),
        (MANAGERS, "managers", [MANAGERS for _ in problem.managers]),
    ]
    found = {
        (kind, name): (array, at) for kind, array, names in named for at, name in enumerate(names)
    }
    roles = {(ROLE if move.role else TRAINING, move.move_id): ("moves", at) for at, move in moves}
    return found | roles


def _found(known: Mapping[tuple[str, str], Place], row: Mapping[str, Any], run_id: str) -> Place:
    kind, name = row.get("kind"), row.get("name")
    place = known.get((kind, name)) if isinstance(kind, str) and isinstance(name, str) else None
    if place is None:
        raise UsageError(
            f"run '{run_id}' decides on {kind} '{name}', which this workspace does not have: "
            "run quartier source again"
        )
    return place


def _entries(
    row: Mapping[str, Any], months: tuple[str, ...], run_id: str
) -> Iterator[tuple[slice, float]]:
    """Yield the months a row stands for and the amount; a pilot is part of its contract."""
    kind, month, amount = row.get("kind"), row.get("month"), row.get("amount")
    if kind == "pilot":
        return
    first = _month(month, months, run_id)
    if kind in {CONTRACT, TOOL}:
        last = _month(row.get("until"), months, run_id)
        yield slice(first, last + 1), 1.0
        return
    if not isinstance(amount, int | float) or not math.isfinite(amount) or not 0 <= amount < 1e6:
        raise UsageError(f"run '{run_id}' cannot be read: {kind} of {amount!r}")
    # Managers are listed where their number changes.
    yield slice(first, len(months) if kind == MANAGERS else first + 1), float(amount)


def _month(month: Any, months: tuple[str, ...], run_id: str) -> int:
    if month not in months:
        raise UsageError(f"run '{run_id}' cannot be read: {month!r} is no month of it")
    return months.index(month)


def _managers_kept(decisions: Decisions) -> Decisions:
    """Return the decisions with whole numbers whole, as the table rounds them."""
    arrays: dict[str, NDArray[np.float64]] = {
        name: np.rint(array) if name != "managers" else array
        for name, array in vars(decisions).items()
    }
    return Decisions(**arrays)
