"""Draw a sample of items that stands for all: in proportion to size, spread over the map."""

from __future__ import annotations

import numpy as np

from optimizer.territory_problem import Floats, Ints


def draw_sample(size: Floats, stratum: Ints, wanted: int) -> tuple[Ints, Floats]:
    """Return items in rising order and how many each stands for (inverse chances).

    Half of the chance goes by `size` (G,), half is equal, and the biggest are always drawn. The
    draw is systematic along `stratum` (G,), so that every stratum gets its part (Madow, Annals
    of Mathematical Statistics 20(3), 1949); nothing is random.
    """
    count = len(size)
    if wanted >= count:
        return np.arange(count), np.ones(count)
    share = 0.5 * size / max(float(size.sum()), 1e-300) + 0.5 / count
    chance = _chances(share, wanted)
    order = np.lexsort((size, stratum))
    passed = np.cumsum(chance[order])
    drawn = np.sort(order[np.floor(passed + 0.5) > np.floor(passed - chance[order] + 0.5)])
    return drawn, 1.0 / chance[drawn]


def _chances(share: Floats, wanted: int) -> Floats:
    """Return (G,) chances, at most 1, that add up to about `wanted`."""
    chance = np.minimum(1.0, wanted * share)
    for _ in range(5):
        certain = chance >= 1.0
        rest = max(0.0, wanted - float(certain.sum()))
        open_share = max(float(share[~certain].sum()), 1e-300)
        chance[~certain] = np.minimum(1.0, rest * share[~certain] / open_share)
    return np.maximum(chance, 1e-12)
