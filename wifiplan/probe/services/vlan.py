"""VLANs: whether this place is in the network that it should be in, as far as an end device can tell."""

import ipaddress
import time
from collections.abc import Sequence

from wifiplan.errors import ProbeError
from wifiplan.probe.capture import ALL_KINDS, DhcpReply, frames, open_frames
from wifiplan.probe.services.here import Here
from wifiplan.probe.services.records import Figure, ServiceAnswer, Status

_MOST_FRAMES = 20_000


def tags_seen(interface: str, seconds: float) -> tuple[int, ...] | None:
    """Return the VLANs whose tagged frames reach this interface, None without the right to look."""
    try:
        opened = open_frames(interface, ALL_KINDS)
    except ProbeError:
        return None
    seen: set[int] = set()
    with opened:
        for n, (_, vlan) in enumerate(frames(opened, time.monotonic() + seconds)):
            if vlan:
                seen.add(vlan)
            if n > _MOST_FRAMES:
                break
    return tuple(sorted(seen))


def judge_vlan(
    here: Here,
    *,
    subnet: str = "",
    vlan: int | None = None,
    offers: Sequence[DhcpReply] = (),
    tags: Sequence[int] | None = None,
) -> ServiceAnswer:
    """Return whether this place is in the expected network.

    Parameters
    ----------
    here : Here
        Address and interface.
    subnet : str
        The network expected here ("10.5.0.0/22"), blank where nobody said.
    vlan : int or None
        The VLAN expected here.
    offers : sequence of DhcpReply
        What DHCP would give.
    tags : sequence of int or None
        Tagged frames seen; None: not looked.
    """
    figures: tuple[Figure, ...] = (
        ("network", here.network),
        ("expected_subnet", subnet),
        ("expected_vlan", None if vlan is None else str(vlan)),
        ("vlan", None if here.vlan_id is None else str(here.vlan_id)),
        ("offered", ", ".join(dict.fromkeys(offer.subnet for offer in offers if offer.subnet))),
        ("tags", ", ".join(map(str, tags or ()))),
    )
    status: Status = "bad"
    if not here.network or ipaddress.ip_interface(here.network).is_link_local:
        code = "no_address"
    elif subnet and not _is_in(here.address, subnet):
        code = "other_subnet"
    elif vlan is not None and here.vlan_id is not None and here.vlan_id != vlan:
        code = "other_vlan"
    elif offers and all(offer.subnet and not _is_in(here.address, offer.subnet) for offer in offers):
        code = "offer_elsewhere"
    elif tags and here.vlan_id is None:
        status, code = "unknown", "trunk"
    elif vlan is not None and here.vlan_id is None and not subnet:
        status, code = "unknown", "untagged"
    else:
        status, code = ("ok", "ok") if subnet or vlan is not None else ("unknown", "not_said")
    return ServiceAnswer(service="vlan", status=status, code=code, target=here.interface, figures=figures)


def _is_in(address: str, subnet: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(subnet, strict=False)
    except ValueError:
        return False
