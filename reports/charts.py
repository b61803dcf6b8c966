"""Lay out charts of deviations before and after; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LABEL_WIDTH, PANEL_WIDTH, PANEL_GAP = 250.0, 370.0, 40.0
LABEL_LETTERS = 34
"""Letters of name and group that fit beside the panels."""
ROW_HEIGHT, HEAD_HEIGHT, FOOT_HEIGHT = 22.0, 30.0, 26.0
FARTHEST = 1.5
"""Deviations beyond 150 % are drawn at the edge, with their figure beside them."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """Hold one mark of an axis."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """State one panel: deviations from the target as ratios, None where there was nothing.

    `tolerance` is the half-width of the target window, None when it is not known.
    """

    title: str
    before: Sequence[float | None]
    after: Sequence[float | None]
    tolerance: float | None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Hold one row of a panel; `before` and `after` are positions, None where nothing is."""

    y: float
    before: float | None
    after: float | None
    note: str
    outside: bool
    tip: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Hold one laid-out measure."""

    title: str
    left: float
    right: float
    zero: float
    window: tuple[float, float] | None
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Dumbbells:
    """Hold a chart of one row a rep and one panel a measure."""

    width: float
    height: float
    top: float
    bottom: float
    rows: tuple[tuple[float, str, str], ...]
    panels: tuple[Panel, ...]


def nice_step(span: float, parts: int) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that cuts `span` into `parts`.

    >>> nice_step(0.9, 3)
    0.5
    """
    if span <= 0:
        return 1.0
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw) + 1e-9)
    step = next(s for s in (1.0, 2.0, 2.5, 5.0, 10.0) if s * power >= raw * (1 - 1e-9))
    return float(step * power)


def _reach(measures: Sequence[Measure]) -> float:
    values = [abs(v) for m in measures for v in (*m.before, *m.after) if v is not None]
    windows = [1.5 * m.tolerance for m in measures if m.tolerance is not None]
    return min(FARTHEST, max([*values, *windows, 0.05]))


def fitted(name: str, group: str) -> tuple[str, str]:
    """Return both cut to the room there is; the name has precedence.

    >>> fitted("Maxence Rouge-Gorge", "Auvergne-Rhône-Alpes")
    ('Maxence Rouge-Gorge', 'Auvergne-Rhône…')
    """
    name = _cut(name, LABEL_LETTERS - 8)
    return name, _cut(group, LABEL_LETTERS - len(name))


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def dumbbells(
    rows: Sequence[tuple[str, str]],
    measures: Sequence[Measure],
    percent: Callable[[float, int], str],
) -> Dumbbells:
    """Return one row for each (name, group) of `rows`; all panels share one scale.

    `percent` writes a ratio with so many decimals.
    """
    height = HEAD_HEIGHT + ROW_HEIGHT * len(rows) + FOOT_HEIGHT
    ys = [HEAD_HEIGHT + ROW_HEIGHT * (i + 0.5) for i in range(len(rows))]
    reach = _reach(measures)
    panels = tuple(
        _panel(measure, LABEL_WIDTH + i * (PANEL_WIDTH + PANEL_GAP), ys, reach, percent)
        for i, measure in enumerate(measures)
    )
    return Dumbbells(
        width=LABEL_WIDTH + len(measures) * (PANEL_WIDTH + PANEL_GAP),
        height=height,
        top=HEAD_HEIGHT,
        bottom=height - FOOT_HEIGHT,
        rows=tuple((y, *fitted(*row)) for y, row in zip(ys, rows, strict=True)),
        panels=panels,
    )


def _panel(
    measure: Measure,
    left: float,
    ys: Sequence[float],
    reach: float,
    percent: Callable[[float, int], str],
) -> Panel:
    # Room on the right holds the figure of the row.
    right = left + PANEL_WIDTH - 72.0
    low = -min(1.0, reach)

    def place(value: float) -> float:
        share = (min(max(value, low), reach) - low) / (reach - low)
        return round(left + share * (right - left), 1)

    step = nice_step(reach - low, 5)
    first = math.ceil(low / step - 1e-9)
    ticks = [step * i for i in range(first, math.floor(reach / step + 1e-9) + 1)]
    tolerance = measure.tolerance
    return Panel(
        title=measure.title,
        left=left,
        right=right,
        zero=place(0.0),
        window=None if tolerance is None else (place(-tolerance), place(tolerance)),
        ticks=tuple(Tick(at=place(t), label=percent(t, 0)) for t in ticks),
        marks=tuple(
            _mark(y, before, after, measure, place, percent)
            for y, before, after in zip(ys, measure.before, measure.after, strict=True)
        ),
    )


def _mark(
    y: float,
    before: float | None,
    after: float | None,
    measure: Measure,
    place: Callable[[float], float],
    percent: Callable[[float, int], str],
) -> Mark:
    limit = measure.tolerance
    figures = [percent(v, 1) if v is not None else "–" for v in (before, after)]
    return Mark(
        y=y,
        before=None if before is None else place(before),
        after=None if after is None else place(after),
        note=figures[1],
        # A plan at the edge of its window is inside it.
        outside=after is not None and limit is not None and abs(after) > limit + 1e-6,
        tip=" → ".join(figures),
    )
