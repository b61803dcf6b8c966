"""Write everything a run folder holds beside plan.json and the tables."""

from __future__ import annotations

from pathlib import Path

from reports.crm import write_crm
from reports.excel import write_excel
from reports.geopackage import write_geopackage
from reports.html import render_html
from reports.tables_csv import write_csvs
from scenarios.outcome import INTERRUPTED, PLANNED, Outcome
from scenarios.store import runs_folder, save_outcome

EXPORTED = {PLANNED, INTERRUPTED}
"""Only a plan that passed its check leaves the house; the report of any other says why not."""


def publish(outcome: Outcome, workspace_folder: Path) -> Path:
    """Save the run folder with its report and, for a checked plan, its exports; return it."""
    return save_outcome(outcome, runs_folder(workspace_folder), write_reports)


def write_reports(outcome: Outcome, folder: Path) -> None:
    """Write report.html always; workbook, CSVs, GeoPackage, CRM files for a checked plan only."""
    (folder / "report.html").write_text(render_html(outcome), encoding="utf-8")
    if outcome.state in EXPORTED:
        write_csvs(outcome, folder)
        write_excel(outcome, folder / "plan.xlsx")
        write_geopackage(outcome, folder / "territories.gpkg")
        write_crm(outcome, folder / "crm")
