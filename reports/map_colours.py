"""Give every rep a colour such that neighbouring territories differ."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geodata.areas import Shapes

COLOURS = 8
"""Colours in report.css, chosen to differ in lightness as well as in hue."""
NEAR_DEG = 0.01
"""Polygons closer than this are neighbours: simplified borders need not touch."""


def greedy_colours(count: int, neighbours: Sequence[tuple[int, int]]) -> list[int]:
    """Colour `count` nodes so that neighbours differ wherever eight colours allow it.

    Welsh and Powell (1967): most neighbours first; among the colours left, the least used, so
    that the map does not drown in one. Ties by position.
    """
    touching: list[set[int]] = [set() for _ in range(count)]
    for a, b in neighbours:
        if a != b:
            touching[a].add(b)
            touching[b].add(a)
    colours, used = [-1] * count, [0] * COLOURS
    for node in sorted(range(count), key=lambda i: (-len(touching[i]), i)):
        near = [sum(colours[other] == c for other in touching[node]) for c in range(COLOURS)]
        colour = min(range(COLOURS), key=lambda c: (near[c], used[c], c))
        colours[node] = colour
        used[colour] += 1
    return colours


def _neighbour_pairs(shapes: Shapes) -> list[tuple[int, int]]:
    if not len(shapes):
        return []
    first, second = shapes.sindex.query(shapes.geometry, predicate="dwithin", distance=NEAR_DEG)
    return [(int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b]


def reps_drawn(shapes: Shapes) -> list[str]:
    """Return the reps that have a polygon, in the order of the table."""
    return [str(rep) for rep in shapes["rep_id"]] if len(shapes) else []


def rep_colours(reps: pd.DataFrame, shapes: Shapes) -> dict[str, int]:
    """Return the colour of every rep; neighbouring territories differ."""
    drawn = reps_drawn(shapes)
    others = [str(rep) for rep in reps["rep_id"] if str(rep) not in set(drawn)]
    colours = greedy_colours(len(drawn) + len(others), _neighbour_pairs(shapes))
    return dict(zip(drawn + others, colours, strict=True))
