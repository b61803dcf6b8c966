"""Findings on accounts: where they are, what they weigh, how they hang together."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import rule_code

E, Q, R, W = Severity.ERROR, Severity.QUARANTINE, Severity.REPAIR, Severity.WARNING

ACCOUNT_CODES = (
    rule_code(
        "country_unknown",
        W,
        "The country of quartier.toml is not known",
        "No outline is drawn and points are not checked against it.",
        "Give the three letters of ISO 3166, such as FRA, DEU or ITA.",
        'country = "XXX"',
    ),
    rule_code(
        "place_columns_missing",
        E,
        "No column says where the accounts are",
        "Accounts need lat_deg and lon_deg, or a unit_id found in the units table.",
        "Map your columns under [columns.accounts], or leave the accounts table out.",
        "accounts.csv with account_id and segment only",
    ),
    rule_code(
        "coordinates_missing",
        Q,
        "An account has no coordinates",
        "It is planned at the point of its unit; without a unit it is set aside.",
        "Geocode the account, or give its unit_id.",
        "lat_deg and lon_deg empty, or only one of them filled",
    ),
    rule_code(
        "coordinates_impossible",
        Q,
        "Coordinates cannot exist",
        "A latitude beyond 90 or a longitude beyond 180 degrees, or the point 0, 0. An account or "
        "unit is treated as one without coordinates; for a person it is an error.",
        "Correct them; a lost decimal point is the usual cause.",
        "488566, 23522 for 48.8566, 2.3522",
        error_outside_bulk=True,
    ),
    rule_code(
        "coordinates_swapped",
        R,
        "Latitude and longitude are exchanged",
        "As given the point is far from the country, exchanged it lies in it: they are exchanged.",
        "Exchange the two in the source.",
        "lat 2.3522, lon 48.8566 for Paris",
    ),
    rule_code(
        "coordinates_abroad",
        Q,
        "A point is far outside the country",
        "An account is planned at the point of its unit, or set aside without a unit; for a "
        "person it is an error. More than 100 km from the outline of [workspace] country counts.",
        "Correct the coordinates, or the country in quartier.toml.",
        "a point in New York in a French workspace",
        error_outside_bulk=True,
    ),
    rule_code(
        "coordinates_far_from_unit",
        Q,
        "An account is far from its unit",
        "More than 20 km beyond the polygon of its unit; without polygons, more than 20 km and "
        "more than four times the usual distance from the point of the unit. It is planned at "
        "the point of the unit.",
        "Correct the coordinates or the unit_id, whichever is wrong.",
        "an account of Mulhouse placed in Brittany",
    ),
    rule_code(
        "coordinates_shared",
        W,
        "Accounts share one exact point",
        "They are planned where they are. Often a geocoder gave the middle of a town, or a "
        "head office stands for its sites.",
        "Check the accounts listed; nothing to do for accounts in one building.",
        "five accounts at 48.85660, 2.35220",
    ),
    rule_code(
        "unit_unknown",
        W,
        "A unit_id is not in the units table",
        "The coordinates of the account are used; its unit cannot check or replace them.",
        "Correct the unit_id, or add the unit.",
        "a commune that was merged into another",
    ),
    rule_code(
        "unit_without_point",
        W,
        "A unit has neither point nor polygon",
        "It cannot stand in for missing coordinates.",
        "Give its lat_deg and lon_deg.",
        "a unit created after the map was drawn",
    ),
    rule_code(
        "account_repeated",
        W,
        "Two accounts have the same name and place",
        "They are at most 5 km from each other, accents and capitals of the name aside. Both are "
        "planned; one customer may be visited and counted twice.",
        "Merge them in the CRM if they are one.",
        "DIALYSE VOIRON twice in one commune",
    ),
    rule_code(
        "potential_missing",
        W,
        "An account has no potential",
        "It counts as 0 in the balance of potential.",
        "Fill potential_eur, or accept that the account weighs by its workload only.",
        "potential_eur empty while other accounts have one",
    ),
    rule_code(
        "potential_zero",
        W,
        "An account's potential is 0",
        "It is planned, and weighs nothing in the balance of potential.",
        "Check whether 0 is a fact or a gap in the source.",
        "potential_eur = 0",
    ),
    rule_code(
        "account_weightless",
        W,
        "An account has neither potential nor workload",
        "It is assigned for completeness but weighs nothing: a rep could get any number of them.",
        "Fill potential_eur or workload_hours, or visits_per_year of its segment.",
        "potential_eur and workload_hours empty, no visits in the segment",
    ),
    rule_code(
        "potential_account_unknown",
        Q,
        "A potential is given for an unknown account",
        "The row of the potentials table is set aside.",
        "Correct the account_id, or remove the row.",
        "a potential of an account that was merged",
    ),
    rule_code(
        "potential_differs",
        W,
        "An account's potential is given twice and differs",
        "accounts.potential_eur is used, the potentials table is not.",
        "Empty one of the two.",
        "potential_eur = 1000 while its products add up to 1500",
    ),
    rule_code(
        "date_implausible",
        W,
        "A date is before 1950 or after the start of the horizon",
        "It is used as it is.",
        "Correct the date.",
        "owner_since = 2062-01-01",
    ),
    rule_code(
        "segment_unknown",
        Q,
        "A segment is not in quartier.toml",
        "An account is set aside; in the other tables it is an error.",
        "Correct the segment, or add [segments.<name>] to quartier.toml.",
        "segment = Platinum where gold, silver and bronze are defined",
        error_outside_bulk=True,
    ),
    rule_code(
        "segments_unmatched",
        E,
        "Most accounts have a segment that quartier.toml does not define",
        "The names do not fit together, so the workspace is rejected rather than half planned.",
        "Rename the segments in quartier.toml to those of the file (the message lists them).",
        "[segments.gold] where the file says A, B, C",
    ),
    rule_code(
        "segment_spelling",
        R,
        "A segment is written with other capitals",
        "It is read as the segment of quartier.toml.",
        "Write it the same way.",
        "Gold for gold",
    ),
    rule_code(
        "segment_unused",
        W,
        "A segment of quartier.toml is not used",
        "No account has it, or no target names it when there are no accounts.",
        "Remove it, or check the spelling in the tables.",
        "[segments.platinum] without any platinum account",
    ),
    rule_code(
        "parent_loop",
        R,
        "Parents form a loop",
        "An account is its own parent over other accounts: the first one of the loop in the file "
        "becomes the head of the family. An account that names itself is a head already.",
        "Correct parent_id.",
        "A1 has parent A2, A2 has parent A1",
    ),
    rule_code(
        "parent_unknown",
        W,
        "A parent is not in the accounts table",
        "Accounts with the same parent_id still count as one family. Not reported when most "
        "parents are not accounts: then they are ids of groups.",
        "Add the parent, or correct parent_id.",
        "a parent that was set aside",
    ),
)
