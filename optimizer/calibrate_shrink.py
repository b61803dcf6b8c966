"""Draw thin samples towards the rate of their group (docs K7, K8)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEAKEST = 0.5
"""A prior worth less than half a trial would be no prior."""
_GRID = 40


@dataclass(frozen=True, kw_only=True)
class Prior:
    """Hold how strongly members are drawn to their group: strengths (J,) and their weights (J,).

    A strength is the number of trials the group's rate counts for. The weights add up to 1.
    """

    strengths: Floats
    weights: Floats


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Hold a rate drawn towards another: mean, Beta parameters, and the strength in effect."""

    mean: float
    a: float
    b: float
    strength: float


def beta_binomial_log_likelihood(
    successes: Floats, trials: Floats, means: Floats, strength: float
) -> float:
    """Return the log-likelihood of a prior Beta(strength x mean, strength x (1 - mean)) (K7).

    Beta-binomial of Griffiths, Biometrics 29, 1973, without the binomial factor, which does not
    depend on the prior. Shapes (G,); counts may be fractional.
    """
    total = 0.0
    for k, n, mean in zip(successes.tolist(), trials.tolist(), means.tolist(), strict=True):
        a, b = strength * mean, strength * (1 - mean)
        total += math.lgamma(a + k) + math.lgamma(b + n - k) - math.lgamma(a + b + n)
        total += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return total


def prior_of(successes: Floats, trials: Floats, means: Floats, strongest: float) -> Prior:
    """Return how much the members of a group resemble it, from their counts (G,) (K7).

    Empirical Bayes by marginal likelihood (Casella, American Statistician 39, 1985). A single
    best strength gives intervals that are too short (Kass & Steffey, JASA 84, 1989), so every
    strength is kept with its likelihood, under a prior that is flat in the share of the group in
    a member's rate (Christiansen & Morris, JASA 92, 1997). None is above `strongest`: the group
    is known no better than by its own sample.
    """
    known = trials > 0
    top = max(strongest, 2 * WEAKEST)
    strengths = np.exp(np.linspace(math.log(WEAKEST), math.log(top), _GRID))
    if not known.any():
        return Prior(strengths=strengths[-1:], weights=np.ones(1))
    counts = successes[known], trials[known], inside(means[known])
    typical = float(trials[known].mean())
    logs = np.array([beta_binomial_log_likelihood(*counts, m) for m in strengths.tolist()])
    # Flat in typical / (typical + M); one M for the step of the grid, which is even in log M.
    logs += np.log(strengths) - 2 * np.log(typical + strengths)
    weights = np.exp(logs - logs.max())
    return Prior(strengths=strengths, weights=weights / weights.sum())


def inside(rates: Floats) -> Floats:
    """Return rates a Beta prior can have: not quite 0 and not quite 1."""
    return np.clip(rates, 1e-6, 1 - 1e-6)


def draw(successes: float, trials: float, mean: float, variance: float, prior: Prior) -> Drawn:
    """Draw a member's rate towards `mean`, which is itself known up to `variance` (K8).

    The mean is exactly (successes + M x mean) / (trials + M) at M = `strength`; the parameters
    are those of the Beta distribution with mean and variance of the mixture over the strengths.
    """
    centre = float(inside(np.array([mean]))[0])
    a = successes + prior.strengths * centre
    total = trials + prior.strengths
    means = a / total
    share = prior.strengths / total
    drawn = float(prior.weights @ means)
    spread = means * (1 - means) / (total + 1) + share**2 * variance + (means - drawn) ** 2
    sample = drawn * (1 - drawn) / max(float(prior.weights @ spread), 1e-15) - 1
    group = float(prior.weights @ share)
    strength = trials * group / (1 - group) if group < 1 else float(prior.strengths[-1])
    size = max(sample, 1e-3)
    return Drawn(mean=drawn, a=drawn * size, b=(1 - drawn) * size, strength=strength)
