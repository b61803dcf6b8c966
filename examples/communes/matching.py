"""Find the GeoNames place of a commune: by name, inside its region, vouched for by neighbours.

GeoNames as packed knows the region of a place, not its department, so a name alone may be a
homonym two departments away. A candidate therefore needs a voucher: a commune of the same EPCI
(of the same department for want of one) that is already placed and lies near. The first
vouchers are communes whose name is found once among the communes of the region and once among
its places; from the second round on they are the communes matched in the round before.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sources import Commune, Place

EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180
NEAR_KM = 15.0
NEAREST_VOUCHERS = 8
DEPARTMENT_KM = 30.0
PLAUSIBLE_POPULATION = (0.05, 3.0)
UNCOUNTED_POPULATION = 50
CLEARLY_NEARER = 2.0
ROUNDS = 5

Key = tuple[str, str]
Placed = tuple[str, Place]


@dataclass(frozen=True, kw_only=True)
class Match:
    """Hold the place of a commune, or why there is none.

    `method` is "name", "other name", "seat" or "none"; `voucher_km` the distance to the
    nearest voucher; `reason` says what was tried and rejected on the way.
    """

    code: str
    place: Place | None
    method: str
    voucher_km: float
    reason: str


def normalise(name: str) -> str:
    """Return a name without accents, case, hyphens, apostrophes, with Saint written out.

    >>> normalise("L'Haÿ-les-Roses"), normalise("ST-LO"), normalise("Plœuc-L’Hermitage")
    ('l hay les roses', 'saint lo', 'ploeuc l hermitage')
    """
    text = name.lower().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", plain)
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def distance_km(a: Place, b: Place) -> float:
    """Return the great-circle distance (haversine)."""
    lat_a, lat_b = math.radians(a.lat_deg), math.radians(b.lat_deg)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(b.lon_deg - a.lon_deg) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def match_all(communes: Sequence[Commune], places: Sequence[Place]) -> dict[str, Match]:
    """Return the match of every commune by INSEE code, after rounds that settle."""
    gazetteer = Gazetteer(places)
    placed = gazetteer.unique_names(communes)
    matches: dict[str, Match] = {}
    for _ in range(ROUNDS):
        vouchers = Vouchers(communes, placed)
        found = {c.code: _match(c, gazetteer, vouchers) for c in communes}
        found = _withdraw_double_claims(found)
        if found == matches:
            break
        matches = found
        placed = {code: match.place for code, match in matches.items() if match.place}
    return matches


class Gazetteer:
    """Index the places by region and normalised name."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._by_name: defaultdict[Key, list[Place]] = defaultdict(list)
        self._by_other_name: defaultdict[Key, list[Place]] = defaultdict(list)
        for place in places:
            own = normalise(place.name)
            self._by_name[place.region, own].append(place)
            for name in sorted({normalise(other) for other in place.other_names} - {own}):
                self._by_other_name[place.region, name].append(place)

    def ways(self, commune: Commune) -> Iterator[tuple[str, list[Place]]]:
        """Yield the ways to look a commune up, best first, with the places found."""
        name, seat = normalise(commune.name), normalise(commune.seat_name)
        yield "name", self._by_name.get((commune.region, name), [])
        yield "other name", self._by_other_name.get((commune.region, name), [])
        if seat and seat != name:
            yield "seat", self._by_name.get((commune.region, seat), [])

    def unique_names(self, communes: Sequence[Commune]) -> dict[str, Place]:
        """Return the places of communes whose name is unique on both sides in the region."""
        keys = {c.code: (c.region, normalise(c.name)) for c in communes}
        counts = Counter(keys.values())
        return {
            code: self._by_name[key][0]
            for code, key in keys.items()
            if counts[key] == 1 and len(self._by_name.get(key, ())) == 1
        }


