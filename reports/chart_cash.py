"""Lay out bars above and below nothing by month, and the line of their sum; a template draws it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts import Tick, nice_step

NOTHING = 1e-6


@dataclass(frozen=True, kw_only=True)
class CashBar:
    """Hold one month: its bar, and the label below, empty where there is no room."""

    x: float
    y: float
    height: float
    is_out: bool
    label: str
    tip: str


@dataclass(frozen=True, kw_only=True)
class CashChart:
    """Hold the chart; `line` are the points of the cumulated sum, `zero_y` is where 0 lies."""

    width: float
    height: float
    left: float
    right: float
    zero_y: float
    bar_width: float
    ticks: tuple[Tick, ...]
    bars: tuple[CashBar, ...]
    line: str
    low: tuple[float, float, str] | None


def cash_chart(
    months: Sequence[tuple[str, str]],
    extra: Sequence[float],
    cumulated: Sequence[float],
    *,
    tip: Callable[[str, float, float], str],
    number: Callable[[float], str],
    width: float = 1120.0,
    height: float = 280.0,
) -> CashChart:
    """Return bars of `extra` and the line of `cumulated`, one for each (name, tick) of `months`.

    `tip` writes the text of a month from its name, amount and sum. The lowest point of the line
    is marked when it lies below 0.
    """
    left, base, top = 78.0, height - 24.0, 12.0
    ends = [*extra, *cumulated, 0.0]
    step = nice_step(max(max(ends) - min(ends), NOTHING), 5)
    lowest = math.floor(min(ends) / step + 1e-9) * step
    highest = max(lowest + step, math.ceil(max(ends) / step - 1e-9) * step)
    unit = (base - top) / (highest - lowest)
    pitch = (width - left - 6.0) / max(1, len(months))
    every = max(1, math.ceil(30.0 / pitch))

    def at(amount: float) -> float:
        return round(base - (amount - lowest) * unit, 1)

    middles = [round(left + pitch * (i + 0.5), 1) for i in range(len(months))]
    bars = tuple(
        CashBar(
            x=round(left + pitch * (i + 0.2), 1),
            y=min(at(extra[i]), at(0.0)),
            height=round(abs(at(extra[i]) - at(0.0)), 1),
            is_out=extra[i] < 0,
            label=tick if i % every == 0 else "",
            tip=tip(month, extra[i], cumulated[i]),
        )
        for i, (month, tick) in enumerate(months)
    )
    marks = round((highest - lowest) / step)
    ticks = (lowest + step * mark for mark in range(marks + 1))
    return CashChart(
        width=width,
        height=height,
        left=left,
        right=width - 6.0,
        zero_y=at(0.0),
        bar_width=round(0.6 * pitch, 1),
        ticks=tuple(Tick(at=at(amount), label=number(amount)) for amount in ticks),
        bars=bars,
        line=" ".join(f"{x},{at(y)}" for x, y in zip(middles, cumulated, strict=True)),
        low=_low(middles, cumulated, at, number),
    )


def _low(
    middles: Sequence[float],
    cumulated: Sequence[float],
    at: Callable[[float], float],
    number: Callable[[float], str],
) -> tuple[float, float, str] | None:
    if not len(cumulated) or min(cumulated) >= -NOTHING:
        return None
    where = min(range(len(cumulated)), key=lambda i: cumulated[i])
    return middles[where], at(cumulated[where]), number(cumulated[where])
