"""State a funnel in exact rationals (docs/model-funnel.md).

Stages convert: so many units of one phase give one unit of the next. Activities are counts: so
many calls per unit, so many minutes each. Months are positions, 0 the first of the horizon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from numbers import Rational

WON = "won"
"""Name of what follows the last phase: deals whose work is done."""

_DECIMAL = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,2})?", re.IGNORECASE)
_RATIO = re.compile(r"[+-]?\d{1,30}/\d{1,30}")


def fraction(value: float | int | str | Fraction) -> Fraction:
    """Return the decimal that was typed, exactly: 0.35 is 7/20 (F1).

    A float is read back from its shortest decimal form, since the binary value of 0.35 is
    another number. Text is a decimal ("0.35", "1e-3") or a ratio ("1/3").

    Raises
    ------
    ValueError
        For what is no finite number, has more than 30 digits or an exponent beyond 99.

    Examples
    --------
    >>> fraction(0.35), fraction("1/3")
    (Fraction(7, 20), Fraction(1, 3))
    """
    if isinstance(value, Rational):
        return Fraction(value)
    text = value.strip() if isinstance(value, str) else repr(float(value))
    if not (_DECIMAL.fullmatch(text) or _RATIO.fullmatch(text)):
        raise ValueError(f"{text[:40]!r} is not a number of at most 30 digits")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError(f"{text!r} divides by zero") from None


def _exact(value: Fraction, name: str) -> Fraction:
    if not isinstance(value, Rational):
        raise ValueError(f"{name} must be exact, not {value!r}: use fraction()")
    if value < 0:
        raise ValueError(f"{name} is negative: {value}")
    return Fraction(value)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Describe one phase and how its units turn into units of the next.

    Attributes
    ----------
    phase, unit
        Name of the phase; what is worked in it (prospect, opportunity).
    units_per_next
        Units of this phase per unit of the next (of the last phase: per deal), >= 1; 0 when
        nothing gets through (conversion 0).
    lag_months
        Months between the work here and the work on the unit it becomes; >= 0.
    lag_shares
        Or: shares of what passes by lag 0, 1, 2 .. months, adding up to 1 (F2); `lag_months` is
        then their mean.
    age_factors
        Worth of a pipeline unit that has been here 0, 1, 2 .. months, a new one being 1; the last
        holds on (F11). Empty: 1 whatever the age.

    Raises
    ------
    ValueError
        For a negative value, a conversion above 1, or shares that are no whole; the phase is
        named.
    """

    phase: str
    unit: str
    units_per_next: Fraction
    lag_months: Fraction = Fraction(0)
    lag_shares: tuple[Fraction, ...] = ()
    age_factors: tuple[Fraction, ...] = ()

    def __post_init__(self) -> None:
        name = f"phase {self.phase!r}: "
        per_next = _exact(self.units_per_next, name + "units_per_next")
        if 0 < per_next < 1:
            raise ValueError(
                f"{name}a conversion of {float(1 / per_next):g} is above 1; that is an activity"
                f" count: {self.unit} units convert, activities are counted per unit"
            )
        object.__setattr__(self, "units_per_next", per_next)
        for field in ("lag_shares", "age_factors"):
            exact = tuple(_exact(share, name + field) for share in getattr(self, field))
            object.__setattr__(self, field, exact)
        if self.lag_shares and sum(self.lag_shares) != 1:
            raise ValueError(f"{name}lag_shares add up to {float(sum(self.lag_shares)):g}, not 1")
        mean = sum((lag * share for lag, share in enumerate(self.lag_shares)), Fraction(0))
        lag = mean if self.lag_shares else self.lag_months
        object.__setattr__(self, "lag_months", _exact(lag, name + "lag_months"))

    @classmethod
    def from_conversion(
        cls,
        *,
        phase: str,
        unit: str,
        conversion: Fraction,
        lag_months: Fraction = Fraction(0),
        lag_shares: tuple[Fraction, ...] = (),
        age_factors: tuple[Fraction, ...] = (),
    ) -> Stage:
        """Build a stage from the share of its units that reach the next phase, 0..1."""
        share = _exact(conversion, f"phase {phase!r}: conversion")
        return cls(
            phase=phase,
            unit=unit,
            units_per_next=1 / share if share else share,
            lag_months=lag_months,
            lag_shares=lag_shares,
            age_factors=age_factors,
        )

    @property
    def conversion(self) -> Fraction:
        """Return the share of units that reach the next phase."""
        return 1 / self.units_per_next if self.units_per_next else Fraction(0)

    @property
    def lag_kernel(self) -> tuple[tuple[int, Fraction], ...]:
        """Return (months, share) pairs that sum to 1 with mean `lag_months` (F2)."""
        if self.lag_shares:
            return tuple((lag, share) for lag, share in enumerate(self.lag_shares) if share)
        whole = floor(self.lag_months)
        rest = self.lag_months - whole
        return ((whole, 1 - rest), (whole + 1, rest)) if rest else ((whole, Fraction(1)),)


