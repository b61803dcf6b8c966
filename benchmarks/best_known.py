"""Find the best value known of an instance in the table beside its set."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TABLE = "best_known.csv"
LEVELS_ABOVE = 3


class TableError(ValueError):
    """Name a table of best known values that cannot be read, and its fault, in one line."""


@dataclass(frozen=True, kw_only=True)
class BestKnown:
    """Hold one row of a table of best known values.

    Attributes
    ----------
    value
        Best value published; None where there is none.
    status
        The table's own word: "yes" (optimal), "no", "open", "proven infeasible", "".
    row
        The row as it stands, for what only one set has (distance, sense, contiguity).
    """

    value: float | None
    status: str
    row: Mapping[str, str]


def find_table(path: Path, asked: Path | None) -> Path | None:
    """Return the table asked for, else the first in the folders above the instance."""
    if asked is not None:
        return asked
    for folder in list(path.absolute().parents)[:LEVELS_ABOVE]:
        if (folder / TABLE).is_file():
            return folder / TABLE
    return None


def find_best(table: Path | None, path: Path, wanted: Mapping[str, str]) -> BestKnown | None:
    """Return the row of an instance whose columns start with what is wanted.

    A column the table does not have, or leaves empty, excludes nothing.

    Raises
    ------
    TableError
        When the table cannot be read or has no column `instance`.
    """
    if table is None:
        return None
    names = names_of(path)
    for row in _rows(table):
        if row["instance"] in names and _fits(row, wanted):
            status = row.get("optimal?") or ""
            return BestKnown(value=_number(row.get("best_known")), status=status, row=row)
    return None


def names_of(path: Path) -> tuple[str, ...]:
    """Return what tables may call an instance: with its folder first, then without."""
    bare = path.name
    for ending in (".gz", ".txt", ".dat", ".in", ".population"):
        bare = bare.removesuffix(ending)
    folder = path.absolute().parent.name
    return f"{folder}/{bare}", bare


def _fits(row: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(not row.get(name) or row[name].startswith(value) for name, value in wanted.items())


def _rows(table: Path) -> list[dict[str, str]]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as stream:
            rows = [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise TableError(f"{table}: {reason}") from error
    if rows and "instance" not in rows[0]:
        raise TableError(f"{table}: no column 'instance'")
    return rows


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
