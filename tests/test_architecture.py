"""Imports point one way, libraries stay where they belong, files and functions stay short."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "reports", "scenarios", "optimizer", "geodata", "benchmarks")
MAY_IMPORT = {
    "flows": {"reports", "scenarios", "optimizer", "geodata", "benchmarks"},
    "reports": {"scenarios", "geodata"},
    "scenarios": {"optimizer", "geodata"},
    "optimizer": set(),
    "geodata": set(),
    "benchmarks": {"scenarios", "optimizer", "geodata"},
}
APART = "benchmarks/peer_environment/"
"""Runs in an environment of its own, with libraries that do not go together with the project's."""
GEO = ("geodata", "reports/geopackage.py")
CONFINED = {
    "prefect": ("flows",),
    "typer": ("flows",),
    "rich": ("flows",),
    "ortools": ("optimizer", "benchmarks/peers.py"),
    "geopandas": GEO,
    "shapely": GEO,
    "pyproj": GEO,
    "pyogrio": GEO,
    "sqlalchemy": ("scenarios/store.py",),
    "jinja2": ("reports",),
    "xlsxwriter": ("reports",),
    "babel": ("reports",),
    "python_calamine": ("scenarios",),
    "pydantic": ("scenarios",),
    "holidays": ("scenarios/calendar_places.py",),
}
NOWHERE = {"yaml", "pickle", "highspy", "matplotlib", "plotly", "folium", "openpyxl", "requests"}
NOT_IN_OPTIMIZER = {"pandas", "pathlib", "io", "shutil", "random", "logging"}
"""The optimizer takes arrays and returns arrays: no tables, files or global dice."""
WITHOUT_CLOCK = ("optimizer", "geodata", "reports")
"""Their results depend on their arguments alone; a duration (`perf_counter`) may stop a search."""
CLOCKS = {"now", "today", "utcnow", "time", "time_ns"}
SHIPPED_WITH = {"annotated_types": "pydantic", "pydantic_core": "pydantic", "markupsafe": "jinja2"}
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 300, 50, 8

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> dict[str, str]:
    """Return path (relative, with /) -> text of every module of the packages."""
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files}
    return {path: text for path, text in texts.items() if not path.startswith(APART)}


