"""The command line: arguments in, one call each, exit codes out."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.bench import bench
from flows.calibrate import calibrate
from flows.exits import (
    FINDINGS,
    INTERRUPTED,
    NO_PLAN,
    PLANNED,
    REJECTED,
    USAGE,
    end_process,
    keep_stdout_ours,
    settle_streams,
    still_solving,
    write,
    write_json,
)
from flows.progress import Listener, say, stop_on_interrupt
from flows.source import source
from optimizer.result import SolverError
from scenarios.errors import InputError, QuartierError, UsageError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Plan territories, roles and sourcing together, with a proven gap and a reason "
    "for every move.",
)
app.add_typer(bench, name="bench")

Folder = Annotated[Path, typer.Argument(help="folder of the workspace", metavar="DIR")]
Run = Annotated[str, typer.Argument(help="run id, its start, or 'latest'", metavar="RUN")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object on stdout")]
Seconds = Annotated[
    float | None, typer.Option(min=1, help="wall-clock limit of each solver (default: the rules')")
]
Seed = Annotated[int, typer.Option(min=0, help="seed of the searches")]


class Template(StrEnum):
    """Name the shipped workspace templates."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class Subject(StrEnum):
    """Name what can be explained."""

    ACCOUNT = "account"
    REP = "rep"
    PHASE = "phase"


@app.command()
def init(
    folder: Folder,
    template: Annotated[Template, typer.Option(help="sales process to start from")] = (
        Template.OUTBOUND
    ),
) -> None:
    """Write a workspace to fill in: tables with example rows and a commented quartier.toml."""
    from scenarios.starter import write_starter

    for name in write_starter(template.value, folder):
        say(f"  {folder / name}")
    say(f"Next: put your own rows in, then run: quartier check {folder}")


@app.command()
def check(
    folder: Folder,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(min=1, help="findings shown for each code")] = 5,
) -> None:
    """List every defect of the input: file, row, column, remedy. Exit 3 if any is an error."""
    from reports.text import findings_json, findings_table
    from scenarios.read import load_workspace

    workspace = load_workspace(folder)
    if as_json:
        write_json(
            {
                "workspace": workspace.config.workspace.name,
                "rows_read": dict(workspace.rows_read),
                "rows_planned": {name: len(frame) for name, frame in workspace.tables.items()},
                "rows_set_aside": len(workspace.set_aside),
                "sources": dict(workspace.sources),
                "findings": findings_json(workspace.findings),
            }
        )
    else:
        write(findings_table(workspace.findings, limit))
    if workspace.has_errors:
        raise typer.Exit(FINDINGS)


app.command()(calibrate)


@app.command()
def plan(
    folder: Folder,
    scenario: Annotated[str, typer.Option(help="scenario to lay over the workspace")] = "base",
    seconds: Seconds = None,
    seed: Seed = 1,
    adopt: Annotated[
        str,
        typer.Option(help="run of quartier source whose decisions the plan takes", metavar="RUN"),
    ] = "",
    as_json: Json = False,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="run as a Prefect flow even without PREFECT_API_URL")
    ] = False,
) -> None:
    """Make one plan across territories, roles and sourcing; check it; write the run folder."""
    from flows.engine import run_plan
    from reports.text import summary, summary_json
    from scenarios.decide import Request

    request = Request(folder=folder, scenario=scenario, seconds=seconds, seed=seed, adopt=adopt)
    with Listener(quiet=as_json) as listener, stop_on_interrupt() as cancelled:
        outcome, run_folder = run_plan(request, listener, cancelled, force_prefect=prefect)
    if as_json:
        write_json({**summary_json(outcome), "run_folder": str(run_folder)})
    else:
        write(summary(outcome))
        write(f"Report: {run_folder / 'report.html'}")
    sys.exit(_exit_code(outcome.state))


app.command()(source)


@app.command()
def compare(
    folder: Folder,
    scenarios: Annotated[
        str, typer.Option(help="names separated by commas (default: base and all of the workspace)")
    ] = "",
    seconds: Seconds = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Plan several scenarios and put them side by side; the first is the baseline."""
    from flows.compare import compare_scenarios
    from scenarios.decide import Request

    names = tuple(name.strip() for name in scenarios.split(",") if name.strip())
    request = Request(folder=folder, seconds=seconds, seed=seed)
    with Listener(quiet=as_json) as listener, stop_on_interrupt() as cancelled:
        comparison = compare_scenarios(request, names, listener, cancelled)
    if as_json:
        write_json(comparison.as_json())
    else:
        write(comparison.text)
        write(f"Comparison: {comparison.folder / 'comparison.html'}")
    codes = [_exit_code(outcome.state) for outcome in comparison.outcomes]
    if comparison.left_out:
        say(f"left out, since the run was stopped: {', '.join(comparison.left_out)}")
        codes.append(INTERRUPTED)
    sys.exit(max(codes, default=PLANNED))


@app.command()
def explain(
    folder: Folder,
    run: Run,
    subject: Annotated[Subject, typer.Argument(help="account, rep or phase")],
    name: Annotated[str, typer.Argument(help="its id", metavar="ID")],
    to: Annotated[
        str,
        typer.Option(help="rep to price for an account (default: the runner-up)", metavar="REP"),
    ] = "",
    exact: Annotated[
        bool, typer.Option("--exact", help="plan again for the price, as small plans always do")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say why: who serves it and why, who is next in line and at what price."""
    from flows.explain import explained
    from scenarios.store import load_outcome

    outcome = load_outcome(folder, run)
    story, facts = explained(folder, outcome, subject.value, name, to, exact=exact)
    if as_json:
        write_json(facts)
    else:
        write(story)


@app.command("open")
def open_report(
    folder: Folder,
    run: Run = "latest",
    show: Annotated[bool, typer.Option(help="start the browser")] = True,
) -> None:
    """Open the report of a run in the browser and print where it is."""
    from scenarios.store import find_run

    report = find_run(folder, run) / "report.html"
    if not report.is_file():
        raise UsageError(f"run '{report.parent.name}' has no report.html: plan it again")
    write(str(report))
    if show:
        typer.launch(report.resolve().as_uri())


def _exit_code(state: str) -> int:
    codes = {"planned": PLANNED, "interrupted": INTERRUPTED, "no_plan": NO_PLAN}
    return codes.get(state, REJECTED)


def _report_findings(error: InputError, as_json: bool) -> None:
    from reports.text import findings_json, findings_table

    if as_json:
        write_json({"findings": findings_json(error.findings)})
    else:
        say(findings_table(error.findings, 5))


def main(arguments: Iterable[str] | None = None) -> None:
    """Run the command line; user errors print without a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(words, standalone_mode=True)
    except InputError as error:
        _report_findings(error, "--json" in words)
        sys.exit(FINDINGS)
    except QuartierError as error:
        say(f"quartier: {error}")
        sys.exit(USAGE)
    except SolverError as error:
        say(f"quartier: the solver broke off ({error}); look for figures of absurd size")
        sys.exit(NO_PLAN)
    except OSError as error:
        # A folder that cannot be written, a file where a folder should be, a full disk.
        say(f"quartier: {error.filename or 'a file'}: {error.strerror or error}")
        sys.exit(USAGE)
    except KeyboardInterrupt:
        say("quartier: interrupted")
        sys.exit(INTERRUPTED)


def run() -> None:
    """Run the command line as a process of its own, which ends with the command's exit code."""
    keep_stdout_ours()
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else USAGE
        if still_solving():
            end_process(code)
        sys.exit(settle_streams(code))
