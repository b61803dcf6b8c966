"""On a real panel the limit on moves is kept exactly, and a larger one never makes a plan worse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.continuity import Held, front, panel, plan_year
from benchmarks.continuity_data import homes_by_halving, read_years, seats_by_department
from optimizer.result import Options

DATA = Path(__file__).parents[1].parent / "shared" / "data"
PANEL = DATA / "fr_demo" / "panel_2019_2024.csv"
COMMUNES = DATA / "fr_geo" / "communes.csv"
OPTIONS = Options(seconds=60, effort=0)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PANEL.exists(), reason="the panel beside the project is absent"),
]


@pytest.fixture(scope="module")
def some_years():
    """Return the panel of the first departments, some ninety accounts, and three homes."""
    years = read_years(PANEL, COMMUNES, most=100)
    return years, homes_by_halving(years[2019], 3)


def test_a_limit_that_binds_is_used_to_the_last_account_and_not_beyond(some_years):
    years, homes = some_years
    free, *capped = front(years, homes, (1.0, 0.10, 0.05), OPTIONS)
    assert free.moved > capped[0].allowed, "the limits are too wide to bind"
    assert [row.moved for row in capped] == [row.allowed for row in capped]


def test_the_limit_is_met_at_the_edge_and_none_may_move_at_zero(some_years):
    years, homes = some_years
    held = Held.of(years[2019], seats_by_department(years[2019], homes), 3.0)
    owned = int((held.present(years[2020])[0] >= 0).sum())
    moved = [
        plan_year(2020, years[2020], homes, held, allowed / owned, OPTIONS)[0].moved
        for allowed in (0, 3, 4)
    ]
    assert moved == [0, 3, 4]


def test_each_plan_is_the_present_of_the_next_year(some_years):
    years, homes = some_years
    few = {number: years[number] for number in (2019, 2020, 2021)}
    rows = list(panel(few, homes, 0.05, OPTIONS))
    assert [row.year for row in rows] == [2020, 2021]
    assert all(row.moved <= row.allowed for row in rows)
    assert rows[-1].worst_deviation < rows[0].worst_deviation


def test_tenure_grows_with_each_year_kept_and_starts_again_with_a_new_rep(some_years):
    years, _ = some_years
    year = years[2019]
    seat = np.zeros(len(year.visits), dtype=np.int64)
    held = Held.of(year, seat, 3.0)
    seat[0] = 1
    present, tenure = held.after(year, seat).present(year)
    assert (present[0], tenure[0], tenure[1]) == (1, 0.0, 4.0)
    new = [one for one in years[2020].account_ids if one not in set(year.account_ids)]
    assert new
    present, tenure = held.present(years[2020])
    at = years[2020].account_ids.index(new[0])
    assert (present[at], tenure[at]) == (-1, 0.0)
