"""The rules of territories in quartier.toml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.config_types import NotNegative, Positive, Section, Share

Count = Annotated[int, Field(ge=0, le=10_000_000)]


class TerritorySection(Section):
    """Balance, continuity and grouping of territories."""

    workload_tolerance: Positive = Field(
        default=0.10,
        description="how far hours may be from their target, ratio",
    )
    potential_tolerance: Positive = Field(
        default=0.15, description="how far potential may be from its target"
    )
    balance_workload: bool = Field(default=True, description="balance hours between territories")
    balance_potential: bool = Field(
        default=True, description="balance potential between territories"
    )
    move_cost_share: NotNegative = Field(
        default=0.02,
        description="cost of a move at full tenure, as a share of the account's yearly revenue "
        "or potential, the larger",
    )
    handover_eur: NotNegative = Field(default=40.0, description="cost of handing over any account")
    tenure_full_years: Positive = Field(
        default=3.0, description="years after which tenure weighs fully"
    )
    max_moved_share: Share = Field(
        default=1.0, description="most accounts that may change hands, ratio"
    )
    keep_groups_together: bool = Field(
        default=False, description="accounts with one group_id go to one rep"
    )
    keep_units_together: bool = Field(
        default=False, description="accounts with one unit_id go to one rep"
    )
    keep_parents_together: bool = Field(
        default=False, description="accounts with one parent_id go to one rep"
    )
    min_accounts: Count | None = Field(
        default=None, description="fewest accounts a rep holds; empty: no limit"
    )
    max_accounts: Count | None = Field(
        default=None, description="most accounts a rep holds; empty: no limit"
    )
    max_given_accounts: Count | None = Field(
        default=None, description="most accounts taken from one rep; empty: no limit"
    )
    max_taken_accounts: Count | None = Field(
        default=None, description="most accounts of others given to one rep; empty: no limit"
    )
    max_given_revenue_eur: NotNegative | None = Field(
        default=None, description="most revenue a year taken from one rep; empty: no limit"
    )
    max_taken_revenue_eur: NotNegative | None = Field(
        default=None, description="most revenue of others a year given to one rep; empty: no limit"
    )
    contiguity: Literal["off", "preferred", "required"] = Field(
        default="off",
        description="whether a territory is one piece: off, preferred (at stray_eur) or required",
    )
    bridge_islands: bool = Field(
        default=True,
        description="an island is a neighbour of the nearest place across",
    )
    stray_eur: NotNegative = Field(
        default=100.0, description="price of an account away from its territory's largest piece"
    )
    workload_miss_eur_per_hour: NotNegative | None = Field(
        default=None, description="price of an hour outside the tolerance; empty: must be kept"
    )
    potential_miss_share: NotNegative | None = Field(
        default=None,
        description="price of potential outside the tolerance, as a share of it; empty: must be "
        "kept",
    )
    unserved_value_share: NotNegative | None = Field(
        default=None,
        description="price of an account left to nobody, as a share of its yearly revenue or "
        "potential, the larger; empty: only accounts nobody may serve are left out",
    )
    max_new_seats: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=0, description="most territories proposed beside those of the reps"
    )
    seat_cost_eur_per_year: NotNegative = Field(
        default=0.0, description="cost of each territory opened, vacant ones of reps included"
    )
    max_sites: Annotated[int, Field(ge=1, le=2000)] = Field(
        default=300, description="most places looked at as homes of vacant territories"
    )
