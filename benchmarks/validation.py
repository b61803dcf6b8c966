"""Turn measured rows into the Markdown tables of docs/validation.md.

    quartier bench gap FILES... --json > gap.json
    python -m benchmarks.validation --rows gap.json county.json

A file holds what `quartier bench ... --json` prints, or a bare list of rows. Rows are ordered as
they come; `--summary` prints one line for each set and solver.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from benchmarks.measure import Row
from benchmarks.table import cell

COLUMNS = (
    ("instance", "instance", "---"),
    ("solver", "solver", "---"),
    ("status", "status", "---"),
    ("value", "value", "---:"),
    ("best_known", "best known", "---:"),
    ("gap_to_best", "to best known", "---:"),
    ("bound", "proven bound", "---:"),
    ("gap", "gap", "---:"),
    ("seconds", "seconds", "---:"),
    ("peak_mb", "MB", "---:"),
)
SUMMARY = (
    "set",
    "solver",
    "instances",
    "plans",
    "proved",
    "best known met",
    "mean to best",
    "worst to best",
    "median gap",
    "mean seconds",
)
MET, MET_RELATIVE = 0.0051, 5e-7
"""Best known values are published with two decimals, or seven digits."""


class RowsError(ValueError):
    """Name a file of rows that cannot be used, and its fault."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Hold the rows of one file; `suite` and `limit` say under which conditions."""

    suite: str
    limit: str
    rows: tuple[Row, ...]


def read_rows(path: Path) -> Measured:
    """Read what a bench printed as JSON.

    Raises
    ------
    RowsError
        When the file is no such JSON.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RowsError(f"{path}: {error}") from error
    holder = {"suite": path.stem, "rows": document} if isinstance(document, list) else document
    rows = holder.get("rows") if isinstance(holder, dict) else None
    if not isinstance(rows, list) or not all(isinstance(r, dict) and "instance" in r for r in rows):
        raise RowsError(f"{path}: holds no rows with an instance")
    seconds, seed = holder.get("seconds"), holder.get("seed")
    limit = f"{seconds:g} s, seed {seed}" if isinstance(seconds, int | float) else ""
    return Measured(
        suite=str(holder.get("suite", path.stem)),
        limit=limit,
        rows=tuple(_with_values(row) for row in rows),
    )


def _with_values(row: Row) -> Row:
    """Return a row under the names of the published sets; what is wrong stands in its status."""
    money = {name: row[f"{name}_eur"] for name in ("value", "bound") if f"{name}_eur" in row}
    faults = row.get("violations")
    said = {"status": f"{row.get('status', '-')}, {faults} wrong"} if faults else {}
    return {**row, **money, **said}


def details(measured: Iterable[Measured]) -> str:
    """Return one table for each file."""
    return "\n".join("\n".join(_details(part)) + "\n" for part in measured)


def _details(part: Measured) -> Iterator[str]:
    yield f"{part.suite}{f' ({part.limit})' if part.limit else ''}:\n"
    yield _markdown(title for _, title, _ in COLUMNS)
    yield _markdown(rule for _, _, rule in COLUMNS)
    for row in part.rows:
        yield _markdown(cell(row, name) for name, _, _ in COLUMNS)


def summary(measured: Iterable[Measured]) -> str:
    """Return one line for each set and solver."""
    lines = [_markdown(SUMMARY), _markdown(["---", "---", *["---:"] * (len(SUMMARY) - 2)])]
    for part in measured:
        for solver in dict.fromkeys(row.get("solver", "") for row in part.rows):
            rows = [row for row in part.rows if row.get("solver", "") == solver]
            lines.append(_markdown([part.suite, solver, *_summary(rows)]))
    return "\n".join(lines) + "\n"


def _summary(rows: list[Row]) -> list[str]:
    found = [row for row in rows if row.get("value") is not None]
    to_best = [row["gap_to_best"] for row in found if row.get("gap_to_best") is not None]
    gaps = [row["gap"] for row in found if row.get("gap") is not None]
    proved = sum(row.get("status") in {"OPTIMAL", "INFEASIBLE"} for row in rows)
    return [
        str(len(rows)),
        str(len(found)),
        str(proved),
        str(sum(_meets_best(row) for row in found)),
        _share(mean(to_best)) if to_best else "-",
        _share(max(to_best)) if to_best else "-",
        _share(median(gaps)) if gaps else "-",
        f"{mean(row.get('seconds', 0.0) for row in rows):.1f}" if rows else "-",
    ]


def _meets_best(row: Row) -> bool:
    gap, best = row.get("gap_to_best"), row.get("best_known")
    if gap is None or best is None:
        return False
    return bool(gap <= MET_RELATIVE or gap * abs(best) <= MET)


def _share(value: float) -> str:
    return cell({"gap": float(value)}, "gap")


def _markdown(cells: Iterable[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in cells) + " |"


def main(arguments: list[str] | None = None) -> None:
    """Print the tables of the files named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--summary", action="store_true", help="one line a set and solver")
    args = parser.parse_args(arguments)
    try:
        measured = [read_rows(path) for path in args.rows]
    except RowsError as error:
        sys.exit(str(error))
    print(summary(measured) if args.summary else details(measured), end="")


if __name__ == "__main__":
    main()
