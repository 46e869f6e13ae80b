"""What captures are read from: a stream of bytes behind caps on bytes, packets and time."""

import math
import time
import zlib
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from wifiplan.errors import Fault

MAX_PACKET_BYTES = 262_144
"""No capture keeps more of one packet; a larger length is damage."""

_CHUNK_BYTES = 262_144


class Source(Protocol):
    """A binary stream: an open file, a pipe's reader, an unpacked stream."""

    def read1(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, as soon as any are there; none at the end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Where reading ends at the latest.

    Parameters
    ----------
    max_bytes : int
        Bytes of the capture, unpacked: a small packed file can hold very many.
    max_packets : int
        Packets.
    max_s : float
        Time that reading may take [s].
    """

    max_bytes: int = 4_000_000_000
    max_packets: int = 20_000_000
    max_s: float = 900.0


LIVE_CAPS = Caps(max_bytes=1 << 62, max_packets=1 << 62, max_s=math.inf)
"""Live listening ends when its time is up; memory is bounded by the log."""


class Packet(NamedTuple):
    """One packet of a capture: a named tuple, as frozen as a record and quicker to make.

    Parameters
    ----------
    time_ns : int
        When it was captured, since 1970 [ns].
    link_type : int
        What stands at its beginning; see `wifiplan.probe.frames.LINK_TYPES`.
    data : bytes
        What was kept of it.
    n_cut : int
        Bytes at its end that were not kept.
    """

    time_ns: int
    link_type: int
    data: bytes
    n_cut: int


class Window:
    """The part of a source that is being read: bytes from `at` on; notes say why there are no more.

    Parameters
    ----------
    source : Source
        Read forward only.
    caps : Caps
        Where to end.
    """

    def __init__(self, source: Source, caps: Caps) -> None:
        self.data = b""
        self.at = 0
        self.notes: list[Fault] = []
        self.ended_early = False
        self._source = source
        self._caps = caps
        self._n_read = 0
        self._until = time.monotonic() + caps.max_s

    def more(self) -> bool:
        """Read on and drop what is behind `at`; return False at the end of the source or at a cap."""
        return self.has(len(self.data) - self.at + 1)

    def has(self, n_bytes: int) -> bool:
        """Return whether so many bytes stand from `at` on, reading on where needed."""
        missing = n_bytes - (len(self.data) - self.at)
        if missing <= 0:
            return True
        chunks = [self.data[self.at :]]
        while missing > 0:
            chunk = self._chunk()
            if not chunk:
                break
            chunks.append(chunk)
            missing -= len(chunk)
        self.data = b"".join(chunks)
        self.at = 0
        return missing <= 0

    def _chunk(self) -> bytes:
        """Return the next bytes, none at the end of the source or at a cap."""
        if self._n_read >= self._caps.max_bytes:
            self.end(*_capped(f"{self._caps.max_bytes / 1e6:,.0f} MB", f"{self._caps.max_bytes / 1e6:,.0f} MB"))
            return b""
        if self._n_read and time.monotonic() > self._until:
            return self._late()
        try:
            chunk = self._source.read1(min(_CHUNK_BYTES, self._caps.max_bytes - self._n_read))
        except TimeoutError:
            return self._late()
        except (EOFError, zlib.error, OSError) as error:
            self.end(
                f"the file can't be read on after {self._n_read:,} bytes ({error})",
                f"檔案讀到第 {self._n_read:,} 位元組後無法再讀（{error}）",
            )
            return b""
        self._n_read += len(chunk)
        return chunk

    def _late(self) -> bytes:
        self.end(*_capped(f"{self._caps.max_s:g} s", f"{self._caps.max_s:g} 秒"))
        return b""

    def end(self, english: str, chinese: str) -> None:
        """Note why reading ends before the end."""
        if not self.ended_early:
            self.ended_early = True
            self.notes.append(Fault(where="", problem=english, zh=(chinese, "")))

    def end_at_cap(self) -> None:
        """Note that the cap on packets is reached."""
        n = f"{self._caps.max_packets:,}"
        self.end(*_capped(f"{n} packets", f"{n} 個封包"))

    def end_cut(self, n_packets: int) -> None:
        """Note that the capture ends within a packet."""
        self.end(
            f"the capture is cut off after {n_packets:,} packets; the answer covers these",
            f"擷取檔在第 {n_packets:,} 個封包之後中斷，結果只含這些封包",
        )

    def end_damaged(self, n_packets: int) -> None:
        """Note that the capture makes no sense from here on."""
        self.end(
            f"the capture is damaged after {n_packets:,} packets; the answer covers these",
            f"擷取檔在第 {n_packets:,} 個封包之後損壞，結果只含這些封包",
        )


def _capped(english: str, chinese: str) -> tuple[str, str]:
    return (
        f"reading ended at the cap of {english}; the answer covers what came before",
        f"讀到上限 {chinese} 為止，結果只含之前的內容",
    )
