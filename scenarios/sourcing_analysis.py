"""Ask of a sourcing plan what leadership asks: against what, how many, up to which price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership import LeadershipMeasures, measures
from optimizer.leadership_baseline import Lever, do_nothing, without
from optimizer.leadership_break_even import BreakEven, break_even_price
from optimizer.leadership_capacity import (
    OneMore,
    value_of_hours,
    value_of_person,
    value_of_training,
)
from optimizer.leadership_curve import Rung, lever_ladder, levers_off
from optimizer.leadership_information import ValueOfInformation
from optimizer.leadership_lever import (
    PriceLever,
    provider_price,
    recruiting_price,
    training_price,
    wage_price,
)
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from scenarios.build_sourcing import SourcingCase
from scenarios.decide import Watch
from scenarios.sourcing_asker import Asker
from scenarios.sourcing_curve import MOST_OPTIONS, HirePoint, hire_answers, hire_curve
from scenarios.sourcing_met import best_met
from scenarios.sourcing_notes import Note, Question
from scenarios.sourcing_regret import Comparison, compare, foresee, information

LARGE_COLUMNS = 25_000
"""Beyond, curve, prices, ladder and information are left out: dozens of solves of half a minute."""
PRICES = ("eur_per_hour", "eur_per_result", "success_eur")


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Hold the answers; what was left out is empty or None, and `notes` say why.

    Attributes
    ----------
    solved
        The best plan met: all else is said of it.
    baseline
        The plan of doing nothing (L1).
    curve
        Profit by number of hires (L13).
    hours_eur
        (P, T) worth of one more standard hour.
    people, trained
        Worth of one more person of each group of today, and of one trained already (L15).
    """

    solved: Solution[SourcingPlan]
    baseline: Solution[SourcingPlan]
    measures: LeadershipMeasures
    curve: tuple[HirePoint, ...]
    break_even: tuple[BreakEven, ...]
    ladder: tuple[Rung, ...]
    information: ValueOfInformation | None
    comparison: Comparison | None
    hours_eur: NDArray[np.float64] | None
    people: tuple[OneMore, ...]
    trained: tuple[OneMore, ...]
    notes: tuple[str, ...]


def analyse(
    case: SourcingCase, solved: Solution[SourcingPlan], options: Options, watch: Watch
) -> Analysis:
    """Return what there is to say of a plan; every question is a solve of its own.

    A better plan that a question leads to is taken over, and all is said of that one.
    """
    problem = case.problem
    baseline = solve_sourcing(do_nothing(problem), options, cancelled=watch.cancelled)
    asker = Asker(watch)
    asked = int(build_sourcing_model(problem).model.gain.size) <= LARGE_COLUMNS
    hires = hire_answers(problem, solved, options, asker) if asked else ()
    prices = _prices(case, options, asker) if asked else ()
    levers = _without_levers(problem, options, asker) if asked else ()
    foresight = foresee(problem, options, asker) if asked else None
    answers = [baseline, *(each for _, each in (*hires, *levers))]
    foreseen = () if foresight is None else (*foresight.alone, foresight.mean)
    best = best_met(problem, solved, answers, foreseen, options, watch)
    assert best.plan is not None
    decisions = best.plan.decisions
    found = Analysis(
        solved=best,
        baseline=baseline,
        measures=measures(problem, best.plan, baseline.plan, case.dates),
        curve=hire_curve(problem, best, hires),
        break_even=prices,
        ladder=lever_ladder(best, levers) if levers else (),
        information=information(problem, best, foresight, options, asker),
        comparison=compare(problem, best.plan, baseline, foresight, options, asker),
        hours_eur=asker.ask(
            Question.HOUR,
            lambda: value_of_hours(problem, decisions, options),
            None,
        ),
        people=_people(problem, best, options, asker) if asked else (),
        trained=_trained(case, best, options, asker) if asked else (),
        notes=(),
    )
    return replace(found, notes=tuple(_notes(solved, best, asker, asked=asked)))


def _notes(
    solved: Solution[SourcingPlan], best: Solution[SourcingPlan], asker: Asker, *, asked: bool
) -> Iterator[str]:
    if not asked:
        yield Note.LARGE
    if best is not solved:
        assert best.objective is not None
        assert solved.objective is not None
        yield Note.BETTER_MET.format(more=best.objective - solved.objective)
    for what in dict.fromkeys(asker.left_out):
        yield Note.STOPPED.format(what=what)


def _prices(case: SourcingCase, options: Options, asker: Asker) -> tuple[BreakEven, ...]:
    levers = tuple(price_levers(case))
    found = asker.each(
        Question.PRICES, levers, lambda lever: break_even_price(case.problem, lever, options)
    )
    return tuple(price for _, price in found)


def price_levers(case: SourcingCase) -> Iterator[PriceLever]:
    """Yield the prices of new contracts (by the hour if there is none), of hires, of trainings."""
    problem = case.problem
    for index, offer in enumerate(problem.providers):
        if offer.running_since_months is None:
            asked = [name for name in PRICES if getattr(offer, name) > 0] or [PRICES[0]]
            yield from (provider_price(problem, index, name) for name in asked)
    if len(problem.hires) <= MOST_OPTIONS:
        yield from (_hire_price(problem, option) for option in range(len(problem.hires)))
    for name, moves in case.trainings.items():
        if moves:
            yield training_price(problem, name, moves)


def _hire_price(problem: SourcingProblem, option: int) -> PriceLever:
    """Return the wage of those hired, or what recruiting one costs where others share the wage."""
    try:
        return wage_price(problem, option)
    except ValueError:
        return recruiting_price(problem, option)


def _people(
    problem: SourcingProblem, solved: Solution[SourcingPlan], options: Options, asker: Asker
) -> tuple[OneMore, ...]:
    today = [
        index
        for index, state in enumerate(problem.states)
        if state.start_headcount >= 1.0 and state.speed.any() and state.hours_per_head.any()
    ]
    found = asker.each(
        Question.PERSON, today, lambda k: value_of_person(problem, k, options, solved)
    )
    return tuple(more for _, more in found)


def _trained(
    case: SourcingCase, solved: Solution[SourcingPlan], options: Options, asker: Asker
) -> tuple[OneMore, ...]:
    problem = case.problem
    moves = [
        move
        for each in case.trainings.values()
        for move in each
        if problem.states[problem.moves[move].source].start_headcount >= 1.0
    ]
    found = asker.each(
        Question.TRAINED, moves, lambda k: value_of_training(problem, k, options, solved)
    )
    return tuple(more for _, more in found)


def _without_levers(
    problem: SourcingProblem, options: Options, asker: Asker
) -> tuple[tuple[tuple[Lever, ...], Solution[SourcingPlan]], ...]:
    found = asker.each(
        Question.LEVERS,
        levers_off(problem),
        lambda levers: solve_sourcing(without(problem, *levers), options),
    )
    return tuple(found)
