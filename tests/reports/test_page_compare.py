"""Scenarios side by side: the best is marked among those that may be trusted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from outcome_builders import make_empty_outcome, make_outcome
from page_reader import PageReader

from reports.comparison import comparison_text
from reports.format import Formats
from reports.html import render_comparison
from reports.labels import Texts
from reports.page_compare import best_positions, figure_rows, hours_bars, is_ranked
from reports.page_tables import Writer
from scenarios.outcome import INTERRUPTED, NO_PLAN, REJECTED

WRITER = Writer(texts=Texts("en"), formats=Formats(language="en", currency="EUR"))


def with_kpis(**changes):
    """Return an outcome whose only figures are these; a state or title may be among them."""
    fields = {k: changes.pop(k) for k in ("state", "title", "scenario", "solves") if k in changes}
    return make_outcome(kpis=changes, **fields)


def best(name, *values):
    return best_positions(name, [with_kpis(**{name: value}) for value in values])


def test_more_profit_and_less_cost_are_better():
    assert best("profit", 1.0, 3.0, 2.0) == {1}
    assert best("added_cost_eur", 1.0, 3.0, 2.0) == {0}
    assert best("worst_workload_deviation_after", 0.3, 0.1) == {1}


def test_a_figure_without_a_better_side_has_no_best():
    assert best("hires", 1.0, 3.0) == set()
    assert best("staff_cost_eur", 1.0, 3.0) == set()


def test_ties_share_the_mark_and_all_alike_have_none():
    assert best("profit", 5.0, 5.0, 4.0) == {0, 1}
    assert best("profit", 5.0, 5.0) == set()
    assert best("profit", 5.0) == set()


@pytest.mark.parametrize("state", [REJECTED, NO_PLAN])
def test_what_cannot_be_trusted_is_never_best_and_never_makes_another_best(state):
    bad = with_kpis(profit=9e9, state=state)
    assert best_positions("profit", [with_kpis(profit=1.0), bad, with_kpis(profit=2.0)]) == {2}
    assert best_positions("profit", [with_kpis(profit=1.0), bad]) == set()


def test_an_unknown_solve_is_not_ranked_and_an_interrupted_plan_is():
    solves = make_outcome().solves
    unknown = replace(solves[0], status="UNKNOWN")
    assert not is_ranked(make_outcome(solves=(unknown, solves[1])))
    assert is_ranked(make_outcome(state=INTERRUPTED))


def test_differences_are_from_the_first_and_percentages_differ_in_points():
    base = with_kpis(profit=1000.0, coverage=0.90, hires=2.0)
    other = with_kpis(profit=900.0, coverage=0.95, hires=2.0)
    rows = {row.label: row.figures for row in figure_rows([base, other], WRITER)}
    assert [f.difference for f in rows["Profit"]] == ["", "−€100"]
    assert [f.difference for f in rows["Coverage"]] == ["", "+5.0 pt"]
    assert [f.difference for f in rows["Hires"]] == ["", ""]
    assert [f.best for f in rows["Profit"]] == [True, False]
    assert [f.best for f in rows["Coverage"]] == [False, True]


def test_a_figure_that_one_scenario_lacks_is_a_dash_there():
    rows = figure_rows([with_kpis(profit=1.0), with_kpis(hires=1.0)], WRITER)
    assert {row.label: [f.value for f in row.figures] for row in rows} == {
        "Profit": ["€1", "–"],
        "Hires": ["–", "1"],
    }


def test_bars_of_hours_share_one_scale_and_leave_no_gap():
    half = make_outcome().sourcing.assign(hours=lambda t: t["hours"] / 2)
    long, short, none = hours_bars(
        [make_outcome(), make_outcome(sourcing=half), make_empty_outcome()], WRITER, width=600.0
    )
    assert long.end == pytest.approx(600.0)
    assert short.end == pytest.approx(300.0, abs=0.1)
    assert none.pieces == ()
    for (_, x, width, _), (_, following, _, _) in zip(long.pieces, long.pieces[1:], strict=False):
        assert x + width == pytest.approx(following, abs=0.11)


@pytest.fixture(scope="module")
def page():
    base = make_outcome()
    better = replace(
        base, scenario="more", title="More", kpis={**base.kpis, "profit": 2 * base.kpis["profit"]}
    )
    rejected = replace(
        base, state=REJECTED, scenario="bad", title="Bad", kpis={**base.kpis, "profit": 9e9}
    )
    nothing = make_empty_outcome(scenario="none", title="Nothing")
    return render_comparison([base, better, rejected, nothing])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_is_well_formed_and_asks_for_nothing(language):
    outcomes = [make_outcome(language=language), make_empty_outcome()]
    read = PageReader(render_comparison(outcomes))
    assert read.faults == []
    assert all(len(widths) == 1 for widths in read.table_widths)
    assert all(address.startswith("#") for address in read.addresses)
    assert {address.removeprefix("#") for address in read.addresses} <= set(read.ids)


def test_the_best_is_marked_once_and_the_rejected_is_shown_unranked(page):
    profit = re.search(r"<tr><th scope=\"row\">Profit</th>.*?</tr>", page).group(0)
    cells = profit.split("<td")[1:]
    assert ["best" in cell for cell in cells] == [False, True, False, False]
    assert ["unranked" in cell for cell in cells] == [False, False, True, True]
    assert "€9,000,000,000" in cells[2]


def test_state_and_proof_of_every_scenario_are_shown(page):
    text = PageReader(page).text
    assert text.count("not ranked") == 2
    assert "Rejected" in text
    assert "No plan" in text
    assert text.count("Staffing: Proved within 0.3% of the best possible.") == 3
    assert "Territories: Proved: no plan can meet all the rules at once." in text


def test_times_and_runs_do_not_show():
    outcomes = [make_outcome(), make_outcome()]
    later = [replace(o, run_id="other", provenance={"seconds": 99}) for o in outcomes]
    assert render_comparison(outcomes) == render_comparison(later)


def test_hostile_titles_are_escaped():
    hostile = make_outcome(title="<script>alert(1)</script>", scenario='"><img src=x>')
    page = render_comparison([hostile, hostile])
    assert page.count("<script") == 1
    assert "<img" not in page


def test_no_scenario_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        render_comparison([])


def test_a_gap_side_by_side_is_never_shown_smaller_than_it_is():
    solves = make_outcome().solves
    tiny = tuple(replace(solve, gap=0.000031) for solve in solves)
    text = comparison_text([make_outcome(solves=tiny)])
    assert re.search(r"^staffing gap +0\.0031 %$", text, re.MULTILINE), text
    unbounded = tuple(replace(solve, gap=float("inf")) for solve in solves)
    assert "unbounded" in comparison_text([make_outcome(solves=unbounded)])


def test_travel_of_a_year_is_called_so_beside_hours_of_the_horizon():
    assert re.search(r"^travel hours a year +\d", comparison_text([make_outcome()]), re.MULTILINE)
