"""Where an outcome comes from: inputs, limits, versions; the only place for times and machine."""

from __future__ import annotations

import hashlib
import platform
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from scenarios.decide import Decision, Request
from scenarios.store import RUNS

READ_SUFFIXES = {".toml", ".csv", ".xlsx", ".parquet", ".geojson", ".json", ".gpkg"}
LIBRARIES = (
    "ortools",
    "numpy",
    "scipy",
    "numba",
    "pandas",
    "geopandas",
    "shapely",
    "pyproj",
    "prefect",
)
ID_DIGITS = 10


def input_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every input file of a workspace, by its relative path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(_input_files(folder))
    }


def _input_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.suffix in READ_SUFFIXES and parts[0] != RUNS and not hidden and path.is_file():
            yield path


def run_id(request: Request) -> str:
    """Return an id that says what went in: the same input, scenario, limits and version.

    Planning the same thing twice gives the same id and the same files, so a re-run replaces its
    twin instead of piling up.
    """
    digest = hashlib.sha256()
    for name, content in input_digests(request.folder).items():
        # Another scenario's file is no input of this run.
        if not name.startswith("scenarios/") or name == f"scenarios/{request.scenario}.toml":
            digest.update(f"{name} {content}\n".encode())
    limits = f"{request.scenario} {request.seconds} {request.seed} {own_version()}"
    if request.adopt:
        limits += f" {request.adopt} {_adopted_digest(request)}"
    digest.update(limits.encode())
    return f"{request.scenario}-{digest.hexdigest()[:ID_DIGITS]}"


def _adopted_digest(request: Request) -> str:
    """Return the digest of the sourcing run whose decisions the plan takes over."""
    from scenarios.adopt import published_file

    return hashlib.sha256(published_file(request.folder, request.adopt).read_bytes()).hexdigest()


def own_version() -> str:
    """Return the version of Quartier."""
    return _version("quartier")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(tz=UTC)


def provenance(request: Request, decision: Decision, started: datetime) -> dict[str, Any]:
    """Return the provenance block of a run."""
    finished = now()
    solution = decision.territories.solution
    return {
        "quartier": own_version(),
        "scenario": request.scenario,
        "seed": request.seed,
        "adopted_run": request.adopt,
        "seconds_limit": request.seconds,
        "started_at": started.isoformat(timespec="seconds"),
        "finished_at": finished.isoformat(timespec="microseconds"),
        "seconds": round((finished - started).total_seconds(), 2),
        "seconds_territories": round(solution.seconds, 2) if solution else 0.0,
        "seconds_staffing": round(decision.staffing.solution.seconds, 2),
        "peak_memory_mb": _peak_memory_mb(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "libraries": {name: _version(name) for name in LIBRARIES},
        "inputs_sha256": input_digests(request.folder),
    }


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return round(peak / (1024**2 if sys.platform == "darwin" else 1024), 1)
