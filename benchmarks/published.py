"""Read published instances: numbers out of hostile files, best known values, one type of case."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.best_known import BestKnown
from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem

LARGEST_FILE_BYTES = 300_000_000
MOST_POINTS = 20_000
"""Distances of all pairs of more points do not fit into the memory of a common machine."""
LARGEST_NUMBER = 1e15
"""Beyond it a double no longer tells one from the next."""


class InstanceError(ValueError):
    """Name a file that cannot be read as an instance, and its fault, in one line."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")
        self.path, self.fault = path, fault


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Hold what a plan is worth in the set's own unit, and the rules it breaks in words."""

    value: float
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """Tie one instance to its problem, its way back and its own evaluation.

    Attributes
    ----------
    name
        As the tables of best known values call it.
    sense
        "min" or "max" of the published value; "max" is solved with costs negated.
    problem
        Builds the problem (large matrices are made only when it is solved).
    answer
        Turns a plan into the (U,) numbers the set's solution files hold.
    evaluate
        Recomputes value and rules of an answer, from the file's own numbers alone.
    text
        Turns an answer into the text of a solution file.
    integral
        Whether every plan is worth an integer: then a bound may be rounded to the next one.
    """

    name: str
    path: Path
    sense: str
    problem: Callable[[], TerritoryProblem]
    answer: Callable[[TerritoryPlan], Ints]
    evaluate: Callable[[Ints], Evaluation]
    text: Callable[[Ints], str]
    best: BestKnown | None = None
    integral: bool = False
    notes: tuple[str, ...] = field(default=())


def read_text(path: Path) -> str:
    """Return the text of a file, unpacked where its name ends in .gz.

    Raises
    ------
    InstanceError
        When it cannot be opened, is no text, or is larger than any instance published.
    """
    try:
        raw = _unpacked(path) if path.suffix == ".gz" else _bytes(path)
        text = raw.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InstanceError(path, reason or f"cannot be read ({error})") from error
    except UnicodeDecodeError as error:
        raise InstanceError(path, f"no text: byte {error.start} is not UTF-8") from error
    if len(raw) > LARGEST_FILE_BYTES:
        raise InstanceError(path, f"larger than {LARGEST_FILE_BYTES:,} bytes")
    if not text.strip():
        raise InstanceError(path, "empty")
    return text


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST_FILE_BYTES + 1)


def _unpacked(path: Path) -> bytes:
    with gzip.open(path, "rb") as stream:
        return stream.read(LARGEST_FILE_BYTES + 1)


class Numbers:
    """Take numbers from a text one block after the other; every fault names file and place."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._at = path, 0
        words = text.split()
        try:
            self._values = np.array(words, dtype=np.float64)
        except ValueError:
            raise InstanceError(path, _first_word_that_is_no_number(text)) from None
        if not (np.abs(self._values) <= LARGEST_NUMBER).all():
            wrong = words[int(np.argmin(np.abs(self._values) <= LARGEST_NUMBER))]
            raise InstanceError(path, f"'{wrong[:40]}' is not a number to count with")

    def count(self, what: str, least: int = 1, most: float = LARGEST_NUMBER) -> int:
        """Return the next number, an integer between the two."""
        value = float(self.block(1, what)[0])
        if value != int(value) or value < least:
            raise InstanceError(self._path, f"{what} is {value:g}, needs an integer >= {least}")
        if value > most:
            raise InstanceError(self._path, f"{what} is {value:.0f}, at most {most:,.0f} fit")
        return int(value)

    def block(self, size: int, what: str, least: float = -np.inf) -> Floats:
        """Return the next `size` numbers, none below `least`."""
        left = len(self._values) - self._at
        if left < size:
            raise InstanceError(self._path, f"{what}: {size} numbers expected, {left} left")
        values = self._values[self._at : self._at + size]
        self._at += size
        if size and values.min() < least:
            raise InstanceError(self._path, f"{what}: {values.min():g} is below {least:g}")
        return values

    def integers(self, size: int, what: str, least: int, most: int) -> Ints:
        """Return the next `size` integers between the two."""
        values = self.block(size, what, least)
        if size and ((values != np.rint(values)).any() or values.max() > most):
            raise InstanceError(self._path, f"{what}: not all are integers up to {most}")
        return values.astype(np.int64)

    def end(self) -> None:
        """Refuse anything left over: then the file is not what its head says."""
        left = len(self._values) - self._at
        if left:
            raise InstanceError(self._path, f"{left} numbers more than its head announces")


def _first_word_that_is_no_number(text: str) -> str:
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.split():
            if not _is_number(word):
                return f"line {number}: '{word[:40]}' is not a number"
    return "holds a word that is not a number"


def _is_number(word: str) -> bool:
    try:
        np.array([word], dtype=np.float64)
    except ValueError:
        return False
    return True


def words_of(numbers: Ints) -> str:
    """Return integers on one line, as solution files hold them."""
    return " ".join(str(number) for number in numbers.tolist()) + "\n"


def neighbours(count: int, edges: Ints) -> list[list[int]]:
    """Return the neighbours of each of `count` points."""
    beside: list[list[int]] = [[] for _ in range(count)]
    for one, other in edges.tolist():
        beside[one].append(other)
        beside[other].append(one)
    return beside


def is_connected(members: Ints, beside: list[list[int]]) -> bool:
    """Say whether points hang together among themselves."""
    left = set(members.tolist())
    return not left or len(reached(next(iter(members.tolist())), left, beside)) == len(left)


def reached(first: int, among: set[int], beside: list[list[int]]) -> set[int]:
    """Return the points of `among` that hang together with the first."""
    seen, stack = {first}, [first]
    while stack:
        for point in beside[stack.pop()]:
            if point in among and point not in seen:
                seen.add(point)
                stack.append(point)
    return seen


def districts(answer: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield each district's number with its members, by number."""
    for number in np.unique(answer).tolist():
        yield number, np.flatnonzero(answer == number)
