"""Write a workspace around the public CRM pipeline, its files as they are."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "crm_funnel"

CONFIG = """\
[workspace]
name = "CRM pipeline"
currency = "USD"

[horizon]
first_month = "2018-01"
months = 12

{segments}
[sources]
opportunities = "sales_pipeline.csv"

[columns.opportunities]
phase = "deal_stage"
segment = "product"
account_id = "account"
rep_id = "sales_agent"
entered_on = "engage_date"
left_on = "close_date"

[calibration.stages]
Prospecting = "prospecting"
Engaging = "engaging:open"
Won = "engaging:won"
Lost = "engaging:lost"
"""


def write_workspace(folder: Path) -> Path:
    """Write the workspace: pools are the regional offices, segments the products."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(DATA / "sales_pipeline.csv", folder)
    with (DATA / "products.csv").open(encoding="utf-8") as file:
        products = [row["product"] for row in csv.DictReader(file)]
    with (DATA / "sales_teams.csv").open(encoding="utf-8") as file:
        reps = [(r["sales_agent"], r["regional_office"]) for r in csv.DictReader(file)]
    segments = "\n".join(f'[segments."{name}"]\nrevenue_per_deal_eur = 1\n' for name in products)
    (folder / "quartier.toml").write_text(CONFIG.format(segments=segments), encoding="utf-8")
    _table(folder / "reps.csv", "rep_id,pool,kind", [f"{n},{p},inside" for n, p in reps])
    skills = [f"{name},{phase}" for name, _ in reps for phase in ("prospecting", "engaging")]
    _table(folder / "skills.csv", "rep_id,phase", skills)
    process = ["prospecting,1,lead,0.5,1", "engaging,2,opportunity,0.5,1"]
    _table(folder / "process.csv", "phase,order,unit,conversion,lag_months", process)
    norms = ["prospecting,call,1,10", "engaging,meeting,1,60"]
    head = "phase,activity,activities_per_unit,minutes_per_activity"
    _table(folder / "activity_norms.csv", head, norms)
    _table(folder / "targets.csv", "month,revenue_eur", ["2018,1000"])
    return folder


def _table(path: Path, head: str, lines: list[str]) -> None:
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
