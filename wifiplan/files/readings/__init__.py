"""Readings of other tools, as text or JSON: what a device heard, before anybody says where it stood.

`read_readings` reads a file, whatever it is called; `read_iw`, `read_nmcli` and `read_netsh` also read what these
programs print while one walks.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from wifiplan.files.readings.iperf3 import read_iperf3
from wifiplan.files.readings.iw import read_iw
from wifiplan.files.readings.kinds import NAMES, check_kind, kind_of, unknown
from wifiplan.files.readings.netsh import read_netsh
from wifiplan.files.readings.nmcli import read_nmcli
from wifiplan.files.readings.refusals import unreadable, wrong
from wifiplan.files.readings.texts import MAX_BYTES, Text, decoded
from wifiplan.survey.readings import Kind, Readings

__all__ = [
    "NAMES",
    "READERS",
    "Text",
    "check_kind",
    "decoded",
    "kind_of",
    "read_iperf3",
    "read_iw",
    "read_netsh",
    "read_nmcli",
    "read_readings",
    "readings_of",
    "unknown",
]

READERS: MappingProxyType[Kind, Callable[..., Readings]] = MappingProxyType(
    {"iw": read_iw, "nmcli": read_nmcli, "netsh": read_netsh, "iperf3": read_iperf3}
)
"""What reads which kind: each takes a text, and `where` and `partial`."""


def read_readings(path: Path | str, *, kind: Kind | None = None, partial: bool = False) -> Readings:
    """Read a file that iw, nmcli, netsh or iperf3 wrote.

    Parameters
    ----------
    path : Path or str
        The file; its name and ending do not matter.
    kind : str or None
        "iw", "nmcli", "netsh" or "iperf3"; None: by what stands in it.
    partial : bool
        Take what is whole of a file that is cut or damaged, and say in the remarks what is left out.

    Returns
    -------
    Readings
        Levels [dBm] and tests of the link [Mbit/s, s], with what was worked out or left out as remarks.

    Raises
    ------
    SurveyError
        The file cannot be read, is something else, or is cut, damaged or wrongly encoded: what and where.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    return readings_of(data, where=str(path), kind=kind, partial=partial)


def readings_of(data: bytes, *, where: str, kind: Kind | None = None, partial: bool = False) -> Readings:
    r"""Return the readings in the bytes of a file; parameters and errors as `read_readings`.

    Examples
    --------
    >>> told = "SSID 1 : a\n    BSSID 1 : 02:00:5e:00:53:01\n         シグナル : 88%\n         チャネル : 6\n"
    >>> readings_of(told.encode("cp932"), where="a.txt").encoding
    'cp932'
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise wrong(
            where, ("the file is empty", "檔案是空的"), ("save the program's output again", "請重新儲存程式的輸出")
        )
    if kind is not None:
        check_kind(data, kind, where)
    found = kind or kind_of(data)
    if found is None:
        raise unknown(data, where, tuple(READERS))
    if found not in READERS:
        raise wrong(
            where,
            (f"this is {NAMES[found][0]}, which needs its own reader", f"這是{NAMES[found][1]}，需用其他方式讀取"),
            ("give it to `wifiplan survey import`", "請用 wifiplan survey import 匯入"),
        )
    text = decoded(data, where, code_pages=found == "netsh")
    read = READERS[found](text.text, where=where, partial=partial)
    guess = (f"names were read as {text.encoding}, by likelihood",) if text.is_guess else ()
    return replace(read, encoding=text.encoding, remarks=(*read.remarks, *guess))
