"""Ask one question after the other of a plan, until somebody stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from optimizer.result import Progress
from scenarios.decide import Watch

Item = TypeVar("Item")
T = TypeVar("T")


class Asker:
    """Tell what is asked, and leave out what comes after a stop; `left_out` names it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.left_out: list[str] = []

    def ask(self, what: str, answer: Callable[[], T], otherwise: T) -> T:
        """Return the answer, or `otherwise` once the run was cancelled."""
        if self._watch.is_cancelled():
            self.left_out.append(what)
            return otherwise
        if self._watch.on_progress:
            self._watch.on_progress(Progress(stage="questions", message=what))
        return answer()

    def each(
        self, what: str, items: Sequence[Item], answer: Callable[[Item], T]
    ) -> Iterator[tuple[Item, T]]:
        """Yield each item with its answer, up to where the run was cancelled."""
        for number, item in enumerate(items, start=1):
            told = f"{what}, {number} of {len(items)}"
            found = self.ask(told, lambda: (answer(item),), None)  # noqa: B023 - asked at once
            if found is None:
                return
            yield item, found[0]
