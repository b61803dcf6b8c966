"""Say what a little more of each capacity would be worth (L15)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_builder import EUR, NONE
from optimizer.sourcing_model import SourcingModel, build_sourcing_model
from optimizer.sourcing_problem import Decisions, SourcingPlan, SourcingProblem, StaffState

Floats = NDArray[np.float64]

PROBE_HOURS = 1e-3
"""Hours given for nothing in each phase and month, so that prices are those of MORE hours."""
LARGE_COLUMNS = 8_000


@dataclass(frozen=True, kw_only=True)
class OneMore:
    """Hold the gain from one more person of a state, or one trained already.

    Attributes
    ----------
    gain_eur
        Best profit with, less best profit without; wages of one more person are paid, training is
        not. Between `gain_eur` and `gain_high_eur` where solves are not proved.
    """

    name: str
    gain_eur: float | None
    gain_high_eur: float | None


def value_of_hours(
    problem: SourcingProblem, decisions: Decisions, options: Options
) -> Floats | None:
    """Return (P, T): what one more standard hour in a phase and month would bring, EUR.

    With the decisions fixed the rest is a linear program; an hour of a phase is worth what the
    best unit it could work passes on, at the prices of the rows. Valid for small changes. None
    when the decisions break a rule.
    """
    probed = _with_probes(problem, decisions)
    stated = build_sourcing_model(probed)
    large = stated.model.gain.size > LARGE_COLUMNS
    limits = Limits(seconds=options.seconds, seed=options.seed, by_barrier=large)
    answer = solve(stated.model.relaxed(), limits)
    if answer.outcome is not Outcome.SOLVED or answer.row_prices is None:
        return None
    return _hour_values(problem, stated, answer.row_prices)


def _with_probes(problem: SourcingProblem, decisions: Decisions) -> SourcingProblem:
    """Add a state per phase that costs nothing and has next to no hours."""
    phases = np.eye(len(problem.phases))
    probes = tuple(
        StaffState(
            state_id=f"one more hour of {name}",
            hours_per_head=np.array(PROBE_HOURS),
            speed=phases[index],
            start_headcount=1.0,
        )
        for index, name in enumerate(problem.phases)
    )
    nobody = np.zeros((len(probes), len(problem.months)))
    # The new states follow the old ones, so no index of the problem changes but that of "all".
    everyone = tuple(range(len(problem.states)))
    providers = tuple(
        replace(v, steering_states=everyone) if v.steering_states is None else v
        for v in problem.providers
    )
    fixed = replace(decisions, layoffs=np.concatenate([decisions.layoffs, nobody]))
    return replace(problem, states=(*problem.states, *probes), providers=providers, fixed=fixed)


def _hour_values(problem: SourcingProblem, stated: SourcingModel, prices: Floats) -> Floats:
    """Price the units a probe could work without the row that limits its hours."""
    model, columns = stated.model, stated.columns
    spent = model.reduced_gains(prices)
    starts = np.searchsorted(model.row, np.arange(model.row_lower.size + 1))
    found = np.zeros((len(problem.phases), len(problem.months)))
    for phase in range(len(problem.phases)):
        state = len(problem.states) + phase
        hours_rows = _rows_by_scenario(stated, state, starts)
        best = np.zeros(columns.work.shape[1:])
        for lane in columns.lanes.of_source(state):
            work, hours = columns.work[lane], columns.lanes.hours[lane]
            gain = np.where(work == NONE, -np.inf, spent[work] + prices[hours_rows] * hours)
            best = np.maximum(best, gain / max(hours, 1e-12))
        found[phase] = best.sum(axis=1) / EUR
    return found


def _rows_by_scenario(
    stated: SourcingModel, state: int, starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return (T, W): the row that limits the hours of a state.

    It is the one row in which both the state's capacity and its work stand.
    """
    model, columns = stated.model, stated.columns
    found = np.zeros(columns.work.shape[1:], dtype=np.int64)
    lane = columns.lanes.of_source(state)[0]
    for month, scenario in np.ndindex(*found.shape):
        work = columns.work[lane, month, scenario]
        rows = model.row[model.column == work]
        for row in rows.tolist():
            within = model.column[starts[row] : starts[row + 1]]
            if columns.capacity[state, month] in within:
                found[month, scenario] = row
    return found


def value_of_person(
    problem: SourcingProblem, state: int, options: Options, solved: Solution[SourcingPlan]
) -> OneMore:
    """Return what one more person of a state from the first month on would bring, wage paid."""
    more = _heads(problem, {state: 1.0})
    return _gain(problem.states[state].state_id, solve_sourcing(more, options), solved)


def value_of_training(
    problem: SourcingProblem, move: int, options: Options, solved: Solution[SourcingPlan]
) -> OneMore:
    """Return what it would bring to have one person moved already, the price of it not paid."""
    moved = problem.moves[move]
    if problem.states[moved.source].start_headcount < 1.0:
        return OneMore(name=moved.move_id, gain_eur=None, gain_high_eur=None)
    more = _heads(problem, {moved.source: -1.0, moved.target: 1.0})
    return _gain(moved.move_id, solve_sourcing(more, options), solved)


def _heads(problem: SourcingProblem, change: dict[int, float]) -> SourcingProblem:
    states = tuple(
        replace(state, start_headcount=state.start_headcount + change.get(index, 0.0))
        for index, state in enumerate(problem.states)
    )
    return replace(problem, states=states)


def _gain(name: str, more: Solution[SourcingPlan], solved: Solution[SourcingPlan]) -> OneMore:
    if more.objective is None or solved.objective is None:
        return OneMore(name=name, gain_eur=None, gain_high_eur=None)
    ceiling = solved.objective if solved.bound is None else solved.bound
    top = None if more.bound is None else more.bound - solved.objective
    return OneMore(name=name, gain_eur=more.objective - ceiling, gain_high_eur=top)
