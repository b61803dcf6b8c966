"""Bring units, seats and vacant seats into items and centres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints, TerritoryProblem, VacantSeats
from optimizer.territory_site_data import SiteData

FORBIDDEN = 1_000.0
"""What stands for an infinite cost, in largest finite costs: searches need differences."""


def site_data(problem: TerritoryProblem) -> SiteData:
    """Merge groups and bring sites and seats into one list of centres.

    Raises
    ------
    ValueError
        When the problem has no vacant seats or their arrays do not fit it.
    """
    vacant = problem.vacant
    if vacant is None:
        raise ValueError("the problem has no vacant seats")
    _refuse_misfit(problem, vacant)
    item, count = _item_of_unit(problem)
    cost = _merged_cost(_unit_cost(problem, vacant), item, count)
    open_cost = np.where(_habitable(cost, vacant, item), vacant.open_cost, np.inf)
    if vacant.most == 0:
        cost[: len(vacant.site_ids)] = np.inf
    served = np.isfinite(cost).any(axis=0)
    cost = np.ascontiguousarray(cost[:, served])
    forbidden = _forbidden(cost)
    lower, upper = _windows(problem, vacant, len(cost))
    scale = _scale(problem, lower, upper)
    number = np.where(served, np.cumsum(served) - 1, -1)
    of_unit = number[item]
    return SiteData(
        sites=len(vacant.site_ids),
        seats=len(problem.seat_ids),
        of_unit=of_unit,
        cost=np.where(np.isfinite(cost), cost, forbidden),
        forbidden=forbidden,
        kind=_kind(problem, vacant, len(cost)),
        size=_size(problem, item, count)[:, served] / scale,
        lower=lower / scale,
        upper=upper / scale,
        scale=scale,
        miss_price=_miss_price(problem) * scale,
        open_cost=open_cost,
        home=np.where(vacant.home_unit >= 0, of_unit[vacant.home_unit], -1),
        least=vacant.least,
        most=vacant.most,
    )


def _refuse_misfit(problem: TerritoryProblem, vacant: VacantSeats) -> None:
    units, measures, sites = len(problem.unit_ids), len(problem.measure_names), len(vacant.site_ids)
    shapes = {
        "cost": (units, sites),
        "lower": (sites, measures),
        "upper": (sites, measures),
        "open_cost": (sites,),
        "home_unit": (sites,),
    }
    for name, shape in shapes.items():
        if getattr(vacant, name).shape != shape:
            raise ValueError(f"vacant.{name} has shape {getattr(vacant, name).shape}")
    if not 0 <= vacant.least <= vacant.most <= sites:
        raise ValueError(f"cannot open {vacant.least} to {vacant.most} of {sites} sites")
    if np.isnan(vacant.cost).any() or not np.isfinite(vacant.open_cost).all():
        raise ValueError("costs of vacant seats must be numbers, open_cost finite")
    if ((vacant.home_unit < -1) | (vacant.home_unit >= units)).any():
        raise ValueError("vacant.home_unit names a unit that does not exist")


def _item_of_unit(problem: TerritoryProblem) -> tuple[Ints, int]:
    """Return the item of each unit, numbered by first member, and their count."""
    alone = -1 - np.arange(len(problem.group))
    key = np.where(problem.group >= 0, problem.group, alone)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[inverse].astype(np.int64), len(order)


def _unit_cost(problem: TerritoryProblem, vacant: VacantSeats) -> Floats:
    """Return (U, C) EUR with move costs; a locked unit may go to its seat only."""
    seats = problem.costs().rows(0, len(problem.unit_ids))
    parts = [vacant.cost, seats]
    if problem.unserved_price.size and np.isfinite(problem.unserved_price).any():
        parts.append(problem.unserved_price[:, None])
    cost = np.concatenate(parts, axis=1).astype(np.float64)
    today = np.flatnonzero(problem.current_seat >= 0)
    column = len(vacant.site_ids) + problem.current_seat[today]
    stay = cost[today, column]
    moving = len(vacant.site_ids) + len(problem.seat_ids)
    cost[today, :moving] += problem.move_cost[today, None]
    cost[today, column] = stay
    bound = problem.locked[today]
    cost[today[bound]] = np.inf
    cost[today[bound], column[bound]] = stay[bound]
    return cost


def _merged_cost(cost: Floats, item: Ints, count: int) -> Floats:
    """Return (C, G): members of a group added up."""
    if count == len(cost):
        return np.ascontiguousarray(cost.T)
    merged = np.zeros((count, cost.shape[1]))
    np.add.at(merged, item, cost)
    return np.ascontiguousarray(merged.T)


def _forbidden(cost: Floats) -> float:
    finite = cost[np.isfinite(cost)]
    return FORBIDDEN * (1.0 + float(np.abs(finite).max(initial=0.0)))


def _habitable(cost: Floats, vacant: VacantSeats, item: Ints) -> NDArray[np.bool_]:
    """Return (J,) whether the home unit of the site, if any, may be served from there."""
    sites = np.arange(len(vacant.site_ids))
    return (vacant.home_unit < 0) | np.isfinite(cost[sites, item[vacant.home_unit]])


def _windows(problem: TerritoryProblem, vacant: VacantSeats, centres: int) -> tuple[Floats, Floats]:
    lower, upper = problem.windows()
    free = np.full((centres - len(vacant.site_ids) - len(lower), lower.shape[1]), np.inf)
    return (
        np.concatenate([vacant.lower, lower, -free]),
        np.concatenate([vacant.upper, upper, free]),
    )


def _scale(problem: TerritoryProblem, lower: Floats, upper: Floats) -> Floats:
    """Return (K,) the mean of the limits, the mean of the units where there is no limit."""
    scale = np.ones(upper.shape[1])
    for k in range(len(scale)):
        limit = np.where(np.isfinite(upper[:, k]), upper[:, k], lower[:, k])
        limit = limit[np.isfinite(limit) & (limit > 0)]
        mean = float(limit.mean()) if limit.size else float(problem.measures[:, k].mean())
        scale[k] = mean if mean > 0 else 1.0
    return scale


def _kind(problem: TerritoryProblem, vacant: VacantSeats, centres: int) -> Ints:
    kind = np.zeros(centres, dtype=np.int64)
    if problem.seat_measures is not None:
        first = len(vacant.site_ids)
        kind[first : first + len(problem.seat_ids)] = 1 + np.arange(len(problem.seat_ids))
    return kind


def _size(problem: TerritoryProblem, item: Ints, count: int) -> Floats:
    by_kind = [problem.measures]
    if problem.seat_measures is not None:
        by_kind += [problem.seat_measures[:, s] for s in range(len(problem.seat_ids))]
    size = np.zeros((len(by_kind), count, problem.measures.shape[1]))
    for kind, measures in enumerate(by_kind):
        np.add.at(size[kind], item, measures)
    return size


def _miss_price(problem: TerritoryProblem) -> NDArray[np.float64]:
    if problem.miss_price.size:
        return problem.miss_price
    return np.full(problem.measures.shape[1], np.inf)
