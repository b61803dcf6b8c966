"""The part of the page on how good the roles are, and why work does not fit into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.format import is_missing
from reports.page_tables import Column, Table, Writer
from scenarios.outcome import Outcome

PERCENT, HOURS = "share", "h"
LIMIT = "limit:"


@dataclass(frozen=True, kw_only=True)
class RoleGoals:
    """Hold the goals, what other roles could reach, and the tables of reasons."""

    goals: Table
    reach: str
    months: Table | None
    conflicts: Table | None
    proofs: Table | None
    rules: Table | None
    levers: Table | None


MOST_HELPERS = 60


@dataclass(frozen=True, kw_only=True)
class Help:
    """Hold which pools help each other, and who does it."""

    pools: Table
    people: Table


def help_view(outcome: Outcome, writer: Writer) -> Help | None:
    """Return the help between pools, None where there is none."""
    given = outcome.help_given
    if not len(given):
        return None
    pairs = given.groupby(["pool", "helps_pool", "phase"], sort=False)
    by_pool = pairs.agg(
        persons=("rep_id", "nunique"),
        hours=("hours", "sum"),
        standard_hours=("standard_hours", "sum"),
    ).reset_index()
    where = {"pool": "name:pool", "helps_pool": "name:pool", "phase": "name:phase"}
    amounts = {"hours": "number", "standard_hours": "number"}
    person = {"name": "text", **where, "hours": "number", "share_of_time": "percent"}
    more = {"speed_factor": "factor", "standard_hours": "number"}
    return Help(
        pools=writer.table(
            by_pool, {**where, "persons": "number", **amounts}, caption="help.table"
        ),
        people=writer.table(given, {**person, **more}, caption="help.people", limit=MOST_HELPERS),
    )


def role_goals_view(outcome: Outcome, writer: Writer) -> RoleGoals | None:
    """Return how the roles serve their goals, None when the run kept no such table."""
    goals, reasons = outcome.role_goals, outcome.role_reasons
    if not len(goals):
        return None
    return RoleGoals(
        goals=_goals(goals, writer),
        reach=_reach(goals, writer),
        months=_months(reasons, writer),
        conflicts=_conflicts(reasons, writer),
        proofs=_proofs(reasons, writer),
        rules=_rules(reasons, writer),
        levers=_levers(outcome, writer),
    )


def _goals(goals: pd.DataFrame, writer: Writer) -> Table:
    """Return one row a goal, one column a period, and what the goal means."""
    texts = writer.texts
    periods = list(dict.fromkeys(goals["period"]))
    names = list(dict.fromkeys(goals["goal"]))
    units = dict(zip(goals["goal"], goals["unit"], strict=True))
    cells = {
        (goal, period): value
        for goal, period, value in zip(
            goals["goal"], goals["period"], goals["as_planned"], strict=True
        )
    }
    rows = tuple(
        (
            texts.name("rolegoal", goal),
            *(_value(writer, cells.get((goal, period)), units[goal]) for period in periods),
            texts(f"rolegoal.{goal}.text") if f"rolegoal.{goal}.text" in texts else "",
        )
        for goal in names
    )
    heads = [Column(label=_period(writer, period), numeric=True) for period in periods]
    first = Column(label=texts("roles.goal"), numeric=False)
    last = Column(label=texts("roles.meaning"), numeric=False)
    caption = texts("roles.goals.table")
    return Table(caption=caption, columns=(first, *heads, last), rows=rows)


def _value(writer: Writer, value: float | None, unit: str) -> str:
    if unit == PERCENT:
        return writer.formats.percent(value)
    shown = writer.formats.number(value)
    return f"{shown} h" if unit == HOURS and not is_missing(value) else shown


def _period(writer: Writer, period: str) -> str:
    named = f"roleperiod.{period}"
    return writer.texts(named) if named in writer.texts else writer.formats.month(period)


def _reach(goals: pd.DataFrame, writer: Writer) -> str:
    known = goals[(goals["goal"] == "shortage") & goals["reachable"].notna()]
    if known.empty:
        return ""
    row = known.iloc[0]
    amount = writer.formats.number
    return writer.texts(
        "roles.reach",
        month=_period(writer, str(row["period"])),
        planned=amount(row["as_planned"]),
        reachable=amount(row["reachable"]),
        proved=amount(row["proved"]),
    )


def _months(reasons: pd.DataFrame, writer: Writer) -> Table | None:
    """Return one row a month that is short: how much, what other roles would do, and why."""
    found = reasons[reasons["kind"] == "month"] if len(reasons) else reasons
    if not len(found):
        return None
    hours = {"short_hours": "number", "proved_hours": "number", "saved_hours": "number"}
    kinds = {"period": "month", **hours, "reason": "sentence"}
    named = {"proved_hours": "missing_anyway_hours", "saved_hours": "other_roles_hours"}
    kinds = {named.get(name, name): kind for name, kind in kinds.items()}
    return writer.table(found.rename(columns=named), kinds, caption="roles.months.table")


def _conflicts(reasons: pd.DataFrame, writer: Writer) -> Table | None:
    """Return each conflict of rules, and below it what giving up one of them brings."""
    found = reasons[reasons["kind"].isin(["conflict", "relaxed"])] if len(reasons) else reasons
    if not len(found):
        return None
    words = [
        writer.texts("roles.relaxed", rule=writer.say(reason))
        if kind == "relaxed"
        else writer.say(reason)
        for kind, reason in zip(found["kind"], found["reason"], strict=True)
    ]
    kinds = {"rules": "text", "saved_hours": "number", "short_hours": "number"}
    return writer.table(found.assign(rules=words), kinds, caption="roles.conflicts.table")


def _proofs(reasons: pd.DataFrame, writer: Writer) -> Table | None:
    found = reasons[reasons["kind"] == "proof"] if len(reasons) else reasons
    if not len(found):
        return None
    kinds = {"short_hours": "number", "reason": "sentence"}
    return writer.table(found, kinds, caption="roles.proofs.table")


def _rules(reasons: pd.DataFrame, writer: Writer) -> Table | None:
    found = reasons[reasons["kind"] == "rule"] if len(reasons) else reasons
    if not len(found):
        return None
    named = found.assign(subject=[_rule(writer, str(code)) for code in found["subject"]])
    kinds = {"subject": "text", "short_hours": "number", "proved_hours": "number"}
    return writer.table(named, kinds, caption="roles.rules.table")


def _rule(writer: Writer, code: str) -> str:
    number = code.removeprefix(LIMIT)
    if code.startswith(LIMIT) and number.isdecimal():
        return writer.texts.count("rolerule.limit", int(number))
    return writer.texts.name("rolerule", code)


def _levers(outcome: Outcome, writer: Writer) -> Table | None:
    reasons = outcome.role_reasons
    found = reasons[reasons["kind"].isin(["person", "training"])] if len(reasons) else reasons
    if not len(found):
        return None
    names = dict(zip(outcome.roles["rep_id"], outcome.roles["name"], strict=True))
    subjects = [_lever(writer, row, names) for row in found.to_dict("records")]
    kinds = {"subject": "text", "saved_hours": "number", "short_hours": "number"}
    return writer.table(found.assign(subject=subjects), kinds, caption="roles.levers.table")


def _lever(writer: Writer, row: Mapping[Any, Any], names: dict[str, str]) -> str:
    phase = writer.texts.name("phase", row["phase"])
    if row["kind"] == "training":
        person = names.get(str(row["rep_id"]), str(row["rep_id"]))
        return writer.texts("rolelever.training", name=person, phase=phase)
    pool = writer.texts.name("pool", row["pool"])
    return writer.texts("rolelever.person", phase=phase, pool=pool)
