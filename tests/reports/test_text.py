"""The terminal texts: what they must name, and what they must never let through."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from outcome_builders import make_empty_outcome, make_outcome, make_violations

from reports.plain import nearest
from reports.stories import _source_line
from reports.text import (
    account_json,
    account_story,
    findings_json,
    findings_table,
    phase_json,
    phase_story,
    rep_json,
    rep_story,
    summary,
    summary_json,
)
from reports.units import quantity
from scenarios.errors import Finding, Severity, UsageError
from scenarios.outcome import INTERRUPTED, REJECTED


def _finding(code: str, row: int, severity: Severity = Severity.REPAIR, **changes) -> Finding:
    values = {
        "file": "accounts.csv",
        "row": row,
        "column": "revenue_eur",
        "code": code,
        "severity": severity,
        "table": "accounts",
        "value": "1 200",
        "message": f"message of {code}",
        "remedy": f"remedy of {code}",
        "action": "",
    }
    return Finding(**(values | changes))


def _with_account(**cells) -> pd.DataFrame:
    """Return the territories with cells of A029 changed."""
    table = make_outcome().territories.astype(object)
    for name, value in cells.items():
        table.loc[table["account_id"] == "A029", name] = value
    return table


def test_the_summary_names_state_proof_figures_and_what_is_missing():
    text = summary(make_outcome())
    assert "planned and checked" in text
    assert "FEASIBLE" in text
    assert "bound" in text
    assert "gap 0.3 % (stopped by gap)" in text
    assert "gap 0 % (stopped by proof)" in text
    assert "Coverage 95.83 %" in text
    assert "Worst workload deviation 34.14 % -> 9.77 %" in text
    assert "prospecting 2026-09: 84.0 hours, no source is left in this month" in text
    assert "Acme Calls" in text
    assert "2 quarantine, 5 repair, 1 warning" in text
    assert make_outcome().run_id in text


def test_the_summary_fits_a_screen():
    many = tuple(make_outcome().shortfalls) * 40
    decisions = pd.concat([make_outcome().decisions] * 40)
    outcome = make_outcome(
        shortfalls=many, decisions=decisions, violations=make_violations(40), state=REJECTED
    )
    text = summary(outcome)
    assert len(text.splitlines()) <= 32
    assert "short       and 37 more" in text
    assert "decisions   and 76 more" in text
    assert "violation   and 37 more" in text


def test_a_long_shortfall_is_wrapped_and_says_its_amount_once():
    item = dict(make_outcome().shortfalls[0]) | {"amount": 6581.5}
    item["reason"] = "meetings need more than there is, " * 4 + "6,581.5 h short"
    lines = summary(make_outcome(shortfalls=(item,))).splitlines()
    told = [line for line in lines if line.startswith(("  short", " " * 14))]
    assert len(told) > 1
    assert max(map(len, told)) <= 100
    assert "".join(told).count("6,581.5") == 1
    assert told[0].startswith("  short       meetings need")


def test_the_worst_shortfall_of_a_unit_comes_first():
    base = dict(make_outcome().shortfalls[0])
    items = [
        base | {"subject": "small", "amount": 1.0},
        base | {"subject": "accounts", "amount": 3.0, "unit": "accounts"},
        base | {"subject": "large", "amount": 2.0},
    ]
    told = summary_json(make_outcome(shortfalls=tuple(items)))["shortfalls"]
    assert [item["subject"] for item in told] == ["large", "small", "accounts"]


@pytest.mark.parametrize(
    ("state", "said"),
    [(REJECTED, "REJECTED by the independent check"), (INTERRUPTED, "best plan found before")],
)
def test_the_summary_says_when_a_plan_is_not_simply_planned(state, said):
    assert said in summary(make_outcome(state=state))


def test_a_rejected_plan_names_the_rule_it_breaks():
    text = summary(make_outcome(state=REJECTED, violations=make_violations(1)))
    assert "workload_window R1: workload above its window" in text


def test_without_a_plan_the_summary_invents_no_figures():
    text = summary(make_empty_outcome())
    assert "no plan" in text
    assert "INFEASIBLE (stopped by proof)" in text
    assert "EUR" not in text
    assert "bound" not in text


def test_a_decision_without_a_pool_leaves_no_gap_in_the_line():
    decisions = make_outcome().decisions.assign(pool="")
    assert "Acme Calls, 2026-05 to 2026-11" in summary(make_outcome(decisions=decisions))


def test_a_figure_that_is_not_known_is_said_to_be_unknown():
    assert "Profit unknown" in summary(make_outcome(kpis={"profit": None}))


def test_a_gap_is_never_shown_smaller_than_it_is():
    assert quantity(0.00001, "gap") == "0.001 %"
    assert quantity(0.003001, "gap") == "0.31 %"
    assert quantity(0.0, "gap") == "0 %"


@pytest.mark.parametrize(
    ("value", "name", "shown"),
    [
        (1234567.4, "cost_eur", "1,234,567 EUR"),
        (-1234.5, "cost_eur", "-1,234 EUR"),
        (99.5, "cost_eur", "99.50 EUR"),
        (-0.001, "cost_eur", "0.00 EUR"),
        (0.105, "moved_share", "10.50 %"),
        (12.0, "travel_hours", "12 h"),
        (float("nan"), "travel_hours", "unknown"),
        (None, "travel_hours", "unknown"),
        (float("inf"), "cost_eur", "unbounded"),
    ],
)
def test_quantities_are_written_for_people(value, name, shown):
    assert quantity(value, name) == shown


def test_the_currency_is_the_workspaces():
    assert "CHF" in summary(make_outcome(currency="CHF"))
    assert "EUR" not in summary(make_outcome(currency="CHF"))
    assert "EUR" not in account_story(make_outcome(currency="CHF"), "A029")


def test_the_story_of_an_account_says_who_why_and_at_what_price():
    text = account_story(make_outcome(), "A029")
    assert "rep        R3 Chloé Durand" in text
    assert "before     R4 Driss Benali, moved" in text
    assert "nearer to its rep" in text
    assert "runner-up  R4 Driss Benali, 182 EUR a year more (estimate" in text
    assert "26 h a year" in text
    assert "1,062 km" in text
    assert "charged 148 EUR" in text


def test_an_account_that_stays_is_charged_no_move():
    text = account_story(make_outcome(), "A012")
    assert "moved" not in text
    assert "charged" not in text
    assert "(locked)" in text


def test_an_account_nobody_serves_is_told_as_such():
    cells = {"rep_id": "", "rep_name": "", "previous_rep_id": "", "runner_up_rep_id": ""}
    text = account_story(make_outcome(territories=_with_account(**cells)), "A029")
    assert "rep        nobody" in text
    assert "before     nobody" in text
    assert "runner-up  none is eligible" in text


def test_an_account_set_aside_has_its_reason():
    text = account_story(make_outcome(), "A900")
    assert "set aside: no coordinates and no unit (Q102)" in text
    assert account_json(make_outcome(), "A900")["set_aside"] is True


@pytest.mark.parametrize(
    ("asked", "near"),
    [("A0029", "A029"), ("a029", "A029"), ("CLINIQUE N° 29", "A029"), ("clinique", "A001")],
)
def test_an_unknown_account_names_the_nearest_by_id_or_name(asked, near):
    with pytest.raises(UsageError, match=f"nearest: .*{near}"):
        account_story(make_outcome(), asked)


def test_a_name_that_holds_the_text_comes_before_one_that_is_like_it():
    names = {"1": "Ambert", "2": "Ambérieu-en-Bugey", "3": "Lyon", "4": "Chambéry"}
    assert nearest("amberieu", names)[:2] == ["2", "1"]
    assert nearest("LYON", names)[0] == "3"
    assert nearest("", names) == []


def test_an_account_like_no_other_has_no_neighbours():
    with pytest.raises(UsageError, match="none is near"):
        account_story(make_outcome(), "§§§§§§§§")


def test_an_unknown_rep_or_phase_names_the_nearest():
    with pytest.raises(UsageError, match="nearest: R3"):
        rep_story(make_outcome(), "chloe durand")
    with pytest.raises(UsageError, match="nearest: prospecting"):
        phase_story(make_outcome(), "prospection")


def test_the_story_of_a_field_rep_holds_phases_territory_and_moves():
    text = rep_story(make_outcome(), "R3")
    assert "meeting: 660 h, 55.00 % of the time" in text
    assert "10 before, 13 after" in text
    assert "target 248 h, off by 8.76 %" in text
    assert "gained     A029 Clinique n° 29 from R4" in text


def test_gained_and_given_mirror_each_other():
    outcome = make_outcome()
    facts = [rep_json(outcome, rep) for rep in outcome.reps["rep_id"]]
    gained = sorted(m["account_id"] for f in facts for m in f["gained"])
    given = sorted(m["account_id"] for f in facts for m in f["given"])
    moved = outcome.territories.loc[outcome.territories["moved"], "account_id"]
    assert gained == given == sorted(moved)


def test_many_moves_are_cut_and_counted():
    territories = make_outcome().territories.assign(moved=True, rep_id="R1", previous_rep_id="R2")
    text = rep_story(make_outcome(territories=territories), "R1")
    assert text.count("gained") == 6
    assert f"and {len(territories) - 5} more" in text


def test_an_inside_person_has_phases_and_no_territory():
    text = rep_story(make_outcome(), "I2")
    assert "prospecting: 360 h, 30.00 % of the time; most productive" in text
    assert "accounts" not in text
    assert rep_json(make_outcome(), "I2")["territory"] is None


def test_a_person_without_a_phase_has_the_reason():
    outcome = make_outcome()
    idle = outcome.roles.iloc[[0]].assign(rep_id="Z9", phase="", hours=0.0, reason="no skill")
    told = rep_story(replace(outcome, roles=pd.concat([outcome.roles, idle])), "Z9")
    assert "phase      none; no skill" in told


@pytest.mark.parametrize(("people", "said"), [(1, ", 1 person"), (2, ", 2 persons")])
def test_one_person_on_the_staff_is_said_in_the_singular(people, said):
    parts = [{"hours": 5.0, "cost_eur": 1.0}] * people
    assert _source_line("staff", parts, 100.0, "EUR").endswith(said)


def test_the_story_of_a_phase_adds_up_to_its_hours():
    facts = phase_json(make_outcome(), "prospecting")
    assert sum(s["hours"] for s in facts["sources"]) == pytest.approx(facts["hours"])
    text = phase_story(make_outcome(), "prospecting")
    assert "3,456 h over the horizon" in text
    assert "provider ACME" in text
    assert "hire H1    624 h (18.07 %)" in text
    assert "staff      1,800 h (52.08 %), 72,000 EUR, 2 persons" in text
    assert "held by    I2 Farid Kaya: most productive" in text
    assert "too late   for 2026-01, north, gold: 15,000 EUR at risk" in text


def test_many_holders_are_cut_and_counted():
    roles = pd.concat([make_outcome().roles.assign(phase="meeting")] * 2)
    text = phase_story(make_outcome(roles=roles), "meeting")
    assert text.count("held by") == 6
    assert f"held by    and {len(roles) - 5} more" in text


def test_what_is_late_without_a_risk_is_not_told():
    late = make_outcome().too_late
    late["revenue_at_risk_eur"] = [0.0, 700.0]
    outcome = make_outcome(too_late=late)
    told = [line for line in phase_story(outcome, "prospecting").splitlines() if "late" in line]
    assert told == ["  too late   for 2026-01, south, gold: 700 EUR at risk"]
    risks = [item["revenue_at_risk_eur"] for item in phase_json(outcome, "prospecting")["too_late"]]
    assert risks == [700.0, 0.0]


def test_the_worst_uncovered_months_come_first():
    hours = [m["hours"] for m in phase_json(make_outcome(), "prospecting")["uncovered_months"]]
    assert hours == sorted(hours, reverse=True)
    assert len(hours) > 1


def test_a_phase_nobody_works_is_no_division_by_zero():
    outcome = make_outcome()
    empty = {
        name: getattr(outcome, name).iloc[:0] for name in ("sourcing", "roles", "role_reasons")
    }
    assert len(phase_story(replace(outcome, **empty), "meeting").splitlines()) == 1


@pytest.mark.parametrize(
    "facts",
    [
        summary_json,
        lambda o: account_json(o, "A029"),
        lambda o: rep_json(o, "R3"),
        lambda o: phase_json(o, "meeting"),
    ],
)
def test_what_is_printed_as_json_is_json(facts):
    outcome = make_outcome(
        kpis=make_outcome().kpis | {"broken": float("nan"), "endless": float("inf")},
        territories=_with_account(runner_up_extra_eur=float("nan")),
    )
    document = facts(outcome)
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_the_json_summary_counts_every_severity():
    counts = summary_json(make_outcome())["findings"]
    assert counts == {"error": 0, "quarantine": 2, "repair": 5, "warning": 1}


def test_control_characters_from_outside_do_not_reach_the_terminal():
    bad = "\x1b[2Jwiped\x07\nforged line\u202e"
    outcome = make_outcome(territories=_with_account(name=bad))
    text = account_story(outcome, "A029")
    assert all(line.isprintable() for line in text.splitlines())
    assert len(text.splitlines()) == len(account_story(make_outcome(), "A029").splitlines())
    assert findings_table([_finding("Q210", 2, value=bad, message=bad)]).count("\n") == 3


def test_no_findings_are_said_in_words():
    assert findings_table([]) == "no findings"
    assert findings_json([]) == []


def test_findings_stand_by_severity_then_code_with_counts_and_remedy():
    findings = [_finding("Q210", row) for row in range(2, 8)]
    findings += [_finding("E001", 0, Severity.ERROR, column="", value="")]
    findings += [_finding("W300", 4, Severity.WARNING)]
    lines = findings_table(findings).splitlines()
    assert lines[0] == "error E001, 1 x: message of E001"
    assert lines[1] == "    at accounts.csv"
    assert "repair Q210, 6 x: message of Q210" in lines
    assert "    remedy: remedy of Q210" in lines
    assert lines[-1] == "8 findings: 1 error, 6 repair, 1 warning"


@pytest.mark.parametrize(("count", "more"), [(2, None), (3, None), (4, 1)])
def test_places_are_cut_at_the_limit_and_counted(count, more):
    text = findings_table([_finding("Q210", row) for row in range(count)], limit=3)
    assert text.count("    at ") == min(count, 3)
    assert (f"    and {more} more" in text) is (more is not None)


def test_the_order_of_findings_does_not_depend_on_the_order_found():
    findings = [_finding(code, row) for code in ("Q2", "Q1") for row in (9, 3)]
    assert findings_table(findings) == findings_table(findings[::-1])
    assert findings_json(findings) == findings_json(findings[::-1])
    assert [(f["code"], f["row"]) for f in findings_json(findings)] == [
        ("Q1", 3),
        ("Q1", 9),
        ("Q2", 3),
        ("Q2", 9),
    ]
