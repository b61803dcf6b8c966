"""Value units that have not become deals yet (F6, F16)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_lanes import Lanes, passing
from optimizer.sourcing_problem import SourcingProblem

Floats = NDArray[np.float64]


def remaining_conversion(problem: SourcingProblem) -> Floats:
    """Return (P + 1, G, T, W): won deals expected of one unit in front of a phase, no lag."""
    flow = problem.flow
    rate = flow.conversion[:, :, None, None] * flow.conversion_factor
    finished = np.ones((1, *rate.shape[1:]))
    return np.concatenate([np.cumprod(rate[::-1], axis=0)[::-1], finished])


def unit_worth_eur(problem: SourcingProblem) -> Floats:
    """Return (P + 1, G, W): terminal worth of one unit in front of a phase at the end (F6).

    A prospect nobody has worked yet is worth nothing: it was in the market anyway.
    """
    flow = problem.flow
    margin = flow.margin_eur[:, -1][None, :, None]
    worth = flow.terminal_factor * remaining_conversion(problem)[:, :, -1] * margin
    worth[0] = 0.0
    return worth


def late_share(problem: SourcingProblem) -> Floats:
    """Return (P, T): share of what leaves a phase that arrives after the last month."""
    lag, months = problem.flow.lag, len(problem.months)
    within = np.cumsum(lag, axis=1)
    left = np.minimum(np.arange(months)[::-1], lag.shape[1] - 1)
    late = 1.0 - within[:, left]
    return np.where(late > 1e-12, late, 0.0)


def terminal_units(problem: SourcingProblem, lanes: Lanes) -> Floats:
    """Return (L, T, W): terminal worth in EUR of what a unit worked leaves on its way."""
    worth = unit_worth_eur(problem)[lanes.phase + 1, lanes.segment][:, None, :]
    return passing(problem, lanes) * late_share(problem)[lanes.phase][:, :, None] * worth


def expected_success_eur(problem: SourcingProblem, lanes: Lanes) -> Floats:
    """Return (L, T, W): success fee for a unit worked, on the deals expected of it (F16)."""
    fee = np.zeros(len(lanes.source))
    for source, offer in enumerate(problem.providers, len(problem.states)):
        fee[(lanes.source == source) & (lanes.phase == max(offer.phases))] = offer.success_eur
    downstream = remaining_conversion(problem)[lanes.phase + 1, lanes.segment]
    return fee[:, None, None] * passing(problem, lanes) * downstream
