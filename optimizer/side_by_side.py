"""Run a few independent pieces of work at the same time, in threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Found = TypeVar("Found")


def side_by_side(works: Sequence[Callable[[], Found]]) -> list[Found]:
    """Return what each piece of work returns, in their order.

    They run in threads, so only what releases the interpreter's lock (compiled searches, solvers)
    saves time. One piece is run here.
    """
    if len(works) <= 1:
        return [work() for work in works]
    with ThreadPoolExecutor(len(works)) as pool:
        return [run.result() for run in [pool.submit(work) for work in works]]
