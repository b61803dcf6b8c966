"""Decisions compared until somebody stops it: what is known is kept, what is not is named."""

from __future__ import annotations

import numpy as np
import pytest
from leadership_builders import EXACT, shop

from optimizer.result import Progress
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import SourcingProblem
from scenarios.decide import Watch
from scenarios.sourcing_asker import Asker
from scenarios.sourcing_regret import DRAWN_SCENARIOS, Comparison, compare, foresee, information
from scenarios.sourcing_regret_rows import comparison_rows


def seats(demands: int = 2) -> SourcingProblem:
    target = np.array([[0.0, 8.0]])[:, :demands]
    return shop(target=target, scenarios=demands, heads=0.0, wage=240.0, trained=False)


def asker(stop_after: str = "never") -> Asker:
    """Return somebody who asks until a question that begins so has been put."""
    told: list[str] = []

    def listen(progress: Progress) -> None:
        told.append(progress.message)

    stopped = lambda: any(each.startswith(stop_after) for each in told)  # noqa: E731
    return Asker(Watch(on_progress=listen, cancelled=stopped))


def compared(asking: Asker) -> Comparison | None:
    problem = seats()
    solved = solve_sourcing(problem, EXACT)
    assert solved.plan is not None
    foresight = foresee(problem, EXACT, asking)
    return compare(problem, solved.plan, solved, foresight, EXACT, asking)


@pytest.mark.parametrize(
    ("stop_after", "regrets", "drawn", "left_out"),
    [
        ("never", 5, DRAWN_SCENARIOS, 0),
        ("what each decision", 5, None, 1),
        ("what to decide", None, None, 1),
    ],
)
def test_a_stop_keeps_what_is_known_and_names_the_rest(
    stop_after: str, regrets: int | None, drawn: int | None, left_out: int
) -> None:
    asking = asker(stop_after)
    found = compared(asking)
    assert (None if found is None else len(found.regrets)) == regrets
    rows = {name: list(each) for name, each in comparison_rows(found).items()}
    assert len(rows["candidates"]) == (regrets or 0)
    assert len(rows["regret"]) == 2 * (regrets or 0)
    assert {row[2] for row in rows["out_of_sample"]} == ({drawn} if drawn else set())
    assert len(asking.left_out) == left_out


def test_one_demand_is_not_foreseen() -> None:
    asking, problem = asker(), seats(1)
    assert foresee(problem, EXACT, asking) is None
    assert information(problem, solve_sourcing(problem, EXACT), None, EXACT, asking) is None
    assert asking.left_out == []


def test_plans_known_already_give_the_same_worth_of_knowing() -> None:
    """Two seats for the high demand only: 160 more than none (worked out in the measure's test)."""
    problem, asking = seats(), asker()
    problem = SourcingProblem(**{**vars(problem), "providers": ()})
    solved = solve_sourcing(problem, EXACT)
    found = information(problem, solved, foresee(problem, EXACT, asking), EXACT, asking)
    assert found is not None
    assert found.evpi.low == pytest.approx(160.0)
    assert found.vss.low == pytest.approx(40.0)
