"""Who is at the door: agents prove their key and their address over UDP; only then do they get data."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.probe.auth import MAC_BYTES, device_tag, mac, same, sub_key
from wifiplan.probe.packets import (
    ANSWER,
    BEAT,
    BYE,
    CHALLENGE,
    CLIENT_BYTES,
    HELLO,
    READY,
    SERVER_BYTES,
    Control,
    SockAddress,
    control_bytes,
    read_control,
    read_tag,
    ready_cookie,
)
from wifiplan.probe.safety import Network, is_allowed

_COOKIE_NS = 10_000_000_000
"""A cookie holds for this time and the one before."""


@dataclass(slots=True, kw_only=True)
class Member:
    """A registered device: its key, and the address at which it has proven to stand (None: not yet)."""

    device: str
    key: bytes
    number: int
    n_flows: int
    stream_id: int
    address: SockAddress | None = None
    heard_ns: int = 0
    counter: int = 0


class Doorway:
    """Answers hellos without keeping anything of whoever has not proven both key and address.

    Every answer goes to the address that asked, is shorter than what was asked, and is made only for packets whose
    MAC is right: strangers hear nothing at all.

    Parameters
    ----------
    reflector_port : int
        Told to devices when they are in.
    allowed : sequence of networks
        See `safety.allow_list`; the local ones are always allowed.
    """

    def __init__(self, *, reflector_port: int, allowed: Sequence[Network] = ()) -> None:
        self._secret = secrets.token_bytes(32)
        self._reflector_port = reflector_port
        self._allowed = tuple(allowed)
        self._members: dict[bytes, Member] = {}

    def register(self, device: str, key: bytes, *, number: int, n_flows: int) -> Member:
        """Let a device come; it is not in before it has proven its address. A known one starts anew."""
        member = Member(
            device=device,
            key=sub_key(key, b"hello"),
            number=number,
            n_flows=n_flows,
            stream_id=int.from_bytes(secrets.token_bytes(4), "big"),
        )
        self._members[device_tag(device)] = member
        return member

    def forget(self, device: str) -> None:
        """Let a device come no more."""
        self._members.pop(device_tag(device), None)

    def member(self, device: str) -> Member | None:
        """Return a registered device."""
        return self._members.get(device_tag(device))

    def members(self) -> tuple[Member, ...]:
        """Return all registered devices."""
        return tuple(self._members.values())

    def heard(self, devices: Sequence[str], now_ns: int) -> None:
        """Note a sign of life that came another way: an authenticated STAMP packet."""
        for member in map(self.member, devices):
            if member is not None:
                member.heard_ns = now_ns

    def answer(self, data: bytes, address: SockAddress, now_ns: int) -> tuple[bytes | None, Member | None]:
        """Return what to send back to `address` (None: nothing), and the device that a packet has let in just now.

        Never raises, whatever the packet holds.
        """
        tag = read_tag(data) if len(data) == CLIENT_BYTES else None
        member = self._members.get(tag) if tag else None
        packet = read_control(data, member.key) if member else None
        if member is None or packet is None or not is_allowed(str(address[0]).partition("%")[0], self._allowed):
            return None, None
        if packet.kind == HELLO:
            cookie = self._cookie(packet, address, now_ns // _COOKIE_NS)
            return self._reply(CHALLENGE, packet, member, cookie), None
        if packet.kind == ANSWER:
            return self._let_in(packet, member, address, now_ns)
        if packet.kind in {BEAT, BYE} and address == member.address and packet.counter > member.counter:
            member.counter = packet.counter
            member.heard_ns = now_ns
            if packet.kind == BYE:
                member.address = None
        return None, None

    def _let_in(
        self, packet: Control, member: Member, address: SockAddress, now_ns: int
    ) -> tuple[bytes | None, Member | None]:
        epoch = now_ns // _COOKIE_NS
        if not any(same(packet.cookie, self._cookie(packet, address, epoch - back)) for back in (0, 1)):
            return None, None
        came = member.address != address
        member.address = address
        member.heard_ns = now_ns
        reply = self._reply(READY, packet, member, ready_cookie(member.stream_id, member.number))
        return reply, member if came else None

    def _reply(self, kind: int, packet: Control, member: Member, cookie: bytes) -> bytes:
        port = self._reflector_port if kind == READY else 0
        answer = Control(kind=kind, tag=packet.tag, nonce=packet.nonce, cookie=cookie, port=port)
        return control_bytes(answer, member.key, SERVER_BYTES)

    def _cookie(self, packet: Control, address: SockAddress, epoch: int) -> bytes:
        place = f"{address[0]}|{address[1]}|{epoch}".encode()
        return mac(self._secret, packet.tag + packet.nonce + place)[:MAC_BYTES]
