"""The figures of a plan: how each is written, which way is better, which stand first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.format import MISSING, Formats, is_missing
from reports.labels import Texts, placeholders
from scenarios.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class KpiSpec:
    """Describe one figure; `better` is +1 when more is better, -1 when less is, 0 neither."""

    kind: str
    better: int = 0


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Hold one headline figure, ready to print; `note` says what it means."""

    label: str
    value: str
    note: str
    tone: str = ""


KPIS: Mapping[str, KpiSpec] = {
    "profit": KpiSpec(kind="money", better=1),
    "revenue_planned_eur": KpiSpec(kind="money", better=1),
    "margin_eur": KpiSpec(kind="money", better=1),
    "added_cost_eur": KpiSpec(kind="money", better=-1),
    "hire_cost_eur": KpiSpec(kind="money"),
    "provider_cost_eur": KpiSpec(kind="money"),
    "lever_cost_eur": KpiSpec(kind="money"),
    "on_the_way_eur": KpiSpec(kind="money"),
    "staff_cost_eur": KpiSpec(kind="money"),
    "roi": KpiSpec(kind="percent", better=1),
    "payback_month": KpiSpec(kind="number", better=-1),
    "cash_low_eur": KpiSpec(kind="money", better=1),
    "cac_eur": KpiSpec(kind="money", better=-1),
    "marginal_cac_eur": KpiSpec(kind="money", better=-1),
    "target_deals": KpiSpec(kind="deals"),
    "planned_deals": KpiSpec(kind="deals", better=1),
    "coverage": KpiSpec(kind="percent", better=1),
    "worst_month_coverage": KpiSpec(kind="percent", better=1),
    "largest_provider_share": KpiSpec(kind="percent", better=-1),
    "deals_too_late": KpiSpec(kind="deals", better=-1),
    "margin_lost_eur": KpiSpec(kind="money", better=-1),
    "hires": KpiSpec(kind="number"),
    "staff_hours": KpiSpec(kind="number"),
    "hire_hours": KpiSpec(kind="number"),
    "provider_hours": KpiSpec(kind="number"),
    "uncovered_hours": KpiSpec(kind="number", better=-1),
    "accounts": KpiSpec(kind="number"),
    "accounts_moved": KpiSpec(kind="number", better=-1),
    "moved_share": KpiSpec(kind="percent", better=-1),
    "worst_workload_deviation_before": KpiSpec(kind="percent"),
    "worst_workload_deviation_after": KpiSpec(kind="percent", better=-1),
    "worst_potential_deviation_before": KpiSpec(kind="percent"),
    "worst_potential_deviation_after": KpiSpec(kind="percent", better=-1),
    "travel_hours_before": KpiSpec(kind="number"),
    "travel_hours_after": KpiSpec(kind="number", better=-1),
    "travel_moves_eur": KpiSpec(kind="money", better=-1),
    "stray_accounts_before": KpiSpec(kind="number"),
    "stray_accounts_after": KpiSpec(kind="number", better=-1),
    "stray_accounts_given": KpiSpec(kind="number"),
    "stray_accounts_left": KpiSpec(kind="number"),
    "stray_share_before": KpiSpec(kind="percent"),
    "stray_share_after": KpiSpec(kind="percent", better=-1),
    "contiguous_share_before": KpiSpec(kind="percent"),
    "contiguous_share_after": KpiSpec(kind="percent", better=1),
    "among_others_share_before": KpiSpec(kind="percent"),
    "among_others_share_after": KpiSpec(kind="percent", better=-1),
    "mean_km_to_middle_before": KpiSpec(kind="km"),
    "mean_km_to_middle_after": KpiSpec(kind="km", better=-1),
    "polsby_popper_before": KpiSpec(kind="factor"),
    "polsby_popper_after": KpiSpec(kind="factor", better=1),
    "reock_before": KpiSpec(kind="factor"),
    "reock_after": KpiSpec(kind="factor", better=1),
    "accounts_set_aside": KpiSpec(kind="number"),
    "findings_errors": KpiSpec(kind="number"),
    "findings_quarantined": KpiSpec(kind="number"),
    "findings_repaired": KpiSpec(kind="number"),
    "findings_warnings": KpiSpec(kind="number"),
}

