"""List who may work what: one lane a source, phase and segment (F1, F7, F14, F18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import SourcingProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Lane = tuple[int, int, int, float, float, float]
"""Source, phase, segment, hours a unit, quality, EUR a unit."""


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """Hold L lanes.

    Attributes
    ----------
    source, phase, segment
        (L,) indices; sources as in `SourcingProblem.source_ids`.
    hours
        (L,) hours the source spends on a unit (0 for a tool).
    quality
        (L,) multiplies the conversion out of the phase.
    eur_per_unit
        (L,) paid for each unit worked, hours worked included.
    """

    source: Ints
    phase: Ints
    segment: Ints
    hours: Floats
    quality: Floats
    eur_per_unit: Floats

    def of_source(self, source: int) -> Ints:
        """Return the lanes of one source."""
        return np.flatnonzero(self.source == source)

    def of(self, phase: int, segment: int) -> Ints:
        """Return the lanes of one phase and segment."""
        return np.flatnonzero((self.phase == phase) & (self.segment == segment))


def list_lanes(problem: SourcingProblem) -> Lanes:
    """Return every lane, by source, phase and segment."""
    found = [*_own(problem), *_bought(problem), *_automated(problem)]
    table = np.array(found, dtype=np.float64).reshape(len(found), 6)
    indices = table[:, :3].astype(np.int64)
    return Lanes(
        source=indices[:, 0],
        phase=indices[:, 1],
        segment=indices[:, 2],
        hours=table[:, 3],
        quality=table[:, 4],
        eur_per_unit=table[:, 5],
    )


def passing(problem: SourcingProblem, lanes: Lanes) -> Floats:
    """Return (L, T, W): units passed on for each unit worked, before the lag (F2)."""
    flow = problem.flow
    rate = flow.conversion[lanes.phase, lanes.segment] * lanes.quality
    return rate[:, None, None] * flow.conversion_factor[lanes.phase, lanes.segment]


def lane_hours(problem: SourcingProblem, lanes: Lanes, units_worked: Floats) -> Floats:
    """Return (S, T, W): hours each source spends on the units it works."""
    hours = np.zeros((len(problem.source_ids), *units_worked.shape[3:]))
    for lane, source in enumerate(lanes.source.tolist()):
        phase, segment = int(lanes.phase[lane]), int(lanes.segment[lane])
        hours[source] += lanes.hours[lane] * units_worked[source, phase, segment]
    return hours


def _own(problem: SourcingProblem) -> Iterator[Lane]:
    hours = problem.flow.hours_per_unit
    for source, state in enumerate(problem.states):
        for phase in np.flatnonzero(state.speed > 0).tolist():
            for segment in _reach(problem, state.segments):
                worked = float(hours[phase, segment] / state.speed[phase])
                price = state.eur_per_unit[phase] + state.eur_per_hour[phase] * worked
                quality = float(state.conversion_factor[phase])
                yield source, phase, segment, worked, quality, float(price)


def _bought(problem: SourcingProblem) -> Iterator[Lane]:
    hours = problem.flow.hours_per_unit
    for source, offer in enumerate(problem.providers, len(problem.states)):
        for phase in sorted(set(offer.phases)):
            if problem.documented[phase] > 0 and offer.effectiveness[phase] > 0:
                for segment in _reach(problem, offer.segments):
                    worked = float(hours[phase, segment] / offer.effectiveness[phase])
                    yield source, phase, segment, worked, float(offer.quality[phase]), 0.0


def _automated(problem: SourcingProblem) -> Iterator[Lane]:
    first = len(problem.states) + len(problem.providers)
    for source, tool in enumerate(problem.automations, first):
        for phase in sorted(set(tool.phases)):
            for segment in sorted(set(tool.segments)):
                yield source, phase, segment, 0.0, tool.conversion_factor, tool.eur_per_unit


def _reach(problem: SourcingProblem, segments: tuple[int, ...] | None) -> list[int]:
    return list(range(len(problem.segments))) if segments is None else sorted(set(segments))
