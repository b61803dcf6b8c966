"""Rules of `quartier source`: overtime, managers, late and waiting work, risk."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.config_types import Month, NotNegative, Positive, Section, Share


class OvertimeSection(Section):
    """Overtime of own people; for `quartier source` and plans that take its decisions."""

    hours_max_per_month: NotNegative = Field(default=0.0, description="most hours a head and month")
    hours_max_per_year: Positive | None = Field(
        default=None,
        description="most hours a head in any twelve months, of a shorter horizon its part; left "
        "out: no limit",
    )
    price_eur_per_hour: NotNegative = Field(default=0.0, description="price of an hour of overtime")


class ManagersSection(Section):
    """Managers whom the people need; as overtime, for `quartier source`."""

    span: Positive | None = Field(
        default=None, description="most people a manager leads; left out: managers are not counted"
    )
    cost_eur_per_month: NotNegative = Field(default=0.0, description="loaded cost of a manager")


class RiskSection(Section):
    """How much the bad cases weigh; used with the table demand_scenarios."""

    weight: Share = Field(
        default=0.0,
        description="weight of the mean of the worst cases (CVaR) in the objective; the rest is "
        "on the mean of all",
    )
    level: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.8, description="the worst cases are those beyond this share: 0.8, the worst fifth"
    )


class SourcingSection(Section):
    """Who decides on levers, and what late, waiting and unfinished work is worth."""

    decide_in_plan: bool = Field(
        default=False,
        description="let `quartier plan` take every lever as the model of `quartier source` "
        "decides it; false: it decides on hires and hourly contracts alone",
    )
    late_deals_max: NotNegative = Field(
        default=0.0, description="most deals of a pool and segment late at a month's end"
    )
    late_eur_per_deal_month: NotNegative = Field(
        default=0.0, description="price of a deal that is a month late"
    )
    waiting_units_max: NotNegative = Field(
        default=0.0,
        description="most units worked ahead that may wait in front of each later phase, for each "
        "pool and segment; units of the pipeline may always wait",
    )
    waiting_eur_per_unit_month: NotNegative = Field(
        default=0.0, description="price of a unit that waits a month"
    )
    waiting_loss_share: Share = Field(
        default=0.0, description="share of the waiting units lost from one month to the next"
    )
    lost_deal_eur: NotNegative = Field(
        default=0.0, description="price of a deal given up, beside its margin"
    )
    terminal_factor: Share = Field(
        default=0.0,
        description="worth at the end of units on their way, as a share of their expected margin",
    )
    travel_share: NotNegative = Field(
        default=0.0, description="travel hours per hour in territorial phases"
    )
    discount_rate_per_year: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.0, description="yearly rate at which later money counts less"
    )
    reveal_month: Month | None = Field(
        default=None,
        description="first month, YYYY-MM, in which it is known which of demand_scenarios it is: "
        "from then on contracts with stop_notice_months may be stopped and terms with "
        "renewal_months end, demand by demand; left out: all is decided before",
    )
