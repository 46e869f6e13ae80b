"""Rebuilds the tables of docs/validation.md: runs every benchmark that is possible here and keeps what it printed.

Run it with ``make evidence``, or ``python -m benchmarks.page [SECTION...]`` from the checkout. A benchmark runs in a
process of its own, so that one that falls over (a ray tracer without its compiler, say) costs its own section alone;
what was left out stands in the page with the reason.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wifiplan import __version__

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation.md"
DATA = ROOT.parent / "shared" / "data"
"""Reference data that lie beside a checkout and are no part of the project."""

LIMIT_S = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of the page: its marker, the benchmark that prints it, arguments, and data that it can't do without."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    data: Path | None = None


SECTIONS = (
    Section(name="kernels", module="benchmarks.coverage"),
    Section(
        name="stored-maps", module="benchmarks.ray_tracer", arguments=(str(DATA / "sionna_a"),), data=DATA / "sionna_a"
    ),
    Section(name="ray-tracer", module="benchmarks.ray_tracer"),
    Section(name="measured", module="benchmarks.measured", data=DATA / "measured"),
    Section(name="calibration", module="benchmarks.calibration", data=DATA / "measured"),
    Section(name="interpolation", module="benchmarks.interpolation", data=DATA / "measured"),
    Section(name="next-places", module="benchmarks.next_places"),
    Section(name="airtime", module="benchmarks.airtime", data=DATA / "ns3"),
    Section(name="packet-simulator", module="benchmarks.packet_simulator"),
)


def printed(section: Section) -> str:
    """Return what a benchmark prints, or why it was left out, as Markdown."""
    if section.data is not None and not section.data.exists():
        return f"Left out: the reference data `{section.data.name}` are not beside this checkout."
    command = [sys.executable, "-m", section.module, *section.arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return f"Left out: it was not done after {LIMIT_S / 60:.0f} minutes."
    if done.returncode < 0:
        return f"Left out: it was ended by signal {-done.returncode}."
    if done.returncode:
        return f"Left out: {last_line(done.stderr)}"
    return f"```text\n{_without_paths(done.stdout).strip()}\n```"


def machine() -> str:
    """Return what the figures were measured on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    return (
        f"wifiplan {__version__}, {date.today().isoformat()}, {model}, {os.cpu_count()} cores, "  # noqa: DTZ011 (local)
        f"Python {platform.python_version()}."
    )


def filled(page: str, name: str, text: str) -> str:
    """Return the page with a section's text between its markers.

    Raises
    ------
    ValueError
        If the page has no such pair of markers.
    """
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no section {name}")
    return f"{before}{begin}\n{text}\n{end}{after}"


def build(page: str, names: Sequence[str]) -> str:
    """Return the page with the named sections, or all of them, rebuilt."""
    page = filled(page, "machine", machine())
    for section in SECTIONS:
        if not names or section.name in names:
            print(f"{section.name} ...", file=sys.stderr)
            page = filled(page, section.name, printed(section))
    return page


def main() -> None:
    """Rebuild the page in place."""
    names = sys.argv[1:]
    unknown = set(names) - {section.name for section in SECTIONS}
    if unknown:
        known = ", ".join(section.name for section in SECTIONS)
        sys.exit(f"no section {', '.join(sorted(unknown))}; there are {known}")
    PAGE.write_text(build(PAGE.read_text(encoding="utf-8"), names), encoding="utf-8")


def last_line(text: str) -> str:
    """Return the last line that a program said, without this machine's folders."""
    lines = [line for line in text.splitlines() if line.strip()]
    return _without_paths(lines[-1]).strip() if lines else "it ended without a word."


def _without_paths(text: str) -> str:
    """Return a text without this machine's folders."""
    return text.replace(f"{ROOT}{os.sep}", "").replace(str(Path.home()), "~")


if __name__ == "__main__":
    main()
