"""Make the tables of the people, and say who looks after which department today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from draws import draw, draw_between, draw_date
from market import Row
from matching import distance_km
from roster import FIELD, INHERITED, INSIDE, POOL_OF_REGION, Person
from sources import Geography, Place

YEARLY_COST_EUR = {"field": 71_000, "inside": 48_000}
SENIORITY_FACTOR = {"junior": 0.88, "confirmed": 1.0, "senior": 1.14}
CURRENT_PHASES = {"field": "meeting|proposal", "inside": "prospecting|appointment"}
SOME_DO = {
    "field": (("appointment", 0.45),),
    "inside": (("meeting", 0.35), ("proposal", 0.25)),
}
SPEED = {"junior": (0.8, 1.0), "confirmed": (0.9, 1.1), "senior": (1.0, 1.2)}
LESS_AT = {"proposal": 0.1}
LESS_AT_A_THIRD_PHASE = 0.1
"""Field people are better at talking than at tender files, and everybody at what they do daily."""
FIRST_OWNERSHIP, LAST_OWNERSHIP = "2019-01-01", "2025-12-31"


def rep_rows(places: Mapping[str, Place]) -> list[Row]:
    """Return the rows of reps.csv; homes are the places of the towns named in the roster."""
    return [
        {
            "rep_id": person.rep_id,
            "name": person.name,
            "pool": person.pool,
            "kind": kind,
            "lat_deg": f"{places[person.home].lat_deg:.5f}",
            "lon_deg": f"{places[person.home].lon_deg:.5f}",
            "fte": f"{person.fte:g}",
            "cost_eur_per_year": str(_cost_eur(person, kind)),
            "start_date": person.start_date,
            "end_date": person.end_date,
            "seniority": person.seniority,
            "max_travel_km": person.max_travel_km if kind == "field" else "",
            "current_phases": CURRENT_PHASES[kind],
            # The department of the home: Alsace and Moselle have two public holidays more.
            "subdivision": person.home[:2],
        }
        for kind, person in _everybody()
    ]


def skill_rows() -> list[Row]:
    """Return the rows of skills.csv: the phases of today, and for some a third one."""
    rows = []
    for kind, person in _everybody():
        held = CURRENT_PHASES[kind].split("|")
        third = [p for p, share in SOME_DO[kind] if draw("skill", person.rep_id, p) < share]
        rows += [_skill(person, phase, is_held=True) for phase in held]
        rows += [_skill(person, phase, is_held=False) for phase in third]
    return rows


def owners_by_department(
    geography: Geography, points: Mapping[str, Place], places: Mapping[str, Place]
) -> dict[str, Person]:
    """Return the rep of each department: inherited, else the nearest one of its pool.

    `points` are the points of the departments, `places` those of the communes.
    """
    owners = {}
    by_id = {person.rep_id: person for person in FIELD}
    for department in sorted(points):
        if department in INHERITED:
            owners[department] = by_id[INHERITED[department]]
            continue
        pool = POOL_OF_REGION[geography.department_region[department]]
        team = [person for person in FIELD if person.pool == pool and not person.end_date]
        owners[department] = _nearest(team, points[department], places)
    return owners


def owner_since(department: str, owner: Person) -> str:
    """Return the day from which the rep has looked after the department."""
    if owner.start_date > LAST_OWNERSHIP:
        return owner.start_date
    first = max(FIRST_OWNERSHIP, owner.start_date)
    return draw_date(first, LAST_OWNERSHIP, "since", department)


def _everybody() -> Sequence[tuple[str, Person]]:
    return [("field", p) for p in FIELD] + [("inside", p) for p in INSIDE]


def _cost_eur(person: Person, kind: str) -> int:
    spread = draw_between(0.96, 1.04, "cost", person.rep_id)
    full_time = YEARLY_COST_EUR[kind] * SENIORITY_FACTOR[person.seniority] * spread
    return round(full_time * person.fte / 100) * 100


def _skill(person: Person, phase: str, *, is_held: bool) -> Row:
    low, high = SPEED[person.seniority]
    handicap = LESS_AT.get(phase, 0.0) if is_held else LESS_AT_A_THIRD_PHASE
    speed = max(0.8, draw_between(low, high, "productivity", person.rep_id, phase) - handicap)
    taste = draw_between(0.3 if is_held else 0.0, 1.0, "preference", person.rep_id, phase)
    return {
        "rep_id": person.rep_id,
        "phase": phase,
        "productivity": f"{speed:.2f}",
        "preference": f"{taste:.1f}",
    }


def _nearest(team: Sequence[Person], point: Place, places: Mapping[str, Place]) -> Person:
    return min(team, key=lambda p: (distance_km(places[p.home], point), p.rep_id))
