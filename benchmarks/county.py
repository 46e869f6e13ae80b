"""How `wifiplan county` scales: 1, 10, 100 and 1,000 schools of one mix, on one and two workers, with whole reports.

    python -m benchmarks.county [ROSTER] [--sizes 1 10 100] [--workers 1 2] [--out DIR] [--resume]

The schools are a sample of the nation (see benchmarks/national.py). Every run is the real command, in processes of its
own: wall time from outside, processor seconds and memory of every process as the system counts them, and what the
engine says of every school (run.json). Time a room is that of the schools' tasks alone, in processor seconds; times of
runs with several workers compare within a machine that does nothing else. Each run leaves DIR/NxW/measured.json; with
--resume finished schools are taken over, and a run that is done is not run again.
"""

import argparse
import json
import math
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.national import nation, sample, write_roster
from benchmarks.watched import Watched, watch
from wifiplan.scheme.school import School

SIZES, WORKERS = (1, 10, 100, 1000), (1, 2)
BASE = 10
"""Times a room are told relative to this many schools."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run took: seconds, megabytes, counts. `tasks_*` are of the schools' tasks, as the engine says.

    `closing_s` is what the county's own tables and page take, after the last school. `others_share`: see
    `watched.Watched`; nan where nobody looked. Of a run that took schools over from an earlier one (`n_resumed`), wall
    time and processes say nothing.
    """

    n_schools: int
    n_workers: int
    n_classes: int
    n_rooms: int
    n_planned: int
    n_resumed: int
    n_pdf: int
    code: int
    wall_s: float
    others_share: float
    main_cpu_s: float
    main_mb: float
    workers_cpu_s: float
    worker_mb: float
    tasks_wall_s: float
    tasks_cpu_s: float
    largest_task_s: float
    closing_s: float
    bytes_written: int
    failures: dict[str, int]

    @property
    def cpu_ms_a_room(self) -> float:
        """Processor milliseconds of the schools' tasks, a room."""
        return 1e3 * self.tasks_cpu_s / max(self.n_rooms, 1)


def measure(schools: Sequence[School], n_workers: int, folder: Path, *, resume: bool) -> Run:
    """Run the command on some schools; its answers stay in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    roster = folder / "roster.csv"
    write_roster(roster, schools)
    asked = ["county", str(roster), "--out", str(folder / "out"), "--workers", str(n_workers)]
    command = [sys.executable, "-m", "wifiplan", *asked, *(["--resume"] if resume else [])]
    noted = folder / "out" / "run.json"
    noted.unlink(missing_ok=True)
    watched = watch(command, env={"OMP_NUM_THREADS": "1"}, folder=folder)
    # a crash of Python ends with 1 too, as a school that failed does, but writes nothing
    if watched.code not in {0, 1} or not noted.is_file():
        raise SystemExit(f"wifiplan county ended with {watched.code}: {watched.messages[-500:]}")
    return _run(watched, schools, n_workers, folder / "out")


def _run(watched: Watched, schools: Sequence[School], n_workers: int, out: Path) -> Run:
    noted = json.loads((out / "run.json").read_text(encoding="utf-8"))
    said: list[dict[str, Any]] = noted["schools"]
    done = [one for one in said if one["seconds"] is not None]
    files = [path for path in (out / "schools").rglob("*") if path.is_file()]
    return Run(
        n_schools=len(schools),
        n_workers=n_workers,
        n_classes=sum(school.n_classes for school in schools),
        n_rooms=sum(one["n_rooms"] or 0 for one in done),
        n_planned=len(done),
        n_resumed=sum(one["origin"] == "resumed" for one in said),
        n_pdf=sum(path.name == "report.pdf" for path in files),
        code=watched.code,
        wall_s=watched.wall_s,
        others_share=watched.others_share,
        main_cpu_s=watched.main_cpu_s,
        main_mb=watched.main_mb,
        workers_cpu_s=sum(watched.worker_cpu_s),
        worker_mb=max((watched.worker_mb or (0.0,)) + tuple((one["peak_rss_bytes"] or 0) / 2**20 for one in done)),
        tasks_wall_s=sum(one["seconds"] for one in done),
        tasks_cpu_s=sum(one["cpu_seconds"] or 0.0 for one in done),
        largest_task_s=max((one["cpu_seconds"] or 0.0 for one in done), default=0.0),
        closing_s=noted["seconds"]["total"] - noted["seconds"]["schools"],
        bytes_written=sum(path.stat().st_size for path in files),
        failures=_failures(out),
    )


def _failures(out: Path) -> dict[str, int]:
    """Return how many schools failed by their cause, from summary.json."""
    said = json.loads((out / "summary.json").read_text(encoding="utf-8")).get("n_failed", {})
    return dict(Counter({str(cause): int(n) for cause, n in said.items()})) if isinstance(said, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which runs are wanted and where they stay; with a budget [s] those that would not fit are left out."""

    out: Path
    sizes: Sequence[int] = SIZES[:3]
    workers: Sequence[int] = WORKERS
    resume: bool = False
    budget_s: float | None = None


