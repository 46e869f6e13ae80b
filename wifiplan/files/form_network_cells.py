"""Cells of a building sheet that tell of the network: the uplink, channels, widths and powers.

They are read as those of inventories are; what cannot be read raises `BadCell`.
"""

import re

from wifiplan.files import cell_text, network_cells
from wifiplan.files.cell_text import folded
from wifiplan.files.form_cells import refuse_date
from wifiplan.files.form_faults import BadCell
from wifiplan.site.network import Radio

MAX_UPLINK_MBPS = 100_000.0


def uplink(text: str) -> float:
    """Return a link's speed downwards [Mbit/s].

    >>> uplink("300"), uplink("1 Gbps"), uplink("300M/100M"), uplink("500Mbps")
    (300.0, 1000.0, 300.0, 500.0)
    """
    refuse_date(text)
    value = cell_text.mbps(text)
    if value is None:
        raise BadCell("negative" if folded(text).startswith("-") else "uplink")
    if not 0 < value <= MAX_UPLINK_MBPS:
        raise BadCell("range", {"low": "1", "high": f"{MAX_UPLINK_MBPS:,.0f}"})
    return value


def channels(text: str) -> tuple[Radio, ...]:
    """Return a radio for every channel that is named, the band told by its number; of a wide one also its width.

    >>> [(r.band, r.channel) for r in channels("6/36")], channels("自動")
    ([('2.4', 6), ('5', 36)], ())
    >>> [(r.channel, r.width_mhz) for r in channels("36/80")]
    [(36, 80)]
    """
    refuse_date(text)
    found, remark = network_cells.channels(text)
    if remark is not None and remark.code == "channel_unread":
        raise BadCell("channel")
    radios = tuple(Radio(band=t.band, channel=t.channel, width_mhz=t.width_mhz) for t in found if t.band is not None)
    if any(radio.band == "2.4" and (radio.channel or 0) > 14 for radio in radios):
        raise BadCell("channel")
    return radios


def width_mhz(text: str) -> int | None:
    """Return a channel's width [MHz], None where it is automatic.

    >>> width_mhz("40"), width_mhz("80MHz"), width_mhz("自動")
    (40, 80, None)
    """
    refuse_date(text)
    value, remark = network_cells.width_mhz(text)
    if remark is not None and remark.code == "width_unread":
        raise BadCell("width")
    return value


def power_dbm(text: str) -> float | None:
    """Return a radiated power [dBm], None where it is automatic or given in words.

    >>> power_dbm("20dBm"), power_dbm("100 mW"), power_dbm("自動"), power_dbm("高")
    (20.0, 20.0, None, None)
    """
    refuse_date(text)
    found, remark = network_cells.power(text)
    in_words = re.search(r"\d", folded(text)) is None and (remark is None or remark.code != "power_unread")
    if in_words:
        return None
    if found is None or found.unit != "dbm":
        raise BadCell("power")
    if not -10.0 <= found.value <= 36.0:
        raise BadCell("range", {"low": "-10", "high": "36"})
    return found.value
