"""The tables of a workspace: every column with its kind, unit and meaning, named once.

docs/data.md is generated from these specifications, and the reader and the checks follow them.
"""

from __future__ import annotations

from scenarios.table_spec import (
    BOOLEAN,
    DATE,
    INTEGER,
    LIST,
    MONTH,
    NUMBER,
    PERIOD,
    TEXT,
    ColumnSpec,
    TableSpec,
    choice,
    count,
    number,
    of_kind,
    text,
)
from scenarios.tables_history import ACTIVITIES, OPPORTUNITIES, UNIVERSE
from scenarios.tables_people import LAT, LEAVE, LON, OVERRIDES, REPS, SKILLS
from scenarios.tables_roles import HELPING, ROLE_RULES
from scenarios.tables_sourcing import SOURCING_TABLES

__all__ = [
    "BOOLEAN",
    "DATE",
    "INTEGER",
    "LIST",
    "MONTH",
    "NUMBER",
    "PERIOD",
    "TABLES",
    "TEXT",
    "ColumnSpec",
    "TableSpec",
]


SEGMENT = text("segment", "a segment of quartier.toml; empty: every segment")
POOL = text("pool", "a pool of reps; empty: shared among pools by their potential")

ACCOUNTS = TableSpec(
    name="accounts",
    key=("account_id",),
    required=False,
    bulk=True,
    description="Who is sold to. One row an account.",
    columns=(
        text("account_id", "unique id of the account in the CRM", required=True),
        text("name", "name shown in reports"),
        LAT,
        LON,
        text("unit_id", "the geographic unit it lies in; stands in for missing coordinates"),
        text("segment", "a segment of quartier.toml", required=True),
        number("potential_eur", "EUR/year", "what it could buy in a year"),
        number("revenue_eur", "EUR/year", "what it buys today"),
        text("owner", "rep_id of today's owner; empty: nobody"),
        of_kind("owner_since", DATE, "since when; longer tenure makes a move dearer"),
        of_kind("locked", BOOLEAN, "yes: stays with its owner"),
        text("lock_reason", "why it is locked; shown in the plan"),
        text("parent_id", "account_id of the parent, or a group's id"),
        text("group_id", "accounts with one group_id can be kept together by a rule"),
        of_kind("skills", LIST, "skills the rep must have"),
        text("language", "language the rep must speak"),
        number("workload_hours", "h/year", "field hours a year; empty: by the segment's visits"),
        number("engagement_score", "", "0..100 engagement with marketing", high=100),
        number("population", "inhabitants", "size of the place, for places"),
    ),
)
UNITS = TableSpec(
    name="units",
    key=("unit_id",),
    required=False,
    bulk=True,
    description="Geographic units: a point or a polygon (GeoJSON) each.",
    columns=(text("unit_id", "unique id", required=True), text("name", "name"), LAT, LON),
)
POTENTIALS = TableSpec(
    name="potentials",
    key=("account_id", "product", "month"),
    required=False,
    bulk=True,
    description="Potential by product or month; its sum fills an empty accounts.potential_eur.",
    columns=(
        text("account_id", "the account", required=True),
        text("product", "product or range"),
        of_kind("month", MONTH, "month; empty: the whole year"),
        number("potential_eur", "EUR/year", "potential", required=True),
    ),
)
PROCESS = TableSpec(
    name="process",
    key=("phase", "segment"),
    required=True,
    description="The phases in order, and how one turns into the next.",
    columns=(
        text("phase", "name of the phase", required=True),
        ColumnSpec(
            name="order", kind=INTEGER, minimum=1, required=True, description="1 is the first"
        ),
        SEGMENT,
        text("unit", "what is worked in the phase: prospect, opportunity", required=True),
        number("units_per_next", "units", "units of this phase per unit of the next, >= 1"),
        number("conversion", "ratio", "or: share that reaches the next phase", high=1),
        number("lag_months", "months", "months until the next phase works the unit", high=24),
        ColumnSpec(
            name="lag_shares",
            kind=LIST,
            unit="ratio",
            minimum=0,
            maximum=1,
            description="or: shares that pass after 0, 1, 2 .. months, adding up to 1",
        ),
        ColumnSpec(
            name="age_factors",
            kind=LIST,
            unit="ratio",
            minimum=0,
            maximum=100,
            description="worth of a pipeline unit 0, 1, 2 .. months old, a new one being 1; the "
            "last holds on",
        ),
        of_kind("territorial", BOOLEAN, "yes: needs travel and the pool's own people"),
        of_kind("documented", BOOLEAN, "yes: can be handed to a provider"),
    ),
)
ACTIVITY_NORMS = TableSpec(
    name="activity_norms",
    key=("phase", "activity", "segment"),
    required=True,
    description="Activities per unit of a phase and minutes each: counts, not conversions.",
    columns=(
        text("phase", "the phase", required=True),
        text("activity", "call, meeting, proposal", required=True),
        SEGMENT,
        number("activities_per_unit", "per unit", "how many per unit", required=True),
        number("minutes_per_activity", "min", "minutes each, preparation included", required=True),
    ),
)
TARGETS = TableSpec(
    name="targets",
    key=("month", "segment", "pool"),
    required=True,
    description="Revenue to win. A month, or a year that is spread by the seasonality.",
    columns=(
        of_kind("month", PERIOD, "YYYY-MM, or YYYY for a year", required=True),
        SEGMENT,
        POOL,
        number("revenue_eur", "EUR", "revenue to be won", required=True),
    ),
)
PIPELINE = TableSpec(
    name="pipeline",
    key=("phase", "segment", "pool", "ready_month", "age_months"),
    required=False,
    description="Units already in the funnel at the start, credited against the need.",
    columns=(
        text(
            "phase",
            "phase they are ready for; won: only the signature is missing",
            required=True,
        ),
        SEGMENT,
        POOL,
        of_kind("ready_month", MONTH, "month they can be worked; empty: the first"),
        count("age_months", "months", "months they have been in the phase; empty: 0"),
        number("units", "units", "how many", required=True),
    ),
)
RAMP = ColumnSpec(
    name="ramp",
    kind=LIST,
    unit="ratio",
    minimum=0,
    maximum=1,
    description="productive shares of the first months, e.g. 0.25|0.5|0.75; then 1",
)
HIRING = TableSpec(
    name="hiring",
    key=("offer_id",),
    required=False,
    description="People who could be hired.",
    columns=(
        text("offer_id", "unique id", required=True),
        text("role", "name of the role", required=True),
        of_kind("phases", LIST, "phases the hire does", required=True),
        of_kind("pools", LIST, "pools it may join; empty: all"),
        choice("contract", ("permanent", "fixed_term"), "how long they stay", "permanent"),
        count("term_months", "months", "length of a fixed term"),
        count(
            "renewal_months",
            "months",
            "months after which a fixed term goes on only where it is renewed, decided once the "
            "demand is known; empty: it goes on. Read by `quartier source`",
        ),
        number("cost_eur_per_month", "EUR/month", "loaded cost", required=True),
        number("recruiting_eur", "EUR", "cost of recruiting one, tools included"),
        count("lead_months", "months", "from decision to arrival"),
        RAMP,
        count("max_count", "persons", "most that can be hired", required=True),
        number("productivity", "1 = standard", "once ramped", high=3, default=1.0),
    ),
)
PROVIDERS = TableSpec(
    name="providers",
    key=("provider_id", "phase"),
    required=False,
    description="Outside sales forces; one row per phase offered, terms equal on its rows.",
    columns=(
        text("provider_id", "the provider", required=True),
        text("name", "name shown in reports"),
        text("phase", "a documented phase", required=True),
        choice("location", ("onshore", "nearshore", "offshore"), "where it works from"),
        of_kind("pools", LIST, "pools served in territorial phases; empty: all"),
        number("price_eur_per_hour", "EUR/h", "price of an hour", required=True),
        number("setup_eur", "EUR", "paid at each start"),
        number("retainer_eur_per_month", "EUR/month", "paid while it runs"),
        number("capacity_hours_per_month", "h/month", "most hours a month", required=True),
        count("min_term_months", "months", "shortest run"),
        count("lead_months", "months", "earliest start after the first month"),
        RAMP,
        number("quality", "ratio", "standard hours per bought hour", high=1.5, default=1.0),
        number("steering_hours_per_month", "h/month", "own hours to steer it"),
    ),
)
TABLES = {
    spec.name: spec
    for spec in (
        ACCOUNTS,
        UNITS,
        POTENTIALS,
        REPS,
        LEAVE,
        SKILLS,
        ROLE_RULES,
        HELPING,
        PROCESS,
        ACTIVITY_NORMS,
        TARGETS,
        PIPELINE,
        HIRING,
        PROVIDERS,
        *SOURCING_TABLES,
        OVERRIDES,
        UNIVERSE,
        OPPORTUNITIES,
        ACTIVITIES,
    )
}
