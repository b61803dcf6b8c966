"""Run peers that need an environment of their own on what each of them can express.

    python -m venv peers
    peers/bin/pip install -r benchmarks/peer_environment/requirements.txt
    export PYTHONPATH=.
    peers/bin/python -W ignore benchmarks/peer_environment/run.py kmeans FILES... --json

| peer | package | instances | what it can say |
|---|---|---|---|
| kmeans | k-means-constrained | cpmp | clusters between two numbers of points |
| spopt | spopt, CBC through PuLP | cpmp | capacitated p-median |
| gerrychain | GerryChain | county | connected districts by ReCom, population in limits |

Plans are evaluated like those of `quartier bench`; rows have the same columns. One peer a process:
their libraries do not go together.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row, attempt
from benchmarks.published import InstanceError
from benchmarks.published_county import (
    Counties,
    counties_case,
    evaluate_counties,
    read_counties,
)
from benchmarks.published_cpmp import EUCLIDEAN, Medians, medians_case, read_medians
from benchmarks.rows import row_of
from benchmarks.table import PUBLISHED, head, line
from optimizer.result import Solution, Status
from optimizer.territory_problem import Ints, TerritoryPlan

COUNT_SLACK = 0.25
"""Clusters may differ by this share from the mean number of points."""
TREES = 20_000
"""Spanning trees drawn for a balanced cut before a walk starts anew."""
Limits = argparse.Namespace


def kmeans(medians: Medians, limits: Limits) -> Solution[TerritoryPlan]:
    """Cluster with bounds on the number of points, then take each cluster's best median."""
    from k_means_constrained import KMeansConstrained

    mean = len(medians.demand) / medians.medians
    clusters = KMeansConstrained(
        n_clusters=medians.medians,
        size_min=max(1, int(np.floor((1 - COUNT_SLACK) * mean))),
        size_max=int(np.ceil((1 + COUNT_SLACK) * mean)),
        random_state=limits.seed,
    ).fit_predict(medians.at)
    return _found(_with_medians(medians, np.asarray(clusters)), "counts are bounded, not demand")


def _with_medians(medians: Medians, cluster: Ints) -> Ints:
    """Return the cheapest median of each cluster, if need be one too small for it."""
    answer = np.zeros(len(cluster), dtype=np.int64)
    for number in np.unique(cluster).tolist():
        members = np.flatnonzero(cluster == number)
        cost = medians.between(members[:, None], members[None, :]).sum(axis=0)
        small = medians.capacity[members] < medians.demand[members].sum()
        answer[members] = members[np.lexsort((cost, small))[0]]
    return answer


def spopt(medians: Medians, limits: Limits) -> Solution[TerritoryPlan]:
    """Solve the capacitated p-median program by CBC."""
    import pulp
    from spopt.locate import PMedian

    weights = np.maximum(medians.demand, 1e-9)
    # spopt weighs distances by demand; the published cost does not.
    model = PMedian.from_cost_matrix(
        medians.distance() / weights[:, None],
        weights,
        p_facilities=medians.medians,
        facility_capacities=medians.capacity,
        fulfill_predefined_fac=False,
    )
    solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=limits.seconds)
    try:
        model = model.solve(solver)
    except RuntimeError as error:
        return Solution(status=Status.UNKNOWN, sense="min", notes=(str(error)[:200],))
    answer = np.full(len(weights), -1, dtype=np.int64)
    for site, clients in enumerate(model.fac2cli):
        answer[clients] = site
    return _found(answer, "CBC does not say what it proved")


