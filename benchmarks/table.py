"""The summary of all benchmarks, each figure beside a peer or a bound of the same run: `make bench`.

    python -m benchmarks.table [PART...]

Every part runs in a process of its own, one after the other, so that one that falls over costs its own rows alone;
what can't run here stands in the table with the reason. The table is printed, and written into docs/benchmarks.md; with
names of parts it is printed alone. 1,000 schools are a command of their own, benchmarks/scale.py.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import short_county, short_design, short_probe, short_radio, short_survey
from benchmarks.page import filled, last_line, machine
from benchmarks.rows import Row, from_json, left_out, markdown, to_json

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
    "engine": Part(rows=short_county.engine, limit_s=120.0),
    "county": Part(rows=short_county.scaling, limit_s=900.0),
}
"""In the order of the table; only a part's own process runs it. The limits are for what hangs: most need a fraction."""


def of_part(name: str) -> tuple[Row, ...]:
    """Return a part's rows, made in a process of its own, and a row about what did not come to an end."""
    part, source = PARTS[name], "benchmarks/table.py"
    command = [sys.executable, "-m", "benchmarks.table", "--rows-of", name]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=part.limit_s)
    except subprocess.TimeoutExpired as late:
        return *_handed_over(late.stdout), left_out(f"{name}: the rest", f"not done in {part.limit_s:.0f} s", source)
    rows = _handed_over(done.stdout)
    if done.returncode:
        reason = last_line(done.stderr.decode(errors="replace"))
        return *rows, left_out(f"{name}: the rest" if rows else name, reason, source)
    return rows


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
        yield from of_part(name)
    print(f"done after {time.perf_counter() - started:.0f} s", file=sys.stderr)


def rebuilt(page: str, rows: Iterable[Row]) -> str:
    """Return the page with the summary and the machine that it was measured on."""
    return filled(filled(page, "machine", machine()), "summary", markdown(rows))


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
    rows = list(all_rows(options.parts or list(PARTS)))
    print(markdown(rows))
    if not options.parts:
        PAGE.write_text(rebuilt(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8")


if __name__ == "__main__":
    main()
