"""Lay out profit by number of hires: dots, and how far above them the truth may lie."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts import Tick, nice_step

NOTHING = 1e-6


@dataclass(frozen=True, kw_only=True)
class CurveDot:
    """Hold one number of hires; `bound_y` is where no plan lies above, None without a proof."""

    x: float
    y: float
    bound_y: float | None
    is_plan: bool
    label: str
    tip: str


@dataclass(frozen=True, kw_only=True)
class CurveChart:
    """Hold the chart of one offer; the line joins the profits found."""

    title: str
    width: float
    height: float
    left: float
    right: float
    base: float
    ticks: tuple[Tick, ...]
    dots: tuple[CurveDot, ...]
    line: str


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """State one number of hires with the best profit found and the proved limit, EUR."""

    hires: int
    profit_eur: float
    bound_eur: float | None
    is_plan: bool


def curve_scale(points: Sequence[CurvePoint]) -> tuple[float, float, float]:
    """Return lowest and highest value of an axis that holds all points, and its step.

    The axis need not begin at nothing: the differences about the optimum are what is read.
    """
    ends = [p.profit_eur for p in points]
    ends += [p.bound_eur for p in points if p.bound_eur is not None]
    step = nice_step(max(max(ends) - min(ends), NOTHING * max(1.0, abs(max(ends)))), 4)
    lowest = math.floor(min(ends) / step + 1e-9) * step
    return lowest, max(lowest + step, math.ceil(max(ends) / step - 1e-9) * step), step


def curve_chart(
    title: str,
    points: Sequence[CurvePoint],
    scale: tuple[float, float, float],
    *,
    number: Callable[[float], str],
    tip: Callable[[CurvePoint], str],
    width: float = 560.0,
    height: float = 220.0,
) -> CurveChart:
    """Return the chart of `points` in the order of hires; neighbouring charts share a scale."""
    left, base, top = 84.0, height - 24.0, 12.0
    lowest, highest, step = scale
    unit = (base - top) / (highest - lowest)
    pitch = (width - left - 6.0) / max(1, len(points))

    def at(value: float) -> float:
        return round(base - (value - lowest) * unit, 1)

    dots = tuple(
        CurveDot(
            x=round(left + pitch * (i + 0.5), 1),
            y=at(point.profit_eur),
            bound_y=None if point.bound_eur is None else at(point.bound_eur),
            is_plan=point.is_plan,
            label=number(point.hires),
            tip=tip(point),
        )
        for i, point in enumerate(points)
    )
    ticks = [lowest + step * k for k in range(round((highest - lowest) / step) + 1)]
    return CurveChart(
        title=title,
        width=width,
        height=height,
        left=left,
        right=width - 6.0,
        base=base,
        ticks=tuple(Tick(at=at(value), label=number(value)) for value in ticks),
        dots=dots,
        line=" ".join(f"{dot.x},{dot.y}" for dot in dots),
    )
