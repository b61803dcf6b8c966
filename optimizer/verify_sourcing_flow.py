"""Check the flow of units and what becomes of targets (F1 to F5)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.verify import Violation
from optimizer.verify_sourcing_limits import beyond, unequal

Floats = NDArray[np.float64]


def quality_by_source(problem: SourcingProblem) -> Floats:
    """Return (S, P): what multiplies the conversion, by who works."""
    phases = len(problem.phases)
    rows = [state.conversion_factor for state in problem.states]
    rows += [offer.quality for offer in problem.providers]
    rows += [np.full(phases, tool.conversion_factor) for tool in problem.automations]
    return np.array(rows, dtype=np.float64).reshape(len(rows), phases)


def units_passed(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (S, P, G, T, W): units passed on, in the month they were worked."""
    flow = problem.flow
    rate = flow.conversion[:, :, None, None] * flow.conversion_factor
    quality = quality_by_source(problem)[:, :, None, None, None]
    return np.asarray(plan.units_worked * quality * rate[None])


def arriving(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (P + 1, G, T, W): units that become available in front of each phase."""
    flow, passed = problem.flow, units_passed(problem, plan).sum(axis=0)
    found = np.repeat(flow.pipeline[:, :, :, None], len(problem.scenarios), axis=3)
    found[0] = found[0] + flow.prospects
    for phase in range(len(problem.phases)):
        for month in range(len(problem.months)):
            for lag, share in enumerate(flow.lag[phase].tolist()):
                if month + lag < len(problem.months):
                    found[phase + 1, :, month + lag] += share * passed[phase, :, month]
    return found


def units_balance(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F2, F4: no more is worked, sold or kept waiting than came in."""
    flow, coming = problem.flow, arriving(problem, plan)
    for month in range(len(problem.months)):
        before = plan.stock[:, :, month - 1] if month else flow.start_stock[:, :, None]
        room = coming[:, :, month] + (1.0 - flow.ageing)[:, :, None] * before
        out = np.concatenate([
            plan.units_worked[..., month, :].sum(axis=0),
            (plan.sold + plan.surplus)[None, :, month],
        ])  # fmt: skip
        used = out + plan.stock[:, :, month]
        what = f"units used in {problem.months[month]}"
        yield from beyond("flow", problem, "pgw", used, room, what)
        kept = np.where(flow.kept[:, :, None] > 0, room, 0.0)
        yield from beyond("kept", problem, "pgw", kept, np.maximum(used, 0.0), what)


def work_within_reach(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F1, F7, F14, F18: only who may and can work a phase does, where and when it is open."""
    allowed = reach(problem)[:, :, :, None] & (problem.flow.workable > 0)[None]
    limit = np.where(allowed, np.inf, 0.0)[..., None]
    amount = plan.units_worked.sum(axis=-1, keepdims=True)
    yield from beyond("reach", problem, "spgtw", amount, limit, "units worked out of reach")


def reach(problem: SourcingProblem) -> NDArray[np.bool_]:
    """Return (S, P, G): who may work what."""
    phases, segments = np.arange(len(problem.phases)), np.arange(len(problem.segments))

    def inside(indices: tuple[int, ...] | None, every: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.ones(every.shape, bool) if indices is None else np.isin(every, indices)

    found = [np.outer(k.speed > 0, inside(k.segments, segments)) for k in problem.states]
    for offer in problem.providers:
        able = inside(offer.phases, phases) & (problem.documented > 0) & (offer.effectiveness > 0)
        found.append(np.outer(able, inside(offer.segments, segments)))
    found += [
        np.outer(inside(tool.phases, phases), inside(tool.segments, segments))
        for tool in problem.automations
    ]
    return np.array(found, dtype=bool).reshape(len(found), len(phases), len(segments))


def units_within_limits(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F1: no phase works more units than it takes."""
    worked = plan.units_worked.sum(axis=0)
    cap = problem.flow.units_max[..., None]
    yield from beyond("units_max", problem, "pgtw", worked, cap, "units worked")


def universe_not_exceeded(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F3: no prospect is worked again before the re-contact delay is over."""
    started = plan.units_worked[:, 0].sum(axis=0)
    window = problem.flow.recontact_months or len(problem.months)
    for last in range(len(problem.months)):
        recent = started[:, max(0, last - window + 1) : last + 1].sum(axis=1)
        cap = problem.flow.universe[:, None]
        what = f"prospects worked by {problem.months[last]}"
        yield from beyond("universe", problem, "gw", recent, cap, what)


def targets_accounted_for(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F5: a win asked for is sold, late or given up."""
    flow = problem.flow
    for segment in np.flatnonzero(problem.capped).tolist():
        late = plan.backlog[segment]
        first = np.full((1, late.shape[1]), flow.start_backlog[segment])
        before = np.concatenate([first, late[:-1]])
        served = plan.sold[segment] + plan.uncovered[segment] + late - before
        name = f"wins of {problem.segments[segment]} accounted for"
        yield from unequal("targets", problem, "tw", served, flow.target[segment], name)
    without = ~problem.capped
    other = (plan.surplus + plan.backlog + plan.uncovered)[without]
    yield from beyond(
        "targets", problem, "", other.sum(), 0.0, "wins beyond where there is no target"
    )


def waiting_within_limits(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F4, F5: stocks, late work and uncovered work within their limits; the end condition."""
    flow = problem.flow
    caps = flow.stock_max[..., None]
    yield from beyond("stock", problem, "pgtw", plan.stock, caps, "units waiting")
    least = -flow.end_stock_min[:, :, None]
    yield from beyond(
        "end_stock", problem, "pgw", -plan.stock[:, :, -1], least, "missing at the end"
    )
    capped = np.where(problem.capped[:, None, None], np.inf, 0.0)
    least = -flow.stock_min[..., None]
    yield from beyond("stock_min", problem, "pgtw", -plan.stock, least, "units short of the least")
    late = np.minimum(flow.backlog_max[..., None], capped)
    yield from beyond("backlog", problem, "gtw", plan.backlog, late, "wins late")
    given_up = flow.uncovered_max
    yield from beyond("uncovered", problem, "gtw", plan.uncovered, given_up, "wins given up")


FLOW_RULES = (
    units_balance,
    work_within_reach,
    units_within_limits,
    universe_not_exceeded,
    targets_accounted_for,
    waiting_within_limits,
)
