"""What was heard: records of the air by BSS and by channel. Plain numbers; no address of a device is ever in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

_FIRST_5_MHZ, _FIRST_6_MHZ = 4900, 5925


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Received power of a BSS at the first antenna [dBm]: the median, and what a tenth lay below and above."""

    median_dbm: float
    low_dbm: float
    high_dbm: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedLoad:
    """What an access point says of itself in BSS Load.

    `n_stations` is the last count, `utilisation_share` the mean busy share of the channel as the access point measures
    it, `low_share` and `high_share` the least and the most; `n` reports. `doubt` says why it is not to be believed,
    blank where nothing speaks against it: "frozen" (a high figure that never moves though no station is joined),
    "idle_air" (far more than all others on the channel report, and no station).
    """

    n_stations: int
    most_stations: int
    utilisation_share: float
    low_share: float
    high_share: float
    n: int
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardBss:
    """One BSS: a network name on one radio of an access point.

    Parameters
    ----------
    bssid, ssid, ap_name : str
        Address on the air; name, blank where it is hidden; the access point's name where its beacons tell it.
    band, channel, width_mhz, middle : str or int or None
        Of its last beacon: primary channel, width [MHz], channel number of the middle of the whole.
    standard, security, country : str
        As announced, blank where unknown.
    level : Level or None
        None where the capture has no signals.
    n_beacons, n_answers : int
        Beacons and probe responses.
    first_s, last_s : float
        First and last announcement, from the start of listening [s].
    interval_ms : float or None
        Announced time between beacons.
    n_home_beacons, dwell_s : int, float
        Beacons heard while the receiver was on its channel, and for how long it was.
    slowest_beacon_mbps : float or None
        Lowest rate at which a beacon was sent.
    beacon_us : float or None
        Mean airtime of a beacon.
    n_data, n_retries : int
        Data frames of users heard, and those that were sent again.
    airtime_ms : float
        Airtime of all frames of this BSS that were heard.
    n_devices : int
        Different devices heard, at most the number that is kept in mind.
    n_moves : int
        How often it changed its channel.
    more_ssids : int
        Further names in the same beacons (Multiple BSSID).
    load : ReportedLoad or None
        None where it says nothing.
    """

    bssid: str
    ssid: str
    ap_name: str = ""
    band: str | None = None
    channel: int | None = None
    width_mhz: int | None = None
    middle: int | None = None
    standard: str = ""
    security: str = ""
    country: str = ""
    level: Level | None = None
    n_beacons: int = 0
    n_answers: int = 0
    first_s: float = 0.0
    last_s: float = 0.0
    interval_ms: float | None = None
    n_home_beacons: int = 0
    dwell_s: float = 0.0
    slowest_beacon_mbps: float | None = None
    beacon_us: float | None = None
    n_data: int = 0
    n_retries: int = 0
    airtime_ms: float = 0.0
    n_devices: int = 0
    n_moves: int = 0
    more_ssids: int = 0
    load: ReportedLoad | None = None

    @property
    def beacons_share(self) -> float | None:
        """Beacons heard over those that were due while we were on its channel; None where too few were due to tell."""
        if not self.interval_ms or self.dwell_s < 10 * self.interval_ms / 1000:
            return None
        return min(1.0, self.n_home_beacons / (self.dwell_s * 1000 / self.interval_ms))

    @property
    def retry_share(self) -> float | None:
        """Data frames that were sent again over all that were heard: a lower bound; None without data."""
        return self.n_retries / self.n_data if self.n_data else None

    @property
    def beacon_share(self) -> float | None:
        """Airtime that its beacons take when all are sent; None where a beacon's length is unknown."""
        if self.beacon_us is None or not self.interval_ms:
            return None
        return min(1.0, self.beacon_us / (self.interval_ms * 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAir:
    """One channel that was listened to. Shares of airtime are lower bounds: what is not heard is not counted.

    Parameters
    ----------
    frequency_mhz, band, channel : int or str or None
        Where the receiver was; None where the capture does not say it.
    dwell_s : float
        How long it was there.
    n_frames, n_bad, n_unmeasured : int
        Frames heard; of these with a failed checksum; and those whose airtime is unknown (no rate, or OFDMA).
    airtime_ms, beacon_ms : float
        Airtime of all frames and of beacons that were heard; gaps before answers included.
    n_data, n_retries : int
        Data frames of users, and those that were sent again.
    n_devices : int
        Different transmitting and receiving devices, at most the number that is kept in mind.
    n_bss, n_strong : int
        BSSs whose primary channel this is; of these strong enough to keep others off the air here.
    n_beside : int
        BSSs so strong whose primary channel is another, but who occupy a part of this one.
    beacons_due_share : float
        Airtime that their beacons take when all are sent; of those strong enough to keep others off the air here.
    utilisation_share : float or None
        Median of what access points on this channel report and nothing speaks against; None without.
    """

    frequency_mhz: int | None
    band: str | None
    channel: int | None
    dwell_s: float
    n_frames: int = 0
    n_bad: int = 0
    n_unmeasured: int = 0
    airtime_ms: float = 0.0
    beacon_ms: float = 0.0
    n_data: int = 0
    n_retries: int = 0
    n_devices: int = 0
    n_bss: int = 0
    n_strong: int = 0
    n_beside: int = 0
    beacons_due_share: float = 0.0
    utilisation_share: float | None = None

    @property
    def airtime_share(self) -> float | None:
        """Share of the time in which frames were heard: at least so busy is the channel; None where nobody can tell."""
        if self.dwell_s <= 0 or (self.n_frames and self.n_unmeasured + self.n_bad >= self.n_frames):
            return None
        return min(1.0, self.airtime_ms / 1000 / self.dwell_s)

    @property
    def retry_share(self) -> float | None:
        """Data frames that were sent again over all that were heard: a lower bound; None without data."""
        return self.n_retries / self.n_data if self.n_data else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """All that was heard in one go.

    `n_faulty` frames could not be read whole; `n_forgotten` BSSs fell out of mind because there were too many;
    `seconds` is from the first to the last frame, or the time of listening live; `n_dropped` frames the kernel lost.
    `notes` are codes of what else limits the answer.
    """

    source: str
    seconds: float
    n_frames: int
    n_faulty: int = 0
    n_bad: int = 0
    n_dropped: int = 0
    n_forgotten: int = 0
    channels: tuple[ChannelAir, ...] = ()
    bss: tuple[HeardBss, ...] = ()
    notes: tuple[str, ...] = ()


def with_dwell(air: Air, dwell_s: Mapping[int, float]) -> Air:
    """Return the air with the times on every frequency as whoever walked the channels knows them.

    Parameters
    ----------
    air : Air
        Its own times are inferred from frames: a silent channel was never there.
    dwell_s : mapping
        Seconds by frequency [MHz].
    """
    known = {c.frequency_mhz for c in air.channels}
    heard = [replace(c, dwell_s=dwell_s.get(c.frequency_mhz or 0, 0.0)) for c in air.channels]
    silent = [empty_channel(f, s) for f, s in dwell_s.items() if f not in known]
    return replace(
        air,
        channels=tuple(sorted((*heard, *silent), key=lambda c: c.frequency_mhz or 0)),
        bss=tuple(replace(b, dwell_s=dwell_s.get(frequency_of(b.band, b.channel) or 0, 0.0)) for b in air.bss),
    )


def empty_channel(frequency_mhz: int | None, dwell_s: float) -> ChannelAir:
    """Return a channel on which nothing was heard."""
    band, channel = channel_at(frequency_mhz)
    return ChannelAir(frequency_mhz=frequency_mhz, band=band, channel=channel, dwell_s=dwell_s)


def channel_at(frequency_mhz: int | None) -> tuple[str | None, int | None]:
    """Return band and channel of a receiver's frequency; None, None where that is no channel.

    >>> channel_at(2437), channel_at(5180), channel_at(5955), channel_at(2484), channel_at(5181)
    (('2.4', 6), ('5', 36), ('6', 1), ('2.4', 14), (None, None))
    """
    if frequency_mhz is None:
        return None, None
    if frequency_mhz == 2484:
        return "2.4", 14
    if frequency_mhz == 5935:
        return "6", 2
    if 2412 <= frequency_mhz <= 2472:
        band, start = "2.4", 2407
    elif _FIRST_5_MHZ <= frequency_mhz < _FIRST_6_MHZ:
        band, start = "5", 5000
    elif _FIRST_6_MHZ <= frequency_mhz <= 7125:
        band, start = "6", 5950
    else:
        return None, None
    number, rest = divmod(frequency_mhz - start, 5)
    return (band, number) if not rest and number > 0 else (None, None)


def frequency_of(band: str | None, channel: int | None) -> int | None:
    """Return the middle of a 20 MHz channel [MHz].

    >>> frequency_of("5", 36), frequency_of("6", 5), frequency_of("2.4", 14), frequency_of(None, 6)
    (5180, 5975, 2484, None)
    """
    if channel is None or band not in ("2.4", "5", "6"):
        return None
    if (band, channel) == ("2.4", 14):
        return 2484
    if (band, channel) == ("6", 2):
        return 5935
    return {"2.4": 2407, "5": 5000, "6": 5950}[band] + 5 * channel
