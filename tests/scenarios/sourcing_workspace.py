"""One person sells deals of 10 hours and 1,000 EUR: small enough to work out by hand."""

from __future__ import annotations

from typing import Any

from workspace_builders import Draft

CONFIG: dict[str, Any] = {
    "workspace": {"name": "Shop"},
    "horizon": {"first_month": "2027-01", "months": 2},
    "segments": {"standard": {"revenue_per_deal_eur": 1000.0}},
    "staffing": {"productive_hours_per_fte_month": 80.0},
    "solve": {"staffing_gap": 0.0},
}


def shop(*deals: int) -> Draft:
    """Return a workspace of two months with 80 hours each and targets of 10 deals a month."""
    draft = Draft()
    draft.config = {name: dict(section) for name, section in CONFIG.items()}
    draft.tables = {
        "reps": [{"rep_id": "r1", "pool": "sales", "kind": "inside", "fte": "1"}],
        "skills": [{"rep_id": "r1", "phase": "sell"}],
        "process": [
            {"phase": "sell", "order": "1", "unit": "prospect", "units_per_next": "1",
             "documented": "yes"}
        ],
        "activity_norms": [
            {"phase": "sell", "activity": "work", "activities_per_unit": "1",
             "minutes_per_activity": "600"}
        ],
        "targets": [
            {"month": f"2027-{month:02d}", "segment": "standard", "revenue_eur": str(1000 * count)}
            for month, count in enumerate(deals or (10, 10), start=1)
        ],
    }  # fmt: skip
    return draft


def with_rows(draft: Draft, table: str, *rows: dict[str, str]) -> Draft:
    """Add rows to a table that may not be there yet."""
    draft.tables.setdefault(table, []).extend(rows)
    return draft


def two_phases(draft: Draft) -> Draft:
    """Split the 10 hours of a deal in two phases of 5 hours each."""
    first = draft.tables["process"][0]
    draft.tables["process"] = [first, {**first, "phase": "close", "order": "2"}]
    norm = {**draft.tables["activity_norms"][0], "minutes_per_activity": "300"}
    draft.tables["activity_norms"] = [norm, {**norm, "phase": "close"}]
    return with_rows(draft, "skills", {"rep_id": "r1", "phase": "close"})


def provider(**prices: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return a provider of 20 hours a month, and its row of provider_prices."""
    terms = {
        "provider_id": "P", "phase": "sell", "price_eur_per_hour": "0",
        "capacity_hours_per_month": "20", "min_term_months": "1",
    }  # fmt: skip
    return terms, {"provider_id": "P", **prices}
