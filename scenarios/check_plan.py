"""Check a decision again without the solvers: every rule, and what only shows across the parts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.verify import Violation
from optimizer.verify_staffing import evaluate, violations_staffing
from optimizer.verify_territories import verify_territories
from scenarios.check_given import check_given
from scenarios.decide import Decision
from scenarios.workspace import Workspace

CENT = 0.01


def check_decision(workspace: Workspace, decision: Decision) -> tuple[Violation, ...]:
    """Return every rule the plan breaks; empty for a plan that may be published."""
    return (
        *_territories(decision),
        *_staffing(decision),
        *check_given(decision.staffing),
        *_rows_are_conserved(workspace, decision),
        *_territory_holders_are_in_the_field(decision),
    )


def _territories(decision: Decision) -> tuple[Violation, ...]:
    case, solution = decision.territories.case, decision.territories.solution
    if case is None or solution is None or solution.plan is None:
        return ()
    return verify_territories(case.problem, solution.plan, solution.shortfalls, solution.terms)


def _staffing(decision: Decision) -> Iterator[Violation]:
    problem, solution = decision.staffing.case.problem, decision.staffing.solution
    if solution.plan is None:
        return
    yield from violations_staffing(problem, solution.plan)
    terms = evaluate(problem, solution.plan)
    total = float(sum(terms.values()))
    if solution.objective is not None and abs(total - solution.objective) > CENT:
        yield Violation(
            rule="staffing_value",
            subject="objective",
            amount=solution.objective,
            limit=total,
            message=f"the plan is worth {total:,.2f}, the solver says {solution.objective:,.2f}",
        )


def _rows_are_conserved(workspace: Workspace, decision: Decision) -> Iterator[Violation]:
    """Rows read = rows planned + rows set aside, and each account is planned once."""
    read = workspace.rows_read.get("accounts", 0)
    aside = int((workspace.set_aside["table"] == "accounts").sum())
    planned = len(workspace.tables["accounts"])
    if read and planned + aside < read:
        yield Violation(
            rule="rows_conserved",
            subject="accounts",
            amount=planned + aside,
            limit=read,
            message=f"{read} accounts were read, {planned} planned and {aside} set aside",
        )
    case = decision.territories.case
    if case is not None and len(case.accounts) != planned:
        yield Violation(
            rule="accounts_planned_once",
            subject="accounts",
            amount=len(case.accounts),
            limit=planned,
            message=f"{planned} accounts should be assigned, {len(case.accounts)} are",
        )


def _territory_holders_are_in_the_field(decision: Decision) -> Iterator[Violation]:
    """Refuse a rep with accounts but no phase in which accounts are visited."""
    case, solution = decision.territories.case, decision.territories.solution
    staffing = decision.staffing
    plan, problem = staffing.solution.plan, staffing.case.problem
    if case is None or solution is None or solution.plan is None or plan is None:
        return
    if not problem.territorial.any():
        return
    holders = np.flatnonzero((plan.roles & problem.territorial).any(axis=1))
    in_field = {problem.person_ids[person] for person in holders}
    # A territory that the plan proposes has nobody yet.
    people = set(problem.person_ids)
    counts = np.bincount(solution.plan.seat[solution.plan.seat >= 0], minlength=len(case.seats))
    for rep, accounts in zip(case.seats["rep_id"], counts, strict=True):
        if accounts and rep in people - in_field:
            yield Violation(
                rule="holder_in_the_field",
                subject=rep,
                amount=float(accounts),
                limit=0.0,
                message=f"{rep} has {accounts} accounts and no phase in the field",
            )
