"""Bring the figures of a sourcing problem to their shapes, or say which one does not fit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Shape = tuple[int, ...]


def spread(owner: object, shapes: Mapping[str, Shape]) -> dict[str, Floats]:
    """Return each named field as a read-only array of its shape, repeated along missing axes.

    A field of one figure may thus be given as that figure: the shape in the docstring is what
    the field is read with.

    Raises
    ------
    ValueError
        Naming the field that has another shape or holds what is no number.
    """
    found = {}
    for name, shape in shapes.items():
        given = np.asarray(getattr(owner, name), dtype=np.float64)
        try:
            found[name] = np.broadcast_to(given, shape)
        except ValueError as error:
            raise ValueError(f"{name} has shape {given.shape}, needs {shape}") from error
        if np.isnan(given).any():
            raise ValueError(f"{name} holds a figure that is no number")
    return found


def refuse_below(owner: object, least: float, *names: str) -> None:
    """Refuse fields that hold a figure below `least`."""
    for name in names:
        if np.any(np.asarray(getattr(owner, name)) < least):
            raise ValueError(f"{name} must be at least {least:g}")


def refuse_outside_shares(owner: object, *names: str) -> None:
    """Refuse fields that hold a figure outside 0..1."""
    for name in names:
        figures = np.asarray(getattr(owner, name), dtype=np.float64)
        if np.any((figures < 0) | (figures > 1)):
            raise ValueError(f"{name} must lie between 0 and 1")


def refuse_strangers(what: str, indices: tuple[int, ...], count: int) -> None:
    """Refuse indices outside 0..count - 1."""
    for index in indices:
        if not 0 <= index < count:
            raise ValueError(f"{what} {index} is unknown: there are {count}")


def zero() -> Floats:
    """Return 0 everywhere."""
    return np.array(0.0)


def one() -> Floats:
    """Return 1 everywhere."""
    return np.array(1.0)


def unlimited() -> Floats:
    """Return no limit anywhere."""
    return np.array(np.inf)


def at_once() -> Floats:
    """Return the lag of phases that pass units on within the month."""
    return np.array([[1.0]])
