"""Keep outcomes: one run folder each, whole or not at all, reloadable and byte-stable."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.areas import Shapes, no_shapes, read_shapes, write_shapes
from scenarios.errors import UsageError
from scenarios.outcome import Outcome, SolveRecord
from scenarios.outcome_shapes import NAMES

RUNS = "runs"
SHAPES = ("territory_shapes", "country_shape")
FRAMES = tuple(f.name for f in fields(Outcome) if f.type == "pd.DataFrame")
NEWER_FRAMES = (
    "compactness",
    "sensitivity",
    "replay",
    "capacity",
    "help_given",
    "throughput",
    "role_goals",
    "role_reasons",
    "leadership",
    "cash",
    "hire_curve",
    "price_limits",
    "levers",
    "agreement",
)
LATEST = "latest"


def runs_folder(workspace_folder: Path) -> Path:
    """Return the folder that holds the runs of a workspace."""
    return workspace_folder / RUNS


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """Yield a fresh folder that takes the place of `target` once everything is written.

    An interrupted or failed run leaves the former folder as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield draft
        draft.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        draft.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def save_outcome(
    outcome: Outcome, runs: Path, write_more: Callable[[Outcome, Path], None] | None = None
) -> Path:
    """Write the run folder of `outcome` below `runs` and return it.

    `write_more(outcome, folder)` adds the reports while the folder is not yet visible.
    """
    with replaced_folder(runs / outcome.run_id) as draft:
        tables = draft / "tables"
        tables.mkdir()
        for name in FRAMES:
            getattr(outcome, name).to_parquet(tables / f"{name}.parquet", index=False)
        for name in SHAPES:
            _save_shapes(getattr(outcome, name), tables / f"{name}.parquet")
        text = json.dumps(plan_document(outcome), ensure_ascii=False, indent=2, allow_nan=False)
        (draft / "plan.json").write_text(text + "\n", encoding="utf-8")
        if write_more is not None:
            write_more(outcome, draft)
    return runs / outcome.run_id


def _save_shapes(shapes: Shapes, path: Path) -> None:
    if len(shapes):
        write_shapes(shapes, path)


def plan_document(outcome: Outcome) -> dict[str, Any]:
    """Return what plan.json holds: everything but the tables, JSON values only."""
    document = {
        f.name: getattr(outcome, f.name)
        for f in fields(Outcome)
        if f.name not in FRAMES and f.name not in SHAPES
    }
    document["solves"] = [asdict(solve) for solve in outcome.solves]
    return _plain(document)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    # JSON knows no infinity and no not-a-number.
    return None if isinstance(value, float) and not math.isfinite(value) else value


def load_outcome(workspace_folder: Path, run: str = LATEST) -> Outcome:
    """Return the outcome kept as `run`; "latest" is the one that finished last.

    Raises
    ------
    UsageError
        When there is no such run or it cannot be read.
    """
    folder = find_run(workspace_folder, run)
    try:
        document: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        tables = _load_frames(folder / "tables")
        shapes = {name: _load_shapes(folder / "tables" / f"{name}.parquet") for name in SHAPES}
        document["solves"] = tuple(_solve_record(item) for item in document["solves"])
        document["shortfalls"] = tuple(document["shortfalls"])
        return Outcome(**{**document, **tables, **shapes})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"run '{folder.name}' cannot be read: {error}") from None


def _load_frames(tables: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a run; a run kept by an earlier version may lack the newer ones."""
    paths = {name: tables / f"{name}.parquet" for name in FRAMES}
    return {
        name: pd.read_parquet(path)
        for name, path in paths.items()
        if name not in NEWER_FRAMES or path.exists()
    }


def _solve_record(item: dict[str, Any]) -> SolveRecord:
    return SolveRecord(**{**item, "notes": tuple(item["notes"])})


def _load_shapes(path: Path) -> Shapes:
    return read_shapes(path) if path.exists() else no_shapes(*NAMES)


def find_run(workspace_folder: Path, run: str = LATEST) -> Path:
    """Return the folder of a run, by its id, the start of its id, or "latest"."""
    runs = runs_folder(workspace_folder)
    known = sorted(p.parent for p in runs.glob("*/plan.json"))
    if not known:
        raise UsageError(f"{workspace_folder} has no run yet: quartier plan {workspace_folder}")
    if run == LATEST:
        return max(known, key=_finished)
    return matching_run(known, run, "run")


def matching_run(known: Sequence[Path], run: str, what: str) -> Path:
    """Return the folder of this id, or the only one whose id starts so; `what` names its kind.

    Raises
    ------
    UsageError
        When none is so called, or several.
    """
    matches = [folder for folder in known if folder.name.startswith(run)]
    exact = [folder for folder in matches if folder.name == run]
    if len(exact or matches) != 1:
        names = ", ".join(folder.name for folder in known)
        raise UsageError(f"no single {what} is called '{run}'; there are: {names}")
    return (exact or matches)[0]


def _finished(folder: Path) -> tuple[str, str]:
    try:
        document: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        return str(document["provenance"].get("finished_at", "")), folder.name
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", folder.name
