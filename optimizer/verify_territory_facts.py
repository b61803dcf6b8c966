"""Count once what several rules of the territory check look at; every array is vectorised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem
from optimizer.verify import Violation

Declared = Mapping[tuple[str, str], float]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Hold a plan beside its problem, with what was declared by (code, subject).

    The S seats of the problem come first, then the V vacant seats opened.

    Attributes
    ----------
    served, left_out
        Positions of the units with a seat, and of those without.
    moved
        (U,) units with a seat today that get another one.
    priced_out
        (U,) units without a seat that have a price for it and no lock.
    """

    problem: TerritoryProblem
    plan: TerritoryPlan
    declared: Declared
    served: Ints
    left_out: Ints
    moved: NDArray[np.bool_]
    priced_out: NDArray[np.bool_]

    @property
    def standing(self) -> int:
        """Return S, the seats whose place is known."""
        return len(self.problem.seat_ids)

    @property
    def seats(self) -> int:
        """Return S + V."""
        return self.standing + len(self.plan.site)

    def seat_name(self, seat: int) -> str:
        """Return the id of a seat, that of its site for a vacant one."""
        if seat < self.standing or self.problem.vacant is None:
            return self.problem.seat_ids[seat]
        return self.problem.vacant.site_ids[self.plan.site[seat - self.standing]]

    def costs(self) -> Floats:
        """Return EUR a year of each served unit at its seat; +inf where it may not be."""
        seat = self.plan.seat[self.served]
        eur = np.empty(len(seat))
        here = seat < self.standing
        eur[here] = self.problem.costs().at(self.served[here], seat[here])
        if self.problem.vacant is not None and not here.all():
            site = self.plan.site[seat[~here] - self.standing]
            eur[~here] = self.problem.vacant.cost[self.served[~here], site]
        return eur

    def nobody_may_serve(self, unit: int) -> bool:
        """Say whether no seat, and no site of a vacant one, may serve the unit."""
        vacant = self.problem.vacant
        if vacant is not None and np.isfinite(vacant.cost[unit]).any():
            return False
        return not np.isfinite(self.problem.costs().rows(unit, unit + 1)).any()


def gather(problem: TerritoryProblem, plan: TerritoryPlan, declared: Iterable[Shortfall]) -> Facts:
    """Return the facts of a plan whose seats and sites are known ones."""
    has_seat = plan.seat >= 0
    price = (
        problem.unserved_price if problem.unserved_price.size else np.full(len(has_seat), np.inf)
    )
    return Facts(
        problem=problem,
        plan=plan,
        declared={(s.code, s.subject): s.amount for s in declared},
        served=np.flatnonzero(has_seat),
        left_out=np.flatnonzero(~has_seat),
        moved=(problem.current_seat >= 0) & has_seat & (plan.seat != problem.current_seat),
        priced_out=~has_seat & np.isfinite(price) & ~problem.locked,
    )


def violation(rule: str, subject: str, amount: float, limit: float, message: str) -> Violation:
    """Return a violation with plain numbers."""
    return Violation(
        rule=rule, subject=subject, amount=float(amount), limit=float(limit), message=message
    )


def beyond(
    facts: Facts, rule: str, code: str, over: Floats, rounding: float, measure: str = ""
) -> Iterator[Violation]:
    """Yield a violation for every seat that is over a limit by more than was declared.

    Parameters
    ----------
    over
        (S + V,) by how much each seat is over, <= 0 for kept.
    measure
        Name of the balance measure; part of the subject.
    """
    for seat in np.flatnonzero(over > rounding).tolist():
        subject = facts.seat_name(seat) + (f" / {measure}" if measure else "")
        # Written so that an amount that is no number excuses nothing.
        if over[seat] <= facts.declared.get((code, subject), 0.0) + rounding:
            continue
        message = f"{code.replace('_', ' ')} its limit by {over[seat]:.6g} {measure}".rstrip() + "."
        yield violation(rule, subject, over[seat], 0.0, message)
