"""Make role instances of any size: who can do what, who helps whom, how much there is to do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.roles_problem import RoleProblem, plain_roles

PART_TIME = (1.0, 0.8, 0.5)
HELPERS = 0.3


@dataclass(frozen=True, kw_only=True)
class RoleSize:
    """Hold the size of an instance; `load` is work over nominal hours."""

    persons: int = 200
    phases: int = 6
    pools: int = 20
    load: float = 0.95

    @property
    def name(self) -> str:
        """Return the name used in tables."""
        return f"roles-{self.persons}x{self.phases}x{self.pools}@{self.load:.2f}"


def role_instance(size: RoleSize, seed: int = 1) -> RoleProblem:
    """Return random roles: 3 or 4 phases known each, 30 % help a second pool, unequal work."""
    rng = np.random.default_rng(seed)
    hours = 22.0 * rng.choice(PART_TIME, size.persons, p=(0.7, 0.2, 0.1))
    home = np.arange(size.persons) % size.pools
    need = rng.dirichlet(np.full(size.phases, 4.0), size.pools)
    nominal = np.bincount(home, weights=hours, minlength=size.pools)
    return plain_roles(
        pools=tuple(f"pool {q + 1}" for q in range(size.pools)),
        phases=tuple(f"phase {p + 1}" for p in range(size.phases)),
        person_ids=tuple(f"person {i + 1:03d}" for i in range(size.persons)),
        need_hours=need * (size.load * nominal)[:, None],
        person_hours=hours,
        speed=_speeds(rng, size),
        home_pool=home,
        helps=_helps(rng, size, home),
        preference=rng.uniform(0.0, 1.0, (size.persons, size.phases)).round(2),
    )


def _speeds(rng: np.random.Generator, size: RoleSize) -> np.ndarray:
    speed = np.zeros((size.persons, size.phases))
    for person in range(size.persons):
        known = rng.choice(size.phases, min(size.phases, int(rng.integers(3, 5))), replace=False)
        speed[person, known] = rng.uniform(0.8, 1.2, known.size).round(2)
    return speed


def _helps(rng: np.random.Generator, size: RoleSize, home: np.ndarray) -> np.ndarray:
    helps = np.zeros((size.persons, size.pools), dtype=bool)
    if size.pools < 2:
        return helps
    for person in np.flatnonzero(rng.random(size.persons) < HELPERS).tolist():
        step = int(rng.integers(1, size.pools))
        helps[person, (int(home[person]) + step) % size.pools] = True
    return helps
