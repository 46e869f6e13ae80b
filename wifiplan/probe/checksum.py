"""Checksums that frames bring along, for receivers that hand on damaged frames without a word.

Source: IEEE 802.11-2020, 9.2.4.8 (frame check sequence, CRC-32).
"""

from zlib import crc32

from wifiplan.probe.frames import Frame
from wifiplan.probe.radiotap import BAD_FCS

FCS_BYTES = 4


def checked(frame: Frame, data: bytes, *, n_cut: int = 0) -> Frame:
    """Return a frame marked as damaged where the checksum that it brings along is wrong.

    Receivers that hand on damaged frames do not always say so. Captures whose addresses were changed fail, too.

    Parameters
    ----------
    frame, data, n_cut : Frame, bytes, int
        What `decode` or `decode_packet` returned, and what it was given.
    """
    n_frame = frame.n_bytes - n_cut
    if n_cut or not frame.radio.has_fcs or frame.radio.bad_fcs or n_frame <= FCS_BYTES:
        return frame
    if crc32(data[len(data) - n_frame : -FCS_BYTES]) == int.from_bytes(data[-FCS_BYTES:], "little"):
        return frame
    return frame._replace(radio=frame.radio._replace(flags=frame.radio.flags | BAD_FCS))
