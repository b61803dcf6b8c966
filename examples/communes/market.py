"""Make the accounts and their units: communes with a place, a size and an invented revenue."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from draws import draw, draw_between
from matching import Match
from sources import Commune, Geography, Place

Row = dict[str, str]

SEGMENT_FROM = (("gold", 20_000), ("silver", 5_000), ("bronze", 0))
POTENTIAL_EUR, POTENTIAL_POWER = 100.0, 0.6
CUSTOMER_SHARE = {"gold": 0.45, "silver": 0.33, "bronze": 0.20}
SHARE_BOUGHT = (0.15, 0.60)
WITHOUT_OWNER = 0.04
LOCKED_GOLD = 0.06

ACCOUNT_COLUMNS = (
    "account_id",
    "name",
    "lat_deg",
    "lon_deg",
    "unit_id",
    "segment",
    "population",
    "group_id",
    "parent_id",
    "potential_eur",
    "revenue_eur",
    "engagement_score",
    "owner",
    "owner_since",
    "locked",
)


def segment_of(population: int) -> str:
    """Return the segment of a commune.

    >>> segment_of(20_000), segment_of(19_999), segment_of(5_000), segment_of(4_999)
    ('gold', 'silver', 'silver', 'bronze')
    """
    return next(name for name, minimum in SEGMENT_FROM if population >= minimum)


def potential_eur(population: int) -> int:
    """Return 100 EUR x population ^ 0.6, rounded to 10 EUR: concave, so Paris does not rule."""
    return round(POTENTIAL_EUR * population**POTENTIAL_POWER / 10) * 10


def revenue_eur(commune: Commune) -> int:
    """Return what the town hall buys today: 15 to 60 % of its potential if it is a customer."""
    if not is_customer(commune):
        return 0
    share = draw_between(*SHARE_BOUGHT, "revenue", commune.code)
    return round(potential_eur(commune.population) * share / 10) * 10


def is_customer(commune: Commune) -> bool:
    """Say whether the town hall buys today: so many of each segment, by a hash of its code."""
    return draw("customer", commune.code) < CUSTOMER_SHARE[segment_of(commune.population)]


def account_row(commune: Commune, place: Place | None, owner: str, since: str) -> Row:
    """Return the row of one account; a commune without a place has its unit only."""
    owned = bool(owner) and draw("owned", commune.code) >= WITHOUT_OWNER
    segment = segment_of(commune.population)
    lockable = owned and segment == "gold" and is_customer(commune)
    locked = lockable and draw("locked", commune.code) < LOCKED_GOLD
    return {
        "account_id": commune.code,
        "name": commune.name,
        "lat_deg": f"{place.lat_deg:.5f}" if place else "",
        "lon_deg": f"{place.lon_deg:.5f}" if place else "",
        "unit_id": commune.department,
        "segment": segment,
        "population": str(commune.population),
        "group_id": commune.group,
        "parent_id": "",
        "potential_eur": str(potential_eur(commune.population)),
        "revenue_eur": str(revenue_eur(commune)),
        "engagement_score": str(_engagement(commune)),
        "owner": owner if owned else "",
        "owner_since": since if owned else "",
        "locked": "yes" if locked else "no",
    }


def _engagement(commune: Commune) -> int:
    # A square keeps most town halls quiet; customers read more of what is sent to them.
    score = 80 * draw("engagement", commune.code) ** 2
    return round(score + (20 if is_customer(commune) else 0))


def unit_rows(
    geography: Geography, accounts: Sequence[Commune], places: Mapping[str, Place]
) -> list[Row]:
    """Return one row a department: the mean point of its placed accounts, by population."""
    members: defaultdict[str, list[tuple[int, Place]]] = defaultdict(list)
    for commune in accounts:
        if commune.code in places:
            members[commune.department].append((commune.population, places[commune.code]))
    return [
        {
            "unit_id": code,
            "name": geography.department_names[code],
            "lat_deg": f"{_mean([(w, p.lat_deg) for w, p in members[code]]):.5f}",
            "lon_deg": f"{_mean([(w, p.lon_deg) for w, p in members[code]]):.5f}",
        }
        for code in sorted(members)
    ]


def _mean(weighted: Sequence[tuple[int, float]]) -> float:
    return math.fsum(w * value for w, value in weighted) / sum(w for w, _ in weighted)


def report_rows(accounts: Sequence[Commune], matches: Mapping[str, Match]) -> list[Row]:
    """Return the accounts that were not simply found by their name, unmatched ones included."""
    rows = []
    for commune in accounts:
        match = matches[commune.code]
        if match.method == "name" and not match.reason:
            continue
        place = match.place
        rows.append(
            {
                "account_id": commune.code,
                "name": commune.name,
                "unit_id": commune.department,
                "population": str(commune.population),
                "method": match.method,
                "geonameid": str(place.geonameid) if place else "",
                "geonames_name": place.name if place else "",
                "geonames_population": str(place.population) if place else "",
                "voucher_km": f"{match.voucher_km:.1f}" if place else "",
                "rejected": match.reason,
            }
        )
    return rows
