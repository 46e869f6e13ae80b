"""What a file of readings is, by what stands in it, whatever it is called."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType

from wifiplan.errors import SurveyError
from wifiplan.files.readings.netsh import LOCATION
from wifiplan.files.readings.netsh_lines import GUID, is_bss, is_network, lines_of
from wifiplan.files.readings.refusals import wrong
from wifiplan.files.readings.texts import loosely
from wifiplan.survey.readings import Kind

NAMES: MappingProxyType[Kind, tuple[str, str]] = MappingProxyType(
    {
        "iw": ("an iw scan", "iw 掃描結果"),
        "nmcli": ("an nmcli list", "nmcli 清單"),
        "netsh": ("a netsh scan of Windows", "Windows netsh 掃描結果"),
        "iperf3": ("an iperf3 result", "iperf3 測試結果"),
        "pcap": ("a capture of packets", "封包擷取檔"),
        "csv": ("a CSV table", "CSV 表格"),
        "esx": ("an Ekahau project", "Ekahau 專案"),
        "survey": ("a survey file of wifiplan", "wifiplan 量測檔"),
        "parquet": ("a Parquet table", "Parquet 表格"),
    }
)
_MAGIC = (
    (b"\xd4\xc3\xb2\xa1", "pcap"),
    (b"\xa1\xb2\xc3\xd4", "pcap"),
    (b"\x4d\x3c\xb2\xa1", "pcap"),
    (b"\xa1\xb2\x3c\x4d", "pcap"),
    (b"\x0a\x0d\x0d\x0a", "pcap"),
    (b"\x1f\x8b", "pcap"),
    (b"PAR1", "parquet"),
)
_IW = re.compile(r"^[ \t]*BSS [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|^Connected to [0-9a-f:]{17} \(on ", re.MULTILINE)
_NMCLI = re.compile(
    r"(?:[0-9A-F]{2}\\:){5}[0-9A-F]{2}|^(?:AP\[\d+\]\.)?BSSID:\s|^(?:IN-USE|\*) +(?:BSSID|SSID) "
    r"|^[ *][ \t]+(?:[0-9A-F]{2}:){5}[0-9A-F]{2}  "
    r"|^(?=[^:\n]{0,200}\bBSSID\b)(?=[^:\n]{0,300}\bSIGNAL\b)[^:,;\t\n]{1,300}\n"
    r"(?:.{0,400}  )?(?:[0-9A-F]{2}:){5}[0-9A-F]{2}\b",
    re.MULTILINE,
)
_IPERF3 = re.compile(r'"event"\s*:\s*"(?:start|interval|end)"|"test_start"|"sum_received"|"sum_sent"|"bits_per_second"')
_IPERF3_ERROR = re.compile(r'\A\s*\{\s*"error"\s*:|"intervals"\s*:\s*\[|"start"\s*:\s*\{\s*"(?:connected|version)"')
_IPERF3_TEXT = re.compile(r"^\[ *ID\] +Interval|^Connecting to host \S+, port \d+", re.MULTILINE)
_SURVEY = re.compile(r'\A\W?"?\{[^\n]{0,40}"format', re.DOTALL)
_MAX_MEMBERS = 20_000
_MIN_ROWS = 2


def kind_of(data: bytes) -> Kind | None:
    r"""Return what a file is, None where it is nothing that is known; its name is not asked.

    Parameters
    ----------
    data : bytes
        The whole file; of text only the beginning is looked at.

    Examples
    --------
    >>> kind_of(b"BSS 02:00:5e:00:53:01(on wlan0)\n\tfreq: 5180"), kind_of(b"\xd4\xc3\xb2\xa1"), kind_of(b"hello")
    ('iw', 'pcap', None)
    """
    magic: dict[bytes, Kind] = {b: next(k for k in NAMES if k == name) for b, name in _MAGIC}
    found = next((kind for mark, kind in magic.items() if data.startswith(mark)), None)
    if found is not None:
        return found
    if data.startswith(b"PK\x03\x04"):
        return "esx" if _is_esx(data) else None
    return _kind_of_text(loosely(data))


def check_kind(data: bytes, wanted: Kind, where: str) -> None:
    """Raise where a file is clearly something else than what it is taken for.

    Raises
    ------
    SurveyError
        Says what it is, and what to do.
    """
    found = kind_of(data)
    if found is None or found == wanted:
        return
    raise _mislabelled(found, wanted, where)


def unknown(data: bytes, where: str, known: Sequence[Kind] = tuple(NAMES)) -> SurveyError:
    """Return the error of a file that is nothing known."""
    said = " ".join(loosely(data)[:200].split())[:60]
    shown = "".join(c if c.isprintable() else "?" for c in said)
    names, names_zh = (", ".join(NAMES[kind][n] for kind in known) for n in (0, 1))
    return wrong(
        where,
        (
            f"it is none of these: {names}; it begins with {shown!r}",
            f"無法辨認檔案種類（{names_zh}）；開頭是 {shown!r}",
        ),
        (
            "check that this is the right file, or say what it is with --kind",
            "請確認是否選錯檔案，或用 --kind 指定種類",
        ),
    )


def _mislabelled(found: Kind, wanted: Kind, where: str) -> SurveyError:
    return wrong(
        where,
        (f"this is {NAMES[found][0]}, not {NAMES[wanted][0]}", f"這是{NAMES[found][1]}，不是{NAMES[wanted][1]}"),
        (f"use --kind {found}, or leave --kind out", f"請用 --kind {found}，或不要指定 --kind"),
    )


def _is_esx(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:_MAX_MEMBERS]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return any(name in {"project.json", "projectConfiguration.json", "floorPlans.json"} for name in names)


def _kind_of_text(text: str) -> Kind | None:
    is_json = text.lstrip()[:1] in set("{[")
    if _SURVEY.match(text):
        return "survey"
    if _IW.search(text):
        return "iw"
    if any(shape.search(text) for shape in (_IPERF3, _IPERF3_TEXT)) or (is_json and _IPERF3_ERROR.search(text)):
        return "iperf3"
    if _NMCLI.search(text):
        return "nmcli"
    lines = list(lines_of(text))
    is_table = _is_table(text)
    is_scan = any((is_bss(one) and one.mac is not None) or (is_network(one) and not is_table) for one in lines)
    is_state = any(GUID.fullmatch(one.value) for one in lines) or LOCATION in text
    return "netsh" if is_scan or is_state else "csv" if is_table else None


def _is_table(text: str) -> bool:
    """Return whether the lines have the same number of cells, two or more, by one separator."""
    lines = [line for line in text.split("\n")[:50] if line.strip()][:-1] or text.split("\n")
    for separator in ",;\t":
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
        except csv.Error:
            continue
        usual, n = counts.most_common(1)[0] if counts else (1, 0)
        if usual > 1 and n >= min(_MIN_ROWS, len(lines)) and n > 0.6 * len(lines):
            return True
    return False
