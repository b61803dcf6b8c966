"""State how units of work flow through the phases, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.sourcing_shapes_problem import (
    Floats,
    at_once,
    one,
    refuse_below,
    refuse_outside_shares,
    spread,
    unlimited,
    zero,
)


@dataclass(frozen=True, kw_only=True)
class UnitFlow:
    """Hold the funnel; P phases, G segments, T months, W scenarios (F1 to F6).

    A field may be given in any shape that numpy repeats into the one stated. Arrays with P + 1
    entries count the finished unit (a won deal) as the last one.

    Attributes
    ----------
    hours_per_unit
        (P, G) hours of somebody with speed 1.
    conversion
        (P, G) units of the next phase out of one unit worked; out of the last phase: won deals.
    conversion_factor
        (P, G, T, W) multiplies the conversion of units worked in that month and scenario.
    lag
        (P, L) share of what leaves the phase that arrives in the next 0, 1, .. months later.
    prospects
        (G, T, W) new units of the first phase; inf: no cap. Season and scenario included.
    universe, recontact_months
        (G,) different prospects there are, and after how many months one may be worked again;
        None: not within the horizon.
    pipeline
        (P + 1, G, T) units that become available anyway.
    workable
        (P, G, T) 1 where the phase may be worked in that month, 0 where not.
    units_max
        (P, G, T) most units worked, whoever works them.
    target
        (G, T, W) wins asked for; a segment whose targets are inf takes every win.
    margin_eur, surplus_margin_eur
        (G, T) worth of a win asked for, and of one beyond.
    uncovered_max, uncovered_eur
        (G, T, W) most wins that may be given up, and (G,) what giving one up costs besides.
    backlog_max, backlog_eur
        (G, T) most wins that may be late at the end of a month, and (G,) price of one a month.
        The last month's cap is the end condition. 0: no late work.
    start_backlog
        (G,) wins that are late on the eve of the first month.
    stock_max, holding_eur, ageing
        (P + 1, G, T) most units that may wait in front of a phase at the end of a month; (P + 1,
        G) price of one a month; share of them lost from one month to the next.
    start_stock, end_stock_min
        (P + 1, G) on the eve of the first month, and least at the end of the last.
    stock_min
        (P + 1, G, T) least at the end of every month.
    kept
        (P + 1, G) 1 where no unit may be dropped: what is not worked or sold has to wait.
    terminal_factor
        What the expected margin of units still on their way is worth at the end (0..1).
    """

    hours_per_unit: Floats
    conversion: Floats
    target: Floats
    margin_eur: Floats
    conversion_factor: Floats = field(default_factory=one)
    lag: Floats = field(default_factory=at_once)
    prospects: Floats = field(default_factory=unlimited)
    universe: Floats = field(default_factory=unlimited)
    recontact_months: int | None = None
    pipeline: Floats = field(default_factory=zero)
    workable: Floats = field(default_factory=one)
    units_max: Floats = field(default_factory=unlimited)
    surplus_margin_eur: Floats = field(default_factory=zero)
    uncovered_max: Floats = field(default_factory=unlimited)
    uncovered_eur: Floats = field(default_factory=zero)
    backlog_max: Floats = field(default_factory=zero)
    backlog_eur: Floats = field(default_factory=zero)
    start_backlog: Floats = field(default_factory=zero)
    stock_max: Floats = field(default_factory=zero)
    holding_eur: Floats = field(default_factory=zero)
    ageing: Floats = field(default_factory=zero)
    start_stock: Floats = field(default_factory=zero)
    end_stock_min: Floats = field(default_factory=zero)
    stock_min: Floats = field(default_factory=zero)
    kept: Floats = field(default_factory=zero)
    terminal_factor: float = 0.0

    def fit(self, phases: int, segments: int, months: int, scenarios: int) -> UnitFlow:
        """Return the flow with every field in its shape; refuse figures that mean nothing.

        Raises
        ------
        ValueError
            Naming the field.
        """
        month_scenario = (segments, months, scenarios)
        lags = np.atleast_2d(np.asarray(self.lag)).shape[1]
        shapes: dict[str, tuple[int, ...]] = {
            "hours_per_unit": (phases, segments),
            "conversion": (phases, segments),
            "conversion_factor": (phases, segments, months, scenarios),
            "lag": (phases, lags),
            "prospects": month_scenario,
            "universe": (segments,),
            "pipeline": (phases + 1, segments, months),
            "workable": (phases, segments, months),
            "target": month_scenario,
            "margin_eur": (segments, months),
            "surplus_margin_eur": (segments, months),
            "uncovered_max": month_scenario,
            "uncovered_eur": (segments,),
            "backlog_max": (segments, months),
            "backlog_eur": (segments,),
            "start_backlog": (segments,),
            "stock_max": (phases + 1, segments, months),
            "holding_eur": (phases + 1, segments),
            "ageing": (phases + 1, segments),
            "start_stock": (phases + 1, segments),
            "end_stock_min": (phases + 1, segments),
            "kept": (phases + 1, segments),
            "stock_min": (phases + 1, segments, months),
            "units_max": (phases, segments, months),
        }
        fitted = replace(self, **spread(self, shapes))  # type: ignore[arg-type]
        fitted._refuse_nonsense()
        return fitted

    def _refuse_nonsense(self) -> None:
        refuse_below(
            self, 0.0, "hours_per_unit", "conversion", "conversion_factor", "lag", "prospects",
            "universe", "pipeline", "target", "uncovered_max", "uncovered_eur", "backlog_max",
            "backlog_eur", "start_backlog", "stock_max", "holding_eur", "start_stock",
            "end_stock_min", "stock_min", "units_max",
        )  # fmt: skip
        refuse_outside_shares(self, "ageing", "workable", "kept", "terminal_factor")
        if np.any(np.abs(self.lag.sum(axis=1) - 1.0) > 1e-9):
            raise ValueError("lag: the shares of a phase must add up to 1")
        endless = np.isinf(self.target)
        if np.any(endless.any(axis=(1, 2)) != endless.all(axis=(1, 2))):
            raise ValueError("target: a segment is either without cap or has one in every month")
        if np.any(self.start_backlog[endless.all(axis=(1, 2))] > 0):
            raise ValueError("start_backlog: a segment that takes every win has no late work")
        if self.recontact_months is not None and self.recontact_months < 1:
            raise ValueError("recontact_months must be at least 1")
