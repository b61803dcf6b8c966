"""Write a mixed-integer linear model as plain arrays, a business rule at a time.

A model is columns (variables) and rows (constraints). Rules add rows with `add_row`; the
arrays are joined once, by `freeze`. Fixing a variable is then a change of two arrays, so the
heuristics re-solve the same model instead of building another one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Term = tuple[int, float]
"""A column and its coefficient."""


@dataclass(frozen=True, kw_only=True)
class LinearModel:
    """Hold: maximise gain @ x, row_lower <= A x <= row_upper, lower <= x <= upper.

    Attributes
    ----------
    gain, lower, upper, integer
        (C,) one entry a column.
    row_lower, row_upper
        (R,) one entry a row.
    row, column, coefficient
        (Z,) the entries of A, sorted by row then column, none twice.
    """

    gain: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    row_lower: Floats
    row_upper: Floats
    row: Ints
    column: Ints
    coefficient: Floats

    def reduced_gains(self, row_prices: Floats) -> Floats:
        """Return (C,): what raising each column by one brings at the prices of the rows."""
        spent = self.coefficient * row_prices[self.row]
        used = np.zeros_like(self.gain)
        np.add.at(used, self.column, spent)
        return self.gain - used

    def relaxed(self) -> LinearModel:
        """Return the same model with every integer column made continuous."""
        return replace(self, integer=np.zeros_like(self.integer))

    def fixed(self, columns: Ints, values: Floats) -> LinearModel:
        """Return the same model with `columns` fixed at `values`, whole numbers made whole."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[columns] = upper[columns] = values
        return replace(self, lower=lower, upper=upper)


@dataclass
class ModelBuilder:
    """Collect columns and rows; `freeze` joins them."""

    _gain: list[Floats] = field(default_factory=list)
    _lower: list[Floats] = field(default_factory=list)
    _upper: list[Floats] = field(default_factory=list)
    _integer: list[Bools] = field(default_factory=list)
    _columns: int = 0
    _row_lower: list[float] = field(default_factory=list)
    _row_upper: list[float] = field(default_factory=list)
    _row: list[int] = field(default_factory=list)
    _column: list[int] = field(default_factory=list)
    _coefficient: list[float] = field(default_factory=list)

    def add_columns(
        self,
        shape: int | tuple[int, ...],
        *,
        gain: Floats | float = 0.0,
        lower: Floats | float = 0.0,
        upper: Floats | float = np.inf,
        integer: bool = False,
    ) -> Ints:
        """Add columns, at least 0 unless said, and return their numbers in the shape asked for."""
        size = int(np.prod(shape))
        self._gain.append(_spread(gain, shape))
        self._upper.append(_spread(upper, shape))
        self._lower.append(_spread(lower, shape))
        self._integer.append(np.full(size, integer))
        first, self._columns = self._columns, self._columns + size
        return np.arange(first, self._columns, dtype=np.int64).reshape(shape)

    def add_row(
        self, terms: Iterable[Term], *, lower: float = -np.inf, upper: float = np.inf
    ) -> int:
        """Add lower <= sum of coefficient x column <= upper and return the row's number."""
        number = len(self._row_lower)
        for column, coefficient in terms:
            self._row.append(number)
            self._column.append(int(column))
            self._coefficient.append(float(coefficient))
        self._row_lower.append(lower)
        self._row_upper.append(upper)
        return number

    def freeze(self) -> LinearModel:
        """Join the arrays; coefficients of a column named twice in a row are added up."""
        row, column, coefficient = _merged(
            np.array(self._row, dtype=np.int64),
            np.array(self._column, dtype=np.int64),
            np.array(self._coefficient, dtype=np.float64),
        )
        return LinearModel(
            gain=_joined(self._gain),
            lower=_joined(self._lower),
            upper=_joined(self._upper),
            integer=np.concatenate(self._integer or [np.zeros(0, dtype=bool)]),
            row_lower=np.array(self._row_lower, dtype=np.float64),
            row_upper=np.array(self._row_upper, dtype=np.float64),
            row=row,
            column=column,
            coefficient=coefficient,
        )


def _spread(value: Floats | float, shape: int | tuple[int, ...]) -> Floats:
    return np.broadcast_to(np.asarray(value, dtype=np.float64), shape).reshape(-1).copy()


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)


def _merged(row: Ints, column: Ints, coefficient: Floats) -> tuple[Ints, Ints, Floats]:
    """Sort by row then column and add up entries of the same place."""
    order = np.lexsort((column, row))
    row, column, coefficient = row[order], column[order], coefficient[order]
    if not row.size:
        return row, column, coefficient
    starts = np.flatnonzero(np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 0)])
    return row[starts], column[starts], np.add.reduceat(coefficient, starts)
