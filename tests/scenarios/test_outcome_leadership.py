"""What leadership reads agrees with the plan: against doing nothing, to the cent."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios import outcome_leadership
from scenarios.decide import Request, Watch
from scenarios.outcome_leadership_measures import MEASURE_COLUMNS, leadership_kpis
from scenarios.run import make_outcome
from scenarios.starter import write_starter

SEASON = Path(__file__).parents[2] / "examples" / "season"


@pytest.fixture(scope="module")
def season():
    return make_outcome(Request(folder=SEASON), Watch())


def figures(outcome):
    table = outcome.leadership
    return dict(zip(table["measure"], table["value"], strict=True))


def words(outcome):
    return dict(zip(outcome.leadership["measure"], outcome.leadership["words"], strict=True))


def test_return_is_worked_out_from_the_cash_of_the_months(season):
    found, cash = figures(season), season.cash
    assert found["extra_cost_eur"] == pytest.approx(cash["extra_cost_eur"].sum())
    assert found["extra_cost_eur"] == pytest.approx(season.kpis["added_cost_eur"], abs=0.01)
    extra = cash["extra_margin_eur"].sum()
    assert found["roi"] == pytest.approx((extra - cash["extra_cost_eur"].sum())
                                         / cash["extra_cost_eur"].sum())  # fmt: skip
    assert cash["cumulated_eur"].to_numpy() == pytest.approx(cash["extra_cash_eur"].cumsum())


def test_doing_nothing_is_the_team_alone(season):
    """Three people of 80 hours, 56 hours a deal, 15,000 EUR a deal, against the table of targets.

    In February they can do 240 / 56 deals of the 4.5 wanted: nothing more can be gained there.
    """
    able = 240 / 56
    wanted = season.coverage.groupby("month")["deals_target"].sum().to_numpy()
    planned = season.coverage.groupby("month")["deals_planned"].sum().to_numpy()
    extra = (planned - np.minimum(wanted, able)) * 15_000
    assert season.cash["extra_margin_eur"].to_numpy() == pytest.approx(extra, abs=0.5)


def test_payback_is_the_first_month_that_stays_above_nothing(season):
    found = figures(season)
    month = int(found["payback_month"])
    cumulated = season.cash["cumulated_eur"].to_numpy()
    assert (cumulated[month - 1 :] >= 0).all()
    assert cumulated[month - 2] < 0
    assert words(season)["payback_month"] == season.cash["month"][month - 1]
    assert found["cash_low_eur"] == pytest.approx(cumulated.min())


def test_the_curve_has_the_plan_at_its_top(season):
    curve = season.hire_curve.set_index("hires")
    assert curve.index.tolist() == [0, 1, 2, 3, 4]
    assert curve.loc[2, "planned"]
    assert curve["profit_eur"].max() == curve.loc[2, "profit_eur"]
    assert curve.loc[2, "profit_eur"] == pytest.approx(season.kpis["profit"], abs=0.01)
    assert (curve["not_proved_eur"] >= 0).all()
    assert curve.loc[0, "difference_eur"] < curve.loc[1, "difference_eur"] < 0


def test_the_worst_month_is_named(season):
    share = season.coverage.groupby("month")["deals_planned"].sum()
    share /= season.coverage.groupby("month")["deals_target"].sum()
    assert figures(season)["worst_month_coverage"] == pytest.approx(share.min())
    assert words(season)["worst_month_coverage"] == share.round(9).idxmin()


def test_what_a_provider_may_cost_lies_above_what_it_costs(season):
    (row,) = season.price_limits.to_dict("records")
    assert row["pays_up_to_eur_per_hour"] > row["price_eur_per_hour"] == 30.0
    assert row["share_of_work"] == pytest.approx(figures(season)["largest_provider_share"])


def test_money_that_comes_later_pays_back_later(season, tmp_path):
    shutil.copytree(SEASON, tmp_path / "later", ignore=shutil.ignore_patterns("runs"))
    config = tmp_path / "later" / "quartier.toml"
    text = config.read_text(encoding="utf-8")
    assert text.count("margin_rate") == 1
    config.write_text(text.replace("margin_rate", "paid_after_months = 2\nmargin_rate"), "utf-8")
    later = make_outcome(Request(folder=tmp_path / "later"), Watch())
    received = later.cash["extra_received_eur"].to_numpy()
    assert received[:2].tolist() == [0.0, 0.0]
    assert received[2:] == pytest.approx(later.cash["extra_margin_eur"].to_numpy()[:-2])
    assert figures(later)["payback_month"] > figures(season)["payback_month"]
    assert figures(later)["roi"] == pytest.approx(figures(season)["roi"]), "won is won"


def test_without_the_pay_of_everybody_the_cost_of_a_customer_is_not_said(season):
    assert "cac_eur" not in figures(season)
    assert figures(season)["marginal_cac_eur"] > 0


def test_with_pay_the_cost_of_a_customer_is_all_cost_over_all_deals(tmp_path):
    write_starter("outbound", tmp_path)
    outcome = make_outcome(Request(folder=tmp_path), Watch())
    cost = outcome.kpis["staff_cost_eur"] + outcome.kpis["added_cost_eur"]
    expected = cost / outcome.kpis["planned_deals"]
    assert outcome.kpis["cac_eur"] == pytest.approx(expected, abs=0.01)


def test_two_runs_give_the_same_tables(season):
    again = make_outcome(Request(folder=SEASON), Watch())
    for name in ("leadership", "cash", "hire_curve", "price_limits"):
        pd.testing.assert_frame_equal(getattr(season, name), getattr(again, name))


def test_figures_of_the_table_are_figures_of_the_plan(season):
    found = figures(season)
    for name in ("roi", "payback_month", "cash_low_eur", "marginal_cac_eur"):
        assert season.kpis[name] == found[name]


@pytest.mark.parametrize(
    ("value", "said", "figure"),
    [(4.0, "2027-04", 4.0), (np.nan, "never out of pocket", 0.0),
     (np.nan, "not within horizon", None)],
)  # fmt: skip
def test_payback_as_a_figure(value, said, figure):
    table = pd.DataFrame([("payback_month", value, said)], columns=MEASURE_COLUMNS)
    assert leadership_kpis(table).get("payback_month") == figure


def test_where_nothing_can_be_hired_or_bought_there_is_nothing_to_say(tmp_path):
    write_starter("outbound", tmp_path)
    for name in ("hiring.csv", "providers.csv"):
        (tmp_path / name).unlink()
    outcome = make_outcome(Request(folder=tmp_path), Watch())
    assert outcome.leadership.empty
    assert outcome.hire_curve.empty
    assert "roi" not in outcome.kpis


def solved_season(monkeypatch, **limits):
    for name, value in limits.items():
        monkeypatch.setattr(outcome_leadership, name, value)
    return make_outcome(Request(folder=SEASON), Watch())


def test_a_large_team_gets_rougher_curves_that_say_so(season, monkeypatch):
    rough = solved_season(monkeypatch, MANY_PEOPLE_MONTHS=10, ROUGH_GAP=1.0)
    assert rough.hire_curve["hires"].tolist() == season.hire_curve["hires"].tolist()
    off = rough.hire_curve["not_proved_eur"].sum()
    assert off >= season.hire_curve["not_proved_eur"].sum()


def test_a_very_large_team_gets_measures_without_curve_and_limits(monkeypatch):
    large = solved_season(monkeypatch, MOST_PEOPLE_MONTHS=10)
    assert not large.leadership.empty
    assert not large.cash.empty
    assert large.hire_curve.empty
    assert large.price_limits.empty


def test_a_run_that_is_stopped_still_says_what_it_knows():
    outcome = make_outcome(Request(folder=SEASON), Watch(cancelled=lambda: True))
    assert outcome.hire_curve.empty
    assert outcome.leadership.empty or outcome.kpis["extra_cost_eur"] >= 0
