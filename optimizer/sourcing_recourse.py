"""Say what first-stage decisions are worth, one scenario at a time (F27)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.mathopt import Answer, Outcome
from optimizer.sourcing_stages import Stages
from optimizer.sourcing_tangents import Tangent, tangent
from optimizer.warm_program import WarmProgram

Floats = NDArray[np.float64]

NO_RELIEF = 1e-6
"""Relief in all (hours, units) up to which the rules are kept."""


@dataclass(frozen=True, kw_only=True)
class Recourse:
    """Hold what follows from decisions.

    Attributes
    ----------
    worths
        (W,) kEUR of the scenarios beyond the first stage.
    fits
        Whether the rules are kept without relief.
    own
        The values of each scenario's own columns.
    """

    worths: Floats
    fits: bool
    own: tuple[Floats, ...]
    tangents: tuple[Tangent, ...]


class Pricer:
    """Keep a program a scenario, each going on from its last basis.

    A scenario meets the same decisions in the same order whatever the number of workers, so the
    answers do not depend on it.
    """

    def __init__(self, stages: Stages, workers: int) -> None:
        self._stages, self._workers = stages, workers
        self._programs = [WarmProgram(each.model, each.linked) for each in stages.scenarios]

    def price(self, first: Floats, seconds: float) -> Recourse | None:
        """Return the best response to first-stage values (F,); None when a limit was hit."""
        numbers = range(len(self._programs))
        if self._workers > 1:
            with ThreadPoolExecutor(self._workers) as pool:
                answers = list(pool.map(lambda w: self._solve(w, first, seconds), numbers))
        else:
            answers = [self._solve(w, first, seconds) for w in numbers]
        if any(each.outcome is not Outcome.SOLVED for each in answers):
            return None
        return self._recourse(answers)

    def _solve(self, number: int, first: Floats, seconds: float) -> Answer:
        values = np.zeros(self._stages.scenarios[number].model.gain.size)
        values[: first.size] = first
        return self._programs[number].solve(values, seconds)

    def _recourse(self, answers: list[Answer]) -> Recourse:
        worths, own, relief = [], [], 0.0
        tangents: list[Tangent] = []
        for number, (program, answer) in enumerate(
            zip(self._stages.scenarios, answers, strict=True)
        ):
            assert answer.values is not None
            first = self._stages.columns.size
            mine = answer.values[first : first + program.own.size]
            worths.append(
                float(program.model.gain[: first + mine.size] @ answer.values[: first + mine.size])
            )
            relief += float(np.maximum(answer.values[program.reliefs], 0.0).sum())
            own.append(mine)
            found = (
                None if answer.row_prices is None else tangent(number, program, answer.row_prices)
            )
            tangents += [] if found is None else [found]
        return Recourse(
            worths=np.array(worths),
            fits=relief <= NO_RELIEF,
            own=tuple(own),
            tangents=tuple(tangents),
        )
