"""Say what an investment brings back, and when (L5, L6): arithmetic on curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CENT = 0.005
"""Less than half a cent out of pocket is nothing."""


@dataclass(frozen=True, kw_only=True)
class Return:
    """Hold a return on investment against a baseline, over the horizon.

    Attributes
    ----------
    extra_cost_eur, extra_margin_eur
        Plan less baseline.
    ratio
        (extra margin - extra cost) / extra cost; None when the plan costs no more.
    saves_eur
        What the plan costs less; None when it costs more.
    """

    extra_cost_eur: float
    extra_margin_eur: float
    ratio: float | None
    saves_eur: float | None

    @property
    def extra_profit_eur(self) -> float:
        """Return extra margin less extra cost."""
        return self.extra_margin_eur - self.extra_cost_eur


def return_on(extra_margin_eur: float, extra_cost_eur: float) -> Return:
    """Return the return on investment; undefined, hence "saves x", when nothing is invested.

    Examples
    --------
    >>> return_on(631_500.0, 335_000.0).ratio
    0.8850746268656716
    >>> return_on(10.0, -40.0).saves_eur
    40.0
    """
    spends = extra_cost_eur > CENT
    return Return(
        extra_cost_eur=extra_cost_eur,
        extra_margin_eur=extra_margin_eur,
        ratio=(extra_margin_eur - extra_cost_eur) / extra_cost_eur if spends else None,
        saves_eur=None if spends else -extra_cost_eur or 0.0,
    )


class PaybackKind(StrEnum):
    """Word the answer to "when do we have our money back"."""

    MONTH = "month"
    NEVER_OUT_OF_POCKET = "never out of pocket"
    NOT_WITHIN_HORIZON = "not within horizon"


@dataclass(frozen=True, kw_only=True)
class Payback:
    """Hold when the money is back.

    Attributes
    ----------
    month
        First month (1 is the first) from which cumulated extra cash never goes below 0 again;
        None for the two other kinds.
    low_eur, low_month
        Lowest cumulated extra cash (never above 0) and its month; None when never below 0.
    """

    kind: PaybackKind
    month: int | None
    low_eur: float
    low_month: int | None

    def in_words(self) -> str:
        """Return "month 5", or one of the two other wordings."""
        return f"month {self.month}" if self.month is not None else self.kind.value


def payback(extra_cash_eur: Sequence[float] | Floats) -> Payback:
    """Return when cumulated extra cash is at 0 or above for good.

    Parameters
    ----------
    extra_cash_eur
        (T,) cash of the plan less cash of the baseline, by month.

    Examples
    --------
    >>> payback([-10.0, 4.0, 6.0]).in_words()
    'month 3'
    >>> payback([0.0, 4.0, -4.0]).in_words()
    'never out of pocket'
    >>> payback([5.0, -6.0]).in_words()
    'not within horizon'
    """
    cumulated = np.cumsum(np.asarray(extra_cash_eur, dtype=np.float64))
    out = np.flatnonzero(cumulated < -CENT)
    if not out.size:
        return Payback(
            kind=PaybackKind.NEVER_OUT_OF_POCKET, month=None, low_eur=0.0, low_month=None
        )
    lowest = int(np.argmin(cumulated))
    last = int(out[-1])
    back = last + 1 < cumulated.size
    return Payback(
        kind=PaybackKind.MONTH if back else PaybackKind.NOT_WITHIN_HORIZON,
        month=last + 2 if back else None,
        low_eur=float(cumulated[lowest]),
        low_month=lowest + 1,
    )
