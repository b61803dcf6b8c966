"""List what a sourcing plan decides before the demand is known, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from scenarios.build_sourcing import SourcingCase

Floats = NDArray[np.float64]
Row = tuple[Any, ...]

HIRE, REDUNDANCY, TRAINING, ROLE, CONTRACT, PILOT, TOOL, MANAGERS = (
    "hire",
    "redundancy",
    "training",
    "role",
    "contract",
    "pilot",
    "tool",
    "managers",
)
LEAST = 1e-6


def decision_rows(case: SourcingCase, plan: SourcingPlan) -> Iterator[Row]:
    """Yield month, kind, name, amount, unit and until, in the order of the months.

    A hire is listed in the month of the decision, until being the month of arrival; a contract
    in its first month, until being its last of the horizon, and so its pilot; a redundancy in the
    first month in which the person is no longer there.
    """
    found = [
        *_hires(case.problem, plan),
        *_redundancies(case.problem, plan),
        *_moves(case.problem, plan),
        *_contracts(case.problem, plan),
        *_tools(case.problem, plan),
        *_managers(case.problem, plan),
    ]
    # Sorting is stable, so that kinds and names keep their order within a month.
    yield from sorted(found, key=lambda row: case.problem.months.index(row[0]))


def _hires(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    months = problem.months
    for option, hires in zip(problem.hires, plan.decisions.hires, strict=True):
        for t in np.flatnonzero(hires > LEAST).tolist():
            arrival = months[t + option.lead_months]
            yield months[t], HIRE, option.option_id, float(hires[t]), "persons", arrival


def _redundancies(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    for state, leavers in zip(problem.states, plan.decisions.layoffs, strict=True):
        for t in np.flatnonzero(leavers > LEAST).tolist():
            yield problem.months[t], REDUNDANCY, state.state_id, float(leavers[t]), "persons", ""


def _moves(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    for move, people in zip(problem.moves, plan.decisions.moves, strict=True):
        kind = ROLE if move.role else TRAINING
        for t in np.flatnonzero(people > LEAST).tolist():
            yield problem.months[t], kind, move.move_id, float(people[t]), "persons", ""


def _contracts(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    for offer, running in zip(problem.providers, plan.decisions.running, strict=True):
        for first, last in runs_of(running > 0.5):
            months = float(last - first + 1)
            yield (
                problem.months[first], CONTRACT, offer.provider_id, months, "months",
                problem.months[last],
            )  # fmt: skip
            ends = min(first + len(offer.pilot_steering_hours) - 1, last)
            if ends >= first and not (first == 0 and offer.running_since_months is not None):
                piloted, until = float(ends - first + 1), problem.months[ends]
                yield problem.months[first], PILOT, offer.provider_id, piloted, "months", until


def _tools(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    for tool, used in zip(problem.automations, plan.decisions.automated, strict=True):
        for first, last in runs_of(used > 0.5):
            months = float(last - first + 1)
            yield (
                problem.months[first], TOOL, tool.automation_id, months, "months",
                problem.months[last],
            )  # fmt: skip


def _managers(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    """Yield the managers of the first month, and of every month in which they change."""
    for counts in plan.decisions.managers:
        changed = np.abs(np.diff(counts, prepend=0.0)) > LEAST
        for t in np.flatnonzero(changed).tolist():
            yield problem.months[t], MANAGERS, "managers", float(counts[t]), "persons", ""


def runs_of(on: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the first and last month of each run of months that are on.

    >>> list(runs_of(np.array([False, True, True, False, True])))
    [(1, 2), (4, 4)]
    """
    edges = np.diff(np.concatenate([[0], on.astype(np.int64), [0]]))
    starts, ends = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    yield from zip(starts.tolist(), (ends - 1).tolist(), strict=True)
