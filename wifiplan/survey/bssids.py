"""Which access point a BSSID belongs to, when all that is known of it is the address on its label.

Every network name on every radio has an address of its own, derived from the device's in the maker's way. Known ways:

- `name`: the beacon tells the access point's name (Cisco, Aruba), and the plan has one of that name;
- `near`: counted up from the label's address by at most 15 (most makers; Juniper and 3Com count in twos);
- `block`: another last digit of the same sixteen (Cisco counts one band down from F);
- `shifted`: the last five digits moved up by one, the first of them with its top bit turned (Aruba);
- `third`: only the third octet differs (Meraki's second radio).

Everywhere the first octet may have the "locally administered" bit set and then any first digit (UniFi, Ruckus, Meraki
derive further names so). What fits two access points equally well is given to none.

Sources: community.arubanetworks.com, "How is the BSSID derived from the Access Point ethernet MAC address";
help.ubnt.com 115002536648; documentation.meraki.com, "BSSIDs on MR Access Points"; community.cisco.com 3131579 [2nd].
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Rule: TypeAlias = Literal["name", "near", "block", "shifted", "third"]

_LOCAL = 0x02
"""Bit of the first octet of an address that is derived from a device's own."""

_BLOCK = 16
"""Names of one radio share all but the last hexadecimal digit of their address."""

DEVICE_BLOCK = 32
"""Radios of one access point are so many addresses from each other at most: two blocks of names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The access point behind a BSSID and the rule that says so; `ap_id` None: several fit equally well."""

    ap_id: str | None
    rule: Rule


def owner_of(
    bssid: str, macs: Mapping[str, str], *, ap_name: str = "", names: Mapping[str, str] | None = None
) -> Owner | None:
    """Return whose BSSID this is, None where nobody's.

    Parameters
    ----------
    bssid : str
        Address on the air.
    macs : mapping
        Label's address by id of the access point.
    ap_name : str
        Name that the beacon tells, blank where it tells none.
    names : mapping, optional
        Name by id of the access point.

    Examples
    --------
    >>> macs = {"AP1": "00:a7:42:e8:40:10", "AP2": "00:a7:42:e8:40:14"}
    >>> owner_of("00:a7:42:e8:40:12", macs)
    Owner(ap_id='AP1', rule='near')
    >>> owner_of("06:a7:42:e8:40:15", macs)
    Owner(ap_id='AP2', rule='near')
    """
    named = [ap_id for ap_id, name in (names or {}).items() if ap_name and name == ap_name]
    if named:
        return Owner(ap_id=named[0] if len(named) == 1 else None, rule="name")
    heard = number(bssid)
    if heard is None:
        return None
    known = [(ap_id, mac) for ap_id, text in macs.items() if (mac := number(text)) is not None]
    for rule, distance in _RULES:
        fits = [(gap, ap_id) for ap_id, mac in known if (gap := distance(heard, mac)) is not None]
        if fits:
            return Owner(ap_id=_nearest(fits), rule=rule)
    return None


def number(address: str) -> int | None:
    """Return an address as a number, None where it is none; 0 and the group addresses are no device's.

    >>> number("00:A7:42:E8:40:10") == number("00a7.42e8.4010"), number("n/a")
    (True, None)
    """
    digits = "".join(c for c in address if c not in ":-. ")
    if len(digits) != 12:
        return None
    try:
        value = int(digits, 16)
    except ValueError:
        return None
    return value if value and not value >> 40 & 1 else None


def octets(bssid: str) -> bytes | None:
    """Return the octets of an address, also of its last ones only as some tools tell; None: it is a name.

    >>> octets("2e:21"), octets("AP1")
    (b'.!', None)
    """
    parts = bssid.replace("-", ":").split(":")
    if not 2 <= len(parts) <= 6 or any(len(part) != 2 for part in parts):
        return None
    try:
        return bytes(int(part, 16) for part in parts)
    except ValueError:
        return None


def gap(a: bytes, b: bytes) -> int | None:
    r"""Return how far two addresses of one device may be counted from each other, None where they are of two.

    A first octet that is marked as derived may hold anything else.

    >>> gap(bytes.fromhex("00a742e84010"), bytes.fromhex("06a742e84012")), gap(b"\x2e\x20", b"\x2f\x20")
    (2, None)
    """
    if len(a) != len(b):
        return None
    derived = len(a) == 6 and (a[0] != b[0]) and bool((a[0] | b[0]) & _LOCAL)
    n_fixed = max(len(a) - 3, 0)
    if a[int(derived) : n_fixed] != b[int(derived) : n_fixed]:
        return 0 if len(a) == 6 and a[3:] == b[3:] and a[1] == b[1] and (derived or a[0] == b[0]) else None
    apart = abs(int.from_bytes(a[n_fixed:]) - int.from_bytes(b[n_fixed:]))
    return apart if apart < DEVICE_BLOCK else None


def _nearest(fits: Iterable[tuple[int, str]]) -> str | None:
    first, *others = sorted(fits)
    return None if others and others[0][0] == first[0] else first[1]


def _near(heard: int, mac: int) -> int | None:
    gap = (heard & 0xFFFFFF) - (mac & 0xFFFFFF)
    return gap if _same_maker(heard, mac) and 0 <= gap < _BLOCK else None


def _block(heard: int, mac: int) -> int | None:
    same = (heard ^ mac) & 0xFFFFFF < _BLOCK
    return mac % _BLOCK - heard % _BLOCK if _same_maker(heard, mac) and same else None


def _shifted(heard: int, mac: int) -> int | None:
    base = ((mac << 4) & 0xFFFFF0) ^ 0x800000
    gap = (heard & 0xFFFFFF) - base
    return gap if _same_maker(heard, mac) and 0 <= gap < _BLOCK else None


def _third(heard: int, mac: int) -> int | None:
    others = 0x00FF0FFFFFFF  # one digit of the third octet may differ
    return 0 if _same_first(heard, mac) and not (heard ^ mac) & others else None


def _same_maker(heard: int, mac: int) -> bool:
    """Return whether the maker's part agrees, a derived first octet aside."""
    return _same_first(heard, mac) and not (heard ^ mac) & 0x00FFFF000000


def _same_first(heard: int, mac: int) -> bool:
    first, own = heard >> 40, mac >> 40
    return first == own or bool(first & _LOCAL and not own & _LOCAL)


_RULES: tuple[tuple[Rule, Callable[[int, int], int | None]], ...] = (
    ("near", _near),
    ("block", _block),
    ("shifted", _shifted),
    ("third", _third),
)
"""By how much each can be trusted: how far an address is from the label's, None where the rule does not fit."""
