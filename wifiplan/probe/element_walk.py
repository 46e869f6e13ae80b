"""From element to element by their own lengths alone: what stands in them, and which bytes decide what they say.

Source: IEEE 802.11-2020, 9.4.2.1 (number and length of an element).
"""

from typing import NamedTuple

SSID, RATES, DS, TIM, COUNTRY, LOAD, CHANNEL_SWITCH, RSN = 0, 1, 3, 5, 7, 11, 37, 48
HT_CAPABILITIES, MORE_RATES, EXTENDED_CHANNEL_SWITCH, HT_OPERATION = 45, 50, 60, 61
MEASUREMENTS, MULTIPLE_BSSID, EXTENDED_CAPABILITIES, CISCO_NAME = 70, 71, 127, 133
VHT_CAPABILITIES, VHT_OPERATION, VENDOR, EXTENSION = 191, 192, 221, 255
HE_CAPABILITIES, HE_OPERATION, EHT_OPERATION, MULTI_LINK, EHT_CAPABILITIES = 35, 36, 106, 107, 108

WPA = b"\x00\x50\xf2\x01"
OWE_TRANSITION = b"\x50\x6f\x9a\x1c"
ARUBA_NAME = b"\x00\x0b\x86\x01\x03"

_READ = frozenset(
    {
        *(RATES, DS, COUNTRY, CHANNEL_SWITCH, RSN, HT_CAPABILITIES, MORE_RATES, EXTENDED_CHANNEL_SWITCH, HT_OPERATION),
        *(MEASUREMENTS, MULTIPLE_BSSID, EXTENDED_CAPABILITIES, CISCO_NAME, VHT_CAPABILITIES, VHT_OPERATION),
    }
)
"""Elements whose content decides something; where name, TIM and load stand is enough."""

_READ_EXTENSIONS = frozenset({HE_CAPABILITIES, HE_OPERATION, EHT_OPERATION, MULTI_LINK, EHT_CAPABILITIES})
_READ_VENDORS = (WPA, ARUBA_NAME)
_VENDOR_HEAD_BYTES = 5
_PROPER_LENGTH = {DS: 1, LOAD: 5}
"""Where one of these is repeated, the first of this length counts."""


class Walked(NamedTuple):
    """The elements of one body.

    `found` and `extensions` hold the first content of each number, `vendors` all of that kind. `ssid`, `tim` and `load`
    are where the contents of these stand, 0 where they are absent or of another length than theirs. `mask` marks with
    ones the bytes that decide everything else: two bodies that are equal in them differ in name, TIM and load alone.
    """

    found: dict[int, bytes]
    extensions: dict[int, bytes]
    vendors: list[bytes]
    n_elements: int
    damaged: bool
    ssid: int
    tim: int
    load: int
    mask: bytes


def walk(body: bytes) -> Walked:
    """Walk over the elements; one that reaches over the end is the last, and marks the body as damaged."""
    found: dict[int, bytes] = {}
    extensions: dict[int, bytes] = {}
    vendors: list[bytes] = []
    places = {SSID: 0, TIM: 0, LOAD: 0}
    mask = bytearray(len(body))
    at, end, n_elements = 0, len(body), 0
    while at < end - 1:
        number, start = body[at], at + 2
        stop = start + body[at + 1]
        n_fixed = 2 + _n_deciding(number, body[start:stop], whole=stop <= end)
        mask[at : at + n_fixed] = b"\xff" * min(n_fixed, end - at)
        at = stop
        if stop > end:
            _keep_rest(found, number, body[start:], stop - start)
            break
        n_elements += 1
        if number == VENDOR:
            vendors.append(body[start:stop])
        elif number == EXTENSION:
            if stop > start:
                extensions.setdefault(body[start], body[start + 1 : stop])
        elif number not in found or _is_better(number, len(found[number]), stop - start):
            found[number] = body[start:stop]
            if number in places:
                places[number] = start
        elif number == MULTIPLE_BSSID:
            found[number] += body[start + 1 : stop]  # profiles go on in further elements of the same number
    tim = places[TIM] if len(found.get(TIM, b"")) >= 2 else 0
    load = places[LOAD] if len(found.get(LOAD, b"")) == _PROPER_LENGTH[LOAD] else 0
    return Walked(found, extensions, vendors, n_elements, at != end, places[SSID], tim, load, bytes(mask))


def _n_deciding(number: int, content: bytes, *, whole: bool) -> int:
    """Return how many bytes of a content decide what the body says, name, TIM and load aside."""
    if number == VENDOR:
        return len(content) if content.startswith(_READ_VENDORS) else min(len(content), _VENDOR_HEAD_BYTES)
    if number == EXTENSION:
        return len(content) if content and content[0] in _READ_EXTENSIONS else min(len(content), 1)
    return len(content) if number in _READ or (number == LOAD and not whole) else 0


def _keep_rest(found: dict[int, bytes], number: int, rest: bytes, length: int) -> None:
    """Keep what is there of an element that is cut off, where its first bytes say something on their own."""
    if number in (COUNTRY, HT_OPERATION) or (number == LOAD and length == _PROPER_LENGTH[LOAD] and len(rest) >= 3):
        found.setdefault(number, rest.ljust(5, b"\0") if number == LOAD else rest)


def _is_better(number: int, n_first: int, n_next: int) -> bool:
    """Return whether a repeated element has the length that it must have, and the first has not."""
    proper = _PROPER_LENGTH.get(number)
    return proper is not None and n_first != proper == n_next
