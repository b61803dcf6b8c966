"""Find the file of a table inside the workspace, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.config import Config
from scenarios.errors import Finding
from scenarios.review import finding
from scenarios.tables import TableSpec

SUFFIXES = (".csv", ".xlsx", ".parquet", ".geojson")
_KNOWN = {*SUFFIXES, ".txt", ".tsv", ".json"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Name the file of a table: where it lies, the name shown to people, the sheet if any."""

    path: Path
    shown: str
    sheet: str = ""


def find_source(
    folder: Path, spec: TableSpec, config: Config
) -> tuple[Source | None, tuple[Finding, ...]]:
    """Return the source of a table, None when it has none, and what is wrong about it."""
    named = config.sources.get(spec.name)
    if named is not None:
        return _named(folder, spec, named)
    there = [name for name in _default_names(spec) if (folder / name).is_file()]
    if not there:
        return None, _absent(spec)
    source, faults = _named(folder, spec, there[0])
    if len(there) > 1:
        message = f"{there[0]} is read; {', '.join(there[1:])} is there too"
        faults += (finding("source_ambiguous", table=spec.name, file=there[0], message=message),)
    return source, faults


def _default_names(spec: TableSpec) -> list[str]:
    suffixes = SUFFIXES if spec.name == "units" else SUFFIXES[:3]
    return [spec.name + suffix for suffix in suffixes]


def _absent(spec: TableSpec) -> tuple[Finding, ...]:
    if not spec.required:
        return ()
    message = f"there is no {spec.name}.csv, .xlsx or .parquet: {spec.description}"
    return (finding("table_missing", table=spec.name, file=spec.name, message=message),)


def _named(folder: Path, spec: TableSpec, named: str) -> tuple[Source | None, tuple[Finding, ...]]:
    name, _, sheet = named.partition("#")
    code, message = _fault(folder, name)
    if code:
        return None, (finding(code, table=spec.name, file=named, message=message),)
    path = (folder / name).resolve()
    return Source(path=path, shown=named, sheet=sheet), ()


def _fault(folder: Path, name: str) -> tuple[str, str]:
    """Return the code and message of what is wrong with a file name, ("", "") when nothing is."""
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            return "source_outside", f"'{name}' leads out of the workspace"
        if not path.is_file():
            return "source_missing", f"there is no file '{name}'"
    except (OSError, ValueError, RuntimeError):
        return "source_missing", f"'{name}' is no usable file name"
    if path.suffix.lower() not in _KNOWN:
        known = ", ".join(SUFFIXES)
        return "source_unreadable", f"'{name}' is of an unknown kind; known are {known}"
    return "", ""
