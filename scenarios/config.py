"""quartier.toml: the rules and prices of a workspace, validated, unknown keys refused."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from scenarios.config_capacity import CalendarSection, CapacitySection
from scenarios.config_roles import RolesSection
from scenarios.config_sourcing import (
    ManagersSection,
    OvertimeSection,
    RiskSection,
    SourcingSection,
)
from scenarios.config_territory import TerritorySection
from scenarios.config_types import Month, NotNegative, Positive, Section, Share


class WorkspaceSection(Section):
    """Name and locale."""

    name: str = Field(description="name of the plan, shown in reports")
    currency: str = Field(
        default="EUR", pattern=r"^[A-Z]{3}$", description="ISO 4217 code of all money"
    )
    language: str = Field(
        default="en", pattern=r"^(en|fr)$", description="language of the report: en or fr"
    )
    country: str = Field(
        default="",
        pattern=r"^([A-Z]{3})?$",
        description="ISO 3166 alpha-3; outline of the maps, sanity of points",
    )
    crs: str = Field(
        default="",
        description="projected CRS for areas and maps, e.g. EPSG:2154; empty: one is chosen",
    )


class HorizonSection(Section):
    """Months planned."""

    first_month: Month = Field(description="first month planned, YYYY-MM")
    months: Annotated[int, Field(ge=1, le=60)] = Field(default=12, description="months planned")


class SegmentSection(Section):
    """What a segment is worth and how it is covered."""

    revenue_per_deal_eur: Positive = Field(description="revenue of one deal")
    margin_rate: Share = Field(default=1.0, description="share of the revenue that is margin")
    paid_after_months: Annotated[int, Field(ge=0, le=36)] = Field(
        default=0, description="months from a won deal to its money, for cash and payback"
    )
    visits_per_year: NotNegative = Field(
        default=0.0, description="field visits an account gets in a year"
    )
    hours_per_visit: NotNegative = Field(default=0.0, description="hours on site and preparation")


class FunnelSection(Section):
    """How targets spread over the year."""

    seasonality: tuple[NotNegative, ...] = Field(
        default=(1.0,) * 12,
        min_length=12,
        max_length=12,
        description="weights of January to December, for targets given by year",
    )

    @field_validator("seasonality")
    @classmethod
    def _refuse_a_year_without_weight(cls, weights: tuple[float, ...]) -> tuple[float, ...]:
        if sum(weights) <= 0:
            raise ValueError("at least one month needs a weight above 0")
        return weights


class StaffingSection(Section):
    """Rules of roles and capacity."""

    max_phases_per_person: Annotated[int, Field(ge=1, le=8)] = Field(
        default=2, description="most phases one person may hold"
    )
    productive_hours_per_fte_month: Positive | None = Field(
        default=None,
        description="flat hours for customers of a full-time person in a month; left out: by "
        "[calendar] and [capacity] where a country is named, else 100",
    )
    availability: tuple[NotNegative, ...] = Field(
        default=(1.0,) * 12,
        min_length=12,
        max_length=12,
        description="share of the flat hours there in January to December",
    )
    specialisation_gain: tuple[Positive, ...] = Field(
        default=(1.0,),
        min_length=1,
        description="factor on productivity with 1, 2, ... phases held",
    )
    preference_eur_per_hour: NotNegative = Field(
        default=0.0, description="price of an hour in a phase of preference 0 instead of 1"
    )
    role_change_eur: NotNegative = Field(
        default=0.0, description="price of each phase a person newly holds"
    )

    @field_validator("specialisation_gain")
    @classmethod
    def _never_rises(cls, gain: tuple[float, ...]) -> tuple[float, ...]:
        # Were three phases faster than two, an idle phase on paper would pay.
        if any(more > fewer for fewer, more in pairwise(gain)):
            raise ValueError("more phases held must not mean more speed: give falling factors")
        return gain


class TravelSection(Section):
    """How distance becomes time and money."""

    detour_factor: Annotated[float, Field(ge=1)] = Field(
        default=1.3, description="road km per great-circle km"
    )
    speed_kmh: Positive = Field(default=65.0, description="mean speed on the road, km/h")
    visits_per_trip: Annotated[float, Field(ge=1)] = Field(
        default=2.0, description="visits sharing one trip from home"
    )
    cost_eur_per_km: NotNegative = Field(default=0.45, description="cost of a km driven")
    cost_eur_per_hour: NotNegative = Field(default=35.0, description="cost of an hour driven")


class CalibrationSection(Section):
    """How the history is read by `quartier calibrate`."""

    stages: dict[str, str] = Field(
        default={},
        description="stage of the CRM -> phase, or phase:outcome, e.g. "
        '"Closed Won" = "proposal:won"',
    )
    confidence: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.9, description="share of cases in which an interval should hold the truth"
    )


class SolveSection(Section):
    """Limits of the solvers."""

    staffing_seconds: Positive = Field(
        default=120.0, description="time limit of the staffing solver, s"
    )
    staffing_gap: NotNegative = Field(default=0.005, description="gap at which it may stop, ratio")
    territory_seconds: Positive = Field(
        default=60.0, description="time limit of the territory solver, s"
    )
    territory_gap: NotNegative = Field(default=0.003, description="gap at which it may stop, ratio")
    territory_rounds: Annotated[int, Field(ge=0)] = Field(
        default=3, description="improvement rounds of the territory solver"
    )


class Config(Section):
    """Hold all of quartier.toml."""

    workspace: WorkspaceSection
    horizon: HorizonSection
    segments: dict[str, SegmentSection] = Field(min_length=1)
    funnel: FunnelSection = FunnelSection()
    staffing: StaffingSection = StaffingSection()
    roles: RolesSection = RolesSection()
    calendar: CalendarSection = CalendarSection()
    capacity: CapacitySection = CapacitySection()
    sourcing: SourcingSection = SourcingSection()
    overtime: OvertimeSection = OvertimeSection()
    managers: ManagersSection = ManagersSection()
    risk: RiskSection = RiskSection()
    travel: TravelSection = TravelSection()
    territory: TerritorySection = TerritorySection()
    solve: SolveSection = SolveSection()
    calibration: CalibrationSection = CalibrationSection()
    sources: dict[str, str] = Field(
        default={},
        description="table -> file, or file.xlsx#sheet; default <table>.csv, .xlsx, .parquet",
    )
    columns: dict[str, dict[str, str]] = Field(
        default={}, description="table -> {our column: your column}"
    )
    scenarios: tuple[str, ...] = Field(
        default=(), description="order of the scenarios in scenarios/*.toml"
    )
    assumptions: dict[str, str] = Field(
        default={}, description="figures taken on trust, and their source"
    )
