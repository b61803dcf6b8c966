"""Read quartier.toml; every fault of it is named at once."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.config import Config
from scenarios.errors import Finding, InputError
from scenarios.review import finding
from scenarios.tables import TABLES

CONFIG_FILE = "quartier.toml"
LARGEST_BYTES = 1_000_000


def read_config(folder: Path) -> Config:
    """Return the rules of the workspace.

    Raises
    ------
    InputError
        When quartier.toml is absent, is no TOML, or says something that is not allowed.
    """
    data = _parse(_text(folder))
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise InputError(tuple(_as_finding(fault) for fault in error.errors())) from None
    faults = _unknown_tables(config)
    if faults:
        raise InputError(faults)
    return config


def _text(folder: Path) -> str:
    path = folder / CONFIG_FILE
    try:
        if not path.is_file():
            raise InputError((_fault("config_missing", f"{folder} holds no {CONFIG_FILE}"),))
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError((_fault("config_unreadable", "the file is larger than 1 MB"),))
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError((_fault("config_unreadable", "the file is not UTF-8"),)) from None
    except (OSError, ValueError) as error:
        raise InputError((_fault("config_missing", f"cannot be opened: {error}"),)) from None


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise InputError((_fault("config_unreadable", reason),)) from None


def _as_finding(fault: ErrorDetails) -> Finding:
    path = [str(part) for part in fault["loc"]]
    key = ".".join(path)
    if fault["type"] != "extra_forbidden":
        value = "" if fault["type"] == "missing" else str(fault["input"])[:80]
        return _fault("config_value", f"{key}: {fault['msg']}", column=key, value=value)
    near = get_close_matches(path[-1], _keys_beside(path), n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return _fault("config_key_unknown", f"there is no key '{key}'{hint}", column=key)


def _keys_beside(path: list[str]) -> list[str]:
    """Return the keys that are allowed where the last key of `path` stands."""
    model: Any = Config
    for part in path[:-1]:
        if not _is_model(model) or part not in model.model_fields:
            continue  # the name of a segment: any is allowed
        annotation = model.model_fields[part].annotation
        model = next(filter(_is_model, getattr(annotation, "__args__", ())), annotation)
    return list(model.model_fields) if _is_model(model) else []


def _is_model(candidate: object) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)


def _unknown_tables(config: Config) -> tuple[Finding, ...]:
    faults = []
    for section, keys in (("sources", config.sources), ("columns", config.columns)):
        for table in keys:
            if table not in TABLES:
                near = get_close_matches(table, TABLES, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(TABLES)}"
                message = f"[{section}] names the table '{table}', which does not exist; {hint}"
                faults.append(_fault("config_key_unknown", message, column=f"{section}.{table}"))
    return tuple(faults)


def _fault(code: str, message: str, *, column: str = "", value: str = "") -> Finding:
    return finding(code, table="", file=CONFIG_FILE, message=message, column=column, value=value)
