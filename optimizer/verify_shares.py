"""Check that every phase held keeps its share of the time (docs/model-staffing.md, S16)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

import numpy as np

from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.verify import Violation

HOURS = 1e-4


def phases_held_keep_their_share(
    problem: StaffingProblem, plan: StaffingPlan
) -> Iterator[Violation]:
    """S16: whatever some phases of a role take of a month, the others keep their share of it."""
    if not problem.least_share:
        return
    for person, held in enumerate(plan.roles):
        phases = np.flatnonzero(held).tolist()
        if len(phases) * problem.least_share > 1.0 + HOURS:
            yield _too_many(problem, person, len(phases))
            continue
        for month, has in enumerate(problem.person_hours[person].tolist()):
            worked = plan.person_hours[person, :, month]
            for part in _parts(phases):
                open_hours = has * share_open(problem.least_share, len(phases), len(part))
                taken = float(worked[list(part)].sum())
                if taken > open_hours + HOURS:
                    yield _squeezed(problem, person, part, month, (taken, open_hours))


def share_open(least_share: float, held: int, taken: int) -> float:
    """Return the share of the time that `taken` of the phases held may take together."""
    return 1.0 if held == taken else 1.0 - least_share * (held - taken)


def _parts(phases: list[int]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(phases, size) for size in range(1, len(phases)))


def _too_many(problem: StaffingProblem, person: int, held: int) -> Violation:
    who = problem.person_ids[person]
    return Violation(
        rule="least_share",
        subject=who,
        amount=held * problem.least_share,
        limit=1.0,
        message=f"{who} holds {held} phases, which keep {problem.least_share:.0%} of the time each",
    )


def _squeezed(
    problem: StaffingProblem,
    person: int,
    part: tuple[int, ...],
    month: int,
    amounts: tuple[float, float],
) -> Violation:
    subject = f"{problem.person_ids[person]}, {problem.months[month]}"
    names = ", ".join(problem.phases[phase] for phase in part)
    return Violation(
        rule="least_share",
        subject=subject,
        amount=amounts[0],
        limit=amounts[1],
        message=f"{subject}: {names} takes {amounts[0]:.1f} h, the share of the other phases leaves"
        f" {amounts[1]:.1f} h",
    )
