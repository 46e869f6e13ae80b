"""Captures of 802.11 frames: pcap and pcapng files, also packed by gzip."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from wifiplan.errors import ProbeError
from wifiplan.probe.capture_source import Caps
from wifiplan.probe.pcap import Capture

_GZIP = b"\x1f\x8b"
_PACKED_CAPS = Caps(max_bytes=1_000_000_000, max_packets=5_000_000, max_s=300.0)
"""For packed files, where a few kilobytes may hold gigabytes; options widen them."""


@contextmanager
def open_capture(path: Path, *, caps: Caps | None = None) -> Iterator[Capture]:
    """Open a capture and hand it on; it is read while it is iterated, once.

    Parameters
    ----------
    path : Path
        A file, by its content and not by its name; "-" reads standard input.
    caps : Caps or None
        Where reading ends at the latest; None takes the defaults, lower ones for packed files.

    Yields
    ------
    Capture
        Its `notes` are complete when iteration has ended.

    Raises
    ------
    ProbeError
        The file can't be read, is no capture, or holds no 802.11 frames.
    """
    with _opened(path) as stream:
        if _is_packed(stream, path):
            with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
                yield Capture(unpacked, caps=caps or _PACKED_CAPS, where=str(path))
        else:
            yield Capture(stream, caps=caps or Caps(), where=str(path))


def _opened(path: Path) -> BufferedReader:
    try:
        if str(path) == "-":
            return open(sys.stdin.fileno(), "rb", closefd=False)
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error


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
