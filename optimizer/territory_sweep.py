"""Choose regions of neighbouring seats at random and plan them anew, one after another (T11)."""

from __future__ import annotations

from numba import njit

from optimizer.territory_exchange import Zone, replan
from optimizer.territory_grid import MISSED, SEAT, Grid, Plan
from optimizer.territory_kernel import draw, keep_best, missed


@njit(cache=True, nogil=True)
def sweep(
    grid: Grid, plan: Plan, zone: Zone, most: int, heat: float, sets: int, steps: int
) -> tuple[int, int]:
    """Plan random regions of up to `most` seats anew; return sets tried and regions.

    `heat` is the mean EUR of noise on a cost, `sets` the most sets tried in a region; a set
    tried or an option listed is one step.
    """
    done, tried, regions = 0, 0, 0
    while done < steps:
        seats = _grow(grid, plan, zone, 2 + draw(plan.tally, most - 1), _first(grid, plan))
        options, searched = replan(grid, plan, zone, seats, heat, sets)
        done += 10 + options + searched
        tried += searched
        keep_best(grid, plan)
        for c in range(seats):
            zone.local[zone.seats[c]] = -1
        regions += 1
    return tried, regions


@njit(cache=True, nogil=True)
def _first(grid: Grid, plan: Plan) -> int:
    """Return a random seat, one with a limit missed if a few draws meet any."""
    seat = draw(plan.tally, len(plan.seat))
    if plan.tally[MISSED] > 0 and draw(plan.tally, 2) == 0:
        for _ in range(min(50, len(plan.seat))):
            if missed(grid.limit, plan.load, seat) > 0:
                return seat
            seat = draw(plan.tally, len(plan.seat))
    return seat


@njit(cache=True, nogil=True)
def _grow(grid: Grid, plan: Plan, zone: Zone, most: int, first: int) -> int:
    """Grow a region from a seat along random ties of its items; return how many seats."""
    zone.local[first] = 0
    zone.seats[0] = first
    count = 1
    for _ in range(10 * most):
        grown = zone.seats[draw(plan.tally, count)]
        begin, members = plan.seat[grown, 0], plan.seat[grown, 1]
        if members == 0 or count >= most:
            continue
        item = plan.member[begin + draw(plan.tally, members)]
        tie = grid.start[item] + draw(plan.tally, grid.start[item + 1] - grid.start[item])
        seat = grid.tie[tie, SEAT]
        if zone.local[seat] < 0:
            zone.local[seat] = count
            zone.seats[count] = seat
            count += 1
    return count
