"""What older receivers say of a frame: the Prism and AVS headers before it (link types 119 and 163).

Both are read in either byte order. A signal is taken where its unit is known: dBm in AVS of that kind, and a negative
number in Prism, where some drivers write a level above the noise instead.

Source: linux-wlan-ng's p80211msg (Prism, 144 bytes: message code, length, device name, ten items of 12 bytes); AVS
capture header, version 1 (magic 0x80211, 64 bytes). Items are numbered in the
upper half of their id (code 0x44) or in bits 12 to 15 (code 0x41).
"""

from struct import Struct

from wifiplan.probe.radiotap import NO_RADIO, Radio

_PRISM_CODES = (0x41, 0x44)
_AVS_MAGIC, _AVS_VERSION_BITS = 0x80211000, 0xFFF
_AVS_BYTES = 64
_PRISM_HEAD, _PRISM_ITEM, _PRISM_BYTES = 24, 12, 144
_HOST_TIME, _MAC_TIME, _CHANNEL, _RSSI, _SIGNAL, _NOISE, _RATE = 1, 2, 3, 4, 6, 7, 8
_ORDERS = ("<", ">")
_ITEM = {order: Struct(f"{order}IHHi") for order in _ORDERS}
_AVS = {order: Struct(f"{order}IIQQIIIIIIii") for order in _ORDERS}
_WORDS = {order: Struct(f"{order}II") for order in _ORDERS}
_DBM_RANGE = range(-127, 0)
_AVS_IN_DBM = 2
_FIRST_5_GHZ_CHANNEL = 15


def read_prism(data: bytes) -> tuple[Radio, int]:
    """Read the header before a frame.

    Parameters
    ----------
    data : bytes
        Prism or AVS header and frame.

    Returns
    -------
    (Radio, int)
        What it says, and where the frame starts; -1 where there is no whole header.
    """
    if len(data) < 8:
        return NO_RADIO, -1
    for order in _ORDERS:
        code, n_bytes = _WORDS[order].unpack_from(data)
        if code & ~_AVS_VERSION_BITS == _AVS_MAGIC and _AVS_BYTES <= n_bytes <= len(data):
            return _avs(data, order), n_bytes
        if code & 0xFFFF in _PRISM_CODES and code >> 16 == 0 and _PRISM_HEAD <= n_bytes <= len(data):
            return _prism(data[:n_bytes], order), n_bytes
    return NO_RADIO, -1


def _prism(header: bytes, order: str) -> Radio:
    values: dict[int, int] = {}
    for at in range(_PRISM_HEAD, len(header) - _PRISM_ITEM + 1, _PRISM_ITEM):
        did, status, _, value = _ITEM[order].unpack_from(header, at)
        if status == 0:
            values.setdefault(did >> 16 if did & 0xFFFF == _PRISM_CODES[1] else did >> 12 & 0xF, value)
    signal = values.get(_SIGNAL)
    noise = values.get(_NOISE)
    rate = values.get(_RATE)
    return Radio(
        rate_mbps=rate / 2 if rate is not None and 0 < rate <= 0xFF else None,
        frequency_mhz=_frequency_mhz(values.get(_CHANNEL, 0)),
        signals_dbm=(signal,) if signal is not None and signal in _DBM_RANGE else (),
        noise_dbm=noise if noise in _DBM_RANGE else None,
    )


def _avs(data: bytes, order: str) -> Radio:
    _, _, mac_time, _, _, channel, rate, _, _, ssi, signal, noise = _AVS[order].unpack_from(data)
    in_dbm = ssi == _AVS_IN_DBM
    return Radio(
        tsft_us=mac_time or None,
        rate_mbps=rate / 10 if 0 < rate < 10_000 else None,
        frequency_mhz=_frequency_mhz(channel),
        signals_dbm=(signal,) if in_dbm and signal in _DBM_RANGE else (),
        noise_dbm=noise if in_dbm and noise in _DBM_RANGE else None,
    )


def _frequency_mhz(channel: int) -> int | None:
    """Return the middle of a channel of 2.4 or 5 GHz [MHz]; these headers are older than 6 GHz."""
    if not 0 < channel < 200:
        return None
    if channel == 14:
        return 2484
    return (5000 if channel >= _FIRST_5_GHZ_CHANNEL else 2407) + 5 * channel
