"""Declare the columns of what was decided before: they hold what they hold (S17)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.linear_model import ModelBuilder
from optimizer.staffing_column_kinds import EUR, HireColumns, ProviderColumns
from optimizer.staffing_given_problem import Contract
from optimizer.staffing_offers import Run, hire_cost_eur
from optimizer.staffing_patterns import Pattern
from optimizer.staffing_problem import HireOffer, ProviderOffer, StaffingProblem


def decided_hires(
    builder: ModelBuilder, problem: StaffingProblem, index: int, offer: HireOffer
) -> Iterator[HireColumns]:
    """Add the hires of an offer decided before, one group of columns a pool."""
    months = len(problem.months)
    in_time = max(0, months - offer.lead_months)
    by_pool: dict[int, list[int]] = {}
    for place, each in enumerate(offer.decided or ()):
        by_pool.setdefault(each.pool, []).append(place)
    for pool, places in sorted(by_pool.items()):
        chosen = [(offer.decided or ())[place] for place in places]
        counts = np.array([each.counts[:in_time] for each in chosen], dtype=np.float64)
        yield HireColumns(
            offer_index=index,
            offer=offer,
            pool=pool,
            patterns=tuple(Pattern(phases=each.phases) for each in chosen),
            hired=builder.add_columns(
                counts.shape,
                gain=-hire_cost_eur(offer, months)[:in_time] * EUR,
                lower=counts,
                upper=counts,
                integer=True,
            ),
            hours=tuple(builder.add_columns((len(each.phases), months)) for each in chosen),
            steering=builder.add_columns(months),
            overtime=np.array([each.overtime_hours for each in chosen]),
        )


def signed_contract(
    builder: ModelBuilder, problem: StaffingProblem, index: int, offer: ProviderOffer
) -> ProviderColumns:
    """Add a contract signed before: its months run, its hours may be used or not."""
    contract = offer.contract
    assert contract is not None
    places = np.argwhere(contract.hours.any(axis=2)).tolist()
    buckets = tuple((int(pool), int(phase)) for pool, phase in places)
    most = np.array([contract.hours[bucket] for bucket in buckets])
    runs = tuple(signed_runs(contract))
    return ProviderColumns(
        provider_index=index,
        offer=offer,
        runs=runs,
        chosen=builder.add_columns(len(runs), lower=1.0, upper=1.0, integer=True),
        buckets=buckets,
        hours=builder.add_columns(
            (len(buckets), len(problem.months)),
            upper=most.reshape(len(buckets), len(problem.months)),
        ),
    )


def signed_runs(contract: Contract) -> Iterator[Run]:
    """Yield the engagements of a contract: stretches of months without a pause."""
    edges = np.diff(np.concatenate([[0], contract.running.astype(np.int64), [0]]))
    starts, ends = np.flatnonzero(edges > 0).tolist(), np.flatnonzero(edges < 0).tolist()
    yield from (Run(start=s, end=e) for s, e in zip(starts, ends, strict=True))
