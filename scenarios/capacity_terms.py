"""The working terms of each person: place, contract hours, leave, shares, ramp; defaults filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenarios.calendar_places import Place, knows_country, place_named
from scenarios.config import Config
from scenarios.frames import rows_of

FLAT_HOURS = 100.0
"""Hours for customers of a full-time person a month, where neither they nor a country is named."""


WEEK, YEAR = 168.0, 366.0
"""Hours of a week, days of a year: more than that nobody works or is away."""


@dataclass(frozen=True, kw_only=True)
class CountryTerms:
    """Hold usual terms of a country with where they come from (grade A law, D assumed)."""

    contract_hours_per_week: float
    leave_days_per_year: float
    hours_source: str
    leave_source: str
    hours_grade: str = "A"
    leave_grade: str = "A"


ELSEWHERE = CountryTerms(
    contract_hours_per_week=40.0,
    leave_days_per_year=20.0,
    hours_source="assumed: the usual full time",
    leave_source="four weeks, the least that directive 2003/88/EC, article 7, allows in the EU",
    hours_grade="D",
    leave_grade="D",
)
COUNTRY_TERMS = {
    "FRA": CountryTerms(
        contract_hours_per_week=35.0,
        leave_days_per_year=25.0,
        hours_source="Code du travail, L3121-27",
        leave_source="Code du travail, L3141-3: 30 jours ouvrables, 25 of five days a week",
    ),
    "DEU": CountryTerms(
        contract_hours_per_week=40.0,
        leave_days_per_year=20.0,
        hours_source="assumed: usual; the law (ArbZG, 3) only sets a maximum",
        leave_source="Bundesurlaubsgesetz, 3: 24 Werktage, 20 of five days a week; contracts "
        "often give more",
        hours_grade="D",
    ),
    "BEL": CountryTerms(
        contract_hours_per_week=38.0,
        leave_days_per_year=20.0,
        hours_source="law of 16 March 1971 with that of 10 August 2001: 38 hours",
        leave_source="coordinated laws on annual leave of 28 June 1971: four weeks",
    ),
    "LUX": CountryTerms(
        contract_hours_per_week=40.0,
        leave_days_per_year=26.0,
        hours_source="Code du travail, L.211-5",
        leave_source="Code du travail, L.233-4: 26 days",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Hold the terms of one person; days without dates are NaT, no ramp is ()."""

    place: Place | None
    part_time: float
    hours_per_week: float
    leave_days_per_year: float
    absence_share: float
    selling_share: float
    ramp: tuple[float, ...]
    start: Any = pd.NaT
    end: Any = pd.NaT


def calendar_country(config: Config) -> str:
    """Return the country whose calendar is used, "" when none is named."""
    return config.calendar.country or config.workspace.country


def by_calendar(config: Config) -> bool:
    """Say whether hours come from the calendar: no flat hours are given, and a country is.

    A country of [workspace] whose holidays nobody knows leaves the hours flat; one of [calendar]
    is an error of the input, reported by the checks.
    """
    if config.staffing.productive_hours_per_fte_month is not None:
        return False
    return bool(config.calendar.country) or knows_country(config.workspace.country)


def country_terms(country: str) -> CountryTerms:
    """Return the usual terms of a country."""
    return COUNTRY_TERMS.get(country, ELSEWHERE)


def terms_of_all(reps: pd.DataFrame, config: Config) -> list[Terms]:
    """Return the terms of each rep in the order of `reps`: own ones, else those of the rules."""
    return [_terms_of(row, config) for row in rows_of(reps)]


def full_time_terms(config: Config) -> Terms:
    """Return the terms of a full-time person of the workspace, ramped and there all the time."""
    country = calendar_country(config)
    return Terms(
        place=place_named(country, config.calendar.subdivision),
        part_time=1.0,
        hours_per_week=_hours_per_week(country, config),
        leave_days_per_year=_leave_days(country, config),
        absence_share=config.capacity.absence_share,
        selling_share=config.capacity.selling_share,
        ramp=(),
    )


def _terms_of(row: Any, config: Config) -> Terms:
    home = calendar_country(config)
    country = row.country or home
    region = row.subdivision or (config.calendar.subdivision if country == home else "")
    capacity = config.capacity
    return Terms(
        place=place_named(country, region) or place_named(country),
        part_time=_or(row.fte, 0.0),
        hours_per_week=_or(row.contract_hours_per_week, _hours_per_week(country, config), WEEK),
        leave_days_per_year=_or(row.leave_days_per_year, _leave_days(country, config), YEAR),
        absence_share=_or(row.absence_share, capacity.absence_share),
        selling_share=_or(row.selling_share, capacity.selling_share),
        ramp=_shares(row.ramp) or capacity.ramp,
        start=row.start_date,
        end=row.end_date,
    )


def _shares(items: tuple[str, ...]) -> tuple[float, ...]:
    try:
        return tuple(min(max(float(item), 0.0), 1.0) for item in items)
    except ValueError:  # reported by the checks
        return ()


def _hours_per_week(country: str, config: Config) -> float:
    given = config.calendar.contract_hours_per_week
    own = country_terms(country).contract_hours_per_week
    return own if given is None or country != calendar_country(config) else given


def _leave_days(country: str, config: Config) -> float:
    given = config.calendar.leave_days_per_year
    own = country_terms(country).leave_days_per_year
    return own if given is None or country != calendar_country(config) else given


def _or(value: float, otherwise: float, most: float = 1.0) -> float:
    """Return a cell, or what stands for an empty one, within what can be.

    The checks report what lies outside; here it must only not upset the arithmetic of the others.
    """
    return min(max(otherwise if pd.isna(value) else float(value), 0.0), most)
