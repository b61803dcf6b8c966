"""The documents keep their promises: links lead somewhere, commands exist, pages are fresh."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ADR = ROOT / "docs" / "adr"
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)[^)]*\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
BINARY = {".png", ".xlsx", ".parquet", ".gpkg", ".ico", ".woff2", ".gz"}
# Put together from parts, so that this file does not hold what it looks for.
MACHINE_PATHS = [
    re.compile(r"(?<![\w.])/" + name + r"/[\w.-]+")
    for name in ("work", "home", "Users", "root", "mnt")
] + [re.compile("[A-Z]:" + r"\\\\?(Users|Documents)")]
INDEX_URLS = [
    re.compile(r"(?<![\w-])--(extra-)?index" + r"-url[ =]"),
    re.compile("https?:" + r"//\S+/" + "simple" + r"/?(\s|$)"),
]


def pages() -> list[Path]:
    """Return the markdown pages a reader may follow links in."""
    found = [
        ROOT / name for name in ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md")
    ]
    found += sorted((ROOT / "docs").rglob("*.md"))
    found += sorted((ROOT / "examples").glob("*/README.md"))
    return [page for page in found if page.is_file()]


def heading_anchors(text: str) -> set[str]:
    """Return the anchors a markdown page offers, made as code hosts make them."""
    headings = re.findall(r"^#+ +(.+?) *#*$", FENCE.sub("", text), re.MULTILINE)
    plain = (re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def dead_links(page: Path, text: str) -> list[str]:
    """Return the relative links of a page that lead nowhere."""
    dead = []
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        goal = (page.parent / name).resolve() if name else page
        if not goal.exists() or ROOT not in (goal, *goal.parents):
            dead.append(target)
        elif anchor and goal.suffix == ".md":
            known = heading_anchors(text if goal == page else goal.read_text("utf-8"))
            dead += [] if anchor in known else [target]
    return dead


def tracked_files() -> list[Path]:
    """Return the text files of the project: what git knows or would add."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("the list of files comes from git, which is not there")
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = sorted(ROOT / name for name in listed.decode().split("\0") if name)
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def traces_of_a_machine(text: str) -> list[str]:
    """Return absolute paths of a machine and addresses of package indexes in a text."""
    return [
        match.group()
        for pattern in (*MACHINE_PATHS, *INDEX_URLS)
        for match in pattern.finditer(text)
    ]


def modules_with_examples() -> list[str]:
    """Return the modules whose docstrings hold examples."""
    packages = ("flows", "reports", "scenarios", "optimizer", "geodata", "benchmarks")
    files = sorted(path for name in packages for path in (ROOT / name).glob("*.py"))
    return [f"{f.parent.name}.{f.stem}" for f in files if ">>> " in f.read_text("utf-8")]


def commands() -> dict[str, str]:
    """Return the commands of the command line with their help."""
    from typer.main import get_command

    from flows.cli import app

    group = get_command(app)
    return {name: (command.help or "").strip() for name, command in group.commands.items()}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    assert dead_links(page, page.read_text("utf-8")) == []


def test_a_dead_link_is_seen(tmp_path):
    page = ROOT / "docs" / "index.md"
    text = "# A title: `x`\n[a](nowhere.md) [b](#a-title-x) [c](#nowhere) [d](https://a.example)\n"
    text += "[e](adr/README.md) [f](../../outside.md)\n```\n[g](in-code.md)\n```\n"
    assert dead_links(page, text) == ["nowhere.md", "#nowhere", "../../outside.md"]


def test_the_pages_of_a_project_are_there():
    names = ["CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md", "LICENSE"]
    names += ["docs/index.md", "docs/tutorial.md", "docs/how-to.md"]
    assert [name for name in names if not (ROOT / name).is_file()] == []


def test_every_page_is_reached_from_the_index():
    docs = ROOT / "docs"
    linked = {
        target.partition("#")[0] for target in LINK.findall((docs / "index.md").read_text("utf-8"))
    }
    names = {path.name for path in docs.glob("*.md")} - {"index.md"}
    assert sorted(names - linked) == []