HEADLINE = (
    "profit",
    "margin_eur",
    "added_cost_eur",
    "coverage",
    "hires",
    "provider_hours",
    "accounts_moved",
    "worst_workload_deviation_after",
    "travel_hours_after",
    "uncovered_hours",
)
SUMMARY = ("deals", "cost", "uncovered", "moves", "balance", "travel", "looks")


def spec_of(name: str) -> KpiSpec:
    """Return how a figure is written; a figure not known here is guessed from its unit."""
    if name in KPIS:
        return KPIS[name]
    if "_eur" in name:
        return KpiSpec(kind="money")
    return KpiSpec(kind="percent" if name.endswith(("_share", "_ratio", "_rate")) else "number")


def show(formats: Formats, kind: str, value: Any, *, compact: bool = False) -> str:
    """Return one figure as text."""
    if kind == "money":
        return formats.compact_money(value) if compact else formats.money(value)
    if kind == "percent":
        return formats.percent(value)
    if kind in {"factor", "km"}:
        return formats.number(value, 2 if kind == "factor" else 1)
    return formats.count(value, 1 if kind == "deals" and _has_fraction(value) else 0)


def _has_fraction(value: Any) -> bool:
    return not is_missing(value) and abs(float(value) - round(float(value))) >= 0.05


def _filled(template: str, outcome: Outcome, formats: Formats) -> str:
    """Return the sentence with its figures, or nothing when one of them is missing."""
    names = placeholders(template)
    if any(is_missing(outcome.kpis.get(name)) for name in names):
        return ""
    return template.format(
        **{n: show(formats, spec_of(n).kind, outcome.kpis[n], compact=True) for n in names}
    )


def _template(key: str, outcome: Outcome, texts: Texts) -> str:
    """Return the text of `key`; where sourcing decided more levers, the one that names them."""
    with_levers = f"{key}.levers"
    more = "lever_cost_eur" in outcome.kpis and with_levers in texts
    return texts.template(with_levers if more else key)


def summary(outcome: Outcome, texts: Texts, formats: Formats) -> list[str]:
    """Return the plan in a few sentences; those whose figures are missing are left out."""
    templates = (_template(f"summary.{name}", outcome, texts) for name in SUMMARY)
    sentences = (_filled(template, outcome, formats) for template in templates)
    return [sentence for sentence in sentences if sentence]


def headline_tiles(outcome: Outcome, texts: Texts, formats: Formats) -> list[Tile]:
    """Return the headline figures that the outcome has, in a fixed order."""
    tiles = []
    for name in HEADLINE:
        value = show(formats, spec_of(name).kind, outcome.kpis.get(name), compact=True)
        if value == MISSING:
            continue
        note = _filled(_template(f"tile.{name}.note", outcome, texts), outcome, formats)
        tiles.append(
            Tile(
                label=texts(f"tile.{name}"),
                value=value,
                note=note or texts(f"tile.{name}.plain"),
                tone=_tone(name, outcome.kpis),
            )
        )
    return tiles


def _tone(name: str, kpis: Mapping[str, float]) -> str:
    if name.endswith("_after"):
        before = kpis.get(f"{name.removesuffix('_after')}_before")
        return "" if is_missing(before) else _direction(float(before or 0.0) - kpis[name])
    if name == "uncovered_hours":
        return "bad" if kpis[name] >= 0.5 else "good"
    if name == "profit":
        return "bad" if kpis[name] < 0 else ""
    return ""


def _direction(improvement: float) -> str:
    if abs(improvement) < 1e-9:
        return ""
    return "good" if improvement > 0 else "bad"
