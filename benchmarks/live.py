"""A hand moves an access point: everything computed anew against what only the move changes, in one run, as a ratio.

Run it with ``PYTHONPATH=.:tests python -m benchmarks.live``. Both sides judge every room of the school and draw all
maps of one floor in the planned band; both are asked for the same places, and must say the same of every room.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import plain_schools
from wifiplan.files.site import read_site
from wifiplan.report.page.coded import coded
from wifiplan.site.building import Site
from wifiplan.study.fields import Fields, fields
from wifiplan.study.hearing import hearing
from wifiplan.study.live import Live, Place
from wifiplan.study.live_places import hung_points, is_inside
from wifiplan.study.plan import assess_site, plan_site
from wifiplan.study.records import Plan, PlannedRoom
from wifiplan.study.settings import DesignOptions, Settings

DEMO = Path(__file__).parents[1] / "floorplans" / "demo-elementary.json"
N_MOVES, N_WHOLE = 24, 4
"""Places that the kernel is asked for, and how many of them are computed anew: that takes long."""

STEP_M = 0.4

T = TypeVar("T")


def main() -> None:
    """Print a line for each school."""
    print(
        f"{'school':28} {'APs':>4} {'rooms':>6} {'cells':>7} {'anew ms':>8} {'move ms':>8} {'most ms':>8} {'ratio':>6}"
    )
    for name, site, settings in _schools():
        plan = plan_site(site, settings)
        print(f"{name:28} {_row(plan)}", flush=True)


def _schools() -> list[tuple[str, Site, Settings]]:
    quick = DesignOptions(what_if=False)
    own = replace(quick, own_ap_in_classrooms=True)
    forty = plain_schools.school(40)
    return [
        ("demo-elementary", read_site(DEMO), Settings(n_aps=24, design=quick)),
        ("demo, one in every classroom", read_site(DEMO), Settings(design=own)),
        ("40 classes", forty, Settings(design=quick)),
        ("40 classes, one in each", forty, Settings(design=own)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """CPU seconds: everything anew, a move in the mean and at most; and the map's cells."""

    anew_s: float
    mean_s: float
    most_s: float
    n_cells: int


def _row(plan: Plan) -> str:
    took = times(plan)
    rooms = sum(room.need is not None for room in plan.rooms)
    figures = (
        f"{took.anew_s * 1e3:8.0f} {took.mean_s * 1e3:8.1f} {took.most_s * 1e3:8.1f} {took.anew_s / took.mean_s:6.0f}"
    )
    return f"{len(plan.access_points):4} {rooms:6} {took.n_cells:7} {figures}"


def times(plan: Plan) -> Times:
    """Return what moves of access points take beside everything computed anew; both must say the same of every room."""
    live, moves = Live(plan), _moves(plan)
    level = plan.site.floors[0].level
    # what is kept between moves is there before the first of them, and kernels are compiled
    live.judged({})
    cells = live.fields(level).inside_yx.size
    kernel, found = zip(*(_timed(partial(_moved, live, m, level)) for m in moves), strict=True)
    whole, wanted = zip(*(_timed(partial(_anew, plan, m, level)) for m in moves[:N_WHOLE]), strict=True)
    for one, other in zip(found, wanted, strict=False):
        if [_told(room) for room in one[0]] != [_told(room) for room in other[0]]:
            raise SystemExit("the kernel does not say what the whole computation says")
    return Times(
        anew_s=sum(whole) / len(whole), mean_s=sum(kernel) / len(kernel), most_s=max(kernel), n_cells=int(cells)
    )


def _moves(plan: Plan) -> list[dict[str, Place]]:
    """Return places along which hands drag access points of the lowest floor, one after the other, step by step."""
    floor = plan.site.floors[0]
    mine = [p.access_point for p in plan.access_points if p.access_point.floor == floor.level and p.action != "removed"]
    found: list[dict[str, Place]] = []
    for k in range(1, 100):
        for ap in mine:
            if ap.x_m is None or ap.y_m is None:
                continue
            x_m, y_m = ap.x_m + k * STEP_M, ap.y_m + 0.5 * k * STEP_M
            if is_inside(floor, x_m, y_m):
                found.append({ap.id: Place(x_m=x_m, y_m=y_m, floor=floor.level)})
    return found[:N_MOVES]


def _moved(live: Live, places: dict[str, Place], level: int) -> tuple[tuple[PlannedRoom, ...], dict[str, object]]:
    return live.judged(places).rooms, coded(live.fields(level))


def _anew(plan: Plan, places: dict[str, Place], level: int) -> tuple[tuple[PlannedRoom, ...], dict[str, object]]:
    points = hung_points(plan, places)
    judged = assess_site(replace(plan.site, access_points=points), plan.settings)
    drawn: Fields = fields(
        plan.site, points, level, cell_m=None, law=plan.settings.law, bands=(plan.band,), device=hearing(plan.settings)
    )
    return judged.rooms, coded(drawn)


def _told(room: PlannedRoom) -> tuple[str, str, float | None]:
    share = room.channel_share
    return room.room_id, room.verdict, None if share is None else round(share, 9)


def _timed(run: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    found = run()
    return time.process_time() - start, found


if __name__ == "__main__":
    main()
