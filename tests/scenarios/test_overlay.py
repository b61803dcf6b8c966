"""A scenario does exactly what it says, says what it did, and leaves the base alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typed_workspace import make_workspace

from scenarios.config import Config
from scenarios.errors import UsageError
from scenarios.overlay import apply_scenario, scenario_names


def write(folder: Path, name: str, text: str) -> None:
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def workspace(tmp_path):
    return make_workspace(tmp_path)


def test_base_changes_nothing(workspace):
    overlaid = apply_scenario(workspace)
    assert overlaid.workspace is workspace
    assert overlaid.changes.empty


def test_scale_multiplies_the_rows_named_and_logs_each(workspace):
    write(
        workspace.folder,
        "more",
        'title = "More"\n[[change]]\ntable = "targets"\nwhere = { segment = "gold" }\n'
        "scale = { revenue_eur = 1.1 }\n",
    )
    overlaid = apply_scenario(workspace, "more")
    assert overlaid.workspace.tables["targets"]["revenue_eur"].tolist() == [110.0, 50.0]
    assert overlaid.changes.to_dict("records") == [
        {
            "table": "targets",
            "id": "2027-01 / gold",
            "column": "revenue_eur",
            "before": "100",
            "after": "110",
        }
    ]


def test_base_tables_stay_untouched(workspace):
    before = {name: frame.copy() for name, frame in workspace.tables.items()}
    write(
        workspace.folder,
        "all",
        '[[change]]\ntable = "targets"\nadd = { revenue_eur = 5 }\n'
        '[[change]]\ntable = "reps"\nwhere = { rep_id = "R2" }\ndrop = true\n'
        '[[change]]\ntable = "reps"\nappend = [{ rep_id = "R3", pool = "west" }]\n',
    )
    apply_scenario(workspace, "all")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, workspace.tables[name])


def test_drop_and_append_change_the_rows(workspace):
    write(
        workspace.folder,
        "people",
        '[[change]]\ntable = "reps"\nwhere = { rep_id = ["R1"] }\ndrop = true\n'
        '[[change]]\ntable = "reps"\nappend = [{ rep_id = "R3", pool = "west", fte = 0.5,'
        ' segments = ["gold"], start_date = "2027-03-01" }]\n',
    )
    reps = apply_scenario(workspace, "people").workspace.tables["reps"]
    assert reps["rep_id"].tolist() == ["R2", "R3"]
    new = reps.iloc[1]
    assert (new["fte"], new["segments"], new["start_date"]) == (
        0.5,
        ("gold",),
        pd.Timestamp("2027-03-01"),
    )
    assert np.isnan(new["lat_deg"])
    assert new["kind"] == "both", "what is not said has its default"
    assert reps.index.is_unique


def test_set_replaces_a_value_and_the_type_is_kept(workspace):
    write(
        workspace.folder,
        "pool",
        '[[change]]\ntable = "reps"\nwhere = { rep_id = "R1" }\nset = { pool = "west", fte = 1 }\n',
    )
    reps = apply_scenario(workspace, "pool").workspace.tables["reps"]
    assert reps["pool"].tolist() == ["west", "east"]
    assert reps["fte"].dtype == float


def test_rules_override_the_configuration(workspace):
    write(workspace.folder, "loose", '[rules]\n"territory.workload_tolerance" = 0.3\n')
    overlaid = apply_scenario(workspace, "loose")
    assert overlaid.workspace.config.territory.workload_tolerance == 0.3
    assert workspace.config.territory.workload_tolerance == 0.10
    assert overlaid.changes["id"].tolist() == ["territory.workload_tolerance"]


def test_extends_lays_the_parent_first(workspace):
    write(workspace.folder, "a", '[[change]]\ntable = "reps"\nwhere={rep_id="R1"}\nset={fte=0.5}\n')
    write(
        workspace.folder,
        "b",
        'extends = "a"\n[[change]]\ntable="targets"\nscale={revenue_eur=2}\n',
    )
    overlaid = apply_scenario(workspace, "b")
    assert overlaid.workspace.tables["reps"]["fte"].tolist() == [0.5, 1.0]
    assert overlaid.changes["table"].tolist() == ["reps", "targets", "targets"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[change]]\ntable = "nothing"\ndrop = true\n', "known table"),
        ('[[change]]\ntable = "reps"\nset = {fte=1}\nscale = {fte=1}\n', "one of"),
        ('[[change]]\ntable = "reps"\nwhere = {colour="red"}\ndrop = true\n', "no column colour"),
        ('[[change]]\ntable = "reps"\nset = {colour="red"}\n', "no column colour"),
        ('[[change]]\ntable = "reps"\nwhere = {rep_id="R9"}\ndrop = true\n', "matches no row"),
        ('[[change]]\ntable = "reps"\nscale = {pool=2}\n', "needs a number"),
        ('[[change]]\ntable = "reps"\nset = {fte="half"}\n', "fte is a number"),
        ('[[change]]\ntable = "reps"\nset = {kind="phone"}\n', "field, inside, both"),
        ('[[change]]\ntable = "reps"\nappend = [{pool="west"}]\n', "lacks rep_id"),
        ('[[change]]\ntable="reps"\nset={fte=1}\n[[change]]\ntable="reps"\nadd={fte=1}\n', "twice"),
        ('[rules]\n"territory.colour" = 1\n', "no rule 'territory.colour'"),
        ('[rules]\n"territory.workload_tolerance" = -1\n', "greater than 0"),
        ("colour = 1\n", "unknown key"),
        ("title = \n", "not valid TOML"),
        ('extends = "x"\n', "extends itself"),
    ],
)
def test_what_cannot_be_done_is_said(workspace, text, said):
    write(workspace.folder, "x", text)
    with pytest.raises(UsageError, match=said):
        apply_scenario(workspace, "x")


def test_an_unknown_scenario_names_the_nearest(workspace):
    write(workspace.folder, "freeze", "")
    with pytest.raises(UsageError, match="did you mean 'freeze'"):
        apply_scenario(workspace, "freze")


def test_a_scenario_is_never_read_from_elsewhere(workspace):
    (workspace.folder / "secret.toml").write_text("title='x'", encoding="utf-8")
    (workspace.folder / "scenarios").mkdir()
    with pytest.raises(UsageError, match="has no scenario"):
        apply_scenario(workspace, "../secret")


def test_listed_scenarios_come_first_in_their_order(workspace):
    for name in ("a", "b", "c"):
        write(workspace.folder, name, "")
    ordered = workspace.config.model_copy(update={"scenarios": ("c", "a")})
    assert scenario_names(replace(workspace, config=ordered)) == ("c", "a", "b")


@pytest.mark.parametrize(
    ("gain", "fine"), [("[1.1, 1.0]", True), ("[1.0, 1.0]", True), ("[1.0, 1.01]", False)]
)
def test_more_phases_never_mean_more_speed(workspace, gain, fine):
    write(workspace.folder, "x", f'[rules]\n"staffing.specialisation_gain" = {gain}\n')
    if fine:
        assert apply_scenario(workspace, "x").workspace.config.staffing.specialisation_gain
    else:
        with pytest.raises(UsageError, match="more speed"):
            apply_scenario(workspace, "x")


@pytest.mark.parametrize(
    "text",
    [
        'change = "a"',
        "change = [1]",
        'rules = "a"',
        '[[change]]\ntable = ["reps"]\ndrop = true',
        '[[change]]\ntable = "reps"\nset = "a"',
        '[[change]]\ntable = "reps"\nwhere = "a"\nset = { fte = 0.5 }',
        '[[change]]\ntable = "reps"\nappend = ["a"]',
        '[[change]]\ntable = "reps"\ndrop = false',
        '[[change]]\ntable = "reps"\nscale = { fte = nan }',
        '[[change]]\ntable = "reps"\nset = { fte = inf }',
    ],
)
def test_a_scenario_of_the_wrong_shape_is_refused_in_words(workspace, text):
    write(workspace.folder, "odd", text + "\n")
    with pytest.raises(UsageError, match="odd"):
        apply_scenario(workspace, "odd")


@pytest.mark.parametrize(
    "rules",
    [
        '[rules]\n"staffing.max_phases_per_person" = 1\n',
        "[rules]\nstaffing.max_phases_per_person = 1\n",
        "[rules.staffing]\nmax_phases_per_person = 1\n",
    ],
)
def test_a_rule_of_a_section_leaves_the_others_as_they_are(workspace, rules):
    data = workspace.config.model_dump()
    data["staffing"]["productive_hours_per_fte_month"] = 77.0
    workspace = replace(workspace, config=Config.model_validate(data))
    write(workspace.folder, "one", rules)
    staffing = apply_scenario(workspace, "one").workspace.config.staffing
    assert staffing.max_phases_per_person == 1
    assert staffing.productive_hours_per_fte_month == 77.0


def test_rows_to_plan_follow_what_a_scenario_adds_and_drops(workspace):
    write(
        workspace.folder,
        "other",
        '[[change]]\ntable = "reps"\nwhere = { rep_id = "R2" }\ndrop = true\n'
        '[[change]]\ntable = "targets"\nappend = { month = "2027-01", revenue_eur = 5 }\n',
    )
    rows = apply_scenario(workspace, "other").workspace.rows_read
    assert (rows["reps"], rows["targets"], rows["accounts"]) == (1, 3, 0)


@pytest.mark.parametrize(("value", "fine"), [("1e12", True), ("1.1e12", False), ("inf", False)])
def test_rules_beyond_any_sales_organisation_are_refused(workspace, value, fine):
    write(workspace.folder, "x", f'[rules]\n"segments.gold.revenue_per_deal_eur" = {value}\n')
    if fine:
        assert not apply_scenario(workspace, "x").changes.empty
    else:
        with pytest.raises(UsageError, match=r"less than or equal|finite"):
            apply_scenario(workspace, "x")


@pytest.mark.parametrize(("currency", "fine"), [("USD", True), ("usd", False), ("<b>", False)])
def test_a_currency_is_three_capitals(workspace, currency, fine):
    write(workspace.folder, "x", f'[rules]\n"workspace.currency" = "{currency}"\n')
    if fine:
        assert apply_scenario(workspace, "x").workspace.config.workspace.currency == currency
    else:
        with pytest.raises(UsageError, match="match pattern"):
            apply_scenario(workspace, "x")
