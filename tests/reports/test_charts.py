"""Charts: what is drawn where follows from the figures alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.chart_months import stacked_bars
from reports.charts import FARTHEST, Measure, dumbbells, nice_step

MONTHS = [(f"2026-{m:02d}", str(m)) for m in range(1, 13)]


def percent(value, digits):
    return f"{100 * value:+.{digits}f}%"


def one_measure(after, *, before=None, tolerance=0.1):
    measure = Measure(
        title="load",
        before=before if before is not None else [None] * len(after),
        after=after,
        tolerance=tolerance,
    )
    rows = [(f"rep {i}", "north") for i in range(len(after))]
    return dumbbells(rows, [measure], percent)


def bars(series, need=None, months=MONTHS, **size):
    return stacked_bars(
        months[: len(next(iter(series.values())))],
        series,
        need,
        tip=lambda month, name, amount: f"{month} {name} {amount:g}",
        number=lambda value: f"{value:g}",
        **size,
    )


@pytest.mark.parametrize(
    ("span", "parts", "step"),
    [(1.0, 5, 0.2), (0.9, 3, 0.5), (859, 4, 250), (20.8, 4, 10), (10.0, 1, 10.0), (0.0, 4, 1.0)],
)
def test_a_step_is_round_and_no_finer_than_asked(span, parts, step):
    assert nice_step(span, parts) == pytest.approx(step)


@given(st.floats(min_value=1e-6, max_value=1e9), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_a_step_never_makes_more_parts_than_asked(span, parts):
    assert nice_step(span, parts) * parts >= span * (1 - 1e-6)


@pytest.mark.parametrize(
    ("deviation", "outside"),
    [(0.0, False), (0.0999, False), (0.1, False), (-0.1, False), (0.1001, True), (-0.1001, True)],
)
def test_a_rep_is_marked_from_just_beyond_the_window_on(deviation, outside):
    chart = one_measure([deviation])
    assert chart.panels[0].marks[0].outside is outside


def test_the_window_is_drawn_where_its_limits_would_be_as_dots():
    panel = one_measure([-0.1, 0.1, 0.4], tolerance=0.1).panels[0]
    assert panel.window == (panel.marks[0].after, panel.marks[1].after)
    assert panel.window[0] < panel.zero < panel.window[1]


def test_without_a_tolerance_there_is_no_window_and_nobody_is_marked():
    panel = one_measure([0.9, -0.9], tolerance=None).panels[0]
    assert panel.window is None
    assert not any(mark.outside for mark in panel.marks)


def test_a_deviation_beyond_the_scale_stays_on_the_edge_with_its_own_figure():
    panel = one_measure([42.0, 0.0], before=[FARTHEST, 0.0]).panels[0]
    assert panel.marks[0].after == panel.marks[0].before == panel.right
    assert panel.marks[0].note == "+4200.0%"


def test_nothing_before_is_not_drawn_as_minus_hundred_percent():
    mark = one_measure([0.05], before=[None]).panels[0].marks[0]
    assert mark.before is None
    assert mark.tip == "– → +5.0%"


def test_all_panels_share_one_scale():
    small = Measure(title="a", before=[0.0], after=[0.1], tolerance=None)
    large = Measure(title="b", before=[0.0], after=[0.8], tolerance=None)
    first, second = dumbbells([("rep", "pool")], [small, large], percent).panels
    assert first.zero - first.left == pytest.approx(second.zero - second.left)
    assert [t.label for t in first.ticks] == [t.label for t in second.ticks]


@given(st.lists(st.floats(-1.0, 3.0), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_dots_lie_in_their_panel_and_in_the_order_of_their_deviations(after):
    panel = one_measure(after).panels[0]
    assert all(panel.left <= mark.after <= panel.right for mark in panel.marks)
    placed = sorted(zip(after, (mark.after for mark in panel.marks), strict=True))
    assert [x for _, x in placed] == sorted(x for _, x in placed)


@given(
    st.lists(
        st.tuples(st.floats(0, 500), st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=12
    )
)
@example([(2.2e-313, 0.0, 0.0)])
@settings(max_examples=50, deadline=None)
def test_pieces_stack_without_gap_up_to_the_need_when_sources_add_up_to_it(months):
    series = {name: [m[i] for m in months] for i, name in enumerate(("staff", "hire", "uncovered"))}
    chart = bars(series, [sum(m) for m in months])
    for bar in chart.bars:
        edges = [chart.base]
        for piece in bar.segments:
            assert piece.y + piece.height == pytest.approx(edges[-1], abs=0.21)
            edges.append(piece.y)
        assert bar.need_y == pytest.approx(edges[-1], abs=0.35)
        assert 0 <= bar.need_y <= chart.base


def test_a_source_with_no_hours_draws_nothing():
    chart = bars({"staff": [10.0], "hire": [0.0], "uncovered": [5.0]})
    assert [piece.name for piece in chart.bars[0].segments] == ["staff", "uncovered"]
    assert chart.bars[0].need_y is None


def test_bars_are_told_by_month_source_and_amount():
    chart = bars({"staff": [10.0, 20.0]}, [12.0, 20.0])
    assert chart.bars[1].segments[0].tip == "2026-02 staff 20"
    assert chart.bars[0].need_tip == "2026-01 need 12"


def test_labels_thin_out_when_there_are_many_months():
    many = [(f"m{i}", f"t{i}") for i in range(60)]
    chart = bars({"staff": [1.0] * 60}, months=many)
    shown = [bar.label for bar in chart.bars if bar.label]
    assert 5 <= len(shown) <= 20
    assert len(bars({"staff": [1.0] * 12}).bars) == sum(
        bool(bar.label) for bar in bars({"staff": [1.0] * 12}).bars
    )


def test_a_chart_of_nothing_but_zeros_can_be_drawn():
    chart = bars({"staff": [0.0, 0.0]}, [0.0, 0.0])
    assert all(not bar.segments and bar.need_y == chart.base for bar in chart.bars)
