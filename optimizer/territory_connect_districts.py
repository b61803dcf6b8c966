"""Search for connected districts with free sites: grow them from seeds, then anneal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.territory_connect_graph import Graph
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_sites import BEST, EUR, MISSED, Districts, Land, roam, settle
from optimizer.territory_pairs import outside
from optimizer.territory_problem import Floats, Ints

SLICES = 40
MOST_UNASKED = 100_000
"""Steps tried without asking whether to stop."""
COLD = 0.1
"""Last temperature in EUR of a mean item."""
DEARER, CHEAPER, DEAREST = 1.3, 0.95, 50.0
MARGIN, MARGIN_DECAY = 0.001, 0.9


def seeded(ground: Ground, opened: int, rng: np.random.Generator) -> Ints:
    """Return (G,) districts grown from seats' cheapest items and `opened` seeds drawn apart."""
    districts = ground.seats + opened
    seat = np.full(ground.items, -1, dtype=np.int64)
    for item, column in _must(ground):
        seat[item] = column
    weight = ground.size[:, -1].mean(axis=1)
    _sow(ground, seat, opened, rng)
    load = np.bincount(seat[seat >= 0], weights=weight[seat >= 0], minlength=districts).astype(
        np.float64
    )
    while (seat < 0).any():
        if not _grow_one(ground.merged, seat, load, weight, rng):
            rest = np.flatnonzero(seat < 0)
            seat[rest[0]] = int(np.argmin(load)) if districts else -1
            load[seat[rest[0]]] += weight[rest[0]]
    return seat


def _must(ground: Ground) -> list[tuple[int, int]]:
    """Return items that may go to one column alone when it is a seat."""
    lone = np.flatnonzero(ground.allowed.sum(axis=1) == 1)
    column = ground.allowed[lone].argmax(axis=1)
    return [(int(g), int(c)) for g, c in zip(lone, column, strict=True) if c < ground.seats]


def _sow(ground: Ground, seat: Ints, opened: int, rng: np.random.Generator) -> None:
    """Place seats at their cheapest free item, opened seats at homes drawn far from each other."""
    finite = np.where(ground.allowed, ground.cost, np.inf)
    for column in range(ground.seats):
        free = np.flatnonzero(seat < 0)
        if not (seat == column).any() and free.size:
            seat[free[np.argmin(finite[free, column])]] = column
    far = np.full(ground.items, np.inf)
    for number in range(opened):
        homes = _homes(ground, seat)
        away = np.where(np.isfinite(far[homes]), far[homes], 1.0) + 1e-12
        home = int(rng.choice(homes, p=away / away.sum()))
        seat[home] = ground.seats + number
        columns = np.flatnonzero(ground.home == home)
        if columns.size:
            far = np.minimum(
                far, np.where(np.isfinite(finite[:, columns[0]]), finite[:, columns[0]], far)
            )


def _homes(ground: Ground, seat: Ints) -> Ints:
    settled = np.unique(ground.home[ground.home >= 0])
    free = settled[seat[settled] < 0]
    return free if free.size else np.flatnonzero(seat < 0)


def _grow_one(
    graph: Graph, seat: Ints, load: Floats, weight: Floats, rng: np.random.Generator
) -> bool:
    """Let the lightest district that can take in one free neighbour."""
    for district in np.argsort(load, kind="stable").tolist():
        rim = _rim(graph, seat, district)
        if rim.size:
            item = int(rng.choice(rim))
            seat[item] = district
            load[district] += weight[item]
            return True
    return False


def _rim(graph: Graph, seat: Ints, district: int) -> Ints:
    inside = np.repeat(seat == district, np.diff(graph.start))
    around = np.unique(graph.neighbour[inside])
    return around[seat[around] < 0]


