"""Rules of the working calendar, and of how much of the time paid goes into selling."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator

from scenarios.config_types import NotNegative, Section, Share

Weekday = Annotated[int, Field(ge=1, le=7)]
WeekHours = Annotated[float, Field(gt=0, le=80)]
YearDays = Annotated[float, Field(ge=0, le=366)]
Rate = Annotated[float, Field(ge=0, lt=1)]

FRENCH_LEAVE_PROFILE = (0.04, 0.08, 0.03, 0.08, 0.07, 0.04, 0.16, 0.28, 0.03, 0.06, 0.02, 0.11)
"""Leave follows school holidays and the summer (INSEE, congés 2010); the shares are assumed."""


class CalendarSection(Section):
    """Days people work; used when staffing.productive_hours_per_fte_month is left out."""

    country: str = Field(
        default="",
        pattern=r"^([A-Z]{3})?$",
        description="ISO 3166 alpha-3 of the public holidays; empty: the workspace's country",
    )
    subdivision: str = Field(
        default="",
        description="region of that country by code or name: a French department, Alsace-Moselle, "
        "BY or Bayern; empty: nationwide holidays only",
    )
    working_weekdays: tuple[Weekday, ...] = Field(
        default=(1, 2, 3, 4, 5),
        min_length=1,
        max_length=7,
        description="days worked in a week, 1 Monday to 7 Sunday",
    )
    contract_hours_per_week: WeekHours | None = Field(
        default=None, description="hours a full-time person works a week; empty: by the country"
    )
    leave_days_per_year: YearDays | None = Field(
        default=None, description="paid leave a year in working days; empty: by the country"
    )
    leave_profile: tuple[NotNegative, ...] = Field(
        default=FRENCH_LEAVE_PROFILE,
        min_length=12,
        max_length=12,
        description="weights of January to December in which leave is taken",
    )
    closed_days: tuple[date, ...] = Field(
        default=(), description="further days on which nobody works, e.g. a bridge day"
    )
    worked_holidays: tuple[date, ...] = Field(
        default=(), description="public holidays on which people work, e.g. Whit Monday"
    )

    @field_validator("working_weekdays")
    @classmethod
    def _each_weekday_once(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(days)) != len(days):
            raise ValueError("each day of the week once")
        return days

    @field_validator("leave_profile")
    @classmethod
    def _leave_is_taken_some_time(cls, weights: tuple[float, ...]) -> tuple[float, ...]:
        if sum(weights) <= 0:
            raise ValueError("at least one month needs a weight above 0")
        return weights


class CapacitySection(Section):
    """What is left of the hours paid; used together with [calendar]."""

    absence_share: Share = Field(
        default=0.05, description="share of the days to work lost to sickness and the like"
    )
    selling_share: Share = Field(
        default=0.60,
        description="share of the hours present that goes into the activities of the process",
    )
    ramp: tuple[Share, ...] = Field(
        default=(0.25, 0.5, 0.75),
        max_length=60,
        description="productive shares of the first months after reps.start_date; then 1",
    )
    first_year_attrition: Rate = Field(
        default=0.0, description="share of newcomers who leave within a year; 0: not counted"
    )
    later_attrition: Rate = Field(
        default=0.0, description="share of the others who leave in a year; 0: not counted"
    )
    over_assignment: Annotated[float, Field(ge=1, le=3)] = Field(
        default=1.0,
        description="hours kept per hour planned, a buffer; never together with a ramp or "
        "attrition, which count the same risk",
    )
