"""State textbook problems of two stages under uncertainty as sourcing problems."""

from __future__ import annotations

import numpy as np

from benchmarks.published_staffing_textbooks import figure
from optimizer.sourcing_problem import Move, Provider, SourcingProblem, StaffState, UnitFlow

CROPS = ("wheat", "corn", "beets")


def birge_farmer() -> SourcingProblem:
    """Birge and Louveaux, Introduction to Stochastic Programming, section 1.1.

    Land is given to a crop before the weather is known (a move in the first month); yields are
    conversions by scenario; what the farm needs itself can be bought, the rest is sold as
    surplus; beets beyond the quota bring less.
    """
    flow = UnitFlow(
        hours_per_unit=figure(1.0),
        conversion=np.array([[2.5, 3.0, 20.0]]),
        conversion_factor=np.array([0.8, 1.0, 1.2]),
        target=np.array([200.0, 240.0, 6000.0])[:, None, None],
        margin_eur=np.array([[0.0], [0.0], [36.0]]),
        surplus_margin_eur=np.array([[170.0], [150.0], [10.0]]),
        uncovered_max=np.array([0.0, 0.0, np.inf])[:, None, None],
    )
    land = StaffState(state_id="land", hours_per_head=figure(0.0), speed=figure(0.0),
                      start_headcount=500.0)  # fmt: skip
    fields = tuple(
        StaffState(state_id=name, hours_per_head=figure(1.0), speed=figure(1.0), segments=(i,))
        for i, name in enumerate(CROPS)
    )
    return SourcingProblem(
        months=("season",),
        phases=("growing",),
        segments=CROPS,
        flow=flow,
        states=(land, *fields),
        moves=tuple(
            Move(move_id=f"plant {name}", source=0, target=i + 1, eur=eur, whole=False)
            for i, (name, eur) in enumerate(zip(CROPS, (150.0, 230.0, 260.0), strict=True))
        ),
        providers=tuple(
            Provider(provider_id=f"buy {name}", phases=(0,), segments=(i,), whole=False,
                     capacity_hours=figure(1000.0), eur_per_result=eur)
            for i, (name, eur) in enumerate((("wheat", 238.0), ("corn", 210.0)))
        ),
        scenarios=("below average", "average", "above average"),
        probability=np.full(3, 1.0 / 3.0),
    )  # fmt: skip


RESOURCES = ("lumber", "finishing", "carpentry")


def dakota() -> SourcingProblem:
    """Higle, Stochastic Programming, INFORMS Tutorials in Operations Research (2005), Dakota.

    Resources are bought before the demand is known: contracts taken in part, whose capacity is
    the least that is billed. Each resource is a phase a product goes through.
    """
    demand = np.array([[50.0, 150.0, 250.0], [20.0, 110.0, 250.0], [200.0, 225.0, 500.0]])
    most = 5000.0
    return SourcingProblem(
        months=("season",),
        phases=RESOURCES,
        segments=("desk", "table", "chair"),
        flow=UnitFlow(
            hours_per_unit=np.array([[8.0, 6.0, 1.0], [4.0, 2.0, 1.5], [2.0, 1.5, 0.5]]),
            conversion=figure(1.0),
            target=demand[:, None, :],
            margin_eur=np.array([[60.0], [40.0], [10.0]]),
        ),
        providers=tuple(
            Provider(provider_id=name, phases=(index,), capacity_hours=figure(most),
                     minimum_hours=most, eur_per_hour=eur, whole=False)
            for index, (name, eur) in enumerate(zip(RESOURCES, (2.0, 4.0, 5.2), strict=True))
        ),
        scenarios=("low", "likely", "high"),
        probability=np.array([0.3, 0.4, 0.3]),
    )  # fmt: skip
