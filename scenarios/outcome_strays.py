"""Which accounts are cut off from their territory, and what cut them off."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.cells import distinct_places
from geodata.compactness import pieces

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def with_strays(territories: pd.DataFrame, edges: Ints) -> pd.DataFrame:
    """Return the table saying which accounts are stray (G31), as owned and as planned.

    Parameters
    ----------
    territories
        The table of the outcome.
    edges
        Pairs of neighbouring accounts, rows of `territories`, (E, 2).
    """
    if territories.empty:
        return territories
    lat, lon = (territories[name].to_numpy(float) for name in ("lat_deg", "lon_deg"))
    _, place = distinct_places(lat, lon)
    return territories.assign(
        stray_before=_strays(territories["previous_rep_id"], place, edges),
        stray_after=_strays(territories["rep_id"], place, edges),
    )


def _strays(rep_ids: pd.Series[str], place: Ints, edges: Ints) -> Flags:
    owner, _ = pd.factorize(rep_ids.mask(rep_ids == ""), sort=True)
    return np.asarray(pieces(owner, place, place[edges]) > 0)


def stray_kpis(territories: pd.DataFrame) -> dict[str, float]:
    """Return how many accounts are stray, and of those after the plan what cut them off.

    `stray_accounts_given`: they came to their rep with the plan, from another or from nobody.
    `stray_accounts_left`: they kept theirs while accounts between changed hands. The others were
    stray before.
    """
    if territories.empty:
        return {}
    before, after = (territories[f"stray_{when}"].to_numpy(bool) for when in ("before", "after"))
    given = (territories["rep_id"] != territories["previous_rep_id"]).to_numpy(bool)
    counts = {
        "stray_accounts_before": before,
        "stray_accounts_after": after,
        "stray_accounts_given": after & given,
        "stray_accounts_left": after & ~given & ~before,
    }
    return {name: float(np.count_nonzero(flags)) for name, flags in counts.items()}
