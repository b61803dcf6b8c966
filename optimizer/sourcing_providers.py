"""Keep to providers' contracts: terms, capacity, what is billed, steering (F14 to F17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import NONE, SourcingBuilder
from optimizer.sourcing_columns import Columns
from optimizer.sourcing_lanes import passing
from optimizer.sourcing_problem import Provider, SourcingProblem
from optimizer.sourcing_stops import put_running, stoppable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def add_providers(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Add the rows of every provider."""
    for index, offer in enumerate(problem.providers):
        _starts(builder, columns, offer, index)
        _terms(builder, columns, offer, index)
        _capacity(builder, problem, columns, index)
        _billed_hours(builder, problem, columns, index)
        _billed_results(builder, problem, columns, index)
        _steering(builder, columns, offer, index)


def ramp_by_month(offer: Provider, months: int) -> Floats:
    """Return (T,): share of capacity by month, for a contract that runs from the start."""
    if offer.running_since_months is None:
        return np.ones(months)
    shares = np.ones(offer.running_since_months + months)
    shares[: len(offer.ramp)] = offer.ramp[: len(shares)]
    return shares[offer.running_since_months :]


def _starts(builder: SourcingBuilder, columns: Columns, offer: Provider, index: int) -> None:
    """Tie starts and stops to the months under contract (F15)."""
    running = columns.running[index]
    before = 0.0 if offer.running_since_months is None else 1.0
    known = np.where(np.arange(len(running)) == 0, before, 0.0)
    rows = builder.rows(running.shape, lower=known, upper=known)
    builder.put(rows, running, 1.0)
    builder.put(rows[1:], running[:-1], -1.0)
    builder.put(rows, columns.started[index], -1.0)
    builder.put(rows, columns.stopped[index], 1.0)


def _terms(builder: SourcingBuilder, columns: Columns, offer: Provider, index: int) -> None:
    """Run at least the term, and pause at least as long: no free reset by a short stop (F15)."""
    months = columns.running.shape[1]
    stay = builder.rows((months,), upper=0.0)
    pause = builder.rows((months,), upper=1.0)
    builder.put(stay, columns.running[index], -1.0)
    builder.put(pause, columns.running[index], 1.0)
    for age in range(min(offer.min_term_months, months)):
        builder.put(stay[age:], columns.started[index, : months - age], 1.0)
        builder.put(pause[age:], columns.stopped[index, : months - age], 1.0)


def _capacity(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Buy no more hours than the contract of the month provides (F14)."""
    offer, months = problem.providers[index], len(problem.months)
    rows = builder.rows(columns.billed_hours.shape[1:], upper=0.0)
    _worked(builder, problem, columns, rows, index)
    ready = offer.capacity_hours * ramp_by_month(offer, months)
    builder.put(rows, columns.running[index][:, None], -ready[:, None])
    for age, share in enumerate(offer.ramp[:months]):
        lost = (1 - share) * offer.capacity_hours[age:, None]
        builder.put(rows[age:], columns.started[index, : months - age][:, None], lost)
    if stoppable(columns, index):
        # Rows of their own: a contract stopped within its ramp has no capacity, not less than none.
        rows = builder.rows(columns.billed_hours.shape[1:], upper=0.0)
        _worked(builder, problem, columns, rows, index)
        put_running(builder, columns, rows, index, -ready[:, None])


def _worked(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, rows: Ints, index: int
) -> None:
    """Put the hours bought into rows of (T, W)."""
    for lane in columns.lanes.of_source(len(problem.states) + index):
        builder.put(rows, columns.work[lane], columns.lanes.hours[lane])


def _billed_hours(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Bill hours beyond the included ones, and the minimum in any case (F16)."""
    offer = problem.providers[index]
    billed = columns.billed_hours[index]
    if (billed == NONE).all():
        return
    rows = builder.rows(billed.shape, upper=0.0)
    _worked(builder, problem, columns, rows, index)
    builder.put(rows, billed, -1.0)
    put_running(builder, columns, rows, index, -offer.included_hours)
    _at_least(builder, columns, billed, index, offer.minimum_hours)


def _at_least(
    builder: SourcingBuilder, columns: Columns, billed: Ints, index: int, minimum: float
) -> None:
    if minimum > 0:
        rows = builder.rows(billed.shape, lower=0.0)
        builder.put(rows, billed, 1.0)
        put_running(builder, columns, rows, index, -minimum)


def _billed_results(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Bill units passed on out of the paid phase, and the minimum in any case (F16)."""
    offer = problem.providers[index]
    billed = columns.billed_results[index]
    if (billed == NONE).all():
        return
    passed = passing(problem, columns.lanes)
    rows = builder.rows(billed.shape, upper=0.0)
    for lane in columns.lanes.of_source(len(problem.states) + index):
        if columns.lanes.phase[lane] == offer.paid_phase:
            builder.put(rows, columns.work[lane], passed[lane])
    builder.put(rows, billed, -1.0)
    put_running(builder, columns, rows, index, -offer.included_results)
    _at_least(builder, columns, billed, index, offer.minimum_results)


def _steering(builder: SourcingBuilder, columns: Columns, offer: Provider, index: int) -> None:
    """Take the hours of steering from own people while it runs, more in the pilot (F17)."""
    if not offer.steered:
        return
    if not stoppable(columns, index):
        _steered(builder, columns, offer, index, lower=0.0, upper=0.0)
        return
    # At most what is due, nothing once stopped, and what is due unless stopped.
    months = columns.steering.shape[2]
    pilot = float(pilot_left(offer, months).max() + sum(offer.pilot_steering_hours))
    most = offer.steering_hours + pilot
    _steered(builder, columns, offer, index, lower=-np.inf, upper=0.0)
    none = builder.rows(columns.terminated.shape[1:], upper=most)
    builder.put(none, columns.steering[index], 1.0)
    builder.put(none, columns.terminated[index], most)
    due = _steered(builder, columns, offer, index, lower=0.0, upper=np.inf)
    builder.put(due, columns.terminated[index], most)


def _steered(
    builder: SourcingBuilder,
    columns: Columns,
    offer: Provider,
    index: int,
    lower: float,
    upper: float,
) -> Ints:
    """Compare the hours given with those the plan's contract asks for."""
    hours = columns.steering[index]
    months = hours.shape[1]
    rows = builder.rows(hours.shape[1:], lower=lower, upper=upper)
    builder.put(rows, hours, 1.0)
    monthly = offer.steering_hours + pilot_left(offer, months)
    builder.put(rows, columns.running[index][:, None], -monthly[:, None])
    for age, extra in enumerate(offer.pilot_steering_hours[:months]):
        builder.put(rows[age:], columns.started[index, : months - age, None], -extra)
    return rows


def pilot_left(offer: Provider, months: int) -> Floats:
    """Return (T,): hours of the pilot still to come of a contract that runs from the start."""
    found = np.zeros(months)
    if offer.running_since_months is not None:
        left = offer.pilot_steering_hours[offer.running_since_months :][:months]
        found[: len(left)] = left
    return found
