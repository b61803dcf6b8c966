"""Round managers up over two months at a time: rows that a relaxation does not see (F13, F27).

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
    lower: float = 0.0
    violation: float = 0.0


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
        rows = [
            row
            for month in range(self.base.size)
            for row in self._from(first, month, float(lower[month]), float(upper[month]))
        ]
        return sorted(rows, key=lambda row: -row.violation)

    def _from(self, first: Floats, t: int, lower: float, upper: float) -> list[Row]:
        """Return the row most broken of month t and each other one."""
        other, rate, end, sign = self._drawn(t, lower, upper)
        needed = np.outer(rate, self.footprint[:, t]) - self.footprint[:, other].T
        needed = np.maximum(needed, 0.0) / self.span
        side = (self.base[other] - rate * self.base[t]) / self.span + rate * end
        part = side - np.floor(side)
        step = sign * _rounded(-sign * rate, part)
        least = np.ceil(side) * part + step * end
        parted = first[self.managers[t]] * (step + rate) + part * first[self.managers[other]]
        led = first[self.led[t]].sum() / self.span * rate
        broken = least - (parted - led + needed @ first[self.decided])
        broken = np.where((part > LEAST_FRACTION) & (part < 1.0 - NEARLY), broken, 0.0)
        broken /= np.maximum(part, LEAST_FRACTION)
        rows: dict[int, Row] = {}
        for n in np.argsort(-broken, kind="stable").tolist():
            s = int(other[n])
            if broken[n] > LEAST_VIOLATION and s not in rows:
                values = np.array([part[n], step[n] + rate[n], rate[n] / self.span])
                row = self._row(t, s, values / part[n], needed[n] / part[n])
                rows[s] = replace(row, lower=float(least[n] / part[n]), violation=float(broken[n]))
        return list(rows.values())

    def _drawn(self, t: int, lower: float, upper: float) -> tuple[Ints, Floats, Floats, Floats]:
        """Return (N,) each: the other month, the rate carried over, the end and its sign."""
        ends = [(end, sign) for end, sign in ((lower, 1.0), (upper, -1.0)) if np.isfinite(end)]
        found = [
            (rate, *each, s)
            for s in range(self.base.size)
            if s != t
            for rate in self._rates_between(t, s)
            for each in ends
        ]
        rate, end, sign, other = np.array(found, dtype=np.float64).reshape(-1, 4).T
        return other.astype(np.int64), rate, end, sign

    def _rates_between(self, t: int, s: int) -> list[float]:
        rates = {round(rate ** (s - t), 12) for rate in self.rates}
        if self.base[t] > NEARLY and self.base[s] > NEARLY:
            rates.add(round(float(self.base[s] / self.base[t]), 12))
        return sorted(rates)

    def _row(self, t: int, s: int, values: Floats, needed: Floats) -> Row:
        """Return the row of the managers of s and t, the people led in t, and decisions."""
        used, led = np.flatnonzero(needed), self.led[t]
        columns = np.concatenate([self.managers[[s, t]], led, self.decided[used]])
        per_head = np.full(led.size, -values[2])
        return Row(columns=columns, values=np.concatenate([values[:2], per_head, needed[used]]))


def _rounded(slope: Floats, part: Floats) -> Floats:
    """Return (N,): part floor(slope) + min(part, its fraction), the slope of a whole column."""
    return part * np.floor(slope) + np.minimum(part, slope - np.floor(slope))


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
