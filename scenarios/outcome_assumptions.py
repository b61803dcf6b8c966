"""Table of what a plan takes for granted: the rules in force and the sources given for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from scenarios.config import Config

SECTIONS = ("horizon", "segments", "funnel", "staffing", "travel", "territory", "solve")
UNITS = {
    "eur": "EUR",
    "hours": "h",
    "month": "per month",
    "km": "km",
    "kmh": "km/h",
    "share": "ratio",
    "rate": "ratio",
    "tolerance": "ratio",
    "years": "years",
    "year": "per year",
    "visit": "per visit",
    "seconds": "s",
    "months": "months",
}


def assumption_table(config: Config) -> pd.DataFrame:
    """Return key, value, unit and source of every rule; sources come from [assumptions]."""
    rules, defaults = _rules(config), _defaults(config)
    rows = [
        (key, value, _unit(key), config.assumptions.get(key) or _origin(key, value, defaults))
        for key, value in rules.items()
    ]
    stated = [(key, "", "", why) for key, why in config.assumptions.items() if key not in rules]
    return pd.DataFrame([*rows, *stated], columns=["key", "value", "unit", "source"], dtype=str)


def _rules(config: Config) -> dict[str, str]:
    return dict(_flat("", config.model_dump(include=set(SECTIONS))))


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else key, item)
    else:
        yield prefix, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(_text(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _unit(key: str) -> str:
    words = key.rsplit(".", 1)[-1].split("_")
    return next((UNITS[word] for word in reversed(words) if word in UNITS), "")


def _defaults(config: Config) -> dict[str, str]:
    bare = Config(workspace=config.workspace, horizon=config.horizon, segments=config.segments)
    return _rules(bare)


def _origin(key: str, value: str, defaults: dict[str, str]) -> str:
    return "Quartier's default" if defaults.get(key) == value else "quartier.toml"
