"""What `netsh wlan show networks mode=bssid` prints on Windows, in any language; `show interfaces` is recognised."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from wifiplan.catalog.signal_scales import signal_scale
from wifiplan.errors import Fault
from wifiplan.files.readings.channels import is_level, numbered
from wifiplan.files.readings.collecting import collected
from wifiplan.files.readings.netsh_lines import (
    GUID,
    MAX_LINE,
    Bss,
    Line,
    channel_line,
    is_bss,
    is_network,
    lines_of,
    load_of,
)
from wifiplan.files.readings.refusals import fault, refusal, wrong
from wifiplan.files.readings.texts import plain
from wifiplan.probe.ssids import shown
from wifiplan.survey.readings import Reading, Readings

COMMAND = "netsh wlan show networks mode=bssid"
LOCATION = "ms-settings:privacy-location"
"""Where Windows 11 sends users of any language whose location services are off: it shows no network without them."""
_COUNT = re.compile(r"(?<!\S)[^:：]*?(\d{1,4})[^:：\d]*[.。!]?\s*")
_SEARCHED = 50
_MIN_ALIKE = 3
_REMEDY = (
    f"save the whole output again: {COMMAND} > scan.txt; or take what is whole with --partial",
    f"請重新儲存完整輸出：{COMMAND} > scan.txt；或用 --partial 只取完整的部分",
)
_CONVERTED = "levels worked out from percent by Microsoft's rule (percent / 2 - 100): nothing above -50 dBm shows"


def read_netsh(text: str, *, where: str = "netsh", partial: bool = False) -> Readings:
    r"""Return the BSS of one or several scans.

    Parameters
    ----------
    text : str
        What `netsh` printed, in any language; blank: it heard nothing.
    where : str
        File or program, for messages.
    partial : bool
        Leave out BSS that are not whole, and say so in the remarks, instead of refusing the file.

    Returns
    -------
    Readings
        Of kind "netsh". A scan begins where the numbers of networks begin again.

    Raises
    ------
    SurveyError
        No BSSID at all, or some that are cut or damaged: all of them.

    Examples
    --------
    >>> told = "SSID 1 : 教室\n    BSSID 1 : 02:00:5e:00:53:01\n         訊號 ： 88%\n         通道 ： 6\n"
    >>> read_netsh(told).readings[0].rssi_dbm
    -56.0
    """
    lines = list(lines_of(text))
    faults: list[Fault] = []
    scans = _scans(lines, faults)
    joined = _joined(lines)
    if not any(scans) and not joined:
        _check_empty(text, lines, where)
    readings = [one for n, scan in enumerate(scans) for bss in scan if (one := _reading(bss, n, faults)) is not None]
    faults += _cut(text, lines, scans)
    if faults and not partial:
        raise refusal(where, "netsh scan", faults, remedy=_REMEDY)
    remarks = [f"left out: {one}" for one in faults] + _short_end(lines, scans)
    if readings and any(one.is_converted for one in readings):
        remarks.append(_CONVERTED)
    if joined and not readings:
        remarks.append(f"`show interfaces` tells only the access point in use; for its neighbours: {COMMAND}")
    return collected("netsh", _with_joined(readings, joined), max(1, len(scans)), remarks)


def _scans(lines: Sequence[Line], faults: list[Fault]) -> list[list[Bss]]:
    """Return the BSS of each scan."""
    scans: list[list[Bss]] = []
    ssid, number = "", 0
    bss: Bss | None = None
    for line in lines:
        counted = line.counted
        if counted is not None and is_network(line):
            if not scans or counted[1] <= number:
                scans.append([])
            ssid, number, bss = line.raw, counted[1], None
        elif is_bss(line):
            if line.mac is None:
                faults.append(
                    fault(f"line {line.number}", f"{line.value[:40]!r} is no BSSID", f"{line.value[:40]!r} 不是 BSSID")
                )
            bss = Bss(ssid, line)
            scans = scans or [[]]
            scans[-1].append(bss)
        elif bss is not None:
            bss.lines.append(line)
    return scans


def _reading(bss: Bss, scan: int, faults: list[Fault]) -> Reading | None:
    """Return what the lines of a BSSID say, None where they can't be used."""
    head = bss.head
    if head.mac is None:
        return None
    percent = next((one.percent for one in bss.lines if one.percent is not None), None)
    told_dbm = next((one.level_dbm for one in bss.lines if one.level_dbm is not None and is_level(one.level_dbm)), None)
    band = next((one.band for one in bss.lines if one.band is not None), None)
    channel = channel_line(bss.lines)
    place = f"line {head.number} (BSSID {head.mac})"
    if percent is None and told_dbm is None:
        faults.append(fault(place, "no line with a signal in percent or dBm", "沒有訊號強度（百分比或 dBm）"))
        return None
    if channel is None and band is None:
        faults.append(fault(place, "no line with its channel or band", "沒有頻道或頻帶"))
        return None
    tuned = numbered(channel, band)
    utilisation, stations = load_of(bss.lines)
    by_percent_dbm = None if percent is None else signal_scale("windows").dbm(percent)
    return Reading(
        bssid=head.mac,
        ssid=shown(bss.ssid),
        band=tuned.band,
        channel=tuned.channel,
        frequency_hz=tuned.frequency_hz,
        rssi_dbm=by_percent_dbm if told_dbm is None else told_dbm,
        is_converted=told_dbm is None,
        utilisation_share=utilisation,
        station_count=stations,
        scan=scan,
    )