class Vouchers:
    """Index the communes already placed by EPCI and department."""

    def __init__(self, communes: Sequence[Commune], placed: Mapping[str, Place]) -> None:
        self._communes_of_department = Counter(c.department for c in communes)
        self._all: list[Placed] = []
        self._by_epci: defaultdict[str, list[Placed]] = defaultdict(list)
        self._by_department: defaultdict[str, list[Placed]] = defaultdict(list)
        for commune in communes:
            if commune.code in placed:
                entry = (commune.code, placed[commune.code])
                self._all.append(entry)
                self._by_department[commune.department].append(entry)
                if commune.epci:
                    self._by_epci[commune.epci].append(entry)

    def judge(self, commune: Commune, place: Place) -> tuple[bool, float]:
        """Say whether a neighbour vouches for the place, and the distance to the nearest one.

        In thinly settled country the next commune of the EPCI may be farther than `NEAR_KM`;
        it still vouches when it is among the `NEAREST_VOUCHERS` communes nearest to the place.
        """
        mates = [p for code, p in self._by_epci.get(commune.epci, ()) if code != commune.code]
        if mates:
            nearest = min(distance_km(place, mate) for mate in mates)
            return nearest <= NEAR_KM or self._few_nearer(commune, place, nearest), nearest
        if self._communes_of_department[commune.department] == 1:
            # Paris is a department of one commune: nobody can vouch for it, and nobody needs to.
            return True, 0.0
        others = [p for code, p in self._by_department[commune.department] if code != commune.code]
        nearest = min((distance_km(place, other) for other in others), default=math.inf)
        return nearest <= DEPARTMENT_KM, nearest

    def _few_nearer(self, commune: Commune, place: Place, limit_km: float) -> bool:
        band_deg = limit_km / KM_PER_DEGREE
        nearer = 0
        for code, other in self._all:
            # The latitudes alone rule most communes out, at a tenth of the price.
            if abs(other.lat_deg - place.lat_deg) > band_deg or code == commune.code:
                continue
            nearer += distance_km(place, other) < limit_km
            if nearer >= NEAREST_VOUCHERS:
                return False
        return True


def _match(commune: Commune, gazetteer: Gazetteer, vouchers: Vouchers) -> Match:
    reasons: list[str] = []
    for method, places in gazetteer.ways(commune):
        standing: list[tuple[float, Place]] = []
        for place in places:
            vouched, nearest_km = vouchers.judge(commune, place)
            if not vouched:
                reasons.append(f"{method}: {_label(place)} {_off(nearest_km)}")
            elif not _plausible(place, commune):
                reasons.append(f"{method}: {_label(place)} has {place.population} inhabitants")
            else:
                standing.append((nearest_km, place))
        chosen = _clearly_nearest(standing)
        if chosen:
            nearest_km, place = chosen
            reason = "; ".join(reasons)
            return Match(
                code=commune.code, place=place, method=method, voucher_km=nearest_km, reason=reason
            )
        if standing:
            reasons.append(f"{method}: {len(standing)} places stand, none clearly nearer")
    reason = "; ".join(reasons) or "no place of that name in the region"
    return Match(code=commune.code, place=None, method="none", voucher_km=math.nan, reason=reason)


def _off(nearest_km: float) -> str:
    return "has no placed neighbour" if math.isinf(nearest_km) else f"is {nearest_km:.0f} km off"


def _label(place: Place) -> str:
    return f"{place.name} ({place.geonameid})"


def _plausible(place: Place, commune: Commune) -> bool:
    # The file promises 500 inhabitants or a seat of administration; less means not counted.
    if place.population < UNCOUNTED_POPULATION:
        return True
    low, high = PLAUSIBLE_POPULATION
    return low <= place.population / commune.population <= high


def _clearly_nearest(standing: list[tuple[float, Place]]) -> tuple[float, Place] | None:
    ranked = sorted(standing, key=lambda entry: (entry[0], entry[1].geonameid))
    if not ranked:
        return None
    clear = len(ranked) == 1 or ranked[1][0] > CLEARLY_NEARER * ranked[0][0]
    return ranked[0] if clear else None


def _withdraw_double_claims(matches: dict[str, Match]) -> dict[str, Match]:
    """Take a place that two communes claim away from both: nothing says whose it is."""
    claims = Counter(match.place.geonameid for match in matches.values() if match.place)
    return {code: _withdrawn_if_shared(match, claims) for code, match in matches.items()}


def _withdrawn_if_shared(match: Match, claims: Mapping[int, int]) -> Match:
    if match.place is None or claims[match.place.geonameid] == 1:
        return match
    reason = f"{match.method}: {_label(match.place)} is claimed by another commune too"
    return replace(match, place=None, method="none", voucher_km=math.nan, reason=reason)
