"""Compare arrays with their limits and name what lies beyond (checks of sourcing plans)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import SourcingProblem
from optimizer.verify import Violation

Floats = NDArray[np.float64]

SLACK = 1e-3
"""Hours, units or people that rounding may cost."""
SHARE = 1e-7
"""The same as a share of large amounts."""

FINISHED = "finished"


def beyond(
    rule: str,
    problem: SourcingProblem,
    axes: str,
    amount: Floats | float,
    limit: Floats | float,
    what: str,
) -> Iterator[Violation]:
    """Yield a violation wherever `amount` lies above `limit`.

    `axes` names the axes of `amount`: k states, o hire options, m moves, v providers, a tools,
    r manager rules, s sources, p phases with the finished unit, g segments, t months,
    w scenarios, h groups of hire options.
    """
    amounts = np.asarray(amount, dtype=np.float64)
    limits = np.broadcast_to(np.asarray(limit, dtype=np.float64), amounts.shape)
    finite = np.where(np.isfinite(limits), limits, 0.0)
    slack = SLACK + SHARE * np.maximum(np.abs(amounts), np.abs(finite))
    for index in np.argwhere(~(amounts <= limits + slack)).tolist():
        subject = ", ".join(_name(problem, axis, i) for axis, i in zip(axes, index, strict=True))
        found, allowed = float(amounts[tuple(index)]), float(limits[tuple(index)])
        yield Violation(
            rule=rule,
            subject=subject or "plan",
            amount=found,
            limit=allowed,
            message=f"{subject or 'plan'}: {what} {found:,.2f}, at most {allowed:,.2f}",
        )


def unequal(
    rule: str,
    problem: SourcingProblem,
    axes: str,
    amount: Floats | float,
    expected: Floats | float,
    what: str,
) -> Iterator[Violation]:
    """Yield a violation wherever `amount` differs from what it must be."""
    amounts = np.asarray(amount, dtype=np.float64)
    due = np.broadcast_to(np.asarray(expected, dtype=np.float64), amounts.shape)
    yield from beyond(rule, problem, axes, amounts, due, what)
    yield from beyond(rule, problem, axes, -amounts, -due, f"less (signs turned): {what}")


def _name(problem: SourcingProblem, axis: str, index: int) -> str:
    if axis in {"r", "h"}:
        return f"rule {index + 1}"
    names = {
        "k": tuple(state.state_id for state in problem.states),
        "o": tuple(option.option_id for option in problem.hires),
        "m": tuple(move.move_id for move in problem.moves),
        "v": tuple(offer.provider_id for offer in problem.providers),
        "a": tuple(tool.automation_id for tool in problem.automations),
        "s": problem.source_ids,
        "p": (*problem.phases, FINISHED),
        "g": problem.segments,
        "t": problem.months,
        "w": problem.scenarios,
    }
    return names[axis][index]
