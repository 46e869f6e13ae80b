"""What `iw dev … scan` and `iw dev … scan dump` print on Linux, also with prompts and other lines around."""

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

from wifiplan.errors import Fault, SurveyError
from wifiplan.files.readings.collecting import collected
from wifiplan.files.readings.iw_block import Block, is_of_another_band, reading_of
from wifiplan.files.readings.refusals import fault, refusal, wrong
from wifiplan.survey.readings import Readings

_OUTSIDE = re.compile(r"^\S", re.MULTILINE)
_INSIDE = re.compile(r"^[ \t]+\S", re.MULTILINE)
_FIELDS = r"(?:TSF|freq|beacon interval|capability|signal|last seen|[A-Z][\w /]{1,40}):|\*"
_UNDER = re.compile(rf"^(?={_FIELDS})", re.MULTILINE)
_BSS = re.compile(r"[ \t]*BSS ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})\b(.*)")
_BROKEN_BSS = re.compile(r"BSS [0-9A-Fa-f:]{1,16}$")
_FAILED = re.compile(r"command failed: (.{1,80})|scan aborted|(No such device.*)|(Usage:.*)")
_COMMAND = re.compile(r"\biw\b.*\bscan\b")
_LINK = re.compile(r"[ \t]*Connected to ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}) \(on .*")
_REMEDY = (
    "save the whole output again: iw dev WLAN scan > scan.txt; or take what is whole with --partial",
    "請重新儲存完整輸出：iw dev WLAN scan > scan.txt；或用 --partial 只取完整的部分",
)
_MIN_ALIKE = 2
_HEAD = 4000
_MAX_LINE = 400
"""No line that counts is as long; longer ones are not looked at."""
_USED = ("SSID", "freq", "signal", "BSS Load", "* station", "* channel", "last seen", "BSS ")


def read_iw(text: str, *, where: str = "iw", partial: bool = False) -> Readings:
    r"""Return the BSS of one or several scans.

    Parameters
    ----------
    text : str
        What `iw` printed; blank: it heard nothing.
    where : str
        File or program, for messages.
    partial : bool
        Leave out BSS that are not whole, and say so in the remarks, instead of refusing the file.

    Returns
    -------
    Readings
        Of kind "iw". A scan begins where `iw` was called again, or where a BSS is told again as it was.

    Raises
    ------
    SurveyError
        No scan at all, or BSS that are cut or damaged: all of them.

    Examples
    --------
    >>> told = "BSS 02:00:5e:00:53:01(on wlan0)\n\tfreq: 5955\n\tsignal: -52.00 dBm\n\tSSID: a\n"
    >>> read_iw(told).readings[0].band
    '6'
    """
    text = _with_steps(text)
    scans = list(_scans(text.split("\n")))
    if not any(scans):
        _check_empty(text, where)
    faults: list[Fault] = []
    readings = []
    for number, blocks in enumerate(scans):
        boots_s = [boot_s for block in blocks if (boot_s := block.boot_s()) is not None]
        now_boot_s = max(boots_s, default=None)
        readings += [reading_of(block, number, now_boot_s, faults) for block in blocks]
    faults += _headless(text, scans)
    cut, remarks = _cut(text, scans[-1]) if scans else ([], [])
    if cut and not any(str(scans[-1][-1].first) in one.where for one in faults):
        faults += cut
        readings = readings[:-1]
    if faults and not partial:
        raise refusal(where, "iw scan", faults, remedy=_REMEDY)
    remarks += [f"left out: {one}" for one in faults]
    n_others = sum(is_of_another_band(block) for blocks in scans for block in blocks)
    remarks += [f"{n_others} BSS of other bands than 2.4, 5 and 6 GHz: left out"] if n_others else []
    if scans and all(block.is_link for blocks in scans for block in blocks):
        remarks.append("`iw link` tells only the access point in use; for its neighbours: iw dev WLAN scan")
    return collected("iw", [one for one in readings if one is not None], max(1, len(scans)), remarks)


def _with_steps(text: str) -> str:
    """Return the text with the lines of a BSS one step deep, also where all were moved, or all steps were lost."""
    if not _OUTSIDE.search(text):
        return dedent(text)  # pasted as a quotation: every line was moved
    if _BSS.search(text) and not _INSIDE.search(text):
        return _UNDER.sub("\t", text)
    return text


