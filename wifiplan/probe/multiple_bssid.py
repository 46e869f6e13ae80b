"""Networks that an access point announces in another one's beacons: the Multiple BSSID element.

Source: IEEE 802.11-2020, 9.4.2.45 and 9.4.2.73; the BSSID of a profile replaces the last n bits of the reference's by
their sum with the profile's number.
"""

from typing import NamedTuple

from wifiplan.probe.security import OPEN, Security, security

_PROFILE, _SSID, _RSN, _INDEX = 0, 0, 48, 85


class Profile(NamedTuple):
    """One network without beacons of its own."""

    number: int
    ssid: bytes
    security: Security = OPEN


class MultipleBssid(NamedTuple):
    """At most 2 ** `n_bits` networks share the beacons; a beacon may carry only some of their profiles."""

    n_bits: int
    profiles: tuple[Profile, ...] = ()


def multiple_bssid(body: bytes) -> MultipleBssid | None:
    """Return the profiles in an element's content; None where it is blank or senseless."""
    if not body or not 1 <= body[0] <= 8:
        return None
    profiles = (_profile(content) for number, content in _parts(body[1:]) if number == _PROFILE)
    return MultipleBssid(body[0], tuple(profile for profile in profiles if profile is not None))


def bssid_of(reference: bytes, n_bits: int, index: int) -> bytes:
    """Return the BSSID of a profile.

    >>> bssid_of(bytes.fromhex("02000000000e"), 3, 3).hex()
    '020000000009'
    """
    whole = int.from_bytes(reference, "big")
    mask = (1 << n_bits) - 1
    return ((whole & ~mask) | ((whole + index) & mask)).to_bytes(len(reference), "big")


def _profile(content: bytes) -> Profile | None:
    parts: dict[int, bytes] = {}
    for number, part in _parts(content):
        parts.setdefault(number, part)
    index = parts.get(_INDEX, b"")
    if not index or not index[0]:
        return None
    rsn = parts.get(_RSN, b"")
    return Profile(index[0], parts.get(_SSID, b""), security(rsn, b"") if rsn else OPEN)


def _parts(body: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + 2 <= len(body):
        end = at + 2 + body[at + 1]
        if end > len(body):
            break
        found.append((body[at], body[at + 2 : end]))
        at = end
    return found
