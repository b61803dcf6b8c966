"""Find the price at which a lever stops being bought (L12).

Only prices change, so a plan found at one price is a plan at every price, and its value there is
arithmetic. From a price at which the lever pays, the price at which the plan found only just pays
is the next one tried: Dinkelbach's method (Management Science 13, 1967), which ends at the exact
break-even of a mixed-integer program after a few solves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from optimizer.leadership_lever import PriceLever
from optimizer.result import Options, Solution, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem

ROUNDS = 25
WORTH_EUR = 0.5
RELATIVE = 2e-6
"""A lever that brings less than half a euro, or two millionths of the profit, brings nothing."""


class BreakEvenKind(StrEnum):
    """Say what kind of answer was found."""

    PRICE = "price"
    NEVER_PAYS = "never pays"
    ALWAYS_NEEDED = "always needed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """Hold between which figures the break-even lies.

    Attributes
    ----------
    low, high
        The lever certainly pays below `low`, and certainly does not above `high`. None: not proved
        on that side.
    today, pays_today
        The price in the problem, and whether the lever pays there (None: undecided).
    solves
        Solves needed.
    """

    kind: BreakEvenKind
    lever: str
    unit: str
    low: float | None
    high: float | None
    today: float | None
    pays_today: bool | None
    solves: int


def break_even_price(problem: SourcingProblem, lever: PriceLever, options: Options) -> BreakEven:
    """Return the price at which the lever stops being bought.

    NEVER_PAYS: not even for nothing. ALWAYS_NEEDED: no plan keeps the rules without it.
    """
    without = solve_sourcing(lever.without, options)
    if without.status is Status.INFEASIBLE:
        return _answer(lever, BreakEvenKind.ALWAYS_NEEDED, solves=1, pays_today=True)
    if without.objective is None:
        return _answer(lever, BreakEvenKind.UNKNOWN, solves=1)
    return _Search(problem, lever, options, without).run()


def _answer(
    lever: PriceLever,
    kind: BreakEvenKind,
    *,
    solves: int,
    low: float | None = None,
    high: float | None = None,
    pays_today: bool | None = None,
) -> BreakEven:
    return BreakEven(
        kind=kind,
        lever=lever.name,
        unit=lever.unit,
        low=low,
        high=high,
        today=lever.today,
        pays_today=pays_today,
        solves=solves,
    )


class _Search:
    """Raise the price from one at which the lever pays until it only just does."""

    def __init__(
        self,
        problem: SourcingProblem,
        lever: PriceLever,
        options: Options,
        without: Solution[SourcingPlan],
    ) -> None:
        assert without.objective is not None
        self._problem, self._lever, self._options = problem, lever, options
        self._floor_eur = without.objective
        self._floor_bound_eur = without.objective if without.bound is None else without.bound
        self._worth_eur = max(WORTH_EUR, RELATIVE * abs(without.objective))
        self._solves = 1

    def run(self) -> BreakEven:
        price, found = self._start()
        if found is None:
            return self._never()
        paying = found
        for _ in range(ROUNDS):
            price = self._indifferent(paying, self._floor_eur)
            solved = self._solve(price)
            if not self._pays(solved, price):
                break
            assert solved.plan is not None
            paying = solved.plan
        proved = solved.bound is not None and solved.bound - self._floor_eur <= 2 * self._worth_eur
        low = min(price, self._indifferent(paying, self._floor_bound_eur))
        return _answer(
            self._lever,
            BreakEvenKind.PRICE,
            low=low,
            high=price if proved else None,
            pays_today=_decided(self._lever.today, low, price if proved else None),
            solves=self._solves,
        )

    def _start(self) -> tuple[float, SourcingPlan | None]:
        """Return a price at which the lever pays and the plan there: today's, or nothing."""
        self._free_bound: float | None = None
        for price in dict.fromkeys((self._lever.today, 0.0)):
            solved = self._solve(price)
            if self._pays(solved, price):
                return price, solved.plan
            self._free_bound = solved.bound
        return 0.0, None

    def _never(self) -> BreakEven:
        bound = self._free_bound
        proved = bound is not None and bound - self._floor_eur <= 2 * self._worth_eur
        kind = BreakEvenKind.NEVER_PAYS if proved else BreakEvenKind.UNKNOWN
        return _answer(self._lever, kind, solves=self._solves, pays_today=False if proved else None)

    def _solve(self, price: float) -> Solution[SourcingPlan]:
        self._solves += 1
        return solve_sourcing(self._lever.at(price), self._options)

    def _pays(self, solved: Solution[SourcingPlan], price: float) -> bool:
        """Tell whether a plan with the lever beats the best one known without it."""
        if solved.plan is None or solved.objective is None:
            return False
        gains = solved.objective - self._floor_eur > self._worth_eur
        return gains and self._value_eur(solved.plan, price + 1.0) < solved.objective - 1e-9

    def _value_eur(self, plan: SourcingPlan, price: float) -> float:
        return price_sourcing(self._lever.at(price), plan).objective_eur

    def _indifferent(self, plan: SourcingPlan, floor_eur: float) -> float:
        """Return the price at which a plan is worth as much as doing without.

        The value is linear in the price; with a weight on risk it is concave, and Newton's steps
        from above end at the same place.
        """
        price = self._lever.today
        for _ in range(ROUNDS):
            value = self._value_eur(plan, price)
            slope = value - self._value_eur(plan, price + 1.0)
            step = (value - floor_eur) / slope
            price += step
            if abs(step) <= 1e-9 * max(1.0, abs(price)):
                break
        return price


def _decided(today: float, low: float | None, high: float | None) -> bool | None:
    if low is not None and today <= low:
        return True
    return False if high is not None and today >= high else None
