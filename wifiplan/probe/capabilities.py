"""What a station can do: standard, streams, widths and roaming, from the elements of its beacons and requests.

Source: IEEE 802.11-2020, 9.4.2.55 (HT), 9.4.2.157 (VHT), 9.4.2.26 (extended), 9.4.2.44 (radio measurement); IEEE
802.11ax-2021, 9.4.2.248 (HE); IEEE 802.11be, 9.4.2.313 (EHT).
"""

from functools import lru_cache
from typing import NamedTuple

STANDARDS: tuple[str, ...] = ("11b", "11a", "11g", "11n", "11ac", "11ax", "11be")
"""From the oldest to the newest."""

_TOP_DSSS_MBPS = 11.0
_FIRST_SELECTOR = 122
_SHORT_OF_NOTHING = 3


class Capabilities(NamedTuple):
    """What a station says of itself.

    `standard` is the newest that it names; None where not even its rates are known. `streams` are those that it can
    receive in the widest of its standards. `rates_mbps` are the rates before 802.11n, `basic_mbps` those of them that
    all stations of the BSS must know: beacons and broadcasts go out at the lowest. `k`, `v`, `r` are the roaming
    amendments 802.11k (radio measurement), 802.11v (BSS transition) and 802.11r (fast transition).
    """

    standard: str | None = None
    streams: int = 1
    max_width_mhz: int = 20
    rates_mbps: tuple[float, ...] = ()
    basic_mbps: tuple[float, ...] = ()
    k: bool = False
    v: bool = False
    r: bool = False


def capabilities(found: dict[int, bytes], extensions: dict[int, bytes], *, band: str | None) -> Capabilities:
    """Return the capabilities from the elements that a frame holds.

    Parameters
    ----------
    found, extensions : dict
        Contents of elements by their number, and of extended elements by theirs.
    band : str or None
        Tells 802.11a from 802.11g, where it is known.
    """
    get, more = found.get, extensions.get
    return _capabilities(
        (get(1, b"") + get(50, b""), get(45, b""), get(191, b""), more(35, b""), more(108, b"")),
        (61 in found, 192 in found, 36 in extensions, 106 in extensions),
        (get(70, b"")[:1], get(127, b"")[2:3], 54 in found),
        band,
    )


@lru_cache(maxsize=4096)
def _capabilities(
    can: tuple[bytes, bytes, bytes, bytes, bytes],
    does: tuple[bool, bool, bool, bool],
    roams: tuple[bytes, bytes, bool],
    band: str | None,
) -> Capabilities:
    rates, ht, vht, he, eht = can
    known = [rate for rate in rates if 0 < rate & 0x7F < _FIRST_SELECTOR]
    mbps = tuple(sorted({(rate & 0x7F) / 2 for rate in known}))
    streams, width = 1, 20
    if len(ht) >= 7:
        streams = max(1, sum(1 for mask in ht[3:7] if mask))
        width = 40 if ht[0] & 2 else 20
    if len(vht) >= 8:
        streams = max(streams, _streams(vht[4:6]))
        width = max(width, 160 if vht[0] >> 2 & 3 in (1, 2) else 80)
    if len(he) >= 19:
        streams = max(streams, _streams(he[17:19]))
        width = max(width, _he_width_mhz(he[6]))
    if len(eht) >= 3 and eht[2] & 2:
        width = 320
    newest = _newest(bool(ht) or does[0], bool(vht) or does[1], bool(he) or does[2], bool(eht) or does[3])
    measures, moves, fast = roams
    return Capabilities(
        newest or _legacy(mbps[-1] if mbps else None, band),
        streams,
        width,
        mbps,
        tuple(sorted({(rate & 0x7F) / 2 for rate in known if rate & 0x80})),
        bool(measures and measures[0] & 0x73),
        bool(moves and moves[0] & 0x08),
        fast,
    )


def _newest(n: bool, ac: bool, ax: bool, be: bool) -> str | None:  # noqa: FBT001 (one flag a standard)
    return "11be" if be else "11ax" if ax else "11ac" if ac else "11n" if n else None


def _legacy(top_mbps: float | None, band: str | None) -> str | None:
    if top_mbps is None:
        return None
    if top_mbps <= _TOP_DSSS_MBPS and band != "5":
        return "11b"
    return "11a" if band == "5" else "11g"


def _streams(receive_map: bytes) -> int:
    """Return the highest number of streams that a map of two bits a stream supports."""
    bits = receive_map[0] | receive_map[1] << 8
    return max((n for n in range(1, 9) if bits >> 2 * (n - 1) & 3 != _SHORT_OF_NOTHING), default=1)


def _he_width_mhz(phy: int) -> int:
    """Return the widest channel by the first byte of the HE PHY capabilities: 160 in 5 GHz, 80 there, 40 in 2.4."""
    return 160 if phy & 0x18 else 80 if phy & 0x04 else 40 if phy & 0x02 else 20
