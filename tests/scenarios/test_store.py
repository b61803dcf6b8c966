"""What is kept comes back as it was, whole or not at all, and the same twice."""

from dataclasses import fields, replace

import pandas as pd
import pytest
from outcome_builders import make_outcome

from scenarios.errors import UsageError
from scenarios.outcome import Outcome
from scenarios.store import find_run, load_outcome, replaced_folder, runs_folder, save_outcome


def test_round_trip(tmp_path):
    outcome = make_outcome()
    save_outcome(outcome, runs_folder(tmp_path))
    loaded = load_outcome(tmp_path, outcome.run_id)
    for field in fields(Outcome):
        kept, came = getattr(outcome, field.name), getattr(loaded, field.name)
        if isinstance(kept, pd.DataFrame):
            pd.testing.assert_frame_equal(
                pd.DataFrame(kept), pd.DataFrame(came), check_dtype=False, obj=field.name
            )
        else:
            assert came == kept, field.name


def test_two_runs_of_one_outcome_are_byte_identical(tmp_path):
    outcome = make_outcome()
    first = save_outcome(outcome, tmp_path / "a")
    second = save_outcome(outcome, tmp_path / "b")
    names = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert len(names) > 10
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_a_failed_write_leaves_the_former_run(tmp_path):
    target = tmp_path / "run"
    with replaced_folder(target) as draft:
        (draft / "plan.json").write_text("old", encoding="utf-8")

    def fail_half_way():
        with replaced_folder(target) as draft:
            (draft / "plan.json").write_text("new", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert (target / "plan.json").read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_latest_is_the_one_that_finished_last(tmp_path):
    for run, finished in (("b-1", "2027-01-02"), ("a-1", "2027-01-03"), ("c-1", "2027-01-01")):
        outcome = replace(make_outcome(), run_id=run, provenance={"finished_at": finished})
        save_outcome(outcome, runs_folder(tmp_path))
    assert find_run(tmp_path).name == "a-1"
    assert find_run(tmp_path, "c").name == "c-1"


@pytest.mark.parametrize("run", ["nothing", "a-", "../a-1", ""])
def test_a_run_that_is_not_one_is_said(tmp_path, run):
    for name in ("a-1", "a-2"):
        save_outcome(replace(make_outcome(), run_id=name), runs_folder(tmp_path))
    with pytest.raises(UsageError, match="there are: a-1, a-2"):
        find_run(tmp_path, run)


def test_no_run_yet_says_how_to_make_one(tmp_path):
    with pytest.raises(UsageError, match="quartier plan"):
        find_run(tmp_path)


def test_a_broken_run_is_said(tmp_path):
    folder = save_outcome(make_outcome(), runs_folder(tmp_path))
    (folder / "plan.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        load_outcome(tmp_path, folder.name)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"provenance": null}', '{"provenance": 1}'])
def test_a_damaged_run_does_not_hide_the_latest(tmp_path, text):
    outcome = replace(make_outcome(), provenance={"finished_at": "2026-01-05T09:00:00"})
    kept = save_outcome(outcome, runs_folder(tmp_path))
    damaged = runs_folder(tmp_path) / "damaged"
    damaged.mkdir()
    (damaged / "plan.json").write_text(text, encoding="utf-8")
    assert find_run(tmp_path) == kept
