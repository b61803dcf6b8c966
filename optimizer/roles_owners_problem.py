"""State who may own whole blocks of work together (docs/model-roles.md, R23)."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.roles_problem import GoalResult, Ints, RoleProblem


@dataclass(frozen=True, kw_only=True)
class CrewLimit:
    """Let some persons own at most so many blocks between them."""

    persons: tuple[int, ...]
    most_blocks: int


@dataclass(frozen=True, kw_only=True)
class OwnerRules:
    """Hold the rules over several persons.

    `limits`: blocks a crew may own. `shifts`: of each shift one of its crews works, and whoever
    is in none of the crews chosen, but in some crew of a shift, owns nothing.
    """

    limits: tuple[CrewLimit, ...] = ()
    shifts: tuple[tuple[tuple[int, ...], ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class OwnerPlan:
    """Hold the owner (Q, P) of each block, -1 where nobody owns it, and the goals."""

    owner: Ints
    goals: tuple[GoalResult, ...] = ()


def refuse_other_rules(problem: RoleProblem) -> None:
    """Refuse what makes no sense where work is not shared: gains by role, shares, pins.

    Raises
    ------
    ValueError
        Naming the first of them.
    """
    if len(set(problem.specialisation_gain)) > 1:
        raise ValueError("owners need one specialisation_gain for every number of phases")
    if problem.min_share > 0:
        raise ValueError("owners keep no min_share")
    if problem.help_share_max < 1:
        raise ValueError("owners know no help_share_max")
    if problem.pins.any():
        raise ValueError("owners take no pins")
