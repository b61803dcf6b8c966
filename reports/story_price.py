"""What another rep would cost, and what the windows of a territory cost, told in a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reports.plain import MOST_LISTED, Facts, plain_value
from reports.units import quantity
from scenarios.outcome import Outcome
from scenarios.seat_price import SeatPrice

WORTH_TELLING_EUR = 0.5
"""A window whose price for 1 % of the target is below this is not told."""
WINDOWS = (
    ("workload", "hours", "workload_room_eur_per_hour", 1.0),
    ("potential", "eur", "potential_room_ratio", 1000.0),
)
"""Measure, its unit, its price in the table of reps, and the step in which the price is told."""
HOW = {
    "whole": "everything planned again",
    "region": "the {seats} territories around planned again, an upper limit",
    "estimate": "estimate from the shadow prices of the balance windows, not a new solve",
}


def price_json(price: SeatPrice) -> Facts:
    """Return the price as plain values for `--json`."""
    facts = {name: plain_value(value) for name, value in asdict(price).items()}
    lists = ("free_rep_ids", "accounts_changed", "shortfalls")
    return {**facts, **{name: list(facts[name]) for name in lists}}


def price_lines(price: SeatPrice, outcome: Outcome) -> list[str]:
    """Tell the price, how it was found, what is proved, and what else changes."""
    name = dict(zip(outcome.reps["rep_id"], outcome.reps["name"], strict=True))
    who = f"{price.rep_id} {name.get(price.rep_id, '')}".strip()
    if price.basis == "plan":
        return [f"  price      {who} has it in this plan"]
    if price.extra_eur is None:
        return [f"  price      {who}: {price.reason or 'unknown'}"]
    lines = [
        f"  price      {who}, {_amount(price, outcome.currency)} ({_how(price)})",
        *_proof(price, outcome.currency),
    ]
    lines += [f"             {price.reason}"] if price.reason else []
    lines += [f"  undone     {s.subject}: {s.reason}" for s in price.shortfalls[:MOST_LISTED]]
    others = price.accounts_changed
    if others:
        more = ", ..." if len(others) > MOST_LISTED else ""
        some = ", ".join(others[:MOST_LISTED]) + more
        lines.append(f"  changes    {len(others)} other accounts change rep with it: {some}")
    return lines


def _amount(price: SeatPrice, currency: str) -> str:
    assert price.extra_eur is not None
    amount = quantity(abs(price.extra_eur), "extra_eur", currency)
    return f"{amount} a year {'more' if price.extra_eur >= 0 else 'less'}"


def _how(price: SeatPrice) -> str:
    return HOW[price.basis].format(seats=len(price.free_rep_ids))


def _proof(price: SeatPrice, currency: str) -> list[str]:
    if price.is_proved:
        return ["             proved: no plan with the account there costs less"]
    if price.least_eur is None or price.basis == "estimate":
        return []
    least = quantity(abs(price.least_eur), "extra_eur", currency)
    if price.least_eur >= 0:
        return [f"             proved: at least {least} more, whatever else changes"]
    return [f"             proved: no plan with it there is more than {least} below this one"]


def window_lines(row: Mapping[str, Any], currency: str) -> list[str]:
    """Tell which windows of a territory bind and what one more unit of room would save."""
    lines = [
        line
        for name, suffix, price, step in WINDOWS
        if (line := _window_line(row, name, suffix, row.get(price) or 0.0, step, currency))
    ]
    return lines or ["  window     no window costs anything: there is room"]


def _window_line(
    row: Mapping[str, Any], name: str, suffix: str, price: float, step: float, currency: str
) -> str:
    target = row[f"{name}_target_{suffix}"] or 0.0
    if price * target / 100 < WORTH_TELLING_EUR:
        return ""
    side = "upper" if row[f"{name}_{suffix}_after"] >= target else "lower"
    room = quantity(step, suffix, currency)
    saved = quantity(price * step, "saved_eur", currency)
    return f"  window     {side} end of {name} binds: {room} of room more would save {saved} a year"
