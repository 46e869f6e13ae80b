"""What `wifiplan probe decode` says on a terminal: a table of networks, and notes on what was left out."""

from collections.abc import Sequence

from wifiplan.cli.scheme_text import table
from wifiplan.errors import Fault
from wifiplan.probe.bss import MAX_BSS, BssTable
from wifiplan.probe.bss_row import BssRow
from wifiplan.probe.ssids import shown

_WORDS: dict[str, dict[str, str]] = {
    "zh-TW": {
        "heads": "網路名稱,BSSID,頻段,頻道,頻寬 MHz,標準,訊號 dBm,信標,連線數,頻道使用率,加密",
        "hidden": "（隱藏）",
        "none": "擷取檔中沒有信標，也沒有探測回應。",
        "note": "註：",
        "faulty": "{all:,} 個訊框中有 {n:,} 個不完整，只讀到其中一部分",
        "beyond": "另有 {n:,} 個訊框屬於第 {most:,} 個以後的網路，未列入",
        "bad": "{n:,} 個信標或探測回應的檢查碼有誤，其網路可能不存在；--sound-only 可略過",
        "unsent": "不另發信標的網路：{names}",
    },
    "en": {
        "heads": "Network,BSSID,Band,Channel,Width MHz,Standard,Signal dBm,Beacons,Stations,Utilisation,Security",
        "hidden": "(hidden)",
        "none": "The capture holds neither beacons nor probe responses.",
        "note": "note: ",
        "faulty": "{n:,} of {all:,} frames are not whole; what is there of them was read",
        "beyond": "{n:,} more frames belong to networks beyond the first {most:,} and are not listed",
        "bad": "{n:,} beacons or probe responses have a wrong checksum, so that their networks may not exist;"
        " --sound-only leaves them out",
        "unsent": "networks without beacons of their own: {names}",
    },
}
_LEFT = (0, 1, 5, 10)


def table_lines(rows: Sequence[BssRow], lang: str) -> list[str]:
    """Return the table, one line a BSS."""
    words = _WORDS[lang]
    if not rows:
        return [words["none"]]
    lines = [table(words["heads"].split(","), [_cells(row, words["hidden"]) for row in rows], left=_LEFT)]
    unsent = [f"{shown(one.ssid) or words['hidden']} ({one.bssid})" for row in rows for one in row.unsent]
    if unsent:
        lines.append(words["unsent"].format(names=", ".join(unsent)))
    return lines


def note_lines(notes: Sequence[Fault], counted: BssTable, lang: str) -> list[str]:
    """Return what was left out or is doubtful, a line each."""
    words = _WORDS[lang]
    said = [note.text(lang) for note in notes]
    if counted.n_faulty:
        said.append(words["faulty"].format(n=counted.n_faulty, all=counted.n_frames))
    if counted.n_beyond:
        said.append(words["beyond"].format(n=counted.n_beyond, most=MAX_BSS))
    bad = sum(row.bad_fcs for row in counted.rows())
    if bad:
        said.append(words["bad"].format(n=bad))
    return [words["note"] + line for line in said]


def _cells(row: BssRow, hidden: str) -> list[str]:
    width = "80+80" if row.apart else _text(row.width_mhz)
    used = "" if row.utilisation_share is None else f"{100 * row.utilisation_share:.0f} %"
    signal = "" if row.rssi_dbm is None else f"{row.rssi_dbm:.0f}"
    return [
        hidden if row.hidden else shown(row.ssid),
        row.bssid,
        row.band or "",
        _text(row.channel),
        width,
        row.standard or "",
        signal,
        str(row.beacons),
        _text(row.station_count),
        used,
        row.security,
    ]


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
