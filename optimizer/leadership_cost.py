"""Split what a plan costs by who is paid, and by segment (L2, L7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_lanes import list_lanes
from optimizer.sourcing_prices import INCOME, price_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem

Floats = NDArray[np.float64]
T = TypeVar("T")

MOVES = "training and moves"
MANAGERS = "managers"
LATE = "late, waiting and given up"

FREE_STATE = dict.fromkeys(
    (
        "wage_eur", "tools_eur", "eur_per_unit", "eur_per_hour", "severance_eur",
        "overtime_eur", "short_time_eur", "excess_eur",
    ),
    0.0,
)  # fmt: skip
FREE_PROVIDER = dict.fromkeys(
    ("setup_eur", "retainer_eur", "eur_per_hour", "eur_per_result", "success_eur"), 0.0
)
FREE_TOOL = dict.fromkeys(("setup_eur", "eur_per_month", "eur_per_unit"), 0.0)


@dataclass(frozen=True, kw_only=True)
class SourceCost:
    """Hold what one source costs: a state, a provider, a tool, moves, managers, late work.

    Attributes
    ----------
    by_month_eur
        (T, W) not discounted, costs above 0.
    """

    source: str
    by_month_eur: Floats
    undiscounted_eur: float
    discounted_eur: float


def cost_eur(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (T, W): all that is spent on sales, by month and scenario, above 0."""
    prices = price_sourcing(problem, plan)
    spent = [-amount for name, amount in prices.eur.items() if name not in INCOME]
    return np.asarray(np.sum(spent, axis=0))


def costs_by_source(problem: SourcingProblem, plan: SourcingPlan) -> tuple[SourceCost, ...]:
    """Return what each source costs; recruiting is a cost of the state joined.

    One source at a time keeps its prices and all others are free, so the parts are priced by the
    very arithmetic of the whole and add up to it.
    """
    return tuple(
        _source_cost(problem, name, cost_eur(priced, plan)) for name, priced in _one_priced(problem)
    )


def _source_cost(problem: SourcingProblem, name: str, by_month: Floats) -> SourceCost:
    return SourceCost(
        source=name,
        by_month_eur=by_month,
        undiscounted_eur=float(by_month.sum(axis=0) @ problem.probability),
        discounted_eur=float(problem.discount @ by_month @ problem.probability),
    )


def _one_priced(problem: SourcingProblem) -> Iterator[tuple[str, SourcingProblem]]:
    free = _all_free(problem)
    for index, state in enumerate(problem.states):
        recruiting = tuple(
            o if o.state == index else f for o, f in zip(problem.hires, free.hires, strict=True)
        )
        states = _kept(free.states, problem.states, index)
        yield state.state_id, replace(free, states=states, hires=recruiting)
    for index, offer in enumerate(problem.providers):
        kept = _kept(free.providers, problem.providers, index)
        yield offer.provider_id, replace(free, providers=kept)
    for index, tool in enumerate(problem.automations):
        tools = _kept(free.automations, problem.automations, index)
        yield tool.automation_id, replace(free, automations=tools)
    yield MOVES, replace(free, moves=problem.moves)
    yield MANAGERS, replace(free, managers=problem.managers)
    yield LATE, replace(free, flow=problem.flow)


def _kept(free: tuple[T, ...], priced: tuple[T, ...], index: int) -> tuple[T, ...]:
    return (*free[:index], priced[index], *free[index + 1 :])


def _all_free(problem: SourcingProblem) -> SourcingProblem:
    nothing = np.array(0.0)
    flow = replace(problem.flow, holding_eur=nothing, backlog_eur=nothing, uncovered_eur=nothing)
    return replace(
        problem,
        flow=flow,
        states=tuple(replace(s, **FREE_STATE) for s in problem.states),  # type: ignore[arg-type]
        hires=tuple(replace(o, recruiting_eur=0.0) for o in problem.hires),
        moves=tuple(replace(m, eur=0.0) for m in problem.moves),
        managers=tuple(replace(r, wage_eur=0.0) for r in problem.managers),
        providers=tuple(replace(v, **FREE_PROVIDER) for v in problem.providers),  # type: ignore[arg-type]
        automations=tuple(replace(a, **FREE_TOOL) for a in problem.automations),  # type: ignore[arg-type]
    )


def hours_by_source(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (S, P, G, T, W): standard hours of work done by each source (tools included).

    Standard hours are hours of somebody with speed 1, so that sources can be compared.
    """
    return problem.flow.hours_per_unit[None, :, :, None, None] * plan.units_worked


def segment_costs_eur(
    problem: SourcingProblem, plan: SourcingPlan, costs: tuple[SourceCost, ...]
) -> Floats:
    """Return (G,): expected undiscounted cost by segment; the parts add up to the whole (L7).

    A source's cost, idle time included, follows the hours it spent on each segment; what has no
    hours of its own follows the hours of all; with no hours at all, segments share alike.
    """
    worked = _hours_of_sources(problem, plan)
    everyone = worked.sum(axis=0)
    found = np.zeros(len(problem.segments))
    for index, cost in enumerate(costs):
        own = worked[index] if index < len(worked) else everyone
        found += cost.undiscounted_eur * _shares(own, everyone)
    return found


def _hours_of_sources(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (S, G): expected hours as spent, a tool counted by standard hours."""
    lanes = list_lanes(problem)
    found = np.zeros((len(problem.source_ids), len(problem.segments)))
    standard = problem.flow.hours_per_unit[lanes.phase, lanes.segment]
    hours = np.where(lanes.hours > 0, lanes.hours, standard)
    units = plan.units_worked[lanes.source, lanes.phase, lanes.segment].sum(axis=1)
    np.add.at(found, (lanes.source, lanes.segment), hours * (units @ problem.probability))
    return found


def _shares(own: Floats, everyone: Floats) -> Floats:
    for hours in (own, everyone, np.ones_like(own)):
        if hours.sum() > 0:
            return np.asarray(hours / hours.sum())
    return own
