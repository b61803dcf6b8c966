"""Findings on people: owners, skills, employment, and the decisions they took."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import FindingCode, Stage


def _rule(
    code: str, severity: Severity, title: str, meaning: str, remedy: str, example: str
) -> FindingCode:
    return FindingCode(
        code=code,
        stage=Stage.RULES,
        severity=severity,
        title=title,
        meaning=meaning,
        remedy=remedy,
        example=example,
    )


E, Q, R, W = Severity.ERROR, Severity.QUARANTINE, Severity.REPAIR, Severity.WARNING

PEOPLE_CODES = (
    _rule(
        "owner_unknown",
        R,
        "An account's owner is not among the reps",
        "The owner is emptied: the account has no owner today and can go to anybody.",
        "Correct owner, or add the rep with an end_date.",
        "owner = integration_user",
    ),
    _rule(
        "owner_left",
        R,
        "An account's owner leaves before the horizon starts",
        "The owner is emptied: the account has no owner today and can go to anybody.",
        "Nothing, if the person has left.",
        "owner = R07, whose end_date is last year",
    ),
    _rule(
        "owner_inside",
        W,
        "An account's owner holds no territory",
        "The owner is of kind inside; the account will go to a field rep.",
        "Correct the kind of the rep, or expect the move.",
        "owner = R12, kind = inside",
    ),
    _rule(
        "locked_without_owner",
        R,
        "An account is locked but has no owner",
        "There is nobody to lock it to: it is unlocked.",
        "Give the owner, or an override.",
        "locked = yes, owner empty",
    ),
    _rule(
        "rep_without_place",
        W,
        "A field rep has no coordinates",
        "Travel is counted from the middle of the accounts.",
        "Give lat_deg and lon_deg of the home or office.",
        "kind = field, lat_deg empty",
    ),
    _rule(
        "rep_without_skills",
        W,
        "A person has no skill",
        "No phase can be given to this person.",
        "Add rows to the skills table.",
        "a rep_id that the skills table does not have",
    ),
    _rule(
        "rep_fte_missing",
        W,
        "A person has no working time",
        "1 full-time equivalent is used, while other reps have one given.",
        "Fill fte.",
        "fte empty",
    ),
    _rule(
        "rep_fte_zero",
        W,
        "A person's working time is 0",
        "The person gives no capacity and holds no territory.",
        "Correct fte, or give an end_date.",
        "fte = 0",
    ),
    _rule(
        "rep_dates_reversed",
        E,
        "A person leaves before the first day",
        "end_date lies before start_date.",
        "Correct the dates.",
        "start_date = 2027-03-01, end_date = 2026-03-01",
    ),
    _rule(
        "rep_outside_horizon",
        W,
        "A person is not employed during the horizon",
        "The person gives no capacity and holds no territory.",
        "Remove the rep, or correct start_date, end_date or [horizon].",
        "end_date before first_month",
    ),
    _rule(
        "rep_date_implausible",
        W,
        "A person's start lies before 1950",
        "It is used as it is.",
        "Correct the date.",
        "start_date = 0202-01-01",
    ),
    _rule(
        "current_phases_above_limit",
        W,
        "A person holds more phases today than the rule allows",
        "The plan will take some away: max_phases_per_person is a hard limit.",
        "Expect the change, or raise the limit under [staffing].",
        "current_phases = prospecting|appointment|meeting with a limit of 2",
    ),
    _rule(
        "list_member_unknown",
        E,
        "A list names something that does not exist",
        "A segment, phase or pool of a list is not defined in the workspace.",
        "Correct the name; items are parted by |.",
        "segments = gold|slver",
    ),
    _rule(
        "skill_rep_unknown",
        Q,
        "A skill is given for an unknown person",
        "The row of the skills table is set aside.",
        "Correct rep_id, or remove the row.",
        "skills of somebody who left",
    ),
    _rule(
        "language_unspoken",
        W,
        "No rep speaks the language of some accounts",
        "No territory may take these accounts; they will be left unassigned.",
        "Add the language to a rep, or correct the accounts.",
        "language = de while the reps speak fr and en",
    ),
    _rule(
        "skill_unoffered",
        W,
        "No rep offers the skill that some accounts ask for",
        "No person fits these accounts.",
        "Add the skill to a rep, or correct the accounts.",
        "skills = oncology while no rep has it",
    ),
    _rule(
        "override_account_unknown",
        Q,
        "An override names an unknown account",
        "The override is set aside.",
        "Correct account_id, or remove the row; the account may itself be set aside.",
        "an account that was merged",
    ),
    _rule(
        "override_rep_unusable",
        Q,
        "An override names a rep who can hold no territory",
        "The rep is unknown, leaves before the horizon, or is of kind inside: the override is "
        "set aside.",
        "Name another rep, or remove the row.",
        "rep_id = R07, who left",
    ),
    _rule(
        "override_expired",
        W,
        "An override has expired",
        "expires lies before the first month of the horizon: the override is set aside.",
        "Remove the row, or give a later date.",
        "expires = 2025-12-31",
    ),
    _rule(
        "override_clash",
        E,
        "Two overrides give one account to two reps",
        "Quartier does not choose between two decisions.",
        "Remove one of them.",
        "A17 to R01 and A17 to R02",
    ),
    _rule(
        "override_against_lock",
        E,
        "An override moves a locked account",
        "The account is locked to its owner and the override names another rep.",
        "Unlock the account, or remove the override.",
        "A17 locked to R01, override to R02",
    ),
)
