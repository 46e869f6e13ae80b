"""One row of the table of networks."""

from dataclasses import dataclass


def mac_text(address: bytes) -> str:
    """Return an address in lower case with colons.

    >>> mac_text(bytes.fromhex("0200000000ab"))
    '02:00:00:00:00:ab'
    """
    return address.hex(":")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentBss:
    """A network without beacons of its own, announced in those of another one (Multiple BSSID)."""

    bssid: str
    ssid: str
    security: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BssRow:
    """One BSS; None where its frames don't say.

    Parameters
    ----------
    bssid, ssid, hidden : str, str, bool
        Address in lower case with colons; name, blank where it is hidden; whether no frame told the name.
    ssid_hex : str
        The name's bytes, where it is not UTF-8; else blank.
    channel, width_mhz, band, middle, apart : int, int, str, int, bool
        Primary channel, width [MHz], "2.4", "5" or "6"; channel number of the middle (of the first half, where the two
        lie apart).
    standard : str
        Newest standard that it offers: "11b" … "11be".
    rssi_dbm, rssi_max_dbm : float, int
        Median and maximum of the first antenna [dBm].
    frames, beacons : int
        Beacons and probe responses; beacons alone.
    station_count, utilisation_share, n_loads : int, float, int
        BSS Load: the last station count, the mean busy share of the channel (0 to 1), frames that carried it.
    security, country, interval_tu, streams, bss_color, ap_name, punctured : various
        Protection in a word; country code; time between beacons [1.024 ms]; spatial streams; BSS colour; the vendor's
        name of the access point; bits of punctured 20 MHz parts.
    rates_mbps, basic_mbps : tuple of float
        Rates before 802.11n; those that all stations must know [Mbit/s].
    mld : str
        Address that the links of one 802.11be access point have in common, blank where there is none.
    heard_mhz : tuple of (int, int)
        Frequencies to which the receiver was tuned, and frames heard at each, most first.
    channels, ssids : tuple
        All values seen, most frequent first, where there is more than one.
    switch_to : int
        Channel of the last announced channel switch.
    unsent : tuple of UnsentBss
        Networks announced in this one's beacons.
    bad_fcs, damaged : int
        Frames whose checksum failed; frames with elements cut off.
    """

    bssid: str
    ssid: str
    hidden: bool
    ssid_hex: str
    channel: int | None
    width_mhz: int | None
    band: str | None
    middle: int | None
    apart: bool
    standard: str | None
    rssi_dbm: float | None
    rssi_max_dbm: int | None
    frames: int
    beacons: int
    station_count: int | None
    utilisation_share: float | None
    n_loads: int
    security: str
    country: str
    interval_tu: int | None
    streams: int
    rates_mbps: tuple[float, ...]
    basic_mbps: tuple[float, ...]
    mld: str
    bss_color: int | None
    ap_name: str
    punctured: int
    heard_mhz: tuple[tuple[int, int], ...]
    channels: tuple[int, ...]
    ssids: tuple[str, ...]
    switch_to: int | None
    unsent: tuple[UnsentBss, ...]
    bad_fcs: int
    damaged: int
