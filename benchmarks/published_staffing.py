"""Solve published cases of staff planning again, next to their printed answers.

Run `python -m benchmarks.published_staffing`, with `--only williams` for some of the cases.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from time import process_time

from benchmarks.published_staffing_cases import StaffingCase, cases

HEAD = ("case", "published", "ours", "difference", "status", "CPU s", "answer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 when a case comes out differently."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    only = parser.parse_args(arguments).only.lower()
    print("{:<36}{:>14}{:>15}{:>12}  {:<9}{:>6}  {}".format(*HEAD))
    differing = 0
    for case in cases():
        if only in case.name.lower():
            line, sound = solved(case)
            print(line if sound else f"{line}  DIFFERS")
            differing += not sound
    print(f"{differing} differ")
    return int(differing > 0)


def solved(case: StaffingCase) -> tuple[str, bool]:
    """Return the line of a case and whether it came out as printed, every rule kept."""
    before = process_time()
    result = case.run()
    difference = result.value - case.published
    line = (
        f"{case.name:<36}{case.published:>14,.2f}{result.value:>15,.2f}{difference:>12,.2f}"
        f"  {result.status:<9}{process_time() - before:>6.2f}  {case.seen}"
    )
    return line, abs(difference) <= case.tolerance and result.broken == 0


if __name__ == "__main__":
    raise SystemExit(main())
