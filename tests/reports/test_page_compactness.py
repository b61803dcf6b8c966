"""The page says what cut accounts off, and what could be done where no rule speaks of it."""

from __future__ import annotations

import pandas as pd
import pytest
from outcome_builders import make_outcome

from reports.format import Formats
from reports.labels import Texts
from reports.page_compactness import looks_view
from reports.page_tables import Writer
from scenarios.outcome_compactness import COMPACTNESS_COLUMNS

COMPACTNESS = pd.DataFrame(
    [["R1", "Ann", "n", *[1.0] * (len(COMPACTNESS_COLUMNS) - 4), "cells"]],
    columns=COMPACTNESS_COLUMNS,
)
STRAYS = {"stray_accounts_after": 10.0, "stray_accounts_given": 6.0, "stray_accounts_left": 3.0}
LOOKS = {"stray_share_before": 0.0, "stray_share_after": 0.1}


def sentences(kpis, contiguity="off", language="en"):
    base = make_outcome()
    rule = {"key": "territory.contiguity", "value": contiguity}
    outcome = make_outcome(
        kpis={**base.kpis, **LOOKS, **kpis},
        compactness=COMPACTNESS,
        assumptions=pd.concat([base.assumptions, pd.DataFrame([rule])], ignore_index=True),
    )
    formats = Formats(language=language, currency="EUR")
    return looks_view(outcome, Writer(texts=Texts(language), formats=formats)).strays


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_parts_add_up_to_the_accounts_cut_off(language):
    told = sentences(STRAYS, language=language)[0]
    assert [int(word) for word in told.replace(",", " ").split() if word.isdigit()] == [10, 6, 3, 1]


@pytest.mark.parametrize(("contiguity", "count"), [("off", 2), ("preferred", 1), ("required", 1)])
def test_the_way_out_is_told_only_where_no_rule_speaks_of_it(contiguity, count):
    told = sentences(STRAYS, contiguity)
    assert len(told) == count
    assert any('contiguity = "preferred"' in sentence for sentence in told) == (count == 2)


@pytest.mark.parametrize("kpis", [{}, {**STRAYS, "stray_accounts_after": 0.0}])
def test_nothing_is_told_where_nothing_is_cut_off(kpis):
    assert sentences(kpis) == ()
