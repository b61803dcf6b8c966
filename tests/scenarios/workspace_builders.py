"""A small workspace without any finding, and ways to break one thing in it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Self

from scenarios.read import load_workspace
from scenarios.workspace import Workspace

Row = dict[str, str]

CONFIG: dict[str, Any] = {
    "workspace": {"name": "Small"},
    "horizon": {"first_month": "2027-01", "months": 12},
    "segments": {
        "gold": {"revenue_per_deal_eur": 30000.0, "visits_per_year": 12, "hours_per_visit": 2},
        "silver": {"revenue_per_deal_eur": 9000.0, "visits_per_year": 4, "hours_per_visit": 1.5},
    },
}

PHASES = ("prospecting", "appointment", "meeting", "proposal")


def _rows(columns: str, *lines: str) -> list[Row]:
    names = columns.split()
    return [dict(zip(names, line.split(), strict=True)) for line in lines]


def _blank(rows: list[Row]) -> list[Row]:
    """Turn the placeholder ~ into an empty cell."""
    return [{k: "" if v == "~" else v for k, v in row.items()} for row in rows]


TABLES: dict[str, list[Row]] = {
    "accounts": _rows(
        "account_id name lat_deg lon_deg unit_id segment potential_eur revenue_eur owner"
        " owner_since locked",
        "A1 Alpha 48.8566 2.3522 75 gold 50000 20000 R1 2024-03-01 yes",
        "A2 Beta 48.8049 2.1204 78 silver 9000 3000 R1 2023-01-15 no",
        "A3 Gamma 45.7640 4.8357 69 gold 42000 18000 R2 2022-06-01 no",
        "A4 Delta 45.7772 4.8550 69 silver 8000 1000 R2 2025-09-30 no",
        "A5 Epsilon 45.4397 4.3872 42 silver 7500 0 R2 2026-02-01 no",
    ),
    "units": _rows(
        "unit_id name lat_deg lon_deg",
        "75 Paris 48.8600 2.3400",
        "78 Yvelines 48.8100 2.1000",
        "69 Rhone 45.7500 4.8500",
        "42 Loire 45.4400 4.3900",
    ),
    "potentials": _blank(
        _rows("account_id product month potential_eur", "A1 scanners ~ 30000", "A1 beds ~ 20000")
    ),
    "reps": _rows(
        "rep_id name pool kind lat_deg lon_deg fte start_date languages current_phases",
        "R1 Ana north field 48.85 2.35 1 2020-01-01 fr|en meeting|proposal",
        "R2 Bo south field 45.75 4.85 0.8 2021-05-01 fr meeting|proposal",
        "R3 Cy north inside 48.85 2.35 1 2022-01-01 fr prospecting|appointment",
    ),
    "skills": _rows(
        "rep_id phase productivity preference",
        "R1 meeting 1.1 0.9",
        "R1 proposal 1 0.5",
        "R2 meeting 0.9 0.7",
        "R2 proposal 1 0.6",
        "R3 prospecting 1.2 0.4",
        "R3 appointment 1 0.8",
    ),
    "process": _blank(
        _rows(
            "phase order segment unit units_per_next conversion lag_months territorial documented",
            "prospecting 1 ~ prospect 20 ~ 1 no yes",
            "appointment 2 ~ opportunity ~ 0.5 0 no yes",
            "meeting 3 ~ opportunity 2 ~ 1 yes no",
            "proposal 4 gold opportunity ~ 0.25 1 yes no",
            "proposal 4 silver opportunity ~ 0.5 1 yes no",
        )
    ),
    "activity_norms": _blank(
        _rows(
            "phase activity segment activities_per_unit minutes_per_activity",
            "prospecting call ~ 3 6",
            "appointment call ~ 8 10",
            "meeting meeting ~ 1 90",
            "proposal proposal ~ 2 120",
        )
    ),
    "targets": _blank(
        _rows(
            "month segment pool revenue_eur",
            "2027 gold ~ 900000",
            "2027-03 silver north 30000",
            "2027-04 silver south 25000",
        )
    ),
    "pipeline": _blank(_rows("phase segment pool ready_month units", "meeting gold ~ 2027-01 3")),
    "hiring": _blank(
        _rows(
            "offer_id role phases pools contract term_months cost_eur_per_month ramp max_count",
            "H1 SDR prospecting|appointment north permanent ~ 4500 0.25|0.5|0.75 2",
            "H2 Closer proposal ~ fixed_term 12 7000 0.5 1",
        )
    ),
    "providers": _blank(
        _rows(
            "provider_id name phase location price_eur_per_hour setup_eur"
            " capacity_hours_per_month ramp quality",
            "P1 CallCo prospecting onshore 35 6000 500 0.6|0.8 0.9",
            "P1 CallCo appointment onshore 35 6000 500 0.6|0.8 0.9",
        )
    ),
    "overrides": _rows(
        "account_id rep_id reason author expires", "A2 R1 relationship Dana 2028-12-31"
    ),
    "universe": _blank(_rows("segment pool units recontact_months", "gold ~ 9000 ~")),
    "opportunities": _blank(
        _rows(
            "opportunity_id phase account_id segment rep_id entered_on left_on outcome",
            "O1 meeting A1 ~ R1 2026-01-12 2026-02-03 passed",
            "O1 proposal A1 ~ R1 2026-02-03 2026-03-20 won",
            "O2 meeting A4 ~ R2 2026-01-20 2026-02-10 lost",
            "O3 meeting ~ silver R2 2026-03-01 ~ open",
        )
    ),
    "activities": _rows(
        "activity_id phase activity opportunity_id rep_id done_on minutes",
        "V1 meeting meeting O1 R1 2026-01-12 95",
        "V2 proposal proposal O1 R1 2026-02-20 130",
    ),
}


class Draft:
    """Hold a workspace that is not written yet; every method returns the draft."""

    def __init__(self) -> None:
        self.config = deepcopy(CONFIG)
        self.tables = deepcopy(TABLES)

    def cells(self, table: str, row: int = 0, **cells: str) -> Self:
        self.tables[table][row].update(cells)
        return self

    def column(self, table: str, column: str, *values: str) -> Self:
        """Fill a column: one value for every row, or one value for all."""
        rows = self.tables[table]
        for row, value in zip(rows, values * (len(rows) if len(values) == 1 else 1), strict=True):
            row[column] = value
        return self

    def add(self, table: str, **cells: str) -> Self:
        self.tables[table].append(cells)
        return self

    def with_leave(self, *lines: str) -> Self:
        """Plan by the French calendar, with a leave table: rep_id first_day last_day kind."""
        self.tables["leave"] = _blank(_rows("rep_id first_day last_day kind", *lines))
        return self.rule("calendar", country="FRA")

    def with_role_rules(self, *lines: str) -> Self:
        """Add rows to the table role_rules: rep_id phase rule."""
        rows = [{**row, "reason": "agreed"} for row in _rows("rep_id phase rule", *lines)]
        self.tables["role_rules"] = rows
        return self

    def with_helping(self, *lines: str) -> Self:
        """Add rows to the table helping: pool helps_pool."""
        self.tables["helping"] = _rows("pool helps_pool", *lines)
        return self

    def like(self, table: str, row: int, **cells: str) -> Self:
        """Add a copy of a row with some cells changed."""
        return self.add(table, **{**self.tables[table][row], **cells})

    def without(self, table: str, *columns: str) -> Self:
        """Leave out columns, or the whole table when none is named."""
        if not columns:
            del self.tables[table]
        for row in self.tables.get(table, []):
            for column in columns:
                row.pop(column, None)
        return self

    def drop(self, table: str, **where: str) -> Self:
        rows = self.tables[table]
        self.tables[table] = [row for row in rows if any(row.get(k) != v for k, v in where.items())]
        return self

    def rule(self, section: str, **values: Any) -> Self:
        self.config.setdefault(section, {}).update(values)
        return self

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "quartier.toml").write_text(as_toml(self.config), encoding="utf-8")
        for name, rows in self.tables.items():
            write_csv(folder / f"{name}.csv", rows, TABLES.get(name, []))
        return folder

    def load(self, folder: Path) -> Workspace:
        return load_workspace(self.write(folder))


def write_csv(path: Path, rows: list[Row], model: list[Row] = [], **dialect: Any) -> None:  # noqa: B006
    columns = list(dict.fromkeys(c for row in rows or model[:1] for c in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", **dialect)
        writer.writeheader()
        writer.writerows(rows)


def as_toml(data: Mapping[str, Any], path: str = "") -> str:
    plain = {k: v for k, v in data.items() if not isinstance(v, Mapping)}
    lines = [f"[{path}]"] if path and plain else []
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in data.items():
        if isinstance(value, Mapping):
            lines.append(as_toml(value, f"{path}.{_key(key)}" if path else _key(key)))
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if key.isidentifier() else f'"{key}"'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def codes(workspace: Workspace) -> list[str]:
    """Return the codes found, each once, in alphabetical order."""
    return sorted({finding.code for finding in workspace.findings})
