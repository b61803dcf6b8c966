"""Write a workspace to start from: small tables that already plan, to be replaced by one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from scenarios.errors import UsageError

STARTERS = Path(__file__).parent / "starters"
COMMON = "common"


def starter_names() -> tuple[str, ...]:
    """Return the names of the shipped sales processes."""
    return tuple(sorted(p.name for p in STARTERS.iterdir() if p.is_dir() and p.name != COMMON))


def write_starter(name: str, folder: Path) -> tuple[str, ...]:
    """Copy the starter workspace `name` into `folder` and return the files written.

    Raises
    ------
    UsageError
        When there is no such starter, or a file would be overwritten; nothing is written then.
    """
    if name not in starter_names():
        raise UsageError(f"there is no template '{name}'; there are {', '.join(starter_names())}")
    files = {
        path.relative_to(STARTERS / part).as_posix(): path
        for part in (COMMON, name)
        for path in sorted((STARTERS / part).rglob("*"))
        if path.is_file()
    }
    taken = sorted(target for target in files if (folder / target).exists())
    if taken:
        raise UsageError(f"{folder} already has {', '.join(taken)}; nothing was written")
    for target, source in files.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / target)
    return tuple(sorted(files))
