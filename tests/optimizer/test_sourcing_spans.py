"""Rows that round managers up over two months cut parts of managers off and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sourcing_builders import make_hire, make_managers, make_move, make_problem, make_state

from optimizer.mathopt import Limits, solve
from optimizer.sourcing_headcount import count_staff
from optimizer.sourcing_master import Master
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_problem import no_decisions
from optimizer.sourcing_recourse import Pricer
from optimizer.sourcing_spans import list_spans, with_least_managers
from optimizer.sourcing_stages import split_stages
from optimizer.sourcing_tree import ManagerTree, _halves

MONTHS = 5
LIMITS = Limits(seconds=20.0)


def firm(**changes):
    """Two states that lose people at two rates, hires for good and for a term, one move."""
    own = {"wage_eur": 100.0, "attrition_first_year": 0.15, "first_year_months": 2}
    settings = {
        "states": (
            make_state(start_headcount=5.0, attrition_later=0.05, layoff_allowed=True, **own),
            make_state(state_id="trained", start_headcount=2.0, attrition_later=0.08, **own),
        ),
        "hires": (
            make_hire(lead_months=1, max_per_month=3.0),
            make_hire(option_id="term", state=1, term_months=2, max_per_month=2.0),
        ),
        "moves": (make_move(duration_months=1, max_per_month=2.0),),
        "managers": (make_managers(states=(0, 1), span=3.0),),
    }
    return make_problem(months=MONTHS, **{**settings, **changes})


@pytest.fixture(scope="module")
def stated():
    return build_sourcing_model(firm())


@pytest.fixture(scope="module")
def span(stated):
    stages = split_stages(stated)
    return list_spans(stated, stages.columns, stages.first)[0]


def drawn(stated, dice, whole):
    """Return first-stage values of decisions drawn at random, managers in parts or whole."""
    decisions = no_decisions(stated.problem)
    for name, most in (("hires", 3), ("moves", 2), ("layoffs", 1)):
        rows = getattr(decisions, name)
        rows[...] = dice.integers(0, most + 1, rows.shape) * (dice.random(rows.shape) < 0.4)
    decisions.layoffs[1] = 0.0
    headcount = count_staff(stated.problem, decisions).headcount
    need = headcount.sum(axis=0) / 3.0
    values = np.zeros(stated.model.gain.size)
    for name in ("hires", "moves", "layoffs"):
        values[getattr(stated.columns, name)] = getattr(decisions, name)
    values[stated.columns.headcount] = headcount
    managers = np.ceil(need - 1e-9) + (dice.random(MONTHS) < 0.2) if whole else need
    values[stated.columns.managers[0]] = managers
    return values[split_stages(stated).columns], managers


def test_rows_hold_for_all_whole_managers_and_cut_parts_of_them(stated, span):
    dice = np.random.default_rng(1)
    cut, least_room, broken_beyond = 0, np.inf, 0
    for _ in range(60):
        parted, _ = drawn(stated, dice, whole=False)
        whole, managers = drawn(stated, dice, whole=True)
        away = dice.integers(0, 2, (2, MONTHS))
        rows = span.violated(parted, managers - away[0], managers + away[1])
        cut += bool(rows)
        for row in rows:
            room = row.values @ whole[row.columns] - row.lower
            least_room = min(least_room, room)
            assert room >= -1e-9
            assert row.values @ parted[row.columns] <= row.lower - row.violation + 1e-9
        beyond = span.violated(parted, managers + 1.0, np.full(MONTHS, np.inf))
        broken_beyond += any(row.values @ whole[row.columns] < row.lower - 1e-6 for row in beyond)
    assert cut > 40
    assert least_room < 0.1, "some rows leave little room"
    assert broken_beyond > 0, "from managers that are not the least, rows may be wrong"


def test_the_least_managers_are_those_of_the_rules(stated, span):
    stages = split_stages(stated)
    idle = count_staff(stated.problem, no_decisions(stated.problem)).headcount.sum(axis=0)
    assert (span.least <= np.ceil(idle / 3.0)).all()
    floor = replace(stated.problem.states[0], headcount_min=np.full(MONTHS, 3.1))
    held = build_sourcing_model(firm(states=(floor, stated.problem.states[1])))
    parts = split_stages(held)
    least = list_spans(held, parts.columns, parts.first)[0].least
    assert least.tolist() == [2.0] * MONTHS
    first = with_least_managers(parts.first, list_spans(held, parts.columns, parts.first))
    assert first.lower[np.searchsorted(parts.columns, held.columns.managers[0])].tolist() == [2] * 5
    assert stages.first.lower.max() == 0.0


@pytest.mark.parametrize("changes", [{"whole": False}, {"wage_eur": 0.0}])
def test_only_whole_managers_are_rounded_up(changes):
    stated = build_sourcing_model(firm(managers=(make_managers(states=(0, 1), **changes),)))
    stages = split_stages(stated)
    assert len(list_spans(stated, stages.columns, stages.first)) == changes.get("whole", True)


def grown(stated, splits):
    stages = split_stages(stated)
    spans = list_spans(stated, stages.columns, stages.first)
    master, pricer = Master(stated.problem, stages), Pricer(stages, 1)
    tangents = []
    dice = np.random.default_rng(2)
    for _ in range(12):
        tangents += pricer.price(drawn(stated, dice, whole=True)[0], 20.0).tangents
    tree = ManagerTree(master, spans, lambda: LIMITS, 1)
    assert tree.bound == np.inf
    tree.plant(tangents, nodes=500)
    root = tree.bound
    for _ in range(splits):
        tree.grow(tangents, 1, -np.inf, 0.0)
    return root, tree.bound, solve(master.model(tangents), LIMITS).objective


def test_the_tree_of_managers_meets_branch_and_bound(stated):
    root, bound, exact = grown(stated, 0)
    assert bound == root >= exact - 1e-9
    root, bound, exact = grown(stated, 60)
    assert bound == pytest.approx(exact, abs=1e-6)
    assert bound < root


def test_a_node_left_unsolved_is_not_split_where_it_was(stated):
    stages = split_stages(stated)
    spans = list_spans(stated, stages.columns, stages.first)
    some, _ = drawn(stated, np.random.default_rng(2), whole=True)
    tangents = Pricer(stages, 1).price(some, 20.0).tangents
    tree = ManagerTree(Master(stated.problem, stages), spans, lambda: LIMITS, 1)
    tree.plant(tangents, nodes=1)
    (_, _, root), *_ = tree._open
    parted = replace(root, values=root.values.copy())
    parted.values[tree._managers[0]] = parted.lower[0] + 2.5
    first, second = _halves(parted, 0, parted.lower[0] + 2.5)
    assert tree._parted(parted) == 0
    assert tree._parted(first) != 0, "its values are still those of the node before"
    assert tree._parted(second) != 0
