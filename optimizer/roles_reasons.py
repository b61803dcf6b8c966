"""Say in a manager's words why work stays uncovered (docs/model-roles.md, R17, R18)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.result import Shortfall
from optimizer.roles_certificates import RoleCertificate, role_certificates
from optimizer.roles_problem import RolePlan, RoleProblem
from optimizer.staffing_words import amount, listed, number_word, verb

HOURS = 1e-4
NAMED = 3
"""Up to so many persons are called by name."""


def check_roles(problem: RoleProblem) -> tuple[Shortfall, ...]:
    """Return what the data alone show: nobody able, too few able, persons able in nothing."""
    return (*_too_few_able(problem), *_able_in_nothing(problem))


def explain_short_hours(problem: RoleProblem, plan: RolePlan) -> tuple[Shortfall, ...]:
    """Return the proofs that bear on what is short, then each phase of a pool that is short."""
    short = plan.short_hours > HOURS
    if not short.any():
        return ()
    proofs = [
        certificate_of_roles(problem, each)
        for each in role_certificates(problem)
        if short[np.ix_(each.pools, each.phases)].any()
    ]
    return (*proofs, *_short_phases(problem, plan))


def certificate_of_roles(problem: RoleProblem, proof: RoleCertificate) -> Shortfall:
    """Say a proof in one sentence.

    Such as "proposal needs 55 h; only Ana and Bo can do it, 44 h: short 11 h whatever the plan".
    """
    names = [problem.phases[phase] for phase in proof.phases]
    place = "" if len(problem.pools) == 1 else f"{_place(problem, proof.pools)}: "
    need = f"{listed(names)} {verb(len(names), 'needs', 'need')} {amount(proof.need_hours)} h"
    it = verb(len(names), "it", "any of them")
    return Shortfall(
        code="capacity_certificate",
        subject=f"{place}{listed(names)}",
        amount=proof.short_hours,
        unit="h",
        reason=(
            f"{place}{need}; {_who(problem, proof)} can do {it}"
            f"{_hours(proof)}: short {amount(proof.short_hours)} h whatever the plan"
        ),
        remedy=f"one more person able in {listed(names, 'or')} (hire, train or buy), or less work",
    )


def _place(problem: RoleProblem, pools: tuple[int, ...]) -> str:
    if len(pools) <= NAMED:
        return listed([problem.pools[pool] for pool in pools])
    return f"the {number_word(len(pools))} pools around {problem.pools[pools[0]]}"


def _who(problem: RoleProblem, proof: RoleCertificate) -> str:
    if not proof.persons:
        return "nobody"
    if len(proof.persons) <= NAMED:
        return f"only {listed([problem.person_ids[i] for i in proof.persons])}"
    return f"only {number_word(len(proof.persons))} persons"


def _hours(proof: RoleCertificate) -> str:
    return f", {amount(proof.own_hours)} h" if proof.persons else ""


def _too_few_able(problem: RoleProblem) -> Iterator[Shortfall]:
    present = problem.able() & (problem.person_hours > 0)[:, None]
    able = problem.reach().T.astype(np.int64) @ present.astype(np.int64)
    wanted = np.maximum(problem.backup_holders, problem.least_able * (problem.need_hours > 0))
    wanted = np.maximum(wanted, problem.need_hours > 0)
    for pool, phase in np.argwhere(able < wanted).tolist():
        subject = f"{problem.pools[pool]}, {problem.phases[phase]}"
        missing, there = int(wanted[pool, phase]), int(able[pool, phase])
        hours = amount(float(problem.need_hours[pool, phase]))
        who = "nobody is" if there == 0 else f"{number_word(there)} {verb(there, 'is', 'are')}"
        yield Shortfall(
            code="nobody_able" if there == 0 else "too_few_able",
            subject=subject,
            amount=float(missing - there),
            unit="persons",
            reason=f"{subject}: {hours} h of work, {who} able, {number_word(missing)} wanted",
            remedy=f"train or hire for {problem.phases[phase]}, or let another pool help",
        )


def _able_in_nothing(problem: RoleProblem) -> Iterator[Shortfall]:
    able = problem.able().any(axis=1)
    for person in np.flatnonzero(~able & (problem.person_hours > 0)).tolist():
        name, hours = problem.person_ids[person], float(problem.person_hours[person])
        yield Shortfall(
            code="able_in_nothing",
            subject=name,
            amount=hours,
            unit="h",
            reason=f"{name} has {amount(hours)} h and is able in no phase",
            remedy="check the skills entered, or train",
        )


def _short_phases(problem: RoleProblem, plan: RolePlan) -> Iterator[Shortfall]:
    for pool, phase in np.argwhere(plan.short_hours > HOURS).tolist():
        place = "" if len(problem.pools) == 1 else f"{problem.pools[pool]}, "
        code, why, remedy = _why(problem, plan, pool, phase)
        missing = float(plan.short_hours[pool, phase])
        yield Shortfall(
            code=code,
            subject=f"{place}{problem.phases[phase]}",
            amount=missing,
            unit="h",
            reason=f"{place}{problem.phases[phase]}: {amount(missing)} h are left: {why}",
            remedy=remedy,
        )


def _why(problem: RoleProblem, plan: RolePlan, pool: int, phase: int) -> tuple[str, str, str]:
    name = problem.phases[phase]
    able = problem.able()[:, phase] & problem.reach()[:, pool] & (problem.person_hours > 0)
    if not able.any():
        return "nobody_able", "nobody who can work there is able", f"train or hire for {name}"
    spare = problem.person_hours - plan.hours.sum(axis=(1, 2))
    idle = np.flatnonzero(able & ~plan.roles[:, phase] & (spare > HOURS))
    if idle.size:
        free = amount(float(spare[idle].sum()))
        people = listed([problem.person_ids[i] for i in idle[:NAMED].tolist()])
        more = "" if idle.size <= NAMED else f" and {number_word(idle.size - NAMED)} more"
        reason = f"{people}{more} could do it and have {free} h, but hold other phases"
        return "role_limit", reason, "another role, or one more phase a person"
    reason = "everybody able is fully used"
    return "capacity", reason, f"one more person able in {name}, or less work"
