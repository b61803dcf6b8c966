"""Round managers up over two months at a time: rows that a relaxation does not see (F13, F21).

Staff carried over from one month ties the managers of two months together. With L the people led,
S the span, m the managers, and any rate rho,

    m_s >= rho m_t - rho (m_t - L_t / S) + (B_s - rho B_t) / S + sum_j alpha_j h_j,

where L_t = B_t + sum_j phi_j(t) h_j splits the people led into those that nothing decided changes
and the footprints of hires, redundancies and moves h, and alpha_j = (phi_j(s) - rho phi_j(t)) / S.
m_s is whole and not below 0, and so is m_t - k from any least number k of managers of month t on,
or K - m_t up to any most: mixed-integer rounding (Nemhauser and Wolsey, Mathematical Programming
46, 1990) applies. One month alone gives nothing: parts of managers cost what parts of people bring.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.sourcing_headcount import count_staff
from optimizer.sourcing_model import SourcingModel
from optimizer.sourcing_problem import ManagerRule, SourcingProblem, no_decisions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEARLY = 1e-6
LEAST_FRACTION = 0.01
"""A right-hand side this close to a whole number is not rounded: the row would be all noise."""
LEAST_VIOLATION = 1e-3
"""Managers by which a row must be broken to be added."""
MOST_RATES = 6


@dataclass(frozen=True, kw_only=True)
class Row:
    """Say that `values` @ x[`columns`] is at least `lower`; columns of the first stage."""

    columns: Ints
    values: Floats
    lower: float
    violation: float


@dataclass(frozen=True, kw_only=True)
class Span:
    """Hold a rule of whole managers as rounding needs it; J decisions, T months.

    Attributes
    ----------
    managers, led
        (T,) and (T, K) columns: managers, and the headcounts they lead.
    decided, footprint
        (J,) columns and (J, T) what one person decided adds to the people led.
    base, least
        (T,) people led when nothing is decided, and least managers possible.
    rates
        Monthly shares of people who stay, that of the base apart.
    """

    span: float
    managers: Ints
    led: Ints
    decided: Ints
    footprint: Floats
    base: Floats
    least: Floats
    rates: tuple[float, ...]

    def violated(self, first: Floats, lower: Floats, upper: Floats) -> list[Row]:
        """Return the row most broken by `first` (F,) of every pair of months, the worst first.

        `lower` and `upper` (T,) are the managers from which the rows are drawn: they hold where
        the managers stay between the two.
        """
        pairs = np.argwhere(~np.eye(self.base.size, dtype=bool)).tolist()
        rows = [row for t, s in pairs for row in self._worst(first, t, s, lower[t], upper[t])]
        return sorted(rows, key=lambda row: -row.violation)

    def _worst(self, first: Floats, t: int, s: int, lower: float, upper: float) -> list[Row]:
        rates = {round(rate ** (s - t), 12) for rate in self.rates}
        if self.base[t] > NEARLY and self.base[s] > NEARLY:
            rates.add(round(float(self.base[s] / self.base[t]), 12))
        ends = [(lower, 1.0)] + ([(upper, -1.0)] if np.isfinite(upper) else [])
        broken = [
            row
            for rate in sorted(rates)
            for end, sign in ends
            for row in self._rounded(first, t, s, rate, float(end), sign)
        ]
        return [max(broken, key=lambda row: row.violation)] if broken else []

    def _rounded(
        self, first: Floats, t: int, s: int, rate: float, end: float, sign: float
    ) -> list[Row]:
        """Return the row drawn from `end` managers in month t, if it is broken."""
        side = float(self.base[s] - rate * self.base[t]) / self.span + rate * end
        part = side - np.floor(side)
        if not LEAST_FRACTION < part < 1.0 - NEARLY:
            return []
        slope = -rate * sign
        step = part * np.floor(slope) + min(part, slope - np.floor(slope))
        needed = (rate * self.footprint[:, t] - self.footprint[:, s]) / self.span
        used = np.flatnonzero(needed > 0.0)
        led = self.led[t]
        columns = np.concatenate([self.managers[[s, t]], led, self.decided[used]])
        per_head = np.full(led.size, -rate / self.span)
        values = np.concatenate([[part, sign * step + rate], per_head, needed[used]]) / part
        least = float(np.ceil(side) + sign * step * end / part)
        violation = float(least - values @ first[columns])
        if violation <= LEAST_VIOLATION:
            return []
        return [Row(columns=columns, values=values, lower=least, violation=violation)]


def list_spans(stated: SourcingModel, columns: Ints, first: LinearModel) -> list[Span]:
    """Return the rules of whole managers; `first` is the program of the first stage (`columns`)."""
    place = np.full(stated.model.gain.size, -1)
    place[columns] = np.arange(columns.size)
    return [
        _span(stated, place, first, index, rule)
        for index, rule in enumerate(stated.problem.managers)
        if rule.whole and rule.wage_eur >= 0.0
    ]


def with_least_managers(first: LinearModel, spans: list[Span]) -> LinearModel:
    """Return the program of the first stage with no fewer managers than are possible."""
    lower = first.lower.copy()
    for span in spans:
        lower[span.managers] = np.maximum(lower[span.managers], span.least)
    return replace(first, lower=lower)


def _span(
    stated: SourcingModel, place: Ints, first: LinearModel, index: int, rule: ManagerRule
) -> Span:
    problem, columns = stated.problem, stated.columns
    states = sorted(set(rule.states))
    decided, footprint = _footprints(stated, states)
    led = place[columns.headcount[states]].T
    nothing = count_staff(problem, no_decisions(problem))
    return Span(
        span=rule.span,
        managers=place[columns.managers[index]],
        led=led,
        decided=place[decided],
        footprint=footprint,
        base=nothing.headcount[states].sum(axis=0),
        least=_least_managers(first, place[columns.managers[index]]),
        rates=_rates(problem, states),
    )


def _rates(problem: SourcingProblem, states: list[int]) -> tuple[float, ...]:
    leaving = {problem.states[k].attrition_later for k in states}
    leaving |= {problem.states[k].attrition_first_year for k in states}
    return tuple(sorted({1.0 - rate for rate in leaving if rate < 1.0})[-MOST_RATES:])


def _footprints(stated: SourcingModel, states: list[int]) -> tuple[Ints, Floats]:
    """Return (J,), (J, T): decisions and what one person of each adds to the people of `states`.

    Who stays depends on the months since a decision only, so the first month's tells them all.
    """
    problem, months = stated.problem, len(stated.problem.months)
    nothing = no_decisions(problem)
    base = count_staff(problem, nothing).headcount[states].sum(axis=0)
    decided, footprint = [np.zeros(0, dtype=np.int64)], [np.zeros((0, months))]
    for name in ("hires", "layoffs", "moves"):
        for index, row in enumerate(getattr(stated.columns, name)):
            one = getattr(nothing, name).copy()
            one[index, 0] = 1.0
            staff = count_staff(problem, replace(nothing, **{name: one}))
            by_age = staff.headcount[states].sum(axis=0) - base
            if np.abs(by_age).max(initial=0.0) > 0.0:
                decided.append(row)
                late = [np.concatenate([np.zeros(t), by_age[: months - t]]) for t in range(months)]
                footprint.append(np.array(late))
    return np.concatenate(decided), np.concatenate(footprint)


def _least_managers(first: LinearModel, managers: Ints) -> Floats:
    """Return (T,): least managers that the rules of the first stage leave possible."""
    least = []
    for column in managers.tolist():
        gain = np.zeros_like(first.gain)
        gain[column] = -1.0
        answer = solve(replace(first, gain=gain).relaxed(), Limits(seconds=10.0))
        known = answer.outcome is Outcome.SOLVED
        least.append(np.ceil(-(answer.objective or 0.0) - NEARLY) if known else 0.0)
    return np.maximum(np.array(least), 0.0)
