"""The county in short, as rows of the summary: a school's stages, what the engine adds, and scaling."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks import county, report
from benchmarks.engine import Added, added
from benchmarks.national import nation, sample
from benchmarks.rows import Row, left_out
from wifiplan.cli.common import write_school
from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.study import Settings, answer, least_aps, prepare
from wifiplan.study.work_orders import NetworkOptions

KEPT = Path(__file__).resolve().parents[1] / "out" / "bench-county"
"""Answers and figures of the county runs; benchmarks/scale.py goes on from them."""

SIZES, WORKERS, BUDGET_S = (1, 10, 100), (1, 2), 600.0
ROOM_BOUND = 0.20
"""Time a room is to be the same from 10 to 1,000 schools, within this share."""

T = TypeVar("T")


class Stages:
    """CPU seconds of the stages of planning schools, one after the other in this process."""

    def __init__(self) -> None:
        self.cpu_s: dict[str, float] = {}

    def timed(self, stage: str, work: Callable[[], T]) -> T:
        """Do a stage's work and note what it takes."""
        started = time.process_time()
        found = work()
        self.cpu_s[stage] = self.cpu_s.get(stage, 0.0) + time.process_time() - started
        return found


def one_by_one(schools: Sequence[School], folder: Path) -> dict[str, float]:
    """Plan schools and write their answers without any engine; return the CPU seconds of each stage."""
    stages, settings = Stages(), Settings()
    for school in schools:
        site = stages.timed("building", lambda school=school: archetype(school))  # type: ignore[misc]
        ready = stages.timed("coverage", lambda site=site: prepare(site, settings))  # type: ignore[misc]
        needed = stages.timed("least", lambda ready=ready: (least_aps(ready), least_aps(ready, classrooms_only=True)))  # type: ignore[misc]
        plan = stages.timed("design", lambda ready=ready, n=needed[0]: answer(ready, n_aps=None, n_aps_needed=n))  # type: ignore[misc]
        place = folder / f"{school.stage}-{school.code}"
        stages.timed("answers", lambda plan=plan, place=place: write_school(plan, place, "zh-TW", NetworkOptions()))  # type: ignore[misc]
    return stages.cpu_s


def engine(n: int = 5) -> Iterator[Row]:
    """Yield where the time of a school goes, and what the engine adds to the schools planned one by one."""
    schools = sample(nation()[0], n)
    with tempfile.TemporaryDirectory() as scratch:
        one_by_one(schools[:1], Path(scratch) / "warm")
        stages = one_by_one(schools, Path(scratch) / "plain")
        plain_s = sum(stages.values())
        yield _added_row(added(), plain_s / n)
        run = county.measure(schools, 1, Path(scratch) / "run", resume=False)
    shares = ", ".join(f"{name} {share / plain_s:.0%}" for name, share in stages.items())
    all_s = run.main_cpu_s + run.workers_cpu_s
    yield Row(
        what=f"county: {n} schools, {run.n_rooms} rooms, one worker",
        figure=f"{run.tasks_cpu_s:.1f} CPU-s of the tasks, {all_s:.1f} of all processes",
        peer=f"the same schools one by one in one warm process: {plain_s:.1f} CPU-s ({shares})",
        ratio=f"tasks {run.tasks_cpu_s / plain_s:.2f} x, all with its start {all_s / plain_s:.2f} x",
        source="benchmarks/short_county.py",
    )


def _added_row(found: Added, school_s: float) -> Row:
    return Row(
        what="county engine: a task that only sends a school's answers back",
        figure=f"{1e3 * found.full_cpu_s:.0f} CPU-ms of client and scheduler, a worker waits"
        f" {1e3 * found.full_pause_s:.0f} ms",
        peer=f"a task that does nothing: {1e3 * found.empty_cpu_s:.1f} CPU-ms, {1e3 * found.empty_pause_s:.0f} ms; "
        f"a school's work: {1e3 * school_s:,.0f} CPU-ms",
        ratio=f"{found.full_pause_s / school_s:.1%} of a school's work",
        source="benchmarks/engine.py",
    )


def scaling() -> Iterator[Row]:
    """Yield runs of 1, 10 and 100 schools on one and two workers; they are kept for benchmarks/scale.py."""
    asked = county.Asked(out=KEPT, sizes=SIZES, workers=WORKERS, budget_s=BUDGET_S)
    done = []
    for row, run in rows(county.measured(nation(), asked)):
        done.append((run.n_schools, run.n_workers))
        yield row
    for n, n_workers in ((n, n_workers) for n in SIZES for n_workers in WORKERS):
        if (n, n_workers) not in done:
            what = f"county: {n} schools, {n_workers} workers"
            yield left_out(what, f"it would not fit into {BUDGET_S / 60:.0f} minutes here", "benchmarks/county.py")


def rows(runs: Iterator[county.Run]) -> Iterator[tuple[Row, county.Run]]:
    """Yield every run and its row, each beside the run of 10 schools and, with two workers, beside the run with one."""
    seen: list[county.Run] = []
    for run in runs:
        seen.append(run)
        base = next((one for one in seen if one.n_schools == county.BASE and one.n_workers == run.n_workers), None)
        shared = county.efficiency(run, seen)
        ratios = []
        if base is not None and run is not base and run.n_rooms:
            ratios.append(f"{run.cpu_ms_a_room / base.cpu_ms_a_room:.2f} x the time a room of {county.BASE} schools")
        if shared is not None:
            ratios.append(f"{run.n_workers * shared:.2f} x as fast as one worker")
        failed = ", ".join(f"{n} {cause}" for cause, n in run.failures.items()) or "none"
        row = Row(
            what=f"county: {run.n_schools} schools, {run.n_rooms:,} rooms, {run.n_workers} workers",
            figure=f"{run.wall_s:,.0f} s, {run.cpu_ms_a_room:.0f} CPU-ms a room, {run.worker_mb:.0f} MB a worker, "
            f"{run.n_pdf} PDFs, failed: {failed}",
            peer=f"bounds: 1,500 MB a worker; time a room within {ROOM_BOUND:.0%} of {county.BASE} schools'; "
            f"{run.n_workers} x one worker",
            ratio=", ".join((*ratios, f"{run.worker_mb / 1500:.2f} of the memory")),
            source="benchmarks/county.py",
        )
        yield row, run


def reports() -> Iterator[Row]:
    """Yield what the papers of one school take beside the same content by the same library, with nothing designed."""
    for names, took_ms, kilobytes, bound_ms, times in report.rows(report.planned()):
        what, bound = names.split(" | ")
        yield Row(
            what=f"report: {what}, {report.N_CLASSES} classes",
            figure=f"{took_ms} CPU-ms, {kilobytes} KB",
            peer=f"{bound}: {bound_ms} CPU-ms",
            ratio=f"{times} x the bound",
            source="benchmarks/report.py",
        )