def imported(source: str) -> list[str]:
    """Return every module a source imports, dotted, wherever in the file it does."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            names += [start, *(f"{start}.{alias.name}" for alias in node.names)]
        elif _is_dynamic_import(node):
            names.append(node.args[0].value)
    return names


def _is_dynamic_import(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else None
    called = node.func.id if isinstance(node.func, ast.Name) else called
    return called in {"import_module", "__import__"} and isinstance(node.args[0].value, str)


def faults_of(path: str, source: str) -> list[str]:
    """Return what a module imports against the rules."""
    names = imported(source)
    roots = sorted({name.split(".")[0] for name in names})
    package = path.partition("/")[0]
    allowed = MAY_IMPORT[package] | {package}
    faults = [
        f"{path} imports {root}" for root in roots if root in PACKAGES and root not in allowed
    ]
    faults += [f"{path} imports {root}" for root in roots if not _may_hold(path, root)]
    if package == "optimizer":
        faults += [f"{path} imports {root}" for root in roots if root in NOT_IN_OPTIMIZER]
    if package in WITHOUT_CLOCK and reads_clock(source):
        faults.append(f"{path} reads the clock")
    if any(name.startswith(".") for name in names):
        faults.append(f"{path} imports relatively")
    return faults + _faults_of_checker(path, names)


def reads_clock(source: str) -> bool:
    """Say whether a source asks for the time of day: `datetime.now()`, `time.time()`."""
    nodes = list(ast.walk(ast.parse(source)))
    calls = [n.func for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    from_time = [n for n in nodes if isinstance(n, ast.ImportFrom) and n.module == "time"]
    return any(call.attr in CLOCKS for call in calls) or any(
        alias.name in CLOCKS for node in from_time for alias in node.names
    )


def _may_hold(path: str, root: str) -> bool:
    homes = CONFINED.get(root)
    if homes is None:
        return root not in NOWHERE
    return any(path == home or path.startswith(f"{home}/") for home in homes)


def _faults_of_checker(path: str, names: list[str]) -> list[str]:
    """Return what a module of the independent check imports of how plans are found."""
    if not path.startswith("optimizer/verify"):
        return []
    modules = {name.split(".")[1] for name in names if name.startswith("optimizer.")}
    strangers = sorted(m for m in modules if not _is_known_to_checkers(m))
    return [f"{path} imports optimizer.{module}" for module in strangers]


def _is_known_to_checkers(module: str) -> bool:
    return module == "result" or module.startswith("verify") or module.endswith("_problem")


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Yield each function with its lines, the docstring left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield node.name, _lines(node)


def _lines(node: Function) -> int:
    whole = node.end_lineno - node.lineno + 1
    first = node.body[0]
    has_docstring = ast.get_docstring(node, clean=False) is not None
    return whole - (first.end_lineno - first.lineno + 1 if has_docstring else 0)


def test_imports_point_one_way_and_libraries_stay_at_home():
    faults = [fault for path, text in sources().items() for fault in faults_of(path, text)]
    assert faults == []


def test_the_packages_are_there_and_flat():
    for package in PACKAGES:
        assert (ROOT / package / "__init__.py").is_file()
    assert [path for path in sources() if path.count("/") > 1] == []


def test_every_import_is_the_standard_library_or_a_declared_dependency():
    declared = (ROOT / "requirements" / "run.in").read_text("utf-8").lower().replace("-", "_")
    roots = {name.split(".")[0] for text in sources().values() for name in imported(text)}
    strangers = {SHIPPED_WITH.get(name, name) for name in roots - set(sys.stdlib_module_names)}
    strangers -= set(PACKAGES)
    assert sorted(name for name in strangers if f"\n{name.lower()}" not in declared) == []


def test_no_file_grows_too_long():
    lengths = {path: text.count("\n") for path, text in sources().items()}
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_grows_too_long():
    lengths = {
        f"{path}:{name}": n for path, text in sources().items() for name, n in functions(text)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_most_functions_are_a_few_lines():
    assert median(n for text in sources().values() for _, n in functions(text)) <= MEDIAN_FUNCTION


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("optimizer/search.py", "import pandas as pd"),
        ("optimizer/search.py", "from scenarios.config import Config"),
        ("optimizer/search.py", "from geodata import travel"),
        ("geodata/points.py", "import optimizer.result"),
        ("scenarios/build.py", "from reports.text import summary"),
        ("scenarios/build.py", "import ortools"),
        ("scenarios/build.py", "def f():\n    from sqlalchemy import text"),
        ("reports/html.py", "from optimizer.staffing import solve_staffing"),
        ("reports/html.py", "import typer"),
        ("reports/maps.py", "from shapely.geometry import Point"),
        ("scenarios/read.py", "import yaml"),
        ("scenarios/capacity.py", "import holidays"),
        ("scenarios/read.py", "import importlib\nimportlib.import_module('pickle')"),
        ("flows/cli.py", "from . import plan"),
        ("optimizer/search.py", "import time\nstart = time.time()"),
        ("optimizer/search.py", "from time import time"),
        ("reports/html.py", "from datetime import datetime\nd = datetime.now()"),
        ("optimizer/verify.py", "from optimizer.territories import solve_territories"),
        ("optimizer/verify_staffing.py", "from optimizer import staffing_model"),
        ("scenarios/run.py", "from benchmarks.measure import measured"),
        ("optimizer/search.py", "import benchmarks"),
        ("benchmarks/rows.py", "from reports.text import summary"),
        ("benchmarks/rows.py", "import ortools"),
        ("benchmarks/measure.py", "import typer"),
    ],
)
def test_a_planted_violation_is_caught(path, source):
    assert len(faults_of(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("flows/plan.py", "import prefect\nfrom reports.publish import publish"),
        ("reports/geopackage.py", "import geopandas"),
        ("scenarios/store.py", "import sqlalchemy\nfrom geodata.areas import Shapes"),
        ("optimizer/staffing.py", "from ortools.math_opt.python import mathopt\nimport time"),
        ("optimizer/verify_staffing.py", "from optimizer.staffing_problem import StaffingPlan"),
        ("optimizer/verify_staffing.py", "from optimizer.verify import Violation"),
        ("optimizer/staffing.py", "from time import perf_counter\nfrom datetime import timedelta"),
        ("flows/bench.py", "import typer\nfrom benchmarks.table import head"),
        ("benchmarks/peers.py", "import ortools\nfrom optimizer.result import Solution"),
        ("scenarios/read.py", "# import yaml\nTEXT = 'import pickle'"),
    ],
)
def test_what_is_allowed_is_not_reported(path, source):
    assert faults_of(path, source) == []


def test_the_length_of_a_function_leaves_its_docstring_out():
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    return a\n'
    assert list(functions(source)) == [("f", 3)]
    assert list(functions("def g():\n    return 1\n")) == [("g", 2)]
