"""The rest of the county's scaling, up to 1,000 schools, and the projection to a cluster: `make bench-scale`.

    python -m benchmarks.scale [--sizes 1 10 100 1000] [--workers 1 2] [--again]

Runs that `make bench` or an earlier call finished are taken over; one that was killed goes on where it was: schools
that are written are not planned again. Rewrites two sections of docs/benchmarks.md. `--again` starts afresh.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from benchmarks import county, projection
from benchmarks.engine import Added, added
from benchmarks.national import nation
from benchmarks.page import filled
from benchmarks.short_county import KEPT
from benchmarks.table import PAGE


def sections(page: str, runs: Iterable[county.Run], cost: Added) -> str:
    """Return the page with the scaling and, where a run is large enough, the projection."""
    known = list(runs)
    page = filled(page, "scaling", county.table(known))
    try:
        return filled(page, "projection", projection.text(projection.costs(known, cost)))
    except ValueError as error:
        return filled(page, "projection", f"Left out: {error}.")


def overhead(kept: Path) -> Added:
    """Return what the engine adds to a task, from an earlier call where it was measured."""
    if kept.is_file():
        return Added(**json.loads(kept.read_text(encoding="utf-8")))
    found = added()
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def main() -> None:
    """Run what is missing, and print and keep both sections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=county.SIZES)
    parser.add_argument("--workers", type=int, nargs="+", default=county.WORKERS)
    parser.add_argument("--again", action="store_true", help="forget what earlier calls finished")
    options = parser.parse_args()
    if options.again:
        shutil.rmtree(KEPT, ignore_errors=True)
    cost = overhead(KEPT / "engine.json")
    asked = county.Asked(out=KEPT, sizes=options.sizes, workers=options.workers, resume=True)
    runs = []
    for run in county.measured(nation(), asked):
        runs.append(run)
        # after every run: a kill costs no table
        PAGE.write_text(sections(PAGE.read_text(encoding="utf-8"), runs, cost), encoding="utf-8")
    print(county.table(runs))
    if len(runs) == len(options.sizes) * len(options.workers):
        print("all runs are done", file=sys.stderr)


if __name__ == "__main__":
    main()
