"""Decide a large problem on the mean of its scenarios, near the relaxation (F21).

A large model has tens of thousands of columns for its scenarios and a few hundred whole
decisions, which are the same for all of them. The mean scenario alone, its decisions held
between the rounded values of the relaxation (Berthold, "RENS", Math. Prog. Comp. 6, 2014), is
small enough for branch and bound.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.sourcing_model import SourcingModel, build_sourcing_model
from optimizer.sourcing_rounding import with_managers
from optimizer.sourcing_scenarios import mean_scenario

Floats = NDArray[np.float64]

NEARLY = 1e-6


def restricted_model(stated: SourcingModel, relaxed: Floats, rounded: Floats) -> SourcingModel:
    """Return the mean scenario with decisions between the relaxation's neighbours.

    `rounded` stays within, so that a plan known to fit does. Managers get one more either way:
    they follow the people.
    """
    problem = stated.problem
    small = build_sourcing_model(
        replace(mean_scenario(problem), risk_weight=0.0, fixed=problem.fixed)
    )
    ours, theirs = np.flatnonzero(small.model.integer), np.flatnonzero(stated.model.integer)
    known = np.rint(rounded[theirs])
    least = np.minimum(np.floor(relaxed[theirs] + NEARLY), known)
    most = np.maximum(np.ceil(relaxed[theirs] - NEARLY), known)
    leads = np.isin(ours, small.columns.managers)
    return replace(small, model=_between(small.model, ours, least - leads, most + leads))


def _between(
    model: LinearModel, columns: NDArray[np.int64], least: Floats, most: Floats
) -> LinearModel:
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[columns] = np.maximum(lower[columns], least)
    upper[columns] = np.minimum(upper[columns], most)
    return replace(model, lower=lower, upper=upper)


def as_decisions(
    stated: SourcingModel, small: SourcingModel, found: Floats, rounded: Floats
) -> Floats:
    """Return (C,) values of the full model with the decisions found, managers counted anew."""
    values = rounded.copy()
    values[np.flatnonzero(stated.model.integer)] = np.rint(
        found[np.flatnonzero(small.model.integer)]
    )
    return with_managers(stated, values)
