"""Compiling happens once on a machine; the limits of a solve leave it out."""

import time

from numba.core import event

from optimizer.compile_clock import COMPILING
from optimizer.result import Options
from optimizer.territory_watch import Watch


def _compile(seconds: float, nested: bool = False) -> None:
    with event.trigger_event("numba:compile"):
        time.sleep(seconds)
        if nested:
            _compile(seconds)


def test_a_solve_does_not_lose_the_seconds_of_compiling():
    watch = Watch(Options(seconds=0.3), None, None)
    _compile(0.4)
    assert not watch.stop()
    assert watch.seconds() < 0.2


def test_a_solve_under_way_is_not_ended_while_something_is_compiled():
    watch = Watch(Options(seconds=0.3), None, None)
    with event.trigger_event("numba:compile"):
        time.sleep(0.4)
        assert not watch.stop()


def test_seconds_that_pass_otherwise_end_a_solve():
    watch = Watch(Options(seconds=0.05), None, None)
    _compile(0.01)
    time.sleep(0.06)
    assert watch.stop()
    assert watch.stopped_by == "time"


def test_what_is_compiled_for_something_else_is_counted_once():
    before, began = COMPILING.seconds(), time.perf_counter()
    _compile(0.05, nested=True)
    assert 0.1 <= COMPILING.seconds() - before <= time.perf_counter() - began
