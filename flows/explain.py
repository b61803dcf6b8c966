"""Explain an account, a rep or a phase of a kept plan; price an account at another rep."""

from __future__ import annotations

from pathlib import Path

from reports import text
from reports.plain import Facts, as_text
from reports.story_price import price_json, price_lines
from scenarios.errors import UsageError
from scenarios.outcome import Outcome
from scenarios.seat_price import SeatPrice, is_small, seat_price

ACCOUNT = "account"
STORIES = {
    ACCOUNT: (text.account_story, text.account_json),
    "rep": (text.rep_story, text.rep_json),
    "phase": (text.phase_story, text.phase_json),
}


def explained(
    folder: Path, outcome: Outcome, subject: str, name: str, to: str = "", *, exact: bool = False
) -> tuple[str, Facts]:
    """Return the story of a subject as text and as plain values.

    For an account of a small plan, or when asked for (`to` a rep, or `exact`), the price of the
    rep, the runner-up unless named, is found by planning again.

    Raises
    ------
    UsageError
        When an id is unknown, or a price was asked for and cannot be found.
    """
    story, as_dict = STORIES[subject]
    told, facts = story(outcome, name), as_dict(outcome, name)
    if subject != ACCOUNT:
        if to or exact:
            raise UsageError("only an account has a price at another rep")
        return told, facts
    asked = bool(to) or exact
    rep_id = to or str(facts.get("runner_up_rep_id") or "")
    if not rep_id or not (asked or is_small(outcome)):
        return told, facts
    price, reason = _price(folder, outcome, name, rep_id, asked=asked)
    if price is None:
        return f"{told}\n" + as_text([f"  price      not planned again: {reason}"]), facts
    lines = as_text(price_lines(price, outcome))
    return f"{told}\n{lines}", {**facts, "price": price_json(price)}


def _price(
    folder: Path, outcome: Outcome, name: str, rep_id: str, *, asked: bool
) -> tuple[SeatPrice | None, str]:
    """Return the price, or why there is none when nobody asked for it."""
    try:
        return seat_price(folder, outcome, name, rep_id, solve=True), ""
    except UsageError as error:
        if asked:
            raise
        return None, str(error)
