"""What this machine has: Python and packages, cores, memory and disk, the programs that tests on site use."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal, TypeAlias

from packaging.requirements import InvalidRequirement, Requirement

from wifiplan import __version__

State: TypeAlias = Literal["ok", "missing", "fails"]
Group: TypeAlias = Literal["machine", "package", "extra", "tool", "trial"]

WORKER_BYTES = 1_500_000_000
"""What one worker of a county run may take [bytes]: the limit that the project holds itself to."""

LEAST_DISK_BYTES = 1_000_000_000
"""A county of 350 schools writes somewhat less than this [bytes]."""

LEAST_PYTHON = (3, 11)

TOOLS = ("iw", "nmcli", "ping", "dumpcap", "iperf3")
"""Programs that surveys and tests on site use where they are there; no package of Python brings them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    `key` finds the words on what it is for and what to do (`doctor.KEY.name`, `.why`, `.do`); `needed` says that
    planning and reports can't do without it.
    """

    group: Group
    name: str
    key: str
    state: State
    detail: str = ""
    needed: bool = False


def machine(folder: Path) -> Iterator[Finding]:
    """Yield what the machine is; `folder` is where answers would be written."""
    python = ".".join(map(str, sys.version_info[:3]))
    state: State = "ok" if sys.version_info >= LEAST_PYTHON else "fails"
    yield Finding(group="machine", name="python", key="python", state=state, detail=python, needed=True)
    cores, memory = _cores(), _memory_bytes()
    workers = max(1, min(cores, memory // WORKER_BYTES)) if memory else cores
    yield Finding(group="machine", name="cores", key="cores", state="ok", detail=f"{cores} (--workers {workers})")
    if memory:
        state = "ok" if memory >= WORKER_BYTES else "fails"
        yield Finding(group="machine", name="memory", key="memory", state=state, detail=_gigabytes(memory))
    free = shutil.disk_usage(folder).free
    state = "ok" if free >= LEAST_DISK_BYTES else "fails"
    yield Finding(group="machine", name="disk", key="disk", state=state, detail=_gigabytes(free))


def packages() -> Iterator[Finding]:
    """Yield the Python packages that wifiplan asks for, those of an extra by the extra's name."""
    try:
        asked = metadata.requires("wifiplan") or []
    except metadata.PackageNotFoundError:
        yield Finding(group="package", name="wifiplan", key="package", state="fails", detail=__version__, needed=True)
        return
    for line in asked:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        extra = re.search(r"extra\s*==\s*[\"']([\w.-]+)[\"']", line)
        if extra is None:
            yield _package(requirement)
        elif extra[1] != "bench":
            yield _package(requirement, extra[1])


def tools() -> Iterator[Finding]:
    """Yield the system's programs."""
    for name in TOOLS:
        found = shutil.which(name)
        yield Finding(
            group="tool", name=name, key=f"tool.{name}", state="ok" if found else "missing", detail=found or ""
        )


def _package(requirement: Requirement, extra: str = "") -> Finding:
    """Return whether a package is there, in a version that was asked for."""
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        version = ""
    fits = bool(version) and requirement.specifier.contains(version, prereleases=True)
    state: State = "ok" if fits else "fails" if version else "missing"
    return Finding(
        group="extra" if extra else "package",
        name=requirement.name,
        key=f"extra.{extra}" if extra else "package",
        state=state,
        detail=version if fits else f"{version} ({requirement.specifier})".strip(),
        needed=not extra,
    )


def _cores() -> int:
    """Return the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _memory_bytes() -> int:
    """Return the memory that is free, or that a container leaves if less; 0 where the system does not tell."""
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii")
        free = int(re.findall(r"MemAvailable:\s+(\d+) kB", told)[0]) * 1024
    except (OSError, IndexError):
        return 0
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return free
    return min(free, int(limit)) if limit.isdecimal() else free


def _gigabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB"
