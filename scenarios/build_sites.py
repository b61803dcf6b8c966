"""Vacant territories: where they could be, and who they are once the plan has placed them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.points import great_circle_km
from optimizer.territory_problem import TerritoryPlan, VacantSeats
from scenarios.build_costs import Travel, eligible, measures_of, travel_between
from scenarios.build_decisions import Decided
from scenarios.build_territory_rules import targets, tolerances
from scenarios.config import Config
from scenarios.territory_case import TerritoryCase, VacantCase

Floats = NDArray[np.float64]
NEW = "new-"
"""First letters of the rep_id of a territory that the plan proposes."""


def vacant_case(
    accounts: pd.DataFrame,
    standing: pd.DataFrame,
    reps: pd.DataFrame,
    decided: Decided,
    config: Config,
) -> VacantCase | None:
    """Return the sites and targets of vacant seats; None where there are none.

    `standing` are the reps with a home, `reps` the vacant ones.
    """
    if reps.empty and (standing.empty or not config.territory.max_new_seats):
        return None
    sites = accounts.iloc[spread_places(accounts, config.territory.max_sites)]
    travel = travel_between(accounts, sites[["lat_deg", "lon_deg"]].to_numpy(float), config)
    fte = float(reps["fte"].iloc[0]) if len(reps) else 1.0
    least = min(len(reps), len(sites))
    most = min(len(reps) + config.territory.max_new_seats, len(sites))
    measures, there = measures_of(accounts, config), standing["fte"].to_numpy(float)
    return VacantCase(
        sites=sites,
        travel_km=travel.km,
        travel_hours=travel.hours,
        reps=reps,
        fte=fte,
        least=least,
        targets=tuple(
            targets(measures, there, decided, config, np.full(opened, fte))
            for opened in range(least, most + 1)
        ),
    )


def spread_places(accounts: pd.DataFrame, most: int) -> list[int]:
    """Return rows of accounts at up to `most` places that are large and far from each other.

    All places when there are no more; else one by one the place of largest worth times squared
    distance from those chosen (k-means++ of Arthur and Vassilvitskii, 2007, without the dice),
    worth being the potential there, or the number of accounts where none is known.
    """
    lat, lon = accounts["lat_deg"].to_numpy(float), accounts["lon_deg"].to_numpy(float)
    _, first, place_of = np.unique(
        np.column_stack([lat, lon]).round(6), axis=0, return_index=True, return_inverse=True
    )
    if len(first) <= most:
        return np.sort(first).tolist()
    potential = np.nan_to_num(accounts["potential_eur"].to_numpy(float))
    weight = potential if potential.any() else np.ones(len(accounts))
    worth = np.bincount(place_of.ravel(), weights=weight, minlength=len(first))
    chosen = [int(worth.argmax())]
    km = np.full(len(first), np.inf)
    while len(chosen) < most:
        at = first[chosen[-1]]
        km = np.minimum(km, great_circle_km(lat[first], lon[first], lat[at], lon[at]))
        chosen.append(int((worth * km**2).argmax()))
    return np.sort(first[np.unique(chosen)]).tolist()


def vacant_seats(vacant: VacantCase, accounts: pd.DataFrame, config: Config) -> VacantSeats:
    """Return the vacant seats of the problem, with the same window at every site."""
    rules, places = config.territory, vacant.sites[["lat_deg", "lon_deg"]].to_numpy(float)
    travel = travel_between(accounts, places, config)
    sites, least = len(places), vacant.least
    lower, upper = (limits[-1:] for limits in windows_for_any_number(vacant, config))
    return VacantSeats(
        site_ids=tuple(vacant.sites["account_id"]),
        cost=np.where(_reachable(vacant, accounts, travel), travel.eur, np.inf),
        lower=np.repeat(lower, sites, axis=0),
        upper=np.repeat(upper, sites, axis=0),
        # Without a choice of number, seats that are there anyway cost nothing more.
        open_cost=np.full(sites, rules.seat_cost_eur_per_year if rules.max_new_seats else 0.0),
        least=least,
        most=least + len(vacant.targets) - 1,
        home_unit=np.full(sites, -1, dtype=np.int64),
    )


def _reachable(vacant: VacantCase, accounts: pd.DataFrame, travel: Travel) -> NDArray[np.bool_]:
    """Return which account a seat at a site may serve (U, J): all vacant reps are alike."""
    if vacant.reps.empty:
        return np.ones(travel.eur.shape, dtype=bool)
    at_every_site = vacant.reps.iloc[np.zeros(travel.eur.shape[1], dtype=int)]
    return eligible(accounts, at_every_site, travel.distance_km)


def windows_for_any_number(vacant: VacantCase, config: Config) -> tuple[Floats, Floats]:
    """Return windows (S + 1, K), the last that of a vacant seat, for any number of seats opened.

    Targets fall with every seat opened: the lower ends are those with the most seats, the upper
    ends those with the fewest.
    """
    fewest = vacant.targets[0] if vacant.least else vacant.targets[min(1, len(vacant.targets) - 1)]
    standing = len(vacant.targets[0]) - vacant.least
    upper = np.vstack([vacant.targets[0][:standing], fewest[-1:]])
    lower = np.vstack([vacant.targets[-1][:standing], vacant.targets[-1][-1:]])
    balanced, tolerance = upper.sum(axis=0) > 0, tolerances(config)
    lower = np.where(balanced, lower * (1 - tolerance), -np.inf)
    return lower, np.where(balanced, upper * (1 + tolerance), np.inf)


def with_opened_seats(case: TerritoryCase, plan: TerritoryPlan) -> TerritoryCase:
    """Return the case with the vacant seats that the plan opened behind the others.

    The first are those of the vacant reps, by id; the others are named new-1, new-2, ...
    """
    vacant = case.vacant
    if vacant is None:
        return case
    opened = _opened_rows(case.seats, vacant, plan)
    return replace(
        case,
        seats=opened if case.seats.empty else pd.concat([case.seats, opened]),
        travel_km=np.hstack([case.travel_km, vacant.travel_km[:, plan.site]]),
        travel_hours=np.hstack([case.travel_hours, vacant.travel_hours[:, plan.site]]),
        targets=vacant.targets[len(plan.site) - vacant.least],
    )


def _opened_rows(standing: pd.DataFrame, vacant: VacantCase, plan: TerritoryPlan) -> pd.DataFrame:
    """Return rows like those of reps for the seats opened, with the place of their site.

    A proposed seat joins the pool of the nearest rep.
    """
    taken, proposed = vacant.reps.iloc[: len(plan.site)], plan.site[len(vacant.reps) :].tolist()
    opened = pd.concat([taken, *(_nearest(standing, vacant, site) for site in proposed)])
    sites = vacant.sites.iloc[plan.site]
    ids = [f"{NEW}{number}" for number in range(1, len(proposed) + 1)]
    places = sites["name"].tolist()[len(taken) :]
    return opened.assign(
        rep_id=[*taken["rep_id"], *ids],
        name=[
            *taken["name"],
            *(f"{new}, {at}" if at else new for new, at in zip(ids, places, strict=True)),
        ],
        lat_deg=sites["lat_deg"].to_numpy(),
        lon_deg=sites["lon_deg"].to_numpy(),
        fte=vacant.fte,
        frozen=False,
    )


def _nearest(standing: pd.DataFrame, vacant: VacantCase, site: int) -> pd.DataFrame:
    """Return the row of the rep nearest to a site; a vacant one where nobody has a home."""
    if standing.empty:
        return vacant.reps.iloc[:1]
    place = vacant.sites.iloc[site]
    lat, lon = standing["lat_deg"].to_numpy(float), standing["lon_deg"].to_numpy(float)
    km = great_circle_km(lat, lon, float(place["lat_deg"]), float(place["lon_deg"]))
    row = int(np.where(np.isnan(km), np.inf, km).argmin())
    return standing.iloc[row : row + 1]
