"""When the bound of a row was first told, before a plan or after."""

import pytest

from benchmarks.bounds import Bounds
from optimizer.result import Progress


def told(*bounds):
    """Return a listener to whom these bounds were told at 1, 2, 3 ... seconds."""
    listener = Bounds()
    for bound in bounds:
        listener(Progress(stage="territories", message="", bound=bound))
    listener.told = [(1.0 + n, bound) for n, (_, bound) in enumerate(listener.told)]
    return listener


@pytest.mark.parametrize(("second", "seconds"), [(99.9998, 3.0), (99.9999, 2.0), (100.0, 2.0)])
def test_the_bound_counts_from_when_it_was_told_to_a_millionth(second, seconds):
    assert told(90.0, second, 100.0).seconds_until(100.0, 9.0) == seconds


def test_a_bound_proved_at_the_very_end_counts_from_there_and_none_has_no_time():
    assert told(90.0, None).seconds_until(100.0, 9.0) == 9.0
    assert told(90.0).seconds_until(None, 9.0) is None
    assert told().seconds_until(100.0, 9.0) == 9.0


def test_everything_is_passed_on_and_told_in_time():
    heard = []
    listener = Bounds(heard.append)
    for progress in (
        Progress(stage="territories", message="prices", bound=1.0),
        Progress(stage="report", message="writing"),
    ):
        listener(progress)
    assert [progress.message for progress in heard] == ["prices", "writing"]
    [(now, bound)] = listener.told
    assert (now >= 0, bound) == (True, 1.0)
