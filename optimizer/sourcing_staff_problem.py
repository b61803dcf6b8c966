"""Describe own staff: what people can do and cost, who can be hired, who can become what."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.sourcing_shapes_problem import (
    Floats,
    one,
    refuse_below,
    refuse_outside_shares,
    spread,
    unlimited,
    zero,
)


@dataclass(frozen=True, kw_only=True)
class StaffState:
    """Describe people alike in kind, skill and tenure (F7 to F12); P phases, T months.

    Attributes
    ----------
    start_headcount
        People past their first year on the eve of the first month.
    start_first_year
        People by months of tenure 0, 1, .. below `first_year_months`.
    hours_per_head
        (T,) selling hours of one person fully ramped.
    speed, conversion_factor
        (P,) hours of standard work in an hour (0: cannot), and what multiplies the conversion
        out of the phase.
    segments
        Indices reachable; None: all.
    wage_eur, tools_eur
        (T,) a person and month.
    eur_per_unit, eur_per_hour
        (P,) price of a unit and of an hour worked in the phase, on top of the wage.
    attrition_first_year, attrition_later
        Share leaving a month within the first year and later.
    joiners_leave_at_once
        Whether people who join meet the leaving rate in the very month they join.
    layoff_allowed, severance_eur, frozen_months, layoff_max
        Whether staff past its first year may be made redundant, (T,) what it costs a head,
        how many months at first nobody may be, and (T,) the most a month.
    overtime_hours_max, overtime_yearly_max, overtime_eur
        Most hours a head and month, most a head and twelve months, price of an hour.
    short_time_max, short_time_output, short_time_eur
        Most heads on short time, what they still do, price of one a month (below 0: a saving).
    excess_eur
        Price of a head and month without work, where it counts.
    counts_as_excess
        Whether idle people are counted, priced and capped (`SourcingProblem.excess_max`).
    whole
        Whether redundancies are whole people.
    headcount_min, headcount_max
        (T,) least and most people.
    layoff_max_share
        Most redundancies as a share of the headcount of the month before.
    """

    state_id: str
    hours_per_head: Floats
    speed: Floats
    start_headcount: float = 0.0
    start_first_year: tuple[float, ...] = ()
    conversion_factor: Floats = field(default_factory=one)
    segments: tuple[int, ...] | None = None
    wage_eur: Floats = field(default_factory=zero)
    tools_eur: Floats = field(default_factory=zero)
    eur_per_unit: Floats = field(default_factory=zero)
    eur_per_hour: Floats = field(default_factory=zero)
    attrition_first_year: float = 0.0
    attrition_later: float = 0.0
    first_year_months: int = 0
    joiners_leave_at_once: bool = False
    layoff_allowed: bool = False
    severance_eur: Floats = field(default_factory=zero)
    frozen_months: int = 0
    layoff_max: Floats = field(default_factory=unlimited)
    overtime_hours_max: float = 0.0
    overtime_yearly_max: float = np.inf
    overtime_eur: float = 0.0
    short_time_max: float = 0.0
    short_time_output: float = 0.5
    short_time_eur: float = 0.0
    counts_as_excess: bool = False
    excess_eur: float = 0.0
    whole: bool = True
    headcount_min: Floats = field(default_factory=zero)
    headcount_max: Floats = field(default_factory=unlimited)
    layoff_max_share: float = np.inf

    def fit(self, phases: int, months: int) -> StaffState:
        """Return the state with every field in its shape; refuse figures that mean nothing."""
        by_month = (
            "hours_per_head", "wage_eur", "tools_eur", "severance_eur", "layoff_max",
            "headcount_min", "headcount_max",
        )  # fmt: skip
        by_phase = ("speed", "conversion_factor", "eur_per_unit", "eur_per_hour")
        shapes = dict.fromkeys(by_month, (months,)) | dict.fromkeys(by_phase, (phases,))
        refuse_below(
            self, 0.0, "start_headcount", "start_first_year", "hours_per_head", "speed",
            "conversion_factor", "severance_eur", "overtime_hours_max", "overtime_yearly_max",
            "overtime_eur", "short_time_max", "excess_eur", "first_year_months", "layoff_max",
            "headcount_min", "headcount_max", "layoff_max_share",
        )  # fmt: skip
        refuse_outside_shares(self, "attrition_first_year", "attrition_later", "short_time_output")
        if len(self.start_first_year) > self.first_year_months:
            raise ValueError(f"{self.state_id}: start_first_year goes beyond the first year")
        return replace(self, **spread(self, shapes))  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class HireOption:
    """Describe one way to recruit into a state (F9).

    Attributes
    ----------
    state
        Index of the state joined, `lead_months` after the decision.
    ramp
        Share of full hours in the first months after arrival, then 1.
    recruiting_eur
        Paid once, in the month of the decision.
    max_per_month, max_total, min_total
        Limits on the decisions of the horizon; (T,) for the first.
    term_months
        0: permanent; otherwise the cohort leaves after so many months.
    renewal_months
        Months after which a fixed term goes on to its end only where it is renewed: that is
        decided once the demand is known (F28); None: nothing is left to decide.
    whole
        Whether people are hired whole.
    coaching_hours, coaching_state
        Hours that colleagues of a state (None: the one joined) give to each, in the month of the
        decision, the next one, ..
    """

    option_id: str
    state: int
    lead_months: int = 0
    ramp: tuple[float, ...] = ()
    recruiting_eur: float = 0.0
    max_per_month: Floats = field(default_factory=unlimited)
    max_total: float = np.inf
    min_total: float = 0.0
    term_months: int = 0
    renewal_months: int | None = None
    whole: bool = True
    coaching_hours: tuple[float, ...] = ()
    coaching_state: int | None = None

    def fit(self, months: int) -> HireOption:
        """Return the option with its monthly limit in shape; refuse what means nothing."""
        refuse_below(
            self,
            0.0,
            "lead_months",
            "max_per_month",
            "max_total",
            "min_total",
            "term_months",
            "coaching_hours",
        )
        refuse_outside_shares(self, "ramp")
        self._refuse_renewal()
        return replace(self, **spread(self, {"max_per_month": (months,)}))  # type: ignore[arg-type]

    def _refuse_renewal(self) -> None:
        renewal = self.renewal_months
        if renewal is None:
            return
        if not 0 < renewal < self.term_months:
            raise ValueError(f"{self.option_id}: a renewal falls within a fixed term")
        if len(self.ramp) > renewal or len(self.coaching_hours) > self.lead_months + renewal:
            raise ValueError(f"{self.option_id}: ramp and coaching end before the renewal")

    @property
    def coach(self) -> int:
        """Return the state whose people give the hours of coaching."""
        return self.state if self.coaching_state is None else self.coaching_state


@dataclass(frozen=True, kw_only=True)
class HireLimit:
    """Cap several hire options together: recruiters, seats, or one offer open in many pools."""

    options: tuple[int, ...]
    max_total: float = np.inf
    max_per_month: float = np.inf


@dataclass(frozen=True, kw_only=True)
class Move:
    """Describe how people pass from one state to another (F10): training, downgrade, a role.

    Attributes
    ----------
    source, target
        Indices of the states.
    duration_months
        Months on the way: paid and counted as people of the source, less the hours lost.
    hours_lost
        Hours a head loses in the month of the decision, the next one, ..
    leaving_share
        Share that leaves on arrival. None: only the leaving rate of the TARGET, a month.
    eur
        Price of one, in the month of the decision.
    ramp
        Share of full hours in the first months after arrival.
    max_per_month, max_total
        (T,) most decided a month, and over the horizon.
    max_share, share_of
        Most decided a month as a share of the headcount of the states named.
    months
        (T,) 1 where it may be decided: a role is chosen in the first month only.
    automatic_share
        Not decided but happening: this share of the source's staff passes on every month.
    whole
        Whether people move whole.
    role
        Whether it is the choice of a role among those a person can hold, not something bought:
        it stays open in the baseline and where training is left out (L1, L14).
    """

    move_id: str
    source: int
    target: int
    duration_months: int = 0
    hours_lost: tuple[float, ...] = ()
    leaving_share: float | None = None
    eur: float = 0.0
    ramp: tuple[float, ...] = ()
    max_per_month: Floats = field(default_factory=unlimited)
    max_total: float = np.inf
    max_share: float = np.inf
    share_of: tuple[int, ...] = ()
    months: Floats = field(default_factory=one)
    automatic_share: float | None = None
    whole: bool = True
    role: bool = False

    @property
    def bought(self) -> bool:
        """Return whether it is decided and paid for, such as a training."""
        return self.automatic_share is None and not self.role

    def fit(self, months: int) -> Move:
        """Return the move with its monthly fields in shape; refuse what means nothing."""
        refuse_below(self, 0.0, "duration_months", "hours_lost", "max_per_month", "max_total")
        refuse_outside_shares(self, "ramp", "months")
        for share in (self.leaving_share, self.automatic_share):
            if share is not None and not 0.0 <= share <= 1.0:
                raise ValueError(f"{self.move_id}: a share must lie between 0 and 1")
        if self.source == self.target:
            raise ValueError(f"{self.move_id} leads back to where it starts")
        shapes = {"max_per_month": (months,), "months": (months,)}
        return replace(self, **spread(self, shapes))  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class ManagerRule:
    """Ask for a manager for every `span` people of the states named (F13)."""

    states: tuple[int, ...]
    span: float
    wage_eur: float
    whole: bool = True
