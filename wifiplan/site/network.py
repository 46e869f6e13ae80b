"""The network: frozen records of access points, their radios, and what a room needs."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.catalog.antennas import Mount

Band: TypeAlias = Literal["2.4", "5", "6"]
"""A Wi-Fi band by its customary name in GHz."""

SureOf: TypeAlias = Literal["rate", "signal"]
"""What a seat must be sure of."""

BANDS: tuple[Band, ...] = ("2.4", "5", "6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Radio:
    """One radio of an access point; what is unknown is None. `width_mhz` is the channel's nominal width."""

    band: Band
    channel: int | None = None
    width_mhz: int | None = None
    eirp_dbm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoint:
    """An access point (無線網路基地臺) on floor level `floor`; z is above that floor's slab.

    An existing one may be known by its room only; `study` then places it in the room's middle and says so.
    `mac` and `serial` are those of the device itself, as an installer notes them. `mount` says what it hangs on,
    `azimuth_deg` where it looks to, clockwise from the plan's north (y), and `tilt_deg` how far its face is turned: on
    a wall down from the horizon, on a ceiling from straight down to the azimuth. `pattern` names its antenna, one of
    the site's own `antennas` or of the catalogue; None: that of its model.
    """

    id: str
    name: str = ""
    floor: int = 0
    x_m: float | None = None
    y_m: float | None = None
    z_m: float | None = None
    room_id: str | None = None
    model: str | None = None
    radios: tuple[Radio, ...] = ()
    cabinet: str | None = None
    mac: str | None = None
    serial: str | None = None
    mount: Mount = "ceiling"
    azimuth_deg: float = 0.0
    tilt_deg: float = 0.0
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one room needs when a whole class is on line at once (支援全班載具同時使用).

    `priority` 0 is a classroom, 1 a specialist room. `mbps_per_device` is downlink payload. A seat holds
    if its median signal in a full class reaches `min_received_dbm` and `min_snr_db` (an extra margin is already in
    the first), and what `sure_of` names is reached with at least `seat_probability`: "rate", that with which the
    whole class fits under the airtime cap, or "signal", both thresholds themselves. The room passes if at least
    `min_seats_share` of its seats hold.
    """

    room_id: str
    priority: int
    profile: str
    n_devices: int
    mbps_per_device: float
    min_received_dbm: float
    min_snr_db: float
    max_airtime_share: float
    mbps_up_per_device: float = 0.0
    min_second_dbm: float | None = None
    min_seats_share: float = 0.95
    seat_probability: float = 0.95
    sure_of: SureOf = "rate"

    @property
    def demand_mbps(self) -> float:
        """Downlink payload of the whole class [Mbit/s]."""
        return self.n_devices * self.mbps_per_device