def _joined(lines: Sequence[Line]) -> list[Reading]:
    """Return the access points in use, from `show interfaces`; the adapter's own address is passed over."""
    starts = [n for n, one in enumerate(lines) if GUID.fullmatch(one.value)]
    found = []
    for start, end in pairwise([*starts, len(lines)]):
        block = lines[start:end]
        at = next((n for n, one in enumerate(block) if one.mac is not None and n > 1), None)
        percent = next((one.percent for one in block if one.percent is not None), None)
        if at is None or percent is None:
            continue
        behind = block[at + 1 :]
        told_dbm = next((one.level_dbm for one in behind if one.level_dbm is not None), None)
        channel = next((one.whole for one in behind if one.whole and "(" not in one.key), None)
        tuned = numbered(channel, next((one.band for one in behind if one.band is not None), None))
        found.append(
            Reading(
                bssid=block[at].mac or "",
                ssid=shown(block[at - 1].raw),
                band=tuned.band,
                channel=tuned.channel,
                frequency_hz=tuned.frequency_hz,
                rssi_dbm=signal_scale("windows").dbm(percent) if told_dbm is None else told_dbm,
                is_converted=told_dbm is None,
                in_use=True,
            )
        )
    return found


def _with_joined(readings: Sequence[Reading], joined: Sequence[Reading]) -> list[Reading]:
    """Return what was heard, with what is in use marked; alone, what is in use."""
    if not readings:
        return list(joined)
    used = {one.bssid for one in joined}
    return [replace(one, in_use=True) if one.bssid in used else one for one in readings]


def _cut(text: str, lines: Sequence[Line], scans: Sequence[Sequence[Bss]]) -> list[Fault]:
    """Return the faults of a text that ends before all networks, or inside its last one."""
    networks = [line for line in lines if is_network(line)]
    faults = _fewer_than_said(text, networks) if len(scans) == 1 else []
    every = [bss for scan in scans for bss in scan]
    if text.endswith("\n") or not every:
        return faults
    last, least = every[-1], min((len(bss.lines) for bss in every[:-1]), default=0)
    *before, end = text.split("\n")
    is_beginning = bool(end.strip()) and end not in before and any(line.startswith(end) for line in before)
    is_broken = is_beginning or (end[:1].isspace() and ":" not in plain(end))
    place = f"line {last.head.number} (BSSID {last.head.value})"
    if networks and networks[-1].number > last.head.number:
        place = f"line {networks[-1].number} ({networks[-1].key})"
    elif len(last.lines) >= least and not is_broken:
        return faults
    shown_end = repr(end.strip()[:60])
    return [
        *faults,
        fault(place, f"the file ends inside it, at {shown_end}", f"檔案在這裡中斷：{shown_end}"),
    ]


def _short_end(lines: Sequence[Line], scans: Sequence[Sequence[Bss]]) -> list[str]:
    """Return the remark that the last BSS says less than every other, as where a file was cut at a line's end."""
    every = [bss for scan in scans for bss in scan]
    if len(every) < _MIN_ALIKE:
        return []
    last_network = max((line.number for line in lines if is_network(line)), default=0)
    if last_network > every[-1].head.number:
        return [f"the network of line {last_network} has no BSSID: the file may be cut"]
    is_short = len(every[-1].lines) < min(len(bss.lines) for bss in every[:-1])
    return [f"BSSID {every[-1].head.value} says less than every other: the file may be cut"] if is_short else []


def _fewer_than_said(text: str, networks: Sequence[Line]) -> list[Fault]:
    """Return the fault of a text with fewer networks than the line above them announces."""
    if not networks:
        return []
    above = [line for line in text.split("\n")[: networks[0].number - 1] if line.strip()][-1:]
    said = next((int(hit.group(1)) for line in above if (hit := _COUNT.fullmatch(plain(line[:MAX_LINE])))), 0)
    if said <= len(networks):
        return []
    return [
        fault(
            f"line {networks[-1].number}",
            f"the file ends after {len(networks)} of the {said} networks that it announces",
            f"檔案宣告有 {said} 個網路，但只有 {len(networks)} 個，內容被截斷",
        )
    ]


def _check_empty(text: str, lines: Sequence[Line], where: str) -> None:
    """Raise where no BSSID is in a text, unless it says that there is no network."""
    remedy = (f"run: {COMMAND} > scan.txt", f"請執行：{COMMAND} > scan.txt")
    if LOCATION in text:
        problem = (
            "Windows refused the scan: it needs its location services for that",
            "Windows 拒絕掃描：需要開啟定位服務",
        )
        remedy = (
            f"turn them on (start {LOCATION}), then {remedy[0]}",
            f"請先開啟定位服務（start {LOCATION}）；{remedy[1]}",
        )
    elif any(is_network(line) for line in lines):
        problem = (
            "networks without their access points: it was run without mode=bssid",
            "只有網路名稱，沒有基地臺：執行時少了 mode=bssid",
        )
    elif any(GUID.fullmatch(line.value) for line in lines):
        problem = (
            "this is `show interfaces`, cut or of an adapter that is not connected",
            "這是「show interfaces」的輸出，內容被截斷，或網卡沒有連線",
        )
    elif not text.strip() or _says_none(text):
        return
    else:
        problem = (f"no output of `{COMMAND}`: no BSSID in it", f"不是「{COMMAND}」的輸出：沒有任何 BSSID")
    raise wrong(where, problem, remedy)


def _says_none(text: str) -> bool:
    """Return whether a line announces 0 networks."""
    heads = (plain(line[:MAX_LINE]) for line in text.split("\n")[:_SEARCHED])
    return any(int(hit.group(1)) == 0 for line in heads if (hit := _COUNT.fullmatch(line)))
