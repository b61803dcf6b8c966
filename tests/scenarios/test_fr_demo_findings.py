"""Known defects of a real file: how many are found, and how many findings are false alarms.

The answer key of the French health establishments names defects by kind. Kinds that no column of
ours shows cannot be found: siret_absent and siret_partage (there is no company number among our
columns) and capacite_nulle (neither bed nor place, which is two columns of theirs and no defect
of a dialysis centre).
"""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from workspace_builders import Draft

from scenarios.read import load_workspace, recheck
from scenarios.workspace import Workspace

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
ACCOUNTS = SHARED / "fr_demo" / "comptes_etablissements_sante.csv"
KEY = SHARED / "fr_demo" / "defauts_connus.csv"
COLUMNS = {
    "name": "nom",
    "lat_deg": "lat",
    "lon_deg": "lon",
    "segment": "statut",
    "potential_eur": "etp_total",
    "workload_hours": "lits_total",
}
COMMUNES = {"unit_id": "code_commune", "name": "nom", "lat_deg": "lat", "lon_deg": "lon"}
DEPARTEMENTS = {"unit_id": "code", "name": "nom"}
CODES_OF_KIND = {
    "coordonnees_incoherentes_avec_la_commune": ("coordinates_far_from_unit",),
    "coordonnees_manquantes": ("coordinates_missing",),
    "coordonnees_partagees": ("coordinates_shared", "coordinates_far_from_unit"),
    "etp_nul": ("potential_zero",),
    "mesures_absentes": ("potential_missing",),
    "nom_et_commune_en_double": ("account_repeated",),
}
GROUPED = {"coordinates_shared", "account_repeated"}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not KEY.is_file(), reason="the reference data are not beside the project"),
]


@dataclass(frozen=True)
class Measured:
    known: int
    found: int
    false_alarms: int


def workspace_of_france(folder: Path, units: str, mapping: Mapping[str, str], unit: str) -> Path:
    draft = Draft()
    for table in ("accounts", "units", "potentials", "overrides", "universe"):
        draft.without(table)
    draft.without("opportunities").without("activities")
    segments = ("public", "prive_non_lucratif", "prive_lucratif")
    draft.config["segments"] = {name: {"revenue_per_deal_eur": 1000.0} for name in segments}
    draft.drop("process", segment="silver").column("process", "segment", "")
    draft.column("targets", "segment", "").column("pipeline", "segment", "")
    draft.rule("workspace", country="FRA").rule("sources", accounts="sante.csv", units=units)
    draft.rule("columns", accounts={**COLUMNS, "unit_id": unit}, units=dict(mapping))
    draft.write(folder)
    shutil.copy(ACCOUNTS, folder / "sante.csv")
    shutil.copy(SHARED / "fr_geo" / units, folder / units)
    return folder


def measure(workspace: Workspace) -> dict[str, Measured]:
    known: dict[str, set[str]] = defaultdict(set)
    with KEY.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            known[row["defaut"]].add(row["account_id"])
    found = flagged(workspace)
    table = {}
    for kind, codes in CODES_OF_KIND.items():
        named = set().union(*(found[code] for code in codes))
        # A point that is reported as far off is no false alarm of the kind that shares it.
        alarms = found[codes[0]] - known[kind]
        table[kind] = Measured(len(known[kind]), len(known[kind] & named), len(alarms))
    return table


def flagged(workspace: Workspace) -> dict[str, set[str]]:
    with ACCOUNTS.open(encoding="utf-8", newline="") as lines:
        id_of_line = {n: row["account_id"] for n, row in enumerate(csv.DictReader(lines), 2)}
    found: dict[str, set[str]] = defaultdict(set)
    for f in workspace.findings:
        if f.table == "accounts" and f.row:
            found[f.code] |= set(f.value.split("|")) if f.code in GROUPED else {id_of_line[f.row]}
    return found


def show(title: str, table: Mapping[str, Measured]) -> None:
    print(f"\n{title}")  # noqa: T201
    for kind, row in table.items():
        print(f"{kind:42} known {row.known:4} found {row.found:4} false {row.false_alarms:4}")  # noqa: T201


@pytest.fixture(scope="module")
def by_commune(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("communes")
    return load_workspace(workspace_of_france(folder, "communes.csv", COMMUNES, "code_commune"))


@pytest.fixture(scope="module")
def by_departement(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("departements")
    return load_workspace(
        workspace_of_france(folder, "departements.geojson", DEPARTEMENTS, "code_departement")
    )


def test_with_communes_as_points_every_visible_defect_is_found(by_commune: Workspace) -> None:
    table = measure(by_commune)
    show("units: points of 34,875 communes", table)
    assert all(row.found == row.known for row in table.values())
    assert table["coordonnees_incoherentes_avec_la_commune"].false_alarms == 0
    assert table["coordonnees_manquantes"].false_alarms == 0
    assert table["etp_nul"].false_alarms == 0
    assert table["mesures_absentes"].false_alarms == 0
    # Two sites of one name 1 to 5 km apart, in neighbouring communes.
    assert table["nom_et_commune_en_double"].false_alarms <= 2
    # Middles of the districts of Paris, Lyon and Marseille: shared points, not in the key.
    assert table["coordonnees_partagees"].false_alarms <= 71


def test_with_polygons_of_departements_only_gross_errors_show(by_departement: Workspace) -> None:
    table = measure(by_departement)
    show("units: polygons of 101 departements", table)
    wrong = table["coordonnees_incoherentes_avec_la_commune"]
    assert wrong.found >= 17
    assert wrong.false_alarms == 0


def test_no_account_of_the_file_gets_lost(by_commune: Workspace) -> None:
    aside = by_commune.set_aside
    assert by_commune.rows_read["accounts"] == 3984
    assert len(by_commune.tables["accounts"]) + (aside["table"] == "accounts").sum() == 3984
    # The three islanders without coordinates and without a commune in the units.
    assert aside["id"].tolist() == ["970107587", "970111563", "970115002"]
    assert by_commune.tables["accounts"][["lat_deg", "lon_deg"]].notna().all(axis=None)
    assert not by_commune.has_errors


def test_checking_the_real_file_again_finds_the_same(by_commune: Workspace) -> None:
    assert recheck(by_commune).findings == by_commune.findings
