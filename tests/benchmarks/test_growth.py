"""How time grows: exponents of known powers, stages in the order they came, one small run."""

import math

import numpy as np
import pytest

from benchmarks.growth import Stages, exponent, line, measure, table
from optimizer.result import Options, Progress


@pytest.mark.parametrize("power", [0.5, 1.0, 1.15])
def test_the_exponent_of_a_power_is_that_power(power):
    units = [5_000, 50_000, 500_000]
    assert exponent(units, [3.0 * n**power for n in units]) == pytest.approx(power)


def test_one_size_has_no_exponent_and_a_stage_not_reached_is_left_out():
    assert math.isnan(exponent([100], [1.0]))
    assert exponent([10, 100, 1000], [1.0, np.nan, 100.0]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("value", "reached"), [(100.9, True), (101.0, True), (101.1, False), (None, False)]
)
def test_a_plan_is_good_up_to_one_percent_above_the_final_bound(value, reached):
    stages = Stages()
    stages(Progress(stage="territories", message="first plan", objective=value, bound=90.0))
    # The gap is relative to the value, so that 1 % of it is a little more than 1 % of the bound.
    assert (not math.isnan(stages.first_within(1.0 / 101.0, 100.0))) == reached


def test_the_first_message_that_reaches_a_gap_counts():
    stages = Stages()
    for value, bound in ((120.0, 90.0), (100.0, 99.0), (100.0, 99.9)):
        stages(Progress(stage="territories", message="", objective=value, bound=bound))
    assert stages.first_proved(0.01) == stages.seen[1][0]
    assert stages.first_proved(0.001) == stages.seen[2][0]
    assert math.isnan(stages.first_proved(0.0001))


def test_a_size_is_solved_checked_and_told():
    row = measure("120x6", Options(seconds=30.0, effort=0, gap=0.05))
    assert (row.units, row.violations, row.windows_missed) == (120, 0, 0)
    assert 0 <= row.first_cpu_seconds <= row.cpu_seconds
    assert line(row) in table([row])
