"""The tables of a workspace: every column with its kind, unit and meaning, named once.

docs/data.md is generated from these specifications, and the reader and the checks follow them.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT, NUMBER, INTEGER, BOOLEAN, DATE, MONTH, PERIOD, LIST = (
    "text",
    "number",
    "integer",
    "boolean",
    "date",
    "month",
    "period",
    "list",
)
"""Kinds. A list is written with `|` between items; a month is YYYY-MM, a date YYYY-MM-DD, a
period a month or a year YYYY."""


@dataclass(frozen=True, kw_only=True)
class ColumnSpec:
    """Describe one column; limits are inclusive and in `unit`.

    `default` stands where a cell is empty. A list with a unit holds numbers, and the limits are
    those of its items.
    """

    name: str
    kind: str = TEXT
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    default: float | str | None = None
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """Describe one table; `key` columns identify a row, `required` tables must be there.

    In a `bulk` table a row is one case among thousands, so a bad one is set aside and listed; in
    the others every row is a rule or a person, so a bad one must be mended first.
    """

    name: str
    key: tuple[str, ...]
    required: bool
    description: str
    columns: tuple[ColumnSpec, ...]
    bulk: bool = False

    def column(self, name: str) -> ColumnSpec:
        """Return the column called `name`; KeyError when there is none."""
        return {c.name: c for c in self.columns}[name]


def _text(name: str, description: str, *, required: bool = False) -> ColumnSpec:
    return ColumnSpec(name=name, required=required, description=description)


def _number(
    name: str,
    unit: str,
    description: str,
    *,
    low: float | None = 0.0,
    high: float | None = None,
    default: float | None = None,
    required: bool = False,
) -> ColumnSpec:
    return ColumnSpec(
        name=name,
        kind=NUMBER,
        unit=unit,
        minimum=low,
        maximum=high,
        default=default,
        required=required,
        description=description,
    )


def _of(name: str, kind: str, description: str, *, required: bool = False) -> ColumnSpec:
    return ColumnSpec(name=name, kind=kind, required=required, description=description)


def _count(name: str, unit: str, description: str, *, required: bool = False) -> ColumnSpec:
    return ColumnSpec(
        name=name, kind=INTEGER, unit=unit, minimum=0, required=required, description=description
    )


def _choice(
    name: str, choices: tuple[str, ...], description: str, default: str | None = None
) -> ColumnSpec:
    return ColumnSpec(name=name, choices=choices, default=default, description=description)


LAT = _number("lat_deg", "deg", "latitude, WGS 84", low=-90, high=90)
LON = _number("lon_deg", "deg", "longitude, WGS 84", low=-180, high=180)
SEGMENT = _text("segment", "a segment of quartier.toml; empty: every segment")
POOL = _text("pool", "a pool of reps; empty: shared among pools by their potential")

ACCOUNTS = TableSpec(
    name="accounts",
    key=("account_id",),
    required=False,
    bulk=True,
    description="Who is sold to. One row an account.",
    columns=(
        _text("account_id", "unique id of the account in the CRM", required=True),
        _text("name", "name shown in reports"),
        LAT,
        LON,
        _text("unit_id", "the geographic unit it lies in; stands in for missing coordinates"),
        _text("segment", "a segment of quartier.toml", required=True),
        _number("potential_eur", "EUR/year", "what it could buy in a year"),
        _number("revenue_eur", "EUR/year", "what it buys today; weighs the cost of a move"),
        _text("owner", "rep_id of today's owner; empty: nobody"),
        _of("owner_since", DATE, "since when; longer tenure makes a move dearer"),
        _of("locked", BOOLEAN, "yes: stays with its owner"),
        _text("parent_id", "account_id of the parent, or a group's id"),
        _text("group_id", "accounts with one group_id can be kept together by a rule"),
        _of("skills", LIST, "skills the rep must have"),
        _text("language", "language the rep must speak"),
        _number("workload_hours", "h/year", "field hours a year; empty: by the segment's visits"),
        _number("engagement_score", "", "0..100 engagement with marketing", high=100),
        _number("population", "inhabitants", "size of the place, for places"),
    ),
)
UNITS = TableSpec(
    name="units",
    key=("unit_id",),
    required=False,
    bulk=True,
    description="Geographic units: a point or a polygon (GeoJSON) each.",
    columns=(_text("unit_id", "unique id", required=True), _text("name", "name"), LAT, LON),
)
POTENTIALS = TableSpec(
    name="potentials",
    key=("account_id", "product", "month"),
    required=False,
    bulk=True,
    description="Potential by product or month; its sum fills an empty accounts.potential_eur.",
    columns=(
        _text("account_id", "the account", required=True),
        _text("product", "product or range"),
        _of("month", MONTH, "month; empty: the whole year"),
        _number("potential_eur", "EUR/year", "potential", required=True),
    ),
)
REPS = TableSpec(
    name="reps",
    key=("rep_id",),
    required=True,
    description="The people. Field reps hold territories.",
    columns=(
        _text("rep_id", "unique id", required=True),
        _text("name", "name shown in reports"),
        _text("pool", "team whose work they share", required=True),
        _choice("kind", ("field", "inside", "both"), "field and both hold territories", "both"),
        LAT,
        LON,
        _number("fte", "full-time equivalent", "part time below 1", high=1, default=1.0),
        _number("cost_eur_per_year", "EUR/year", "loaded cost of the person"),
        _of("start_date", DATE, "first day; empty: already here"),
        _of("end_date", DATE, "last day; empty: stays"),
        _text("seniority", "junior, confirmed, senior"),
        _number("max_travel_km", "km", "farthest account, great circle; empty: no limit"),
        _of("segments", LIST, "segments they may serve; empty: all"),
        _of("languages", LIST, "languages they speak; empty: any"),
        _of("skills", LIST, "skills that accounts may ask for"),
        _of("current_phases", LIST, "phases they hold today"),
    ),
)
SKILLS = TableSpec(
    name="skills",
    key=("rep_id", "phase"),
    required=True,
    description="What a person can do and likes to do. No row: cannot do the phase.",
    columns=(
        _text("rep_id", "the person", required=True),
        _text("phase", "a phase of the process", required=True),
        _number("productivity", "1 = standard", "standard hours per hour", high=3, default=1.0),
        _number("preference", "0..1", "appetite for the phase", high=1, default=0.5),
    ),
)
PROCESS = TableSpec(
    name="process",
    key=("phase", "segment"),
    required=True,
    description="The phases in order, and how one turns into the next.",
    columns=(
        _text("phase", "name of the phase", required=True),
        ColumnSpec(
            name="order", kind=INTEGER, minimum=1, required=True, description="1 is the first"
        ),
        SEGMENT,
        _text("unit", "what is worked in the phase: prospect, opportunity", required=True),
        _number("units_per_next", "units", "units of this phase per unit of the next, >= 1"),
        _number("conversion", "ratio", "or: share that reaches the next phase", high=1),
        _number("lag_months", "months", "months until the next phase works the unit", high=24),
        _of("territorial", BOOLEAN, "yes: needs travel and the pool's own people"),
        _of("documented", BOOLEAN, "yes: can be handed to a provider"),
    ),
)
ACTIVITY_NORMS = TableSpec(
    name="activity_norms",
    key=("phase", "activity", "segment"),
    required=True,
    description="Activities per unit of a phase and minutes each: counts, not conversions.",
    columns=(
        _text("phase", "the phase", required=True),
        _text("activity", "call, meeting, proposal", required=True),
        SEGMENT,
        _number("activities_per_unit", "per unit", "how many per unit", required=True),
        _number("minutes_per_activity", "min", "minutes each, preparation included", required=True),
    ),
)
TARGETS = TableSpec(
    name="targets",
    key=("month", "segment", "pool"),
    required=True,
    description="Revenue to win. A month, or a year that is spread by the seasonality.",
    columns=(
        _of("month", PERIOD, "YYYY-MM, or YYYY for a year", required=True),
        SEGMENT,
        POOL,
        _number("revenue_eur", "EUR", "revenue to be won", required=True),
    ),
)
PIPELINE = TableSpec(
    name="pipeline",
    key=("phase", "segment", "pool", "ready_month"),
    required=False,
    description="Units already in the funnel at the start, credited against the need.",
    columns=(
        _text("phase", "phase in which the units are ready to be worked", required=True),
        SEGMENT,
        POOL,
        _of("ready_month", MONTH, "month they can be worked; empty: the first"),
        _number("units", "units", "how many", required=True),
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
        _text("offer_id", "unique id", required=True),
        _text("role", "name of the role", required=True),
        _of("phases", LIST, "phases the hire does", required=True),
        _of("pools", LIST, "pools it may join; empty: all"),
        _choice("contract", ("permanent", "fixed_term"), "how long they stay", "permanent"),
        _count("term_months", "months", "length of a fixed term"),
        _number("cost_eur_per_month", "EUR/month", "loaded cost", required=True),
        _number("recruiting_eur", "EUR", "cost of recruiting one, tools included"),
        _count("lead_months", "months", "from decision to arrival"),
        RAMP,
        _count("max_count", "persons", "most that can be hired", required=True),
        _number("productivity", "1 = standard", "once ramped", high=3, default=1.0),
    ),
)
PROVIDERS = TableSpec(
    name="providers",
    key=("provider_id", "phase"),
    required=False,
    description="Outside sales forces; one row per phase offered, terms equal on its rows.",
    columns=(
        _text("provider_id", "the provider", required=True),
        _text("name", "name shown in reports"),
        _text("phase", "a documented phase", required=True),
        _choice("location", ("onshore", "nearshore", "offshore"), "where it works from"),
        _of("pools", LIST, "pools served in territorial phases; empty: all"),
        _number("price_eur_per_hour", "EUR/h", "price of an hour", required=True),
        _number("setup_eur", "EUR", "paid at each start"),
        _number("retainer_eur_per_month", "EUR/month", "paid while it runs"),
        _number("capacity_hours_per_month", "h/month", "most hours a month", required=True),
        _count("min_term_months", "months", "shortest run"),
        _count("lead_months", "months", "earliest start after the first month"),
        RAMP,
        _number("quality", "ratio", "standard hours per bought hour", high=1.5, default=1.0),
        _number("steering_hours_per_month", "h/month", "own hours to steer it"),
    ),
)
OVERRIDES = TableSpec(
    name="overrides",
    key=("account_id", "rep_id"),
    required=False,
    description="Decisions taken by people: this account goes to this rep.",
    columns=(
        _text("account_id", "the account", required=True),
        _text("rep_id", "its rep", required=True),
        _text("reason", "why", required=True),
        _text("author", "who decided"),
        _of("expires", DATE, "no longer valid after this day"),
    ),
)

TABLES = {
    spec.name: spec
    for spec in (
        ACCOUNTS,
        UNITS,
        POTENTIALS,
        REPS,
        SKILLS,
        PROCESS,
        ACTIVITY_NORMS,
        TARGETS,
        PIPELINE,
        HIRING,
        PROVIDERS,
        OVERRIDES,
    )
}
