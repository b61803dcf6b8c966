"""Find sets of rules that contradict each other, by CP-SAT with one assumption a rule (R22).

Hours are hundredths, speeds thousandths, rounded so that the whole-number model allows a little
more than the true one: what is impossible here is impossible there.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python import cp_model

from optimizer.roles_problem import RoleProblem
from optimizer.roles_rules import RoleRule, skilled

TIME_PARTS = 100
SPEED_PARTS = 1000


@dataclass
class CoreFinder:
    """Hold the model and the literal of each rule; ask it for contradictions."""

    problem: RoleProblem
    rules: tuple[RoleRule, ...]
    seconds: float
    effort: float
    seed: int = 1
    _model: cp_model.CpModel = field(default_factory=cp_model.CpModel)

    def __post_init__(self) -> None:
        """State the model once; only the assumptions change between questions."""
        self._literal = {rule: self._model.new_bool_var("") for rule in self.rules}
        self._rule = {literal.index: rule for rule, literal in self._literal.items()}
        self._hold = _holds(self._model, self.problem)
        self._hours = self._declare_hours()
        self._time_is_limited()
        for rule in self.rules:
            getattr(self, f"_{rule.kind}")(rule, self._literal[rule])

    def core(self, rules: Collection[RoleRule]) -> tuple[RoleRule, ...] | None:
        """Return a part of the rules that is impossible, None if all fit or the effort ended."""
        self._model.clear_assumptions()
        kept = [rule for rule in self.rules if rule in set(rules)]
        self._model.add_assumptions([self._literal[rule] for rule in kept])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed
        solver.parameters.catch_sigint_signal = False
        solver.parameters.max_time_in_seconds = self.seconds
        solver.parameters.max_deterministic_time = self.effort
        if solver.solve(self._model) != cp_model.INFEASIBLE:
            return None
        indices = set(solver.sufficient_assumptions_for_infeasibility())
        return tuple(rule for rule in kept if self._literal[rule].index in indices)

    def minimal_core(self, rules: Collection[RoleRule]) -> tuple[RoleRule, ...] | None:
        """Return an impossible part of which no rule can be spared (deletion filter).

        After Chinneck and Dravnieks, ORSA Journal on Computing 3 (1991): leave one rule out; if
        the rest is still impossible, that rule was not needed.
        """
        found = self.core(rules)
        if found is None:
            return None
        for rule in found:
            if rule in found and len(found) > 1:
                found = self.core([each for each in found if each != rule]) or found
        return found

    def _declare_hours(self) -> dict[tuple[int, int, int, int], cp_model.IntVar]:
        """Declare time by person, pool, phase and number of phases held."""
        problem, hours = self.problem, {}
        reach = problem.reach()
        for (person, phase), hold in self._hold.items():
            most = _ceil(problem.person_hours[person] * TIME_PARTS)
            for pool in np.flatnonzero(reach[person] & (problem.need_hours[:, phase] > 0)).tolist():
                for level, on in self._levels(person):
                    time = self._model.new_int_var(0, most, "")
                    self._model.add(time <= most * hold)
                    if on is not None:
                        self._model.add(time <= most * on)
                    hours[person, pool, phase, level] = time
        return hours

    def _levels(self, person: int) -> list[tuple[int, cp_model.IntVar | None]]:
        """Return the numbers of phases a gain depends on; a single one where it does not."""
        if not hasattr(self, "_level"):
            self._level: dict[int, list[tuple[int, cp_model.IntVar | None]]] = {}
        if person not in self._level:
            held = [hold for (i, _), hold in self._hold.items() if i == person]
            self._level[person] = self._new_levels(held)
        return self._level[person]

    def _new_levels(self, held: list[cp_model.IntVar]) -> list[tuple[int, cp_model.IntVar | None]]:
        counts = range(1, len(held) + 1)
        if len({self.problem.gain(count) for count in counts}) <= 1:
            return [(1, None)]
        levels = [(count, self._model.new_bool_var("")) for count in counts]
        self._model.add_at_most_one([on for _, on in levels])
        for count, on in levels:
            self._model.add(sum(held) == count).only_enforce_if(on)
        return list(levels)

    def _time_is_limited(self) -> None:
        """R2 without the least share: nobody works or helps longer than they may."""
        for person in sorted({key[0] for key in self._hours}):
            mine = [time for key, time in self._hours.items() if key[0] == person]
            most = _ceil(self.problem.person_hours[person] * TIME_PARTS)
            self._model.add(sum(mine) <= most)
            helped = self.problem.helped()[person]
            away = [t for k, t in self._hours.items() if k[0] == person and helped[k[1]]]
            if away and self.problem.help_share_max < 1.0:
                share = self.problem.help_share_max * self.problem.person_hours[person]
                self._model.add(sum(away) <= _ceil(share * TIME_PARTS))

    def _cover(self, rule: RoleRule, literal: cp_model.IntVar) -> None:
        terms = [
            (time, self._rate(person, pool, phase, level))
            for (person, pool, phase, level), time in self._hours.items()
            if (pool, phase) == (rule.pool, rule.phase)
        ]
        need = float(self.problem.need_hours[rule.pool, rule.phase])
        wanted = math.floor(need * TIME_PARTS * SPEED_PARTS)
        supply = cp_model.LinearExpr.weighted_sum([t for t, _ in terms], [c for _, c in terms])
        self._model.add(supply >= wanted).only_enforce_if(literal)

    def _rate(self, person: int, pool: int, phase: int, level: int) -> int:
        problem = self.problem
        home = int(problem.home_pool[person]) == pool
        away = float(problem.away_factor()[person, pool])
        speed = float(problem.speed[person, phase]) * (1.0 if home else away)
        return _ceil(speed * problem.gain(level) * SPEED_PARTS)

    def _max_phases(self, rule: RoleRule, literal: cp_model.IntVar) -> None:
        held = [hold for (person, _), hold in self._hold.items() if person == rule.person]
        self._model.add(sum(held) <= self.problem.max_phases).only_enforce_if(literal)

    def _pin(self, rule: RoleRule, literal: cp_model.IntVar) -> None:
        hold = self._hold.get((rule.person, rule.phase))
        self._model.add_bool_or([*([] if hold is None else [hold]), ~literal])

    def _ban(self, rule: RoleRule, literal: cp_model.IntVar) -> None:
        hold = self._hold.get((rule.person, rule.phase))
        if hold is not None:
            self._model.add_implication(literal, ~hold)

    def _backup(self, rule: RoleRule, literal: cp_model.IntVar) -> None:
        reach, hours = self.problem.reach(), self.problem.person_hours
        held = [
            hold
            for (person, phase), hold in self._hold.items()
            if phase == rule.phase and reach[person, rule.pool] and hours[person] > 0
        ]
        wanted = int(self.problem.backup_holders[rule.pool, rule.phase])
        self._model.add(sum(held) >= wanted).only_enforce_if(literal)

    def _min_share(self, rule: RoleRule, literal: cp_model.IntVar) -> None:
        """R2: a held phase takes its share of the time even when it has less work."""
        del rule
        for person in sorted({person for person, _ in self._hold}):
            whole = float(self.problem.person_hours[person]) * TIME_PARTS
            kept = []
            for (i, phase), hold in self._hold.items():
                if i == person:
                    time = self._model.new_int_var(0, _ceil(whole), "")
                    worked = [t for k, t in self._hours.items() if (k[0], k[2]) == (i, phase)]
                    self._model.add(time >= sum(worked))
                    self._model.add(time >= math.floor(self.problem.min_share * whole) * hold)
                    kept.append(time)
            self._model.add(sum(kept) <= _ceil(whole)).only_enforce_if(literal)


def _holds(model: cp_model.CpModel, problem: RoleProblem) -> dict[tuple[int, int], cp_model.IntVar]:
    """Declare who holds what, bans aside: those are rules that may be given up."""
    pairs = np.argwhere(skilled(problem)).tolist()
    return {(person, phase): model.new_bool_var("") for person, phase in pairs}


def _ceil(value: float) -> int:
    """Round up, but not because of the last digit of a float."""
    return math.ceil(value - 1e-9)
