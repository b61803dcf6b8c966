"""Table of what a plan takes for granted: every figure with source, grade and who set it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scenarios.assumption_scope import PLAN, Scope
from scenarios.assumption_sources import RULE, Origin, without_segment
from scenarios.capacity_terms import FLAT_HOURS, by_calendar, calendar_country, country_terms
from scenarios.config import Config
from scenarios.tables import LIST, TABLES
from scenarios.workspace import Workspace

COLUMNS = ["key", "value", "unit", "grade", "origin", "source"]
DEFAULT, WORKSPACE, SCENARIO, MODEL = "default", "workspace", "scenario", "model"
NOT_STATED = "not stated"
FLAT_ONLY = ("staffing.productive_hours_per_fte_month", "staffing.availability")
UNITS = {
    "hours": "h",
    "km": "km",
    "kmh": "km/h",
    "share": "ratio",
    "rate": "ratio",
    "tolerance": "ratio",
    "attrition": "ratio per year",
    "ramp": "ratio",
    "years": "years",
    "seconds": "s",
    "months": "months",
}
_GRADED = re.compile(r"\s*([A-D])\s*:\s*(.+)", re.DOTALL)


def assumption_table(
    workspace: Workspace, changes: pd.DataFrame, scope: Scope = PLAN
) -> pd.DataFrame:
    """Return key, value, unit, grade, origin and source of everything taken for granted.

    Rules of quartier.toml, columns of the tables, and what the models fix, as far as the command
    of the scope reads them. The origin is
    "default", "workspace" or, by `changes`, "scenario"; a source comes from [assumptions], where
    a leading "B: " gives its grade, or for defaults from Quartier. Rules that estimate nothing
    stand last.
    """
    config = workspace.config
    set_by_scenario = _set_by(changes)
    stated = dict(config.assumptions)
    rows = [
        *_rule_rows(config, set_by_scenario, scope),
        *_column_rows(workspace, set_by_scenario, scope),
    ]
    fixed = scope.structural
    rows += [(key, value, unit, o.grade, MODEL, o.source) for key, value, unit, o in fixed]
    told = {key for key, *_ in rows} | {without_segment(key) for key, *_ in rows}
    rows += [
        (key, "", "", _graded(why)[0], WORKSPACE, _graded(why)[1])
        for key, why in stated.items()
        if key not in told
    ]
    figures_first = sorted(rows, key=lambda row: row[-1] == RULE)
    return pd.DataFrame(figures_first, columns=COLUMNS, dtype=str)


Row = tuple[str, str, str, str, str, str]


def _rule_rows(config: Config, set_by_scenario: frozenset[str], scope: Scope) -> Iterator[Row]:
    rules, defaults = _rules(config, scope), _defaults(config, scope)
    unused = FLAT_ONLY if by_calendar(config) else ("calendar.", "capacity.")
    for key, value in rules.items():
        if key.startswith(unused):
            continue
        is_default = value == defaults.get(key)
        shown, known = _in_force(key, value, config) if is_default else (value, None)
        known = known or scope.origin(key)
        yield _row(
            key,
            shown,
            unit_of_rule(key, config.workspace.currency),
            config,
            known if is_default else None,
            set_by_scenario,
            scope,
        )


def _row(
    key: str,
    value: str,
    unit: str,
    config: Config,
    default: Origin | None,
    set_by_scenario: frozenset[str],
    scope: Scope,
) -> Row:
    """Return a row; `default` is where the value comes from unless somebody set it."""
    stated = config.assumptions.get(key) or config.assumptions.get(without_segment(key))
    origin = SCENARIO if key in set_by_scenario else WORKSPACE if default is None else DEFAULT
    if stated is not None:
        grade, source = _graded(stated)
        return key, value, unit, grade, origin, source
    if default is not None and origin == DEFAULT:
        return key, value, unit, default.grade, origin, default.source
    rule = scope.origin(key)
    is_choice = rule is not None and not rule.grade
    return key, value, unit, "", origin, rule.source if rule and is_choice else NOT_STATED


def _graded(stated: str) -> tuple[str, str]:
    """Return the grade and the source of what [assumptions] says.

    >>> _graded("B: a survey of 40 teams"), _graded("measured")
    (('B', 'a survey of 40 teams'), ('', 'measured'))
    """
    match = _GRADED.fullmatch(stated)
    return (match[1], match[2].strip()) if match else ("", stated)


def _in_force(key: str, value: str, config: Config) -> tuple[str, Origin | None]:
    """Return the value that stands in for an empty default, with its own origin."""
    terms = country_terms(calendar_country(config))
    if key == "staffing.productive_hours_per_fte_month":
        return f"{FLAT_HOURS:g}", None
    if key == "calendar.country":
        return calendar_country(config), None
    if key == "calendar.contract_hours_per_week":
        hours = f"{terms.contract_hours_per_week:g}"
        return hours, Origin(terms.hours_source, terms.hours_grade)
    if key == "calendar.leave_days_per_year":
        return f"{terms.leave_days_per_year:g}", Origin(terms.leave_source, terms.leave_grade)
    return "" if value == "None" else value, None


def _column_rows(
    workspace: Workspace, set_by_scenario: frozenset[str], scope: Scope
) -> Iterator[Row]:
    for key, default in scope.columns.items():
        table, column = key.split(".")
        frame, spec = workspace.tables[table], TABLES[table].column(column)
        if frame.empty:
            continue
        cells = frame[column].tolist()
        given = [cell for cell in cells if not _is_empty(cell)]
        if not given and default is None:
            continue
        values = sorted({_text(cell) for cell in given}, key=_as_number)
        is_default = not given or values == [_text(spec.default)]
        shown = _range(values) or _text(0.0 if spec.kind != LIST else 1.0)
        unit = spec.unit.replace("EUR", workspace.config.workspace.currency)
        known = default if is_default else None
        yield _row(key, shown, unit, workspace.config, known, set_by_scenario, scope)


def _is_empty(cell: Any) -> bool:
    return not len(cell) if isinstance(cell, tuple) else bool(pd.isna(cell))


def _range(values: list[str]) -> str:
    if len(values) <= 4:
        return "; ".join(values)
    return f"{values[0]} to {values[-1]}"


def _as_number(text: str) -> tuple[float, str]:
    try:
        return float(text.partition(" ")[0]), text
    except ValueError:
        return 0.0, text


def _set_by(changes: pd.DataFrame) -> frozenset[str]:
    """Return the keys a scenario changed: rules, and columns of tables."""
    rules = changes.loc[changes["table"] == "rules", "id"]
    cells = changes[changes["table"] != "rules"]
    columns = (
        f"{table}.{name}" for table, name in zip(cells["table"], cells["column"], strict=True)
    )
    return frozenset((*rules, *columns))


def _rules(config: Config, scope: Scope) -> dict[str, str]:
    return dict(_flat("", config.model_dump(include=set(scope.sections))))


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else key, item)
    else:
        yield prefix, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(_text(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def unit_of_rule(key: str, currency: str) -> str:
    """Return the unit a rule carries in its name.

    >>> unit_of_rule("travel.cost_eur_per_km", "EUR"), unit_of_rule("territory.stray_eur", "CHF")
    ('EUR per km', 'CHF')
    """
    amount, per, place = key.rsplit(".", 1)[-1].partition("_per_")
    words, per_words = amount.split("_"), place.split("_")
    units = {**UNITS, "eur": currency}
    found = next((units[word] for word in reversed(words) if word in units), "")
    if not per:
        return found
    found = currency if "eur" in per_words else found
    return f"{found} per {' '.join(word for word in per_words if word != 'eur')}".strip()


def _defaults(config: Config, scope: Scope) -> Mapping[str, str]:
    """Return the rules of a workspace that says nothing but what it must."""
    needed = {
        name: {"revenue_per_deal_eur": section.revenue_per_deal_eur}
        for name, section in config.segments.items()
    }
    bare = Config.model_validate(
        {
            "workspace": {"name": config.workspace.name},
            "horizon": {"first_month": config.horizon.first_month},
            "segments": needed,
        }
    )
    required = {f"segments.{name}.revenue_per_deal_eur" for name in needed}
    required.add("horizon.first_month")
    return {key: value for key, value in _rules(bare, scope).items() if key not in required}
