"""Rounding people again: sums cut at other points, group by group, the best one kept (F27)."""

from __future__ import annotations

import numpy as np
import pytest
from sourcing_builders import make_flow, make_hire, make_problem, make_provider, make_state

from optimizer.sourcing_model import SourcingModel, build_sourcing_model
from optimizer.sourcing_reround import POINTS, people_in_parts, round_again, rounded_at
from optimizer.sourcing_rounding import HALF


def two_groups() -> tuple[SourcingModel, np.ndarray]:
    """Return a model of two groups to hire from, and values with parts of people in both."""
    problem = make_problem(
        make_flow(),
        months=4,
        states=(make_state(state_id="a"), make_state(state_id="b")),
        hires=(make_hire(option_id="a", state=0), make_hire(option_id="b", state=1)),
        providers=(make_provider(whole=True),),
    )
    stated = build_sourcing_model(problem)
    parts = np.zeros(stated.model.gain.size)
    parts[stated.columns.hires[0]] = [0.4, 0.4, 0.4, 0.4]
    parts[stated.columns.hires[1]] = [0.0, 0.3, 0.3, 0.0]
    parts[stated.columns.running[0]] = [0.0, 1.0, 1.0, 1.0]
    return stated, parts


def hired(stated: SourcingModel, values: np.ndarray) -> list[list[float]]:
    return [values[row].tolist() for row in stated.columns.hires]


@pytest.mark.parametrize(
    ("point", "first"),
    [
        (0.19, [0, 0, 1, 0]),
        (0.2, [0, 1, 0, 0]),
        (0.59, [0, 1, 0, 1]),
        (0.6, [1, 0, 0, 1]),
    ],
)
def test_a_group_is_hired_once_its_sum_and_the_point_make_a_person(point, first):
    stated, parts = two_groups()
    rows = people_in_parts(stated, parts)
    values = rounded_at(stated, parts + 1e-12, rows, [point, HALF])
    assert hired(stated, values) == [first, [0, 0, 1, 0]]


def test_contracts_stay_as_they_are():
    stated, parts = two_groups()
    values = rounded_at(stated, parts, people_in_parts(stated, parts), [0.9, 0.2])
    assert values[stated.columns.running[0]].tolist() == [0.0, 1.0, 1.0, 1.0]


def test_groups_that_are_whole_already_are_not_tried():
    stated, parts = two_groups()
    assert len(people_in_parts(stated, parts)) == 2
    parts[stated.columns.hires[1]] = [0.0, 1.0, 0.0, 2.0]
    (only,) = people_in_parts(stated, parts)
    assert only.tolist() == stated.columns.hires[0].tolist()


def points_tried(wanted: list[float]) -> list[list[list[float]]]:
    """Search with a worth that is best where both groups are rounded at the points wanted."""
    stated, parts = two_groups()
    rows = people_in_parts(stated, parts)
    goal = hired(stated, rounded_at(stated, parts, rows, wanted))
    best, seen = [np.inf], []

    def better(values: np.ndarray) -> bool:
        seen.append(hired(stated, values))
        away = np.abs(np.array(seen[-1]) - np.array(goal)).sum()
        improved = away < best[0]
        best[0] = min(best[0], away)
        return bool(improved)

    assert round_again(stated, parts, better)
    return [goal, *seen]


def test_each_group_finds_a_point_of_its_own():
    goal, *seen = points_tried([0.2, 0.9])
    assert goal not in seen[: len(POINTS)]
    assert goal in seen[len(POINTS) :]
    assert len(seen) == 3 * len(POINTS)


def test_a_limit_ends_it():
    stated, parts = two_groups()
    answers = iter([True, False, None])
    assert not round_again(stated, parts, lambda values: next(answers))
    assert next(answers, "none left") == "none left"


def test_one_group_is_tried_once():
    stated, parts = two_groups()
    parts[stated.columns.hires[1]] = 0.0
    seen = []
    assert round_again(stated, parts, lambda values: bool(seen.append(values)))
    assert len(seen) == len(POINTS)


def test_people_whole_already_leave_nothing_to_try():
    stated, parts = two_groups()
    for row in stated.columns.hires:
        parts[row] = 0.0

    def better(values: np.ndarray) -> bool:
        raise AssertionError("tried the plan that is known")

    assert round_again(stated, parts, better)
