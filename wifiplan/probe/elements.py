"""The elements of management frames: any bytes in, a named tuple out, never an exception.

Elements are walked by their own lengths alone (`element_walk`), so that a short, blank or repeated one never swallows
the next; one that reaches over the end of the frame ends the walk and marks the frame as damaged.

Of an access point's beacon little changes from one to the next. So bodies are remembered by the bytes that decide what
they say: as one large number under a mask, which Python compares in less than a microsecond, where a walk takes ten.

Source: IEEE 802.11-2020, 9.4.2; element 11 (BSS Load) has five bytes, the four bytes of a vendor's earlier "QBSS
version 1" are scaled otherwise and are not taken for one.
"""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

from wifiplan.probe import element_walk as walks
from wifiplan.probe.capabilities import Capabilities, capabilities
from wifiplan.probe.element_walk import Walked, walk
from wifiplan.probe.multiple_bssid import MultipleBssid, multiple_bssid
from wifiplan.probe.operation import Operation, operation
from wifiplan.probe.security import OPEN, Security, security

_REMEMBERED_BYTES, _MAX_BYTES = 2304, 11_454
"""Longest bodies that are remembered, and that are read at all: the longest management frame before 802.11ac (IEEE
802.11-2020, table 9-34), and the longest frame there is."""

MOST_REMEMBERED = 4096
"""Bodies that are kept in mind; then all are forgotten, so that invented ones fill no memory."""

_MOST_MASKS, _MOST_BODIES = 8, 512
"""Orders of elements that are kept in mind of bodies of one length, and bodies of one order: numbers can be invented
that are hard to tell apart for Python, and few of them cost little."""


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
_Known: TypeAlias = tuple[Elements, slice | None, int, int]
"""What a body says, and where name, TIM and load stand: None and 0 where they are absent."""


class _Memory:
    """Bodies that were read before."""

    def __init__(self) -> None:
        self.masks: dict[int, list[tuple[int, dict[int, _Known]]]] = {}
        self.n = 0

    def learn(self, number: int, n_bytes: int, mask: int, known: _Known) -> None:
        """Keep a body in mind, by those of its bits that the mask shows."""
        if self.n >= MOST_REMEMBERED:
            self.masks.clear()
            self.n = 0
        self.n += 1
        masks = self.masks.setdefault(n_bytes, [])
        for other, bodies in masks:
            if other == mask:
                if len(bodies) >= _MOST_BODIES:
                    bodies.clear()
                bodies[number & mask] = known
                return
        if len(masks) >= _MOST_MASKS:
            del masks[0]
        masks.append((mask, {number & mask: known}))


_MEMORY = _Memory()


def read_elements(body: bytes) -> Elements:
    """Return what the elements say.

    Examples
    --------
    >>> read_elements(bytes.fromhex("0003616263030106" "0b05070080" "0000")).load
    Load(n_stations=7, utilisation_255=128, admission=0)
    """
    n_bytes = len(body)
    if n_bytes > _REMEMBERED_BYTES:
        return _meaning(body[:_MAX_BYTES], walk(body[:_MAX_BYTES]))
    number = int.from_bytes(body, "little")
    for mask, bodies in _MEMORY.masks.get(n_bytes, ()):
        known = bodies.get(number & mask)
        if known is not None:
            said, ssid, tim, load = known
            return Elements._make(
                (
                    _load(body, load) if load else said[0],
                    (body[tim], body[tim + 1]) if tim else said[1],
                    body[ssid] if ssid else said[2],
                    *said[3:],
                )
            )
    walked = walk(body)
    said = _meaning(body, walked)
    place = slice(walked.ssid, walked.ssid + len(said.ssid or b"")) if walked.ssid else None
    known = (said, place, walked.tim, walked.load)
    _MEMORY.learn(number, n_bytes, int.from_bytes(walked.mask, "little"), known)
    return said


def _load(body: bytes, at: int) -> Load:
    return Load(body[at] | body[at + 1] << 8, body[at + 2], body[at + 3] | body[at + 4] << 8)


def _meaning(body: bytes, walked: Walked) -> Elements:
    """Return what elements say that were walked over."""
    found, extensions = walked.found, walked.extensions
    get, more = found.get, extensions.get
    channel = operation(
        get(walks.DS, b""),
        get(walks.HT_OPERATION, b""),
        get(walks.VHT_OPERATION, b""),
        more(walks.HE_OPERATION, b""),
        more(walks.EHT_OPERATION, b""),
    )
    wpa, ap_name, owe = _of_vendors(walked.vendors)
    rsn, load = get(walks.RSN, b""), get(walks.LOAD, b"")
    if walks.CISCO_NAME in found:
        ap_name = found[walks.CISCO_NAME][10:26]
    return Elements(
        load=_load(load, 0) if len(load) == 5 else None,
        tim=(body[walked.tim], body[walked.tim + 1]) if walked.tim else None,
        ssid=get(walks.SSID),
        operation=channel,
        capabilities=capabilities(found, extensions, band=channel.band),
        security=security(rsn, wpa) if rsn or wpa else OPEN,
        country=_country(get(walks.COUNTRY, b"")),
        switch_to=_switch_to(get(walks.CHANNEL_SWITCH, b""), get(walks.EXTENDED_CHANNEL_SWITCH, b"")),
        ap_name=_text(ap_name) if ap_name else "",
        owe_transition=owe,
        multiple=multiple_bssid(found[walks.MULTIPLE_BSSID]) if walks.MULTIPLE_BSSID in found else None,
        mld=_mld(extensions[walks.MULTI_LINK]) if walks.MULTI_LINK in extensions else None,
        n_elements=walked.n_elements,
        damaged=walked.damaged,
    )


def _of_vendors(vendors: list[bytes]) -> tuple[bytes, bytes, bool]:
    """Return WPA's element, an access point's name, and whether a twin network offers OWE."""
    wpa, ap_name, owe = b"", b"", False
    for vendor in vendors:
        if vendor.startswith(walks.WPA):
            wpa = wpa or vendor
        elif vendor.startswith(walks.OWE_TRANSITION):
            owe = True
        elif vendor.startswith(walks.ARUBA_NAME):
            ap_name = vendor[5:]
    return wpa, ap_name, owe


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
