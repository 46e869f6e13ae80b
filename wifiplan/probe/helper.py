"""The privileged helper: opens one packet socket, gives up every privilege, copies frames into a pipe as pcap.

It looks at no frame, needs nothing but Python's own library, and runs by itself: `python -I helper.py INTERFACE`. Two
ropes hold it: it ends when its standard input closes (whoever started it wants no more, or is dead), and when nobody
reads its output any longer. What it has to say goes to standard error, one JSON object a line: `ready` before the first
frame, `drops` whenever the kernel lost some, `end` with the sums, or `fault`.
"""

import argparse
import contextlib
import ctypes
import errno
import itertools
import json
import mmap
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

LINK_TYPES = {801: 105, 802: 119, 803: 127}
"""Kind of interface (linux/if_arp.h: plain 802.11, Prism, radiotap) to the link type of pcap."""

PCAP_MAGIC_NS = 0xA1B23C4D
CAP_NET_RAW = 13

_ETH_P_ALL = 0x0003
_SIOCGIFHWADDR, _SIOCGIFFLAGS, _IFF_UP = 0x8927, 0x8913, 0x1
_SOL_PACKET, _PACKET_RX_RING, _PACKET_STATISTICS, _PACKET_VERSION = 263, 5, 6, 10
_TPACKET_V3 = 2
_SO_RCVBUFFORCE, _SO_TIMESTAMPNS = 33, 35
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_F_SETPIPE_SZ = 1031

_BLOCK_BYTES, _RETIRE_MS, _DRAIN_S = 1 << 18, 40, 1.0
_BLOCK_HEAD = struct.Struct("=IIIIIIQ")  # version, offset to private, status, packets, first packet, length, sequence
_PACKET_HEAD = struct.Struct("=IIIIIIHH")  # next, s, ns, captured, length, status, link header, network header
_RECORD = struct.Struct("=IIII")


@dataclass
class Tally:
    """What was copied and what the kernel lost."""

    n_frames: int = 0
    n_dropped: int = 0
    told_at_s: float = -1.0


