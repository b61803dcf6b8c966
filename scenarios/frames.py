"""Small readings of tables that many places share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows as named tuples; `Index` is the line in the source file.

    The columns are those of the table's specification, which the type of a named tuple cannot
    say; hence `Any`.
    """
    yield from frame.itertuples()
