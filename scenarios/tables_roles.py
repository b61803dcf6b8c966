"""Tables of what people decided on roles: who must or may not hold what, and which pools help."""

from __future__ import annotations

from scenarios.table_spec import TableSpec, choice, number, text

MUST_HOLD, MAY_NOT_HOLD = "must_hold", "may_not_hold"

ROLE_RULES = TableSpec(
    name="role_rules",
    key=("rep_id", "phase", "rule"),
    required=False,
    description="Decisions taken by people on roles: what somebody holds in any plan, or in none.",
    columns=(
        text("rep_id", "the person", required=True),
        text("phase", "a phase of the process", required=True),
        choice("rule", (MUST_HOLD, MAY_NOT_HOLD), "in any plan, or in none", MUST_HOLD),
        text("reason", "why; shown in the plan", required=True),
    ),
)
HELPING = TableSpec(
    name="helping",
    key=("pool", "helps_pool"),
    required=False,
    description="Pools whose people may do field work in another pool. Without a row, field work "
    "stays in the own pool.",
    columns=(
        text("pool", "the pool that may help", required=True),
        text("helps_pool", "the pool helped", required=True),
        number("speed_factor", "ratio", "speed there, at home being 1", high=1, default=1.0),
    ),
)
