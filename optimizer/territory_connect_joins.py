"""Tell whether a move keeps territories whole, and count what lies apart: the compiled parts."""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

from numba import njit

from optimizer.territory_connect_moves import relist


@njit(cache=True, nogil=True)
def joined(graph, state, item, taker):
    """Return whether the item may leave its seat for another without one piece more."""
    first = graph.member_start[item]
    if graph.member_start[item + 1] - first > 1:
        return _joined_group(graph, state, item, taker)
    unit = graph.member[first]
    part, giver = graph.part[unit], state.seat[unit]
    if part < 0:
        return True
    touches, own = False, 0
    for at in range(graph.start[unit], graph.start[unit + 1]):
        seat = state.seat[graph.neighbour[at]]
        touches = touches or seat == taker
        own += seat == giver
    loose = state.mark[1]
    if not touches and state.held[taker, part] > 0 and taker < loose:
        # A lone unit that changes hands leaves as many pieces as before.
        return own == 0 and state.held[giver, part] > 1 and giver < loose
    return own <= 1 or giver >= loose or whole_without(graph, state, unit, own)


@njit(cache=True, nogil=True)
def _joined_group(graph, state, item, taker):
    """Do the same for several units at once, by counting pieces before and after."""
    giver = state.seat[graph.member[graph.member_start[item]]]
    before = pieces_in(graph, state, giver) + pieces_in(graph, state, taker)
    relist(graph, state, item, giver, taker)
    after = pieces_in(graph, state, giver) + pieces_in(graph, state, taker)
    relist(graph, state, item, taker, giver)
    return after <= before


@njit(cache=True, nogil=True)
def pieces_in(graph, state, seat):
    """Return by how many pieces a seat's units are too many, part by part."""
    state.mark[0] += 2
    seen, found = state.mark[0], 0
    if seat >= state.mark[1]:
        return 0
    for slot in range(state.used[seat]):
        item = state.slot[seat, slot]
        for at in range(graph.member_start[item], graph.member_start[item + 1]):
            unit = graph.member[at]
            if graph.part[unit] >= 0 and state.stamp[unit] != seen:
                _piece_size(graph, state, unit, seen)
                found += 1
    for part in range(state.held.shape[1]):
        found -= state.held[seat, part] > 0
    return found


@njit(cache=True, nogil=True)
def whole_without(graph, state, unit, own):
    """Return whether the `own` neighbours in the unit's seat still reach each other without it."""
    state.mark[0] += 2
    target, seen = state.mark[0], state.mark[0] + 1
    seat, tail = state.seat[unit], 0
    for at in range(graph.start[unit], graph.start[unit + 1]):
        other = graph.neighbour[at]
        if state.seat[other] == seat:
            state.stamp[other] = target
            state.queue[0] = other
    state.stamp[unit] = seen
    state.stamp[state.queue[0]] = seen
    head, tail, left = 0, 1, own - 1
    while head < tail and left > 0:
        here = state.queue[head]
        head += 1
        for at in range(graph.start[here], graph.start[here + 1]):
            other = graph.neighbour[at]
            if state.seat[other] == seat and state.stamp[other] != seen:
                left -= state.stamp[other] == target
                state.stamp[other] = seen
                state.queue[tail] = other
                tail += 1
    return left == 0


@njit(cache=True, nogil=True)
def stray_of(graph, state, seat):
    """Return the units of a seat away from its largest piece, part by part."""
    state.mark[0] += 2
    seen, total = state.mark[0], 0.0
    if seat >= state.mark[1]:
        return 0.0
    for slot in range(state.used[seat]):
        item = state.slot[seat, slot]
        for at in range(graph.member_start[item], graph.member_start[item + 1]):
            unit = graph.member[at]
            part = graph.part[unit]
            if part >= 0 and state.stamp[unit] != seen:
                size = _piece_size(graph, state, unit, seen)
                total += min(size, state.largest[part])
                state.largest[part] = max(size, state.largest[part])
    for part in range(state.held.shape[1]):
        state.largest[part] = 0.0
    return total


@njit(cache=True, nogil=True)
def _piece_size(graph, state, first, seen):
    state.stamp[first] = seen
    state.queue[0] = first
    head, tail = 0, 1
    while head < tail:
        here = state.queue[head]
        head += 1
        for at in range(graph.start[here], graph.start[here + 1]):
            other = graph.neighbour[at]
            if state.seat[other] == state.seat[first] and state.stamp[other] != seen:
                state.stamp[other] = seen
                state.queue[tail] = other
                tail += 1
    return float(tail)
