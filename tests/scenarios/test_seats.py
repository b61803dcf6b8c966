"""Who can hold a territory is told once for as long as no table it depends on changes."""

from dataclasses import replace

import pytest
from workspace_builders import Draft

from scenarios import seats
from scenarios.review import Review
from scenarios.seats import reviewed_holders, seat_holders


@pytest.fixture
def review(tmp_path):
    workspace = Draft().load(tmp_path)
    return Review(config=workspace.config, files={}, tables=dict(workspace.tables))


def test_holders_under_review_are_told_once(review, monkeypatch):
    first = reviewed_holders(review)
    assert first.equals(seat_holders(review.tables, review.config))
    monkeypatch.setattr(seats, "seat_holders", lambda *_: pytest.fail("told again"))
    assert reviewed_holders(review) is first
    review.tables["accounts"] = review.tables["accounts"].iloc[:0]
    assert reviewed_holders(review) is first


@pytest.mark.parametrize("table", ["reps", "skills"])
def test_a_table_replaced_tells_them_anew(review, table):
    assert len(reviewed_holders(review))
    review.tables[table] = review.tables[table].iloc[:0]
    assert reviewed_holders(review).empty
    assert replace(review).holders is None
