"""A sourcing story adds up, is checked, and says what it leaves out."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sourcing_workspace import provider, shop, with_rows
from workspace_builders import Draft

from optimizer.result import Progress, Solution, Status
from optimizer.sourcing_problem import SourcingPlan
from optimizer.verify import Violation
from reports.sourcing_text import sourcing_text
from reports.sourcing_words import MEASURES
from scenarios import sourcing
from scenarios.decide import Request, Watch
from scenarios.sourcing import SourcingStory, source_workspace
from scenarios.sourcing_curve import hire_counts
from scenarios.sourcing_tables import COLUMNS
from scenarios.sourcing_write import write_sourcing

SEASON = Path(__file__).parents[2] / "examples" / "season"
HIRE = {
    "offer_id": "H", "role": "Seller", "phases": "sell", "cost_eur_per_month": "300",
    "recruiting_eur": "100", "max_count": "1",
}  # fmt: skip
TRAINING = {"name": "T", "phase": "sell", "speed_factor": "1.1", "cost_eur": "500"}


def told(folder: Path, scenario: str = "base", watch: Watch | None = None) -> SourcingStory:
    return source_workspace(Request(folder=folder, scenario=scenario), watch or Watch())


@pytest.fixture(scope="module")
def season() -> SourcingStory:
    return told(SEASON, "b-with-provider")


def shop_with_levers() -> Draft:
    """Return a shop with two cases of demand, a hire, a training and a provider."""
    draft, (terms, prices) = shop(), provider(price_eur_per_result="400")
    with_rows(draft, "hiring", HIRE)
    with_rows(draft, "trainings", TRAINING)
    with_rows(draft, "providers", terms)
    with_rows(draft, "provider_prices", prices)
    weak = {"name": "=weak", "probability": "0.5", "target_factor": "0.5"}
    return with_rows(draft, "demand_scenarios", weak, {"name": "strong", "probability": "0.5"})


@pytest.fixture(scope="module")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop_with_levers().write(tmp_path_factory.mktemp("story") / "shop")


@pytest.fixture(scope="module")
def plain_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop().write(tmp_path_factory.mktemp("plain") / "shop")


@pytest.fixture(scope="module")
def story(shop_folder: Path) -> SourcingStory:
    return told(shop_folder)


def measured(story: SourcingStory) -> dict[str, float]:
    frame = story.tables["measures"]
    return dict(zip(frame["measure"], frame["value"], strict=True))


def test_the_season_is_told_with_its_known_figures(season: SourcingStory) -> None:
    assert (season.state, season.status, season.violations) == ("planned", "OPTIMAL", ())
    assert season.objective == pytest.approx(1_325_086.62, abs=0.005)
    curve = season.tables["profit_curve"]
    assert curve["hires"].tolist() == list(range(7))
    assert curve["profit_eur"].round().tolist() == [
        1_077_499, 1_214_713, 1_325_087, 1_311_853, 1_300_160, 1_286_260, 1_272_360,
    ]  # fmt: skip
    ladder = season.tables["ladder"].set_index("without")["profit_eur"].round()
    assert ladder.to_dict() == {
        "": 1_325_087,
        "outsourcing": 1_103_936,
        "hiring": 1_077_499,
        "outsourcing + hiring": 756_643,
    }
    prices = season.tables["break_even"].set_index("lever")["pays_below"]
    assert prices["outside-team"] == pytest.approx(163.93, abs=0.005)
    # The first hire is paid for ten months and brings what the curve says.
    assert prices["full-cycle"] == pytest.approx(5_900 + (1_214_713 - 1_077_499) / 10, abs=0.1)
    found = measured(season)
    assert found["roi"] == pytest.approx(2.561, abs=0.0005)
    assert found["extra_cost_eur"] == pytest.approx(221_954, abs=0.5)
    assert found["coverage"] == pytest.approx(0.987, abs=0.0005)
    assert found["cash_low_eur"] == 0.0


def test_the_seasons_decisions_name_month_and_end(season: SourcingStory) -> None:
    rows = season.tables["decisions"].to_dict("records")
    assert [(r["month"], r["kind"], r["amount"], r["until"]) for r in rows] == [
        ("2026-01", "hire", 2.0, "2026-03"),
        ("2026-02", "contract", 11.0, "2026-12"),
    ]


@pytest.mark.parametrize("name", ["season", "story"])
def test_tables_add_up(name: str, request: pytest.FixtureRequest) -> None:
    found: SourcingStory = request.getfixturevalue(name)
    costs = found.tables["costs"].set_index("source")["cost_eur"]
    assert costs.drop("total").sum() == pytest.approx(costs["total"], abs=0.05)
    assert measured(found)["cost_eur"] == pytest.approx(costs["total"], abs=0.01)
    assert found.tables["terms"]["discounted_eur"].sum() == pytest.approx(found.objective, abs=0.1)
    risk = found.tables["risk"]
    assert (risk["probability"] * risk["profit_eur"]).sum() == pytest.approx(
        measured(found)["objective_eur"], abs=0.05
    )
    cash = found.tables["cash"]
    assert cash["extra_cash_eur"].sum() == pytest.approx(cash["cumulated_eur"].iloc[-1], abs=0.05)


def test_one_more_person_brings_what_a_plan_with_that_person_is_worth_more(
    tmp_path: Path, story: SourcingStory
) -> None:
    (more,) = story.tables["one_more"].query("kind == 'person'").to_dict("records")
    draft = shop_with_levers()
    draft.tables["reps"].append({**draft.tables["reps"][0], "rep_id": "r2"})
    with_rows(draft, "skills", {"rep_id": "r2", "phase": "sell"})
    gained = told(draft.write(tmp_path / "shop")).objective - story.objective
    assert 0 < more["gain_eur"] - 0.02 <= gained <= more["gain_high_eur"] + 0.02


def test_the_ladder_falls_and_the_plan_stands_on_top(story: SourcingStory) -> None:
    ladder = story.tables["ladder"]
    assert ladder["without"].iloc[0] == ""
    assert ladder["profit_eur"].iloc[0] == pytest.approx(story.objective, abs=0.01)
    assert (ladder["profit_eur"] <= ladder["profit_eur"].iloc[0]).all()
    assert ladder["without"].iloc[-1] == "outsourcing + training + hiring"


def test_the_plan_is_worth_more_than_doing_nothing_by_the_last_rung(story: SourcingStory) -> None:
    # Without any lever, doing nothing is all there is.
    row = story.tables["measures"].set_index("measure").loc["extra_worth_eur"]
    assert row["value"] == pytest.approx(story.tables["ladder"]["costs_eur"].iloc[-1], abs=0.02)
    assert row["low"] <= row["value"] + 1e-6
    assert row["value"] <= row["high"] + 1e-6


def test_knowing_the_demand_is_never_worth_less_than_nothing(story: SourcingStory) -> None:
    rows = story.tables["measures"].set_index("measure").loc[["evpi_eur", "vss_eur"]]
    assert (rows["low"] >= 0).all()
    assert (rows["high"] >= rows["low"]).all()


def test_the_worth_of_knowing_is_that_of_hiring_in_the_good_case_only(story: SourcingStory) -> None:
    # Known strong: hire, 20,000 - 700; known weak: 10,000 without; the mean is 14,650.
    wait_and_see = (20_000 - 700 + 10_000) / 2
    found = story.tables["measures"].set_index("measure")["value"]["evpi_eur"]
    assert found == pytest.approx(wait_and_see - story.objective, abs=0.01)


def test_each_decision_is_costed_in_each_demand_and_the_least_regretted_named(
    story: SourcingStory,
) -> None:
    # A hire costs 700. Strong: 20 deals of 1,000 with it, 16 without. Weak: 10 either way.
    regret = story.tables["regret"]
    found = {
        (row["made_for"], row["demand"], row["if_demand"]): (row["profit_eur"], row["regret_eur"])
        for row in regret.to_dict("records")
    }
    for made_for in (("plan", ""), ("one scenario", "strong")):
        assert found[*made_for, "strong"] == pytest.approx((19_300, 0), abs=0.02)
        assert found[*made_for, "=weak"] == pytest.approx((9_300, 700), abs=0.02)
    assert found["do nothing", "", "strong"] == pytest.approx((16_000, 3_300), abs=0.02)
    assert found["do nothing", "", "=weak"] == pytest.approx((10_000, 0), abs=0.02)
    table = story.tables["candidates"].set_index(["made_for", "demand"])
    assert table.loc[("plan", "")].to_dict() == pytest.approx(
        {
            "chosen": "proved", "worth_eur": 14_300, "expected_eur": 14_300, "cvar_eur": 9_300,
            "expected_regret_eur": 350, "worst_regret_eur": 700, "worst_regret_low_eur": 700,
            "worst_demand": "=weak",
        },
        abs=0.02,
    )  # fmt: skip
    assert (table["chosen"] != "").sum() == 1
    assert table["worst_regret_eur"].min() == pytest.approx(700, abs=0.02)


def test_decisions_are_tested_on_demand_nobody_decided_on(story: SourcingStory) -> None:
    fresh = story.tables["out_of_sample"]
    assert set(fresh["drawn"]) == {30}
    assert fresh["broken"].sum() == 0
    plan, nothing = (fresh[fresh["made_for"] == name].iloc[0] for name in ("plan", "do nothing"))
    assert (plan["less_than_plan_eur"], plan["less_error_eur"]) == (0, 0)
    assert nothing["less_than_plan_eur"] == pytest.approx(plan["mean_eur"] - nothing["mean_eur"])
    assert nothing["lowest_eur"] <= nothing["cvar_eur"] <= nothing["mean_eur"]
    # With 16 deals at most and none below 0, doing nothing cannot leave this range.
    assert 0 <= nothing["lowest_eur"] <= nothing["mean_eur"] <= 16_000


def test_the_plan_stands_beside_doing_nothing(story: SourcingStory) -> None:
    # One hire: 30 of 30 deals; without: 8 a month at most, 26 of 30.
    found = story.tables["against_nothing"].set_index("measure")
    assert found.loc["margin_eur"].tolist() == pytest.approx([13_000, 15_000, 2_000], abs=0.01)
    assert found.loc["cost_eur"].tolist() == pytest.approx([0, 700, 700], abs=0.01)
    assert found.loc["profit_eur"].tolist() == pytest.approx([13_000, 14_300, 1_300], abs=0.01)
    assert found.loc["coverage"].tolist() == pytest.approx([26 / 30, 1, 4 / 30], abs=1e-5)
    assert found.loc["target_missed_probability"].tolist() == pytest.approx([0.5, 0, -0.5])
    covered = story.tables["coverage"]
    assert covered["deals_wanted"].tolist() == pytest.approx([7.5, 7.5])
    assert covered["deals_won"].sum() == pytest.approx(15.0)


def test_redundancies_and_pilots_are_among_the_decisions(tmp_path: Path) -> None:
    # Steering takes all the time of one person at first; the other costs more than it sells.
    draft = shop().cells("reps", cost_eur_per_year="120000")
    with_rows(draft, "redundancies", {"rep_id": "r1", "severance_eur": "0", "lead_months": "1"})
    terms, prices = provider(price_eur_per_result="400", pilot_months="1")
    with_rows(with_rows(draft, "providers", terms), "provider_prices", prices)
    rows = told(draft.write(tmp_path)).tables["decisions"].to_dict("records")
    found = [(r["month"], r["kind"], r["name"], r["amount"], r["until"]) for r in rows]
    assert found == [
        ("2027-01", "contract", "P", 2.0, "2027-02"),
        ("2027-01", "pilot", "P", 1.0, "2027-01"),
        ("2027-02", "redundancy", "r1 [sell]", 1.0, ""),
    ]


def test_one_demand_leaves_nothing_to_regret(season: SourcingStory) -> None:
    for name in ("candidates", "regret", "out_of_sample"):
        assert season.tables[name].empty


def test_every_table_is_there_and_every_measure_has_a_name(story: SourcingStory) -> None:
    found = {name: tuple(frame.columns) for name, frame in story.tables.items()}
    assert {name: found[name] for name in COLUMNS} == COLUMNS
    assert set(found) - set(COLUMNS) == {"assumptions", "changes"}
    assert set(story.tables["measures"]["measure"]) <= set(MEASURES)


def test_the_same_input_gives_the_same_bytes(shop_folder: Path, story: SourcingStory) -> None:
    first = write_sourcing(story, shop_folder)
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    again = write_sourcing(told(shop_folder), shop_folder)
    assert again == first
    assert {path.name: path.read_bytes() for path in again.iterdir()} == before
    assert set(before) == {"sourcing.json", *(f"sourcing_{name}.csv" for name in story.tables)}


def test_files_hold_plain_values_and_no_formula(shop_folder: Path, story: SourcingStory) -> None:
    folder = write_sourcing(story, shop_folder)
    document = json.loads((folder / "sourcing.json").read_text("utf-8"))
    assert document["objective"] == story.objective
    assert document["tables"]["risk"][0]["demand"] == "=weak"
    with (folder / "sourcing_risk.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["demand"] == "'=weak"


def test_the_text_says_what_to_do_and_what_is_proved(season: SourcingStory) -> None:
    text = sourcing_text(season)
    for said in ("OPTIMAL: worth 1,325,086.62 EUR", "gap 0.000%", "full-cycle: 2 persons", "163.93",
                 "never out of pocket", "before the present team"):  # fmt: skip
        assert said in text
    assert "nan" not in text.lower()


@pytest.mark.parametrize(("sources", "lines"), [(15, 15), (16, 15), (40, 15)])
def test_a_long_cost_table_is_folded_in_the_text_and_still_adds_up(
    season: SourcingStory, sources: int, lines: int
) -> None:
    costs = pd.DataFrame(
        [(f"s{n}", float(n), float(n)) for n in range(1, sources + 1)],
        columns=list(COLUMNS["costs"]),
    )
    total = sources * (sources + 1) / 2
    costs.loc[len(costs)] = ["total", total, total]
    text = sourcing_text(replace(season, tables={**season.tables, "costs": costs}))
    shown = text.split("\nCost\n")[1].split("\n\n")[0].split("\n")[1:]
    assert len(shown) == lines + 1
    figures = [float(line.split()[-1].replace(",", "")) for line in shown]
    assert sum(figures[:-1]) == figures[-1] == total


def test_a_plan_that_fails_its_check_is_shown_nowhere(
    plain_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Violation(rule="hours", subject="r1", amount=90.0, limit=80.0, message="too many")
    monkeypatch.setattr(sourcing, "violations_sourcing", lambda *_: (broken,))
    found = told(plain_folder)
    assert found.state == "rejected"
    assert (found.objective, found.bound, dict(found.tables), found.shortfalls) == (
        None, None, {}, (),
    )  # fmt: skip
    text = sourcing_text(found)
    assert "REJECTED" in text
    assert "hours: too many" in text
    written = write_sourcing(found, plain_folder)
    assert [path.name for path in written.iterdir()] == ["sourcing.json"]


def test_a_baseline_that_fails_its_check_rejects_the_story(
    plain_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Violation(rule="hours", subject="r1", amount=90.0, limit=80.0, message="too many")
    real = sourcing.violations_sourcing

    def of_fixed(problem, plan, objective):  # type: ignore[no-untyped-def]
        return real(problem, plan, objective) if problem.fixed is None else (broken,)

    monkeypatch.setattr(sourcing, "violations_sourcing", of_fixed)
    found = told(plain_folder)
    assert (found.state, found.tables, found.violations) == ("rejected", {}, (broken,))


def test_a_stopped_run_keeps_its_plan_and_says_what_it_left_out(shop_folder: Path) -> None:
    asked: list[str] = []

    def listen(progress: Progress) -> None:
        if progress.stage == "questions":
            asked.append(progress.message)

    found = told(shop_folder, watch=Watch(on_progress=listen, cancelled=lambda: len(asked) >= 1))
    assert found.state == "interrupted"
    # The one question that was answered, and the plan itself.
    assert found.tables["profit_curve"]["hires"].tolist() == [0, 1]
    assert found.tables["ladder"].empty
    assert any("the run was stopped" in note for note in found.notes)
    assert "interrupted" in sourcing_text(found)


def test_a_run_stopped_before_any_question_keeps_a_checked_plan(plain_folder: Path) -> None:
    found = told(plain_folder, watch=Watch(cancelled=lambda: True))
    assert (found.state, found.objective) == ("interrupted", pytest.approx(16_000))
    assert found.tables["hour_values"].empty


def test_no_plan_is_told_with_its_reason_and_without_tables(
    plain_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing: Solution[SourcingPlan] = Solution(
        status=Status.UNKNOWN, sense="max", bound=20_000.0, stopped_by="time"
    )
    monkeypatch.setattr(sourcing, "solve_sourcing", lambda *_: nothing)
    found = told(plain_folder)
    assert (found.state, found.tables) == ("no_plan", {})
    assert "no plan" in sourcing_text(found)
    assert "UNKNOWN: stopped by the time limit" in sourcing_text(found)


@pytest.mark.parametrize(
    ("most", "planned", "counts"),
    [(0, 0, (0,)), (6, 2, tuple(range(7))), (7, 2, (0, 1, 2, 3, 4)), (7, 7, (0, 5, 6, 7))],
)
def test_the_curve_shows_every_number_or_those_about_the_plan(
    most: int, planned: int, counts: tuple[int, ...]
) -> None:
    assert hire_counts(most, planned) == counts
