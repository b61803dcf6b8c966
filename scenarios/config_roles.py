"""Rules of roles beyond the number of phases: speed, shares of time, backups, refinement."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.config_types import NotNegative, Section, Share

Speed = Annotated[float, Field(ge=0, le=3)]
PhaseShare = Annotated[float, Field(ge=0, le=0.5)]
Holders = Annotated[int, Field(ge=0, le=20)]


class RolesSection(Section):
    """Who may hold which phases (tables role_rules and helping too), and how roles are judged."""

    least_speed: Speed = Field(
        default=0.0, description="nobody holds a phase at a productivity below it, 1 = standard"
    )
    least_share_per_phase: PhaseShare = Field(
        default=0.2,
        description="share of the time below which a phase held is one on paper; counted, and "
        "kept by plans if keep_least_share says so",
    )
    keep_least_share: bool = Field(
        default=False,
        description="whatever other phases take of a month, every phase held keeps its least share",
    )
    help_eur_per_hour: NotNegative = Field(
        default=1.0,
        description="price of an hour worked in a helped pool (table helping); above 0, pools do "
        "not do each other's work for nothing",
    )
    help_share_max: Share = Field(
        default=1.0,
        description="most of the time of each month that a person may give to helped pools",
    )
    backup_holders: Holders = Field(
        default=0, description="persons wanted in every phase that has work; 0: not counted"
    )
    refine: bool = Field(
        default=False,
        description="look for roles that serve backups, chains, wishes and fairness better",
    )
    refine_tolerance: Share = Field(
        default=0.005, description="most value that refined roles may cost, share of the plan's"
    )
