"""Options that the commands of `quartier bench` share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ENDLESS = 10_000
"""Rounds that no limit in seconds leaves time for."""

Files = Annotated[list[Path], typer.Argument(help="files of instances", metavar="FILES...")]
Seconds = Annotated[float, typer.Option(min=0.1, help="wall-clock limit of each solve")]
Seed = Annotated[int, typer.Option(min=0, help="seed of the searches")]
Effort = Annotated[
    int | None, typer.Option(min=0, help="search rounds (default: until the seconds are over)")
]
Gap = Annotated[float, typer.Option(min=0, help="stop at this proven relative gap")]
Workers = Annotated[int, typer.Option(min=1, help="threads of the solver")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object on stdout")]
Solutions = Annotated[
    Path | None, typer.Option(help="folder for the plans, in the set's own format", metavar="DIR")
]
Best = Annotated[
    Path | None,
    typer.Option(help="table of best known values (default: the set's own)", metavar="FILE"),
]
Peer = Annotated[
    bool, typer.Option("--peer", help="also solve by HiGHS, CP-SAT and SCIP, one after another")
]


class Sense(StrEnum):
    """Name what an assignment instance is solved for."""

    MIN = "min"
    MAX = "max"


class Distance(StrEnum):
    """Name how distances of points are meant where no table says so."""

    EUCLID = "euclid"
    FLOOR = "floor"
