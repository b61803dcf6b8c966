"""Table of why own people cannot cover a month: proofs, prices of rules, what one more brings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from optimizer.result import Options
from optimizer.roles_certificates import RoleCertificate, role_certificates
from optimizer.roles_problem import RolePlan
from optimizer.staffing_words import listed
from scenarios.build_roles import SHARED_POOL, RoleView
from scenarios.decide import Watch
from scenarios.outcome_role_conflicts import conflict_rows

REASON_COLUMNS = [
    "period",
    "kind",
    "subject",
    "rep_id",
    "pool",
    "phase",
    "short_hours",
    "saved_hours",
    "proved_hours",
    "reason",
]
PROOF, RULE, PERSON, TRAINING = "proof", "rule", "person", "training"
LEAST_HOURS = 1.0
"""A month that is short of less needs no explanation."""
MOST_PROOFS, MOST_TRAININGS = 6, 2
GENERAL_SHARE = 0.9
"""Share of the hours short above which the whole team is short of hours, not of skills."""
WHAT_IF_GAP = 0.01
"""Share of all work at which a what-if is good enough: the roles found are tried in each."""
_LIMIT = re.compile(r"at most (\d+) ")


def reason_table(
    view: RoleView, best: RolePlan, options: Options, full_time_hours: float, watch: Watch
) -> pd.DataFrame:
    """Return why the month is short of hours even with the best roles; empty when it is not.

    kind "proof": hours that no roles can cover; "conflict" and "relaxed": rules that cannot all be
    kept, and what giving one up brings; "rule": what stays short under the rules up to this one;
    "person" and "training": what one more specialist, of `full_time_hours`, or one
    phase learnt would save.
    """
    rows: list[dict[str, Any]] = []
    options = replace(options, gap=WHAT_IF_GAP, effort=0)
    if float(best.short_hours.sum()) >= LEAST_HOURS:
        rows = [
            *_proofs(view),
            *conflict_rows(view, best, options, watch),
            *_rules(view, best, options, watch),
            *_more_people(view, best, options, full_time_hours, watch),
        ]
    return as_reasons([{"period": view.period, **row} for row in rows])


def as_reasons(rows: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """Return the rows as a table of reasons: words never missing, hours where there are any."""
    words = dict.fromkeys(("kind", "subject", "rep_id", "pool", "phase", "reason"), "")
    table = pd.DataFrame([{**words, **row} for row in rows], columns=REASON_COLUMNS)
    return table.astype({name: float for name in REASON_COLUMNS if name.endswith("_hours")})


def _proofs(view: RoleView) -> Iterator[dict[str, Any]]:
    from optimizer.roles_reasons import certificate_of_roles

    problem = view.under_plan_rules
    for proof, reason in proofs_of(view):
        subject = certificate_of_roles(problem, proof).subject
        yield {
            "kind": PROOF,
            "subject": without_shared(subject),
            "short_hours": proof.short_hours,
            "proved_hours": proof.short_hours,
            "reason": reason,
        }


def proofs_of(view: RoleView, most: int | None = MOST_PROOFS) -> list[tuple[RoleCertificate, str]]:
    """Return the first proofs that hours are missing whatever the roles, each with its sentence."""
    from optimizer.roles_reasons import certificate_of_roles

    problem = view.under_plan_rules
    return [
        (proof, without_shared(certificate_of_roles(problem, proof).reason))
        for proof in role_certificates(problem)[:most]
    ]


def without_shared(text: str) -> str:
    """Return a text about pools without the one that is none, of work that all share.

    >>> without_shared("(shared): calls need 5 h"), without_shared("a, b and (shared): x")
    ('calls need 5 h', 'a and b: x')
    """
    place, colon, rest = text.partition(": ")
    if not colon or SHARED_POOL not in place:
        return text
    pools = place.replace(" and ", ", ").split(", ")
    named = listed([pool for pool in pools if pool != SHARED_POOL])
    return f"{named}: {rest}" if named else rest


def _rules(
    view: RoleView, best: RolePlan, options: Options, watch: Watch
) -> Iterator[dict[str, Any]]:
    from optimizer.roles_waterfall import rule_waterfall

    for step in rule_waterfall(view.problem, options, best, watch.cancelled):
        if step.short is not None:
            yield {
                "kind": RULE,
                "subject": _code(step.rules),
                "short_hours": step.short,
                "proved_hours": step.bound,
                "reason": step.rules,
            }


def _code(rules: str) -> str:
    """Return a short name of the rules: free, limit:2, share, backups or pins.

    >>> _code("at most 2 phases a person"), _code("free split of hours"), _code("and backups")
    ('limit:2', 'free', 'backups')
    """
    limit = _LIMIT.match(rules)
    if limit:
        return f"limit:{limit[1]}"
    words = {"free": "free", "and at least": "share", "and backups": "backups"}
    return next((code for start, code in words.items() if rules.startswith(start)), "pins")


def _more_people(
    view: RoleView, best: RolePlan, options: Options, full_time_hours: float, watch: Watch
) -> Iterator[dict[str, Any]]:
    from optimizer.roles_values import value_of_persons, value_of_trainings

    problem = view.under_plan_rules
    persons = value_of_persons(
        problem, best, options, hours=full_time_hours, cancelled=watch.cancelled
    )
    most = 0 if _everybody_is_short(view, best) else MOST_TRAININGS
    trainings = value_of_trainings(problem, best, options, most=most, cancelled=watch.cancelled)
    for kind, values in ((PERSON, persons), (TRAINING, trainings)):
        for value in values:
            if value.saved >= LEAST_HOURS:
                yield {
                    "kind": kind,
                    "rep_id": problem.person_ids[value.person] if value.person >= 0 else "",
                    "pool": problem.pools[value.pool],
                    "phase": problem.phases[value.phase],
                    "short_hours": value.short,
                    "saved_hours": value.saved,
                    "proved_hours": value.bound,
                    "reason": value.change,
                }


def _everybody_is_short(view: RoleView, best: RolePlan) -> bool:
    """Say whether hours are missing over all phases at once, where no training can help."""
    problem = view.under_plan_rules
    needed = int((problem.need_hours > 0).any(axis=0).sum())
    of_all = [
        proof.short_hours for proof in role_certificates(problem) if len(proof.phases) == needed
    ]
    return sum(of_all) >= GENERAL_SHARE * float(best.short_hours.sum())
