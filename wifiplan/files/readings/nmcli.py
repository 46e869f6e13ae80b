"""What `nmcli device wifi list` prints on Linux: terse, in columns or one field a line, with fields in any order."""

import re
from collections.abc import Mapping, Sequence

from wifiplan.catalog.signal_scales import signal_scale
from wifiplan.errors import Fault
from wifiplan.files.json_input import printable
from wifiplan.files.readings.channels import at_mhz, mac_of, numbered
from wifiplan.files.readings.collecting import collected
from wifiplan.files.readings.nmcli_columns import columns_of
from wifiplan.files.readings.nmcli_tables import Table, tables_of
from wifiplan.files.readings.refusals import fault, refusal, wrong
from wifiplan.probe.ssids import shown, ssid_text
from wifiplan.survey.readings import Reading, Readings

COMMAND = "nmcli -t -f IN-USE,BSSID,SSID,CHAN,FREQ,SIGNAL dev wifi list --rescan yes"
_REMEDY = (
    f"save the whole output again: {COMMAND} > scan.txt; or take what is whole with --partial",
    f"請重新儲存完整輸出：{COMMAND} > scan.txt；或用 --partial 只取完整的部分",
)
_ASK = (f"run: {COMMAND} > scan.txt", f"請執行：{COMMAND} > scan.txt")
_FIRST_NUMBER = re.compile(r"\d+")
_FAILED = re.compile(r"^Error: .{1,200}", re.MULTILINE)
_HEADING = re.compile(r"^[^:\n]{0,200}\bSSID\b[^:\n]{0,300}$", re.MULTILINE)
_CONVERTED = (
    "levels worked out from percent by NetworkManager's rule (-100 + 0.6 percent; the network in use: percent - 120): "
    "nothing above -40 dBm shows"
)
_CACHED = "nmcli tells no ages: networks of up to minutes ago may be in it"


def read_nmcli(text: str, *, where: str = "nmcli", partial: bool = False) -> Readings:
    r"""Return the BSS of one or several lists.

    Parameters
    ----------
    text : str
        What `nmcli` printed; blank: it heard nothing.
    where : str
        File or program, for messages.
    partial : bool
        Leave out rows that are not whole, and say so in the remarks, instead of refusing the file.

    Returns
    -------
    Readings
        Of kind "nmcli".

    Raises
    ------
    SurveyError
        No BSSID or no signal in it, or rows that are cut or damaged: all of them.

    Examples
    --------
    >>> read_nmcli("*:02\\:00\\:5E\\:00\\:53\\:01:a:Infra:36:270 Mbit/s:64:xxx:WPA2\n").readings[0].rssi_dbm
    -56.0
    """
    tables = tables_of(text) if text.strip() else []
    faults: list[Fault] = []
    readings: list[Reading] = []
    for number, table in enumerate(tables):
        readings += _readings(table, number, faults, where)
        faults += [
            fault(
                f"line {at}",
                f"a row that is cut or damaged: {line.strip()[:60]!r}",
                f"資料列被截斷或損壞：{line.strip()[:60]!r}",
            )
            for at, line in table.broken
        ]
    if text.strip() and not readings and not faults:
        _check_empty(text, where)
    if faults and not partial:
        raise refusal(where, "nmcli list", faults, remedy=_REMEDY)
    remarks = [f"left out: {one}" for one in faults] + ([_CONVERTED, _CACHED] if readings else [])
    return collected("nmcli", readings, max(1, len(tables)), remarks)


def _check_empty(text: str, where: str) -> None:
    """Raise, with what nmcli itself said, or that it was asked for no addresses."""
    failed, head = _FAILED.search(text), _HEADING.search(text)
    if failed is not None:
        said = printable(failed.group())[:100]
        problem = (f"nmcli could not scan: {said}", f"nmcli 無法掃描：{said}")
    elif head is not None and "BSSID" in head.group():
        problem = ("the list is empty: headings without a network", "清單是空的：只有欄名，沒有任何網路")
    elif head is not None:
        problem = (
            "a list without BSSIDs: old versions tell them only when asked",
            "清單沒有 BSSID：舊版 nmcli 要另外指定欄位",
        )
    else:
        problem = (
            "no output of `nmcli dev wifi list`: no BSSID in it",
            "不是「nmcli dev wifi list」的輸出：沒有任何 BSSID",
        )
    raise wrong(where, problem, _ASK)


def _readings(table: Table, scan: int, faults: list[Fault], where: str) -> list[Reading]:
    if not table.rows:
        return []
    columns = columns_of(table.rows, table.names)
    missing = [name for name in ("BSSID", "SIGNAL") if name not in columns]
    if missing or not {"CHAN", "FREQ"} & set(columns):
        lacks = ", ".join([*missing, *(() if {"CHAN", "FREQ"} & set(columns) else ("CHAN or FREQ",))])
        raise wrong(where, (f"no column is {lacks}, as far as can be told", f"無法認出欄位：{lacks}"), _ASK)
    made = (_reading(row, columns, (scan, at), faults) for row, at in zip(table.rows, table.numbers, strict=True))
    return [one for one in made if one is not None]


def _reading(
    row: Sequence[str], columns: Mapping[str, int], place: tuple[int, int], faults: list[Fault]
) -> Reading | None:
    cells = {name: row[n].strip() for name, n in columns.items()}
    bssid, where = mac_of(cells["BSSID"]), f"line {place[1]}"
    signal, channel = _whole(cells["SIGNAL"]), _whole(cells.get("CHAN", ""))
    mhz = _whole(cells.get("FREQ", ""))
    tuned = (at_mhz(float(mhz)) if mhz is not None else None) or numbered(channel, None)
    if bssid is None:
        faults.append(fault(where, f"{cells['BSSID'][:40]!r} is no BSSID", f"{cells['BSSID'][:40]!r} 不是 BSSID"))
    if signal is None or signal > 100:
        faults.append(
            fault(where, f"signal {cells['SIGNAL'][:20]!r} is no percent", f"訊號 {cells['SIGNAL'][:20]!r} 不是百分比")
        )
    if bssid is None or signal is None or signal > 100:
        return None
    in_use = cells.get("IN-USE") == "*"
    return Reading(
        bssid=bssid,
        ssid=_ssid(row, columns),
        band=tuned.band,
        channel=tuned.channel,
        frequency_hz=tuned.frequency_hz,
        rssi_dbm=_level_dbm(signal, is_in_use=in_use),
        is_converted=True,
        width_mhz=_whole(cells.get("BANDWIDTH", "")),
        in_use=in_use,
        scan=place[0],
    )


def _level_dbm(percent: int, *, is_in_use: bool) -> float:
    """Return the level; of the network in use the kernel tells it, by another rule that begins at 30 percent."""
    used = signal_scale("networkmanager-in-use")
    is_kernels = is_in_use and percent >= used.low_percent
    return round((used if is_kernels else signal_scale("networkmanager")).dbm(percent), 1)


def _ssid(row: Sequence[str], columns: Mapping[str, int]) -> str:
    """Return the name; "--" stands for a hidden one."""
    told = row[columns["SSID"]] if "SSID" in columns else ""
    raw = row[columns["SSID-HEX"]] if "SSID-HEX" in columns else ""
    try:
        said = ssid_text(bytes.fromhex(raw)) if raw else told
    except ValueError:
        said = told
    return shown("" if said.strip() in {"", "--"} else said)


def _whole(cell: str) -> int | None:
    found = _FIRST_NUMBER.match(cell)
    return int(found.group()[:6]) if found else None
