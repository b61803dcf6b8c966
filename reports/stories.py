"""Why the plan is as it is, told for one account, one person or one phase.

Each story is first a dict of plain values (`..._json`), then a few lines of text made from it.
Ids that do not exist raise `UsageError` and name the nearest ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from reports.plain import MOST_LISTED, Facts, as_text, nearest, plain, rows
from reports.story_price import window_lines
from reports.story_roles import conflict_lines, conflicts_of, proof_lines, proofs_of
from reports.units import quantity
from scenarios.errors import UsageError
from scenarios.outcome import Outcome

ESTIMATE = "estimate from the shadow prices of the balance windows, not a new solve"


def account_json(outcome: Outcome, account_id: str) -> Facts:
    """Return the row of an account and what its rep and runner-up are called.

    Raises
    ------
    UsageError
        When the plan knows no such account.
    """
    aside = outcome.set_aside[outcome.set_aside["account_id"] == account_id]
    if len(aside):
        return {"set_aside": True, **plain(aside.iloc[0])}
    found = outcome.territories[outcome.territories["account_id"] == account_id]
    if not len(found):
        table = pd.concat([outcome.territories, outcome.set_aside])
        raise UsageError(_unknown("account", account_id, table["account_id"], table["name"]))
    facts = plain(found.iloc[0])
    names = _rep_names(outcome)
    facts["previous_rep_name"] = names.get(facts["previous_rep_id"], "")
    facts["runner_up_rep_name"] = names.get(facts["runner_up_rep_id"], "")
    return {"set_aside": False, **facts}


def account_story(outcome: Outcome, account_id: str) -> str:
    """Tell which rep an account has, which it had, why, and what the next best would cost."""
    facts = account_json(outcome, account_id)
    head = f"{facts['account_id']} {facts['name']}".strip()
    if facts["set_aside"]:
        return as_text([head, f"  set aside: {facts['reason']} ({facts['code']})"])
    lines = [
        f"{head} ({facts['segment']})",
        f"  rep        {_person(facts, 'rep')}{' (locked)' if facts['locked'] else ''}",
        f"  before     {_person(facts, 'previous_rep')}{', moved' if facts['moved'] else ''}",
        f"  why        {facts['reason'] or 'no reason given'}",
        f"  runner-up  {_runner_up(facts, outcome.currency)}",
        f"  work       {_amount(facts, outcome, 'workload_hours')} a year, "
        f"potential {_amount(facts, outcome, 'potential_eur')}, "
        f"revenue {_amount(facts, outcome, 'revenue_eur')}",
        f"  travel     {_amount(facts, outcome, 'travel_km')}, "
        f"{_amount(facts, outcome, 'travel_hours')} a year",
    ]
    if facts["moved"]:
        lines.append(f"  move       charged {_amount(facts, outcome, 'move_cost_eur')}")
    return as_text(lines)


def _runner_up(facts: Mapping[str, Any], currency: str) -> str:
    if not facts["runner_up_rep_id"]:
        return "none is eligible"
    extra = quantity(facts["runner_up_extra_eur"], "extra_eur", currency)
    return f"{_person(facts, 'runner_up_rep')}, {extra} a year more ({ESTIMATE})"


def rep_json(outcome: Outcome, rep_id: str) -> Facts:
    """Return the territory (None without one), the phases and the moves of a person.

    Raises
    ------
    UsageError
        When the plan knows no such person.
    """
    territory = outcome.reps[outcome.reps["rep_id"] == rep_id]
    roles = outcome.roles[outcome.roles["rep_id"] == rep_id]
    if not len(territory) and not len(roles):
        people = pd.concat([outcome.reps, outcome.roles]).drop_duplicates("rep_id")
        raise UsageError(_unknown("rep", rep_id, people["rep_id"], people["name"]))
    moved = outcome.territories[outcome.territories["moved"].astype(bool)]
    first = plain((territory if len(territory) else roles).iloc[0])
    return {
        **{key: first[key] for key in ("rep_id", "name", "pool", "kind")},
        "territory": plain(territory.iloc[0]) if len(territory) else None,
        "roles": rows(roles),
        "conflicts": conflicts_of(outcome, rep_id=rep_id),
        "gained": rows(moved[moved["rep_id"] == rep_id]),
        "given": rows(moved[moved["previous_rep_id"] == rep_id]),
    }


def rep_story(outcome: Outcome, rep_id: str) -> str:
    """Tell what a person does, how the territory compares with its target, and what moved."""
    facts = rep_json(outcome, rep_id)
    lines = [f"{facts['rep_id']} {facts['name']} ({facts['kind']}, {facts['pool']})"]
    lines += [f"  phase      {_role_line(role)}" for role in facts["roles"]]
    if facts["territory"]:
        lines += _territory_lines(facts["territory"], outcome.currency)
    lines += conflict_lines(facts["conflicts"])
    lines += _move_lines("gained", facts["gained"], "previous_rep_id", "from")
    lines += _move_lines("given", facts["given"], "rep_id", "to")
    return as_text(lines)


def _role_line(role: Mapping[str, Any]) -> str:
    if not role["phase"]:
        return f"none; {role['reason']}"
    hours, share = quantity(role["hours"], "hours"), quantity(role["share_of_time"], "share")
    return f"{role['phase']}: {hours}, {share} of the time; {role['reason']}"


def _territory_lines(row: Mapping[str, Any], currency: str) -> list[str]:
    lines = [f"  accounts   {row['accounts_before']:g} before, {row['accounts_after']:g} after"]
    for label, name, suffix in (
        ("workload", "workload", "hours"),
        ("potential", "potential", "eur"),
    ):
        before, after = row[f"{name}_{suffix}_before"], row[f"{name}_{suffix}_after"]
        target, deviation = row[f"{name}_target_{suffix}"], row[f"{name}_deviation"]
        lines.append(
            f"  {label:<10} {quantity(before, suffix, currency)} before, "
            f"{quantity(after, suffix, currency)} after; target "
            f"{quantity(target, suffix, currency)}, off by {quantity(deviation, 'deviation')}"
        )
    travel = [quantity(row[f"travel_hours_{when}"], "hours") for when in ("before", "after")]
    lines.append(f"  travel     {travel[0]} before, {travel[1]} after, a year")
    return [*lines, *window_lines(row, currency)]


def _move_lines(label: str, moves: list[Facts], other: str, word: str) -> list[str]:
    lines = [
        f"  {label:<10} {move['account_id']} {move['name']} {word} {move[other] or 'nobody'}: "
        f"{move['reason']}"
        for move in moves[:MOST_LISTED]
    ]
    more = len(moves) - len(lines)
    return [*lines, f"  {label:<10} and {more} more"] if more > 0 else lines


def phase_json(outcome: Outcome, phase: str) -> Facts:
    """Return need, sources, holders and worst uncovered months of a phase.

    Raises
    ------
    UsageError
        When the plan knows no such phase.
    """
    need = outcome.funnel[outcome.funnel["phase"] == phase]
    if not len(need):
        phases = outcome.funnel["phase"].drop_duplicates()
        raise UsageError(_unknown("phase", phase, phases, phases))
    work = outcome.sourcing[outcome.sourcing["phase"] == phase]
    by_source = work.groupby(["source", "source_id"], as_index=False)[["hours", "cost_eur"]].sum()
    late = outcome.too_late[outcome.too_late["phase"] == phase]
    uncovered = work[work["source"] == "uncovered"].groupby("month", as_index=False)[["hours"]]
    worst = uncovered.sum().sort_values("hours", ascending=False, kind="stable")
    return {
        "phase": phase,
        "unit": str(need["unit"].iloc[0]),
        "units": float(need["units"].sum()),
        "hours": float(need["hours"].sum()),
        "sources": rows(by_source),
        "holders": rows(outcome.roles[outcome.roles["phase"] == phase]),
        "uncovered_months": rows(worst),
        "too_late": rows(late.sort_values("revenue_at_risk_eur", ascending=False, kind="stable")),
        "proofs": proofs_of(outcome, phase),
        "conflicts": conflicts_of(outcome, phase=phase),
    }


def phase_story(outcome: Outcome, phase: str) -> str:
    """Tell how much work a phase is, who does it, at what cost, and where it falls short."""
    facts = phase_json(outcome, phase)
    head = (
        f"{phase}: {quantity(facts['units'], 'deals')} x {facts['unit']}, "
        f"{quantity(facts['hours'], 'hours')} over the horizon"
    )
    sources = _source_lines(facts["sources"], outcome.currency)
    holders = [
        f"  held by    {held['rep_id']} {held['name']}: {held['reason']}"
        for held in facts["holders"][:MOST_LISTED]
    ]
    more = len(facts["holders"]) - len(holders)
    holders += [f"  held by    and {more} more"] if more > 0 else []
    uncovered = [
        f"  uncovered  {month['month']}: {quantity(month['hours'], 'hours')}"
        for month in facts["uncovered_months"][:MOST_LISTED]
    ]
    risky = [item for item in facts["too_late"] if item["revenue_at_risk_eur"]]
    late = [_late_line(item, outcome.currency) for item in risky[:MOST_LISTED]]
    roles = [*proof_lines(facts["proofs"]), *conflict_lines(facts["conflicts"])]
    return as_text([head, *sources, *holders, *uncovered, *late, *roles])


def _source_lines(sources: list[Facts], currency: str) -> list[str]:
    """Write own people as one line, each hire and provider as its own."""
    grouped: dict[str, list[Facts]] = {}
    for source in sources:
        own = source["source"] == "staff"
        who = "staff" if own else f"{source['source']} {source['source_id']}".strip()
        grouped.setdefault(who, []).append(source)
    total = sum(source["hours"] for source in sources) or 1.0
    return [_source_line(who, parts, total, currency) for who, parts in grouped.items()]


def _source_line(who: str, parts: list[Facts], total: float, currency: str) -> str:
    hours, cost = (sum(part[name] for part in parts) for name in ("hours", "cost_eur"))
    share = quantity(hours / total, "share")
    people = f", {len(parts)} {'person' if len(parts) == 1 else 'persons'}"
    told = f"{quantity(hours, 'hours')} ({share}), {quantity(cost, 'cost_eur', currency)}"
    return f"  {who:<10} {told}{people if who == 'staff' else ''}"


def _late_line(late: Mapping[str, Any], currency: str) -> str:
    risk = quantity(late["revenue_at_risk_eur"], "eur", currency)
    return (
        f"  too late   for {late['month_due']}, {late['pool']}, {late['segment']}: {risk} at risk"
    )


def _amount(facts: Mapping[str, Any], outcome: Outcome, name: str) -> str:
    return quantity(facts[name], name, outcome.currency)


def _person(facts: Mapping[str, Any], prefix: str) -> str:
    return f"{facts[f'{prefix}_id'] or 'nobody'} {facts[f'{prefix}_name'] or ''}".strip()


def _rep_names(outcome: Outcome) -> dict[str, str]:
    people = pd.concat([outcome.roles[["rep_id", "name"]], outcome.reps[["rep_id", "name"]]])
    return dict(zip(people["rep_id"], people["name"], strict=True))


def _unknown(what: str, ident: str, ids: Iterable[str], names: Iterable[str]) -> str:
    """Say that an id is unknown and which ids, by id or by name, come near."""
    people = {str(one): str(name) for one, name in zip(ids, names, strict=True)}
    near = [
        one if people[one] in {"", one} else f"{one} ({people[one]})"
        for one in nearest(ident, people)
    ]
    told = f"nearest: {', '.join(near)}" if near else "none is near"
    return f"no {what} {ident!r} in this plan; {told}"
