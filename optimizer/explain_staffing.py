"""Say what a staffing plan leaves undone, why, and what would help (docs/model-staffing.md, S11).

Two kinds of shortfall: what this plan leaves, by pool and phase, with the one reason that
decides it; and what no plan of the present staff could do, as sums that anybody can check.
"""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.staffing_capacity import able_people, nobody_able
from optimizer.staffing_certificates import (
    Certificate,
    capacity_certificates,
    certificate_shortfall,
)
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.staffing_reasons import Gap, why
from optimizer.staffing_words import amount, month_range

Floats = NDArray[np.float64]
Bucket = tuple[int, int, int]
"""Pool (G for shared work), phase, month."""
UNITS_TOLERANCE = 1e-6


def explain_shortfalls(
    problem: StaffingProblem, plan: StaffingPlan, hour_value_eur: Floats | None = None
) -> tuple[Shortfall, ...]:
    """Return the shortfalls, dearest first, then the proofs that bear on them, smallest first.

    `hour_value_eur` (G + 1, P, T) is what one more standard hour would bring; without it the
    bottleneck of a unit is the phase whose people have least time left.
    """
    scarcity = _scarcity(problem, plan) if hour_value_eur is None else hour_value_eur
    gaps = sorted(_gaps(problem, plan, scarcity), key=lambda gap: (-gap.value_eur, -gap.hours))
    proofs = _that_bear_on(capacity_certificates(problem), gaps, problem)
    return (
        *(_shortfall(problem, plan, gap) for gap in gaps),
        *(certificate_shortfall(problem, proof) for proof in proofs),
    )


def _gaps(problem: StaffingProblem, plan: StaffingPlan, scarcity: Floats) -> list[Gap]:
    """Join the months of a bottleneck that share a reason."""
    joined: dict[tuple[int, int, str], list[Gap]] = defaultdict(list)
    for gap in _monthly_gaps(problem, plan, scarcity):
        code, _, _ = why(problem, plan, gap)
        joined[gap.pool, gap.phase, code].append(gap)
    return [_joined(gaps) for _, gaps in sorted(joined.items())]


def _joined(gaps: list[Gap]) -> Gap:
    return Gap(
        pool=gaps[0].pool,
        phase=gaps[0].phase,
        months=tuple(sorted({month for gap in gaps for month in gap.months})),
        hours=math.fsum(gap.hours for gap in gaps),
        units=math.fsum(gap.units for gap in gaps),
        value_eur=math.fsum(gap.value_eur for gap in gaps),
    )


def _monthly_gaps(problem: StaffingProblem, plan: StaffingPlan, scarcity: Floats) -> list[Gap]:
    """Charge each unit left to its one bottleneck, so that no lost deal counts four times."""
    left: dict[Bucket, list[Gap]] = defaultdict(list)
    demand = problem.demand
    unserved = demand.units - plan.served_units
    rows = _rows_of_cells(problem)
    for cell in np.flatnonzero(unserved > UNITS_TOLERANCE * np.maximum(1.0, demand.units)):
        if not rows[cell]:
            continue
        pool, phase, month, hours = max(
            rows[cell], key=lambda row: _binding(problem, scarcity, row)
        )
        units = float(unserved[cell])
        left[pool, phase, month].append(
            Gap(
                pool=pool,
                phase=phase,
                months=(month,),
                hours=hours * units,
                units=units,
                value_eur=units * float(demand.value_eur[cell]),
            )
        )
    return [_joined(gaps) for _, gaps in sorted(left.items())]


def _that_bear_on(
    proofs: tuple[Certificate, ...], gaps: list[Gap], problem: StaffingProblem
) -> list[Certificate]:
    """Return, for each gap, the smallest proof that its phase lacks hours then."""
    wanted = [
        next((index for index, proof in enumerate(proofs) if _bears_on(proof, gap, problem)), None)
        for gap in gaps
    ]
    return [proofs[index] for index in sorted({index for index in wanted if index is not None})]


def _bears_on(proof: Certificate, gap: Gap, problem: StaffingProblem) -> bool:
    shared = gap.pool == len(problem.pools)
    same_people = proof.pool is None or (not shared and proof.pool == gap.pool)
    return same_people and gap.phase in proof.phases and bool(set(gap.months) & set(proof.months))


def _rows_of_cells(problem: StaffingProblem) -> list[list[tuple[int, int, int, float]]]:
    demand = problem.demand
    rows: list[list[tuple[int, int, int, float]]] = [[] for _ in demand.cell_ids]
    pools = np.where(demand.pool < 0, len(problem.pools), demand.pool)
    table = zip(
        demand.cell.tolist(),
        pools.tolist(),
        demand.phase.tolist(),
        demand.month.tolist(),
        demand.hours.tolist(),
        strict=True,
    )
    for cell, pool, phase, month, hours in table:
        if hours > 0:
            rows[cell].append((pool, phase, month, hours))
    return rows


def _binding(
    problem: StaffingProblem, scarcity: Floats, row: tuple[int, int, int, float]
) -> tuple[bool, float, float]:
    """Rank the phases of a unit: nobody able first, then the dearest hours, then the most."""
    pool, phase, month, hours = row
    return (
        nobody_able(problem, pool, phase, month),
        float(scarcity[pool, phase, month]) * hours,
        hours,
    )


def _scarcity(problem: StaffingProblem, plan: StaffingPlan) -> Floats:
    """Return (G + 1, P, T): the share of their time that the people able have used."""
    used = plan.person_hours.sum(axis=1) + plan.steering_hours
    scarcity = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    for pool in range(len(problem.pools) + 1):
        for phase in range(len(problem.phases)):
            people = able_people(problem, pool, phase)
            total = problem.person_hours[people].sum(axis=0)
            scarcity[pool, phase] = np.where(
                total > 0, used[people].sum(axis=0) / np.maximum(total, 1e-9), 1.0
            )
    return scarcity


def _shortfall(problem: StaffingProblem, plan: StaffingPlan, gap: Gap) -> Shortfall:
    code, reason, remedy = why(problem, plan, gap)
    place = "" if gap.pool == len(problem.pools) else f"{problem.pools[gap.pool]}: "
    months = month_range(problem.months, gap.months)
    units, eur = amount(gap.units), amount(gap.value_eur)
    lost = f"1 unit worth {eur} is left" if units == "1" else f"{units} units worth {eur} are left"
    return Shortfall(
        code=code,
        subject=f"{place}{problem.phases[gap.phase]}, {months}",
        amount=gap.hours,
        unit="h",
        reason=f"{lost}: {reason}",
        remedy=remedy,
    )
