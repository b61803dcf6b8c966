"""Write the whole sourcing problem as one linear model (docs/model-sourcing.md, F19)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.sourcing_builder import SourcingBuilder
from optimizer.sourcing_columns import Columns, declare
from optimizer.sourcing_flow import add_flow
from optimizer.sourcing_levers import add_levers
from optimizer.sourcing_moves import add_moves
from optimizer.sourcing_problem import Decisions, SourcingProblem
from optimizer.sourcing_providers import add_providers
from optimizer.sourcing_risk import add_risk
from optimizer.sourcing_staff import add_staff
from optimizer.sourcing_stops import add_stops

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DECIDED = ("hires", "layoffs", "moves", "running", "automated", "managers")
"""The decisions of the first stage, by their names in `Decisions` and `Columns`."""


@dataclass(frozen=True, kw_only=True)
class SourcingModel:
    """Hold the problem, its columns and the linear model (kEUR)."""

    problem: SourcingProblem
    columns: Columns
    model: LinearModel


def build_sourcing_model(problem: SourcingProblem) -> SourcingModel:
    """Declare the columns, add the rules one by one, fix what is decided already."""
    builder, columns = _without_risk(problem)
    gain = add_risk(builder, problem)
    model = replace(builder.freeze(), gain=gain)
    model = _committed(model, problem, columns)
    if problem.fixed is not None:
        model = with_decisions(model, columns, problem.fixed)
    return SourcingModel(problem=problem, columns=columns, model=model)


def profit_model(problem: SourcingProblem) -> tuple[LinearModel, Ints]:
    """Return the model without its measure of risk, and the scenario (C,) of every column.

    Columns and rows are numbered as in the whole model, which adds those of the risk at the end;
    gains are those of a scenario that is certain; -1 stands for the first stage.
    """
    builder, _ = _without_risk(problem)
    return builder.freeze(), np.concatenate(builder.scenario)


def _without_risk(problem: SourcingProblem) -> tuple[SourcingBuilder, Columns]:
    builder = SourcingBuilder()
    columns = declare(builder, problem)
    add_flow(builder, problem, columns)
    add_staff(builder, problem, columns)
    add_moves(builder, problem, columns)
    add_providers(builder, problem, columns)
    add_levers(builder, problem, columns)
    add_stops(builder, problem, columns)
    return builder, columns


def _committed(model: LinearModel, problem: SourcingProblem, columns: Columns) -> LinearModel:
    """Keep contracts that run already until their term and notice are over (F15)."""
    lower = model.lower.copy()
    for index, offer in enumerate(problem.providers):
        lower[columns.running[index, : offer.committed_months]] = 1.0
    return replace(model, lower=lower)


def with_decisions(model: LinearModel, columns: Columns, decisions: Decisions) -> LinearModel:
    """Return the model with every decision fixed that is not NaN."""
    numbers = np.concatenate([getattr(columns, name).ravel() for name in DECIDED])
    values = np.concatenate([getattr(decisions, name).ravel() for name in DECIDED])
    taken = ~np.isnan(values)
    return model.fixed(numbers[taken], values[taken])
