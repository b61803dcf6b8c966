"""Measured rows become Markdown: a line a row, or one for each set and solver."""

import json

import pytest
from tiny_instances import written

from benchmarks.validation import main as validate

ROWS = [
    {"instance": "a|b", "solver": "quartier", "status": "OPTIMAL", "value": 740.0, "seconds": 2.0}
    | {"best_known": 740.0, "gap_to_best": 0.0, "bound": 740.0, "gap": 0.0, "peak_mb": 90},
    {"instance": "c", "solver": "quartier", "status": "FEASIBLE", "value": 110.0, "seconds": 4.0}
    | {"best_known": 100.0, "gap_to_best": 0.1, "bound": 99.0, "gap": 0.1, "peak_mb": 91},
    {"instance": "d", "solver": "quartier", "status": "INFEASIBLE", "value": None, "seconds": 0.0}
    | {"best_known": None, "best_status": "proven infeasible", "gap": None, "peak_mb": 91},
]


def test_rows_become_a_markdown_table(tmp_path, capsys):
    document = {"suite": "gap", "seconds": 60.0, "seed": 1, "rows": ROWS}
    validate(["--rows", str(written(tmp_path, "x.json", json.dumps(document)))])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "gap (60 s, seed 1):"
    assert lines[4] == (
        "| a\\|b | quartier | OPTIMAL | 740 | 740 | 0.000% | 740 | 0.000% | 2.0 | 90 |"
    )
    assert lines[6].startswith("| d | quartier | INFEASIBLE | - | infeasible | - |")
    assert len({text.replace("\\|", "").count("|") for text in lines[2:7]}) == 1


def test_a_defect_cannot_be_overlooked_in_the_table(tmp_path, capsys):
    row = {"instance": "a", "solver": "quartier", "status": "OPTIMAL", "violations": 2}
    money = {"value_eur": 5.0, "bound_eur": 5.0, "gap": 0.0}
    validate(["--rows", str(written(tmp_path, "x.json", json.dumps([{**row, **money}])))])
    assert "| OPTIMAL, 2 wrong | 5 | - |" in capsys.readouterr().out


def test_a_summary_counts_plans_proofs_and_best_known_values(tmp_path, capsys):
    validate(["--summary", "--rows", str(written(tmp_path, "cpmp.json", json.dumps(ROWS)))])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "| cpmp | quartier | 3 | 2 | 2 | 1 | 5.000% | 10.000% | 5.000% | 2.0 |"


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"rows": [{"no": 1}]}', '{"rows": 3}', "nul"])
def test_a_file_without_rows_is_named(text, tmp_path):
    with pytest.raises(SystemExit, match=r"x\.json: "):
        validate(["--rows", str(written(tmp_path, "x.json", text))])
