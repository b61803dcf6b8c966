"""Published formats in miniature, with values worked out by hand, and the shared loader."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SHARED = Path(__file__).parents[2].parent / "shared" / "benchmarks"

# Two agents, three jobs. Two plans fit: jobs 0 and 2 to agent 0 and job 1 to agent 1 (cost 6),
# or job 0 to agent 0 and jobs 1 and 2 to agent 1 (cost 11).
GAP = "2 3\n1 9 2\n5 3 7\n2 3 2\n3 2 2\n4 4\n"

# Four points on a line at 0, 1, 10, 11; demand 1 each, capacity 2: pairs, cost 1 + 1.
CPMP = "4 2\n0 0 2 1\n1 0 2 1\n10 0 2 1\n11 0 2 1\n"

# A path 5 - 6 - 7 - 8 with ids from 5; two districts of two nodes each, tau 0.
CTDP = "4 3 2 0\n5 0 0 1 1 1\n6 1 0 1 1 1\n7 3 0 1 1 1\n8 6 0 1 1 1\n5 6\n6 7\n7 8\n"

# A path 0 - 1 - 2 - 3 with 1,000,000 inhabitants each; two districts of two.
COUNTY = """# made
4 2 2000000 2000000
0 1000000 North
1 1000000 Two words
2 1000000 East
3 1000000 South
3
0 1
1 2
2 3
0 1 5 5
1 0 5 5
5 5 0 2
5 5 2 0
"""


def needs_shared() -> Path:
    """Return the folder of the published sets; skip the test where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the published sets are not kept beside the project")
    return SHARED


def shared_loader() -> ModuleType:
    """Return the loader kept beside the published sets, which evaluates plans its own way."""
    spec = importlib.util.spec_from_file_location("shared_loader", needs_shared() / "loader.py")
    assert spec is not None
    assert spec.loader is not None
    loader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loader)
    return loader


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file and return where."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def with_shared(test):
    """Mark a test that reads the published sets; their loader leaves files open."""
    quiet = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    return pytest.mark.shared(quiet(pytest.mark.filterwarnings("ignore::ResourceWarning")(test)))


def ints(*numbers: int) -> np.ndarray:
    """Return an answer."""
    return np.array(numbers, dtype=np.int64)
