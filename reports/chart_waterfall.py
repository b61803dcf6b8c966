"""Lay out a waterfall: a total, what is taken off step by step, what is left."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts import Tick, nice_step

WHOLE, LOSS, LEFT = "whole", "loss", "left"
NOTHING = 1e-9
LINE_LETTERS = 15
"""Letters of a label that fit under one bar."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Hold one bar; `join_y` is where the line to the next bar runs, None after the last."""

    kind: str
    x: float
    y: float
    height: float
    label: tuple[str, ...]
    value: str
    tip: str
    join_y: float | None


@dataclass(frozen=True, kw_only=True)
class Waterfall:
    """Hold a chart of falling bars."""

    width: float
    height: float
    left: float
    right: float
    base: float
    bar_width: float
    ticks: tuple[Tick, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """Say where amounts lie and how they are written."""

    left: float
    base: float
    unit: float
    pitch: float
    whole: float
    number: Callable[[float], str]
    percent: Callable[[float], str]


def waterfall(
    total: tuple[str, float],
    losses: Sequence[tuple[str, float]],
    left_name: str,
    *,
    number: Callable[[float], str],
    percent: Callable[[float], str],
    width: float = 1120.0,
    height: float = 320.0,
) -> Waterfall:
    """Return bars from `total` (name, amount) over `losses` (name, amount taken) to what is left.

    Losses of nothing are left out. `number` writes an amount, `percent` its share of the total.
    """
    name, whole = total
    taken = [(loss, amount) for loss, amount in losses if amount > NOTHING * whole]
    bars = _levels(name, whole, taken, left_name)
    left, base, top = 62.0, height - 46.0, 22.0
    step = nice_step(whole, 5)
    marks = max(1, math.ceil(whole / step - NOTHING))
    frame = _Frame(
        left=left,
        base=base,
        unit=(base - top) / (step * marks),
        pitch=(width - left - 6.0) / len(bars),
        whole=whole,
        number=number,
        percent=percent,
    )
    ticks = [step * mark for mark in range(marks + 1)]
    return Waterfall(
        width=width,
        height=height,
        left=left,
        right=width - 6.0,
        base=base,
        bar_width=round(0.72 * frame.pitch, 1),
        ticks=tuple(Tick(at=round(base - t * frame.unit, 1), label=number(t)) for t in ticks),
        steps=tuple(_step(bar, i, i == len(bars) - 1, frame) for i, bar in enumerate(bars)),
    )


def _levels(
    name: str, whole: float, taken: Sequence[tuple[str, float]], left_name: str
) -> list[tuple[str, str, float, float]]:
    """Return kind, label, upper and lower end of each bar."""
    bars, level = [(WHOLE, name, whole, 0.0)], whole
    for loss, amount in taken:
        bars.append((LOSS, loss, level, level - amount))
        level -= amount
    return [*bars, (LEFT, left_name, level, 0.0)]


def _step(bar: tuple[str, str, float, float], i: int, is_last: bool, frame: _Frame) -> Step:
    kind, label, high, low = bar
    amount = frame.number(high - low)
    end = low if kind == LOSS else high
    share = frame.percent((high - low) / frame.whole) if frame.whole else ""
    return Step(
        kind=kind,
        x=round(frame.left + frame.pitch * (i + 0.14), 1),
        y=round(frame.base - high * frame.unit, 1),
        height=round((high - low) * frame.unit, 1),
        label=in_lines(label),
        value=f"\u2212{amount}" if kind == LOSS else amount,
        tip=f"{label}: {amount} h, {share}",
        join_y=None if is_last else round(frame.base - end * frame.unit, 1),
    )


def in_lines(label: str) -> tuple[str, ...]:
    """Break a label into two lines at most, at a space.

    >>> in_lines("public holidays and closures")
    ('public holidays', 'and closures')
    """
    words, first = label.split(), ""
    while words and (not first or len(f"{first} {words[0]}") <= LINE_LETTERS):
        first = f"{first} {words.pop(0)}".strip()
    return (first, " ".join(words)) if words else (first,)
