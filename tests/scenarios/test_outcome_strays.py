"""Accounts cut off from their territory are found, and told by what cut them off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.decide import Request, Watch
from scenarios.outcome_strays import stray_kpis, with_strays
from scenarios.run import make_outcome as plan
from scenarios.starter import write_starter

ROAD = np.array([[place, place + 1] for place in range(8)])


def along_a_road(before, after):
    """Accounts one behind the other; a letter is a rep, a dot nobody."""
    return pd.DataFrame(
        {
            "lat_deg": 47.0,
            "lon_deg": 2.0 + 0.1 * np.arange(len(after)),
            "previous_rep_id": [rep.strip(".") for rep in before],
            "rep_id": [rep.strip(".") for rep in after],
        }
    )


def told(before, after):
    table = with_strays(along_a_road(before, after), ROAD[: len(after) - 1])
    marks = ["".join("x" if s else "." for s in table[f"stray_{w}"]) for w in ("before", "after")]
    return marks, stray_kpis(table)


@pytest.mark.parametrize(
    ("before", "after", "strays", "given", "left"),
    [
        ("AABBB", "AABBB", ".....", 0, 0),  # nothing moves
        ("AABBB", "AABBA", "....x", 1, 0),  # picked from the far end of B
        ("AABBBB", "AABABB", "..xx..", 1, 1),  # picked from its midst, one of B is left behind
        ("AAABAB", "AAABAB", "....xx", 0, 0),  # as before; of pieces alike the first counts
        ("AABB.", "AABBA", "....x", 1, 0),  # nobody's before: given by the plan
        ("AABBA", "AAB.B", "....x", 1, 0),  # nobody's after is no stray, and joins nothing
    ],
)
def test_what_cut_an_account_off(before, after, strays, given, left):
    marks, kpis = told(before, after)
    assert marks[1] == strays
    assert kpis["stray_accounts_after"] == strays.count("x")
    assert kpis["stray_accounts_before"] == marks[0].count("x")
    assert (kpis["stray_accounts_given"], kpis["stray_accounts_left"]) == (given, left)


def test_without_accounts_nothing_is_counted():
    empty = along_a_road("", "")
    assert with_strays(empty, ROAD[:0]).empty
    assert stray_kpis(empty) == {}


def test_a_plan_tells_its_strays_and_what_travel_and_moves_cost(tmp_path):
    write_starter("outbound", tmp_path)
    outcome = plan(Request(folder=tmp_path), Watch())
    table, kpis = outcome.territories, outcome.kpis
    for when in ("before", "after"):
        column = f"stray_accounts_{when}"
        assert table[f"stray_{when}"].sum() == outcome.compactness[column].sum() == kpis[column]
    terms = next(solve.terms for solve in outcome.solves if solve.stage == "territories")
    eur = terms["travel_eur"] + terms["moves_eur"]
    assert kpis["travel_moves_eur"] == pytest.approx(eur, abs=0.01)
    assert eur > 0
