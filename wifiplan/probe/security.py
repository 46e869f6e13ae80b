"""How a BSS is protected, in one word, from its RSN and WPA elements.

Source: IEEE 802.11-2020, 9.4.2.24 (RSNE, tables of cipher and AKM suites); Wi-Fi Alliance: WPA vendor element, OWE
transition mode element, WPA3 specification (SHA-256 and protected management frames for enterprise networks).
"""

from functools import lru_cache
from typing import NamedTuple

_STANDARD, _MICROSOFT = b"\x00\x0f\xac", b"\x00\x50\xf2"
_EAP = frozenset({1, 3, 5, 11, 12, 13, 22, 23})
_EAP_192_BIT = frozenset({12, 13, 23})
_SHARED_KEY = frozenset({2, 4, 6, 19, 20})
_SAE = frozenset({8, 9, 24, 25})
_OWE = 18
_FAST = frozenset({3, 4, 9, 13, 19, 22, 23, 25})


class Security(NamedTuple):
    """How a BSS is protected.

    `name` is "open", "WEP", "OWE", "WPA", "WPA2", "WPA3" or a mixture, with "-Personal" or "-Enterprise"; `pmf` says
    whether management frames are protected: "required", "possible" or "no".
    """

    name: str = "open"
    pmf: str = "no"
    akms: tuple[int, ...] = ()
    fast: bool = False


OPEN = Security()


@lru_cache(maxsize=2048)
def security(rsn: bytes, wpa: bytes) -> Security:
    """Return the protection from the contents of an RSN element and of WPA's vendor element, each blank if absent.

    The caller knows the privacy bit: without either element it means WEP.

    Examples
    --------
    >>> security(bytes.fromhex("0100000fac040100000fac040100000fac020000"), b"").name
    'WPA2-Personal'
    >>> security(bytes.fromhex("0100000fac040100000fac040200000fac02000fac088000"), b"").name
    'WPA2/WPA3-Personal'
    """
    akms, bits = _suites(rsn, _STANDARD)
    old, _ = _suites(wpa[4:], _MICROSOFT)
    pmf = "required" if bits & 0x40 else "possible" if bits & 0x80 else "no"
    names = _generations(akms, old, pmf, has_rsn=bool(rsn), has_wpa=bool(wpa))
    if not names:
        return OPEN
    enterprise = any(suite in _EAP for suite in akms + old)
    if names == ["OWE"]:
        return Security("OWE", pmf, akms)
    return Security(
        "/".join(names) + ("-Enterprise" if enterprise else "-Personal"), pmf, akms, any(s in _FAST for s in akms)
    )


def _generations(akms: tuple[int, ...], old: tuple[int, ...], pmf: str, *, has_rsn: bool, has_wpa: bool) -> list[str]:
    names = ["WPA"] if has_wpa or old else []
    if not has_rsn:
        return names
    if any(suite in _SHARED_KEY for suite in akms) or not akms:
        names.append("WPA2")
    if any(suite in _EAP for suite in akms):
        third = any(suite in _EAP_192_BIT for suite in akms) or (pmf == "required" and 1 not in akms)
        names.append("WPA3" if third else "WPA2")
    if any(suite in _SAE for suite in akms):
        names.append("WPA3")
    if _OWE in akms:
        names.append("OWE")
    return list(dict.fromkeys(names or ["WPA2"]))


def _suites(body: bytes, oui: bytes) -> tuple[tuple[int, ...], int]:
    """Return the AKM suites of an RSN body and its capability bits; every part after the version may be missing."""
    at = 6
    if len(body) < at + 2:
        return (), 0
    at += 2 + 4 * int.from_bytes(body[at : at + 2], "little")
    if len(body) < at + 2:
        return (), 0
    n_akms, at = int.from_bytes(body[at : at + 2], "little"), at + 2
    suites = [body[k : k + 4] for k in range(at, min(at + 4 * n_akms, len(body) - 3), 4)]
    at += 4 * n_akms
    bits = int.from_bytes(body[at : at + 2], "little") if len(body) >= at + 2 else 0
    return tuple(suite[3] for suite in suites if suite[:3] == oui), bits
