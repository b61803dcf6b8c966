"""Rules on accounts: segments, owners, families, and the same account entered twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np
import pandas as pd

from geodata.points import distance_matrix_km
from scenarios.horizon import first_day
from scenarios.review import Review, listed
from scenarios.seats import reviewed_holders

SAME_PLACE_KM = 5.0
MOST_NAMESAKES = 1000
"""A name that more accounts share is that of a chain and says nothing."""
_MOST_UNKNOWN = 0.5
"""Above this share of unknown segments the names do not fit, rather than some accounts."""


def segments_are_known(review: Review) -> None:
    """Every account has a segment of quartier.toml; other capitals are forgiven."""
    accounts, segments = review.tables["accounts"], review.config.segments
    given = accounts["segment"]
    spelled = given.str.casefold().map({name.casefold(): name for name in segments})
    near = ~given.isin(segments) & spelled.notna()
    rows = accounts.index[near]
    actions = [f"read as {name}" for name in spelled[near]]
    review.flag("segment_spelling", "accounts", rows, "segment", "written otherwise", actions)
    review.put("accounts", rows, "segment", spelled[near].tolist())
    _refuse_unknown_segments(review)


def _refuse_unknown_segments(review: Review) -> None:
    accounts, segments = review.tables["accounts"], review.config.segments
    given = accounts["segment"]
    unknown = ~given.isin(["", *segments])
    if unknown.mean() > _MOST_UNKNOWN:
        counts = given.value_counts().sort_index()
        found = listed((f"{name} ({n})" for name, n in counts.items() if name), 10)
        message = f"the file has {found}; quartier.toml has {listed(segments, 10)}"
        review.flag_whole("segments_unmatched", "accounts", message, "segment")
        return
    message = f"known segments are {listed(segments, 10)}"
    review.set_aside("segment_unknown", "accounts", accounts.index[unknown], "segment", message)


def segments_are_used(review: Review) -> None:
    """Warn of segments that no account has; without accounts, that no target is for."""
    accounts, targets = review.tables["accounts"], review.tables["targets"]
    used = set(accounts["segment"]) if len(accounts) else set(targets["segment"])
    if used <= {""} or (accounts.empty and "" in used):
        return
    for name in review.config.segments:
        if name not in used:
            message = f"nothing has the segment '{name}'"
            review.flag_whole("segment_unused", "", message, f"segments.{name}")


def owners_are_there(review: Review) -> None:
    """Owners are reps who are there when the horizon starts; others are emptied."""
    reps = review.tables["reps"]
    start = first_day(review.config.horizon.first_month)
    if reps.empty:
        return
    left = reps.loc[reps["end_date"] < start, "rep_id"]
    owner = review.tables["accounts"]["owner"]
    unknown = ~owner.isin(["", *reps["rep_id"]])
    for code, which, message in (
        ("owner_unknown", unknown, "no rep has this id"),
        ("owner_left", owner.isin(left), f"left before {start.date().isoformat()}"),
    ):
        rows = owner.index[which]
        review.flag(code, "accounts", rows, "owner", message, "owner emptied")
        review.put("accounts", rows, "owner", "")
    able = reviewed_holders(review)["rep_id"]
    inside = reps.loc[reps["kind"] == "inside", "rep_id"]
    owner, locked = (review.tables["accounts"][name] for name in ("owner", "locked"))
    rows = owner.index[owner.isin(inside) | (locked & ~owner.isin(["", *able]))]
    review.flag("owner_inside", "accounts", rows, "owner", "the rep can hold no territory")


def locks_have_owners(review: Review) -> None:
    """Unlock accounts that have no owner to stay with."""
    accounts = review.tables["accounts"]
    rows = accounts.index[accounts["locked"] & (accounts["owner"] == "")]
    message = "locked without an owner"
    review.flag("locked_without_owner", "accounts", rows, "locked", message, "unlocked")
    review.put("accounts", rows, "locked", False)


def parents_end_somewhere(review: Review) -> None:
    """Cut loops of parents, and warn of parents that are no accounts where most are.

    An account that is its own parent is the head of its family and no loop.
    """
    accounts = review.tables["accounts"]
    parent_of = dict(zip(accounts["account_id"], accounts["parent_id"], strict=True))
    line = dict(zip(accounts["account_id"], accounts.index, strict=True))
    heads = {line[a]: a for a in (min(loop, key=line.__getitem__) for loop in _loops(parent_of))}
    rows = pd.Index(sorted(heads), dtype="int64")
    message = "its own parent over other accounts"
    review.flag("parent_loop", "accounts", rows, "parent_id", message, "made head of its family")
    review.put("accounts", rows, "parent_id", [heads[row] for row in rows])
    parents = review.tables["accounts"]["parent_id"]
    given = parents[parents != ""]
    unknown = ~given.isin(accounts["account_id"])
    if len(given) and unknown.mean() < 0.5:
        message = "no account has this id"
        review.flag("parent_unknown", "accounts", given.index[unknown], "parent_id", message)


def _loops(parent_of: dict[str, str]) -> list[list[str]]:
    """Return the accounts of each loop of two or more parents."""
    loops: list[list[str]] = []
    done: set[str] = set()
    for start in parent_of:
        trail: dict[str, int] = {}
        here = start
        while here in parent_of and here not in done and here not in trail:
            trail[here] = len(trail)
            here = parent_of[here]
        if here in trail and parent_of[here] != here:
            loops.append(list(trail)[trail[here] :])
        done.update(trail)
    return loops


def accounts_are_there_once(review: Review) -> None:
    """Warn of accounts with the same name at most 5 km from each other."""
    accounts = review.tables["accounts"]
    names = accounts["name"].map(plain_name)
    again = names[(names != "") & names.duplicated(keep=False)]
    places = accounts[["lat_deg", "lon_deg"]]
    for _, group in again.groupby(again, sort=False):
        if len(group) > MOST_NAMESAKES:
            continue
        for rows in _close_together(group.index, places.loc[group.index].to_numpy(float)):
            ids = accounts.loc[rows, "account_id"].tolist()
            name = accounts.loc[rows, "name"].tolist()[0]
            message = f"'{name}' is there {len(ids)} times in one place: {listed(ids)}"
            review.flag(
                "account_repeated", "accounts", rows[:1], "name", message, values=["|".join(ids)]
            )


def _close_together(rows: pd.Index, places: np.ndarray) -> Iterator[pd.Index]:
    """Yield groups of two or more rows around the first of them."""
    near = distance_matrix_km(places, places) <= SAME_PLACE_KM
    free = np.ones(len(rows), dtype=bool)
    for first in range(len(rows)):
        together = near[first] & free
        if free[first] and together.sum() > 1:
            free &= ~together
            yield rows[together]


def plain_name(name: str) -> str:
    """Return a name without accents, capitals, signs and the spaces between words."""
    bare = unicodedata.normalize("NFKD", name)
    return re.sub(
        r"[\W_]+", "", "".join(c for c in bare if not unicodedata.combining(c))
    ).casefold()


RULES = (
    segments_are_known,
    segments_are_used,
    owners_are_there,
    locks_have_owners,
    parents_end_somewhere,
    accounts_are_there_once,
)