@dataclass(frozen=True, kw_only=True)
class ActivityNorm:
    """Say how often an activity is done per unit of a phase, and minutes each."""

    phase: str
    activity: str
    per_unit: Fraction
    minutes: Fraction

    def __post_init__(self) -> None:
        for field in ("per_unit", "minutes"):
            name = f"phase {self.phase!r}, activity {self.activity!r}: {field}"
            object.__setattr__(self, field, _exact(getattr(self, field), name))


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Count units that are there at the start and can be worked in `phase` from `month` on.

    They still need the work of `phase`, and nothing of the phases before it. With phase `WON`
    they are deals whose work is done and which will be signed from that month on. `age_months`
    says how long they have been there.
    """

    phase: str
    units: Fraction
    month: int = 0
    age_months: int = 0

    def __post_init__(self) -> None:
        name = f"phase {self.phase!r}: pipeline "
        object.__setattr__(self, "units", _exact(self.units, name + "units"))
        if min(self.month, self.age_months) < 0:
            raise ValueError(f"{name}month is negative: {min(self.month, self.age_months)}")


@dataclass(frozen=True, kw_only=True)
class FunnelProblem:
    """State the deals wanted and the funnel that leads to them; P stages, T months.

    Attributes
    ----------
    stages
        (P,) in the order of the process.
    norms
        Activities; a phase without any takes no hours.
    deals_by_month
        (T,) deals to be won, fractions allowed.
    pipeline
        Units already there.
    months
        (T,) labels for formulas; empty: "month 1" and so on.

    Raises
    ------
    ValueError
        When phases repeat or are unknown, an activity repeats, or deals are wanted that a
        conversion of 0 makes impossible; the phase is named.
    """

    stages: tuple[Stage, ...]
    norms: tuple[ActivityNorm, ...]
    deals_by_month: tuple[Fraction, ...]
    pipeline: tuple[Pipeline, ...] = ()
    months: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        deals = tuple(
            _exact(d, f"deals of month {t + 1}") for t, d in enumerate(self.deals_by_month)
        )
        object.__setattr__(self, "deals_by_month", deals)
        labels = self.months or tuple(f"month {t + 1}" for t in range(len(deals)))
        if len(labels) != len(deals):
            raise ValueError(f"{len(labels)} month labels for {len(deals)} months")
        object.__setattr__(self, "months", labels)
        self._refuse_names_that_do_not_fit()
        self._refuse_deals_that_cannot_be()

    def _refuse_names_that_do_not_fit(self) -> None:
        phases = [stage.phase for stage in self.stages]
        if not phases:
            raise ValueError("a funnel needs at least one phase")
        if len({*phases, WON}) <= len(phases):
            raise ValueError(f"phases must differ from each other and from {WON!r}: {phases}")
        activities = [(norm.phase, norm.activity) for norm in self.norms]
        if len(set(activities)) < len(activities):
            raise ValueError(f"an activity is given twice for one phase: {activities}")
        for name in [norm.phase for norm in self.norms]:
            if name not in phases:
                raise ValueError(f"phase {name!r} of an activity is not in the funnel")
        for name in [item.phase for item in self.pipeline]:
            if name not in [*phases, WON]:
                raise ValueError(f"phase {name!r} of the pipeline is not in the funnel")

    def _refuse_deals_that_cannot_be(self) -> None:
        wanted = sum(self.deals_by_month)
        for stage in self.stages:
            if wanted and not stage.units_per_next:
                raise ValueError(
                    f"phase {stage.phase!r}: conversion is 0,"
                    f" but {float(wanted):g} deals are wanted"
                )

    def hours_per_unit(self, phase: str) -> Fraction:
        """Return the hours one unit of `phase` takes (F5)."""
        minutes = (norm.per_unit * norm.minutes for norm in self.norms if norm.phase == phase)
        return sum(minutes, Fraction(0)) / 60

    def worth(self, lot: Pipeline) -> Fraction:
        """Return the new units a lot stands for: its units x the factor of its age (F11)."""
        stage = next((stage for stage in self.stages if stage.phase == lot.phase), None)
        if stage is None or not stage.age_factors:
            return lot.units
        return lot.units * stage.age_factors[min(lot.age_months, len(stage.age_factors) - 1)]

    def units_per_deal(self, phase: str) -> Fraction:
        """Return the units of `phase` behind one deal: the product of `units_per_next` (F3)."""
        product = Fraction(1)
        for stage in reversed(self.stages):
            product *= stage.units_per_next
            if stage.phase == phase:
                return product
        raise ValueError(f"phase {phase!r} is not in the funnel")
