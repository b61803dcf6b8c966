"""Rules on roles: decisions that name what exists, contradict nothing and can be kept."""

from __future__ import annotations

import pandas as pd

from scenarios.review import Review, listed
from scenarios.role_rules import allowed_skills, most_phases
from scenarios.seats import able_in_field
from scenarios.tables_roles import MAY_NOT_HOLD, MUST_HOLD


def role_rules_name_reps(review: Review) -> None:
    """Refuse rules on people who are not among the reps."""
    rules, reps = review.tables["role_rules"], review.tables["reps"]
    if reps.empty:
        return
    unknown = rules.index[~rules["rep_id"].isin(["", *reps["rep_id"]])]
    review.flag("role_rule_rep_unknown", "role_rules", unknown, "rep_id", "no rep has this id")


def role_rules_contradict_nothing(review: Review) -> None:
    """Refuse a phase that one person must and may not hold."""
    rules = review.tables["role_rules"]
    kinds = rules.groupby(["rep_id", "phase"])["rule"].transform("nunique")
    rows = rules.index[(kinds > 1) & (rules["rule"] == MAY_NOT_HOLD)]
    message = "another row says that the person must hold it"
    review.flag("role_rule_clash", "role_rules", rows, "rule", message)


def pins_fit_into_a_role(review: Review) -> None:
    """Refuse more phases somebody must hold than anybody may hold."""
    limit = most_phases(review.config)
    rules = review.tables["role_rules"]
    pins = rules[rules["rule"] == MUST_HOLD]
    place = pins.groupby("rep_id").cumcount()
    counts = pins["rep_id"].map(pins["rep_id"].value_counts())
    rows = pins.index[place == limit]
    messages = [f"{counts[row]} phases must be held, the limit is {limit}" for row in rows]
    review.flag("role_rule_above_limit", "role_rules", rows, "phase", messages)


def rules_meet_skills(review: Review) -> None:
    """Refuse pins on what somebody cannot do; warn of bans of it, which change nothing."""
    rules, skills = review.tables["role_rules"], review.tables["skills"]
    phases = review.tables["process"]["phase"]
    known = rules["rep_id"].isin(review.tables["reps"]["rep_id"]) & rules["phase"].isin(phases)
    speed = skills["productivity"].fillna(1.0)
    least = review.config.roles.least_speed
    able = skills[(speed > 0) & (speed >= least)]
    pairs = pd.Series(_pairs(rules), index=rules.index, dtype=object)
    unable = known & ~pairs.isin(_pairs(able))
    slow = pairs.isin(_pairs(skills[speed > 0]))
    is_pin = rules["rule"] == MUST_HOLD
    rows = rules.index[unable & is_pin]
    messages = [
        f"slower than least_speed, {least:g}" if slow[row] else "no skill above 0 is given"
        for row in rows
    ]
    review.flag("role_rule_unable", "role_rules", rows, "phase", messages)
    rows = rules.index[unable & ~is_pin]
    review.flag("role_rule_idle", "role_rules", rows, "phase", "the person cannot do it anyway")


def rules_leave_reps_in_the_field(review: Review) -> None:
    """Warn of field reps whose rules leave them no phase in the field."""
    reps, tables = review.tables["reps"], review.tables
    before = able_in_field(reps, tables["process"], tables["skills"])
    after = able_in_field(reps, tables["process"], allowed_skills(tables, review.config))
    rows = reps.index[before & ~after & (reps["kind"] == "field")]
    message = "role rules and least_speed leave no phase in the field"
    review.flag("role_rule_ends_territory", "reps", rows, "kind", message)


def pools_that_help_exist(review: Review) -> None:
    """Refuse help from or for a pool that nobody is in, and of a pool for itself."""
    helping = review.tables["helping"]
    pools = review.tables["reps"]["pool"].drop_duplicates().tolist()
    for column in ("pool", "helps_pool"):
        names = helping[column]
        rows = names.index[~names.isin(["", *pools])] if pools else names.index[:0]
        review.flag("pool_unknown", "helping", rows, column, f"pools are {listed(pools, 10)}")
    own = helping.index[(helping["pool"] == helping["helps_pool"]) & (helping["pool"] != "")]
    review.flag("helping_itself", "helping", own, "helps_pool", "a pool always does its own work")


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["rep_id"], frame["phase"], strict=True))


RULES = (
    role_rules_name_reps,
    role_rules_contradict_nothing,
    pins_fit_into_a_role,
    rules_meet_skills,
    rules_leave_reps_in_the_field,
    pools_that_help_exist,
)
