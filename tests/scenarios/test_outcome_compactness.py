"""How territories look, before and after: counted by hand on small maps."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from outcome_builders import make_outcome

from geodata.areas import no_shapes
from geodata.graphs import units_by_place
from scenarios.decide import Request, Watch
from scenarios.outcome_compactness import (
    COMPACTNESS_COLUMNS,
    compactness_kpis,
    compactness_table,
)
from scenarios.run import make_outcome as plan
from scenarios.starter import write_starter
from scenarios.store import load_outcome, runs_folder, save_outcome

NOTHING = {"before": no_shapes("rep_id"), "after": no_shapes("rep_id")}
REPS = pd.DataFrame({"rep_id": ["R1", "R2"], "name": ["Ann", "Bo"], "pool": ["n", "n"]})
ROW_OF_SIX = pd.DataFrame(
    {
        "lat_deg": [47.0] * 6,
        "lon_deg": [2.0, 2.1, 2.2, 2.3, 2.4, 2.5],
        "previous_rep_id": ["R1", "R2", "R1", "R9", "", "R2"],
        "rep_id": ["R1", "R1", "R1", "R2", "R2", "R2"],
    }
)


def _table(territories=ROW_OF_SIX, reps=REPS):
    edges = units_by_place(territories["lat_deg"], territories["lon_deg"])
    return compactness_table(territories, reps, edges, NOTHING, "hulls").set_index("rep_id")


def test_pieces_and_strays_along_a_road_before_and_after():
    table = _table()
    assert list(table.columns) == COMPACTNESS_COLUMNS[1:]
    assert table["accounts_before"].to_dict() == {"R1": 2, "R2": 2, "R9": 1}
    assert table["pieces_before"].to_dict() == {"R1": 2, "R2": 2, "R9": 1}
    assert table["stray_accounts_before"].to_dict() == {"R1": 1, "R2": 1, "R9": 0}
    assert table["pieces_after"].to_dict() == {"R1": 1, "R2": 1, "R9": 0}
    assert table["stray_accounts_after"].sum() == 0


def test_a_former_owner_without_a_seat_is_listed_below_the_reps():
    table = _table()
    assert table.index.tolist() == ["R1", "R2", "R9"]
    assert table.loc["R9", ["name", "pool"]].tolist() == ["", ""]


def test_the_summary_weighs_accounts_alike_and_territories_alike():
    kpis = compactness_kpis(_table().reset_index())
    assert kpis["stray_share_before"] == pytest.approx(2 / 5)
    assert kpis["contiguous_share_before"] == pytest.approx(1 / 3)
    assert (kpis["stray_share_after"], kpis["contiguous_share_after"]) == (0.0, 1.0)
    # Three accounts 0.1 degrees apart: 0.1, 0 and 0.1 degrees from the middle.
    km = math.radians(0.1) * 6371.0088 * math.cos(math.radians(47)) * 2 / 3
    assert kpis["mean_km_to_middle_after"] == pytest.approx(km, rel=1e-3)
    # Hulls along a road are slivers.
    assert kpis.get("polsby_popper_after", 0.0) < 0.01


def test_hulls_stand_in_where_there_are_no_polygons():
    rng = np.random.default_rng(1)
    territories = pd.DataFrame(
        {
            "lat_deg": 47 + rng.uniform(0, 1, 60),
            "lon_deg": 2 + rng.uniform(0, 1, 60),
            "previous_rep_id": rng.choice(["R1", "R2"], 60),
        }
    )
    territories["rep_id"] = np.where(territories["lon_deg"] < 2.5, "R1", "R2")
    kpis = compactness_kpis(_table(territories).reset_index())
    assert 0.2 < kpis["polsby_popper_after"] <= 1.0
    assert 0.2 < kpis["reock_after"] <= 1.0
    assert kpis["stray_share_before"] > kpis["stray_share_after"] == 0.0
    assert kpis["among_others_share_before"] > 0.5 > kpis["among_others_share_after"] == 0.0


def test_accounts_without_a_place_count_as_accounts_and_lie_nowhere():
    territories = ROW_OF_SIX.assign(lat_deg=[47.0, 47.0, 47.0, 47.0, 47.0, np.nan])
    edges = units_by_place(territories["lat_deg"][:5], territories["lon_deg"][:5])
    table = compactness_table(territories, REPS, edges, NOTHING, "hulls").set_index("rep_id")
    assert table.loc["R2", "accounts_after"] == 3
    assert table.loc["R2", "stray_accounts_after"] == 0


def test_without_territories_there_is_nothing_to_measure():
    empty = compactness_table(
        ROW_OF_SIX.iloc[:0], REPS, np.empty((0, 2), dtype=np.int64), NOTHING, "hulls"
    )
    assert empty.empty
    assert compactness_kpis(empty) == {}


def test_a_plan_measures_its_territories_on_the_cells_it_draws(tmp_path):
    write_starter("outbound", tmp_path)
    outcome = plan(Request(folder=tmp_path), Watch())
    assert set(outcome.compactness["drawn_from"]) == {"cells"}
    assert outcome.compactness["accounts_after"].tolist() == outcome.reps["accounts_after"].tolist()
    assert {"stray_share_after", "polsby_popper_before", "reock_after"} <= set(outcome.kpis)
    assert (outcome.reps["workload_room_eur_per_hour"] >= 0).all()


def test_a_run_kept_before_there_were_such_measures_can_still_be_read(tmp_path):
    outcome = make_outcome()
    folder = save_outcome(outcome, runs_folder(tmp_path))
    (folder / "tables" / "compactness.parquet").unlink()
    loaded = load_outcome(tmp_path, outcome.run_id)
    assert loaded.compactness.empty
    assert replace(loaded, compactness=outcome.compactness).reps.equals(loaded.reps)
