"""List published cases of staff planning with their printed answers, and how each is solved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.published_staffing_farmer import birge_farmer, dakota
from benchmarks.published_staffing_own import season, train_or_hire
from benchmarks.published_staffing_roofing import (
    ROOFING_DAYS,
    ROOFING_DEMAND,
    UNITS_A_DAY,
    heizer_roofing,
    roofing_plan,
)
from benchmarks.published_staffing_textbooks import (
    TOMATO_HIGH,
    TOMATO_PRICE_EUR,
    red_tomato,
    repair_service,
    sailco,
    taha_temps,
    wagner_whitin,
    williams_manpower,
)
from optimizer.leadership_information import Interval, ValueOfInformation, value_of_information
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.sourcing_typed import price_typed
from optimizer.verify_sourcing import violations_sourcing

Floats = NDArray[np.float64]

EXACT = Options(seconds=60.0, gap=0.0)


@dataclass(frozen=True, kw_only=True)
class Result:
    """Hold what came out of a case: figure, status, broken rules."""

    value: float
    status: str
    broken: int = 0


@dataclass(frozen=True, kw_only=True)
class StaffingCase:
    """Tie a published figure to the way it is worked out here.

    Attributes
    ----------
    published, tolerance
        The printed answer and what its rounding leaves open.
    seen
        "published": answer read in print; "recalled": data and answer of a textbook from memory,
        which coming out vouches for; "worked": proved by hand and enumeration for this project.
    """

    name: str
    published: float
    run: Callable[[], Result]
    tolerance: float = 0.5
    seen: str = "published"


def _profit(problem: SourcingProblem) -> Result:
    solution = solve_sourcing(problem, EXACT)
    return _result(problem, solution, solution.objective)


def _cost(problem: SourcingProblem, revenue_eur: float = 0.0) -> Result:
    solution = solve_sourcing(problem, EXACT)
    value = None if solution.objective is None else revenue_eur - solution.objective
    return _result(problem, solution, value)


def _result(
    problem: SourcingProblem, solution: Solution[SourcingPlan], value: float | None
) -> Result:
    if solution.plan is None or value is None:
        return Result(value=float("nan"), status=str(solution.status))
    broken = violations_sourcing(problem, solution.plan, solution.objective)
    return Result(value=value, status=str(solution.status), broken=len(broken))


def _tomato(problem: SourcingProblem) -> Result:
    return _cost(problem, TOMATO_PRICE_EUR * float(problem.flow.target.sum()))


def _two_stage(
    problem: SourcingProblem, measure: Callable[[ValueOfInformation], Interval]
) -> Result:
    value = value_of_information(problem, EXACT)
    if value is None:
        return Result(value=float("nan"), status="UNKNOWN")
    found = measure(value)
    return Result(value=found.low, status="OPTIMAL" if found.proved else "FEASIBLE")


def _hires(problem: SourcingProblem) -> Result:
    solution = solve_sourcing(problem, EXACT)
    people = None if solution.plan is None else float(solution.plan.decisions.hires.sum())
    return _result(problem, solution, people)


def _trained(problem: SourcingProblem) -> Result:
    solution = solve_sourcing(problem, EXACT)
    people = None if solution.plan is None else float(solution.plan.decisions.moves[0].sum())
    return _result(problem, solution, people)


def _redundancies(problem: SourcingProblem) -> Result:
    solution = solve_sourcing(problem, EXACT)
    people = None if solution.plan is None else float(solution.plan.decisions.layoffs.sum())
    return _result(problem, solution, people)


def _roofing(day_eur: float, subcontract_eur: float, rate: Floats, made: Floats) -> Result:
    """Price a plan typed in: so much made a month, what is missing in all then bought."""
    missing = float(ROOFING_DEMAND.sum() - made.sum())
    bought = np.maximum(0.0, ROOFING_DEMAND - made) if missing > 0 else np.zeros(len(made))
    problem = heizer_roofing(day_eur, subcontract_eur, float(rate[0]) / UNITS_A_DAY)
    decisions, volumes = roofing_plan(problem, rate, made, bought)
    typed = price_typed(problem, decisions, volumes)
    return Result(value=-typed.prices.objective_eur, status="priced")


def cases() -> Iterator[StaffingCase]:
    """Yield every case with its printed answer."""
    yield from _aggregate_planning()
    yield from _manpower()
    yield from _stochastic()
    yield from _roofing_cases()
    yield from _seasonal()
    yield from _training()


def _aggregate_planning() -> Iterator[StaffingCase]:
    tomato = {
        "base": (422_275.0, red_tomato()),
        "whole workers": (422_660.0, red_tomato(whole=True)),
        "high fluctuation": (432_858.33, red_tomato(demand=TOMATO_HIGH)),
    }
    for name, (answer, problem) in tomato.items():
        yield StaffingCase(
            name=f"Red Tomato, {name}",
            published=answer,
            run=partial(_tomato, problem),
            seen="recalled" if name == "high fluctuation" else "published",
        )
    ours = {
        "hire = layoff = 50": (412_687.5, red_tomato(hire_eur=50.0, layoff_eur=50.0)),
        "holding 6": (441_200.0, red_tomato(holding_eur=6.0)),
    }
    for name, (answer, problem) in ours.items():
        yield StaffingCase(
            name=f"Red Tomato, {name}",
            published=answer,
            run=partial(_tomato, problem),
            seen="worked",
        )
    lots = {"Wagner-Whitin": (864.0, wagner_whitin()), "Sailco": (78_450.0, sailco())}
    for name, (answer, problem) in lots.items():
        yield StaffingCase(
            name=name, published=answer, run=partial(_cost, problem), seen="recalled"
        )


def _manpower() -> Iterator[StaffingCase]:
    fewest, cheapest = williams_manpower(least_cost=False), williams_manpower(least_cost=True)
    yield StaffingCase(
        name="Williams, fewest redundancies", published=841.796875, tolerance=1e-4,
        run=partial(_cost, fewest),
    )  # fmt: skip
    yield StaffingCase(
        name="Williams, least cost", published=498_677.29, tolerance=0.01,
        run=partial(_cost, cheapest),
    )  # fmt: skip
    yield StaffingCase(
        name="Williams, redundancies then", published=1423.7, tolerance=0.05,
        run=partial(_redundancies, cheapest),
    )  # fmt: skip
    service = repair_service()
    yield StaffingCase(name="Winston, repair service", published=593_777.0,
                       run=partial(_cost, service), tolerance=1.0, seen="recalled")  # fmt: skip
    yield StaffingCase(
        name="Taha, temps",
        published=19_500.0,
        run=partial(_cost, taha_temps()),
        seen="recalled",
    )


def _stochastic() -> Iterator[StaffingCase]:
    measures: dict[str, Callable[[ValueOfInformation], Interval]] = {
        "expected profit": lambda value: value.here_and_now,
        "EVPI": lambda value: value.evpi,
        "VSS": lambda value: value.vss,
    }
    answers = {
        "Birge farmer": (birge_farmer(), (108_390.0, 7_016.0, 1_150.0)),
        "Dakota": (dakota(), (1_730.0, 2_435.0, 185.0)),
    }
    for case, (problem, printed) in answers.items():
        for (name, measure), answer in zip(measures.items(), printed, strict=True):
            yield StaffingCase(
                name=f"{case}, {name}",
                published=answer,
                run=partial(_two_stage, problem, measure),
                seen="recalled",
            )


def _roofing_cases() -> Iterator[StaffingCase]:
    level, low = np.full(6, 50.0), np.full(6, 38.0)
    chased = np.array([41.0, 39.0, 38.0, 57.0, 68.0, 55.0])
    plans = (
        (level, level * ROOFING_DAYS),
        (low, low * ROOFING_DAYS),
        (chased, ROOFING_DEMAND),
    )
    editions = {
        "earlier": (40.0, 10.0, (58_850.0, 52_576.0, 68_200.0)),
        "later": (80.0, 20.0, (108_450.0, 105_152.0, 117_800.0)),
    }
    for edition, (day, subcontract, answers) in editions.items():
        for number, (answer, (rate, made)) in enumerate(zip(answers, plans, strict=True), 1):
            yield StaffingCase(
                name=f"Heizer roofing {edition}, plan {number}",
                published=answer,
                run=partial(_roofing, day, subcontract, rate, made),
                seen="recalled",
            )


SEASON_PLANS = (
    ("A, no provider", 1.0, False, 1_044_357.14, 5.0),
    ("A, provider", 1.0, True, 1_216_426.24, 2.0),
    ("B, no provider", 1.1, False, 1_103_935.71, 6.0),
    ("B, provider", 1.1, True, 1_325_086.62, 2.0),
)
SEASON_CURVE = (1_077_499.0, 1_214_713.0, 1_325_087.0, 1_311_853.0, 1_300_160.0, 1_286_260.0,
                1_272_360.0)  # fmt: skip


def _seasonal() -> Iterator[StaffingCase]:
    for name, uplift, provider, profit, hires in SEASON_PLANS:
        problem = season(uplift=uplift, provider=provider)
        title = f"5 to 2, {name}"
        yield StaffingCase(
            name=f"{title}", published=profit, run=partial(_profit, problem), tolerance=0.01,
            seen="worked",
        )  # fmt: skip
        yield StaffingCase(
            name=f"{title}, hires", published=hires, run=partial(_hires, problem), seen="worked",
            tolerance=1e-6,
        )  # fmt: skip
    for hires_made, profit in enumerate(SEASON_CURVE):
        problem = season(uplift=1.1, provider=True, exactly=hires_made)
        yield StaffingCase(
            name=f"5 to 2, exactly {hires_made} hires", published=profit,
            run=partial(_profit, problem), seen="worked",
        )  # fmt: skip


def _training() -> Iterator[StaffingCase]:
    for after, profit, trained in ((0.3, 775_571.43, 4.0), (0.2, 669_142.86, 4.0),
                                   (0.12, 456_228.57, 0.0)):  # fmt: skip
        problem = train_or_hire(after)
        title = f"train or hire, {after:.0%}"
        yield StaffingCase(
            name=title,
            published=profit,
            run=partial(_profit, problem),
            tolerance=0.01,
            seen="worked",
        )
        yield StaffingCase(
            name=f"{title}, trained", published=trained, run=partial(_trained, problem),
            seen="worked", tolerance=1e-6,
        )  # fmt: skip
