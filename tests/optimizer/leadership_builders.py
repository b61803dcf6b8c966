"""Small sourcing problems, and the seasonal case, for the tests of leadership's measures."""

import json
from pathlib import Path

import numpy as np

from optimizer.result import Options
from optimizer.sourcing_problem import (
    HireOption,
    Move,
    Provider,
    SourcingProblem,
    StaffState,
    UnitFlow,
)

EXACT = Options(gap=0.0, seconds=60.0)
SEASON_FILE = Path(__file__).parents[3] / "shared" / "cases" / "season_5_to_2.json"


def season_case():
    """Return the published data of the seasonal firm."""
    return json.loads(SEASON_FILE.read_text(encoding="utf-8"))


def season(uplift=1.0, provider=True, months=12, paid=0.0):
    """State the seasonal firm: three people, up to six hires, a provider for the first phases.

    `paid`: wage of the three people there already (the published profits leave it out).
    """
    case = season_case()
    hours = np.array([list(case["hours_per_deal"].values())], dtype=float).T
    target = np.array(case["target_deals_A"])[:months] * uplift
    hire, offer = case["hire"], case["provider"]
    hours_per_head = float(case["team"]["productive_hours_per_rep_month"])
    rep = StaffState(
        state_id="team", hours_per_head=hours_per_head, speed=1.0, start_headcount=3.0,
        wage_eur=paid,
    )  # fmt: skip
    hired = StaffState(
        state_id="hired", hours_per_head=hours_per_head, speed=1.0,
        wage_eur=hire["loaded_cost_eur_per_month"],
    )  # fmt: skip
    bought = Provider(
        provider_id="outside", phases=(0, 1), capacity_hours=offer["capacity_hours_per_month"],
        effectiveness=offer["effectiveness"], setup_eur=offer["setup_eur"],
        retainer_eur=offer["retainer_eur_per_month"], eur_per_hour=offer["price_eur_per_hour"],
        min_term_months=offer["min_commitment_months"], ramp=tuple(offer["ramp"]),
        steering_hours=offer["pilot_internal_hours_per_month"], steering_states=(0, 1),
    )  # fmt: skip
    return SourcingProblem(
        months=tuple(case["months"][:months]),
        phases=tuple(case["hours_per_deal"]),
        segments=("all",),
        flow=UnitFlow(
            hours_per_unit=hours, conversion=1.0, target=target[None, :, None],
            margin_eur=case["contribution_margin_per_deal_eur"],
        ),
        states=(rep, hired),
        hires=(
            HireOption(
                option_id="hire", state=1, lead_months=hire["lead_months"],
                ramp=tuple(hire["ramp"]), recruiting_eur=hire["recruiting_cost_eur"],
                max_total=case["team"]["max_hires"],
            ),
        ),
        providers=(bought,) if provider else (),
    )  # fmt: skip


def shop(
    target=10.0, months=1, scenarios=1, heads=1.0, price=20.0, wage=500.0, trained=True, **changes
):
    """State a tiny firm: one phase, one hour a deal, 100 EUR a deal; all levers on offer.

    `target`: (T, W) or one figure. A person has 4 hours a month.
    """
    asked = np.broadcast_to(np.asarray(target, dtype=float), (months, scenarios))
    states = [StaffState(state_id="own", hours_per_head=4.0, speed=1.0, start_headcount=heads)]
    states.append(StaffState(state_id="new", hours_per_head=4.0, speed=1.0, wage_eur=wage))
    states.append(StaffState(state_id="trained", hours_per_head=4.0, speed=1.5))
    given = {
        "months": tuple(f"m{month + 1}" for month in range(months)),
        "phases": ("sell",),
        "segments": ("all",),
        "flow": UnitFlow(hours_per_unit=1.0, conversion=1.0, target=asked[None], margin_eur=100.0),
        "states": tuple(states),
        "hires": (HireOption(option_id="hire", state=1, max_total=2.0),),
        "moves": (Move(move_id="train", source=0, target=2, eur=50.0),) if trained else (),
        "providers": (
            Provider(provider_id="outside", phases=(0,), capacity_hours=6.0, eur_per_hour=price),
        ),
        "scenarios": tuple(f"s{number + 1}" for number in range(scenarios)),
        "probability": np.full(scenarios, 1.0 / scenarios),
    }
    return SourcingProblem(**{**given, **changes})
