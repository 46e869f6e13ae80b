"""Network namespaces of a bed: made in one batch, entered for a moment, always taken away again."""

import contextlib
import ctypes
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path("/run/netns")
NAME = re.compile(r"bed(\d+)x\d+-\w+")
CLONE_NEWNET = 0x4000_0000
LIBC = ctypes.CDLL(None, use_errno=True)
REAPER = """
read line && exit 0
for name in "$@"; do
  for pid in $(ip netns pids "$name" 2>/dev/null); do kill -9 "$pid"; done
  ip netns del "$name" 2>/dev/null
  rm -rf "/etc/netns/$name"
done
"""


class BedError(Exception):
    """The bed could not be built, or a command in it failed."""


def batch(lines: Iterable[str], *, inside: str | None = None) -> None:
    """Run lines of iproute2 in one process, in the namespace `inside` or in the caller's."""
    command = ["ip", *(["-n", inside] if inside else []), "-batch", "-"]
    text = "\n".join(lines) + "\n"
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BedError(f"{' '.join(command)}: {done.stderr.strip()}")


def batches(lines_by_name: Mapping[str, Sequence[str]]) -> None:
    """Run one batch in each namespace, all at once: a fresh process for each costs most of the time."""
    running = {
        name: subprocess.Popen(
            ["ip", "-n", name, "-batch", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for name in lines_by_name
    }
    for name, process in running.items():
        assert process.stdin is not None
        process.stdin.write("\n".join(lines_by_name[name]) + "\n")
        process.stdin.close()
        process.stdin = None
    faults = [(name, process.communicate()[1], process.returncode) for name, process in running.items()]
    bad = [f"{name}: {text.strip()}" for name, text, code in faults if code != 0]
    if bad:
        raise BedError("; ".join(bad))


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """Move this thread into a namespace for the length of the block: sockets opened there stay there."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        there = os.open(FOLDER / name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            set_namespace(there)
        finally:
            os.close(there)
        try:
            yield
        finally:
            set_namespace(home)
    finally:
        os.close(home)


def set_namespace(descriptor: int) -> None:
    """Call setns(2), which Python 3.11 does not know yet."""
    if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Namespace:
    """One machine of the bed. `address` is blank where it has none (a bed for DHCP, the switch)."""

    name: str
    address: str = ""
    mac: str = ""
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    def inside(self) -> contextlib.AbstractContextManager[None]:
        """Move the calling thread in here for the length of a `with` block."""
        return inside(self.name)

    def open_socket(
        self, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM, proto: int = 0
    ) -> socket.socket:
        """Return a socket that lives in this namespace, while the caller stays where it is."""
        with self.inside():
            return socket.socket(family, kind, proto)

    def command(self, arguments: Sequence[str | Path]) -> list[str]:
        """Return the command line that runs `arguments` in here."""
        return ["ip", "netns", "exec", self.name, *map(str, arguments)]

    def popen(
        self,
        arguments: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str | Path | None = None,
        stdin: int | None = subprocess.DEVNULL,
        stdout: int | None = subprocess.PIPE,
        stderr: int | None = subprocess.PIPE,
    ) -> subprocess.Popen[str]:
        """Start a program in here; the bed kills it at its end. `env` is added to the caller's environment."""
        process = subprocess.Popen(
            self.command(arguments),
            env=None if env is None else {**os.environ, **env},
            cwd=cwd,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
        )
        self.children.append(process)
        return process

    def run(
        self,
        arguments: Sequence[str | Path],
        *,
        timeout_s: float = 60.0,
        check: bool = True,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in here to its end and return what it said; a failing one raises with its words."""
        done = subprocess.run(
            self.command(arguments),
            env=None if env is None else {**os.environ, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if check and done.returncode != 0:
            raise BedError(f"{arguments} in {self.name}: {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def signal_all(self, number: signal.Signals) -> None:
        """Stop (SIGSTOP: a tablet that sleeps), wake (SIGCONT) or kill whatever runs in here."""
        signal_all([self.name], number)

    def set_sysctl(self, key: str, value: str) -> None:
        """Write a setting of this namespace, as ``net/ipv4/ip_forward``."""
        with self.inside():
            Path("/proc/sys", key).write_text(value, encoding="ascii")


def add(names: Sequence[str]) -> subprocess.Popen[str]:
    """Make namespaces, and a reaper that takes them away should this process die; return the reaper."""
    sweep()
    reaper = subprocess.Popen(
        ["sh", "-c", REAPER, "reaper", *names],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        batch(f"netns add {name}" for name in names)
    except BedError:
        remove(names, reaper)
        raise
    return reaper


def remove(names: Sequence[str], reaper: subprocess.Popen[str] | None = None) -> None:
    """Kill what still runs in the namespaces, then delete them; names that are gone are no fault."""
    here = [name for name in names if (FOLDER / name).exists()]
    signal_all(here, signal.SIGKILL)
    for name in here:
        settings = Path("/etc/netns") / name
        if settings.is_dir():
            for file in settings.iterdir():
                file.unlink()
            settings.rmdir()
    if here:
        batch(f"netns del {name}" for name in here)
    if reaper is not None:
        with contextlib.suppress(BrokenPipeError):
            reaper.communicate("done\n")


def signal_all(names: Sequence[str], number: signal.Signals) -> None:
    """Send a signal to every process that lives in one of the namespaces (never to the caller)."""
    marks = {(FOLDER / name).stat().st_ino for name in names}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if (entry / "ns" / "net").stat().st_ino in marks:
                os.kill(int(entry.name), number)


def sweep() -> None:
    """Take away what beds left behind whose process and reaper were both killed."""
    names = [path.name for path in FOLDER.iterdir()] if FOLDER.is_dir() else []
    found = [match for match in map(NAME.fullmatch, names) if match]
    stale = [match[0] for match in found if not Path("/proc", match[1]).exists()]
    for name in stale:
        # the reaper of a bed that has just died, or a neighbour's sweep, may be at the same work
        with contextlib.suppress(BedError, OSError):
            remove([name])
