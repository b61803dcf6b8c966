"""Cut off mixtures of districts: of three items, only one district may hold two (subset rows).

Any plan has at most one district with two or all of three items, but shares of districts that add
up to a plan of the linear program may have one and a half. Such rows (Jepsen, Petersen, Spoorendonk
and Pisinger, Oper. Res. 56(2), 2008) get a price like all others, a toll (T33).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints

VIOLATED = 0.02
"""By how much more than one district a row must be broken to be worth adding."""
BLOCK = 4_000
"""Districts multiplied at a time."""


@dataclass(frozen=True, kw_only=True)
class SubsetRows:
    """Hold N rows: `item` (N, 3), and the `toll` (N,) EUR of a district that holds two of them."""

    item: Ints
    toll: Floats

    @staticmethod
    def none() -> SubsetRows:
        """Return no rows."""
        return SubsetRows(item=np.zeros((0, 3), dtype=np.int64), toll=np.zeros(0))

    def __len__(self) -> int:
        """Return N."""
        return len(self.item)

    def of_items(self, items: int) -> tuple[Ints, Ints]:
        """Return where the rows of each item start (G + 1,), and their numbers."""
        flat = self.item.ravel()
        order = np.argsort(flat, kind="stable")
        start = np.searchsorted(flat[order], np.arange(items + 1)).astype(np.int64)
        return start, order // 3

    def held(self, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return (L, N) whether each district (L, G) holds two items of each row."""
        one, two, three = (members[:, self.item[:, at]] for at in range(3))
        return (one & two) | (one & three) | (two & three)

    def tolls(self, members: NDArray[np.bool_]) -> Floats:
        """Return (L,) the EUR that each district (L, G) pays."""
        total = np.zeros(len(members))
        for first in range(0, len(members) if len(self) else 0, BLOCK):
            total[first : first + BLOCK] = self.held(members[first : first + BLOCK]) @ self.toll
        return total


def broken_rows(members: NDArray[np.bool_], share: Floats, most: int) -> Ints:
    """Return (N, 3) the rows that shares (L,) of districts (L, G) break most, `most` of them."""
    used = np.ascontiguousarray(members[share > 0])
    parts = share[share > 0]
    together = (used * parts[:, None]).T @ used.astype(np.float64)
    rows, over = _broken(used, parts, together, 1.0 + VIOLATED)
    return rows[np.argsort(-over, kind="stable")[:most]]


@njit(cache=True, nogil=True)
def _broken(members, share, together, limit):  # type: ignore[no-untyped-def]
    """Return the threes (N, 3) held by districts of more than `limit` in all, and by how much."""
    items = len(together)
    rows, over = [], []
    for one in range(items):
        for two in range(one + 1, items):
            for three in range(two + 1, items):
                total = together[one, two] + together[one, three] + together[two, three]
                if total <= limit:
                    continue
                for at in range(len(share)):
                    if members[at, one] and members[at, two] and members[at, three]:
                        total -= 2.0 * share[at]
                if total > limit:
                    rows.append((one, two, three))
                    over.append(total)
    found = np.zeros((len(rows), 3), np.int64)
    for at in range(len(rows)):
        found[at] = rows[at]
    return found, np.array(over)
