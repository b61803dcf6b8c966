"""Turn solver values into a plan, its people and bills worked out by arithmetic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import NONE
from optimizer.sourcing_headcount import count_staff
from optimizer.sourcing_lanes import Lanes, passing
from optimizer.sourcing_model import DECIDED, SourcingModel
from optimizer.sourcing_problem import Decisions, SourcingPlan, SourcingProblem
from optimizer.sourcing_rights import held_contracts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def read_decisions(stated: SourcingModel, values: Floats) -> Decisions:
    """Return the decisions, whole where they must be."""
    clean = np.where(stated.model.integer, np.rint(values), np.maximum(values, 0.0))
    return Decisions(**{name: clean[getattr(stated.columns, name)] for name in DECIDED})


def read_plan(stated: SourcingModel, values: Floats) -> SourcingPlan:
    """Return the plan that solver values stand for."""
    columns, problem = stated.columns, stated.problem
    decisions = read_decisions(stated, values)
    staff = count_staff(problem, decisions)
    lanes = columns.lanes
    units = _units(problem, lanes, _taken(values, columns.work))
    terminated = _whole(stated, values, columns.terminated)
    held = held_contracts(decisions.running, terminated)
    hours, results = bills(problem, lanes, units, held)
    return SourcingPlan(
        decisions=decisions,
        headcount=staff.headcount,
        first_year=staff.first_year,
        units_worked=units,
        overtime_hours=_taken(values, columns.overtime),
        short_time_heads=_taken(values, columns.short_time),
        excess_heads=_taken(values, columns.excess),
        steering_hours=_taken(values, columns.steering),
        billed_hours=hours,
        billed_results=results,
        stock=_taken(values, columns.stock),
        sold=_taken(values, columns.sold),
        surplus=_taken(values, columns.surplus),
        backlog=_taken(values, columns.backlog),
        uncovered=_taken(values, columns.uncovered),
        terminated=terminated,
        lapsed=_whole(stated, values, columns.lapsed),
    )


def _taken(values: Floats, columns: Ints) -> Floats:
    """Return the values of the columns, 0 where there is none or below 0 by rounding."""
    return np.where(columns == NONE, 0.0, np.maximum(values[columns], 0.0))


def _whole(stated: SourcingModel, values: Floats, columns: Ints) -> Floats:
    """Return the values of the columns, whole where they must be."""
    return _taken(np.where(stated.model.integer, np.rint(values), values), columns)


def _units(problem: SourcingProblem, lanes: Lanes, worked: Floats) -> Floats:
    shape = (len(problem.source_ids), len(problem.phases), len(problem.segments))
    units = np.zeros((*shape, len(problem.months), len(problem.scenarios)))
    units[lanes.source, lanes.phase, lanes.segment] = worked
    return units


def bills(
    problem: SourcingProblem, lanes: Lanes, units_worked: Floats, held: Floats
) -> tuple[Floats, Floats]:
    """Return (V, T, W), (V, T, W): hours and results billed for the units worked (F16).

    `held` (V, T, W) are the contracts that run in each scenario.
    """
    shape = (len(problem.providers), *units_worked.shape[3:])
    hours, results = np.zeros(shape), np.zeros(shape)
    passed = passing(problem, lanes)
    for index, offer in enumerate(problem.providers):
        own = lanes.of_source(len(problem.states) + index)
        units = units_worked[lanes.source[own], lanes.phase[own], lanes.segment[own]]
        paid = (lanes.phase[own] == offer.paid_phase)[:, None, None]
        used = (lanes.hours[own, None, None] * units).sum(axis=0)
        got = (paid * passed[own] * units).sum(axis=0)
        on = held[index]
        hours[index] = _billed(used, on, offer.included_hours, offer.minimum_hours)
        results[index] = _billed(got, on, offer.included_results, offer.minimum_results)
    return hours, results


def _billed(used: Floats, on: Floats, included: float, minimum: float) -> Floats:
    return np.maximum(np.maximum(used - included * on, minimum * on), 0.0)
