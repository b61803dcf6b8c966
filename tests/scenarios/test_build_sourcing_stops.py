"""A workspace that asks for it stops contracts and terms once the demand is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sourcing_workspace import provider, shop, with_rows
from workspace_builders import Draft

from reports.sourcing_text import sourcing_text
from scenarios.decide import Request, Watch
from scenarios.finding_codes_sourcing import SOURCING_CODES
from scenarios.sourcing import SourcingStory, source_workspace

OWN = {code.code for code in SOURCING_CODES} - {"lever_beyond_plan", "provider_prices_beyond_plan"}
SELLER = {
    "offer_id": "H", "role": "Seller", "phases": "sell", "cost_eur_per_month": "800",
    "max_count": "1", "contract": "fixed_term", "term_months": "2", "ramp": "0.25",
}  # fmt: skip


def shop_in_doubt(reveal: str | None = "2027-02", **prices: str) -> Draft:
    """Return a shop that lacks two deals a month where demand is strong, none where it is weak."""
    draft, (terms, priced) = shop(), provider(**prices)
    if reveal:
        draft.config["sourcing"] = {"reveal_month": reveal}
    with_rows(draft, "providers", {**terms, "retainer_eur_per_month": "800"})
    with_rows(draft, "provider_prices", priced)
    weak = {"name": "weak", "probability": "0.5", "target_factor": "0.5"}
    return with_rows(draft, "demand_scenarios", weak, {"name": "strong", "probability": "0.5"})


def told(draft: Draft, folder: Path) -> SourcingStory:
    return source_workspace(Request(folder=draft.write(folder), scenario="base"), Watch())


# Own people sell 16 or 10 deals, 13,000 EUR on average; two more a month where demand is strong
# bring 2,000 on average and cost 1,600, or 1,200 where the second month is stopped by half.
@pytest.mark.parametrize(
    ("reveal", "notice", "worth"),
    [
        ("2027-02", "0", 13_800.0),
        ("2027-02", "1", 13_400.0),
        ("2027-01", "1", 13_800.0),
        (None, "0", 13_400.0),
        ("2027-02", "", 13_400.0),
    ],
)
def test_a_contract_is_stopped_where_demand_is_weak(
    tmp_path: Path, reveal: str | None, notice: str, worth: float
) -> None:
    story = told(shop_in_doubt(reveal, stop_notice_months=notice), tmp_path)
    assert story.objective == pytest.approx(worth)
    rows = story.tables["stops"].to_dict("records")
    stops: list[dict[str, Any]] = []
    if worth > 13_400:
        decide = "2027-01" if notice == "1" else "2027-02"
        stops = [
            {"demand": "weak", "decide_by": decide, "kind": "stop", "name": "P", "amount": 1.0,
             "unit": "months", "from_month": "2027-02"}
        ]  # fmt: skip
    assert rows == stops
    assert ("Stop once the demand shows itself" in sourcing_text(story)) == bool(stops)


def test_a_term_is_not_renewed_where_demand_is_weak(tmp_path: Path) -> None:
    draft = shop()
    draft.config["sourcing"] = {"reveal_month": "2027-02"}
    # Present from the first month: 20 of 80 hours at first, then all; two deals are missing.
    with_rows(draft, "hiring", {**SELLER, "renewal_months": "1"})
    weak = {"name": "weak", "probability": "0.5", "target_factor": "0.5"}
    with_rows(draft, "demand_scenarios", weak, {"name": "strong", "probability": "0.5"})
    story = told(draft, tmp_path)
    assert story.objective == pytest.approx(13_000 + 2_000 - 1_600 + 400)
    (row,) = story.tables["stops"].to_dict("records")
    assert (row["kind"], row["name"], row["amount"]) == ("non-renewal", "H", 1.0)
    assert (row["decide_by"], row["from_month"]) == ("2027-02", "2027-02")


@pytest.mark.parametrize(
    ("reveal", "found"),
    [
        ("2027-01", []),
        ("2027-02", []),
        ("2027-03", ["reveal_month_outside"]),
        ("2026-12", ["reveal_month_outside"]),
        (None, ["stop_without_reveal"]),
    ],
)
def test_the_demand_is_known_within_the_horizon(
    tmp_path: Path, reveal: str | None, found: list[str]
) -> None:
    draft = shop_in_doubt(reveal, stop_notice_months="1")
    assert [f.code for f in draft.load(tmp_path).findings if f.code in OWN] == found


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({"renewal_months": "1"}, []),
        ({"renewal_months": "2"}, ["renewal_outside_term"]),
        ({"renewal_months": "0"}, ["renewal_outside_term"]),
        ({"renewal_months": "1", "ramp": "0.5|0.7"}, ["renewal_outside_term"]),
        ({"renewal_months": "1", "contract": "permanent"}, ["renewal_outside_term"]),
        ({}, []),
    ],
)
def test_a_renewal_falls_within_the_term(
    tmp_path: Path, terms: dict[str, str], found: list[str]
) -> None:
    draft = shop()
    draft.config["sourcing"] = {"reveal_month": "2027-02"}
    with_rows(draft, "hiring", {**SELLER, **terms})
    assert [f.code for f in draft.load(tmp_path).findings if f.code in OWN] == found
