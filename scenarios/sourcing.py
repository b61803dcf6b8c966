"""Decide what to do with own people and what to buy outside, check it, and say what it is worth.

The question beside the plan's: one sourcing problem with overtime, training, price forms,
managers, tools and demand that is not known when hires and contracts are decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from optimizer.leadership_baseline import do_nothing
from optimizer.result import Options, Progress, Solution, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.verify import Violation
from optimizer.verify_sourcing import violations_sourcing
from scenarios.assumption_scope import SOURCING
from scenarios.build_sourcing import SourcingCase, build_sourcing_case
from scenarios.decide import Request, Watch
from scenarios.errors import UsageError
from scenarios.outcome import INTERRUPTED, NO_PLAN, PLANNED, REJECTED
from scenarios.outcome_assumptions import assumption_table
from scenarios.overlay import Overlaid
from scenarios.provenance import ID_DIGITS, own_version, run_id
from scenarios.run import lay_scenario, read_workspace
from scenarios.sourcing_analysis import Analysis, analyse
from scenarios.sourcing_tables import sourcing_tables


@dataclass(frozen=True, kw_only=True)
class SourcingStory:
    """Hold what `quartier source` tells; nothing in it depends on the clock.

    Attributes
    ----------
    state
        Planned, interrupted, no plan, or rejected by the check; the latter two have no tables.
    status, objective, bound, gap, stopped_by
        How the solve ended; EUR.
    terms
        Lines that add up to the objective, EUR.
    tables
        Name -> frame, as in `sourcing_tables`; what is assumed, and what the scenario changes.
    shortfalls, violations
        What is left undone and why; rules the plan breaks.
    notes
        What had to be simplified or left out.
    """

    run_id: str
    workspace: str
    scenario: str
    title: str
    currency: str
    language: str
    months: tuple[str, ...]
    version: str
    state: str
    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    stopped_by: str
    terms: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    shortfalls: tuple[Mapping[str, object], ...]
    violations: tuple[Violation, ...]
    notes: tuple[str, ...]


def source_workspace(request: Request, watch: Watch, gap: float | None = None) -> SourcingStory:
    """Read, build, solve, check and analyse; nothing is written.

    Raises
    ------
    InputError
        When a finding of the workspace is an error.
    UsageError
        When the gap is no ratio, the scenario is unknown, or no deal is to be won.
    """
    if gap is not None and not 0.0 <= gap <= 1.0:
        raise UsageError(f"a gap is a ratio between 0 and 1, not {gap}")
    workspace = read_workspace(request)
    overlaid = lay_scenario(workspace, request)
    rules = overlaid.workspace.config
    case = build_sourcing_case(overlaid.workspace)
    options = Options(
        seconds=request.seconds or rules.solve.staffing_seconds,
        gap=rules.solve.staffing_gap if gap is None else gap,
        seed=request.seed,
    )
    solved = solve_sourcing(case.problem, options, watch.on_progress, watch.cancelled)
    _tell(watch, "checking every rule again")
    story = _stated(_begun(overlaid, case, source_id(request, options.gap)), case.problem, solved)
    if solved.plan is None:
        return story
    if story.violations:
        return _rejected(story)
    analysis = analyse(case, solved, options, watch)
    if analysis.solved is not solved:
        story = _stated(story, case.problem, analysis.solved)
    return _with_assumptions(_told(story, case, analysis, watch), overlaid)


def _begun(overlaid: Overlaid, case: SourcingCase, story_id: str) -> SourcingStory:
    """Return a story without a plan yet."""
    rules = overlaid.workspace.config
    return SourcingStory(
        run_id=story_id,
        workspace=rules.workspace.name,
        scenario=overlaid.scenario,
        title=overlaid.title,
        currency=rules.workspace.currency,
        language=rules.workspace.language,
        months=case.problem.months,
        version=own_version(),
        state=NO_PLAN,
        status=Status.UNKNOWN.value,
        objective=None,
        bound=None,
        gap=None,
        stopped_by="",
        terms={},
        tables={},
        shortfalls=(),
        violations=(),
        notes=case.notes,
    )


def _stated(
    story: SourcingStory, problem: SourcingProblem, solved: Solution[SourcingPlan]
) -> SourcingStory:
    """Return the story with a solution, checked."""
    return replace(
        story,
        status=solved.status.value,
        objective=solved.objective,
        bound=solved.bound,
        gap=solved.gap,
        stopped_by=solved.stopped_by,
        terms={name: eur for name, eur in solved.terms.items() if eur},
        shortfalls=tuple(vars(each) for each in solved.shortfalls),
        violations=broken_rules(problem, solved),
    )


def broken_rules(problem: SourcingProblem, solved: Solution[SourcingPlan]) -> tuple[Violation, ...]:
    """Return the rules a solution breaks, worked out without the solver; none without a plan."""
    if solved.plan is None:
        return ()
    return violations_sourcing(problem, solved.plan, solved.objective)


def _rejected(story: SourcingStory) -> SourcingStory:
    """Return the story without figures: a plan that fails its check is shown nowhere."""
    return replace(
        story, state=REJECTED, objective=None, bound=None, gap=None, terms={}, shortfalls=()
    )


def _told(
    story: SourcingStory, case: SourcingCase, analysis: Analysis, watch: Watch
) -> SourcingStory:
    """Return the story with its tables, unless it or what it is held against fails its check."""
    broken = story.violations or broken_rules(do_nothing(case.problem), analysis.baseline)
    if broken:
        return _rejected(replace(story, violations=broken))
    return replace(
        story,
        state=INTERRUPTED if watch.is_cancelled() else PLANNED,
        tables=sourcing_tables(case, analysis),
        notes=(*story.notes, *analysis.notes),
    )


def _with_assumptions(story: SourcingStory, overlaid: Overlaid) -> SourcingStory:
    """Return the story with what it takes for granted; a rejected one as it is."""
    if story.state == REJECTED:
        return story
    assumed = assumption_table(overlaid.workspace, overlaid.changes, SOURCING)
    more = {"assumptions": assumed, "changes": overlaid.changes}
    return replace(story, tables={**story.tables, **more})


def source_id(request: Request, gap: float) -> str:
    """Return an id of what went in: the same input and limits replace their twin."""
    digest = hashlib.sha256(f"{run_id(request)} {gap!r}".encode()).hexdigest()
    return f"source-{request.scenario}-{digest[:ID_DIGITS]}"


def _tell(watch: Watch, message: str) -> None:
    if watch.on_progress:
        watch.on_progress(Progress(stage="check", message=message))
