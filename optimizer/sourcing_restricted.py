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
from optimizer.sourcing_model import DECIDED, SourcingModel, build_sourcing_model
from optimizer.sourcing_rounding import with_followers
from optimizer.sourcing_scenarios import mean_scenario

Floats = NDArray[np.float64]

NEARLY = 1e-6


def restricted_model(stated: SourcingModel, relaxed: Floats, *rounded: Floats) -> SourcingModel:
    """Return the mean scenario with decisions between the relaxation's neighbours.

    All of `rounded` stay within, so that plans known to fit do, and what lies between them.
    Managers get one more either way: they follow the people.
    """
    problem = stated.problem
    certain = replace(mean_scenario(problem), risk_weight=0.0, reveal_month=None)
    small = build_sourcing_model(certain)
    ours, theirs = _whole_decisions(small), _whole_decisions(stated)
    known = [np.rint(values[theirs]) for values in rounded]
    least = np.min([np.floor(relaxed[theirs] + NEARLY), *known], axis=0)
    most = np.max([np.ceil(relaxed[theirs] - NEARLY), *known], axis=0)
    leads = np.isin(ours, small.columns.managers)
    return replace(small, model=_between(small.model, ours, least - leads, most + leads))


def _whole_decisions(stated: SourcingModel) -> NDArray[np.int64]:
    """Return the whole columns decided before the demand is known."""
    decided = np.concatenate([getattr(stated.columns, name).ravel() for name in DECIDED])
    return np.sort(decided[stated.model.integer[decided]])


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
    """Return (C,) values of the full model with the decisions found, what follows counted anew."""
    values = rounded.copy()
    values[_whole_decisions(stated)] = np.rint(found[_whole_decisions(small)])
    return with_followers(stated, values)
