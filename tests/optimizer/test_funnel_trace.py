import doctest
import re

import pytest
from funnel_builders import F, article, chain, funnels
from hypothesis import given, settings

import optimizer.funnel_problem
import optimizer.funnel_trace
from optimizer.funnel import Pipeline, need
from optimizer.funnel_trace import number, trace


@pytest.mark.parametrize(
    ("phase", "activity", "formula"),
    [
        ("prospecting", "call", "720 calls = 3 deals x 4 x 20 x 3"),
        ("appointment", "call", "96 calls = 3 deals x 4 x 8"),
        ("meeting", "meeting", "12 meetings = 3 deals x 4"),
        ("proposal", "proposal", "24 proposals = 3 deals x 4 x 2"),
    ],
)
def test_every_number_of_the_worked_example_has_its_formula(phase, activity, formula):
    assert trace(article(), phase, activity, 0) == formula
    assert trace(need(article()), phase, activity, 0) == formula


def test_deals_due_in_another_month_are_named():
    problem = article(
        stages=chain(per_next=(2,), lags=("1/2",)).stages,
        norms=chain(per_next=(2,), lags=(0,)).norms,
        deals_by_month=(F(0), F(3), F(1)),
        months=("2026-01", "2026-02", "2026-03"),
    )
    assert trace(problem, "p0", "task", 0) == "3 tasks = (1.5 deals due 2026-02) x 2"
    assert trace(problem, "p0", "task", 1) == "4 tasks = (1.5 deals + 0.5 deals due 2026-03) x 2"


def test_deals_the_pipeline_brings_are_left_out_and_said_to_be():
    problem = chain(deals=(3,), pipeline=(Pipeline(phase="p1", units=F(3)),))
    assert trace(problem, "p0", "task", 0) == "12 tasks = (2 deals left after the pipeline) x 3 x 2"
    assert trace(problem, "p1", "task", 0) == "9 tasks = 3 deals x 3"


def test_a_month_without_work_says_so():
    assert trace(chain(deals=(0, 1)), "p0", "task", 0) == "0 tasks = 0 deals x 3 x 2"


def test_unknown_activities_and_months_are_refused():
    with pytest.raises(ValueError, match="'meeting' has no activity 'call'"):
        trace(article(), "meeting", "call", 0)
    for month in (-1, 1):
        with pytest.raises(ValueError, match=r"outside 0\.\.0"):
            trace(article(), "meeting", "meeting", month)


@settings(max_examples=60, deadline=None)
@given(funnels())
def test_the_right_side_of_a_formula_multiplies_out_to_its_left_side(problem):
    plan = need(problem)
    for month in range(len(problem.deals_by_month)):
        left, right = trace(plan, "p0", "task", month).split(" = ")
        deals, *factors = right.split(" x ")
        product = sum(F(text) for text in re.findall(r"([\d./]+) deals?\b", deals))
        for factor in factors:
            product *= F(factor)
        assert product == F(left.split()[0]) == plan.activities["p0", "task"][month]


@pytest.mark.parametrize(
    ("value", "text"),
    [(F(720), "720"), (F(9, 2), "4.5"), (F(20, 7), "20/7"), (F(1, 10**20), f"1/{10**20}")],
)
def test_numbers_are_written_exactly(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("activity", "plural"),
    [("call", "calls"), ("discovery", "discoveries"), ("survey", "surveys"), ("demos", "demos")],
)
def test_activities_are_counted_in_the_plural(activity, plural):
    assert optimizer.funnel_trace._plural(activity) == plural


@pytest.mark.parametrize("module", [optimizer.funnel_trace, optimizer.funnel_problem])
def test_the_examples_in_the_docstrings_run(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
