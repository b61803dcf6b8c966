"""What people decided: locks, overrides, bans and frozen reps, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.frames import rows_of
from scenarios.horizon import first_day
from scenarios.tables_people import BAN
from scenarios.workspace import Workspace

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Hold the decisions on U accounts and S seats.

    Attributes
    ----------
    previous, current
        (U,) today's seat before and after overrides, -1 for none.
    locked
        (U,) whether the account stays on `current`.
    lock_reason
        (U,) why, "" where no reason is given.
    override_reason
        (U,) reason of the override that fixes the account, "" for none.
    bans
        Positions of account and seat -> why this account never goes to this rep.
    forbidden
        (U, S) pairs ruled out by bans and frozen reps.
    frozen
        (S,) reps who neither give nor take.
    """

    previous: Ints
    current: Ints
    locked: NDArray[np.bool_]
    lock_reason: tuple[str, ...]
    override_reason: tuple[str, ...]
    bans: Mapping[tuple[int, int], str]
    forbidden: NDArray[np.bool_]
    frozen: NDArray[np.bool_]

    def decided_moves(self) -> NDArray[np.bool_]:
        """Return (U,) accounts of a seat that an override gives to another."""
        return (self.previous >= 0) & (self.current >= 0) & (self.current != self.previous)


def decisions(workspace: Workspace, accounts: pd.DataFrame, seats: pd.DataFrame) -> Decided:
    """Return what is decided; overrides that expired before the horizon do not count."""
    overrides = workspace.tables["overrides"]
    start = first_day(workspace.config.horizon.first_month)
    valid = overrides[overrides["expires"].isna() | (overrides["expires"] >= start)]
    is_ban = valid["kind"] == BAN
    previous = seat_index(accounts["owner"], seats["rep_id"])
    current, override_reason = _overridden(valid[~is_ban], accounts, seats, previous)
    frozen = seats["frozen"].to_numpy(bool)
    bans = _bans(valid[is_ban], accounts, seats)
    is_frozen = np.append(frozen, False)[current]
    overridden = np.array([bool(reason) for reason in override_reason], dtype=bool)
    locked = (accounts["locked"].to_numpy(bool) | overridden | is_frozen) & (current >= 0)
    return Decided(
        previous=previous,
        current=current,
        locked=locked,
        lock_reason=_lock_reasons(accounts, seats, current, is_frozen, override_reason),
        override_reason=override_reason,
        bans=bans,
        forbidden=_forbidden(current, frozen, bans),
        frozen=frozen,
    )


def seat_index(ids: pd.Series, among: pd.Series) -> Ints:
    """Return the position of each id, -1 for none."""
    place = {name: position for position, name in enumerate(among)}
    return np.array([place.get(name, -1) for name in ids], dtype=np.int64)


def _overridden(
    assigned: pd.DataFrame, accounts: pd.DataFrame, seats: pd.DataFrame, previous: Ints
) -> tuple[Ints, tuple[str, ...]]:
    seat = seat_index(assigned["rep_id"], seats["rep_id"])
    seat_of = dict(zip(assigned["account_id"], seat, strict=True))
    why = dict(zip(assigned["account_id"], assigned["reason"], strict=True))
    decided = [seat_of.get(account, -1) for account in accounts["account_id"]]
    current = np.where(np.array(decided) >= 0, decided, previous).astype(np.int64)
    reasons = tuple(
        why.get(account, "") if at >= 0 else ""
        for account, at in zip(accounts["account_id"], decided, strict=True)
    )
    return current, reasons


def _bans(
    banned: pd.DataFrame, accounts: pd.DataFrame, seats: pd.DataFrame
) -> dict[tuple[int, int], str]:
    unit = seat_index(banned["account_id"], accounts["account_id"]).tolist()
    seat = seat_index(banned["rep_id"], seats["rep_id"]).tolist()
    rows = zip(unit, seat, rows_of(banned), strict=True)
    return {(u, s): row.reason for u, s, row in rows if u >= 0 and s >= 0}


def _forbidden(
    current: Ints, frozen: NDArray[np.bool_], bans: Mapping[tuple[int, int], str]
) -> NDArray[np.bool_]:
    forbidden = frozen[None, :] & (current[:, None] != np.arange(len(frozen))[None, :])
    for unit, seat in bans:
        forbidden[unit, seat] = True
    return forbidden


def _lock_reasons(
    accounts: pd.DataFrame,
    seats: pd.DataFrame,
    current: Ints,
    is_frozen: NDArray[np.bool_],
    override_reason: tuple[str, ...],
) -> tuple[str, ...]:
    names = seats["rep_id"].tolist()
    rows = zip(accounts["lock_reason"], current.tolist(), is_frozen, override_reason, strict=True)
    return tuple(
        f"decided by hand: {by_hand}"
        if by_hand
        else given or (f"the territory of {names[seat]} is frozen" if frozen else "")
        for given, seat, frozen, by_hand in rows
    )
