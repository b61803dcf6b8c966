"""The plan as files a CRM loads: owners and territories of the accounts that change hands.

The files hold the workspace's own ids and nothing of the accounts that stay. An id that a
spreadsheet would run as a formula (it starts with = + - @) is no id of a CRM: it gets an
apostrophe like any other text, and the CRM refuses its row.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

import pandas as pd

from reports.tables_csv import write_table
from scenarios.outcome import Outcome

MANUAL = "Territory2Manual"
"""How Salesforce marks an account put into a territory by hand or by a tool, not by its rules."""

_VALID_NAME = re.compile(r"[A-Za-z](_?[A-Za-z0-9])*")
_LONGEST_NAME = 40
_DIGEST_LENGTH = 8


def write_crm(outcome: Outcome, folder: Path) -> tuple[Path, ...]:
    """Write what a CRM must load to follow a plan into a folder, which is made when missing.

    Parameters
    ----------
    outcome
        A plan that passed its check.
    folder
        Where the files go.

    Returns
    -------
    tuple
        The files written, in a fixed order; none, and no folder, without territories.

    Notes
    -----
    An account that the plan leaves to nobody is in no file: a CRM knows no account without an
    owner, so it stays where it is until someone decides.
    """
    if outcome.territories.empty:
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(
        write_table(table, list(table.columns), folder / name)
        for name, table in crm_tables(outcome).items()
    )


def crm_tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return file name -> table, sorted by account or rep, headed as the CRM heads its columns."""
    plan = outcome.territories.sort_values("account_id", kind="stable")
    changed = plan[(plan["rep_id"] != "") & (plan["rep_id"] != plan["previous_rep_id"])]
    left = changed[changed["previous_rep_id"] != ""]
    account, rep = changed["account_id"], changed["rep_id"]
    names = _territory_names(outcome)
    keys = developer_names(names)
    return {
        "salesforce_account_owner.csv": _table({"Id": account, "OwnerId": rep}),
        "salesforce_object_territory2_create.csv": _table(
            {"ObjectId": account, "Territory2Id": rep}
        ).assign(AssociationCause=MANUAL),
        "salesforce_object_territory2_delete.csv": _table(
            {"ObjectId": left["account_id"], "Territory2Id": left["previous_rep_id"]}
        ),
        "salesforce_territory2.csv": _table(
            {"Name": [names[i] for i in keys], "DeveloperName": list(keys.values())}
        ),
        "salesforce_territory_keys.csv": _table(
            {"rep_id": list(keys), "DeveloperName": list(keys.values())}
        ),
        "hubspot_companies_owner.csv": _table({"Record ID": account, "Company owner": rep}),
    }


def _table(columns: dict[str, Iterable[str]]) -> pd.DataFrame:
    return pd.DataFrame({name: list(cells) for name, cells in columns.items()}, dtype=object)


def _territory_names(outcome: Outcome) -> dict[str, str]:
    """Return rep_id -> name of everyone who holds accounts after the plan or held some before."""
    plan = outcome.territories
    names: dict[str, str] = {}
    for people in (outcome.roles, outcome.reps):
        names.update(zip(people["rep_id"], people["name"], strict=True))
    holders = {*outcome.reps["rep_id"], *plan["rep_id"], *plan["previous_rep_id"]} - {""}
    return {rep_id: names.get(rep_id) or rep_id for rep_id in sorted(holders)}


def developer_names(rep_ids: Iterable[str]) -> dict[str, str]:
    """Return rep_id -> DeveloperName, sorted by rep_id; no two are equal, whatever their case.

    A DeveloperName holds letters, digits and underscores, starts with a letter, ends with no
    underscore and has no two in a row (Salesforce Object Reference, Territory2). An id that is
    one already is kept. Any other is spelled as one and gets a digest of itself, so that its name
    does not depend on who else is in the team: a colleague who leaves never hands on a territory.

    >>> developer_names(["F01", "Zoé--1"])
    {'F01': 'F01', 'Zoé--1': 'Zoe_1_2f34b9f2'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for rep_id in sorted(set(rep_ids)):
        name = next(name for name in _candidates(rep_id) if name.casefold() not in taken)
        taken.add(name.casefold())
        found[rep_id] = name
    return found


def _candidates(rep_id: str) -> Iterator[str]:
    """Yield the names an id may get, the best first, without end."""
    if len(rep_id) <= _LONGEST_NAME and _VALID_NAME.fullmatch(rep_id):
        yield rep_id
    digest = hashlib.sha256(rep_id.encode("utf-8", "surrogatepass")).hexdigest()
    name = f"{_stem(rep_id)}_{digest[:_DIGEST_LENGTH]}"
    yield name
    for number in count(2):
        yield f"{name}_{number}"


def _stem(rep_id: str) -> str:
    """Spell an id in plain letters and digits, a letter first, short enough for a digest."""
    plain = unicodedata.normalize("NFKD", rep_id).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[A-Za-z0-9]+", plain)
    starts_well = words and words[0][0].isalpha()
    spelled = "_".join(words if starts_well else ["T", *words])
    return spelled[: _LONGEST_NAME - _DIGEST_LENGTH - 1].rstrip("_")
