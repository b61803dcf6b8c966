"""Lay a scenario over a workspace: named changes on tables and rules, each one logged.

A scenario is `scenarios/<name>.toml`: `title`, `extends`, a list of `[[change]]` (table, where and
one verb of set, scale, add, drop, append), `[rules]` (dotted keys of quartier.toml) and
`[assumptions]` (where the changed figures come from, as in quartier.toml). A change that matches
no row is an error, and so are two changes of the same cell: what a scenario says is what happens.
The tables of the base workspace are never touched.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from scenarios.config import Config
from scenarios.errors import UsageError
from scenarios.overlay_changes import Change, Log, apply_change
from scenarios.workspace import Workspace

BASE = "base"
CHANGE_COLUMNS = ["table", "id", "column", "before", "after"]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Hold a scenario as read: its changes in the file's order, its rules by dotted key."""

    name: str
    title: str
    changes: tuple[Change, ...] = ()
    rules: Mapping[str, Any] | None = None
    assumptions: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Overlaid:
    """Hold a workspace under a scenario; `changes` has columns table, id, column, before, after."""

    scenario: str
    title: str
    workspace: Workspace
    changes: pd.DataFrame


def scenario_names(workspace: Workspace) -> tuple[str, ...]:
    """Return the scenarios in the order of quartier.toml, then the other files by name."""
    files = sorted(p.stem for p in (workspace.folder / "scenarios").glob("*.toml"))
    listed = [name for name in workspace.config.scenarios if name in files]
    return (*listed, *(name for name in files if name not in listed))


def apply_scenario(workspace: Workspace, name: str = BASE) -> Overlaid:
    """Return the workspace under scenario `name`; "base" is the workspace as it is.

    Raises
    ------
    UsageError
        When the scenario is unknown or says something that cannot be done; every fault is named.
    """
    if name == BASE:
        title = workspace.config.workspace.name
        empty = pd.DataFrame(columns=CHANGE_COLUMNS)
        return Overlaid(scenario=BASE, title=title, workspace=workspace, changes=empty)
    scenario = read_scenario(workspace, name)
    log = Log()
    tables = dict(workspace.tables)
    for change in scenario.changes:
        apply_change(tables, change, log)
    config = _config_under_rules(workspace.config, scenario.rules or {}, log)
    sources = {**config.assumptions, **(scenario.assumptions or {})}
    config = config.model_copy(update={"assumptions": sources})
    if log.faults:
        raise UsageError(f"scenario '{name}': " + "; ".join(log.faults))
    return Overlaid(
        scenario=name,
        title=scenario.title,
        workspace=replace(
            workspace, tables=tables, config=config, rows_read=_rows_under(workspace, tables)
        ),
        changes=pd.DataFrame(log.rows, columns=CHANGE_COLUMNS, dtype=str),
    )


def _rows_under(workspace: Workspace, tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return the rows there are to plan: those read, plus the rows added, less those dropped."""
    before, read = workspace.tables, workspace.rows_read
    return {
        name: read.get(name, 0) + len(frame) - len(before[name]) for name, frame in tables.items()
    }


def read_scenario(workspace: Workspace, name: str, trail: tuple[str, ...] = ()) -> Scenario:
    """Return scenario `name` with the ones it extends laid before it."""
    known = scenario_names(workspace)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        there = f"there are: {', '.join(known)}" if known else "it has none"
        hint = f"did you mean '{near[0]}'?" if near else there
        raise UsageError(f"{workspace.folder.name} has no scenario '{name}'; {hint}")
    if name in trail:
        raise UsageError(f"scenario '{name}' extends itself: {' -> '.join((*trail, name))}")
    data = _parse(workspace.folder / "scenarios" / f"{name}.toml")
    own = Scenario(
        name=name,
        title=str(data.get("title", name)),
        changes=tuple(Change.from_toml(name, item) for item in data.get("change", [])),
        rules=dict(_dotted(data.get("rules", {}))),
        assumptions={key: str(why) for key, why in data.get("assumptions", {}).items()},
    )
    if "extends" not in data or data["extends"] == BASE:
        return own
    parent = read_scenario(workspace, str(data["extends"]), (*trail, name))
    return replace(
        own,
        changes=(*parent.changes, *own.changes),
        rules={**(parent.rules or {}), **(own.rules or {})},
        assumptions={**(parent.assumptions or {}), **(own.assumptions or {})},
    )


def _parse(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"scenarios/{path.name} is not valid TOML: {error}") from None
    unknown = sorted(set(data) - {"title", "extends", "change", "rules", "assumptions"})
    if unknown:
        raise UsageError(f"scenarios/{path.name}: unknown key(s) {', '.join(unknown)}")
    for key, kind, wanted in (
        ("change", list, "[[change]]"),
        ("rules", dict, "[rules]"),
        ("assumptions", dict, "[assumptions]"),
    ):
        if not isinstance(data.get(key, kind()), kind):
            raise UsageError(f"scenarios/{path.name}: write {key} as {wanted}")
    return data


def _dotted(rules: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield rules by dotted key: [rules.staffing] changes keys of the section, not all of it."""
    for key, value in rules.items():
        if isinstance(value, dict) and value:
            yield from _dotted(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _config_under_rules(config: Config, rules: Mapping[str, Any], log: Log) -> Config:
    data = config.model_dump()
    for key, value in rules.items():
        _set_rule(data, key, value, log)
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        log.faults += [f"rule {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        return config


def _set_rule(data: dict[str, Any], key: str, value: Any, log: Log) -> None:
    *sections, last = key.split(".")
    place: Any = data
    for section in sections:
        place = place.get(section) if isinstance(place, dict) else None
    if not isinstance(place, dict) or last not in place:
        log.faults.append(f"there is no rule '{key}' in quartier.toml's schema")
        return
    log.rows.append(["rules", key, "", str(place[last]), str(value)])
    place[last] = value
