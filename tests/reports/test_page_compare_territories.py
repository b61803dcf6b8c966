"""Territories of scenarios side by side: one map a plan that differs, and travel adds up."""

from __future__ import annotations

import re

import pytest
from outcome_builders import make_empty_outcome, make_outcome

from reports.format import Formats
from reports.html import render_comparison
from reports.labels import Texts
from reports.page_compare_territories import territory_comparison
from reports.page_tables import Writer

WRITER = Writer(texts=Texts("en"), formats=Formats(language="en", currency="EUR"))


def swapped(**changes):
    """Return an outcome in which one account goes to another rep."""
    territories = make_outcome().territories.copy()
    rep = territories.loc[0, "rep_id"]
    other = next(r for r in territories["rep_id"] if r != rep)
    territories.loc[0, "rep_id"] = other
    return make_outcome(territories=territories, **changes)


def test_scenarios_with_the_same_territories_share_a_map():
    outcomes = [make_outcome(title="a"), swapped(title="b"), make_outcome(title="c")]
    found = territory_comparison(outcomes, WRITER)
    assert [one.titles for one in found.drawn] == [("a", "c"), ("b",)]
    assert [column.label for column in found.travel.columns][2:] == ["Today", "a", "b"]


@pytest.mark.parametrize(
    "outcomes",
    [
        [make_outcome(), make_outcome(title="other hires")],
        [make_outcome(), make_empty_outcome()],
        [make_empty_outcome()],
    ],
    ids=["all alike", "one without territories", "none"],
)
def test_a_single_plan_of_the_territories_is_not_compared(outcomes):
    assert territory_comparison(outcomes, WRITER) is None
    assert 'id="territories"' not in render_comparison(outcomes)


def test_travel_of_the_reps_adds_up_to_the_figure_of_the_plan():
    outcome = make_outcome()
    travel = territory_comparison([outcome, swapped()], WRITER).travel
    assert len(travel.rows) == len(outcome.reps)
    totals = [float(cell.replace(",", "")) for cell in travel.foot[2:]]
    sums = [outcome.reps[f"travel_hours_{when}"].sum() for when in ("before", "after", "after")]
    assert totals == pytest.approx(sums, abs=0.5)


def test_a_rep_of_one_plan_only_has_no_travel_in_the_other():
    fewer = swapped(title="fewer", reps=make_outcome().reps.iloc[1:])
    travel = territory_comparison([make_outcome(title="all"), fewer], WRITER).travel
    assert len(travel.rows) == len(make_outcome().reps)
    assert sum(row[-1] == "–" for row in travel.rows) == 1
    assert all(row[-2] != "–" for row in travel.rows)


def test_the_page_shows_the_accounts_cut_off_in_each_plan():
    page = render_comparison([make_outcome(), swapped()])
    assert page.count('class="little-map"') == 2
    strays = int(make_outcome().territories["stray_after"].sum())
    start = page.index('class="little-map"')
    marked = re.findall(r'class="s\d k\d[^"]* o', page[start : page.index("</svg>", start)])
    assert len(marked) == strays > 0
