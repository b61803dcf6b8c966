"""The sentences a sourcing result says of itself; braces stand for what varies.

Each has its French in reports/locale, which a test asks for.
"""

from __future__ import annotations

from enum import StrEnum


class Note(StrEnum):
    """Say what was simplified, left out, or met on the way."""

    ALIKE = "own people hold one role each, within max_phases_per_person, over the horizon"
    ROLES = (
        "own people with the same roles to choose from are one group, at their mean hours, speed "
        "and pay; they hold one role each, within max_phases_per_person"
    )
    ABLE = (
        "own people are grouped by the phases they are able to work, all of which they may work: "
        "max_phases_per_person is not applied to them"
    )
    PAY_UNKNOWN = "nobody's pay is known: profit and cost are before the present team"
    SOME_PAY_UNKNOWN = "the pay of some people is not known: it is left out"
    OWN_POOL = "people in field phases work for their own pool only"
    NO_TRAVEL = "no travel is counted: sourcing.travel_share is 0"
    PAID_APART = "segments are paid after different times: cash is shared by their margins"
    LAGS_DIFFER = "lags of {phase} differ by segment: their mean, weighed by deals, is used"
    UNIVERSE_SHARED = "a universe for several segments is shared among them by their deals"
    RECONTACT_DIFFERS = "recontact_months differ: the most careful of them is used for all"
    LARGE = (
        "the model is large: profit curve, prices, ladder, regret, information and the worth of "
        "one more are left out"
    )
    BETTER_MET = (
        "a question led to this plan: it is worth {more:,.2f} more than the one that the search "
        "ended with"
    )
    STOPPED = "left out, since the run was stopped: {what}"


class Question(StrEnum):
    """Name what is asked of a plan."""

    HIRES = "profit by number of hires"
    PRICES = "break-even prices"
    LEVERS = "profit without a lever"
    FORESIGHT = "what to decide if the demand were known"
    INFORMATION = "the worth of knowing the demand"
    REGRET = "what each decision would be regretted"
    FRESH = "decisions on {count} demands drawn anew"
    HOUR = "the worth of one more hour"
    PERSON = "one more person"
    TRAINED = "one more trained"
