"""Match the header of a file with the columns of its table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from scenarios.review import listed
from scenarios.tables import TableSpec


@dataclass(kw_only=True)
class ColumnMatch:
    """Say in which position of the file each of our columns stands, and what does not fit.

    `faults` are (code, column, message).
    """

    positions: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[str, str, str]] = field(default_factory=list)


def match_columns(
    header: tuple[str, ...], spec: TableSpec, mapped: Mapping[str, str]
) -> ColumnMatch:
    """Match a header with a table; `mapped` is {our column: theirs} of quartier.toml.

    Capitals, spaces and hyphens do not matter: `Account ID` is account_id.
    """
    match = ColumnMatch()
    places: dict[str, list[int]] = {}
    for position, name in enumerate(header):
        places.setdefault(_plain(name), []).append(position)
    ours = {column.name for column in spec.columns}
    for column, theirs in mapped.items():
        if column not in ours:
            message = f"{spec.name} has no column '{column}'" + _hint(column, ours)
            match.faults.append(("column_unmapped", column, message))
        elif _plain(theirs) not in places:
            message = f"{column} is mapped to '{theirs}', which the file does not have"
            match.faults.append(("column_unmapped", column, message + _hint(theirs, header)))
        else:
            _take(match, column, theirs, places[_plain(theirs)])
    for name in (c.name for c in spec.columns if c.name not in mapped):
        if name in places:
            _take(match, name, name, places[name])
    _find_missing(match, header, spec, mapped)
    _find_unused(match, header, spec, mapped)
    return match


def _take(match: ColumnMatch, column: str, theirs: str, positions: list[int]) -> None:
    match.positions[column] = positions[0]
    if len(positions) > 1:
        message = f"'{theirs}' stands {len(positions)} times in the header"
        match.faults.append(("column_twice", column, message))


def _find_missing(
    match: ColumnMatch, header: tuple[str, ...], spec: TableSpec, mapped: Mapping[str, str]
) -> None:
    for column in spec.columns:
        if column.required and column.name not in match.positions and column.name not in mapped:
            message = f"{spec.name} needs the column '{column.name}': {column.description}"
            match.faults.append(
                ("column_missing", column.name, message + _hint(column.name, header))
            )


def _find_unused(
    match: ColumnMatch, header: tuple[str, ...], spec: TableSpec, mapped: Mapping[str, str]
) -> None:
    taken = set(match.positions.values())
    free = [c.name for c in spec.columns if c.name not in match.positions and c.name not in mapped]
    unused = []
    for position, name in enumerate(header):
        if position in taken or not name or _plain(name) in match.positions:
            continue
        near = get_close_matches(_plain(name), free, n=1, cutoff=0.8)
        if near:
            message = f"'{name}' is not read; did you mean '{near[0]}'?"
            match.faults.append(("column_unknown", name, message))
        else:
            unused.append(name)
    if unused:
        message = f"{len(unused)} column(s) are not used: {listed(unused, 10)}"
        match.faults.append(("columns_unused", "", message))


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _hint(name: str, among: Iterable[str]) -> str:
    near = get_close_matches(name, list(among), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
