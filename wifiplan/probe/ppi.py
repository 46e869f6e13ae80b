"""What AirPcap and Kismet say of a frame: the PPI header before it (link type 192).

Everything in it is little-endian. A signal of -128 means that there is none.

Source: CACE Technologies, PPI Packet Header specification 1.0.10, sections 3 and 4.1.2 (802.11-Common).
"""

from struct import Struct

from wifiplan.probe.radiotap import BAD_FCS, FCS_AT_END, NO_RADIO, Radio

_HEAD = Struct("<BBHI")
_FIELD = Struct("<HH")
_COMMON = Struct("<QHHHHBBbb")
_COMMON_TYPE, _PLAIN = 2, 105
_ALIGNED = 1
_HAS_FCS, _TSFT_IN_MS, _FCS_IS_BAD = 1, 2, 4
_DBM_RANGE = range(-127, 0)


def read_ppi(data: bytes) -> tuple[Radio, int]:
    """Read the header before a frame.

    Parameters
    ----------
    data : bytes
        PPI header and frame.

    Returns
    -------
    (Radio, int)
        What it says, and where the frame starts; -1 where there is no whole header or no frame of 802.11 behind it.
    """
    if len(data) < _HEAD.size:
        return NO_RADIO, -1
    version, flags, n_bytes, link_type = _HEAD.unpack_from(data)
    if version or link_type != _PLAIN or not _HEAD.size <= n_bytes <= len(data):
        return NO_RADIO, -1
    at = _HEAD.size
    while at + _FIELD.size <= n_bytes:
        kind, size = _FIELD.unpack_from(data, at)
        at += _FIELD.size
        if kind == _COMMON_TYPE and size >= _COMMON.size and at + size <= n_bytes:
            return _common(data, at), n_bytes
        at += -(-size // 4) * 4 if flags & _ALIGNED else size
    return NO_RADIO, n_bytes


def _common(data: bytes, at: int) -> Radio:
    clock, flags, rate, mhz, _, _, _, signal, noise = _COMMON.unpack_from(data, at)
    return Radio(
        flags=(FCS_AT_END if flags & _HAS_FCS else 0) | (BAD_FCS if flags & _FCS_IS_BAD else 0),
        tsft_us=(clock * 1000 if flags & _TSFT_IN_MS else clock) or None,
        rate_mbps=rate / 2 or None,
        frequency_mhz=mhz or None,
        signals_dbm=(signal,) if signal in _DBM_RANGE else (),
        noise_dbm=noise if noise in _DBM_RANGE else None,
    )
