"""Tables of people, and of the decisions people took."""

from __future__ import annotations

from scenarios.table_spec import (
    BOOLEAN,
    DATE,
    LIST,
    ColumnSpec,
    TableSpec,
    choice,
    count,
    number,
    of_kind,
    text,
)

ASSIGN, KEEP, BAN = "assign", "keep", "ban"
PAID, OTHER = "paid", "other"
RULE = "empty: by [territory]"
CALENDAR, CAPACITY = "empty: by [calendar]", "empty: by [capacity]"
LAT = number("lat_deg", "deg", "latitude, WGS 84", low=-90, high=90)
LON = number("lon_deg", "deg", "longitude, WGS 84", low=-180, high=180)

REPS = TableSpec(
    name="reps",
    key=("rep_id",),
    required=True,
    description="The people. Field reps hold territories.",
    columns=(
        text("rep_id", "unique id", required=True),
        text("name", "name shown in reports"),
        text("pool", "team whose work they share", required=True),
        choice("kind", ("field", "inside", "both"), "field and both hold territories", "both"),
        LAT,
        LON,
        number("fte", "full-time equivalent", "part time below 1", high=1, default=1.0),
        number("cost_eur_per_year", "EUR/year", "loaded cost of the person"),
        of_kind("start_date", DATE, "first day; empty: already here"),
        of_kind("end_date", DATE, "last day; empty: stays"),
        text("seniority", "junior, confirmed, senior"),
        number("max_travel_km", "km", "farthest account, great circle; empty: no limit"),
        of_kind("segments", LIST, "segments they may serve; empty: all"),
        of_kind("languages", LIST, "languages they speak; empty: any"),
        of_kind("skills", LIST, "skills that accounts may ask for"),
        of_kind("current_phases", LIST, "phases they hold today"),
        of_kind("frozen", BOOLEAN, "yes: keeps all accounts and gets no others"),
        of_kind("vacant", BOOLEAN, "yes: nobody yet; the plan proposes the home"),
        count("min_accounts", "accounts", f"fewest accounts held; {RULE}"),
        count("max_accounts", "accounts", f"most accounts held; {RULE}"),
        count("max_given_accounts", "accounts", f"most accounts taken away; {RULE}"),
        count("max_taken_accounts", "accounts", f"most accounts of others received; {RULE}"),
        number("max_given_revenue_eur", "EUR/year", f"most revenue taken away; {RULE}"),
        number("max_taken_revenue_eur", "EUR/year", f"most revenue of others received; {RULE}"),
        text("country", f"ISO 3166 alpha-3 of their public holidays; {CALENDAR}"),
        text("subdivision", f"region of that country, by code or name; {CALENDAR}"),
        number("contract_hours_per_week", "h/week", f"of full time; {CALENDAR}", high=80),
        number("leave_days_per_year", "days/year", f"paid leave; {CALENDAR}", high=366),
        number("absence_share", "ratio", f"days lost to sickness; {CAPACITY}", high=1),
        number("selling_share", "ratio", f"of the hours present; {CAPACITY}", high=1),
        ColumnSpec(
            name="ramp",
            kind=LIST,
            unit="ratio",
            minimum=0,
            maximum=1,
            description=f"productive shares of the first months after start_date; {CAPACITY}",
        ),
    ),
)
LEAVE = TableSpec(
    name="leave",
    key=("rep_id", "first_day"),
    required=False,
    description="Leave that is known by its dates. Paid leave counts towards the days of the year; "
    "what is left of them is spread by [calendar] leave_profile.",
    columns=(
        text("rep_id", "the person", required=True),
        of_kind("first_day", DATE, "first day away", required=True),
        of_kind("last_day", DATE, "last day away", required=True),
        choice("kind", (PAID, OTHER), "paid leave of the year, or on top of it", PAID),
        text("reason", "why, e.g. parental leave"),
    ),
)
SKILLS = TableSpec(
    name="skills",
    key=("rep_id", "phase"),
    required=True,
    description="What a person can do and likes to do. No row: cannot do the phase.",
    columns=(
        text("rep_id", "the person", required=True),
        text("phase", "a phase of the process", required=True),
        number("productivity", "1 = standard", "standard hours per hour", high=3, default=1.0),
        number("preference", "0..1", "appetite for the phase", high=1, default=0.5),
    ),
)
OVERRIDES = TableSpec(
    name="overrides",
    key=("account_id", "rep_id", "kind"),
    required=False,
    description="Decisions taken by people: which rep an account goes to, stays with, never gets.",
    columns=(
        text("account_id", "the account", required=True),
        text("rep_id", "the rep", required=True),
        choice("kind", (ASSIGN, KEEP, BAN), "goes to, stays with, or never gets", ASSIGN),
        text("reason", "why", required=True),
        text("author", "who decided"),
        of_kind("expires", DATE, "no longer valid after this day"),
    ),
)
