"""The territories of scenarios side by side: a small map of each plan, and travel by rep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reports.kpis import show, spec_of
from reports.maps import MapView, Spot, map_view
from reports.page_tables import Column, Table, Writer
from reports.page_team import by_name
from scenarios.outcome import Outcome

NOTED = ("stray_share_after", "contiguous_share_after", "travel_moves_eur", "accounts_moved")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Hold the map of one plan, the scenarios that share it, its strays and figures in words."""

    titles: tuple[str, ...]
    map: MapView
    strays: tuple[Spot, ...]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class TerritoryComparison:
    """Hold the distinct territory plans, and the travel of each rep in them."""

    drawn: tuple[Drawn, ...]
    travel: Table


def territory_comparison(outcomes: Sequence[Outcome], writer: Writer) -> TerritoryComparison | None:
    """Return the distinct territory plans of the scenarios; None where there is but one."""
    groups = _distinct([outcome for outcome in outcomes if len(outcome.territories)])
    drawn = tuple(one for one in (_drawn(group, writer) for group in groups) if one)
    if len(drawn) < 2:
        return None
    return TerritoryComparison(drawn=drawn, travel=_travel(groups, writer))


def _distinct(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """Group the outcomes by who serves which account, in the order they are met."""
    groups: dict[tuple[tuple[str, str], ...], list[Outcome]] = {}
    for outcome in outcomes:
        table = outcome.territories
        plan = tuple(zip(table["account_id"], table["rep_id"], strict=True))
        groups.setdefault(plan, []).append(outcome)
    return list(groups.values())


def _drawn(group: Sequence[Outcome], writer: Writer) -> Drawn | None:
    first = group[0]
    drawn = map_view(first, writer.texts, writer.formats)
    if drawn is None:
        return None
    figures = tuple(
        (writer.texts(f"kpi.{name}"), show(writer.formats, spec_of(name).kind, first.kpis[name]))
        for name in NOTED
        if name in first.kpis
    )
    return Drawn(
        titles=tuple(outcome.title for outcome in group),
        map=drawn,
        strays=tuple(spot for spot in drawn.spots if spot.stray),
        figures=figures,
    )


def _travel(groups: Sequence[Sequence[Outcome]], writer: Writer) -> Table:
    """Return the yearly travel hours of every rep today and in each plan; totals below."""
    people = pd.concat([group[0].reps for group in groups]).drop_duplicates("rep_id")
    people = by_name(people)
    ids = people["rep_id"]
    columns = [people["travel_hours_before"].tolist()]
    columns += [
        ids.map(group[0].reps.set_index("rep_id")["travel_hours_after"]).tolist()
        for group in groups
    ]
    number, texts = writer.formats.number, writer.texts
    titles = [texts("compare.today"), *(group[0].title for group in groups)]
    heads = [writer.column("name", "text"), writer.column("pool", "text")]
    rows = zip(people["name"], people["pool"], *columns, strict=True)
    return Table(
        caption=texts("compare.travel"),
        columns=(*heads, *(Column(label=title, numeric=True) for title in titles)),
        rows=tuple((str(n), str(p), *(number(hours) for hours in each)) for n, p, *each in rows),
        foot=(texts("col.total"), "", *(number(float(pd.Series(c).sum())) for c in columns)),
    )
