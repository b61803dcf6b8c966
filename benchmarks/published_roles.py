"""Reproduce published answers with the role model: `python -m benchmarks.published_roles`.

Assignments have one owner a task; in the other cases persons share work.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import measured
from benchmarks.published_owners import best_cost, gap_file, guide_cases
from optimizer.result import Options
from optimizer.roles import least_shortage
from optimizer.roles_certificates import role_certificates
from optimizer.roles_plan import hours_with_roles
from optimizer.roles_problem import Bools, Floats, RoleProblem, plain_roles
from optimizer.roles_values import value_of_persons

EXACT = Options(seconds=30.0, gap=0.0)
DRAWS, DRAWS_BY_FORMULA = 300, 40_000
SHORT_TEAM = (
    (1, 1, 0, 0),
    (1, 1, 0, 0),
    (1, 1, 1, 0),
    (1, 1, 1, 0),
    (0, 1, 1, 0),
    (0, 1, 1, 1),
    (0, 0, 1, 1),
    (1, 1, 0, 0),
)
"""Who can do what in the planted team of eight; 22 h each."""


@dataclass(frozen=True, kw_only=True)
class PublishedRole:
    """Hold one answer beside ours; they agree within `tolerance`."""

    name: str
    source: str
    published: float
    ours: float
    tolerance: float = 1e-4

    @property
    def agrees(self) -> bool:
        """Tell whether ours is the published answer."""
        return abs(self.published - self.ours) <= self.tolerance


def assignments(gap: Path | None = None) -> Iterator[PublishedRole]:
    """Solve the guides, and c515-1 of the OR-Library both ways where its file is named."""
    cases = list(guide_cases())
    if gap is not None:
        cases += [gap_file(gap, 261.0), gap_file(gap, 336.0, "max")]
    for case in cases:
        yield PublishedRole(
            name=f"{case.name}, cost",
            source=case.source,
            published=case.published,
            ours=best_cost(case),
        )


def short_team() -> Iterator[PublishedRole]:
    """Solve the planted team: shortage by limit on phases, proof, one more person."""
    planted = "planted, by hand"
    limited = {most: _short_team(most) for most in (4, 2, 1)}
    found = {most: least_shortage(problem, EXACT) for most, problem in limited.items()}
    for most, hours in ((4, 19.0), (2, 19.0), (1, 27.0)):
        name = f"short team, {most} phases a person, h short"
        yield PublishedRole(
            name=name, source=planted, published=hours, ours=found[most].objective or 0.0
        )
    proof = role_certificates(limited[2])[0]
    name = "short team, proposals proved short, h"
    yield PublishedRole(name=name, source=planted, published=11.0, ours=proof.short_hours)
    plan = found[2].plan
    assert plan is not None
    for value in value_of_persons(limited[2], plan, EXACT, hours=22.0):
        expected = 0.0 if value.phase == 3 else 11.0
        name = f"short team, one more for {limited[2].phases[value.phase]}, h short"
        yield PublishedRole(name=name, source=planted, published=expected, ours=value.short)


def chains(draws: int = DRAWS, seed: int = 1) -> Iterator[PublishedRole]:
    """Link ten plants of 100 with ten products of Normal(100, 40) cut at two sigma.

    Dedicated and total flexibility have formulas, so they are taken over many draws; the chain
    is total flexibility less what it loses against it on the draws solved.
    """
    many = _demands(np.random.default_rng(seed), DRAWS_BY_FORMULA)
    source = "Jordan & Graves 1995"
    dedicated, total = np.minimum(many, 100.0).sum(axis=1), np.minimum(many.sum(axis=1), 1000.0)
    yield PublishedRole(
        name="one product a plant, sales",
        source=source,
        published=853.0,
        ours=float(dedicated.mean()),
        tolerance=5.0,
    )
    yield PublishedRole(
        name="every product in every plant, sales",
        source=source,
        published=954.0,
        ours=float(total.mean()),
        tolerance=5.0,
    )
    lost = [_lost(demand, _links(1)) for demand in many[:draws]]
    yield PublishedRole(
        name="closed chain of two, sales",
        source="simulated, 8,000 draws",
        published=951.9,
        ours=float(total.mean() - np.mean(lost)),
        tolerance=3.0,
    )
    lost = [_lost(demand, _couples()) for demand in many[:draws]]
    yield PublishedRole(
        name="isolated couples, sales",
        source="simulated, 8,000 draws",
        published=899.6,
        ours=float(total.mean() - np.mean(lost)),
        tolerance=6.0,
    )


def _demands(rng: np.random.Generator, count: int) -> Floats:
    """Draw Normal(100, 40), again where beyond two sigma."""
    demand = rng.normal(100.0, 40.0, (count, 10))
    while (beyond := np.abs(demand - 100.0) > 80.0).any():
        demand[beyond] = rng.normal(100.0, 40.0, int(beyond.sum()))
    return demand


def _lost(demand: Floats, roles: Bools) -> float:
    """Return what the roles sell less than total flexibility would."""
    problem = _one_pool(need=demand, hours=np.full(10, 100.0), can_do=np.ones((10, 10)))
    short = hours_with_roles(problem, roles).short_hours.sum()
    return float(short - max(0.0, demand.sum() - 1000.0))


def _links(step: int) -> Bools:
    place = np.arange(10)
    return (place[:, None] == place) | ((place[:, None] + step) % 10 == place)


def _couples() -> Bools:
    place = np.arange(10) // 2
    return place[:, None] == place


def _short_team(max_phases: int) -> RoleProblem:
    need = np.array([60.0, 40.0, 40.0, 55.0])
    can_do = np.array(SHORT_TEAM, dtype=np.float64)
    return _one_pool(need=need, hours=np.full(8, 22.0), can_do=can_do, max_phases=max_phases)


def _one_pool(*, need: Floats, hours: Floats, can_do: Floats, **more: Any) -> RoleProblem:
    people, phases = can_do.shape
    plain: dict[str, Any] = {"min_share": 0.0, "specialisation_gain": (1.0,), "may_idle": True}
    return plain_roles(
        pools=("all",),
        phases=tuple(f"phase {p + 1}" for p in range(phases)),
        person_ids=tuple(f"person {i + 1}" for i in range(people)),
        need_hours=need[None],
        person_hours=hours,
        speed=can_do,
        **(plain | more),
    )


def main() -> None:
    """Print published answers beside ours."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=DRAWS, help="draws solved for the chains")
    parser.add_argument("--gap", type=Path, help="file of c515-1 (gap1-0) of the OR-Library")
    args = parser.parse_args()
    print(f"{'case':<46} {'source':<24} {'published':>10} {'ours':>12} {'':>6}")
    with measured() as used:
        for cases in (assignments(args.gap), short_team(), chains(args.draws)):
            for each in cases:
                verdict = "same" if each.agrees else "DIFFERS"
                numbers = f"{each.published:>10,.1f} {each.ours:>12,.4f}"
                print(f"{each.name:<46} {each.source:<24} {numbers} {verdict:>8}", flush=True)
    print(f"{used.seconds:.1f} s")


if __name__ == "__main__":
    main()
