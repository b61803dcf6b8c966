"""What was proved is said as it was proved: neither more nor less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from outcome_builders import make_outcome

from reports.format import Formats
from reports.kpis import headline_tiles, show, spec_of, summary
from reports.labels import Texts
from reports.verdicts import alerts, verdict

TEXTS, FORMATS = Texts("en"), Formats(language="en", currency="EUR")
SOLVE = make_outcome().solves[0]


def said(**changes):
    return verdict(replace(SOLVE, **changes), TEXTS, FORMATS)


@pytest.mark.parametrize(
    ("status", "gap", "sentence"),
    [
        ("OPTIMAL", 0.0, "Proved: no better plan exists under these rules and figures."),
        ("OPTIMAL", 0.0008, "Proved within 0.08% of the best possible."),
        ("FEASIBLE", 0.003, "Proved within 0.3% of the best possible."),
        ("FEASIBLE", 0.003001, "Proved within 0.31% of the best possible."),
        ("FEASIBLE", 0.0, "Proved: no better plan exists under these rules and figures."),
        ("FEASIBLE", None, "A plan, but without a proof of how far it is from the best."),
        (
            "FEASIBLE",
            float("inf"),
            "A plan, but without a proof of how far it is from the best.",
        ),
        ("INFEASIBLE", None, "Proved: no plan can meet all the rules at once."),
        ("UNKNOWN", None, "Neither a plan nor a proof was found within the limits."),
    ],
)
def test_each_proof_has_its_own_sentence(status, gap, sentence):
    assert said(status=status, gap=gap).sentence == sentence


def test_the_smallest_gap_is_still_not_called_best():
    assert "within" in said(gap=2e-9).sentence
    assert "no better plan" in said(gap=1e-9).sentence


def test_bound_and_objective_are_told_by_the_sense_of_the_search():
    assert said(sense="max").figures == "Objective €1,322,078; no plan can exceed €1,326,044."
    assert "cost less than" in said(sense="min").figures
    assert said(bound=None).figures == ""


@pytest.mark.parametrize(
    ("stopped_by", "words"),
    [("time", "another run may differ"), ("effort", "a longer one"), ("cancel", "by hand")],
)
def test_how_the_search_ended_is_told_when_it_was_not_by_proof(stopped_by, words):
    assert words in said(stopped_by=stopped_by).caveat


@pytest.mark.parametrize("stopped_by", ["proof", "gap", "something new"])
def test_an_end_that_needs_no_caveat_has_none(stopped_by):
    assert said(stopped_by=stopped_by).caveat == ""


def test_a_stage_not_known_here_keeps_its_name():
    assert said(stage="territories north").stage == "Territories north"


def test_alerts_go_from_grave_to_slight():
    outcome = make_outcome(state="rejected", solves=(replace(SOLVE, stopped_by="time"),))
    tones = [alert.tone for alert in alerts(outcome, TEXTS, FORMATS)]
    assert tones == ["bad", "warn", "warn", "warn", "note"]


def test_a_deviation_that_shrank_is_good_and_one_that_grew_is_bad():
    def tone(before, after):
        kpis = {
            "worst_workload_deviation_before": before,
            "worst_workload_deviation_after": after,
        }
        return headline_tiles(make_outcome(kpis=kpis), TEXTS, FORMATS)[0].tone

    assert tone(0.3, 0.1) == "good"
    assert tone(0.1, 0.3) == "bad"
    assert tone(0.1, 0.1) == ""


def test_no_hours_uncovered_is_good_and_a_loss_is_bad():
    kpis = {"profit": -1.0, "uncovered_hours": 0.0}
    profit, uncovered = headline_tiles(make_outcome(kpis=kpis), TEXTS, FORMATS)
    assert (profit.tone, uncovered.tone) == ("bad", "good")


def test_a_sentence_of_the_summary_needs_all_its_figures():
    kpis = {"travel_hours_before": 10.0, "travel_hours_after": 8.0, "accounts": 5.0}
    assert summary(make_outcome(kpis=kpis), TEXTS, FORMATS) == [
        "Travel goes from 10 to 8 hours a year."
    ]


def test_deals_show_a_decimal_only_when_they_have_one():
    assert show(FORMATS, "deals", 184.0) == "184"
    assert show(FORMATS, "deals", 184.04) == "184"
    assert show(FORMATS, "deals", 184.05) == "184.1"


def test_a_figure_not_known_here_is_written_by_its_unit():
    assert spec_of("savings_eur").kind == "money"
    assert spec_of("win_rate").kind == "percent"
    assert spec_of("loop_rounds").kind == "number"
