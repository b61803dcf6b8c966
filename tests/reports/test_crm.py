"""The CRM pack: only what changes, in the CRM's own columns, never from an unchecked plan."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcome_builders import make_empty_outcome, make_outcome

from reports.crm import crm_tables, developer_names, write_crm
from reports.publish import write_reports
from scenarios.outcome import INTERRUPTED, NO_PLAN, PLANNED, REJECTED

OWNER = "salesforce_account_owner.csv"
CREATE = "salesforce_object_territory2_create.csv"
DELETE = "salesforce_object_territory2_delete.csv"
TERRITORY = "salesforce_territory2.csv"
KEYS = "salesforce_territory_keys.csv"
HUBSPOT = "hubspot_companies_owner.csv"
LAYOUTS = Path(__file__).parents[2].parent / "shared" / "data" / "crm_layouts"
LAYOUT_OF = {
    OWNER: "salesforce_account_export",
    CREATE: "salesforce_object_territory2_association",
    DELETE: "salesforce_object_territory2_association",
    TERRITORY: "salesforce_territory2",
    HUBSPOT: "hubspot_companies_ui_export",
}
ORDER = [OWNER, CREATE, DELETE, TERRITORY, KEYS, HUBSPOT]
LETTERS = "Aab1_-. é=日"


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _outcome_of(*accounts: tuple[str, str, str], **changes):
    """Return a plan of these accounts: account_id, previous_rep_id, rep_id."""
    plan = make_outcome().territories.iloc[: len(accounts)].copy()
    for at, column in enumerate(("account_id", "previous_rep_id", "rep_id")):
        plan[column] = [account[at] for account in accounts]
    return make_outcome(territories=plan, **changes)


def _written(outcome, folder: Path) -> dict[str, list[list[str]]]:
    return {path.name: _rows(path)[1:] for path in write_crm(outcome, folder)}


def test_each_kind_of_account_goes_where_it_belongs(tmp_path):
    moved, new, kept = ("A3", "R1", "R2"), ("A1", "", "R2"), ("A2", "R1", "R1")
    files = _written(_outcome_of(moved, new, kept), tmp_path)
    assert files[OWNER] == files[HUBSPOT] == [["A1", "R2"], ["A3", "R2"]]
    assert files[CREATE] == [["A1", "R2", "Territory2Manual"], ["A3", "R2", "Territory2Manual"]]
    assert files[DELETE] == [["A3", "R1"]]


def test_an_account_left_to_nobody_stays_as_it_is_in_the_crm(tmp_path):
    files = _written(_outcome_of(("A1", "R1", ""), ("A2", "", "")), tmp_path)
    assert files[OWNER] == files[CREATE] == files[DELETE] == files[HUBSPOT] == []


def test_a_plan_that_changes_nothing_gives_headings_and_its_territories(tmp_path):
    files = _written(_outcome_of(("A1", "R1", "R1")), tmp_path)
    assert [name for name in ORDER if files[name]] == [TERRITORY, KEYS]


def test_the_pack_agrees_with_the_moves_of_the_plan():
    plan = make_outcome().territories
    tables = crm_tables(make_outcome())
    moved = set(plan.loc[plan["moved"], "account_id"])
    new = set(plan.loc[plan["previous_rep_id"] == "", "account_id"])
    assert moved
    assert new
    assert set(tables[DELETE]["ObjectId"]) == moved
    assert set(tables[CREATE]["ObjectId"]) == set(tables[OWNER]["Id"]) == moved | new


def test_loading_the_pack_turns_todays_associations_into_the_plan():
    outcome = _outcome_of(
        ("A1", "R1", "R2"), ("A2", "R2", "R1"), ("A3", "", "R3"), ("A4", "R4", "R4")
    )
    plan, tables = outcome.territories, crm_tables(outcome)
    owned = plan[plan["previous_rep_id"] != ""]
    today = set(zip(owned["account_id"], owned["previous_rep_id"], strict=True))
    gone = set(tables[DELETE].itertuples(index=False, name=None))
    made = set(tables[CREATE][["ObjectId", "Territory2Id"]].itertuples(index=False, name=None))
    assert gone <= today
    assert not made & today
    assert (today - gone) | made == set(zip(plan["account_id"], plan["rep_id"], strict=True))


def test_every_territory_named_in_an_association_has_its_key():
    outcome = _outcome_of(("A1", "gone-1", "R2"), ("A2", "R1", "R3"))
    tables = crm_tables(outcome)
    used = {*tables[CREATE]["Territory2Id"], *tables[DELETE]["Territory2Id"]}
    assert used <= set(tables[KEYS]["rep_id"])
    assert list(tables[KEYS]["DeveloperName"]) == list(tables[TERRITORY]["DeveloperName"])


def test_territories_are_called_as_their_reps_and_by_id_where_no_name_is_known(tmp_path):
    files = _written(_outcome_of(("A1", "gone", "R1")), tmp_path)
    names = {key: name for name, key in files[TERRITORY]}
    assert names["R1"] == "Alice Martin"
    assert names["gone"] == "gone"


def test_files_are_sorted_by_account_whatever_the_order_of_the_plan(tmp_path):
    outcome = make_outcome()
    turned = make_outcome(territories=outcome.territories.iloc[::-1])
    first = write_crm(outcome, tmp_path / "new" / "crm")
    second = write_crm(turned, tmp_path / "b")
    assert [path.name for path in first] == ORDER
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    ids = [row[0] for row in _rows(first[0])[1:]]
    assert ids == sorted(ids)


def test_files_are_utf8_with_commas_and_lf(tmp_path):
    files = {path.name: path.read_bytes() for path in write_crm(make_outcome(), tmp_path)}
    assert files[CREATE].startswith(b"ObjectId,Territory2Id,AssociationCause\nA")
    assert files[HUBSPOT].startswith(b"Record ID,Company owner\n")
    assert "Chloé Durand,R3\n".encode() in files[TERRITORY]
    assert not any(b"\r" in text or text.startswith(b"\xef\xbb\xbf") for text in files.values())


@pytest.mark.parametrize(
    "ident", ["0018d00000AbCdEAAZ", "007", "12345678901234567890", "1e5", "a-b"]
)
def test_ids_survive_character_for_character(ident, tmp_path):
    files = _written(_outcome_of((ident, "R1", "0058d000001XyZ")), tmp_path)
    assert files[OWNER] == [[ident, "0058d000001XyZ"]]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_an_id_that_starts_a_formula_is_neutralised_in_every_file(sign, tmp_path):
    bad = f"{sign}1+1"
    for cells in _written(_outcome_of((bad, bad + "0", bad)), tmp_path).values():
        starts = {cell[0] for row in cells for cell in row}
        assert not starts & set("=+-@")
    assert _rows(tmp_path / OWNER)[1] == [f"'{bad}", f"'{bad}"]


@pytest.mark.parametrize("name", sorted(LAYOUT_OF))
def test_headings_are_columns_of_the_crm(name, tmp_path):
    layout = LAYOUTS / f"{LAYOUT_OF[name]}.header.csv"
    if not layout.is_file():
        pytest.skip("the layouts of the CRMs are not beside this tree")
    write_crm(make_outcome(), tmp_path)
    assert set(_rows(tmp_path / name)[0]) <= set(_rows(layout)[0])


@pytest.mark.parametrize("state", [PLANNED, INTERRUPTED])
def test_a_checked_plan_is_published_with_its_pack(state, tmp_path):
    write_reports(make_outcome(state=state), tmp_path)
    assert sorted(path.name for path in (tmp_path / "crm").iterdir()) == sorted(ORDER)


@pytest.mark.parametrize("state", [REJECTED, NO_PLAN])
@pytest.mark.parametrize("make", [make_outcome, make_empty_outcome])
def test_a_plan_that_is_rejected_or_missing_never_gets_a_pack(make, state, tmp_path):
    write_reports(make(state=state), tmp_path)
    assert (tmp_path / "report.html").is_file()
    assert not (tmp_path / "crm").exists()


def test_a_plan_without_territories_gets_no_folder(tmp_path):
    nobody = replace(make_outcome(), territories=make_outcome().territories.iloc[:0])
    assert write_crm(nobody, tmp_path / "crm") == ()
    assert not (tmp_path / "crm").exists()


@pytest.mark.parametrize("rep_id", ["F01", "a", "north_1", "x" * 40])
def test_an_id_that_is_a_developer_name_is_kept(rep_id):
    assert developer_names([rep_id]) == {rep_id: rep_id}


@pytest.mark.parametrize(
    ("rep_id", "stem"),
    [
        ("1a", "T_1a"),
        ("_a", "a"),
        ("a_", "a"),
        ("a__b", "a_b"),
        ("a b", "a_b"),
        ("Lefèvre", "Lefevre"),
        ("日本", "T"),
        ("=1+1", "T_1_1"),
        ("x" * 41, "x" * 31),
    ],
)
def test_any_other_id_is_spelled_as_one_with_its_digest(rep_id, stem):
    name = developer_names([rep_id])[rep_id]
    assert re.fullmatch(re.escape(stem) + "_[0-9a-f]{8}", name)
    assert len(name) <= 40


def test_a_name_does_not_depend_on_colleagues_spelled_alike():
    together = developer_names(["a-b", "a.b", "a_b"])
    assert len(set(together.values())) == 3
    assert all(developer_names([rep_id])[rep_id] == name for rep_id, name in together.items())


def test_names_taken_already_are_counted_on():
    wanted = developer_names(["zoé"])["zoé"]
    assert developer_names(["zoé", wanted]) == {wanted: wanted, "zoé": f"{wanted}_2"}


@settings(max_examples=100, deadline=None)
@given(ids=st.lists(st.text(LETTERS, max_size=6) | st.text(max_size=60), max_size=8))
def test_developer_names_are_valid_unique_and_the_same_in_any_order(ids):
    names = developer_names(ids)
    assert names == developer_names(reversed(ids))
    assert set(names) == set(ids)
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name)
        assert not name.endswith("_")
        assert "__" not in name


def test_the_tables_of_the_plan_are_left_as_they_were():
    outcome = make_outcome()
    before = outcome.territories.copy(deep=True)
    crm_tables(outcome)
    pd.testing.assert_frame_equal(outcome.territories, before)