def interface_kind(name: str) -> tuple[int, bool]:
    """Return the kind of an interface (linux/if_arp.h) and whether it is up; OSError where there is none."""
    import fcntl  # noqa: PLC0415 (not on every system; what imports this module may run there)

    request = struct.pack("16s24x", name.encode()[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        kind = struct.unpack_from("=H", fcntl.ioctl(asked, _SIOCGIFHWADDR, request), 16)[0]
        flags = struct.unpack_from("=H", fcntl.ioctl(asked, _SIOCGIFFLAGS, request), 16)[0]
    return kind, bool(flags & _IFF_UP)


def give_up_privileges(uid: int | None = None, gid: int | None = None) -> None:
    """Give up every capability for good; as root also become another user.

    Raises
    ------
    OSError
        A privilege is left afterwards.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # only root may; for others there is nothing to drop from
    if uid is not None and os.geteuid() == 0:
        group = uid if gid is None else gid
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(uid, uid, uid)
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    libc.capset(struct.pack("=II", _CAPABILITY_VERSION_3, 0), struct.pack("=6I", *(6 * [0])))
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if any(held_capabilities().values()):
        raise OSError(errno.EPERM, "a capability could not be given up")
    if uid is not None and os.geteuid() != uid:
        raise OSError(errno.EPERM, "root could not become an ordinary user")


def held_capabilities() -> dict[str, int]:
    """Return the sets of capabilities of this process that count: permitted, effective, inheritable, ambient."""
    status = os.open("/proc/self/status", os.O_RDONLY)  # no text file: its codec may be out of an ordinary user's reach
    lines = os.read(status, 65536).splitlines()
    os.close(status)
    said = {bytes(line[3:6]): int(line[7:], 16) for line in lines if line.startswith(b"Cap")}
    return {name: said.get(name.encode(), 0) for name in ("Prm", "Eff", "Inh", "Amb")}


def tie_to_parent(parent: int) -> None:
    """Die with the process that started this one; a change of user undoes it, so it comes after that."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)


class Ring:
    """Frames out of a ring that the kernel shares with us (TPACKET_V3): no socket buffer limits it."""

    def __init__(self, raw: socket.socket, n_bytes: int) -> None:
        raw.setsockopt(_SOL_PACKET, _PACKET_VERSION, _TPACKET_V3)
        n_blocks = max(2, n_bytes // _BLOCK_BYTES)
        frame_bytes = 2048  # a V3 block packs frames of any length; this only has to divide the block
        request = (_BLOCK_BYTES, n_blocks, frame_bytes, n_blocks * _BLOCK_BYTES // frame_bytes, _RETIRE_MS, 0, 0)
        raw.setsockopt(_SOL_PACKET, _PACKET_RX_RING, struct.pack("=7I", *request))
        self._memory = mmap.mmap(raw.fileno(), n_blocks * _BLOCK_BYTES)
        self._n_blocks, self._next = n_blocks, 0

    def batches(self) -> Iterator[tuple[int, bytes]]:
        """Yield the frames of every block that is full or overdue: how many, and their pcap records."""
        while True:
            start = self._next * _BLOCK_BYTES
            _, _, status, n_frames, first, _, _ = _BLOCK_HEAD.unpack_from(self._memory, start)
            if not status & 1:
                return
            records = self._records(start + first, n_frames)
            struct.pack_into("=I", self._memory, start + 8, 0)  # before it is handed on: who takes it may not come back
            self._next = (self._next + 1) % self._n_blocks
            yield n_frames, records

    def _records(self, offset: int, n_frames: int) -> bytes:
        parts = []
        for _ in range(n_frames):
            step, s, ns, captured, length, _, link, _ = _PACKET_HEAD.unpack_from(self._memory, offset)
            parts += [_RECORD.pack(s, ns, captured, length), self._memory[offset + link : offset + link + captured]]
            offset += step
        return b"".join(parts)


class Receiver:
    """Frames one by one with the kernel's time stamps: for kernels without the ring."""

    def __init__(self, raw: socket.socket, n_bytes: int) -> None:
        try:
            raw.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, n_bytes)
        except OSError:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, n_bytes)
        raw.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._raw, self._buffer = raw, bytearray(65536)

    def batches(self) -> Iterator[tuple[int, bytes]]:
        """Yield up to 64 frames at once: how many, and their pcap records."""
        parts: list[bytes] = []
        while len(parts) < 64:
            try:
                n_bytes, said, _, _ = self._raw.recvmsg_into([self._buffer], 64, socket.MSG_DONTWAIT | socket.MSG_TRUNC)
            except BlockingIOError:
                break
            s, ns = next((struct.unpack_from("=qq", data) for _, kind, data in said if kind == _SO_TIMESTAMPNS), (0, 0))
            kept = min(n_bytes, len(self._buffer))
            parts.append(_RECORD.pack(s & 0xFFFFFFFF, ns, kept, n_bytes) + self._buffer[:kept])
        if parts:
            yield len(parts), b"".join(parts)


def say(what: dict[str, object]) -> None:
    """Tell the parent something, one JSON object a line; a parent that is gone can't be told."""
    with contextlib.suppress(OSError):
        os.write(2, json.dumps(what).encode() + b"\n")


def open_frames(name: str, n_bytes: int, *, ring: bool) -> tuple[socket.socket, Ring | Receiver, str]:
    """Return a socket that hears one interface, the way to its frames, and why that is not the ring."""
    lack = "not wanted"
    if ring:
        raw = _deaf_socket()
        try:
            mapped = Ring(raw, n_bytes)
        except OSError as error:
            raw.close()
            lack = error.strerror or str(error)
        else:
            raw.bind((name, _ETH_P_ALL))
            return raw, mapped, ""
    raw = _deaf_socket()
    receiver = Receiver(raw, n_bytes)
    raw.bind((name, _ETH_P_ALL))
    return raw, receiver, lack


def copy(raw: socket.socket, source: Ring | Receiver, tally: Tally) -> None:
    """Copy frames to standard output until standard input closes, the reader is gone or the interface is."""
    waiting = select.poll()
    waiting.register(raw, select.POLLIN)
    waiting.register(0, select.POLLIN)
    waiting.register(1, 0)  # an error of the output alone
    until_s, came = float("inf"), True
    while time.monotonic() < until_s and (came or until_s == float("inf")):
        events = dict(waiting.poll(1000))
        if 0 in events and until_s == float("inf") and not os.read(0, 4096):
            waiting.unregister(0)
            until_s = time.monotonic() + _DRAIN_S
            time.sleep(2 * _RETIRE_MS / 1000)  # what the ring still holds back
        came = False
        for n_frames, records in itertools.islice(source.batches(), 16):
            tally.n_frames, came = tally.n_frames + n_frames, True
            if not write(records):
                return
        count_drops(raw, tally)
        gone = events.get(raw.fileno(), 0) & (select.POLLERR | select.POLLHUP | select.POLLNVAL)
        if gone and raw.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            return
        if events.get(1, 0) & (select.POLLERR | select.POLLHUP):
            return


def write(data: bytes) -> bool:
    """Write all of it to standard output; False where nobody reads, or the parent wants an end and nobody reads on."""
    rest, waiting = memoryview(data), select.poll()
    waiting.register(1, select.POLLOUT)
    waiting.register(0, 0)
    while rest:
        try:
            rest = rest[os.write(1, rest) :]
        except BlockingIOError:
            events = dict(waiting.poll())
            if events.get(0, 0) and not events.get(1, 0) and not _writable_within(1000):
                return False
        except OSError:
            return False
    return True


def count_drops(raw: socket.socket, tally: Tally) -> None:
    """Add what the kernel lost since the last look, and tell of it once a second."""
    with contextlib.suppress(OSError):  # a kernel that doesn't count
        _, dropped = struct.unpack("=II", raw.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 12)[:8])
        tally.n_dropped += dropped
        if dropped and time.monotonic() - tally.told_at_s > 1.0:
            tally.told_at_s = time.monotonic()
            say({"event": "drops", "n_dropped": tally.n_dropped})


def main(arguments: list[str]) -> int:
    """Run the helper; return its exit code: 0 ended as it should, 2 could not begin."""
    asked = _asked(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent says when to end
    try:
        kind, up = interface_kind(asked.interface)
        if kind not in LINK_TYPES or not up:
            say({"event": "fault", "errno": errno.ENETDOWN, "problem": "no monitor interface that is up"})
            return 2
        raw, source, lack = open_frames(asked.interface, asked.buffer_bytes, ring=not asked.no_ring)
        give_up_privileges(asked.uid, asked.gid)
        tie_to_parent(asked.parent or os.getppid())
    except OSError as error:
        say({"event": "fault", "errno": error.errno or 0, "problem": error.strerror or str(error)})
        return 2
    link_type, tally = LINK_TYPES[kind], Tally()
    import fcntl  # noqa: PLC0415 (see `interface_kind`, which has loaded it)

    with contextlib.suppress(OSError):
        fcntl.fcntl(1, _F_SETPIPE_SZ, 1 << 20)
    os.set_blocking(1, False)
    say({"event": "ready", "link_type": link_type, "uid": os.geteuid(), "no_ring": lack})
    if write(struct.pack("=IHHiIII", PCAP_MAGIC_NS, 2, 4, 0, 0, 65535, link_type)):
        with contextlib.suppress(OSError):  # the interface went away: what was heard is still good
            copy(raw, source, tally)
    count_drops(raw, tally)
    say({"event": "end", "n_frames": tally.n_frames, "n_dropped": tally.n_dropped})
    return 0


def _deaf_socket() -> socket.socket:
    """Return a packet socket of protocol 0, which hears nothing before it is bound."""
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)


def _writable_within(milliseconds: int) -> bool:
    waiting = select.poll()
    waiting.register(1, select.POLLOUT)
    return bool(waiting.poll(milliseconds))


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="helper", description=__doc__)
    parser.add_argument("interface")
    parser.add_argument("--uid", type=int, help="who to become, for root")
    parser.add_argument("--gid", type=int)
    parser.add_argument("--parent", type=int, help="process that it dies with")
    parser.add_argument("--buffer-bytes", type=int, default=16 << 20)
    parser.add_argument("--no-ring", action="store_true", help="receive frame by frame")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
