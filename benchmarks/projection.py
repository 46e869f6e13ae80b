"""How long the nation takes on a cluster: reckoned from what runs on this machine took, with what was assumed marked.

One client hands out schools and writes their answers; each worker plans one school at a time. So the run is bound by
the workers (all schools' work, shared out), by the client (what it does for each school, one after the other), by its
network, or by the largest school, whichever takes longest; then the county's tables are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.county import BASE, Run
from benchmarks.engine import Added

NATION = 3_633
"""Rows of the national roster, school year 110."""

CORES = (2, 16, 64, 256)
NETWORK_BYTES_PER_S = 125e6
"""Assumed: 1 Gbit/s to the client's machine, and answers that no compression makes smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a school costs: work of a worker and its pause, of the client, on the network; the ends of a run.

    All in seconds, `school_bytes` in bytes. `slow_down` is by how much longer a school takes where every core of a
    machine is at work, at least 1. `n_schools` is the size of the run that they are from.
    """

    n_schools: int

    work_s: float
    pause_s: float
    client_s: float
    school_bytes: float
    largest_s: float
    start_s: float
    closing_s: float
    slow_down: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """A run on a cluster: its time [s], and what bounds it."""

    n_cores: int
    seconds: float
    bound: str


def costs(runs: Sequence[Run], added: Added) -> Costs:
    """Return what a school costs, from the largest run on one and on two workers and from tasks that do no work.

    Raises
    ------
    ValueError
        If there is no run of `BASE` schools or more that took none over.
    """
    whole = [run for run in runs if run.n_resumed == 0 and run.n_planned >= BASE]
    if not whole:
        raise ValueError(f"no whole run of {BASE} schools or more")
    last = max(whole, key=lambda run: (run.n_schools, run.n_workers))
    fewer = [run for run in runs if run.n_schools < last.n_schools and run.n_workers == last.n_workers]
    small = max(fewer, key=lambda run: run.n_schools, default=None)
    alone = next((run for run in whole if run.n_schools == last.n_schools and run.n_workers == 1), last)
    n, main_s = (last.n_schools, last.main_cpu_s)
    if small is not None and last.main_cpu_s > small.main_cpu_s:
        # the start of the client falls out of a difference
        n, main_s = last.n_schools - small.n_schools, last.main_cpu_s - small.main_cpu_s
    return Costs(
        n_schools=last.n_schools,
        work_s=alone.tasks_cpu_s / alone.n_planned,
        pause_s=added.full_pause_s,
        client_s=main_s / n,
        school_bytes=last.bytes_written / last.n_schools,
        largest_s=last.largest_task_s,
        start_s=added.start_s,
        closing_s=last.closing_s / last.n_schools * NATION,
        slow_down=max(1.0, last.tasks_cpu_s / last.n_planned / (alone.tasks_cpu_s / alone.n_planned)),
    )


def projected(cost: Costs, n_cores: int, n_schools: int = NATION) -> Projected:
    """Return how long so many schools take on so many cores, one worker each, and what bounds them."""
    school_s = cost.work_s * cost.slow_down + cost.pause_s
    bounds = {
        "the workers": n_schools * school_s / n_cores,
        "the client": n_schools * cost.client_s,
        "the network": n_schools * cost.school_bytes / NETWORK_BYTES_PER_S,
        "the largest school": cost.largest_s,
    }
    name = max(bounds, key=bounds.__getitem__)
    return Projected(n_cores=n_cores, seconds=cost.start_s + bounds[name] + cost.closing_s, bound=name)


def most_workers(cost: Costs) -> float:
    """Return the number of workers beyond which the client, or its network, is what is waited for."""
    serial_s = max(cost.client_s, cost.school_bytes / NETWORK_BYTES_PER_S)
    return (cost.work_s * cost.slow_down + cost.pause_s) / serial_s


def text(cost: Costs) -> str:
    """Return what was measured, what was assumed and what follows, as Markdown."""
    known = (
        ("work of a worker for a school", f"{cost.work_s:.2f} CPU-s", f"measured, {cost.n_schools:,} schools"),
        (
            "the same with every core at work",
            f"x {cost.slow_down:.2f}",
            "measured here with 2 workers, assumed of more",
        ),
        ("pause of a worker between two schools", f"{1e3 * cost.pause_s:.0f} ms", "measured, tasks that do no work"),
        (
            "client, for a school",
            f"{1e3 * cost.client_s:.0f} CPU-ms",
            "measured: client and scheduler, without their start",
        ),
        ("answers of a school", f"{cost.school_bytes / 1e6:.2f} MB", "measured on disk"),
        ("network to the client", f"{NETWORK_BYTES_PER_S * 8e-9:g} Gbit/s", "assumed"),
        ("largest school", f"{cost.largest_s:.0f} CPU-s", "measured; large ones come first"),
        ("start of the workers", f"{cost.start_s:.0f} s", "measured on one machine, assumed of a cluster"),
        (f"the tables of {NATION:,} rows", f"{cost.closing_s:.0f} s", "reckoned: as long a school as measured"),
        ("a core of the cluster", "as fast as one here", "assumed"),
    )
    lines = ["| what | figure | how known |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in known]
    lines += ["", f"| cores | {NATION:,} schools take | of ideal | bound by |", "|---|---|---|---|"]
    ideal_s = NATION * cost.work_s
    for n in CORES:
        found = projected(cost, n)
        lines.append(f"| {n} | {_hours(found.seconds)} | {ideal_s / n / found.seconds:.0%} | {found.bound} |")
    lines += ["", f"The client, or its network, is what is waited for beyond {most_workers(cost):,.0f} workers."]
    return "\n".join(lines)


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"
