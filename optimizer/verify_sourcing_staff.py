"""Check people and their hours (F7 to F13)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.verify import Violation
from optimizer.verify_sourcing_limits import beyond, unequal
from optimizer.verify_sourcing_people import follow
from optimizer.verify_sourcing_stops import absent_again

Floats = NDArray[np.float64]


def headcount_follows(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F8: the headcount is what hires, leavers, redundancies and moves make of it."""
    people = follow(problem, plan)
    yield from unequal(
        "headcount", problem, "kt", plan.headcount, people.headcount, "people planned"
    )
    yield from unequal(
        "first_year", problem, "kt", plan.first_year, people.first_year, "people counted apart"
    )


def headcount_within_limits(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F8, F12: staff within its limits, redundancies within their share of the month before."""
    for index, state in enumerate(problem.states):
        people, name = plan.headcount[index], f"people, {state.state_id}"
        yield from beyond("headcount_max", problem, "t", people, state.headcount_max, name)
        yield from beyond("headcount_min", problem, "t", -people, -state.headcount_min, name)
        if np.isfinite(state.layoff_max_share):
            start = state.start_headcount + sum(state.start_first_year)
            cap = state.layoff_max_share * np.concatenate([[start], people[:-1]])
            layoffs = plan.decisions.layoffs[index]
            yield from beyond("layoffs_share", problem, "t", layoffs, cap, "redundancies")


def nobody_leaves_twice(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F8: redundancies and moves take people past their first year who are still there."""
    people = follow(problem, plan)
    yield from beyond("established", problem, "kt", -people.established, 0.0, "people missing")
    yield from beyond("capacity", problem, "kt", -people.capacity_hours, 0.0, "hours missing")


def hires_within_limits(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F9: recruiting keeps to its monthly and total limits, and to the months of decision."""
    hires = plan.decisions.hires
    months = np.arange(hires.shape[1])
    for index, option in enumerate(problem.hires):
        useful = months + option.lead_months < len(months)
        allowed = (problem.staff_decision_months > 0) & useful & _open(problem, "hires", index)
        cap = np.where(allowed, option.max_per_month, 0.0)
        yield from beyond("hires", problem, "t", hires[index], cap, f"hires of {option.option_id}")
        total = hires[index].sum()
        yield from beyond("hires_total", problem, "", total, option.max_total, "hires in all")
        yield from beyond("hires_total", problem, "", -total, -option.min_total, "hires too few")
    for limit in problem.hire_limits:
        together = hires[list(limit.options)].sum(axis=0)
        yield from beyond("hires_together", problem, "t", together, limit.max_per_month, "hires")
        yield from beyond(
            "hires_together", problem, "", together.sum(), limit.max_total, "hires in all"
        )


def _open(problem: SourcingProblem, name: str, index: int) -> NDArray[np.bool_]:
    """Say where a decision was not taken before: what is fixed need keep to no month."""
    if problem.fixed is None:
        return np.ones(len(problem.months), dtype=bool)
    return np.asarray(np.isnan(getattr(problem.fixed, name)[index]))


def layoffs_allowed(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F8: nobody is made redundant where or when it is not allowed."""
    months = np.arange(len(problem.months))
    for index, state in enumerate(problem.states):
        allowed = state.layoff_allowed & (months >= state.frozen_months)
        cap = np.where(allowed & (problem.staff_decision_months > 0), state.layoff_max, 0.0)
        layoffs = plan.decisions.layoffs[index]
        yield from beyond("layoffs", problem, "t", layoffs, cap, f"redundancies, {state.state_id}")


def moves_within_limits(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F10: moves keep to their months, their numbers and their share of a group."""
    for index, move in enumerate(problem.moves):
        decided = plan.decisions.moves[index]
        if move.automatic_share is not None:
            due = _automatic(problem, plan, move.source) * move.automatic_share
            yield from unequal("moves_automatic", problem, "t", decided, due, move.move_id)
            continue
        allowed = (move.months > 0) & (problem.staff_decision_months > 0)
        cap = np.where(allowed, move.max_per_month, 0.0)
        yield from beyond("moves", problem, "t", decided, cap, move.move_id)
        yield from beyond("moves_total", problem, "", decided.sum(), move.max_total, move.move_id)
        if np.isfinite(move.max_share):
            group = plan.headcount[list(move.share_of)].sum(axis=0)
            yield from beyond(
                "moves_share", problem, "t", decided, move.max_share * group, move.move_id
            )


def _automatic(problem: SourcingProblem, plan: SourcingPlan, source: int) -> Floats:
    """Return (T,): established staff of last month that is still there."""
    state = problem.states[source]
    before = (plan.headcount - plan.first_year)[source, :-1]
    return np.concatenate([[state.start_headcount], before]) * (1.0 - state.attrition_later)


def hours_within_capacity(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F7, F11, F17: work, steering, short time and idleness fit into hours and overtime."""
    people = follow(problem, plan)
    used = hours_used(problem, plan)
    gone = absent_again(problem, plan)
    for index, state in enumerate(problem.states):
        gone[index] *= state.hours_per_head[:, None]
    available = people.capacity_hours[:, :, None] + plan.overtime_hours - gone
    yield from beyond("hours", problem, "ktw", used, available, "hours used")
    counted = [i for i, state in enumerate(problem.states) if state.counts_as_excess]
    for index in counted:
        yield from beyond(
            "hours_idle", problem, "tw", available[index], used[index], "hours, counted or not,"
        )


def hours_used(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (K, T, W) hours spent on units, on steering, on short time and idle."""
    used = plan.steering_hours.sum(axis=0)
    for index, state in enumerate(problem.states):
        for phase in np.flatnonzero(state.speed > 0).tolist():
            hours = problem.flow.hours_per_unit[phase] / state.speed[phase]
            used[index] += np.tensordot(hours, plan.units_worked[index, phase], axes=1)
        each = state.hours_per_head[:, None]
        used[index] += (1.0 - state.short_time_output) * each * plan.short_time_heads[index]
        used[index] += each * plan.excess_heads[index]
    return used


def overtime_within_limits(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F11: overtime keeps to the monthly and the yearly limit of the people there are."""
    here = plan.headcount[:, :, None] - absent_again(problem, plan)
    for index, state in enumerate(problem.states):
        cap = state.overtime_hours_max * here[index]
        yield from beyond("overtime", problem, "tw", plan.overtime_hours[index], cap, "overtime")
        if np.isfinite(state.overtime_yearly_max):
            for start in range(0, len(problem.months), 12):
                worked = plan.overtime_hours[index, start : start + 12].sum(axis=0)
                heads = here[index, start : start + 12].sum(axis=0) / 12
                yearly = state.overtime_yearly_max * heads
                yield from beyond("overtime_year", problem, "w", worked, yearly, "overtime")


def short_time_within_limits(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F11: short time within its limit and the people there are; idle people within theirs."""
    here = plan.headcount[:, :, None] - absent_again(problem, plan)
    for index, state in enumerate(problem.states):
        heads = plan.short_time_heads[index]
        cap = np.minimum(state.short_time_max, here[index])
        yield from beyond("short_time", problem, "tw", heads, cap, "people on short time")
    idle = plan.excess_heads.sum(axis=0)
    yield from beyond("excess", problem, "tw", idle, problem.excess_max[:, None], "people idle")


def managers_enough(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F13: a manager for every span of people."""
    for index, rule in enumerate(problem.managers):
        led = plan.headcount[sorted(set(rule.states))].sum(axis=0)
        span = rule.span * plan.decisions.managers[index]
        yield from beyond("managers", problem, "t", led, span, "people to lead")


STAFF_RULES = (
    headcount_follows,
    headcount_within_limits,
    nobody_leaves_twice,
    hires_within_limits,
    layoffs_allowed,
    moves_within_limits,
    hours_within_capacity,
    overtime_within_limits,
    short_time_within_limits,
    managers_enough,
)
