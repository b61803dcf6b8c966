"""Lay out stacked bars by month; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports.charts import Tick, nice_step


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Hold one piece of a stacked bar."""

    name: str
    y: float
    height: float
    tip: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Hold one month; `need_y` is where the need lies, None when there is none to show."""

    x: float
    label: str
    segments: tuple[Segment, ...]
    need_y: float | None
    need_tip: str


@dataclass(frozen=True, kw_only=True)
class StackedBars:
    """Hold a chart of one bar a month."""

    width: float
    height: float
    left: float
    right: float
    base: float
    bar_width: float
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]


NOTHING_HOURS = 1e-6


def stacked_bars(
    months: Sequence[tuple[str, str]],
    series: Mapping[str, Sequence[float]],
    need: Sequence[float] | None,
    *,
    tip: Callable[[str, str, float], str],
    number: Callable[[float], str],
    width: float = 560.0,
    height: float = 220.0,
) -> StackedBars:
    """Return bars of `series` stacked in their order, one for each (name, tick) of `months`.

    `tip` writes the text of one piece from month, series and amount; the need has the series
    name "need". Every other label is left out where bars are narrow.
    """
    left, base, top = 48.0, height - 24.0, 10.0
    totals = [sum(values[i] for values in series.values()) for i in range(len(months))]
    most = max([*totals, *(need or ()), 0.0])
    # What rounding left of nothing is nothing: an axis for it would divide by almost zero.
    step = nice_step(most if most > NOTHING_HOURS else 0.0, 4)
    highest = step * max(1, math.ceil(most / step - 1e-9))
    pitch = (width - left - 6.0) / max(1, len(months))
    unit = (base - top) / highest
    every = max(1, math.ceil(30.0 / pitch))
    bars = []
    for i, (month, tick) in enumerate(months):
        pieces = [(name, values[i]) for name, values in series.items()]
        bars.append(
            Bar(
                x=round(left + pitch * (i + 0.14), 1),
                label=tick if i % every == 0 else "",
                segments=_segments(month, pieces, base, unit, tip),
                need_y=None if need is None else round(base - need[i] * unit, 1),
                need_tip="" if need is None else tip(month, "need", need[i]),
            )
        )
    ticks = [step * k for k in range(round(highest / step) + 1)]
    return StackedBars(
        width=width,
        height=height,
        left=left,
        right=width - 6.0,
        base=base,
        bar_width=round(0.72 * pitch, 1),
        ticks=tuple(Tick(at=round(base - t * unit, 1), label=number(t)) for t in ticks),
        bars=tuple(bars),
    )


def _segments(
    month: str,
    pieces: Sequence[tuple[str, float]],
    base: float,
    unit: float,
    tip: Callable[[str, str, float], str],
) -> tuple[Segment, ...]:
    segments, below = [], 0.0
    for name, amount in pieces:
        if amount * unit < 0.05:
            below += amount
            continue
        top = base - (below + amount) * unit
        below += amount
        height = round(amount * unit, 1)
        segments.append(
            Segment(name=name, y=round(top, 1), height=height, tip=tip(month, name, amount))
        )
    return tuple(segments)
