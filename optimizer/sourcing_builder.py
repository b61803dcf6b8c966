"""Add whole blocks of columns and rows to a linear model (F19).

A block keeps its axes: months last for what is decided before the demand is known, months and
scenarios last for what follows. The number -1 stands for a column that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import ModelBuilder

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

EUR = 1e-3
"""One EUR in the unit of the model: hours and kEUR are of the same order of magnitude."""
NONE = -1


@dataclass
class SourcingBuilder(ModelBuilder):
    """Remember the month and the scenario of every column, for the measure of risk."""

    month: list[Ints] = field(default_factory=list)
    scenario: list[Ints] = field(default_factory=list)

    def before(
        self,
        shape: tuple[int, ...],
        *,
        gain_eur: Floats | float = 0.0,
        upper: Floats | float = np.inf,
        integer: bool = False,
    ) -> Ints:
        """Add first-stage columns; the last axis is the month."""
        months = np.broadcast_to(np.arange(shape[-1]), shape)
        self._remember(months.ravel(), np.full(months.size, NONE))
        gain = np.broadcast_to(np.asarray(gain_eur) * EUR, shape)
        return self.add_columns(shape, gain=gain, upper=upper, integer=integer)

    def after(
        self,
        shape: tuple[int, ...],
        *,
        gain_eur: Floats | float = 0.0,
        upper: Floats | float = np.inf,
        allowed: Bools | None = None,
        integer: bool = False,
    ) -> Ints:
        """Add second-stage columns, only where `allowed`; the last axes are month, scenario."""
        use = np.ones(shape, dtype=bool) if allowed is None else np.broadcast_to(allowed, shape)
        months = np.broadcast_to(np.arange(shape[-2])[:, None], shape)[use]
        self._remember(months, np.broadcast_to(np.arange(shape[-1]), shape)[use])
        numbers = np.full(shape, NONE, dtype=np.int64)
        numbers[use] = self.add_columns(
            int(use.sum()),
            gain=np.broadcast_to(np.asarray(gain_eur) * EUR, shape)[use],
            upper=np.broadcast_to(np.asarray(upper, dtype=np.float64), shape)[use],
            integer=integer,
        )
        return numbers

    def rows(
        self,
        shape: tuple[int, ...],
        *,
        lower: Floats | float = -np.inf,
        upper: Floats | float = np.inf,
    ) -> Ints:
        """Add empty rows and return their numbers in the shape asked for."""
        first = len(self._row_lower)
        self._row_lower.extend(np.broadcast_to(lower, shape).ravel().tolist())
        self._row_upper.extend(np.broadcast_to(upper, shape).ravel().tolist())
        return np.arange(first, len(self._row_lower), dtype=np.int64).reshape(shape)

    def put(self, rows: Ints, columns: Ints, coefficients: Floats | float) -> None:
        """Add entries, the three repeated into one shape; absent columns are skipped."""
        row, column, value = np.broadcast_arrays(rows, columns, np.asarray(coefficients))
        use = (column != NONE) & (value != 0.0)
        self._row.extend(row[use].tolist())
        self._column.extend(column[use].tolist())
        self._coefficient.extend(value[use].tolist())

    def _remember(self, months: Ints, scenarios: Ints) -> None:
        self.month.append(months)
        self.scenario.append(scenarios)
