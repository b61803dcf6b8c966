"""The flow and the direct calls give one outcome; the server lists the run as COMPLETED."""

import os
import subprocess
import sys
from dataclasses import fields

import pandas as pd
import pytest

from flows.engine import run_directly, run_plan
from scenarios.decide import Request, Watch
from scenarios.errors import InputError
from scenarios.outcome import Outcome

pytestmark = [
    pytest.mark.server,
    pytest.mark.filterwarnings("ignore"),  # Prefect and its server warn about themselves
]


@pytest.fixture(scope="session")
def server():
    """Start one Prefect server for the whole session."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


def flow_runs() -> list:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.read_flow_runs()


def test_flow_and_direct_calls_give_the_same_outcome(server, copy_of_example):
    folder = copy_of_example("season")
    request = Request(folder=folder, scenario="b-with-provider")
    direct, direct_folder = run_directly(request, Watch())
    files = {p.name: p.read_bytes() for p in direct_folder.iterdir() if p.suffix == ".csv"}
    flowed, flow_folder = run_plan(request, force_prefect=True)
    assert flow_folder == direct_folder
    assert {p.name: p.read_bytes() for p in flow_folder.iterdir() if p.suffix == ".csv"} == files
    for field in fields(Outcome):
        one, other = getattr(direct, field.name), getattr(flowed, field.name)
        if field.name == "provenance":
            continue
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other), obj=field.name)
        else:
            assert one == other, field.name
    states = [run.state_name for run in flow_runs()]
    assert "Completed" in states


def test_wrong_input_fails_the_flow_run_and_names_the_findings(server, copy_of_example):
    folder = copy_of_example("season")
    (folder / "reps.csv").unlink()
    before = len(flow_runs())
    with pytest.raises(InputError) as raised:
        run_plan(Request(folder=folder), force_prefect=True)
    assert raised.value.findings
    runs = flow_runs()
    assert len(runs) == before + 1
    assert sorted(run.state_type.value for run in runs)[-1] == "FAILED"


def test_kpis_and_report_are_artifacts(server, copy_of_example):
    from prefect.client.orchestration import get_client

    run_plan(Request(folder=copy_of_example("action-plan")), force_prefect=True)
    with get_client(sync_client=True) as client:
        keys = {artifact.key for artifact in client.read_artifacts()}
    assert {"quartier-base-kpis", "quartier-base-report"} <= keys


def test_the_command_runs_the_flow_when_a_server_is_configured(server, copy_of_example):
    from prefect.settings import PREFECT_API_URL

    before = len(flow_runs())
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "from flows.cli import main; main()",
            "plan",
            str(copy_of_example("action-plan")),
        ],
        env={**os.environ, "PREFECT_API_URL": PREFECT_API_URL.value()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "report.html" in ended.stdout
    assert len(flow_runs()) == before + 1
