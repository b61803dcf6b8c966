"""Ask a plain integer program whether a published value of commercial territory design can be.

    python -m benchmarks.design_claim FILE --value 9039.06 --seconds 600
    python -m benchmarks.design_claim FILE --value 9039.06 --tolerance 0.0525

The program of Hess et al. (1965), all pairs, HiGHS; connection by cuts where a solution lacks it
(none with `--unconnected`). It shares the reader and the evaluation of an answer with the
benchmark, nothing with the solver: what it says of a value does not rest on Quartier's bound.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.published import neighbours, reached
from benchmarks.published_ctdp import Design, evaluate_design, read_design
from optimizer.linear_model import LinearModel, ModelBuilder
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.territory_problem import Ints

SLACK = 1e-6
"""By how much a row of a window may be missed, in its own unit: on the side of the claim."""

Cut = tuple[int, int, tuple[int, ...]]
"""Centre, unit, separator: the unit joins the centre only with one of the separator."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Say what became of a claim; `answer` (n,) is the centre of each unit where one was met."""

    possible: bool | None
    answer: Ints | None
    rounds: int
    cuts: int


def judge(design: Design, value: float, seconds: float, *, connected: bool = True) -> Verdict:
    """Return whether a design of at most `value` exists, None where time ran out."""
    end, cuts, rounds = time.monotonic() + seconds, list[Cut](), 0
    while time.monotonic() < end:
        rounds += 1
        limits = Limits(seconds=end - time.monotonic(), target=-value)
        found = solve(program(design, value, cuts, connected=connected), limits)
        if found.outcome is Outcome.INFEASIBLE:
            return Verdict(possible=False, answer=None, rounds=rounds, cuts=len(cuts))
        if found.values is None:
            break
        answer = found.values.reshape(len(design.ids), -1).argmax(axis=1)
        torn = missing(design, answer) if connected else []
        if not torn:
            return Verdict(possible=True, answer=answer, rounds=rounds, cuts=len(cuts))
        cuts += torn
    return Verdict(possible=None, answer=None, rounds=rounds, cuts=len(cuts))


def program(design: Design, value: float, cuts: Sequence[Cut], *, connected: bool) -> LinearModel:
    """Return the program: unit i at centre j is column i n + j; a centre serves itself."""
    nodes, build, distance = len(design.ids), ModelBuilder(), design.distance()
    column = build.add_columns((nodes, nodes), gain=-distance, upper=1.0, integer=True)
    for unit in range(nodes):
        build.add_row([(int(x), 1.0) for x in column[unit]], lower=1.0, upper=1.0)
    own = [int(x) for x in np.diag(column)]
    build.add_row([(x, 1.0) for x in own], lower=design.districts, upper=design.districts)
    beside = neighbours(nodes, design.edges)
    for centre in range(nodes):
        _add_centre(build, design, column[:, centre], centre)
        if connected:
            _add_rims(build, beside, column[:, centre], centre)
    for centre, unit, rim in cuts:
        terms = [(int(column[at, centre]), 1.0) for at in rim]
        build.add_row([*terms, (int(column[unit, centre]), -1.0)], lower=0.0)
    every = zip(column.ravel().tolist(), distance.ravel().tolist(), strict=True)
    build.add_row([(x, far) for x, far in every if far], upper=value)
    return build.freeze()


def _add_centre(build: ModelBuilder, design: Design, column: Ints, centre: int) -> None:
    """Keep the windows of a centre that is opened; a closed one serves nobody."""
    own = int(column[centre])
    for x in column.tolist():
        if x != own:
            build.add_row([(x, 1.0), (own, -1.0)], upper=0.0)
    for weight, low, high in zip(design.weights.T, *design.window(), strict=True):
        load = list(zip(column.tolist(), weight.tolist(), strict=True))
        build.add_row([*load, (own, -high)], upper=SLACK)
        build.add_row([*load, (own, -low)], lower=-SLACK)


def _add_rims(build: ModelBuilder, beside: list[list[int]], column: Ints, centre: int) -> None:
    """Take a unit with a neighbour only, or next to the centre."""
    for unit, around in enumerate(beside):
        if unit != centre and centre not in around:
            terms = [(int(column[at]), 1.0) for at in around]
            build.add_row([*terms, (int(column[unit]), -1.0)], lower=0.0)


def missing(design: Design, answer: Ints) -> list[Cut]:
    """Return a cut for every unit that is cut off from its centre."""
    beside, found = neighbours(len(answer), design.edges), list[Cut]()
    for centre in np.unique(answer).tolist():
        members = set(np.flatnonzero(answer == centre).tolist())
        rest = members - reached(centre, members, beside)
        while rest:
            piece = reached(min(rest), rest, beside)
            rim = {at for unit in piece for at in beside[unit]} - piece
            found += [(centre, unit, tuple(sorted(rim))) for unit in sorted(piece)]
            rest -= piece
    return found


def told(design: Design, value: float, verdict: Verdict) -> str:
    """Return the verdict in words; a design met is evaluated anew."""
    after = f"({verdict.rounds} rounds, {verdict.cuts} cuts)"
    if verdict.answer is None:
        say = "proved: no design of at most" if verdict.possible is False else "undecided for"
        return f"{say} {value:,.2f} {after}"
    seen = evaluate_design(design, verdict.answer)
    faults = "; ".join(seen.broken) or "no rule broken"
    return f"a design of {seen.value:,.2f}, {faults} {after}"


def main(words: Sequence[str] | None = None) -> None:
    """Read the arguments, judge, say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--value", type=float, required=True, help="the published value")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--tolerance", type=float, help="in place of the file's")
    parser.add_argument("--unconnected", action="store_true", help="leave connection out")
    given = parser.parse_args(words)
    design = read_design(given.file)
    if given.tolerance is not None:
        design = replace(design, tolerance=given.tolerance)
    begun = time.process_time()
    verdict = judge(design, given.value, given.seconds, connected=not given.unconnected)
    print(told(design, given.value, verdict), f"{time.process_time() - begun:.0f} CPU s")


if __name__ == "__main__":
    main()
