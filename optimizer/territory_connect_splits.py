"""List how a connected piece of land falls into two connected halves: compiled."""

from __future__ import annotations

import numba
import numpy as np

from optimizer.territory_problem import Floats, Ints

MOST_PLACES = 62
"""Places of a piece: a set of them is one 64-bit number."""


@numba.njit(cache=True, nogil=True)
def connected_halves(
    beside: Ints, size: Floats, lower: Floats, upper: Floats, most: int, nodes: int
) -> Ints:
    """Return sets (bit n is place n) that hold place 0, each half of the piece connected.

    Sizes (N, K) of a set lie in [lower, upper] (K,); `beside` (N,) are sets of neighbours. At
    most `most` sets, after at most `nodes` looks: then the listing is not complete.
    """
    count = len(beside)
    everything = (np.int64(1) << count) - 1
    # Depth by depth: places inside and outside so far, their sizes, and twice the place decided
    # next, one more when its second branch is the one taken; -1 before either.
    inside, outside = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    around = np.zeros(count + 1, np.int64)
    load, shut = np.zeros((count + 1, size.shape[1])), np.zeros((count + 1, size.shape[1]))
    tried = np.full(count + 1, -1, dtype=np.int64)
    inside[0], around[0], load[0] = 1, beside[0], size[0]
    least_shut = size.sum(axis=0) - lower
    found, depth = [np.int64(0)], 0
    for _ in range(nodes):
        if tried[depth] < 0:
            rim = around[depth] & ~inside[depth] & ~outside[depth]
            over = (load[depth] > upper).any() or (shut[depth] > least_shut).any()
            if over or rim == 0:
                kept = not over and (load[depth] >= lower).all()
                if kept and _is_whole(beside, everything & ~inside[depth]):
                    found.append(inside[depth])
                depth = _up(tried, depth)
                if depth < 0 or len(found) > most:
                    break
                continue
            tried[depth] = 2 * _lowest(rim)
        place, come = _step_down(inside, outside, load, shut, size, tried, depth)
        around[depth + 1] = around[depth] | beside[place] if come else around[depth]
        depth += 1
    return np.array(found[1:], dtype=np.int64)


@numba.njit(cache=True, nogil=True)
def _step_down(
    inside: Ints,
    outside: Ints,
    load: Floats,
    shut: Floats,
    size: Floats,
    tried: Ints,
    depth: int,
) -> tuple[int, bool]:
    """Take the next branch: the place comes inside first, then it stays outside."""
    place, after = tried[depth] // 2, depth + 1
    bit, come = np.int64(1) << place, tried[depth] % 2 == 0
    tried[depth] += 1
    tried[after] = -1
    inside[after] = inside[depth] | bit if come else inside[depth]
    outside[after] = outside[depth] if come else outside[depth] | bit
    load[after], shut[after] = load[depth], shut[depth]
    if come:
        load[after] += size[place]
    else:
        shut[after] += size[place]
    return place, come


@numba.njit(cache=True, nogil=True)
def _up(tried: Ints, depth: int) -> int:
    """Return the last depth whose second branch is still open, -1 for none."""
    depth -= 1
    while depth >= 0 and tried[depth] % 2 == 0:
        depth -= 1
    return depth


@numba.njit(cache=True, nogil=True)
def _lowest(places: np.int64) -> int:
    """Return the number of the lowest place of a set that is not empty."""
    place = 0
    while (places >> place) & 1 == 0:
        place += 1
    return place


@numba.njit(cache=True, nogil=True)
def _rim(beside: Ints, places: np.int64) -> np.int64:
    """Return all neighbours of a set."""
    around = np.int64(0)
    for n in range(len(beside)):
        if (places >> n) & 1:
            around |= beside[n]
    return around


@numba.njit(cache=True, nogil=True)
def _is_whole(beside: Ints, places: np.int64) -> bool:
    """Return whether a set hangs together and is not empty."""
    if places == 0:
        return False
    reached, before = np.int64(1) << _lowest(places), np.int64(0)
    while reached != before:
        before = reached
        reached |= _rim(beside, reached) & places
    return bool(reached == places)
