"""Which column of a table of `nmcli` is which: by its name where it is told in English, else by what stands in it."""

import re
from collections.abc import Callable, Sequence
from types import MappingProxyType

from wifiplan.files.readings.channels import at_mhz, mac_of, numbered
from wifiplan.files.readings.nmcli_tables import SECURITY

_NAMES = MappingProxyType(
    {
        "*": "IN-USE",
        "IN-USE": "IN-USE",
        "BSSID": "BSSID",
        "SSID": "SSID",
        "SSID-HEX": "SSID-HEX",
        "CHAN": "CHAN",
        "FREQ": "FREQ",
        "BANDWIDTH": "BANDWIDTH",
        "SIGNAL": "SIGNAL",
    }
)
_MHZ = re.compile(r"(\d{2,4}) ?\S{2,4}")
_RATE = re.compile(r"\d+ ?[^\s/]+/[^\s/]+")
_BARS = re.compile(r"[▂▄▆█_*.▁▃▅▇ ]{2,4}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_OTHER = re.compile(
    r"AP\[\d+\]|/org/\S+|wl\S*|wifi\d|wlan\d+|mlan\d|(?:pair|group)_\S.*|\(none\)|Infra|Ad-Hoc|Mesh|AP|N/A"
)
_STEPS = ((80, 4), (55, 3), (30, 2), (5, 1))


def columns_of(rows: Sequence[Sequence[str]], names: Sequence[str]) -> dict[str, int]:
    """Return the places of BSSID, SSID, SSID-HEX, CHAN, FREQ, BANDWIDTH, SIGNAL and IN-USE, as far as they are there.

    Parameters
    ----------
    rows : sequence of sequences of str
        Cells, all rows alike.
    names : sequence of str
        Of the columns, empty where the form tells none; in another language they tell nothing.
    """
    told = {_NAMES[name]: n for n, name in enumerate(names) if name in _NAMES}
    # SIGNAL, BSSID and SSID are also French and German: they alone do not make the headings English
    if "BSSID" in told and "SIGNAL" in told and told.keys() & {"CHAN", "FREQ"}:
        return told
    width = len(rows[0]) if rows else 0
    columns = [[row[n] for row in rows] for n in range(width)]
    found: dict[str, int] = {}
    _place(found, columns, "BSSID", lambda cells: all(mac_of(cell) for cell in cells))
    _place(
        found,
        columns,
        "FREQ",
        lambda cells: _every(cells, lambda c: (hit := _MHZ.fullmatch(c)) and at_mhz(float(hit[1]))),
    )
    _place(
        found,
        columns,
        "BANDWIDTH",
        lambda cells: _every(cells, lambda c: (hit := _MHZ.fullmatch(c)) and int(hit[1]) <= 320),
    )
    _place(found, columns, "IN-USE", lambda cells: all(cell.strip() in {"", "*"} for cell in cells))
    bars = next(
        (n for n, cells in enumerate(columns) if n not in found.values() and _every(cells, _BARS.fullmatch)), None
    )
    _numbers(found, columns, None if bars is None else columns[bars])
    used = {*found.values(), *(() if bars is None else (bars,))}
    left = [n for n in range(width) if n not in used and not _every([c for c in columns[n] if c], _is_other)]
    hexes = [
        n for n in left if _every([c for c in columns[n] if c], _HEX.fullmatch) and _is_hex_of_another(columns, n, left)
    ]
    if hexes:
        found["SSID-HEX"] = hexes[0]
    left = [n for n in left if n not in hexes]
    if left:
        near = found.get("BSSID", 0)
        # in another language than English, the mode is a text, too: one word for all
        found["SSID"] = min(left, key=lambda n: (-len(set(columns[n])), abs(n - near), n < near))
    return found


def _place(
    found: dict[str, int], columns: Sequence[Sequence[str]], name: str, fits: Callable[[Sequence[str]], object]
) -> None:
    at = next((n for n, cells in enumerate(columns) if n not in found.values() and cells and fits(cells)), None)
    if at is not None:
        found[name] = at


def _numbers(found: dict[str, int], columns: Sequence[Sequence[str]], bars: Sequence[str] | None) -> None:
    """Tell channel and signal apart: by frequency, by bars, by what can be a channel, by the usual order."""
    whole = [n for n, cells in enumerate(columns) if n not in found.values() and _every(cells, _is_share_or_channel)]
    signals = [n for n in whole if bars is not None and _agrees(columns[n], bars)]
    if not signals:
        signals = [n for n in whole if any(numbered(int(cell), None).channel is None for cell in columns[n])]
    if not signals and len(whole) > 1:
        signals = whole[-1:]
    if signals and all(int(cell) <= 100 for cell in columns[signals[0]]):
        found["SIGNAL"] = signals[0]
    rest = [n for n in whole if n != found.get("SIGNAL")]
    if rest:
        found["CHAN"] = rest[0]


def _agrees(cells: Sequence[str], bars: Sequence[str]) -> bool:
    """Return whether shares are those of which the bars are drawn: more than 80, 55, 30, 5."""
    drawn = (sum(c not in "_ ." for c in bar) for bar in bars)
    return all(
        next((n for step, n in _STEPS if int(cell) > step), 0) == n for cell, n in zip(cells, drawn, strict=True)
    )


def _is_share_or_channel(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and int(cell[:4]) <= 233


def _is_other(cell: str) -> bool:
    return any(pattern.fullmatch(cell) for pattern in (SECURITY, _OTHER, _RATE))


def _is_hex_of_another(columns: Sequence[Sequence[str]], n: int, left: Sequence[int]) -> bool:
    """Return whether a column holds the bytes of another column's names."""
    for other in left:
        pairs = [(h, name) for h, name in zip(columns[n], columns[other], strict=True) if h and name and other != n]
        if pairs and all(bytes.fromhex(h).decode("utf-8", "replace") == name for h, name in pairs):
            return True
    return False


def _every(cells: Sequence[str], fits: Callable[[str], object]) -> bool:
    return bool(cells) and all(fits(cell) for cell in cells)