def gerrychain(counties: Counties, limits: Limits) -> Solution[TerritoryPlan]:
    """Walk through connected, balanced districts by ReCom and keep the cheapest seen."""
    from gerrychain import Partition
    from gerrychain.partition import recursive_tree_part
    from gerrychain.proposals import recom
    from gerrychain.tree import bipartition_tree
    from gerrychain.updaters import Tally

    rng = random.Random(limits.seed)  # noqa: S311 - a search, no secret
    until = time.perf_counter() + limits.seconds
    target = float(counties.population.sum()) / counties.districts
    slack = (counties.most - counties.least) / 2 / target
    stated = {"pop_target": target, "pop_col": "population", "epsilon": slack, "rng": rng}
    graph = _graph(counties)
    split = partial(bipartition_tree, max_attempts=TREES)
    now, best, steps = None, None, 0
    while time.perf_counter() < until:
        try:
            if now is None:
                start = recursive_tree_part(
                    graph, range(counties.districts), bipartition_tree_fn=split, **stated
                )
                now = Partition(graph, start, {"population": Tally("population")})
            else:
                now = recom(now, bipartition_tree_fn=split, **stated)
        except RuntimeError:  # no balanced cut among the trees drawn
            now = None
        steps += 1
        best = _cheaper(counties, best, now)
    return _found(best, f"{steps} steps of ReCom") if best is not None else _nothing(steps)


def _nothing(steps: int) -> Solution[TerritoryPlan]:
    return Solution(status=Status.UNKNOWN, sense="min", notes=(f"nothing in {steps} steps",))


def _cheaper(counties: Counties, best: Ints | None, partition: Any) -> Ints | None:
    """Return the better of two answers; the second is a partition of GerryChain, or None."""
    if partition is None:
        return best
    parts = {county: part for part, members in partition.parts.items() for county in members}
    answer = np.array([parts[county] for county in range(len(parts))], dtype=np.int64)
    found = evaluate_counties(counties, True, answer)
    if found.broken:
        return best
    if best is not None and evaluate_counties(counties, True, best).value <= found.value:
        return best
    return _best_centres(counties, answer)


def _graph(counties: Counties) -> Any:
    import networkx
    from gerrychain import Graph

    graph = networkx.Graph()
    for county, people in enumerate(counties.population.tolist()):
        graph.add_node(county, population=int(people))
    graph.add_edges_from(counties.edges.tolist())
    return Graph.from_networkx(graph)


def _best_centres(counties: Counties, part: Ints) -> Ints:
    answer = np.zeros(len(part), dtype=np.int64)
    for number in np.unique(part).tolist():
        members = np.flatnonzero(part == number)
        cost = counties.cost()[np.ix_(members, members)].sum(axis=0)
        answer[members] = members[int(np.argmin(cost))]
    return answer


def _found(answer: Ints, note: str) -> Solution[TerritoryPlan]:
    """Return the plan of (U,) centres; these peers claim no value, so none is compared."""
    site, seat = np.unique(answer, return_inverse=True)
    plan = TerritoryPlan(
        seat=np.where(answer >= 0, seat, -1),
        runner_up=np.full(len(answer), -1, dtype=np.int64),
        runner_up_extra_eur=np.zeros(len(answer)),
        window_price=np.zeros((0, 1)),
        site=site,
    )
    return Solution(status=Status.FEASIBLE, sense="min", plan=plan, objective=np.inf, notes=(note,))


def row(peer: str, path: Path, limits: Limits) -> Row:
    """Return the row of one instance; the value is that of the evaluation."""
    if peer == "gerrychain":
        counties = read_counties(path)
        case = counties_case(path, limits.best)
        return row_of(case, peer, attempt(lambda: gerrychain(counties, limits)))
    solve = {"kmeans": kmeans, "spopt": spopt}[peer]
    case = medians_case(path, limits.best)
    medians = read_medians(path, case.best.row["distance"] if case.best else EUCLIDEAN)
    return row_of(case, peer, attempt(lambda: solve(medians, limits)))


def main() -> None:
    """Print the rows of one peer."""
    limits = _arguments()
    rows = []
    if not limits.json:
        print(head(PUBLISHED))
    for path in limits.files:
        try:
            rows.append(row(limits.peer, path, limits))
        except InstanceError as error:
            raise SystemExit(str(error)) from error
        if not limits.json:
            print(line(rows[-1], PUBLISHED), flush=True)
    if limits.json:
        suite = "county" if limits.peer == "gerrychain" else "cpmp"
        said = {"suite": suite, "seconds": limits.seconds, "seed": limits.seed}
        print(json.dumps({**said, "rows": rows}, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("peer", choices=("gerrychain", "kmeans", "spopt"))
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--best", type=Path, default=None)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
