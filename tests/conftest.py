"""What every test shares: a quiet, private Prefect and the folder of the project."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine, so that a check is red for a reason and not by chance;
# HYPOTHESIS_PROFILE=explore draws new ones.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# Prefect reads its settings when it is imported, so they are set before anything else.
_PREFECT_HOME = tempfile.mkdtemp(prefix="quartier-prefect-")
os.environ.update(
    PREFECT_HOME=_PREFECT_HOME,
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    DO_NOT_TRACK="1",
    PREFECT_LOGGING_LEVEL="ERROR",
    PREFECT_SERVER_LOGGING_LEVEL="ERROR",
    PREFECT_LOGGING_TO_API_ENABLED="false",
    PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED="false",
)
os.environ.pop("PREFECT_API_URL", None)

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the root of the project."""
    return PROJECT


@pytest.fixture(scope="session", autouse=True)
def _no_prefect_home_left_behind():
    yield
    shutil.rmtree(_PREFECT_HOME, ignore_errors=True)


@pytest.fixture
def copy_of_example(project, tmp_path):
    """Return a function that copies an example workspace, its runs left out."""

    def copy(name: str) -> Path:
        target = tmp_path / name
        shutil.copytree(
            project / "examples" / name, target, ignore=shutil.ignore_patterns("runs", ".prefect")
        )
        return target

    return copy
