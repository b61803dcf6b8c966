"""List the clusters of a centre that cost little more than prices justify.

Where seats hold few items and prices are good, few clusters are left: the set partitioning
approach to capacitated location (Baldacci, Hadjiconstantinou, Maniezzo and Mingozzi, 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_bound import SiteBound, least_values
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_sets import list_sets

Bools = NDArray[np.bool_]

NODES_A_CLUSTER = 20
"""Sets looked at for each cluster that may be listed; more, and the listing is given up."""


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """Hold L clusters: who serves whom.

    Attributes
    ----------
    centre
        (L,) centre of each cluster.
    end
        (L,) one past its last item in `item`.
    item
        (end[-1],) items, cluster after cluster.
    excess_eur
        (L,) EUR by which a choice with the cluster costs more than the bound, at least.
    """

    centre: Ints
    end: Ints
    item: Ints
    excess_eur: Floats

    def owner(self) -> Ints:
        """Return (end[-1],) the cluster that each entry of `item` belongs to."""
        return np.repeat(np.arange(len(self.centre)), np.diff(self.end, prepend=0))


def list_clusters(
    data: SiteData, bound: SiteBound, centres: Ints, items: Ints, room_eur: float, most: int
) -> Clusters | None:
    """Return every cluster of `items` at `centres` within `room_eur` of the bound.

    A choice that uses a cluster left out costs more than the bound and `room_eur`. Windows are
    kept, whatever missing them costs; the home item of a site is in its clusters. None when there
    are more than `most`, or too many sets had to be looked at.
    """
    listing = _Listing(data, bound, items, room_eur, most)
    for c in centres.tolist():
        if not listing.add(c):
            return None
    return listing.clusters()


class _Listing:
    """Collect clusters centre by centre until there are too many."""

    def __init__(
        self, data: SiteData, bound: SiteBound, items: Ints, room_eur: float, most: int
    ) -> None:
        self.data, self.bound, self.items, self.room_eur = data, bound, items, room_eur
        self.least = least_values(data, bound)
        self.most, self.nodes = most, NODES_A_CLUSTER * most
        self.parts: list[tuple[Ints, Ints, Ints, Floats]] = []
        self.length = 0

    def add(self, c: int) -> bool:
        """List the clusters of one centre; return whether all of them fitted."""
        data, bound, row = self.data, self.bound, self.bound.row[c]
        opening = data.open_cost[c] if c < data.sites else 0.0
        home = data.home[c] if c < data.sites else -1
        if bound.value[c] - self.least[c] > self.room_eur or (home >= 0 and home not in self.items):
            return True
        limit = self.room_eur + self.least[c] - opening
        gain = data.cost[c, self.items] - bound.item_price[self.items]
        size = data.size[data.kind[c], self.items]
        price = bound.window_price[c]
        more = np.maximum(gain + price * size[:, row], 0.0)
        kept = bound.cut_value[c] - opening + more <= limit
        kept &= data.cost[c, self.items] < data.forbidden
        kept |= self.items == home
        chosen = np.flatnonzero(kept)
        ratio = gain[chosen] / np.maximum(size[chosen, row], 1e-12)
        chosen = chosen[np.lexsort((ratio, self.items[chosen] != home))]
        window = (data.lower[c], data.upper[c], row, price)
        most = self.most - self.length
        end, at, excess, nodes = list_sets(
            gain[chosen], size[chosen], window, home >= 0, limit, most, self.nodes
        )
        self.length += len(end)
        self.nodes -= nodes
        if self.length > self.most or self.nodes <= 0:
            return False
        centre = np.full(len(end), c, dtype=np.int64)
        self.parts.append((centre, end, self.items[chosen[at]], excess + opening - self.least[c]))
        return True

    def clusters(self) -> Clusters:
        """Return everything listed."""
        centre, end, item, excess = (
            [part[k] for part in self.parts] or [np.zeros(0)] for k in range(4)
        )
        before = np.cumsum([0] + [len(part) for part in item])
        return Clusters(
            centre=np.concatenate(centre).astype(np.int64),
            end=np.concatenate([e + b for e, b in zip(end, before, strict=False)]).astype(np.int64),
            item=np.concatenate(item).astype(np.int64),
            excess_eur=np.concatenate(excess),
        )
