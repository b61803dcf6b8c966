"""Public holidays by country and region; the only place that asks the library of holidays."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

FRENCH_DEPARTMENTS = frozenset(
    [*(f"{number:02d}" for number in range(1, 96) if number != 20), "2A", "2B"]
)
ALSACE, MOSELLE = "6AE", "57"
LOCAL_NAMES = {
    "FRA": {
        **dict.fromkeys(sorted(FRENCH_DEPARTMENTS), ""),
        "67": ALSACE,
        "68": ALSACE,
        "57": MOSELLE,
        "Bas-Rhin": ALSACE,
        "Haut-Rhin": ALSACE,
        "Alsace-Moselle": MOSELLE,
    }
}
"""Names a sales organisation uses -> subdivision of the library, "" for nationwide holidays only.

Alsace and Moselle share their two local holidays (Code du travail, L3134-13).
"""


class Place(NamedTuple):
    """Name whose public holidays hold: ISO 3166 alpha-3, and a subdivision of the library."""

    country: str
    subdivision: str = ""


def knows_country(country: str) -> bool:
    """Say whether the public holidays of an ISO 3166 alpha-3 code are known."""
    return _entity(country) is not None


def place_named(country: str, subdivision: str = "") -> Place | None:
    """Return the place, None when the country or its subdivision is not known.

    A subdivision is found by code or name, capitals and accents apart, with or without the
    country before it ("BY", "DE-BY", "Bayern"); for France also by department.
    """
    entity = _entity(country)
    if entity is None:
        return None
    if not subdivision:
        return Place(country)
    names = _subdivisions(country)
    key = _plain(subdivision)
    key = key.removeprefix(_plain(f"{entity.country}-")) if key not in names else key
    return Place(country, names[key]) if key in names else None


def subdivision_names(country: str) -> tuple[str, ...]:
    """Return the codes and names by which subdivisions of a country are known, sorted."""
    entity = _entity(country)
    if entity is None:
        return ()
    own = [name for name in LOCAL_NAMES.get(country, {}) if name not in FRENCH_DEPARTMENTS]
    return tuple(sorted({*entity.subdivisions, *entity.subdivisions_aliases, *own}))


@lru_cache(maxsize=256)
def public_holidays(place: Place, years: tuple[int, ...]) -> frozenset[date]:
    """Return the public holidays of a place in the years, days taken in lieu included."""
    entity = _entity(place.country)
    if entity is None:
        return frozenset()
    found = entity(subdiv=place.subdivision or None, years=list(years), expand=False)
    return frozenset(day for day in found if day.year in years)


@lru_cache(maxsize=256)
def _entity(country: str) -> Any:
    """Return the library's class of a country, None when it has none.

    Stock exchanges have classes too: a country is what has the attribute.
    """
    if len(country) != 3 or not country.isascii() or not country.isupper():
        return None
    import holidays

    lazy = getattr(holidays, country, None)
    return lazy if lazy is not None and getattr(lazy, "country", None) else None


@lru_cache(maxsize=64)
def _subdivisions(country: str) -> dict[str, str]:
    entity = _entity(country)
    names = {**{code: code for code in entity.subdivisions}, **entity.subdivisions_aliases}
    local = LOCAL_NAMES.get(country, {})
    return {_plain(name): code for name, code in {**names, **local}.items()}


def _plain(name: str) -> str:
    parted = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign))
