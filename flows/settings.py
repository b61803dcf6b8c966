"""Settings of an embedded Prefect: nothing phones home, nothing is written outside the workspace.

They are defaults: whatever the environment already says stands.
"""

from __future__ import annotations

import os
from pathlib import Path

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "503",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
EPHEMERAL = {
    # The default of 20 seconds is too short for a busy machine with two cores.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    # A server that lives for one run schedules nothing.
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
}


def configure(workspace_folder: Path) -> None:
    """Set the defaults; must run before Prefect is imported."""
    defaults = {"PREFECT_HOME": str(workspace_folder.resolve() / ".prefect"), **QUIET}
    if not os.environ.get("PREFECT_API_URL"):
        defaults.update(EPHEMERAL)
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
