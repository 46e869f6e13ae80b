"""The summary of all benchmarks, each figure beside a peer or a bound of the same run: `make bench`.

    python -m benchmarks.table [PART...]

Every part runs in a process of its own, one after the other, so that one that falls over costs its own rows alone;
what can't run here stands in the table with the reason. The table is printed, and written into docs/benchmarks.md; with
names of parts it is printed alone. 1,000 schools are a command of their own, benchmarks/scale.py.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import short_county, short_design, short_probe, short_radio, short_survey
from benchmarks.page import filled, last_line, machine
from benchmarks.rows import Row, from_json, left_out, markdown, to_json

TOTAL_S = 19.0 * 60.0
"""The whole table comes within 20 minutes: on a machine that is too slow for that, the last parts say so."""

LEAST_S, GRACE_S = 5.0, 10.0
ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Benchmarks that run in one process: what gives their rows, and how long they may take [s]."""

    rows: Callable[[], Iterable[Row]]
    limit_s: float


PARTS: Mapping[str, Part] = {
    "kernels": Part(rows=short_radio.kernels, limit_s=180.0),
    "ray-tracer": Part(rows=short_radio.tracer, limit_s=120.0),
    "airtime": Part(rows=short_radio.airtime, limit_s=120.0),
    "placement": Part(rows=short_design.placements, limit_s=120.0),
    "channels": Part(rows=short_design.channel_plans, limit_s=60.0),
    "joint": Part(rows=short_design.together, limit_s=90.0),
    "move": Part(rows=short_design.moves, limit_s=90.0),
    "decoder": Part(rows=short_probe.decoder, limit_s=90.0),
    "analyser": Part(rows=short_probe.analyser, limit_s=60.0),
    "surveys": Part(rows=short_survey.surveys, limit_s=150.0),
    "report": Part(rows=short_county.reports, limit_s=120.0),
    "engine": Part(rows=short_county.engine, limit_s=180.0),
    "county": Part(rows=short_county.scaling, limit_s=900.0),
}
"""In the order of the table; only a part's own process runs it. The limits are for what hangs: most need a fraction."""


def of_part(name: str, most_s: float = TOTAL_S) -> tuple[Row, ...]:
    """Return a part's rows, made in a process of its own, and a row about what did not come to an end.

    Parameters
    ----------
    name : str
        One of `PARTS`.
    most_s : float
        Time that is left for it [s], beside its own limit.
    """
    source, limit_s = "benchmarks/table.py", min(PARTS[name].limit_s, most_s)
    if limit_s < LEAST_S:
        return (left_out(name, f"the {TOTAL_S / 60:.0f} minutes are over", source),)
    code, out, messages = bounded([sys.executable, "-m", "benchmarks.table", "--rows-of", name], limit_s)
    rows = _handed_over(out)
    if code == 0:
        return rows
    reason = f"not done in {limit_s:.0f} s" if code is None else last_line(messages.decode(errors="replace"))
    return *rows, left_out(f"{name}: the rest" if rows else name, reason, source)


def bounded(command: Sequence[str], limit_s: float) -> tuple[int | None, bytes, bytes]:
    """Run a command and return its exit code, None where it was ended at the limit, and what it wrote.

    It leads a group of processes, so that what it started ends with it.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        try:
            out, messages = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            _end(process)
            out, messages = process.communicate()
            return None, out, messages
        except BaseException:
            _end(process)
            raise
    return process.returncode, out, messages


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all of its group: first asked, for workers that clean up, then made to."""
    if sys.platform == "win32":
        process.kill()
        return
    os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _handed_over(out: bytes | None) -> tuple[Row, ...]:
    """Return the rows that came, a line each; the last line may be cut."""
    whole = (out or b"").decode().rpartition("\n")[0]
    return tuple(row for line in whole.splitlines() for row in from_json(line))


def all_rows(names: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of parts, one after the other, and say on stderr how far it is."""
    started = time.perf_counter()
    for n, name in enumerate(names, start=1):
        print(
            f"{n}/{len(names)} {name} ({time.perf_counter() - started:.0f} s so far) ...", file=sys.stderr, flush=True
        )
        yield from of_part(name, TOTAL_S - (time.perf_counter() - started))
    print(f"done after {time.perf_counter() - started:.0f} s", file=sys.stderr)


def rebuilt(page: str, rows: Iterable[Row], load: str = "") -> str:
    """Return the page with the summary and the machine that it was measured on."""
    return filled(filled(page, "machine", f"{machine()} {load}".strip()), "summary", markdown(rows))


def load_before() -> str:
    """Return what else the machine has to do, where the system says so: times on a clock suffer from it."""
    if sys.platform == "win32":
        return ""
    return f"Load of other programs when it began: {os.getloadavg()[0]:.1f} (0: none)."


def main() -> None:
    """Print the table; the whole one is kept in the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all without it")
    parser.add_argument("--rows-of", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rows_of:
        for row in PARTS[options.rows_of].rows():
            print(to_json([row]), flush=True)
        return
    unknown = sorted(set(options.parts) - set(PARTS))
    if unknown:
        sys.exit(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    load = load_before()
    rows = list(all_rows(options.parts or list(PARTS)))
    print(markdown(rows))
    if not options.parts:
        PAGE.write_text(rebuilt(PAGE.read_text(encoding="utf-8"), rows, load), encoding="utf-8")


if __name__ == "__main__":
    main()
