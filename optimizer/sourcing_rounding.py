"""Make the decisions of the relaxation whole (F21)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.sourcing_headcount import count_staff
from optimizer.sourcing_model import SourcingModel
from optimizer.sourcing_plan import read_decisions
from optimizer.sourcing_problem import Provider
from optimizer.sourcing_stopped import with_stops

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HALF = 0.5
NEARLY = 1e-6


def rounded_decisions(stated: SourcingModel, relaxed: Floats) -> Iterator[Floats]:
    """Yield (C,) values with whole decisions: to the nearest, down, up; staff kept to limits."""
    for shift in (HALF, NEARLY, 1.0 - NEARLY):
        values = relaxed.copy()
        for block in (stated.columns.hires, stated.columns.layoffs, stated.columns.moves):
            for row in block:
                values[row] = cumulated(stated, relaxed, row, shift)
        for index, offer in enumerate(stated.problem.providers):
            row = stated.columns.running[index]
            if offer.whole:
                values[row] = _under_contract(stated, offer, relaxed[row], row, 1.0 - shift)
        for row in stated.columns.automated:
            used = np.maximum.accumulate(relaxed[row]) >= 1.0 - shift
            values[row] = np.clip(used, stated.model.lower[row], stated.model.upper[row])
        yield with_followers(stated, values)


def with_contracts(stated: SourcingModel, values: Floats) -> LinearModel:
    """Return the model with contracts and tools taken as in `values` (C,), all else open.

    What people are worth depends on who else is there: once the contracts are whole, the
    relaxation finds the people that suit them (relax and fix: Pochet and Wolsey, Production
    Planning by Mixed Integer Programming, 2006, ch. 3).
    """
    taken = contracts_of(stated)
    return stated.model.fixed(taken, np.rint(values[taken]))


def contracts_of(stated: SourcingModel) -> Ints:
    """Return the columns of contracts and tools taken whole."""
    columns = np.concatenate([stated.columns.running.ravel(), stated.columns.automated.ravel()])
    return columns[stated.model.integer[columns]]


def cumulated(stated: SourcingModel, relaxed: Floats, row: Ints, shift: float) -> Floats:
    """Return (T,) the row rounded by its sums from the start: whole once the parts make one.

    `shift` is added to the sums before they are cut.
    """
    if not stated.model.integer[row].all():
        return relaxed[row]
    sums = np.floor(np.cumsum(relaxed[row]) + shift)
    whole = np.maximum(0.0, np.diff(np.maximum.accumulate(sums), prepend=0.0))
    return np.clip(whole, stated.model.lower[row], stated.model.upper[row])


def _under_contract(
    stated: SourcingModel, offer: Provider, relaxed: Floats, row: Ints, least: float
) -> Floats:
    """Take the months that the relaxation takes by half; lengthen runs, fill pauses to the term."""
    on = relaxed >= max(least, NEARLY)
    on |= stated.model.lower[row] > HALF
    on &= stated.model.upper[row] > HALF
    before = offer.running_since_months is not None
    month = 0
    while month < len(on):
        if on[month] and not (on[month - 1] if month else before):
            on[month : month + offer.min_term_months] = True
            _fill_pause(on, month, offer.min_term_months, before)
        month += 1
    return on.astype(np.float64)


def _fill_pause(on: NDArray[np.bool_], start: int, term: int, before: bool) -> None:
    """Keep the contract through a pause shorter than the term before a start."""
    earlier = np.flatnonzero(on[:start])
    last = int(earlier[-1]) if earlier.size else (-1 if before else None)
    if last is not None and start - last - 1 < term:
        on[last + 1 : start] = True


def with_followers(stated: SourcingModel, values: Floats) -> Floats:
    """Return the values with what follows from hires and contracts: managers, stops (F13, F28)."""
    return with_stops(stated, with_managers(stated, values))


def with_managers(stated: SourcingModel, values: Floats) -> Floats:
    """Return the values with managers counted anew, rounded up where they are whole (F13)."""
    problem, values = stated.problem, values.copy()
    staff = count_staff(problem, read_decisions(stated, values))
    for index, rule in enumerate(problem.managers):
        led = staff.headcount[sorted(set(rule.states))].sum(axis=0)
        need = led / rule.span
        row = stated.columns.managers[index]
        need = np.ceil(need - NEARLY) if rule.whole else need
        values[row] = np.clip(need, stated.model.lower[row], stated.model.upper[row])
    return values
