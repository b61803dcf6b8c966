"""What linear programs say decisions can be worth at most is never below what they are worth."""

from itertools import product

import numpy as np
import pytest
from leadership_builders import shop

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.sourcing_cuts import Cuts
from optimizer.sourcing_model import build_sourcing_model

LIMITS = Limits(seconds=20.0)


def completed(stated, values):
    whole = np.flatnonzero(stated.model.integer)
    return solve(stated.model.fixed(whole, values[whole]).relaxed(), LIMITS)


@pytest.fixture(scope="module")
def stated():
    target = np.array([[3.0, 9.0], [12.0, 14.0]])
    return build_sourcing_model(shop(target=target, months=2, scenarios=2, wage=260.0))


@pytest.fixture(scope="module")
def worths(stated):
    """Return every choice of hires and contracts, with what it is worth (None: breaks a rule)."""
    found = []
    for hires, running in product(product((0, 1, 2), repeat=2), product((0, 1), repeat=2)):
        values = np.zeros_like(stated.model.gain)
        values[stated.columns.hires[0]] = hires
        values[stated.columns.running[0]] = running
        answer = completed(stated, values)
        if answer.outcome is Outcome.SOLVED:
            found.append((values, answer))
    return found


def test_without_a_program_nothing_is_known(stated, worths):
    assert np.isinf(Cuts(stated.model).most([values for values, _ in worths])).all()
    assert Cuts(stated.model).most([]).shape == (0,)


def test_no_decisions_are_worth_more_than_the_programs_allow(stated, worths):
    cuts = Cuts(stated.model)
    points = [values for values, _ in worths]
    worth = np.array([answer.objective for _, answer in worths])
    cuts.add(solve(stated.model.relaxed(), LIMITS))
    loose = cuts.most(points)
    assert (loose >= worth - 1e-6).all()
    for _, answer in worths:
        cuts.add(answer)
        assert (cuts.most(points) >= worth - 1e-6).all()
    assert cuts.most(points) == pytest.approx(worth, abs=1e-6), "each at its own point"
    assert loose.sum() > worth.sum()


def test_a_program_that_was_not_solved_says_nothing(stated, worths):
    cuts = Cuts(stated.model)
    cuts.add(solve(stated.model, Limits(seconds=0.0)))
    assert np.isinf(cuts.most([worths[0][0]])).all()