def _headless(text: str, scans: Sequence[Sequence[Block]]) -> list[Fault]:
    """Return the fault of a text that begins inside a BSS, as what is left on a screen does."""
    above = text.split("\n", scans[0][0].first)[: scans[0][0].first - 1] if scans else []
    first = next((line for line in above if re.match(rf"[ \t]+(?:{_FIELDS})", line)), None)
    if first is None:
        return []
    shown = repr(first.strip()[:60])
    return [fault("line 1", f"the file begins inside a BSS, at {shown}", f"檔案從一個 BSS 的中間開始：{shown}")]


def _scans(lines: Sequence[str]) -> Iterator[list[Block]]:
    """Yield the blocks of each scan."""
    blocks: list[Block] = []
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, 1):
        if len(line) > _MAX_LINE:
            continue
        found = _BSS.match(line) or _LINK.match(line)
        is_call = found is None and line[:1] not in {"\t", " "} and _COMMAND.search(line) is not None
        if blocks and (is_call or (found is not None and _is_again(blocks[-1], seen))):
            last = [] if is_call else [blocks.pop()]
            yield blocks
            blocks, seen = last, {_identity(block) for block in last}
        if found is not None:
            if blocks:
                seen.add(_identity(blocks[-1]))
            is_link = found.re is _LINK
            blocks.append(Block(found.group(1).lower(), number, is_link or "associated" in found.group(2), is_link))
        elif blocks and line[:1] in {"\t", " "}:
            blocks[-1].lines.append(line)
    if len(blocks) > 1 and _is_again(blocks[-1], seen):
        yield blocks[:-1]
        blocks = blocks[-1:]
    if blocks:
        yield blocks


def _identity(block: Block) -> tuple[str, str]:
    """Return what tells a BSS from others: one address may be told under two names, or on two channels."""
    told = (line.strip() for line in block.lines)
    return block.bssid, "|".join(line for line in told if line.startswith(("freq:", "SSID:")))


def _is_again(block: Block, seen: set[tuple[str, str]]) -> bool:
    return bool(block.lines) and _identity(block) in seen


def _cut(text: str, blocks: Sequence[Block]) -> tuple[list[Fault], list[str]]:
    """Return the fault of a text that ends inside its last BSS, or the remark that it may.

    It does where its last line has no end and is the beginning of a line of another BSS, or holds a figure that we
    read, or where the last BSS lacks what every other has.
    """
    last, others = blocks[-1], [block for block in blocks[:-1] if block.lines and not block.is_link]
    if last.is_link:
        return [], []
    end = text.rsplit("\n", 1)[-1]
    where = f"BSS {last.bssid} (line {last.first})"
    alike = [block.elements() for block in others] if len(others) >= _MIN_ALIKE else []
    lacks = ", ".join(sorted(frozenset[str]().union(*alike[:1]).intersection(*alike) - last.elements())[:4])
    if end[:1] not in {"\t", " "} and _BSS.match(end) is None:
        broken = _BROKEN_BSS.match(end)
        faults = [fault(f"line {text.count(chr(10)) + 1}", f"cut: {end!r}", f"內容被截斷：{end!r}")] if broken else []
        return faults, [f"{where} lacks what every other BSS has ({lacks}): it may be cut"] if lacks else []
    known = {line for block in others for line in block.lines}
    is_beginning = end not in known and any(line.startswith(end) for line in known)
    if not (is_beginning or lacks or not end.strip() or end.strip().startswith(_USED)):
        return [], ["the file ends without a line end: its last BSS may be cut"]
    said = f"; every other BSS has {lacks}" if lacks else ""
    said_zh = f"；其他 BSS 都有 {lacks}" if lacks else ""
    shown = repr(end.strip()[:60])
    return [fault(where, f"the file ends inside it, at {shown}{said}", f"檔案在這裡中斷：{shown}{said_zh}")], []


def _check_empty(text: str, where: str) -> None:
    failed = _FAILED.search(text[:_HEAD])
    if failed is not None:
        raise wrong(
            where,
            (f"iw could not scan: {failed.group()[:100]}", f"iw 無法掃描：{failed.group()[:100]}"),
            (
                "scan again, with the rights for it (sudo) and the adapter on",
                "請以 sudo 重新掃描，並確認無線網卡已開啟",
            ),
        )
    if text.strip():
        raise _not_a_scan(
            where,
            "no output of `iw … scan`: no line begins with 'BSS '",
            "不是「iw … scan」的輸出：沒有「BSS 」開頭的行",
        )


def _not_a_scan(where: str, what: str, zh: str) -> SurveyError:
    return wrong(
        where, (what, zh), ("save it with: iw dev WLAN scan > scan.txt", "請用 iw dev WLAN scan > scan.txt 儲存")
    )
