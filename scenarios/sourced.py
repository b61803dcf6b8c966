"""Make a staffing case out of what sourcing decides: every lever, then who does what (F30)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from optimizer.result import Cancelled, OnProgress, Options, Shortfall, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing
from optimizer.sourcing_problem import Decisions, SourcingPlan, SourcingProblem
from optimizer.staffing_given_problem import Given
from optimizer.staffing_problem import StaffingPlan
from scenarios.build_sourcing import SourcingCase, build_sourcing_case
from scenarios.build_staffing import StaffingCase
from scenarios.errors import UsageError
from scenarios.sourced_offers import decided_offers, given_money, signed_offers
from scenarios.sourced_people import Careers, careers_of
from scenarios.sourced_work import SourcedWork, sourced_work
from scenarios.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """Hold what sourcing decides for a plan.

    Attributes
    ----------
    case, solution
        Sourcing for the demand that the targets say, with the levers as decided.
    decided
        How the levers were decided: over all cases of demand, here; None: in the run `adopted`.
    adopted
        Id of the run whose decisions these are; "" when they were decided here.
    careers, work, money_eur
        What it means for each person, the work that is left, and terms of money.
    """

    case: SourcingCase
    solution: Solution[SourcingPlan]
    decided: Solution[SourcingPlan] | None
    adopted: str
    careers: Careers
    work: SourcedWork
    money_eur: Mapping[str, float]

    @property
    def plan(self) -> SourcingPlan:
        """Return the plan of sourcing."""
        assert self.solution.plan is not None
        return self.solution.plan

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Return why deals are left that no cell stands for."""
        return self.solution.shortfalls


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """Hold decisions of a published sourcing run, to be taken as they are."""

    run_id: str
    decisions: Decisions


def source_plan(
    workspace: Workspace,
    staffing: StaffingCase,
    options: Options,
    adopt: Callable[[SourcingProblem], Adopted] | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Sourced | Solution[SourcingPlan]:
    """Decide on every lever of a workspace, or take over what was decided.

    `adopt` returns the decisions to take over. Without a plan the solution says why there is none.

    Raises
    ------
    UsageError
        When no volumes go with the decisions of the run named.
    """
    planned = build_sourcing_case(workspace, staffing, as_planned=True)
    if adopt is not None:
        adopted = adopt(planned.problem)
        solution = evaluate_sourcing(planned.problem, adopted.decisions, options)
        if solution.plan is None:
            raise UsageError(f"run '{adopted.run_id}' cannot be kept: its decisions break a limit")
        return _sourced(planned, solution, None, adopted.run_id)
    every = _every_case(workspace, planned).problem
    decided = solve_sourcing(every, options, on_progress, cancelled)
    if decided.plan is None or every is planned.problem:
        return decided if decided.plan is None else _sourced(planned, decided, decided, "")
    solution = evaluate_sourcing(planned.problem, decided.plan.decisions, options)
    return solution if solution.plan is None else _sourced(planned, solution, decided, "")


def _every_case(workspace: Workspace, planned: SourcingCase) -> SourcingCase:
    """Return the problem over all cases of demand."""
    if workspace.tables["demand_scenarios"].empty:
        return planned
    return build_sourcing_case(workspace, planned.staffing)


def _sourced(
    case: SourcingCase,
    solution: Solution[SourcingPlan],
    decided: Solution[SourcingPlan] | None,
    adopted: str,
) -> Sourced:
    assert solution.plan is not None
    careers = careers_of(case, solution.plan)
    work = sourced_work(case, solution.plan, careers)
    lines = len(case.problem.segments)
    after = work.demand.units[-lines:]
    return Sourced(
        case=case,
        solution=solution,
        decided=decided,
        adopted=adopted,
        careers=careers,
        work=work,
        money_eur=given_money(case, solution.plan, np.asarray(after)),
    )


def sourced_case(sourced: Sourced) -> StaffingCase:
    """Return the staffing case in which everything sourcing decided is given (S17)."""
    case, careers = sourced.case.staffing, sourced.careers
    given = Given(crews=sourced.work.crews, money_eur=tuple(sourced.money_eur.items()))
    problem = replace(
        case.problem,
        demand=sourced.work.demand,
        person_hours=careers.hours,
        pace=careers.pace if (careers.pace != 1.0).any() else None,
        given=given,
        hires=tuple(decided_offers(sourced.case, sourced.plan)),
        providers=tuple(signed_offers(sourced.case, sourced.plan)),
    )
    return replace(case, problem=problem, cells=sourced.work.cells)


def told(solution: Solution[StaffingPlan], sourced: Sourced) -> Solution[StaffingPlan]:
    """Return the solution with notes on who decided the levers, and why deals are left."""
    if sourced.decided is None:
        note = f"levers as decided in run {sourced.adopted}"
    else:
        gap = sourced.decided.gap
        how = "best plan found" if gap is None else f"proved to be within {gap:.2%} of the best"
        cases = len(sourced.decided.plan.sold[0, 0]) if sourced.decided.plan else 1
        over = "" if cases == 1 else f" over {cases} cases of demand"
        note = f"levers as the sourcing model decides them{over}: {how}"
    return replace(
        solution,
        notes=(*solution.notes, note, *sourced.case.notes),
        shortfalls=(*solution.shortfalls, *sourced.shortfalls),
    )
