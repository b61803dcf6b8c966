"""Make the row of a table out of a solve and the set's own evaluation; knows no solver."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.measure import (
    PROOF_SLACK,
    Attempt,
    Row,
    bound_is_wrong,
    gap_between,
    lp_bound,
    proven_gap,
)
from benchmarks.published import Case, Evaluation
from optimizer.result import Solution, Status
from optimizer.territory_problem import Ints, TerritoryPlan, TerritoryProblem

SHOWN_FAULTS = 3
VALUE_SLACK = 1e-6
PUBLISHED_ROUNDING = 0.0051
"""Values are published with two decimals."""


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """Hold what remains of a solver's claims after the evaluation; `answer` None without plan."""

    status: Status
    value: float | None = None
    answer: Ints | None = None
    notes: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def row_of(case: Case, solver: str, done: Attempt, solution_file: Path | None = None) -> Row:
    """Return the row of an attempt; a plan that breaks a rule of the set counts as none.

    `violations` counts what the plan breaks without declaring it: a defect of the solver.
    """
    judged = _judge(case, done)
    solution = done.solution
    bound = _bound(solution.bound, case) if solution else None
    relaxed = _in_sense(lp_bound(solution), case.sense) if solution else None
    best = case.best.value if case.best else None
    return {
        "instance": case.name,
        "solver": solver,
        "sense": case.sense,
        "status": str(_status(judged, bound)),
        "value": judged.value,
        "best_known": best,
        "best_status": case.best.status if case.best else "",
        "gap_to_best": _gap_to_best(judged.value, best, case.sense),
        "bound": bound,
        "gap": proven_gap(judged.value, bound),
        "lp_bound": relaxed,
        "gap_to_lp": proven_gap(judged.value, relaxed),
        "violations": len(judged.wrong),
        "stopped_by": solution.stopped_by if solution else "",
        **done.used.columns(),
        "solution": _write(case, judged.answer, solution_file),
        "notes": [
            *case.notes,
            *done.notes,
            *judged.notes,
            *judged.wrong,
            *_doubts(judged.status, bound, best, case.sense),
        ],
    }


def _doubts(status: Status, bound: float | None, best: float | None, sense: str) -> tuple[str, ...]:
    """Return where a proof and the published value exclude each other; either may be wrong."""
    if best is None:
        return ()
    if status is Status.INFEASIBLE:
        return (f"proved infeasible, but a plan worth {best:.10g} is published",)
    rounding = PUBLISHED_ROUNDING if sense == "min" else -PUBLISHED_ROUNDING
    if bound_is_wrong(best + rounding, bound, sense):
        return (f"the bound {bound:.10g} excludes the published value {best:.10g}",)
    return ()


def _bound(bound: float | None, case: Case) -> float | None:
    """Return a bound in the sense of the set, on an integer where every plan lies on one."""
    if case.integral and bound is not None and math.isfinite(bound):
        bound = float(math.ceil(bound - PROOF_SLACK * max(1.0, abs(bound))))
    return _in_sense(bound, case.sense)


def _status(judged: _Judged, bound: float | None) -> Status:
    """Return OPTIMAL where bound and value meet, whatever the solver makes of it."""
    gap = proven_gap(judged.value, bound)
    if judged.status is Status.FEASIBLE and gap is not None and gap <= PROOF_SLACK:
        return Status.OPTIMAL
    return judged.status


def _judge(case: Case, done: Attempt) -> _Judged:
    """Evaluate the plan by the file's own numbers; believe the solver no more than that."""
    solution = done.solution
    if solution is None:
        return _Judged(status=Status.UNKNOWN, notes=(f"the solver broke off ({done.fault})",))
    if solution.plan is None:
        return _Judged(status=solution.status)
    answer = case.answer(solution.plan)
    found = case.evaluate(answer)
    if not found.broken:
        wrong = _contradictions(case, solution, found)
        return _Judged(status=solution.status, value=found.value, answer=answer, wrong=wrong)
    return _judge_broken(case, solution, _short(found.broken))


