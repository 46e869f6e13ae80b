"""What a device told in one go, before anybody said where it stood: access points that it heard, tests of its link."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.site.network import Band

Kind: TypeAlias = Literal["iw", "nmcli", "netsh", "iperf3", "pcap", "csv", "esx", "survey", "parquet"]
"""What a file of readings is."""

Direction: TypeAlias = Literal["down", "up"]

CACHED_S = 5.0
"""A scan of all channels takes two to four seconds: what was last heard before that is of an earlier place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One BSS that a device heard; what it did not tell is None.

    Parameters
    ----------
    bssid, ssid : str
        Of the access point's radio, lower case; the name is blank where it is hidden.
    band : "2.4", "5", "6" or None
        The band.
    channel : int or None
        Number of the primary 20 MHz channel.
    frequency_hz : float or None
        Centre of that channel [Hz].
    rssi_dbm : float or None
        Strength as the device reports it; None where it told none that makes sense [dBm].
    is_converted : bool
        The device told a share of 100, which has an end at both sides; the level is worked out by its maker's rule.
    age_s : float or None
        How long before the scan ended it was last heard [s].
    utilisation_share : float or None
        Busy share of the channel, as the access point says.
    station_count : int or None
        Clients of the access point, as it says.
    width_mhz : int or None
        Width that it works with [MHz].
    in_use : bool
        Whether the device is connected to it.
    scan : int
        Which scan of the file, from 0.
    """

    bssid: str
    ssid: str = ""
    band: Band | None = None
    channel: int | None = None
    frequency_hz: float | None = None
    rssi_dbm: float | None = None
    is_converted: bool = False
    age_s: float | None = None
    utilisation_share: float | None = None
    station_count: int | None = None
    width_mhz: int | None = None
    in_use: bool = False
    scan: int = 0

    @property
    def is_cached(self) -> bool:
        """Whether it was heard too long ago to be of this place; False where the device tells no age."""
        return self.age_s is not None and self.age_s > CACHED_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One test of the connection itself in one direction; what was not measured is None.

    Parameters
    ----------
    direction : "down" or "up"
        Seen from the device in the class: down is from the server to it.
    transport : "tcp" or "udp"
        What carried it.
    seconds : float
        How long the receiver received, without the start that was asked to be left out [s].
    throughput_mbps : float
        Payload that the receiver got [Mbit/s].
    low_mbps, high_mbps : float or None
        Slowest and fastest interval, None with fewer than three [Mbit/s].
    delay_s : float or None
        Mean time of a round trip under this load [s].
    loss_share : float or None
        Share of datagrams lost, from 0 to 1; UDP only.
    jitter_s : float or None
        Spread of the datagrams' delay, smoothed as RFC 1889 has it; UDP only [s].
    retransmits : int or None
        Segments that TCP sent again.
    n_streams : int
        Connections at once.
    started_unix_s : float or None
        When it began, since 1970 [s].
    by_receiver : bool
        Whether the receiver told the figure; else the sender did, which counts what was lost, too.
    """

    direction: Direction
    transport: Literal["tcp", "udp"]
    seconds: float
    throughput_mbps: float
    low_mbps: float | None = None
    high_mbps: float | None = None
    delay_s: float | None = None
    loss_share: float | None = None
    jitter_s: float | None = None
    retransmits: int | None = None
    n_streams: int = 1
    started_unix_s: float | None = None
    by_receiver: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What one file or one answer of a program holds.

    Parameters
    ----------
    kind : str
        What it is: "iw", "nmcli", "netsh" or "iperf3".
    readings : tuple of Reading
        Access points heard, in the order of the file.
    links : tuple of Link
        Tests of the connection, in the order of the file.
    n_scans : int
        Scans that the readings come from, also such that heard nothing.
    encoding : str
        How the bytes were read; blank: they came as text.
    remarks : tuple of str
        What was left out or worked out, each with its count, in English.
    """

    kind: Kind
    readings: tuple[Reading, ...] = ()
    links: tuple[Link, ...] = ()
    n_scans: int = 1
    encoding: str = ""
    remarks: tuple[str, ...] = ()