def measured(known: tuple[Sequence[School], str], asked: Asked) -> Iterator[Run]:
    """Yield the runs from small to large; a run that is left out is told on stderr.

    Parameters
    ----------
    known : tuple
        The nation's schools, and where they are from.
    asked : Asked
        What is to be run.
    """
    schools, source = known
    _tell(f"schools: {source}, {len(schools)} rows")
    spent_s, school_s = 0.0, 0.0
    for n in asked.sizes:
        for n_workers in asked.workers:
            folder = asked.out / f"{n}x{n_workers}"
            kept = folder / "measured.json"
            if asked.resume and kept.is_file():
                yield Run(**json.loads(kept.read_text(encoding="utf-8")))
                continue
            if not asked.resume:
                shutil.rmtree(folder, ignore_errors=True)
            wanted_s = school_s * n / n_workers
            if asked.budget_s is not None and spent_s + wanted_s > asked.budget_s:
                _tell(f"{n} schools, {n_workers} workers: left out, about {wanted_s:.0f} s")
                continue
            _tell(f"{n} schools, {n_workers} workers, about {wanted_s:.0f} s ...")
            run = measure(sample(schools, n), n_workers, folder, resume=asked.resume)
            # a run of few schools is mostly its start: the work alone foretells the next one
            spent_s, school_s = spent_s + run.wall_s, run.tasks_wall_s / max(run.n_planned, 1)
            kept.write_text(json.dumps(asdict(run)), encoding="utf-8")
            yield run


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def table(runs: Sequence[Run]) -> str:
    """Return the runs as Markdown."""
    base = next((run for run in runs if run.n_schools == BASE and run.tasks_cpu_s), None)
    titles = (
        "schools", "workers", "classes", "rooms", "wall s", "CPU s", "CPU-ms a room", f"of {BASE} schools'",
        "second worker", "others", "MB a worker", "MB of the client", "PDFs", "failed",
    )  # fmt: skip
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for run in runs:
        whole = run.n_resumed == 0
        cells = (
            f"{run.n_schools:,}", run.n_workers, f"{run.n_classes:,}", f"{run.n_rooms:,}",
            f"{run.wall_s:.0f}" if whole else f"({run.n_resumed} taken over)",
            f"{run.main_cpu_s + run.workers_cpu_s:.0f}" if whole else "",
            f"{run.cpu_ms_a_room:.0f}" if run.n_rooms else "",
            f"{run.cpu_ms_a_room / base.cpu_ms_a_room:.2f}" if base and run.n_rooms else "",
            _second(run, runs), f"{run.others_share:.0%}" if whole and not math.isnan(run.others_share) else "",
            f"{run.worker_mb:.0f}", f"{run.main_mb:.0f}", f"{run.n_pdf:,}",
            ", ".join(f"{cause} {n}" for cause, n in run.failures.items()) or "0",
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def efficiency(run: Run, runs: Sequence[Run]) -> float | None:
    """Return how much of the ideal speed-up over one worker a run has, None where there is no such pair."""
    alone = next((one for one in runs if one.n_schools == run.n_schools and one.n_workers == 1), None)
    if alone is None or run.n_workers == 1 or run.n_resumed or alone.n_resumed:
        return None
    return alone.wall_s / run.wall_s / run.n_workers


def _second(run: Run, runs: Sequence[Run]) -> str:
    share = efficiency(run, runs)
    return "" if share is None else f"{share:.0%} of ideal"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("roster", nargs="?", type=Path, help="a national roster")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES[:3])
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS)
    parser.add_argument("--out", type=Path, help="where answers and figures stay; else they are thrown away")
    parser.add_argument("--resume", action="store_true", help="take over what an earlier run finished")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        asked = Asked(
            out=options.out or Path(scratch), sizes=options.sizes, workers=options.workers, resume=options.resume
        )
        print(table(list(measured(nation(options.roster), asked))))


if __name__ == "__main__":
    main()
