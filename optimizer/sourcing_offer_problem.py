"""Describe what can be bought from outside: providers' contracts and automation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.sourcing_shapes_problem import (
    Floats,
    one,
    refuse_below,
    refuse_outside_shares,
    spread,
    zero,
)


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Describe an outside force and its contract (F14 to F17); P phases, T months.

    The price forms add up: by the hour, by the result, a retainer with what it includes, a fee
    on success.

    Attributes
    ----------
    phases, segments
        Where it may work, once the phase is documented; segments None: all.
    capacity_hours
        (T,) hours a month when ramped.
    effectiveness, quality
        (P,) standard hours in an hour bought, and what multiplies the conversion out of a phase.
    setup_eur, retainer_eur
        (T,) at each start, and for each month under contract.
    eur_per_hour, included_hours, minimum_hours
        Price of an hour beyond those the retainer includes, and least hours billed a month.
    eur_per_result, result_phase, included_results, minimum_results
        The same for units passed on out of `result_phase` (None: its last phase).
    success_eur
        Fee for each won deal expected of the units it passes on out of its last phase.
    min_term_months
        Least months under contract; nor may it start again sooner after a stop.
    notice_months, running_since_months
        For a contract that runs already: its notice, and months it has run.
    stop_notice_months
        Notice of a stop decided once the demand is known (F28); None: no such stop.
    lead_months, ramp
        Earliest month of a start, and share of capacity in the first months after it.
    steering_hours, steering_states
        Hours a month of own people of these states while it runs; states None: all.
    pilot_steering_hours
        Hours on top in the first months after each start: the pilot.
    whole
        Whether a month is under contract or not; otherwise a part of the capacity may be.
    """

    provider_id: str
    phases: tuple[int, ...]
    capacity_hours: Floats
    segments: tuple[int, ...] | None = None
    effectiveness: Floats = field(default_factory=one)
    quality: Floats = field(default_factory=one)
    setup_eur: Floats = field(default_factory=zero)
    retainer_eur: Floats = field(default_factory=zero)
    eur_per_hour: float = 0.0
    included_hours: float = 0.0
    minimum_hours: float = 0.0
    eur_per_result: float = 0.0
    result_phase: int | None = None
    included_results: float = 0.0
    minimum_results: float = 0.0
    success_eur: float = 0.0
    min_term_months: int = 1
    notice_months: int = 0
    running_since_months: int | None = None
    stop_notice_months: int | None = None
    lead_months: int = 0
    ramp: tuple[float, ...] = ()
    steering_hours: float = 0.0
    steering_states: tuple[int, ...] | None = None
    pilot_steering_hours: tuple[float, ...] = ()
    whole: bool = True

    def fit(self, phases: int, months: int) -> Provider:
        """Return the offer with every field in its shape; refuse figures that mean nothing."""
        by_month = ("capacity_hours", "setup_eur", "retainer_eur")
        by_phase = ("effectiveness", "quality")
        shapes = dict.fromkeys(by_month, (months,)) | dict.fromkeys(by_phase, (phases,))
        refuse_below(
            self, 0.0, "capacity_hours", "effectiveness", "quality", "setup_eur", "retainer_eur",
            "eur_per_hour", "included_hours", "minimum_hours", "eur_per_result",
            "included_results", "minimum_results", "success_eur", "notice_months",
            "lead_months", "steering_hours", "pilot_steering_hours",
        )  # fmt: skip
        refuse_below(self, 1.0, "min_term_months")
        refuse_outside_shares(self, "ramp")
        if not np.all(np.isfinite(self.capacity_hours)):
            raise ValueError(f"{self.provider_id}: capacity_hours must be finite")
        if self.pilot_steering_hours and not self.whole:
            raise ValueError(f"{self.provider_id}: a contract in part has no pilot")
        self._refuse_stop()
        return replace(self, **spread(self, shapes))  # type: ignore[arg-type]

    def _refuse_stop(self) -> None:
        if self.stop_notice_months is None:
            return
        refuse_below(self, 0.0, "stop_notice_months")
        if not self.whole:
            raise ValueError(f"{self.provider_id}: a contract in part has no stop")

    @property
    def steered(self) -> bool:
        """Return whether own people give hours to it."""
        return self.steering_hours > 0 or any(hours > 0 for hours in self.pilot_steering_hours)

    @property
    def paid_phase(self) -> int:
        """Return the phase whose results are paid."""
        return max(self.phases) if self.result_phase is None else self.result_phase

    @property
    def committed_months(self) -> int:
        """Return for how many months a contract that runs already cannot be left."""
        if self.running_since_months is None:
            return 0
        return max(self.min_term_months - self.running_since_months, self.notice_months)


@dataclass(frozen=True, kw_only=True)
class Automation:
    """Describe a tool that works units without people (F18).

    Attributes
    ----------
    phases, segments
        Where it may work.
    max_share
        Most of the units worked in a phase and segment.
    capacity_units
        Most units a month, all phases and segments together.
    conversion_factor
        Multiplies the conversion out of the phases.
    setup_eur, eur_per_month, eur_per_unit
        Once, for each month from then on, for each unit.
    """

    automation_id: str
    phases: tuple[int, ...]
    segments: tuple[int, ...]
    capacity_units: float
    max_share: float = 1.0
    conversion_factor: float = 1.0
    setup_eur: float = 0.0
    eur_per_month: float = 0.0
    eur_per_unit: float = 0.0
    lead_months: int = 0

    def __post_init__(self) -> None:
        """Refuse figures that mean nothing."""
        refuse_below(
            self, 0.0, "capacity_units", "conversion_factor", "setup_eur", "eur_per_month",
            "eur_per_unit", "lead_months",
        )  # fmt: skip
        refuse_outside_shares(self, "max_share")
        if not np.isfinite(self.capacity_units):
            raise ValueError(f"{self.automation_id}: capacity_units must be finite")
