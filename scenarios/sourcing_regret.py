"""Compare the plan with the other decisions that stand to reason, demand by demand (L10, L11)."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.leadership_candidates import (
    Candidate,
    Choice,
    OutOfSample,
    candidates_of,
    least_regretted,
    out_of_sample,
)
from optimizer.leadership_information import ValueOfInformation, value_of_information
from optimizer.leadership_regret import Regret, fresh_scenarios, regrets_of, solved_alone
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.sourcing_scenarios import mean_scenario
from scenarios.sourcing_asker import Asker
from scenarios.sourcing_notes import Question

DRAWN_SCENARIOS = 30
"""So many suffice to tell means apart that matter, and tails of a fifth have six of them."""

Solved = Solution[SourcingPlan]


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """Hold the best found with each scenario known, and with the mean of them."""

    alone: tuple[Solved, ...]
    mean: Solved


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Hold candidates with their regret, the one regretted least, and their test; in one order.

    Attributes
    ----------
    fresh
        Empty when the run was stopped before.
    """

    candidates: tuple[Candidate, ...]
    regrets: tuple[Regret, ...]
    choice: Choice
    fresh: tuple[OutOfSample, ...]


def foresee(problem: SourcingProblem, options: Options, asker: Asker) -> Foresight | None:
    """Return what would be decided if the demand were known; None of one scenario only."""
    if len(problem.scenarios) < 2:
        return None
    return asker.ask(
        Question.FORESIGHT,
        lambda: Foresight(
            alone=solved_alone(problem, options),
            mean=solve_sourcing(mean_scenario(problem), options),
        ),
        None,
    )


def information(
    problem: SourcingProblem,
    solved: Solved,
    foresight: Foresight | None,
    options: Options,
    asker: Asker,
) -> ValueOfInformation | None:
    """Return the worth of knowing the demand (L11); None without foresight."""
    if foresight is None:
        return None
    return asker.ask(
        Question.INFORMATION,
        lambda: value_of_information(
            problem, options, solved, alone=foresight.alone, mean=foresight.mean
        ),
        None,
    )


def compare(
    problem: SourcingProblem,
    plan: SourcingPlan,
    baseline: Solved,
    foresight: Foresight | None,
    options: Options,
    asker: Asker,
) -> Comparison | None:
    """Return the plan beside doing nothing, each scenario's plan and the mean's (L10)."""
    if foresight is None:
        return None
    candidates = candidates_of(problem, plan, baseline, foresight.alone, foresight.mean)
    decisions = [each.decisions for each in candidates]
    regrets = asker.ask(
        Question.REGRET,
        lambda: regrets_of(problem, decisions, options, foresight.alone),
        None,
    )
    if regrets is None:
        return None
    drawn = fresh_scenarios(problem, DRAWN_SCENARIOS, options.seed)
    untested: tuple[OutOfSample, ...] = ()
    fresh = asker.ask(
        Question.FRESH.format(count=DRAWN_SCENARIOS),
        lambda: out_of_sample(drawn, candidates, options),
        untested,
    )
    choice = least_regretted(regrets)
    return Comparison(candidates=candidates, regrets=regrets, choice=choice, fresh=fresh)
