"""`quartier bench staffing`: measure who holds which phases, on made teams of any size."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.bench_options import Effort, Json, Peer, Seconds, Seed, Workers
from optimizer.result import Options

if TYPE_CHECKING:
    from benchmarks.runs import Watched


class StaffingCase(StrEnum):
    """Name what is measured."""

    ROLES = "roles"


def staffing(
    *,
    case: Annotated[StaffingCase, typer.Option(help="what to measure")] = StaffingCase.ROLES,
    load: Annotated[
        list[float] | None, typer.Option(min=0.1, help="work over hours, may be repeated")
    ] = None,
    persons: Annotated[int, typer.Option(min=1)] = 200,
    phases: Annotated[int, typer.Option(min=1, max=9)] = 6,
    pools: Annotated[int, typer.Option(min=1)] = 20,
    goals: Annotated[bool, typer.Option("--goals", help="also go through all goals")] = False,
    seconds: Seconds = 60.0,
    seed: Seed = 1,
    effort: Effort = None,
    workers: Workers = 2,
    gap: Annotated[float, typer.Option(min=0, help="stop at this share of the work")] = 1e-3,
    peer: Peer = False,
    as_json: Json = False,
) -> None:
    """Measure roles: hours short, what is proved, seconds, memory; every plan is checked."""
    from benchmarks.staffing import LOADS, ROLES, measure_roles
    from benchmarks.staffing_instances import RoleSize
    from flows.bench import _measure

    sizes = [
        RoleSize(persons=persons, phases=phases, pools=pools, load=each) for each in load or LOADS
    ]
    options = Options(seconds=seconds, effort=effort, gap=gap, seed=1, workers=workers)

    def rows(watched: Watched) -> Iterator[dict[str, Any]]:
        return measure_roles(sizes, [seed], options, watched, goals=goals, peers=peer)

    _measure(case.value, options, ROLES, as_json, rows)
