"""Findings on working time: calendars, leave, and the shares that hours are made of."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import rule_code

E, Q, W = Severity.ERROR, Severity.QUARANTINE, Severity.WARNING

CAPACITY_CODES = (
    rule_code(
        "calendar_country_unknown",
        E,
        "The public holidays of a country are not known",
        "Days cannot be counted without them.",
        "Give the three letters of ISO 3166, such as FRA, BEL or DEU.",
        "country = FR, or XXX",
    ),
    rule_code(
        "calendar_subdivision_unknown",
        E,
        "A region is not known in its country",
        "Regions have public holidays of their own, so days cannot be counted.",
        "Give the code or name of the region, for France also the department; or leave it empty.",
        "subdivision = Bavaria, for Bayern or BY",
    ),
    rule_code(
        "leave_rep_unknown",
        Q,
        "Leave is given for an unknown person",
        "The row of the leave table is set aside.",
        "Correct rep_id, or remove the row.",
        "leave of somebody who is no rep",
    ),
    rule_code(
        "leave_dates_reversed",
        E,
        "Leave ends before it starts",
        "last_day lies before first_day.",
        "Correct the dates; leave of one day has the same day twice.",
        "first_day = 2027-08-20, last_day = 2027-08-02",
    ),
    rule_code(
        "leave_outside_employment",
        E,
        "Leave lies outside a person's employment",
        "It starts before start_date or ends after end_date of the rep.",
        "Correct the leave, or the dates of the rep.",
        "first_day = 2027-01-04, start_date = 2027-03-01",
    ),
    rule_code(
        "leave_overlap",
        E,
        "Two leaves of one person overlap",
        "A day away can only count once, as one kind of leave.",
        "Join the two rows, or correct their dates.",
        "2027-08-02 to 2027-08-20 and 2027-08-16 to 2027-08-27",
    ),
    rule_code(
        "leave_above_yearly_days",
        W,
        "More paid leave is given than the days of the year",
        "It is planned as given; nothing of the yearly days is left to spread.",
        "Correct the dates, raise leave_days_per_year, or mark other leave as kind = other.",
        "30 working days of paid leave with leave_days_per_year = 25",
    ),
    rule_code(
        "rep_always_away",
        W,
        "A person has no working hour in the horizon",
        "Leave, closed days or a share of 0 take every day: the person gives no capacity and "
        "holds no territory.",
        "Expect it, or correct leave and shares.",
        "parental leave over the whole horizon",
    ),
    rule_code(
        "over_assignment_with_ramp",
        E,
        "An over-assignment buffer stands beside a ramp or attrition",
        "The buffer is there for people who are not productive yet or leave; ramp and attrition "
        "count just that, so together the same hours would be taken off twice.",
        "Set over_assignment = 1 under [capacity]; or keep it, with ramp = [1], both attrition "
        "rates 0, and no ramp below 1 in reps and hiring.",
        "over_assignment = 1.2 with ramp = [0.25, 0.5, 0.75]",
    ),
    rule_code(
        "capacity_rules_unused",
        W,
        "Rules of working time are given that no hour depends on",
        "Flat hours (staffing.productive_hours_per_fte_month, or no country) know no calendar, "
        "leave, shares or ramp of people; hours by the calendar know no staffing.availability.",
        "Remove the flat hours to plan by the calendar, or remove the rules.",
        "productive_hours_per_fte_month = 100 beside a leave table",
    ),
)
