"""Read sets of items that are written as 64-bit words: compiled."""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

WORD = 64


def words_of(members: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return sets of items (L, G) as words (L, W): bit n of word w is item 64 w + n."""
    many, items = members.shape
    words = -(-items // WORD)
    padded = np.zeros((many, words * WORD), dtype=bool)
    padded[:, :items] = members
    return np.packbits(padded, axis=1, bitorder="little").view("<u8").reshape(many, words)


@njit(cache=True, nogil=True)
def holds(words, item):
    """Return whether an item is in a set (W,)."""
    return (words[item // WORD] >> np.uint64(item % WORD)) & np.uint64(1) != 0


@njit(cache=True, nogil=True)
def apart(one, other):
    """Return whether two sets (W,) share no item."""
    shared = np.uint64(0)
    for word in range(len(one)):
        shared |= one[word] & other[word]
    return shared == 0
