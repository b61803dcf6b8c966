"""`quartier bench`: measure the solvers on made sizes, real places and published instances."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.bench_options import (
    ENDLESS,
    Best,
    Distance,
    Effort,
    Files,
    Gap,
    Json,
    Peer,
    Seconds,
    Seed,
    Sense,
    Solutions,
    Workers,
)
from flows.bench_staffing import staffing
from flows.exits import FINDINGS, INTERRUPTED, PLANNED, REJECTED, write, write_json
from flows.progress import Listener, say, stop_on_interrupt, tell_compiling
from optimizer.result import Options
from scenarios.errors import UsageError

if TYPE_CHECKING:
    from benchmarks.published import Case
    from benchmarks.runs import Watched
    from benchmarks.table import Columns

Row = dict[str, Any]

bench = typer.Typer(
    no_args_is_help=True,
    help="Measure the solvers: value, proven bound, gap, seconds and memory, beside peers.",
)
bench.command()(staffing)


@bench.command()
def territory(
    *,
    size: Annotated[
        list[str] | None, typer.Option(help="UNITSxSEATS, may be repeated", metavar="NxM")
    ] = None,
    places: Annotated[
        list[str] | None, typer.Option(help="real places, such as us50; may be repeated")
    ] = None,
    places_file: Annotated[
        Path | None,
        typer.Option(help="Parquet with columns country, lat, lon and population"),
    ] = None,
    contiguous: Annotated[
        bool, typer.Option("--contiguous", help="territories must be connected")
    ] = False,
    workload: Annotated[
        bool, typer.Option("--workload-only", help="balance workload, not potential")
    ] = False,
    communes: Annotated[
        Path | None, typer.Option(help="CSV of communes to draw the accounts from")
    ] = None,
    seconds: Seconds = 60.0,
    seed: Seed = 1,
    effort: Effort = None,
    workers: Workers = 2,
    gap: Gap = 0.0,
    peer: Peer = False,
    as_json: Json = False,
) -> None:
    """Measure territories of made or real accounts; every plan is checked independently."""
    from benchmarks import territory as cases
    from benchmarks.places import PlacesError
    from benchmarks.table import TERRITORY

    sizes = size or ([] if places else list(cases.DEFAULT_SIZES))
    try:
        instances = [cases.sized(text, seed, communes, contiguous) for text in sizes]
        instances += [cases.placed(name, seed, places_file) for name in places or []]
    except (cases.SizeError, PlacesError) as error:
        raise UsageError(str(error)) from error
    if workload:
        instances = [cases.workload_only(instance) for instance in instances]
    options = _options(seconds, seed, effort, gap, workers)
    _measure(
        "territory",
        options,
        TERRITORY,
        as_json,
        lambda watched: cases.measure_all(instances, options, peer, watched),
    )


@bench.command()
def gap(
    files: Files,
    *,
    seconds: Seconds = 60.0,
    seed: Seed = 1,
    effort: Effort = None,
    workers: Workers = 2,
    gap: Gap = 0.0,
    sense: Annotated[Sense, typer.Option(help="least or greatest cost")] = Sense.MIN,
    solutions: Solutions = None,
    best: Best = None,
    peer: Peer = False,
    as_json: Json = False,
) -> None:
    """Solve generalised assignment instances: agents are seats, jobs are units."""
    from benchmarks.published_gap import gap_case

    cases = _read(files, lambda path: gap_case(path, best, sense.value), as_json)
    options = _options(seconds, seed, effort, gap, workers)
    _solve("gap", cases, options, solutions, peer, as_json)


@bench.command()
def cpmp(
    files: Files,
    *,
    seconds: Seconds = 60.0,
    seed: Seed = 1,
    effort: Effort = None,
    workers: Workers = 2,
    gap: Gap = 0.0,
    distance: Annotated[
        Distance | None, typer.Option(help="distances (default: as the table says, else euclid)")
    ] = None,
    solutions: Solutions = None,
    best: Best = None,
    peer: Peer = False,
    as_json: Json = False,
) -> None:
    """Solve capacitated p-median instances: p seats with free sites."""
    from benchmarks.published_cpmp import medians_case

    kind = distance.value if distance else None
    cases = _read(files, lambda path: medians_case(path, best, kind), as_json)
    options = _options(seconds, seed, effort, gap, workers)
    _solve("cpmp", cases, options, solutions, peer, as_json)


@bench.command()
def ctdp(
    files: Files,
    *,
    seconds: Seconds = 60.0,
    seed: Seed = 1,
    effort: Effort = None,
    workers: Workers = 2,
    gap: Gap = 0.0,
    solutions: Solutions = None,
    best: Best = None,
    peer: Peer = False,
    as_json: Json = False,
) -> None:
    """Solve commercial territory design: connected districts, three balanced activities."""
    from benchmarks.published_ctdp import design_case

    cases = _read(files, lambda path: design_case(path, best), as_json)
    options = _options(seconds, seed, effort, gap, workers)
    _solve("ctdp", cases, options, solutions, peer, as_json)


@bench.command()
def county(
    files: Files,
    *,
    seconds: Seconds = 60.0,
    seed: Seed = 1,
    effort: Effort = None,
    workers: Workers = 2,
    gap: Gap = 0.0,
    any_shape: Annotated[
        bool, typer.Option("--any-shape", help="districts need not be connected")
    ] = False,
    solutions: Solutions = None,
    best: Best = None,
    peer: Peer = False,
    as_json: Json = False,
) -> None:
    """Solve county districting: connected districts with population limits."""
    from benchmarks.published_county import counties_case

    cases = _read(files, lambda path: counties_case(path, best, not any_shape), as_json)
    options = _options(seconds, seed, effort, gap, workers)
    _solve("county", cases, options, solutions, peer, as_json)


def _read(files: list[Path], read: Callable[[Path], Case], as_json: bool) -> list[Case]:
    """Read all instances before the first is solved; name every one that is broken."""
    from benchmarks.best_known import TableError
    from benchmarks.published import InstanceError

    cases: list[Case] = []
    faults: list[str] = []
    for path in files:
        try:
            cases.append(read(path))
        except (InstanceError, TableError) as error:
            faults.append(str(error))
    for fault in faults:
        say(f"quartier: {fault}")
    if faults:
        if as_json:
            write_json({"faults": faults})
        raise typer.Exit(FINDINGS)
    return cases


def _solve(
    suite: str,
    cases: list[Case],
    options: Options,
    solutions: Path | None,
    peer: bool,
    as_json: bool,
) -> None:
    from benchmarks.runs import run_all
    from benchmarks.table import PUBLISHED

    if solutions is not None:
        # A folder that cannot be made is better known before the solves than after.
        solutions.mkdir(parents=True, exist_ok=True)
    _measure(
        suite,
        options,
        PUBLISHED,
        as_json,
        lambda watched: run_all(cases, options, watched, solutions, peer),
    )


def _options(seconds: float, seed: int, effort: int | None, gap: float, workers: int) -> Options:
    """Return options; without an effort the seconds are the only limit."""
    rounds = ENDLESS if effort is None else effort
    return Options(seconds=seconds, seed=seed, effort=rounds, gap=gap, workers=workers)


def _measure(
    suite: str,
    options: Options,
    columns: Columns,
    as_json: bool,
    measure: Callable[[Watched], Iterator[Row]],
) -> None:
    """Print rows as they come, or all of them as JSON; Ctrl-C keeps what was measured."""
    from benchmarks.runs import Watched

    rows: list[Row] = []
    broken_off = False
    with Listener(quiet=as_json) as listener, stop_on_interrupt() as cancelled:
        found = measure(Watched(on_progress=listener, cancelled=cancelled))
        try:
            for row in _shown(found, columns, as_json):
                rows.append(row)
                if cancelled():
                    break
        except KeyboardInterrupt:
            broken_off = True
    if as_json:
        limits = {"seconds": options.seconds, "seed": options.seed, "workers": options.workers}
        write_json({"suite": suite, **limits, "rows": rows})
    else:
        tell_compiling()
    stopped = cancelled() or broken_off
    sys.exit(INTERRUPTED if stopped else _exit_code(rows))


def _shown(rows: Iterable[Row], columns: Columns, as_json: bool) -> Iterator[Row]:
    from benchmarks.table import head, line

    if not as_json:
        write(head(columns))
    for row in rows:
        if not as_json:
            write(line(row, columns))
        yield row


def _exit_code(rows: list[Row]) -> int:
    """Return 5 when a plan of ours breaks a rule it did not own up to."""
    from benchmarks.runs import SOLVER

    wrong = any(row["violations"] for row in rows if row["solver"] == SOLVER)
    return REJECTED if wrong else PLANNED