def cooled(
    ground: Ground,
    start: Ints,
    *,
    steps: int,
    hot: float,
    seed: int,
    stop: Callable[[], bool],
    harsh: float = 1.0,
) -> Ints:
    """Anneal from `start`; return districts (G,), with windows kept if any met keep them.

    `hot` is the first temperature in EUR of a mean item; `harsh` > 1 makes missed windows so
    many times dearer at the end.
    """
    land = ground.land()
    state = _state(ground, land, start, seed)
    floor = state.price.copy()
    scale = typical_eur(ground)
    hot, fall = scale * hot, (COLD / hot) ** (1 / SLICES)
    rise = harsh ** (1 / SLICES)
    each = max(steps // SLICES, 1)
    parts = -(-each // MOST_UNASKED)
    for number in range(SLICES * parts):
        if stop():
            break
        cold = hot * fall ** (1 / parts)
        roam(ground.graph, land, state, hot, cold, each // parts)
        hot = cold
        if (number + 1) % parts == 0:
            floor = floor * rise
            _reprice(ground.graph, land, state, floor)
    found = state.best if np.isfinite(state.tally[BEST]) else state.seat
    return found[ground.graph.member[ground.graph.member_start[:-1]]]


def typical_eur(ground: Ground) -> float:
    """Return EUR of a mean item at a middling column among its nearest."""
    share = max(1, ground.cost.shape[1] // max(ground.seats + ground.most, 1))
    near = np.sort(ground.cost, axis=1)[:, : share + 1]
    return float(near[np.isfinite(near)].mean()) or 1.0


def _state(ground: Ground, land: Land, seat: Ints, seed: int) -> Districts:
    districts = int(max(seat.max() + 1, ground.seats))
    used = np.bincount(seat, minlength=districts).astype(np.int64)
    place = np.empty(ground.items, dtype=np.int64)
    order = np.argsort(seat, kind="stable")
    place[order] = np.arange(ground.items) - np.repeat(np.cumsum(used) - used, used)
    slot = np.full((districts, ground.items), -1, dtype=np.int64)
    slot[seat, place] = np.arange(ground.items)
    held = np.zeros((districts, max(ground.graph.parts, 1)), dtype=np.int64)
    at = ground.graph.of_items(seat)
    linked = ground.graph.part >= 0
    np.add.at(held, (at[linked], ground.graph.part[linked]), 1)
    measures = ground.lower.shape[1]
    eur = typical_eur(ground) * ground.items / max(districts, 1)
    state = Districts(
        seat=at,
        total=np.zeros((districts, len(ground.home))),
        load=np.zeros((districts, measures)),
        price=np.full((districts, measures), eur),
        margin=np.zeros((districts, measures)),
        value=np.zeros(districts),
        eur=np.zeros(districts),
        missed=np.zeros(districts),
        column=np.zeros(districts, dtype=np.int64),
        slot=slot,
        used=used,
        place=place,
        held=held,
        stamp=np.zeros(len(at), dtype=np.int64),
        queue=np.zeros(len(at), dtype=np.int64),
        mark=np.array([0, districts], dtype=np.int64),
        found=np.zeros(4),
        tally=np.array([0.0, 0.0, np.inf]),
        rng=np.array([np.uint64(seed)], dtype=np.uint64),
        best=at.copy(),
    )
    _recount(ground.graph, land, state)
    return state


def _recount(graph: Graph, land: Land, state: Districts) -> None:
    """Add everything up anew: sums of floats drift."""
    seat = state.seat[graph.member[graph.member_start[:-1]]]
    kind = np.minimum(seat, land.size.shape[1] - 1)
    state.total[:], state.load[:] = 0.0, 0.0
    np.add.at(state.total, seat, land.cost)
    np.add.at(state.load, seat, land.size[np.arange(len(kind)), kind])
    for district in range(len(state.value)):
        settle(land, state, district)
    state.tally[EUR], state.tally[MISSED] = state.eur.sum(), state.missed.sum()


def _reprice(graph: Graph, land: Land, state: Districts, floor: Floats) -> None:
    """Make missed windows dearer and draw them in; kept ones slowly fall back."""
    missed = outside(state.load, land.lower[state.column], land.upper[state.column]) > 0
    price = state.price * np.where(missed, DEARER, CHEAPER)
    np.clip(price, floor, floor * DEAREST, out=state.price)
    margin = np.where(missed, state.margin + MARGIN, state.margin * MARGIN_DECAY)
    width = land.upper[state.column] - land.lower[state.column]
    np.minimum(margin, np.minimum(0.2 * width, 20 * MARGIN), out=state.margin)
    _recount(graph, land, state)
