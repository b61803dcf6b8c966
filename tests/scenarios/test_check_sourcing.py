"""What only `quartier source` reads: the edge passes, one step beyond is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sourcing_workspace import provider, shop, with_rows

from scenarios.finding_codes_sourcing import SOURCING_CODES

OWN = {code.code for code in SOURCING_CODES} - {"lever_beyond_plan"}


def own_codes(draft, folder: Path) -> list[str]:
    return [f.code for f in draft.load(folder).findings if f.code in OWN]


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ("0.7", []),
        ("0.7000009", []),
        ("0.70001", ["demand_probabilities_no_whole"]),
        ("0.69", ["demand_probabilities_no_whole"]),
    ],
)
def test_probabilities_are_a_whole(tmp_path: Path, second: str, found: list[str]) -> None:
    rows = ({"name": "weak", "probability": "0.3"}, {"name": "strong", "probability": second})
    assert own_codes(with_rows(shop(), "demand_scenarios", *rows), tmp_path) == found


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({"pilot_months": "1", "pilot_capacity_share": "0.5"}, []),
        ({"pilot_months": "0", "pilot_capacity_share": "0.5"}, ["provider_pilot_without_months"]),
        ({"pilot_capacity_share": "1"}, ["provider_pilot_without_months"]),
        ({"pilot_months": "0", "pilot_steering_hours_per_month": "0"}, []),
        ({"ready_month": "2027-02"}, []),
        ({"ready_month": "2027-03"}, ["provider_never_ready"]),
        ({"steering_pools": "sales"}, []),
        ({"steering_pools": "sales|desk"}, ["steering_pool_unknown"]),
    ],
)
def test_terms_of_a_pilot_mean_something(
    tmp_path: Path, terms: dict[str, str], found: list[str]
) -> None:
    offer, prices = provider(**terms)
    draft = with_rows(with_rows(shop(), "providers", offer), "provider_prices", prices)
    assert own_codes(draft, tmp_path) == found


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"severance_eur": "0"}, []),
        ({}, ["redundancy_severance_unknown"]),
        ({"gross_eur_per_month": "3000"}, ["redundancy_severance_unknown"]),
        ({"hired_on": "2020-01-01"}, ["redundancy_severance_unknown"]),
        ({"gross_eur_per_month": "3000", "hired_on": "2020-01-01"}, []),
        ({"severance_eur": "9", "lead_months": "1"}, []),
        ({"severance_eur": "9", "lead_months": "2"}, ["redundancy_beyond_horizon"]),
        ({"rep_id": "r9", "severance_eur": "9"}, ["redundancy_rep_unknown"]),
    ],
)
def test_redundancies_are_of_people_there_at_a_known_price(
    tmp_path: Path, row: dict[str, str], found: list[str]
) -> None:
    draft = with_rows(shop(), "redundancies", {"rep_id": "r1", **row})
    assert own_codes(draft, tmp_path) == found


def test_several_rows_of_a_case_count_its_probability_once(tmp_path: Path) -> None:
    rows = [
        {"name": "weak", "probability": "1", "month": f"2027-0{month}", "target_factor": "0.9"}
        for month in (1, 2)
    ]
    assert own_codes(with_rows(shop(), "demand_scenarios", *rows), tmp_path) == []


@pytest.mark.parametrize(("factor", "found"), [("2", False), ("2.001", True)])
@pytest.mark.parametrize("table", ["trainings", "provider_prices", "automations", "cases"])
def test_no_factor_lifts_a_conversion_above_1(
    tmp_path: Path, table: str, factor: str, found: bool
) -> None:
    draft = shop().cells("process", units_per_next="2")
    terms, prices = provider(conversion_factor=factor)
    rows = {
        "trainings": {"name": "T", "phase": "sell", "cost_eur": "1", "conversion_factor": factor},
        "provider_prices": prices,
        "automations": {
            "automation_id": "A", "phases": "sell", "capacity_units_per_month": "1",
            "conversion_factor": factor,
        },
        "demand_scenarios": {"name": "up", "probability": "1", "win_rate_factor": factor},
    }  # fmt: skip
    with_rows(draft, "providers", terms)
    name = "demand_scenarios" if table == "cases" else table
    with_rows(draft, name, rows[name])
    assert ("conversion_beyond_certainty" in own_codes(draft, tmp_path)) is found


@pytest.mark.parametrize(("months", "found"), [("2027-02", False), ("2027-03", True)])
def test_a_month_of_a_case_lies_in_the_horizon(tmp_path: Path, months: str, found: bool) -> None:
    row = {"name": "weak", "probability": "1", "month": months, "target_factor": "0.9"}
    codes = own_codes(with_rows(shop(), "demand_scenarios", row), tmp_path)
    assert ("demand_month_outside" in codes) is found


@pytest.mark.parametrize(
    ("prices", "warned"),
    [({"price_eur_per_result": "0"}, False), ({"success_fee_eur_per_deal": "1"}, True)],
)
def test_prices_the_plan_does_not_know_are_told(tmp_path: Path, prices, warned: bool) -> None:
    terms, further = provider(**prices)
    draft = with_rows(with_rows(shop(), "providers", terms), "provider_prices", further)
    assert ("provider_prices_beyond_plan" in own_codes(draft, tmp_path)) is warned


def test_each_fault_names_file_row_and_column(tmp_path: Path) -> None:
    good = {"name": "A", "phase": "sell", "cost_eur": "1", "speed_factor": "1.1"}
    draft = with_rows(shop(), "trainings", good, {**good, "name": "B", "phase": "sel"})
    (found,) = [f for f in draft.load(tmp_path).findings if f.code in OWN]
    assert (found.file.split(" ")[0], found.row, found.column, found.value) == (
        "trainings.csv", 3, "phase", "sel",
    )  # fmt: skip
    assert found.remedy
