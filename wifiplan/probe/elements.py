"""The elements of management frames: any bytes in, a named tuple out, never an exception.

Elements are walked by their own lengths alone, so that a short, blank or repeated one never swallows the next; one that
reaches over the end of the frame ends the walk and marks the frame as damaged.

Source: IEEE 802.11-2020, 9.4.2; element 11 (BSS Load) has five bytes, the four bytes of a vendor's earlier "QBSS
version 1" are scaled otherwise and are not taken for one.
"""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

from wifiplan.probe.capabilities import Capabilities, capabilities
from wifiplan.probe.multiple_bssid import MultipleBssid, multiple_bssid
from wifiplan.probe.operation import Operation, operation
from wifiplan.probe.security import OPEN, Security, security

SSID, RATES, DS, TIM, COUNTRY, LOAD, CHANNEL_SWITCH, RSN = 0, 1, 3, 5, 7, 11, 37, 48
EXTENDED_CHANNEL_SWITCH, HT_OPERATION, MULTIPLE_BSSID, CISCO_NAME, VHT_OPERATION = 60, 61, 71, 133, 192
VENDOR, EXTENSION = 221, 255
HE_OPERATION, EHT_OPERATION, MULTI_LINK = 36, 106, 107

_WPA = b"\x00\x50\xf2\x01"
_OWE_TRANSITION = b"\x50\x6f\x9a\x1c"
_ARUBA_NAME = b"\x00\x0b\x86\x01\x03"
_REMEMBERED_BYTES, _MAX_BYTES = 2304, 11_454
"""Longest bodies that are remembered, and that are read at all: the longest management frame before 802.11ac (IEEE
802.11-2020, table 9-34), and the longest frame there is."""

_PROPER_LENGTH = {DS: 1, LOAD: 5}
"""Where one of these is repeated, the first of this length counts."""


class Load(NamedTuple):
    """What an access point says of itself in BSS Load: joined stations, and the channel's busy share from 0 to 255."""

    n_stations: int
    utilisation_255: int
    admission: int


class Elements(NamedTuple):
    """What the elements of one frame say; None, blank or () where they don't.

    `tim` holds the count and the period of DTIMs. `ssid` is None where the element is absent, and blank or of NULs
    where the name is hidden. `switch_to` is the channel that a channel switch announces. `mld` is the address that the
    links of one 802.11be access point have in common. `damaged` says that the last element is cut off.
    """

    load: Load | None = None
    tim: tuple[int, int] | None = None
    ssid: bytes | None = None
    operation: Operation = Operation()
    capabilities: Capabilities = Capabilities()
    security: Security = OPEN
    country: str = ""
    switch_to: int | None = None
    ap_name: str = ""
    owe_transition: bool = False
    multiple: MultipleBssid | None = None
    mld: bytes | None = None
    n_elements: int = 0
    damaged: bool = False


NO_ELEMENTS = Elements()
_Lasting: TypeAlias = tuple[
    tuple[
        bytes | None, Operation, Capabilities, Security, str, int | None, str, bool, MultipleBssid | None, bytes | None
    ],
    int,
    bool,
]
"""The fields of Elements behind `load` and `tim`."""


def read_elements(body: bytes) -> Elements:
    """Return what the elements say.

    TIM and BSS Load change from beacon to beacon and stand among the first elements; the rest of an access point's
    beacon stays, so that it is read once and remembered.

    Examples
    --------
    >>> read_elements(bytes.fromhex("0003616263030106" "0b05070080" "0000")).load
    Load(n_stations=7, utilisation_255=128, admission=0)
    """
    if len(body) > _REMEMBERED_BYTES:
        return _read_long(body[:_MAX_BYTES])
    at, end = 0, len(body)
    load: bytes | None = None
    tim: bytes | None = None
    kept, since = b"", 0  # what came before `since`, without TIM and BSS Load
    while at < end - 1:
        number = body[at]
        if number > LOAD:
            break
        stop = at + 2 + body[at + 1]
        if stop > end:
            break
        if number == TIM and tim is None and stop - at >= 4:
            tim = body[at + 2 : at + 4]
        elif number == LOAD and load is None and stop - at == 7:
            load = body[at + 2 : stop]
        else:
            at = stop
            continue
        kept += body[since:at]
        at = since = stop
    later_load, later_tim, lasting = _lasting(kept + body[since:at], body[at:])
    said, n_elements, damaged = lasting
    return Elements._make(
        (
            later_load if load is None else Load(load[0] | load[1] << 8, load[2], load[3] | load[4] << 8),
            later_tim if tim is None else (tim[0], tim[1]),
            *said,
            n_elements + (tim is not None) + (load is not None),
            damaged,
        )
    )


def _read_long(body: bytes) -> Elements:
    """Read elements of an unusual length and remember nothing: invented frames would fill the memory."""
    load, tim, (said, n_elements, damaged) = _lasting.__wrapped__(body, b"")
    return Elements._make((load, tim, *said, n_elements, damaged))


