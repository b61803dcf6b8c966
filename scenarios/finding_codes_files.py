"""Findings on quartier.toml, files, columns and single cells."""

from __future__ import annotations

from scenarios.errors import Severity
from scenarios.finding_code import FindingCode, Stage


def _code(
    code: str, severity: Severity, title: str, meaning: str, remedy: str, example: str
) -> FindingCode:
    return FindingCode(
        code=code,
        stage=Stage.READING,
        severity=severity,
        title=title,
        meaning=meaning,
        remedy=remedy,
        example=example,
        error_outside_bulk=severity is Severity.QUARANTINE,
    )


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
        error_outside_bulk=severity is Severity.QUARANTINE,
    )


E, Q, R, W = Severity.ERROR, Severity.QUARANTINE, Severity.REPAIR, Severity.WARNING

FILE_CODES = (
    _code(
        "config_missing",
        E,
        "There is no quartier.toml",
        "A workspace is a folder with a quartier.toml in it; this one has none, or is no folder.",
        "Give the folder that holds quartier.toml, or make one with `quartier init`.",
        "quartier check plans/ where the file lies in plans/2027/",
    ),
    _code(
        "config_unreadable",
        E,
        "quartier.toml is not valid TOML",
        "The file cannot be parsed, so nothing else can be read.",
        "Mend the line named; texts stand in quotes, a key has one value.",
        "name = Demo (no quotes)",
    ),
    _code(
        "config_key_unknown",
        E,
        "A key of quartier.toml is unknown",
        "Unknown keys are refused, since a mistyped rule would silently not hold.",
        "Use the name proposed, or remove the key; docs/data.md lists all keys.",
        "work_load_tolerance = 0.1 under [territory]",
    ),
    _code(
        "config_value",
        E,
        "A value of quartier.toml is missing or not allowed",
        "A required key is absent, or a value has the wrong type or lies outside its limits.",
        "Give a value as docs/data.md describes it.",
        'months = "twelve" under [horizon]',
    ),
    _code(
        "table_missing",
        E,
        "A required table is absent",
        "Without it no plan can be made.",
        "Add the file to the workspace, or name it under [sources].",
        "no reps.csv, and no reps under [sources]",
    ),
    _code(
        "source_missing",
        E,
        "A file named under [sources] is not there",
        "The table cannot be read.",
        "Correct the file name; it is relative to the workspace.",
        'accounts = "export_2026.csv" where no such file lies',
    ),
    _code(
        "source_outside",
        E,
        "A source lies outside the workspace",
        "Only files inside the workspace are read, links followed, so that a workspace "
        "received from somebody else cannot read your other files.",
        "Copy the file into the workspace.",
        'accounts = "../../etc/passwd"',
    ),
    _code(
        "source_unreadable",
        E,
        "A file cannot be read as a table",
        "It is of an unknown kind, damaged, binary, too large, or a quote in it is never closed.",
        "Open and save it again as CSV (UTF-8) or XLSX; a quote inside a cell is written twice.",
        "a picture renamed accounts.csv",
    ),
    _code(
        "source_ambiguous",
        W,
        "Several files could be the table",
        "The first of .csv, .xlsx, .parquet, .geojson is read, the others are not.",
        "Remove the others, or name the right one under [sources].",
        "accounts.csv and accounts.xlsx side by side",
    ),
    _code(
        "characters_replaced",
        W,
        "Some characters of a file cannot be read",
        "The file is neither UTF-8 nor cp1252; unreadable characters show as \ufffd.",
        "Save the file again as UTF-8.",
        "Saint-\ufffdtienne",
    ),
    _code(
        "table_empty",
        W,
        "A table has no rows",
        "It counts as absent; an error when the table is required.",
        "Export the table again, or remove the file when it is not needed.",
        "reps.csv with its header only",
    ),
    _code(
        "row_ragged",
        Q,
        "A row has more or fewer cells than the header",
        "Its values may stand under the wrong columns, so the row is set aside.",
        "Put text that holds the separator or a line break in quotes.",
        "A17,Smith, Jones and Co,48.8,2.3 under account_id,name,lat_deg,lon_deg",
    ),
    _code(
        "column_missing",
        E,
        "A required column is absent",
        "The table cannot be used without it.",
        'Add the column, or map yours under [columns.<table>]: ours = "yours".',
        "accounts.csv without segment",
    ),
    _code(
        "column_unmapped",
        E,
        "A column mapped in quartier.toml is not in the file",
        "[columns.<table>] names a column of the file that does not exist, or a column of ours "
        "that no table has.",
        "Correct the name; the nearest one is proposed.",
        '[columns.accounts] name = "Acount Name"',
    ),
    _code(
        "column_twice",
        E,
        "A column stands twice in the header",
        "It is not known which of the two is meant.",
        "Rename or remove one of them.",
        "account_id,name,segment,name",
    ),
    _code(
        "column_unknown",
        W,
        "A column looks like one of ours, mistyped",
        "It is not read.",
        "Rename it to the name proposed, or map it under [columns.<table>].",
        "potential_eu for potential_eur",
    ),
    _code(
        "columns_unused",
        W,
        "Columns of the file are not used",
        "They are none of ours and not mapped; they are not read.",
        "Nothing, unless one of them holds something Quartier should know: then map it.",
        "Fax, BillingCity",
    ),
    _code(
        "number_unreadable",
        Q,
        "A number cannot be read",
        "The cell counts as empty and the row is planned with the rest.",
        "Write a plain number such as 1250.5.",
        "12O0 with the letter O",
    ),
    _code(
        "date_unreadable",
        Q,
        "A date cannot be read",
        "The cell counts as empty and the row is planned with the rest.",
        "Write dates as YYYY-MM-DD.",
        "31/02/2026",
    ),
    _code(
        "month_unreadable",
        Q,
        "A month cannot be read",
        "The cell counts as empty and the row is planned with the rest.",
        "Write months as YYYY-MM.",
        "2026-13",
    ),
    _code(
        "boolean_unreadable",
        Q,
        "A yes or no cannot be read",
        "The cell counts as no and the row is planned with the rest.",
        "Write yes or no.",
        "perhaps",
    ),
    _code(
        "number_ambiguous",
        W,
        "Numbers could be read in two ways",
        "A mark stands before exactly three digits everywhere, so it may part thousands or "
        "decimals; the message says how the file was read.",
        "Write one of them with two decimals, or without a mark for thousands.",
        "1.234 and 5.678 and nothing else",
    ),
    _code(
        "date_ambiguous",
        W,
        "Dates could be read in two ways",
        "No date of the file tells day from month; they are read day first.",
        "Write dates as YYYY-MM-DD.",
        "03/04/2026",
    ),
    _rule(
        "required_missing",
        Q,
        "A required cell is empty",
        "The row is set aside.",
        "Fill the cell.",
        "an account without account_id",
    ),
    _rule(
        "id_duplicate",
        Q,
        "Two rows have the same id and differ",
        "The first is kept, the later ones are set aside.",
        "Keep the right one; give the other its own id.",
        "A17 twice, with different potentials",
    ),
    _rule(
        "id_copy",
        R,
        "A row is there twice",
        "The copy is set aside.",
        "Remove the copy; an export that joins accounts and contacts often makes them.",
        "the same line twice",
    ),
    _rule(
        "number_not_finite",
        Q,
        "A number is infinite",
        "The cell counts as empty.",
        "Write a plain number; a division by zero in the source may be the cause.",
        "inf",
    ),
    _rule(
        "number_out_of_range",
        Q,
        "A number is outside its limits",
        "The cell counts as empty.",
        "Correct the number; docs/data.md gives the limits and units.",
        "potential_eur = -500, fte = 35",
    ),
    _rule(
        "choice_unknown",
        Q,
        "A word is none of those allowed",
        "The cell counts as empty.",
        "Use one of the words listed in docs/data.md.",
        "kind = itinerant",
    ),
)
