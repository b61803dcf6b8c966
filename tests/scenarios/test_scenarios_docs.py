"""The generated pages are fresh and say everything the code knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from scenarios import config, docs
from scenarios.finding_codes import CODES
from scenarios.tables import TABLES


def test_the_pages_are_fresh() -> None:
    assert docs.main(["--check"]) == 0


def test_a_stale_page_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "DOCS", tmp_path)
    assert docs.main(["--check"]) == 1
    assert docs.main(["--write"]) == 0
    assert docs.main(["--check"]) == 0
    (tmp_path / "data.md").write_text("old", encoding="utf-8")
    assert docs.main(["--check"]) == 1
    assert "data.md" in capsys.readouterr().err


def test_every_column_and_finding_is_on_its_page() -> None:
    data, findings = docs.data_page(), docs.findings_page()
    for spec in TABLES.values():
        assert f"## {spec.name}\n" in data
        assert all(f"{column.name}" in data for column in spec.columns)
    assert all(f"### {code}\n" in findings for code in CODES)


def test_every_rule_of_quartier_toml_is_described() -> None:
    sections = [
        c for c in vars(config).values() if isinstance(c, type) and issubclass(c, BaseModel)
    ]
    silent = [
        f"{section.__name__}.{name}"
        for section in sections
        if section is not config.Config
        for name, field in section.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_every_column_is_described() -> None:
    silent = [
        f"{spec.name}.{column.name}"
        for spec in TABLES.values()
        for column in spec.columns
        if not column.description
    ]
    assert silent == []


def test_every_code_explains_itself() -> None:
    for code in CODES.values():
        assert code.meaning.endswith("."), code.code
        assert code.remedy.endswith("."), code.code
        assert not code.title.endswith("."), code.code
        assert code.example