def test_every_decision_record_is_listed_once_under_its_title():
    index = (ADR / "README.md").read_text("utf-8")
    records = sorted(path for path in ADR.glob("*.md") if path.name != "README.md")
    assert len(records) > 2
    for path in records:
        heading = path.read_text("utf-8").splitlines()[0]
        title = heading.removeprefix("# ").removeprefix(f"{path.name[:4]}: ")
        assert heading.startswith(f"# {path.name[:4]}: ")
        assert index.count(f"]({path.name})") == 1
        assert f"[{title}]({path.name})" in index


def test_numbers_of_decision_records_are_used_once():
    numbers = [path.name[:4] for path in ADR.glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))


def test_generated_pages_are_fresh():
    if find_spec("scenarios.docs") is None:
        pytest.skip("the generator is not part of this tree")
    command = [sys.executable, "-m", "scenarios.docs", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `make format`: {done.stdout}{done.stderr}"


def test_every_command_has_help_and_a_place_in_the_documents():
    told = "".join(
        path.read_text("utf-8")
        for path in (ROOT / "README.md", ROOT / "docs" / "how-to.md", ROOT / "docs" / "tutorial.md")
        if path.is_file()
    )
    assert commands()
    for name, help_text in commands().items():
        assert help_text, f"quartier {name} has no help"
        assert re.search(rf"\bquartier {re.escape(name)}\b", told), f"quartier {name} is not told"


def test_the_tutorial_can_be_followed(tmp_path, monkeypatch, capsys):
    from flows.cli import main

    text = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    steps = re.findall(
        r"^(quartier (?!open|plan examples).+)$|`([\w/.-]+\.toml)`:\n+```toml\n([^`]+)```",
        text,
        re.MULTILINE,
    )
    assert len(steps) > 6
    for command, name, content in steps:
        if name:
            Path(name).parent.mkdir(parents=True)
            Path(name).write_text(content, encoding="utf-8")
        else:
            assert _exit_code(main, command) == 0, f"{command}: {capsys.readouterr().err}"
    assert "Target raised" in next(Path("my-team/runs").glob("higher*/plan.json")).read_text(
        "utf-8"
    )


def _exit_code(main, command: str) -> int:
    try:
        main(shlex.split(command)[1:])
    except SystemExit as stop:
        return stop.code or 0
    return 0


@pytest.mark.parametrize("module", modules_with_examples())
def test_examples_in_docstrings_are_true(module):
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0


def test_documents_name_no_command_that_does_not_exist():
    known = set(commands())
    for page in pages():
        named = re.findall(r"(?<![\w/-])quartier ([a-z]+)\b", "".join(_code_of(page)))
        assert sorted(set(named) - known) == [], page.name


def _code_of(page: Path) -> list[str]:
    text = page.read_text("utf-8")
    blocks = [match.group() for match in FENCE.finditer(text)]
    return blocks + re.findall(r"`[^`\n]+`", FENCE.sub("", text))


def test_no_file_holds_a_path_of_a_machine_or_a_package_index():
    found = {
        path.relative_to(ROOT).as_posix(): traces
        for path in tracked_files()
        if (traces := traces_of_a_machine(path.read_text("utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "see /" + "home/ana/plan.csv",
        "/" + "work/x",
        "C:" + "\\Users\\ana",
        "pip install --index" + "-url https://a.example",
        "https:" + "//a.example/pypi/" + "simple",
    ],
)
def test_a_planted_trace_is_seen(planted):
    assert traces_of_a_machine(planted)


@pytest.mark.parametrize(
    "harmless", ["--no-emit-index" + "-url", "docs/work/x", "a/home/b", "runs/base-1/report.html"]
)
def test_harmless_text_is_not_reported(harmless):
    assert traces_of_a_machine(harmless) == []
