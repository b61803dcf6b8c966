"""Tabulate the decisions compared: what they bring, their regret, their test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scenarios.sourcing_regret import Comparison

Row = tuple[Any, ...]

CHOSEN = {True: "proved", False: "best found"}
"""What is said of the candidate regretted least at worst, by whether that is proved."""


def comparison_rows(found: Comparison | None) -> dict[str, Iterator[Row]]:
    """Return the rows of the tables candidates, regret and out_of_sample; none without one."""
    return {
        "candidates": _candidates(found),
        "regret": _regret(found),
        "out_of_sample": _fresh(found),
    }


def _candidates(found: Comparison | None) -> Iterator[Row]:
    if found is None:
        return
    for index, (each, regret) in enumerate(zip(found.candidates, found.regrets, strict=True)):
        chosen = CHOSEN[found.choice.proved] if index == found.choice.index else ""
        yield (
            each.made.value, each.scenario, chosen, regret.worth_eur, regret.mean_eur,
            regret.cvar_eur, regret.expected_eur, regret.worst_eur, regret.worst_low_eur,
            regret.worst_scenario or "",
        )  # fmt: skip


def _regret(found: Comparison | None) -> Iterator[Row]:
    if found is None:
        return
    for each, regret in zip(found.candidates, found.regrets, strict=True):
        for cell in regret.scenarios:
            low, high = cell.regret_eur or (None, None)
            status, profit = cell.status.value, cell.plan_eur
            yield each.made.value, each.scenario, cell.scenario, status, profit, high, low


def _fresh(found: Comparison | None) -> Iterator[Row]:
    if found is None:
        return
    for each, test in zip(found.candidates, found.fresh, strict=False):
        less = None if test.extra_eur is None else -test.extra_eur
        yield (
            each.made.value, each.scenario, test.scenarios, test.broken, test.mean_eur,
            test.mean_error_eur, test.cvar_eur, test.lowest_eur, less, test.extra_error_eur,
        )  # fmt: skip
