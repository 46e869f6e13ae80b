"""What was measured on site: samples of signals at places, and the survey that they belong to."""

from dataclasses import dataclass

from wifiplan.site.network import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One reading of one BSSID, or of the connection itself, at one place; what was not measured is None.

    Parameters
    ----------
    floor : int
        Level of the floor, 0 for the ground floor.
    x_m, y_m : float
        Where the reader stood, in the site's frame [m].
    band : "2.4", "5", "6" or None
        The band.
    channel : int or None
        Number of the primary 20 MHz channel.
    frequency_hz : float or None
        Centre of that channel [Hz].
    bssid, ssid : str
        Of the access point's radio; blank where the reading is of no particular one, or the name is hidden.
    rssi_dbm : float or None
        Strength as the device reports it; None with a BSSID: it was listened for and not heard [dBm].
    time_s : float or None
        Since the survey began [s].
    throughput_mbps : float or None
        Payload carried [Mbit/s].
    delay_s : float or None
        Time of a round trip [s].
    loss_share : float or None
        Share of packets lost, from 0 to 1.
    """

    floor: int
    x_m: float
    y_m: float
    band: Band | None = None
    channel: int | None = None
    frequency_hz: float | None = None
    bssid: str = ""
    ssid: str = ""
    rssi_dbm: float | None = None
    time_s: float | None = None
    throughput_mbps: float | None = None
    delay_s: float | None = None
    loss_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture taken at a place: `file` is its name beside the survey file."""

    file: str
    floor: int
    x_m: float
    y_m: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One walk with one device through one site.

    Parameters
    ----------
    name : str
        What people call it.
    device : str
        Model of what measured, never its address: strengths of two models differ by some decibels.
    samples : tuple of Sample
        In the order of time, where that is known.
    surveyor : str
        Who measured; may be blank.
    started_at : str
        When, as ISO 8601; may be blank.
    source : str
        The file or program that it comes from.
    remarks : tuple of str
        What a reader left out or could not tell, each with its count.
    photos : tuple of Photo
        Pictures taken at places.
    """

    name: str
    device: str = ""
    samples: tuple[Sample, ...] = ()
    surveyor: str = ""
    started_at: str = ""
    source: str = ""
    remarks: tuple[str, ...] = ()
    photos: tuple[Photo, ...] = ()
