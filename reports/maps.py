"""Draw the territories as SVG: outline, polygons, accounts and homes, ready for the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reports.format import Formats
from reports.labels import Texts
from reports.map_canvas import Canvas, has_place, places_of
from reports.map_colours import rep_colours, reps_drawn
from reports.map_labels import Labels, label_em
from reports.map_paths import geometries_of, rings_of
from reports.map_projection import Floats, Frame
from reports.map_ties import Ties, stray_classes, strays, ties
from scenarios.outcome import Outcome

SIZES = 5


@dataclass(frozen=True, kw_only=True)
class Territory:
    """Hold one polygon; `label` is empty where it would cover another."""

    rep_id: str
    path: str
    colour: int
    tip: str
    label: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Hold one account or home; `classes` carry its size and its colours after and before."""

    x: float
    y: float
    classes: str
    tip: str
    moved: bool = False
    stray: bool = False


@dataclass(frozen=True, kw_only=True)
class MapView:
    """Hold all that the map template draws."""

    width: float
    height: float
    outline: str
    territories: tuple[Territory, ...]
    spots: tuple[Spot, ...]
    homes: tuple[Spot, ...]
    ties: tuple[Ties, ...]
    stray_label: str
    colour_of_rep: dict[str, int]
    scale_units: float
    scale_label: str
    label_em: float
    notes: tuple[str, ...]


def map_view(outcome: Outcome, texts: Texts, formats: Formats) -> MapView | None:
    """Return what is drawn, or None when no account and no territory has a place."""
    shapes = outcome.territory_shapes
    names = reps_drawn(shapes)
    rings = dict(zip(names, map(rings_of, geometries_of(shapes)), strict=True))
    if not len(places_of(outcome.territories)) and not any(rings.values()):
        return None
    outline = [rings_of(shape) for shape in geometries_of(outcome.country_shape)]
    canvas = Canvas(outcome, [*rings.values(), *outline])
    colours = rep_colours(outcome.reps, shapes)
    length_km, label = _scale_bar(canvas.frame, formats)
    return MapView(
        width=canvas.frame.width,
        height=canvas.frame.height,
        outline="".join(canvas.path(several) for several in outline),
        territories=_territories(outcome, canvas, rings, colours, texts, formats),
        spots=_accounts(outcome.territories, canvas, colours, texts, formats),
        homes=_homes(outcome.reps, canvas, colours, texts),
        ties=ties(outcome, canvas, colours),
        stray_label=_stray_label(outcome.territories, texts, formats),
        colour_of_rep=colours,
        scale_units=round(length_km * canvas.frame.scale, 1),
        scale_label=label,
        label_em=label_em(len(shapes)),
        notes=_notes(outcome.territories, canvas, texts),
    )


def _territories(
    outcome: Outcome,
    canvas: Canvas,
    rings: dict[str, list[Floats]],
    colours: dict[str, int],
    texts: Texts,
    formats: Formats,
) -> tuple[Territory, ...]:
    shapes = outcome.territory_shapes
    reps = {str(row["rep_id"]): row for row in outcome.reps.to_dict("records")}
    labels, homes = Labels(len(shapes)), canvas.place(places_of(outcome.reps))
    drawn = []
    for rep, shape in zip(reps_drawn(shapes), geometries_of(shapes), strict=True):
        path = canvas.path(rings[rep])
        if not path:
            continue
        inside = shape.representative_point()
        x, y = canvas.place(np.array([[inside.x, inside.y]]))[0].round(1).tolist()
        row = reps.get(rep)
        name = rep if row is None else str(row["name"])
        y = labels.beside(homes, name, x, y)
        drawn.append(
            Territory(
                rep_id=rep,
                path=path,
                colour=colours[rep],
                tip=name if row is None else _territory_tip(row, texts, formats),
                label=labels.fit(name, x, y),
                x=x,
                y=y,
            )
        )
    return tuple(drawn)


def _territory_tip(row: Mapping[Any, Any], texts: Texts, formats: Formats) -> str:
    return texts(
        "map.tip.territory",
        name=row["name"],
        pool=row["pool"],
        accounts=formats.number(row["accounts_after"]),
        hours=formats.number(row["workload_hours_after"]),
        hours_deviation=formats.signed_percent(row["workload_deviation"]),
        potential=formats.money(row["potential_eur_after"]),
        potential_deviation=formats.signed_percent(row["potential_deviation"]),
    )


