"""Whether a published value of a design can be: against every design tried one by one."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.design_claim import judge, main, missing, told
from benchmarks.published_ctdp import Design, evaluate_design

EDGES = np.array([[0, 1], [1, 2], [3, 4], [4, 5], [0, 3], [1, 4], [2, 5]])


def made(seed: int, districts: int = 2) -> Design:
    """Return six nodes on a grid of two by three, at places that have nothing to do with it."""
    rng = np.random.default_rng(seed)
    return Design(
        ids=np.arange(6),
        at=rng.uniform(0, 10, (6, 2)),
        weights=rng.integers(1, 4, (6, 2)).astype(float),
        edges=EDGES,
        districts=districts,
        tolerance=0.2 * districts,
    )


def least(design: Design, connected: bool = True) -> float:
    """Return the least value of all designs, inf without one."""
    best = np.inf
    for answer in itertools.product(range(design.districts), repeat=6):
        seen = evaluate_design(design, np.array(answer))
        faults = [b for b in seen.broken if connected or not b.endswith("not connected")]
        best = min(best, np.inf if faults else seen.value)
    return best


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("districts", [2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_a_value_can_be_from_the_least_design_on(seed, districts, connected):
    design = made(seed, districts)
    best = least(design, connected)
    assert np.isfinite(best)
    for beyond, possible in ((-0.01, False), (0.001, True), (5.0, True)):
        verdict = judge(design, best + beyond, 60.0, connected=connected)
        assert verdict.possible is possible
        if verdict.answer is not None:
            assert evaluate_design(design, verdict.answer).value <= best + beyond + 1e-6


def test_some_designs_are_dearer_for_being_connected_and_take_cuts_or_rims():
    dearer = [seed for seed in range(12) if least(made(seed)) > least(made(seed), False) + 0.01]
    assert dearer
    for seed in dearer:
        design = made(seed)
        between = (least(design) + least(design, False)) / 2
        assert judge(design, between, 60.0).possible is False
        assert judge(design, between, 60.0, connected=False).possible is True


def test_a_unit_cut_off_comes_only_with_one_of_its_rim():
    answer = np.array([0, 1, 0, 1, 1, 1])
    assert missing(made(1), answer) == [(0, 2, (1, 5))]
    assert missing(made(1), np.array([0, 0, 0, 4, 4, 4])) == []


def test_windows_hold_no_design_where_the_tolerance_is_none():
    design = replace(
        made(2), weights=np.array([[1.0, 1], [2, 1], [4, 1], [8, 1], [16, 1], [32, 1]])
    )
    assert judge(replace(design, tolerance=0.01), 1e6, 60.0).possible is False


def test_without_time_nothing_is_said():
    verdict = judge(made(1), 1e6, 0.0)
    assert verdict.possible is None
    assert "undecided" in told(made(1), 1e6, verdict)


def test_the_command_says_what_it_proved(tmp_path, capsys):
    design = made(3)
    rows = np.column_stack([design.ids, design.at, design.weights, design.weights[:, :1]])
    lines = [" ".join(f"{x:.9g}" for x in row) for row in rows]
    edges = [f"{a} {b}" for a, b in EDGES]
    path = tmp_path / "six.txt"
    path.write_text("\n".join(["6", "7", "2 0.4", *lines, *edges]) + "\n", encoding="utf-8")
    best = least(replace(design, weights=rows[:, 3:]))
    main([str(path), "--value", str(best - 0.01)])
    assert capsys.readouterr().out.startswith("proved: no design of at most")
    main([str(path), "--value", str(best + 0.01)])
    assert "no rule broken" in capsys.readouterr().out
    main([str(path), "--value", "0", "--tolerance", "5", "--unconnected"])
    assert capsys.readouterr().out.startswith("proved")
