"""Search among whole connected districts: price, list the near, gather more and combine them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from optimizer.result import Options
from optimizer.side_by_side import side_by_side
from optimizer.territory_connect_best import DesignSearch, districts_of
from optimizer.territory_connect_choices import FEW_LISTED, FEW_NEAR, combine, list_choices
from optimizer.territory_connect_districts import seeded
from optimizer.territory_connect_gather import Gather
from optimizer.territory_connect_partition import Partition
from optimizer.territory_connect_resplit import EVEN_STEPS, alike
from optimizer.territory_connect_tighten import tighten

WALK_STEPS = 1_000
"""Pairs that a walk splits anew."""
PRICE_SHARE = 0.5
"""Share of the seconds that prices may take; lists of districts and walks take the rest."""
SOON, SAME = 4, 16
"""Walks without a better design after which longer lists are tried, and no more walks made."""

Stop = Callable[[], bool]


def choose_whole(
    search: DesignSearch, options: Options, stop: Stop, seconds_left: Callable[[], float]
) -> None:
    """Choose among the districts near the bound; where these are too many, among those met."""
    reserve = seconds_left() * (1 - PRICE_SHARE)
    whole = Partition(
        search=search,
        workers=max(1, options.workers),
        seed=options.seed,
        stop=lambda: stop() or seconds_left() < reserve,
        seconds_left=lambda: max(0.0, seconds_left() - reserve),
    )
    whole.settle_prices()
    whole.stop, whole.seconds_left = stop, seconds_left
    if whole.best is None:
        return
    room = list_choices(whole, FEW_NEAR if search.kept else FEW_LISTED)
    room = _tightened(whole, room)
    gathers: list[Gather] = []
    if alike(search.ground):
        gathers = [_gather(whole, options.seed, number) for number in range(whole.workers)]
        _walk(whole, gathers, SOON)
    room = _tightened(whole, room)
    list_choices(whole, room=room)
    _walk(whole, gathers, SAME)


def _tightened(whole: Partition, room: float) -> float:
    """Once a design is kept, raise the bound and list anew; return the room of the next list.

    Rows are of use where lists reach up to a design: that none exists takes all districts.
    """
    search = whole.search
    if not search.kept or search.proved or len(whole.rows) or whole.stop():
        return room
    tighten(whole)
    return list_choices(whole)


def _walk(whole: Partition, gathers: list[Gather], same: int) -> None:
    """Walk, gather and combine until nothing better comes up for so many walks."""
    search, workers, stale = whole.search, len(gathers), 0
    while workers and stale < same and not (whole.stop() or search.proved):
        before = search.value
        for found in side_by_side([partial(g.walk, WALK_STEPS, whole.stop) for g in gathers]):
            whole.known = whole.known.with_more(found)
        combine(whole)
        stale = 0 if search.value < before else stale + workers
        for number, gather in enumerate(gathers):
            _send_off(whole, gather, again=number % 2 == stale % 2)


def _gather(whole: Partition, seed: int, number: int) -> Gather:
    ground = whole.search.ground
    start = seeded(ground, ground.most, np.random.default_rng([seed, 12, number]))
    gather = Gather(ground=ground, district=start, seed=seed + number)
    gather.balance(EVEN_STEPS, whole.stop)
    return gather


def _send_off(whole: Partition, gather: Gather, again: bool) -> None:
    """Let the next walk start where the last one ended or, `again`, from the best design."""
    search = whole.search
    if again and search.kept and search.column is not None:
        gather.district = districts_of(search.ground, search.column)
