"""The solver wrapper: statuses, bounds, errors, limits, and silence on standard output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from optimizer.linear_model import LinearModel, ModelBuilder
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.quiet_stdout import quiet_stdout
from optimizer.result import SolverError

ROOT = Path(__file__).parents[2]
TIME = Limits(seconds=20.0)


def knapsack(items: int = 3, *, integer: bool = True) -> LinearModel:
    """Maximise x0 + 2 x1 + 3 x2, x0 + x1 + 2 x2 <= 7.5, x <= 5."""
    builder = ModelBuilder()
    columns = builder.add_columns(items, gain=np.arange(1.0, items + 1), upper=5.0, integer=integer)
    weights = [1.0, 1.0, *[2.0] * (items - 2)]
    builder.add_row(zip(columns, weights, strict=True), upper=7.5)
    return builder.freeze()


def hard_model(items: int = 60, rows: int = 40) -> LinearModel:
    """A random multi-knapsack that takes far longer than any test."""
    rng = np.random.default_rng(4)
    builder = ModelBuilder()
    columns = builder.add_columns(
        items, gain=rng.integers(50, 100, items).astype(float), upper=1.0, integer=True
    )
    for _ in range(rows):
        weights = rng.integers(40, 100, items)
        builder.add_row(zip(columns, weights, strict=True), upper=float(weights.sum() // 3))
    return builder.freeze()


def test_integer_optimum_and_bound():
    answer = solve(knapsack(), TIME)
    assert answer.outcome is Outcome.SOLVED
    assert answer.objective == pytest.approx(13)
    assert answer.bound == pytest.approx(13)
    assert answer.row_prices is None


def test_linear_optimum_comes_with_row_prices():
    answer = solve(knapsack().relaxed(), TIME)
    assert answer.objective == pytest.approx(13.75)
    assert answer.row_prices.tolist() == pytest.approx([1.5])


def test_fixed_columns_stay():
    answer = solve(knapsack().fixed(np.array([1]), np.array([2.0])), TIME)
    assert answer.values[1] == pytest.approx(2)


def test_column_named_twice_in_a_row_adds_up():
    builder = ModelBuilder()
    (column,) = builder.add_columns(1, gain=1.0)
    builder.add_row([(column, 1.0), (column, 1.0)], upper=6.0)
    assert solve(builder.freeze(), TIME).objective == pytest.approx(3)


def test_empty_model_is_solved():
    answer = solve(ModelBuilder().freeze(), TIME)
    assert (answer.outcome, answer.objective) == (Outcome.SOLVED, 0.0)


def test_infeasible_is_an_outcome():
    builder = ModelBuilder()
    (column,) = builder.add_columns(1, upper=1.0)
    builder.add_row([(column, 1.0)], lower=2.0)
    answer = solve(builder.freeze(), TIME)
    assert answer.outcome is Outcome.INFEASIBLE
    assert answer.values is None


def test_unbounded_is_our_defect_and_says_so():
    builder = ModelBuilder()
    builder.add_columns(1, gain=1.0)
    with pytest.raises(SolverError, match="UNBOUNDED"):
        solve(builder.freeze(), TIME)


def test_the_solvers_own_message_survives_the_broken_translation():
    with pytest.raises(SolverError, match="relative_gap_tolerance = -1"):
        solve(knapsack(), Limits(seconds=5.0, gap=-1.0))


def test_no_time_is_an_outcome():
    assert solve(knapsack(), Limits(seconds=0.0)).outcome is Outcome.TIME


def test_time_limit_hands_back_the_plan_and_a_true_bound():
    answer = solve(hard_model(), Limits(seconds=1.0))
    assert answer.outcome is Outcome.TIME
    assert answer.bound >= answer.objective


def test_node_limit_is_reproducible():
    first, second = (solve(hard_model(), Limits(seconds=60.0, nodes=5)) for _ in range(2))
    assert first.outcome is Outcome.EFFORT
    assert first.objective == second.objective
    assert first.bound == second.bound
    assert np.array_equal(first.values, second.values)


def test_gap_ends_the_search_early():
    answer = solve(hard_model(), Limits(seconds=60.0, gap=0.2))
    assert answer.outcome is Outcome.SOLVED
    assert (answer.bound - answer.objective) / answer.objective <= 0.2


def test_hint_is_taken():
    best = solve(knapsack(), TIME).values
    assert solve(knapsack(), TIME, hint=best).objective == pytest.approx(13)


def test_cancelled_solve_returns_at_once():
    calls = iter([False, True])
    answer = solve(hard_model(), Limits(seconds=2.0, cancelled=lambda: next(calls)))
    assert answer.outcome is Outcome.CANCEL
    assert answer.values is None


def test_quiet_stdout_lets_c_print_to_stderr_only(capfd):
    with quiet_stdout(), quiet_stdout():
        os.write(1, b"noise\n")
    os.write(1, b"result\n")
    out, err = capfd.readouterr()
    assert out == "result\n"
    assert err == "noise\n"


def test_quiet_stdout_gives_the_descriptor_back_after_an_error(capfd):
    with pytest.raises(ValueError, match="boom"), quiet_stdout():
        raise ValueError("boom")
    os.write(1, b"result\n")
    assert capfd.readouterr().out == "result\n"


def test_a_process_may_end_while_an_abandoned_solve_still_runs():
    program = textwrap.dedent(
        """
        import json, sys
        sys.path.insert(0, "tests/optimizer")
        from test_staffing_mathopt import hard_model
        from optimizer.mathopt import Limits, solve
        print("before", end=" ")
        calls = iter([False] * 3 + [True])
        answer = solve(hard_model(), Limits(seconds=30.0, cancelled=lambda: next(calls)))
        print(json.dumps({"outcome": answer.outcome}))
        """
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("before ")
    assert json.loads(ended.stdout.removeprefix("before ")) == {"outcome": "cancel"}


def test_a_good_enough_solution_ends_the_search():
    first = solve(hard_model(), Limits(seconds=60.0, gap=0.2)).objective
    answer = solve(hard_model(), Limits(seconds=60.0, target=first))
    assert answer.outcome is Outcome.TARGET
    assert answer.objective >= first - 1e-6


def test_reduced_gains_are_zero_in_the_basis_and_never_tempting_outside():
    model = knapsack().relaxed()
    answer = solve(model, TIME)
    gains = model.reduced_gains(answer.row_prices)
    assert gains.tolist() == pytest.approx([-0.5, 0.5, 0.0])
