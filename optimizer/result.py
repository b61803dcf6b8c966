"""What every solver shares: options in, a solution with status, bound and gap out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

TPlan = TypeVar("TPlan")

SOLVER_THREAD = "solver"
"""Start of the names of threads that nothing can interrupt, as a solver runs in them."""


class SolverError(RuntimeError):
    """Carry the message of a solver that broke off; figures of absurd size can be the cause."""


class Status(StrEnum):
    """Say how a solve ended.

    OPTIMAL: proved within the gap asked for is not enough; the bound meets the objective.
    FEASIBLE: a plan is there, its gap is known.
    INFEASIBLE: proved that no plan exists.
    UNKNOWN: a limit was hit before a plan or a proof was found.
    """

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Hold the limits of one solve.

    `seconds` is a wall-clock backstop; a run that it ends is not reproducible and says so
    (`Solution.stopped_by == "time"`). `effort` is the deterministic limit (search rounds for
    territories, branch-and-bound nodes for staffing; None: the solver's own default).
    """

    seconds: float = 60.0
    effort: int | None = None
    gap: float = 0.001
    seed: int = 1
    workers: int = 1


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Tell a listener how far a solve has come.

    `message` says what is done now. `objective` is None until a plan is known; a `bound` may be
    proved before that, and is None until one is.
    """

    stage: str
    message: str
    objective: float | None = None
    bound: float | None = None


OnProgress = Callable[[Progress], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """Name something the plan leaves undone, why, and what would help."""

    code: str
    subject: str
    amount: float
    unit: str
    reason: str
    remedy: str


def relative_gap(objective: float, bound: float) -> float:
    """Return |objective - bound| / |objective|; 0 when both are 0 (to 1e-9)."""
    distance = abs(objective - bound)
    if distance <= 1e-9 * max(1.0, abs(objective)):
        return 0.0
    return distance / abs(objective) if objective else math.inf


@dataclass(frozen=True, kw_only=True)
class Solution(Generic[TPlan]):
    """Hold the answer of a solver and what was proved about it.

    `objective` and `bound` are in the problem's own unit; `sense` is "min" or "max".
    `relaxed_bound` is what the linear relaxation alone proves, where it is known.
    `terms` add up to `objective`. `stopped_by` is "gap", "effort", "time", "cancel" or
    "proof". `seconds` is wall-clock and belongs in the provenance block only.
    """

    status: Status
    sense: str
    plan: TPlan | None = None
    objective: float | None = None
    bound: float | None = None
    relaxed_bound: float | None = None
    terms: Mapping[str, float] = field(default_factory=dict)
    shortfalls: tuple[Shortfall, ...] = ()
    stopped_by: str = "proof"
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse contradictions."""
        if self.sense not in {"min", "max"}:
            raise ValueError(f"sense must be 'min' or 'max', not {self.sense!r}")
        has_plan = self.status in {Status.OPTIMAL, Status.FEASIBLE}
        if has_plan != (self.plan is not None) or has_plan != (self.objective is not None):
            raise ValueError(f"status {self.status} contradicts plan or objective")
        self._refuse_bound_on_wrong_side()
        self._refuse_terms_that_do_not_add_up()

    def _refuse_bound_on_wrong_side(self) -> None:
        if self.objective is None or self.bound is None:
            return
        slack = 1e-6 * max(1.0, abs(self.objective))
        beyond = self.bound - self.objective if self.sense == "min" else self.objective - self.bound
        if beyond > slack:
            raise ValueError(f"bound {self.bound} is on the wrong side of {self.objective}")

    def _refuse_terms_that_do_not_add_up(self) -> None:
        if self.objective is None or not self.terms:
            return
        total = math.fsum(self.terms.values())
        if abs(total - self.objective) > 1e-6 * max(1.0, abs(self.objective)):
            raise ValueError(f"terms add up to {total}, objective is {self.objective}")

    @property
    def gap(self) -> float | None:
        """Return the proven relative gap, None without plan or bound."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.objective, self.bound)
