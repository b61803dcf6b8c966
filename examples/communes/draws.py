"""Draw invented values from a hash, so that each build gives the same ones."""

from __future__ import annotations

import datetime
import hashlib


def draw(*key: str) -> float:
    """Return a number in [0, 1) that depends on the key alone."""
    digest = hashlib.sha256("/".join(key).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def draw_between(low: float, high: float, *key: str) -> float:
    """Return a number between two limits that depends on the key alone."""
    return low + (high - low) * draw(*key)


def draw_date(first: str, last: str, *key: str) -> str:
    """Return an ISO date between two ISO dates; it depends on the key alone."""
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    days = int(draw(*key) * ((end - start).days + 1))
    return (start + datetime.timedelta(days=days)).isoformat()
