"""The part of the page about people: their territories, their load, their roles."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.charts import Dumbbells, Measure, dumbbells
from reports.format import is_missing
from reports.page_tables import Table, Writer
from scenarios.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class RoleCell:
    """Hold one phase of one person."""

    hours: str
    share: str
    preference: float | None
    preference_text: str
    is_new: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Hold one row of the role grid; a phase that is not held has None.

    `note` is the reason for holding none at all.
    """

    name: str
    kind: str
    cells: tuple[RoleCell | None, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class RoleGrid:
    """Hold who does what, by pool; `foot` sums the hours of a phase."""

    phases: tuple[str, ...]
    pools: tuple[tuple[str, tuple[Person, ...]], ...]
    foot: tuple[str, ...]


def tolerance_of(outcome: Outcome, measure: str) -> float | None:
    """Return the tolerance of a measure from the assumptions, None when they do not say."""
    table = outcome.assumptions
    rows = table[table["key"].astype(str).str.endswith(f"{measure}_tolerance")]
    for value in rows["value"]:
        try:
            return float(value)
        except (TypeError, ValueError):
            continue
    return None


def _ratios(amounts: pd.Series[float], targets: pd.Series[float]) -> list[float | None]:
    pairs = zip(amounts.tolist(), targets.tolist(), strict=True)
    return [None if is_missing(a) or is_missing(t) or t <= 0 else a / t - 1 for a, t in pairs]


def _measure(reps: pd.DataFrame, name: str, unit: str, title: str, limit: float | None) -> Measure:
    target = reps[f"{name}_target_{unit}"]
    # A rep who held nothing has no dot for before: -100 % would be read as a failure.
    before = reps[f"{name}_{unit}_before"].where(reps["accounts_before"] > 0)
    return Measure(
        title=title,
        before=_ratios(before, target),
        after=_ratios(reps[f"{name}_{unit}_after"], target),
        tolerance=limit,
    )


def balance_chart(outcome: Outcome, writer: Writer) -> Dumbbells | None:
    """Return workload and potential of every rep against the target, heaviest load first."""
    reps = outcome.reps.sort_values(
        ["workload_deviation", "rep_id"], ascending=[False, True], kind="stable"
    )
    if not len(reps):
        return None
    measures = [
        _measure(reps, name, unit, writer.texts(f"team.{name}"), tolerance_of(outcome, name))
        for name, unit in (("workload", "hours"), ("potential", "eur"))
    ]
    measures = [m for m in measures if any(v is not None for v in m.after)]
    names = [(str(n), str(p)) for n, p in zip(reps["name"], reps["pool"], strict=True)]
    return dumbbells(names, measures, writer.formats.signed_percent)


def by_name(reps: pd.DataFrame) -> pd.DataFrame:
    """Return the reps by pool, then name, as people look them up."""
    keys = reps[["pool", "name", "rep_id"]].astype(str).itertuples(index=False)
    order = [[reading_order(part) for part in key] for key in keys]
    return reps.iloc[sorted(range(len(reps)), key=order.__getitem__)]


def balance_table(outcome: Outcome, writer: Writer) -> Table:
    """Return the figures behind the chart."""
    columns = {
        "name": "text",
        "pool": "text",
        "accounts_before": "number",
        "accounts_after": "number",
        "accounts_gained": "number",
        "accounts_given": "number",
        "workload_hours_before": "number",
        "workload_hours_after": "number",
        "workload_target_hours": "number",
        "workload_deviation": "deviation",
        "potential_eur_before": "money",
        "potential_eur_after": "money",
        "potential_target_eur": "money",
        "potential_deviation": "deviation",
        "travel_hours_before": "number",
        "travel_hours_after": "number",
    }
    reps = by_name(outcome.reps)
    summed = [n for n, k in columns.items() if k in {"number", "money"}]
    totals = {n: writer.cell(columns[n], reps[n].sum()) for n in summed}
    foot = [writer.texts("col.total"), *(totals.get(n, "") for n in list(columns)[1:])]
    return writer.table(reps, columns, caption="team.table", foot=foot)


def territory_rows(outcome: Outcome, writer: Writer, colours: dict[str, int]) -> list[Any]:
    """Return the legend of the map: colour, rep, accounts, hours, deviation."""
    reps = by_name(outcome.reps)
    formats = writer.formats
    return [
        (
            colours.get(str(row["rep_id"]), "x"),
            str(row["name"]),
            formats.number(row["accounts_after"]),
            formats.number(row["workload_hours_after"]),
            formats.signed_percent(row["workload_deviation"]),
        )
        for row in reps.to_dict("records")
    ]


def phases_in_order(outcome: Outcome) -> list[str]:
    """Return the phases in the order of the funnel, then those only the roles know."""
    names = [*outcome.funnel["phase"].tolist(), *outcome.roles["phase"].tolist()]
    return list(dict.fromkeys(str(name) for name in names if name))


def _role_cell(row: Any, writer: Writer, *, today_known: bool) -> RoleCell:
    preference = None if is_missing(row["preference"]) else float(row["preference"])
    return RoleCell(
        hours=writer.formats.number(row["hours"]),
        share=writer.formats.percent(row["share_of_time"], 0),
        preference=preference,
        preference_text=writer.formats.percent(preference, 0),
        is_new=today_known and not bool(row["held_before"]),
        reason=writer.cell("sentence", row["reason"]),
    )


def reading_order(text: str) -> tuple[str, str]:
    """Return a key that sorts names as people look them up: accents and case aside.

    >>> sorted(["Zoé", "émile", "Adam"], key=reading_order)
    ['Adam', 'émile', 'Zoé']
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c)), text


def role_grid(outcome: Outcome, writer: Writer) -> RoleGrid | None:
    """Return persons by phases, grouped by pool; None when no role is known."""
    roles = outcome.roles
    if not len(roles):
        return None
    phases = phases_in_order(outcome)
    # Without today's roles every phase would be marked as new.
    known = bool(roles["held_before"].any())
    pools: dict[str, list[Person]] = {}
    people = dict(iter(roles.groupby(["pool", "name", "rep_id"], sort=True)))
    for key in sorted(people, key=lambda key: [reading_order(str(part)) for part in key]):
        person = _person(people[key], phases, writer, today_known=known)
        pools.setdefault(str(key[0]), []).append(person)
    hours = roles.groupby("phase")["hours"].sum()
    return RoleGrid(
        phases=tuple(writer.texts.name("phase", p) for p in phases),
        pools=tuple((pool, tuple(persons)) for pool, persons in pools.items()),
        foot=tuple(writer.formats.number(hours.get(p, 0.0)) for p in phases),
    )


def _person(rows: pd.DataFrame, phases: list[str], writer: Writer, *, today_known: bool) -> Person:
    held = {
        str(row["phase"]): _role_cell(row, writer, today_known=today_known)
        for row in rows.to_dict("records")
        if row["phase"]
    }
    first = rows.iloc[0]
    return Person(
        name=str(first["name"]),
        kind=writer.texts.name("kind", first["kind"]),
        cells=tuple(held.get(phase) for phase in phases),
        note="" if held else writer.cell("sentence", first["reason"]),
    )
