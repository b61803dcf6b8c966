"""The page: complete in itself, safe with any text, the same for equal outcomes, small."""

from __future__ import annotations

import re
import time
from dataclasses import fields, replace

import pandas as pd
import pytest
from outcome_builders import make_empty_outcome, make_outcome
from outcome_territories import make_reps, make_territories
from page_reader import PageReader

from reports.html import SECTIONS, render_html

HOSTILE = "\"><img src=x onerror=alert(1)><script>alert('x')</script></title>{{ 7*7 }}{0}&amp;"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


@pytest.fixture(scope="module")
def page():
    return render_html(make_outcome())


def section(page, name):
    return re.search(rf'<section id="{name}">(.*?)</section>', page, re.S).group(1)


def without_provenance(page):
    return re.sub(r'<section id="provenance">.*?</section>', "", page, flags=re.S)


def poisoned(frame):
    """Return the frame with the hostile text in every cell of text, keys kept distinct."""
    texts = frame.select_dtypes(include=["object", "str"]).columns
    keep = {
        "month",
        "month_due",
        "rep_id",
        "previous_rep_id",
        "runner_up_rep_id",
        "source",
        "phase",
    }
    return frame.assign(**{c: HOSTILE + frame[c].astype(str) for c in texts if c not in keep})


def poisoned_outcome():
    outcome = make_outcome()
    frames = {
        f.name: poisoned(getattr(outcome, f.name))
        for f in fields(outcome)
        if type(getattr(outcome, f.name)) is pd.DataFrame and f.name != "assumptions"
    }
    shortfall = dict.fromkeys(("code", "subject", "unit", "reason", "remedy"), HOSTILE)
    solve = replace(outcome.solves[0], stage=HOSTILE, terms={HOSTILE: 1.0}, notes=(HOSTILE,))
    return make_outcome(
        **frames,
        title=HOSTILE,
        scenario=HOSTILE,
        workspace=HOSTILE,
        run_id=HOSTILE,
        solves=(solve,),
        shortfalls=({**shortfall, "amount": 3.0},),
        provenance={HOSTILE: {HOSTILE: [HOSTILE]}},
    )


def test_the_page_asks_for_nothing_outside_itself(page):
    read = PageReader(page)
    assert read.addresses
    assert all(address.startswith("#") for address in read.addresses)
    assert not set(read.tags) & {"link", "iframe", "img", "object", "embed", "form", "base"}
    assert not re.search(r"(?i)https?:|//[a-z0-9-]+\.[a-z]|@import|url\((?!#)", page)


def test_the_policy_forbids_all_but_its_own_style_and_script(page):
    assert f'content="{POLICY}' in page
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_hostile_text_is_shown_and_never_run():
    page = render_html(poisoned_outcome())
    read = PageReader(page)
    assert read.faults == []
    assert page.count("<script") == 1
    assert "<img" not in page
    assert read.handlers == []
    assert "49{0}" not in page
    assert read.text.count("<script>alert('x')</script>") > 40


def test_the_script_holds_no_text_of_the_outcome():
    scripts = [
        re.search(r"<script>(.*?)</script>", render_html(outcome), re.S).group(1)
        for outcome in (make_outcome(), make_empty_outcome(), poisoned_outcome())
    ]
    assert len(set(scripts)) == 1


def test_hostile_text_spares_no_section():
    page = render_html(poisoned_outcome())
    for name in SECTIONS:
        if name != "assumptions":
            assert "&lt;script&gt;" in section(page, name), name


def test_equal_outcomes_give_equal_pages():
    assert render_html(make_outcome()) == render_html(make_outcome())


def test_only_the_provenance_block_depends_on_run_time_and_machine(page):
    other = make_outcome(run_id="other-run", provenance={"started": "2031-07-09T01:02:03"})
    changed = render_html(other)
    assert changed != page
    assert without_provenance(changed) == without_provenance(page)
    assert "2031-07-09" in section(changed, "provenance")
    assert "other-run" in section(changed, "provenance")


def test_five_thousand_accounts_stay_small_and_quick():
    territories = make_territories(5400)
    outcome = make_outcome(territories=territories, reps=make_reps(territories))
    start = time.process_time()
    page = render_html(outcome)
    assert time.process_time() - start < 3.0
    assert len(page.encode()) < 2_500_000