def _size_classes(potential: pd.Series[float]) -> NDArray[np.int64]:
    """Return 1 to SIZES so that a point's area follows its potential."""
    amounts = potential.fillna(0.0).clip(lower=0.0).to_numpy(dtype=float)
    top = float(np.quantile(amounts, 0.98)) if len(amounts) else 0.0
    share = np.sqrt(np.clip(amounts / top, 0.0, 1.0)) if top > 0 else np.zeros(len(amounts))
    return (1 + np.minimum(SIZES - 1, np.floor(share * SIZES))).astype(np.int64)


def _accounts(
    accounts: pd.DataFrame,
    canvas: Canvas,
    colours: dict[str, int],
    texts: Texts,
    formats: Formats,
) -> tuple[Spot, ...]:
    """Return the accounts, the greatest first so that the small ones lie on top."""
    seen = accounts[has_place(accounts)]
    placed = canvas.place(places_of(accounts))
    names = dict(zip(accounts["rep_id"], accounts["rep_name"], strict=True))
    inside, sizes = canvas.frame.holds(placed), _size_classes(seen["potential_eur"])
    rows = seen.to_dict("records")
    order = sorted(np.flatnonzero(inside).tolist(), key=lambda i: (-sizes[i], i))
    return tuple(
        Spot(
            x=round(float(placed[i, 0]), 1),
            y=round(float(placed[i, 1]), 1),
            classes=_spot_classes(rows[i], int(sizes[i]), colours),
            tip=_account_tip(rows[i], names, texts, formats),
            moved=bool(rows[i]["moved"]),
            stray=bool(rows[i].get("stray_after")),
        )
        for i in order
    )


def _spot_classes(row: Mapping[Any, Any], size: int, colours: dict[str, int]) -> str:
    classes = f"s{size} k{colours.get(str(row['rep_id']), 'x')}{stray_classes(row)}"
    if not row["moved"]:
        return classes
    return f"{classes} m b{colours.get(str(row['previous_rep_id']), 'x')}"


def _account_tip(
    row: Mapping[Any, Any], names: dict[Any, Any], texts: Texts, formats: Formats
) -> str:
    previous = row["previous_rep_id"]
    tip = texts(
        "map.tip.moved" if row["moved"] else "map.tip.account",
        name=row["name"] or row["account_id"],
        rep=row["rep_name"] or texts("map.unserved"),
        hours=formats.number(row["workload_hours"]),
        potential=formats.money(row["potential_eur"]),
        previous=names.get(previous, previous),
    )
    return f"{tip}\n{texts('map.tip.stray')}" if row.get("stray_after") else tip


def _homes(
    reps: pd.DataFrame, canvas: Canvas, colours: dict[str, int], texts: Texts
) -> tuple[Spot, ...]:
    seen, placed = reps[has_place(reps)], canvas.place(places_of(reps))
    return tuple(
        Spot(
            x=round(float(x), 1),
            y=round(float(y), 1),
            classes=f"k{colours.get(str(rep), 'x')}",
            tip=texts("map.tip.home", name=name),
        )
        for rep, name, (x, y) in zip(seen["rep_id"], seen["name"], placed, strict=True)
    )


def _stray_label(accounts: pd.DataFrame, texts: Texts, formats: Formats) -> str:
    """Return the words of the choice that shows accounts cut off; nothing where none ever was."""
    before, after = (len(strays(accounts, when)) for when in ("before", "after"))
    return texts("map.stray", count=formats.number(after)) if before or after else ""


def _scale_bar(frame: Frame, formats: Formats) -> tuple[float, str]:
    """Return a round length in kilometres, at most a fifth of the width, and its label."""
    room = 0.2 * frame.width / frame.scale
    power = 10.0 ** np.floor(np.log10(room))
    length = max(step * power for step in (1.0, 2.0, 5.0) if step * power <= room)
    return float(length), f"{formats.number(length, 0 if length >= 1 else 1)} km"


def _notes(accounts: pd.DataFrame, canvas: Canvas, texts: Texts) -> tuple[str, ...]:
    outside = int((~canvas.frame.holds(canvas.place(places_of(accounts)))).sum())
    unknown = int((~has_place(accounts)).sum())
    counts = {"map.note.outside": outside, "map.note.unknown": unknown}
    return tuple(texts.count(key, number) for key, number in counts.items() if number)
