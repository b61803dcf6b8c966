"""Say what decisions can be worth at most, by the linear programs solved so far (F21)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer

Floats = NDArray[np.float64]


class Cuts:
    """Hold tangents of the worth of whole decisions.

    With the decisions fixed the rest is a linear program, whose optimum is concave in them; its
    reduced gains are a tangent that no decisions exceed (Benders, Numerische Mathematik 4, 1962).
    """

    def __init__(self, model: LinearModel) -> None:
        self._model, self._whole = model, np.flatnonzero(model.integer)
        self._levels: list[float] = []
        self._slopes: list[Floats] = []

    def add(self, answer: Answer) -> None:
        """Take the tangent of a linear program solved to its optimum."""
        if answer.values is None or answer.objective is None or answer.row_prices is None:
            return
        slope = self._model.reduced_gains(answer.row_prices)[self._whole]
        self._slopes.append(slope)
        self._levels.append(answer.objective - float(slope @ answer.values[self._whole]))

    def most(self, decisions: Sequence[Floats]) -> Floats:
        """Return (N,): what each of the decisions, values (C,) of a model, can be worth at most."""
        if not (self._levels and decisions):
            return np.full(len(decisions), np.inf)
        points = np.rint(np.array([values[self._whole] for values in decisions]))
        return np.asarray((points @ np.array(self._slopes).T + np.array(self._levels)).min(axis=1))
