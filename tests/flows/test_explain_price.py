"""The price of another rep is found by planning again: for small plans, or when asked for."""

from __future__ import annotations

import pytest

from flows.explain import explained
from reports.publish import publish
from scenarios import seat_price
from scenarios.decide import Request, Watch
from scenarios.errors import UsageError
from scenarios.run import make_outcome
from scenarios.starter import write_starter
from scenarios.store import load_outcome


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """Return a small workspace and its kept plan."""
    folder = tmp_path_factory.mktemp("team") / "team"
    write_starter("outbound", folder)
    publish(make_outcome(Request(folder=folder), Watch()), folder)
    return folder, load_outcome(folder)


def test_a_small_plan_is_planned_again_for_the_runner_up(planned):
    text, facts = explained(*planned, "account", "A01")
    assert "everything planned again" in text
    assert facts["price"]["basis"] == "whole"
    assert facts["price"]["rep_id"] == facts["runner_up_rep_id"]
    assert facts["price"]["is_proved"]
    assert facts["price"]["extra_eur"] >= 0


def test_the_rep_it_has_costs_nothing_and_another_can_be_named(planned):
    row = planned[1].territories.set_index("account_id").loc["A01"]
    _, facts = explained(*planned, "account", "A01", row["rep_id"])
    assert (facts["price"]["basis"], facts["price"]["extra_eur"]) == ("plan", 0.0)


def test_a_large_plan_is_planned_again_only_when_asked_for(planned, monkeypatch):
    monkeypatch.setattr(seat_price, "WHOLE_UNITS", len(planned[1].territories) - 1)
    text, facts = explained(*planned, "account", "A01")
    assert "price" not in facts
    assert "not a new solve" in text
    assert "price" in explained(*planned, "account", "A01", exact=True)[1]
    monkeypatch.setattr(seat_price, "WHOLE_UNITS", len(planned[1].territories))
    assert "price" in explained(*planned, "account", "A01")[1]


def test_what_has_no_price_is_refused(planned):
    with pytest.raises(UsageError, match="no rep 'R99'"):
        explained(*planned, "account", "A01", "R99")
    with pytest.raises(UsageError, match="only an account"):
        explained(*planned, "rep", "R1", exact=True)


def test_after_a_change_of_the_input_there_is_an_estimate_and_no_price(planned):
    folder, outcome = planned
    reps = folder / "reps.csv"
    text = reps.read_text(encoding="utf-8")
    try:
        reps.write_text(text + "\n", encoding="utf-8")
        told, facts = explained(folder, outcome, "account", "A01")
        assert "not planned again: the input has changed" in told
        assert "price" not in facts
        with pytest.raises(UsageError, match="input has changed"):
            explained(folder, outcome, "account", "A01", exact=True)
    finally:
        reps.write_text(text, encoding="utf-8")


def test_another_scenario_does_not_make_the_price_stale(planned):
    folder, outcome = planned
    other = folder / "scenarios" / "later.toml"
    other.parent.mkdir(exist_ok=True)
    other.write_text('title = "Later"\n', encoding="utf-8")
    assert "price" in explained(folder, outcome, "account", "A01")[1]
