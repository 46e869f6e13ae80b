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
    try:
        with _opened(path) as stream:
            if stream.peek(2)[:2] == _GZIP:
                with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
                    yield Capture(unpacked, caps=caps or _PACKED_CAPS, where=str(path))
            else:
                yield Capture(stream, caps=caps or Caps(), where=str(path))
    except OSError as error:
        raise ProbeError(
            f"the capture can't be read ({error.strerror or error})",
            remedy="check that it is a file which you may read",
            where=str(path),
            zh=(f"擷取檔無法讀取（{error.strerror or error}）", "請確認檔案存在且有讀取權限"),
        ) from error


def _opened(path: Path) -> BufferedReader:
    if str(path) == "-":
        return open(sys.stdin.fileno(), "rb", closefd=False)
    return path.open("rb")
