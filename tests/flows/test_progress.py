"""The lines of progress: a bound before any plan, a plan with and without a bound."""

import math

import pytest

from flows.progress import Listener
from optimizer.result import Progress


@pytest.mark.parametrize(
    ("value", "bound", "told"),
    [
        (None, None, "  territories: prices\n"),
        (None, 1234.6, "  territories: prices (no plan yet, bound 1,235)\n"),
        (None, 0.0, "  territories: prices (no plan yet, bound 0)\n"),
        (None, -math.inf, "  territories: prices\n"),
        (2000.0, None, "  territories: prices (value 2,000)\n"),
        (0.0, -5.0, "  territories: prices (value 0, bound -5)\n"),
        (2000.0, math.inf, "  territories: prices (value 2,000)\n"),
    ],
)
def test_a_line_says_what_is_known(capsys, value, bound, told):
    with Listener() as listener:
        listener(Progress(stage="territories", message="prices", objective=value, bound=bound))
    assert capsys.readouterr().err == told
