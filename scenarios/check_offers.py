"""Rules on offers: hires that can be used, providers with one contract each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scenarios.parse import as_text
from scenarios.review import Review
from scenarios.tables import PROVIDERS

_TERMS = tuple(c.name for c in PROVIDERS.columns if c.name not in PROVIDERS.key)


def hires_can_be_used(review: Review) -> None:
    """Hires with a fixed term have its length; more phases than the limit are mentioned."""
    hiring = review.tables["hiring"]
    short = (hiring["contract"] == "fixed_term") & ~(hiring["term_months"].fillna(0) > 0)
    message = "a fixed term needs term_months"
    review.flag("fixed_term_without_months", "hiring", hiring.index[short], "term_months", message)
    limit = review.config.staffing.max_phases_per_person
    wide = hiring.index[hiring["phases"].map(len) > limit]
    message = f"a person holds at most {limit}"
    review.flag("offer_above_phase_limit", "hiring", wide, "phases", message)


def providers_have_one_contract(review: Review) -> None:
    """Check that providers take documented phases, on the same terms on every row."""
    providers, process = review.tables["providers"], review.tables["process"]
    documented = process.loc[process["documented"], "phase"]
    closed = providers["phase"].isin(process["phase"]) & ~providers["phase"].isin(documented)
    message = "the process does not mark the phase as documented"
    rows = providers.index[closed]
    review.flag("provider_phase_undocumented", "providers", rows, "phase", message)
    first: dict[str, Mapping[Any, Any]] = {}
    for row, terms in providers.to_dict("index").items():
        agreed = first.setdefault(terms["provider_id"], terms)
        for column in _TERMS:
            if as_text(terms[column]) != as_text(agreed[column]):
                message = f"{column} is not the same on all rows of the provider"
                here = pd.Index([row])
                review.flag("provider_terms_differ", "providers", here, column, message)


RULES = (hires_can_be_used, providers_have_one_contract)
