"""Say what first-stage decisions are worth, one scenario at a time (F27)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.mathopt import Answer, Outcome
from optimizer.sourcing_stages import Stages
from optimizer.sourcing_tangents import Tangent, tangent
from optimizer.warm_program import WarmProgram

Floats = NDArray[np.float64]

BATCH = 2
"""Scenarios priced before it is asked whether the others are worth it; they go side by side."""
Promising = Callable[[Floats], bool]
"""Takes the worths of the first scenarios, in their order."""
NO_RELIEF = 1e-6
"""Relief in all (hours, units) up to which the rules are kept."""


@dataclass(frozen=True, kw_only=True)
class Recourse:
    """Hold what follows from decisions.

    Attributes
    ----------
    worths
        (W,) kEUR of the scenarios beyond the first stage; fewer where the others were left out.
    fits
        Whether the rules are kept without relief, in every scenario.
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

    def price(
        self, first: Floats, seconds: float, promising: Promising | None = None
    ) -> Recourse | None:
        """Return the best response to first-stage values (F,); None when a limit was hit.

        `promising` is asked after every `BATCH` scenarios, whatever the number of workers: once it
        says no, the others are left out, and the answer does not fit.
        """
        numbers = range(len(self._programs))
        answers: list[Answer] = []
        while len(answers) < len(numbers):
            batch = numbers[len(answers) : len(answers) + BATCH]
            answers += self._solved(batch, first, seconds)
            if any(each.outcome is not Outcome.SOLVED for each in answers):
                return None
            found = self._recourse(answers)
            if promising is not None and not promising(found.worths):
                return replace(found, fits=found.fits and len(answers) == len(numbers))
        return found

    def _solved(self, numbers: range, first: Floats, seconds: float) -> list[Answer]:
        if self._workers <= 1:
            return [self._solve(number, first, seconds) for number in numbers]
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(lambda number: self._solve(number, first, seconds), numbers))

    def _solve(self, number: int, first: Floats, seconds: float) -> Answer:
        values = np.zeros(self._stages.scenarios[number].model.gain.size)
        values[: first.size] = first
        return self._programs[number].solve(values, seconds)

    def _recourse(self, answers: list[Answer]) -> Recourse:
        worths, own, relief = [], [], 0.0
        tangents: list[Tangent] = []
        for number, (program, answer) in enumerate(
            zip(self._stages.scenarios, answers, strict=False)
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
