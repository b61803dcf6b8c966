"""The made firms are what they say, and every solver is measured on the same model."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import sourcing_bench
from benchmarks.sourcing_bench import described, measure_sourcing
from benchmarks.sourcing_instances import FULL, SMALL, sourcing_instance
from optimizer.result import Options

TINY = replace(SMALL, name="tiny", months=3, phases=2, segments=1, providers=1, scenarios=2)
OPTIONS = Options(seconds=20.0, gap=0.001)


def test_a_seed_makes_one_firm_and_another_seed_another():
    first, again, other = (sourcing_instance(SMALL, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.flow.target, again.flow.target)
    assert not np.array_equal(first.flow.target, other.flow.target)


@pytest.mark.parametrize("size", [SMALL, FULL])
def test_a_firm_has_the_size_it_is_named_for(size):
    problem = sourcing_instance(size, 1)
    counts = (problem.months, problem.phases, problem.segments, problem.providers,
              problem.scenarios)  # fmt: skip
    expected = (size.months, size.phases, size.segments, size.providers, size.scenarios)
    assert tuple(map(len, counts)) == expected
    assert problem.risk_weight > 0


def test_firms_with_stops_are_the_same_firms_that_may_stop():
    firm, same = (sourcing_instance(replace(SMALL, stops=stops), 1) for stops in (True, False))
    assert (firm.reveal_month, same.reveal_month) == (3, None)
    assert all(offer.stop_notice_months == 2 for offer in firm.providers)
    assert [each.renewal_months for each in firm.hires] == [None, None, None, 3]
    assert np.array_equal(firm.providers[0].capacity_hours, same.providers[0].capacity_hours)


def test_quarterly_firms_decide_staff_every_third_month():
    decided = sourcing_instance(replace(SMALL, quarterly=True), 1).staff_decision_months
    assert decided.tolist() == [1, 0, 0] * 4
    assert sourcing_instance(SMALL, 1).staff_decision_months.all()


def test_general_solvers_reach_the_value_of_ours_on_a_tiny_firm():
    ours, *peers = measure_sourcing(TINY, [1], OPTIONS, ("highs", "scip"))
    assert ours["violations"] == 0
    assert ours["gap"] <= 0.001
    for peer in peers:
        assert peer["value_eur"] == pytest.approx(ours["value_eur"], rel=0.002)
        assert peer["lp_eur"] == ours["lp_eur"]
        assert peer["violations"] == 0


def test_cp_sat_says_itself_what_it_makes_of_the_model():
    """It takes integer columns only; whatever it answers is a row, not a traceback."""
    _, row = measure_sourcing(TINY, [1], OPTIONS, ("cp-sat",))
    assert row["solver"] == "cp-sat"
    assert row["status"] in {"OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN"}


def test_an_instance_is_described_by_its_columns_and_rows():
    words = described(TINY, 1)
    assert words.startswith("tiny, seed 1: 3 months x 2 phases x 1 segments")
    assert "whole" in words


def test_the_command_prints_rows_as_json(monkeypatch, capsys):
    monkeypatch.setitem(sourcing_bench.CASES, "small", TINY)
    monkeypatch.setattr(sys, "argv", ["sourcing_bench", "--json", "--seconds", "10"])
    sourcing_bench.main()
    (row,) = json.loads(capsys.readouterr().out)
    assert row["instance"] == "tiny"
    assert row["gap"] <= 0.01


def test_the_command_prints_a_table(monkeypatch, capsys):
    monkeypatch.setitem(sourcing_bench.CASES, "small", TINY)
    monkeypatch.setattr(sys, "argv", ["sourcing_bench", "--seconds", "10", "--effort", "50"])
    sourcing_bench.main()
    title, row, size = capsys.readouterr().out.splitlines()
    assert title.split()[:4] == ["instance", "seed", "solver", "status"]
    assert "quartier" in row
    assert "columns" in size
