"""Captures of 802.11 frames: pcap and pcapng files, also packed by gzip."""

import errno
import gzip
import io
import math
import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from wifiplan.errors import ProbeError
from wifiplan.probe.capture_source import LIVE_CAPS, Caps
from wifiplan.probe.pcap import Capture

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP = b"\x1f\x8b"
_PACKED_CAPS = Caps(max_bytes=1_000_000_000, max_packets=5_000_000, max_s=300.0)
"""For packed files, where a few kilobytes may hold gigabytes; options widen them."""


class PatientInput(io.RawIOBase):
    """A pipe that is waited for until the time is up, also while nothing comes.

    Parameters
    ----------
    number : int
        Its file descriptor; it stays open.
    seconds : float
        How long it may take; infinite: until it ends.
    is_cap : bool
        Raise TimeoutError when the time is up, where this cuts the answer short; else that is the end.
    """

    def __init__(self, number: int, seconds: float, *, is_cap: bool = False) -> None:
        super().__init__()
        self._number, self._until_s, self._is_cap = number, time.monotonic() + seconds, is_cap

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Take what is there, waiting until the time is up; nothing after that."""
        left_s = self._until_s - time.monotonic()
        if left_s <= 0 or not select.select([self._number], [], [], None if math.isinf(left_s) else left_s)[0]:
            if self._is_cap:
                raise TimeoutError(errno.ETIMEDOUT, "nothing more came in time")
            return 0
        room = memoryview(buffer)
        data = os.read(self._number, len(room))
        room[: len(data)] = data
        return len(data)


@contextmanager
def open_capture(path: Path, *, caps: Caps | None = None, max_s: float | None = None) -> Iterator[Capture]:
    """Open a capture and hand it on; it is read while it is iterated, once.

    Parameters
    ----------
    path : Path
        A file, by its content and not by its name; "-" reads standard input.
    caps : Caps or None
        Where reading ends at the latest; None takes the defaults, lower ones for packed files.
    max_s : float or None
        Another cap on time alone [s].

    Yields
    ------
    Capture
        Its `notes` are complete when iteration has ended.

    Raises
    ------
    ProbeError
        The file can't be read, is no capture, or holds no 802.11 frames.
    """
    usual = caps or Caps()
    with _opened(path, max_s or usual.max_s) as stream:
        packed = _is_packed(stream, path)
        most = caps or (_PACKED_CAPS if packed else usual)
        with _unpacked(stream) if packed else nullcontext(stream) as source:
            yield Capture(source, caps=most if max_s is None else replace(most, max_s=max_s), where=str(path))


@contextmanager
def open_live(seconds: float | None) -> Iterator[Capture]:
    """Hand on standard input as a capture that comes in while it is heard; that the time is up is its proper end.

    Parameters
    ----------
    seconds : float or None
        How long to listen; None or 0: until it ends. What is packed has the caps of packed files all the same.

    Yields
    ------
    Capture
        Without caps: its reader bounds the memory.

    Raises
    ------
    ProbeError
        As `open_capture`.
    """
    path = Path("-")
    with _opened(path, seconds or math.inf, is_cap=False) as stream:
        if _is_packed(stream, path):
            with _unpacked(stream) as unpacked:
                yield Capture(unpacked, caps=_PACKED_CAPS, where="-")
        else:
            yield Capture(stream, caps=LIVE_CAPS, where="-")


def _unpacked(stream: BufferedReader) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=stream, mode="rb")


def _opened(path: Path, max_s: float, *, is_cap: bool = True) -> BufferedReader:
    try:
        return _piped(max_s, is_cap=is_cap) if str(path) == "-" else path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error


def _piped(seconds: float, *, is_cap: bool) -> BufferedReader:
    """Open standard input; where pipes can't be waited for (Windows), it is read as any file."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    if sys.platform == "win32":
        return open(sys.stdin.fileno(), "rb", closefd=False)
    return BufferedReader(PatientInput(sys.stdin.fileno(), seconds, is_cap=is_cap))


def _is_packed(stream: BufferedReader, path: Path) -> bool:
    try:
        return stream.peek(len(_GZIP))[: len(_GZIP)] == _GZIP
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ProbeError:
    why = error.strerror or str(error)
    return ProbeError(
        f"the capture can't be read ({why})",
        remedy="check that it is a file which you may read",
        where=str(path),
        zh=(f"擷取檔無法讀取（{why}）", "請確認檔案存在且有讀取權限"),
    )
