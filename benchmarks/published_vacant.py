"""State districting with free centres: every unit is a site, p seats are opened on them."""

from __future__ import annotations

import numpy as np

from optimizer.territory_problem import (
    Floats,
    Ints,
    TerritoryPlan,
    TerritoryProblem,
    VacantSeats,
)


def centres_problem(
    cost: Floats,
    measures: Floats,
    names: tuple[str, ...],
    window: tuple[Floats, Floats],
    centres: int,
    edges: Ints | None = None,
) -> TerritoryProblem:
    """Return a problem without fixed seats.

    Parameters
    ----------
    cost
        (U, U) of serving unit i from a seat at unit j.
    measures
        (U, K) of `names`.
    window
        Lower and upper limits (U, K) of a seat at each site.
    centres
        How many seats are opened.
    edges
        (E, 2) neighbours when districts must be connected, else None.
    """
    units, kinds = measures.shape
    ids = tuple(str(unit) for unit in range(units))
    return TerritoryProblem(
        unit_ids=ids,
        seat_ids=(),
        measure_names=names,
        measures=measures,
        targets=np.zeros((0, kinds)),
        tolerance=np.zeros(kinds),
        cost=np.zeros((units, 0)),
        current_seat=np.full(units, -1, dtype=np.int64),
        move_cost=np.zeros(units),
        locked=np.zeros(units, dtype=bool),
        group=np.full(units, -1, dtype=np.int64),
        edges=np.zeros((0, 2), dtype=np.int64) if edges is None else edges,
        contiguity="off" if edges is None else "required",
        vacant=VacantSeats(
            site_ids=ids,
            cost=cost,
            lower=window[0],
            upper=window[1],
            open_cost=np.zeros(units),
            least=centres,
            most=centres,
            home_unit=np.arange(units),
        ),
    )


def centre_of_each(plan: TerritoryPlan) -> Ints:
    """Return (U,) the site that serves each unit, -1 for none.

    There are no fixed seats, so seat v is the one opened at `plan.site[v]`.
    """
    site = np.append(plan.site, -1)
    return site[np.where((plan.seat >= 0) & (plan.seat < len(plan.site)), plan.seat, -1)]
