"""Calibrate a public CRM pipeline of 8,800 rows and hold it against its own last months."""

from __future__ import annotations

import pytest
from crm_funnel_workspace import DATA, write_workspace

from scenarios.calibrate import Calibration, calibrate
from scenarios.read import load_workspace
from scenarios.workspace import Workspace

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="the reference data are not beside the project"),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return load_workspace(write_workspace(tmp_path_factory.mktemp("crm_funnel")))


@pytest.fixture(scope="module", params=[3, 6])
def held_back(workspace: Workspace, request: pytest.FixtureRequest) -> Calibration:
    return calibrate(workspace, months_held_back=request.param)


def test_the_known_defects_are_found(workspace: Workspace) -> None:
    found = {f.code: f for f in workspace.findings}
    # 500 deals that were never engaged have no date; GTXPro is the product GTX Pro.
    assert len(workspace.set_aside) == 500
    assert "'GTXPro' is unknown; 1400 row(s)" in found["history_segment_unknown"].message
    assert not workspace.has_errors


def test_open_deals_lower_the_win_rate(workspace: Workspace) -> None:
    whole = calibrate(workspace).rates.iloc[0]
    # 4,238 of the 6,711 closed are won; of the open ones few will be.
    assert whole["rate"] == pytest.approx(0.505, abs=0.005)
    assert whole["units"] == 7115


def test_the_deals_of_the_months_held_back_are_forecast_within_15_percent(
    held_back: Calibration,
) -> None:
    (error,) = held_back.errors.to_dict("records")
    print(held_back.months_held_back, error)  # noqa: T201
    assert abs(error["bias"]) < 0.15
    naive = 0.632 * _open_and_new(held_back)
    assert abs(error["forecast"] - error["actual"]) < abs(naive - error["actual"]) / 3


def _open_and_new(found: Calibration) -> int:
    frame = found.history.opportunities
    cut = found.history.last - found.months_held_back
    return int(((frame["left"] < 0) | (frame["left"] > cut)).sum())
