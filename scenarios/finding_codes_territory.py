"""Findings on rules of territories: caps, bans, frozen reps, vacant seats."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import rule_code

E, W = Severity.ERROR, Severity.WARNING

TERRITORY_CODES = (
    rule_code(
        "override_ban_clash",
        E,
        "An override rules out what another one decides",
        "The account is given to the rep and never to go to the rep. Quartier does not choose "
        "between two decisions.",
        "Remove one of them.",
        "A17 assign R01 and A17 ban R01",
    ),
    rule_code(
        "override_keep_elsewhere",
        E,
        "An override keeps an account with a rep who does not have it",
        "kind = keep holds an account where it is.",
        "Name the owner, or write assign.",
        "A17 keep R02 while its owner is R01",
    ),
    rule_code(
        "override_against_freeze",
        E,
        "An override takes from a frozen rep or gives to one",
        "A frozen rep keeps all accounts and gets no others.",
        "Remove the override, or unfreeze the rep.",
        "A17 of R01 assigned to R02 while R01 is frozen",
    ),
    rule_code(
        "frozen_rep_unbalanced",
        W,
        "A frozen rep carries more or less than its share",
        "It stays so. The others share what is left, and the rep's target is what it carries.",
        "Nothing, if the freeze is meant.",
        "frozen = yes for a rep with twice the hours of the others",
    ),
    rule_code(
        "account_limits_reversed",
        E,
        "The fewest accounts are more than the most",
        "No number of accounts keeps both limits.",
        "Correct min_accounts or max_accounts, of the rep or under [territory].",
        "min_accounts = 60, max_accounts = 50",
    ),
    rule_code(
        "account_limits_total",
        W,
        "The limits of all reps together do not fit the number of accounts",
        "Some limits will be missed; the plan names them.",
        "Lower min_accounts or raise max_accounts.",
        "max_accounts = 20 for 5 reps and 130 accounts",
    ),
    rule_code(
        "territory_price_zero",
        W,
        "A price of territories is 0",
        "It is used: what has no price is missed whenever that saves travel.",
        "Give a price, or leave the key out; contiguity = off for territories in any shape.",
        "contiguity = preferred, stray_eur = 0",
    ),
    rule_code(
        "new_seats_free",
        W,
        "New territories cost nothing",
        "Every one that saves travel is opened, up to max_new_seats.",
        "Give seat_cost_eur_per_year.",
        "max_new_seats = 3, seat_cost_eur_per_year = 0",
    ),
    rule_code(
        "vacant_cell_unused",
        W,
        "A vacant rep has a cell that means nothing for it",
        "The home of a vacant rep is what the plan looks for, and caps do not hold for it.",
        "Empty the cell, or vacant.",
        "vacant = yes with lat_deg given",
    ),
    rule_code(
        "vacant_seats_differ",
        E,
        "Vacant reps differ",
        "Vacant seats are placed as equals: the same working time, reach, segments, languages "
        "and skills.",
        "Make them alike, or give one of them a home.",
        "one vacant rep with fte = 1, one with fte = 0.5",
    ),
)