def _judge_broken(case: Case, solution: Solution[TerritoryPlan], broken: str) -> _Judged:
    """Say what a plan is worth that breaks a rule of the set."""
    if not solution.shortfalls:
        return _Judged(status=Status.UNKNOWN, wrong=(f"undeclared: {broken}",))
    if any(shortfall.code == "no_connected_plan" for shortfall in solution.shortfalls):
        return _Judged(status=Status.INFEASIBLE, notes=("proved: no connected plan fits",))
    if _excludes_every_plan(solution.bound, case):
        notes = ("no plan keeps all rules: even the dearest would cost less than the bound",)
        return _Judged(status=Status.INFEASIBLE, notes=notes)
    return _Judged(
        status=Status.UNKNOWN, notes=(f"no plan that keeps all rules was found: {broken}",)
    )


def _excludes_every_plan(bound: float | None, case: Case) -> bool:
    """Say whether a bound that prices missed rules lies above every plan that misses none."""
    if bound is None:
        return False
    dearest = dearest_plan(case.problem())
    return bound > dearest + PROOF_SLACK * max(1.0, abs(dearest))


def dearest_plan(problem: TerritoryProblem) -> float:
    """Return what no plan exceeds that serves all units: each at its dearest place."""
    cost = problem.costs().rows(0, len(problem.unit_ids))
    if problem.vacant:
        cost = np.hstack([cost, problem.vacant.cost])
    dearest = np.where(np.isfinite(cost), cost, -np.inf).max(axis=1)
    opened = np.zeros(0)
    if problem.vacant:
        opened = np.maximum(np.sort(problem.vacant.open_cost)[-problem.vacant.most :], 0.0)
    return float(dearest.sum() + opened.sum())


def _in_sense(figure: float | None, sense: str) -> float | None:
    """Return a finite figure of the solver, which minimises, in the sense of the set."""
    if figure is None or not math.isfinite(figure):
        return None
    return -figure if sense == "max" else figure


def _gap_to_best(value: float | None, best: float | None, sense: str) -> float | None:
    """Return how much worse than the best known value, relative; negative when better."""
    gap = gap_between(value, best)
    return -gap if gap is not None and sense == "max" and gap else gap


def _contradictions(
    case: Case, solution: Solution[TerritoryPlan], found: Evaluation
) -> tuple[str, ...]:
    """Return what the solver says of a sound plan and the evaluation denies."""
    claimed, bound = (_in_sense(f, case.sense) for f in (solution.objective, solution.bound))
    wrong = []
    worse = 0.0 if claimed is None else found.value - claimed
    if (worse if case.sense == "min" else -worse) > VALUE_SLACK * max(1.0, abs(found.value)):
        wrong.append(f"the solver says {claimed:.10g}, the plan is worth {found.value:.10g}")
    if bound_is_wrong(found.value, bound, case.sense):
        wrong.append(f"the bound {bound:.10g} forbids the plan, worth {found.value:.10g}")
    return tuple(wrong)


def _short(words: tuple[str, ...]) -> str:
    more = len(words) - SHOWN_FAULTS
    return "; ".join(words[:SHOWN_FAULTS]) + (f"; and {more} more" if more > 0 else "")


def _write(case: Case, answer: Ints | None, solution_file: Path | None) -> str | None:
    """Write a plan; without one, leave none of an earlier run behind that could be taken for it."""
    if solution_file is None:
        return None
    if answer is None:
        solution_file.unlink(missing_ok=True)
        return None
    solution_file.parent.mkdir(parents=True, exist_ok=True)
    solution_file.write_text(case.text(answer), encoding="utf-8", newline="\n")
    return str(solution_file)


def solution_files(cases: list[Case], folder: Path | None) -> list[Path | None]:
    """Return where each case's plan goes; two files of one name get their folder's in front."""
    if folder is None:
        return [None] * len(cases)
    bare = [case.name.rpartition("/")[2] for case in cases]
    names = [
        case.name.replace("/", "-") if bare.count(name) > 1 else name
        for case, name in zip(cases, bare, strict=True)
    ]
    if len(set(names)) < len(names):
        names = [f"{name}-{number}" for number, name in enumerate(names, start=1)]
    return [
        folder / f"{name}{'-max' if case.sense == 'max' else ''}.sol"
        for case, name in zip(cases, names, strict=True)
    ]
