"""Rules on targets and pipeline: months in the horizon, pools that exist, nothing twice."""

from __future__ import annotations

from scenarios.horizon import horizon_months
from scenarios.review import Review, listed

_PERIOD = r"\d{4}(?:-(?:0[1-9]|1[0-2]))?"


def pools_have_reps(review: Review) -> None:
    """Targets, pipeline and universe belong to a pool that some rep is in, or to none."""
    pools = review.tables["reps"]["pool"].drop_duplicates().tolist()
    for table in ("targets", "pipeline", "universe"):
        column = review.tables[table]["pool"]
        rows = column.index[~column.isin(["", *pools])] if pools else column.index[:0]
        review.flag("pool_unknown", table, rows, "pool", f"pools are {listed(pools, 10)}")


def targets_lie_in_the_horizon(review: Review) -> None:
    """Targets are for months or years, and at least one of them is planned."""
    targets, months = review.tables["targets"], horizon_months(review.config)
    period = targets["month"]
    readable = period.str.fullmatch(_PERIOD) & (period != "")
    bad = targets.index[~readable & (period != "")]
    review.flag("target_month_unreadable", "targets", bad, "month", "write YYYY-MM or YYYY")
    inside = period.isin([*months, *(month[:4] for month in months)])
    outside = targets.index[readable & ~inside]
    message = f"the horizon is {months[0]} to {months[-1]}"
    review.flag("target_outside_horizon", "targets", outside, "month", message)
    if len(targets) and not inside.any():
        review.flag_whole("targets_missing", "targets", message, "month")


def targets_count_once(review: Review) -> None:
    """Refuse a month beside its year for the same segment and pool."""
    targets = review.tables["targets"]
    where = targets["segment"] + "\n" + targets["pool"]
    is_year = targets["month"].str.len() == 4
    years = set(where[is_year] + "\n" + targets["month"][is_year])
    own_year = where + "\n" + targets["month"].str[:4]
    rows = targets.index[~is_year & own_year.isin(years)]
    message = "the year has a target too"
    review.flag("target_counted_twice", "targets", rows, "month", message)


def pipeline_is_ready_in_time(review: Review) -> None:
    """Warn of pipeline that can be worked only after the horizon."""
    ready = review.tables["pipeline"]["ready_month"]
    last = horizon_months(review.config)[-1]
    rows = ready.index[(ready != "") & (ready > last)]
    message = f"the horizon ends with {last}"
    review.flag("pipeline_outside_horizon", "pipeline", rows, "ready_month", message)


RULES = (
    pools_have_reps,
    targets_lie_in_the_horizon,
    targets_count_once,
    pipeline_is_ready_in_time,
)
