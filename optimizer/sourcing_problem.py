"""State a sourcing problem and hold its plan (docs/model-sourcing.md).

Units flow through the phases of the sales process; whoever works them, own staff, an outside
provider or a tool, turns hours into units. Staff, contracts and managers are decided before the
demand is known; hours, volumes and what is left undone afterwards, scenario by scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.sourcing_flow_problem import UnitFlow
from optimizer.sourcing_offer_problem import Automation, Provider
from optimizer.sourcing_shapes_problem import (
    Bools,
    Floats,
    one,
    refuse_strangers,
    spread,
    unlimited,
)
from optimizer.sourcing_staff_problem import HireLimit, HireOption, ManagerRule, Move, StaffState

__all__ = [
    "Automation",
    "Decisions",
    "HireLimit",
    "HireOption",
    "ManagerRule",
    "Move",
    "Provider",
    "SourcingPlan",
    "SourcingProblem",
    "StaffState",
    "UnitFlow",
    "no_decisions",
]


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Hold what is decided before the demand is known; NaN where it is left open.

    Attributes
    ----------
    hires, layoffs, moves
        (O, T), (K, T), (M, T) people, in the month of the decision.
    running
        (V, T) 1 where a provider is under contract.
    automated
        (A, T) 1 where a tool is in use.
    managers
        (R, T) managers paid.
    """

    hires: Floats
    layoffs: Floats
    moves: Floats
    running: Floats
    automated: Floats
    managers: Floats