@lru_cache(maxsize=4096)
def _lasting(first: bytes, rest: bytes) -> tuple[Load | None, tuple[int, int] | None, _Lasting]:
    """Read the first elements, up to number 11 and without TIM and BSS Load, and the rest, which seldom changes."""
    found, extensions, vendors, n_elements, damaged = _walked(rest)
    if first:
        before, _, _, n_before, _ = _walked.__wrapped__(first)
        for number, content in found.items():
            if number not in before or _is_better(number, len(before[number]), len(content)):
                before[number] = content
        found, n_elements = before, n_before + n_elements
    get = found.get
    channel = operation(
        get(DS, b""),
        get(HT_OPERATION, b""),
        get(VHT_OPERATION, b""),
        extensions.get(HE_OPERATION, b""),
        extensions.get(EHT_OPERATION, b""),
    )
    wpa, ap_name, owe = _of_vendors(vendors)
    rsn, load, tim = get(RSN, b""), get(LOAD, b""), get(TIM, b"")
    if CISCO_NAME in found:
        ap_name = found[CISCO_NAME][10:26]
    return (
        Load(load[0] | load[1] << 8, load[2], load[3] | load[4] << 8) if len(load) == 5 else None,
        (tim[0], tim[1]) if len(tim) >= 2 else None,
        (
            (
                get(SSID),
                channel,
                capabilities(found, extensions, band=channel.band),
                security(rsn, wpa) if rsn or wpa else OPEN,
                _country(get(COUNTRY, b"")),
                _switch_to(get(CHANNEL_SWITCH, b""), get(EXTENDED_CHANNEL_SWITCH, b"")),
                _text(ap_name) if ap_name else "",
                owe,
                multiple_bssid(found[MULTIPLE_BSSID]) if MULTIPLE_BSSID in found else None,
                _mld(extensions[MULTI_LINK]) if MULTI_LINK in extensions else None,
            ),
            n_elements,
            damaged,
        ),
    )


def _of_vendors(vendors: list[bytes]) -> tuple[bytes, bytes, bool]:
    """Return WPA's element, an access point's name, and whether a twin network offers OWE."""
    wpa, ap_name, owe = b"", b"", False
    for vendor in vendors:
        head = vendor[:4]
        if head == _WPA:
            wpa = wpa or vendor
        elif head == _OWE_TRANSITION:
            owe = True
        elif vendor[:5] == _ARUBA_NAME:
            ap_name = vendor[5:]
    return wpa, ap_name, owe


@lru_cache(maxsize=2048)
def _walked(body: bytes) -> tuple[dict[int, bytes], dict[int, bytes], list[bytes], int, bool]:
    """Return the first of each element, of each extended element, all vendors' ones, their number, and the damage."""
    found: dict[int, bytes] = {}
    extensions: dict[int, bytes] = {}
    vendors: list[bytes] = []
    at, end, n_elements = 0, len(body), 0
    last = end - 1
    while at < last:
        number = body[at]
        start = at + 2
        at = start + body[at + 1]
        if at > end:
            _keep_rest(found, number, body[start:], at - start)
            return found, extensions, vendors, n_elements, True
        n_elements += 1
        if number == VENDOR:
            vendors.append(body[start:at])
        elif number == EXTENSION:
            if at > start:
                extensions.setdefault(body[start], body[start + 1 : at])
        elif number not in found or _is_better(number, len(found[number]), at - start):
            found[number] = body[start:at]
        elif number == MULTIPLE_BSSID:
            found[number] += body[start + 1 : at]  # profiles go on in further elements of the same number
    return found, extensions, vendors, n_elements, at != end


def _keep_rest(found: dict[int, bytes], number: int, rest: bytes, length: int) -> None:
    """Keep what is there of an element that is cut off, where its first bytes say something on their own."""
    if number in (COUNTRY, HT_OPERATION) or (number == LOAD and length == 5 and len(rest) >= 3):
        found.setdefault(number, rest.ljust(5, b"\0") if number == LOAD else rest)


def _is_better(number: int, n_first: int, n_next: int) -> bool:
    """Return whether a repeated element has the length that it must have, and the first has not."""
    proper = _PROPER_LENGTH.get(number)
    return proper is not None and n_first != proper == n_next


@lru_cache(maxsize=512)
def _country(content: bytes) -> str:
    code = content[:2]
    return code.decode("ascii") if len(code) == 2 and code.isalnum() and code.isascii() else ""


def _switch_to(announced: bytes, extended: bytes) -> int | None:
    if len(announced) >= 3:
        return announced[1]
    return extended[2] if len(extended) >= 4 else None


def _mld(content: bytes) -> bytes | None:
    """Return the common address in a Multi-Link element of the basic kind."""
    return content[3:9] if len(content) >= 9 and content[0] & 7 == 0 and content[2] >= 7 else None


def _text(name: bytes) -> str:
    return name.split(b"\0", 1)[0].decode("utf-8", "backslashreplace").strip()
