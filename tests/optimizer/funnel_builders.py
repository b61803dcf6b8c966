"""Build small funnels: a test states only what matters to it."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from optimizer.funnel import ActivityNorm, FunnelProblem, Pipeline, Stage

F = Fraction


def article(**changes: Any) -> FunnelProblem:
    """Return the worked example of the action plan: 90,000 a month at 30,000 a deal."""
    problem: dict[str, Any] = {
        "stages": (
            Stage(phase="prospecting", unit="prospect", units_per_next=F(20)),
            Stage(phase="appointment", unit="opportunity", units_per_next=F(1)),
            Stage(phase="meeting", unit="opportunity", units_per_next=F(1)),
            Stage(phase="proposal", unit="opportunity", units_per_next=F(4)),
        ),
        "norms": (
            ActivityNorm(phase="prospecting", activity="call", per_unit=F(3), minutes=F(5)),
            ActivityNorm(phase="appointment", activity="call", per_unit=F(8), minutes=F(15)),
            ActivityNorm(phase="meeting", activity="meeting", per_unit=F(1), minutes=F(120)),
            ActivityNorm(phase="proposal", activity="proposal", per_unit=F(2), minutes=F(120)),
        ),
        "deals_by_month": (F(90_000, 30_000),),
    }
    return FunnelProblem(**(problem | changes))


def chain(
    *,
    per_next: tuple[Any, ...] = (2, 3),
    lags: tuple[Any, ...] = (0, 0),
    deals: tuple[Any, ...] = (1,),
    pipeline: tuple[Pipeline, ...] = (),
) -> FunnelProblem:
    """Return phases "p0", "p1" ... of one hour a unit each."""
    stages = tuple(
        Stage(phase=f"p{i}", unit=f"u{i}", units_per_next=F(n), lag_months=F(lag))
        for i, (n, lag) in enumerate(zip(per_next, lags, strict=True))
    )
    norms = tuple(
        ActivityNorm(phase=s.phase, activity="task", per_unit=F(1), minutes=F(60)) for s in stages
    )
    wanted = tuple(F(d) for d in deals)
    return FunnelProblem(stages=stages, norms=norms, deals_by_month=wanted, pipeline=pipeline)


quarters = st.integers(0, 12).map(lambda n: F(n, 4))


@st.composite
def funnels(draw: st.DrawFn, *, whole_lags: bool = False, pipeline: bool = True) -> FunnelProblem:
    """Draw funnels of 1 to 4 phases over 1 to 6 months, lags and pipeline included."""
    size = draw(st.integers(1, 4))
    months = draw(st.integers(1, 6))
    lags = st.integers(0, 2) if whole_lags else st.integers(0, 9).map(lambda n: F(n, 4))
    lots = st.builds(
        Pipeline,
        phase=st.sampled_from([*(f"p{i}" for i in range(size)), "won"]),
        units=quarters,
        month=st.integers(0, months),
    )
    return chain(
        per_next=tuple(draw(st.integers(2, 10)) / F(2) for _ in range(size)),
        lags=tuple(draw(lags) for _ in range(size)),
        deals=tuple(draw(quarters) for _ in range(months)),
        pipeline=tuple(draw(st.lists(lots, max_size=4))) if pipeline else (),
    )