@dataclass(frozen=True, kw_only=True)
class SourcingProblem:
    """State demand, staff and offers.

    Attributes
    ----------
    months, phases, segments, scenarios
        Names.
    probability
        (W,) adds up to 1.
    documented
        (P,) 1 where a phase is documented well enough to be given to a provider.
    excess_max
        (T,) most heads without work, all states that count them together.
    staff_decision_months
        (T,) 1 where hires, redundancies and moves may be decided (quarterly: 1, 0, 0, 1, ..).
    discount
        (T,) worth today of one EUR in that month.
    risk_weight, risk_level
        lambda and alpha of (1 - lambda) mean + lambda CVaR_alpha (F20).
    reveal_month
        Index of the first month in which it is known which scenario it is: from then on a stop or
        a renewal may be decided by scenario (F28). None: all is decided before.
    fixed
        Decisions already taken; None: none.
    """

    months: tuple[str, ...]
    phases: tuple[str, ...]
    segments: tuple[str, ...]
    flow: UnitFlow
    states: tuple[StaffState, ...] = ()
    hires: tuple[HireOption, ...] = ()
    hire_limits: tuple[HireLimit, ...] = ()
    moves: tuple[Move, ...] = ()
    managers: tuple[ManagerRule, ...] = ()
    providers: tuple[Provider, ...] = ()
    automations: tuple[Automation, ...] = ()
    scenarios: tuple[str, ...] = ("expected",)
    probability: Floats = field(default_factory=lambda: np.array([1.0]))
    documented: Floats = field(default_factory=one)
    excess_max: Floats = field(default_factory=unlimited)
    staff_decision_months: Floats = field(default_factory=one)
    discount: Floats = field(default_factory=one)
    risk_weight: float = 0.0
    risk_level: float = 0.8
    reveal_month: int | None = None
    fixed: Decisions | None = None

    def __post_init__(self) -> None:
        """Bring every field to its shape; refuse what does not fit, naming it."""
        months, phases, scenarios = len(self.months), len(self.phases), len(self.scenarios)
        if not (months and phases and self.segments and scenarios):
            raise ValueError("months, phases, segments and scenarios must not be empty")
        shapes = {"probability": (scenarios,), "documented": (phases,)}
        by_month = ("excess_max", "staff_decision_months", "discount")
        shapes |= dict.fromkeys(by_month, (months,))
        segments = len(self.segments)
        fitted = {
            **spread(self, shapes),
            "flow": self.flow.fit(phases, segments, months, scenarios),
            "states": tuple(state.fit(phases, months) for state in self.states),
            "hires": tuple(option.fit(months) for option in self.hires),
            "moves": tuple(move.fit(months) for move in self.moves),
            "providers": tuple(provider.fit(phases, months) for provider in self.providers),
        }
        for name, value in fitted.items():
            object.__setattr__(self, name, value)
        self._refuse_strangers()
        self._refuse_risk_without_meaning()

    def _refuse_strangers(self) -> None:
        states, phases = len(self.states), len(self.phases)
        named = [(h.state, h.coach) for h in self.hires] + [rule.states for rule in self.managers]
        named += [(m.source, m.target, *m.share_of) for m in self.moves]
        named += [v.steering_states or () for v in self.providers]
        for indices in named:
            refuse_strangers("state", indices, states)
        for limit in self.hire_limits:
            refuse_strangers("hire option", limit.options, len(self.hires))
        reached = [each.segments for each in self.states]
        reached += [each.segments for each in self.providers]
        for segments in (*reached, *(each.segments for each in self.automations)):
            refuse_strangers("segment", segments or (), len(self.segments))
        worked = [each.phases for each in self.providers]
        for offered in (*worked, *(each.phases for each in self.automations)):
            refuse_strangers("phase", offered, phases)
            if not offered:
                raise ValueError("an offer without a phase does nothing")

    def _refuse_risk_without_meaning(self) -> None:
        if np.any(self.probability < 0) or abs(float(self.probability.sum()) - 1.0) > 1e-9:
            raise ValueError("probability must add up to 1")
        if not (0.0 <= self.risk_weight <= 1.0 and 0.0 <= self.risk_level < 1.0):
            raise ValueError("risk_weight lies in 0..1 and risk_level in 0..1 without 1")
        if self.reveal_month is not None and self.reveal_month < 0:
            raise ValueError("reveal_month is a month of the horizon")
        if self.fixed is not None:
            for name, shape in decision_shapes(self).items():
                if getattr(self.fixed, name).shape != shape:
                    raise ValueError(f"fixed.{name} needs shape {shape}")

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Return who can work units: states, then providers, then automation."""
        return (
            *(state.state_id for state in self.states),
            *(provider.provider_id for provider in self.providers),
            *(tool.automation_id for tool in self.automations),
        )

    @property
    def capped(self) -> Bools:
        """Return (G,): the segments with a target."""
        return np.asarray(np.isfinite(self.flow.target).all(axis=(1, 2)))


def decision_shapes(problem: SourcingProblem) -> dict[str, tuple[int, int]]:
    """Return the shape of every array of `Decisions`."""
    months = len(problem.months)
    return {
        "hires": (len(problem.hires), months),
        "layoffs": (len(problem.states), months),
        "moves": (len(problem.moves), months),
        "running": (len(problem.providers), months),
        "automated": (len(problem.automations), months),
        "managers": (len(problem.managers), months),
    }


def no_decisions(problem: SourcingProblem, value: float = 0.0) -> Decisions:
    """Return decisions that all hold `value`: 0 for a plan of doing nothing, NaN for open."""
    return Decisions(
        **{name: np.full(shape, value) for name, shape in decision_shapes(problem).items()}
    )


@dataclass(frozen=True, kw_only=True)
class SourcingPlan:
    """Hold decisions, people and volumes; S sources in the order of `source_ids`.

    Attributes
    ----------
    decisions
        Without NaN.
    headcount, first_year
        (K, T) expected FTE, and those of them within their first year.
    units_worked
        (S, P, G, T, W).
    overtime_hours, short_time_heads, excess_heads
        (K, T, W).
    steering_hours
        (V, K, T, W) hours own people give to steering a provider.
    billed_hours, billed_results
        (V, T, W) beyond what a retainer includes.
    stock
        (P + 1, G, T, W) units waiting in front of a phase (last: finished) at the month's end.
    sold, surplus, backlog, uncovered
        (G, T, W) wins asked for, wins beyond, wins that are late, wins given up.
    terminated
        (V, T, W) 1 where a contract of `decisions` has been stopped in that scenario (F28).
    lapsed
        (O, T, W) people of the hires decided in that month whose term is not renewed (F28).
    """

    decisions: Decisions
    headcount: Floats
    first_year: Floats
    units_worked: Floats
    overtime_hours: Floats
    short_time_heads: Floats
    excess_heads: Floats
    steering_hours: Floats
    billed_hours: Floats
    billed_results: Floats
    stock: Floats
    sold: Floats
    surplus: Floats
    backlog: Floats
    uncovered: Floats
    terminated: Floats
    lapsed: Floats
